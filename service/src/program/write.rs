//! Writing a settled document into the rows of a draft. Modules, outcomes and assessments keep their ids where their external ids match;
//! what the document no longer has is deleted.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use cairn_entity::{
    assessment, award, component, learning_outcome, learning_outcome_skill, module, module_outcome, party,
    program_version_award, program_version_facet, program_version_party, question, rubric_criterion,
    rubric_level,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, sea_query::Expr, sea_query::ExprTrait};
use serde_json::json;
use uuid::Uuid;

use super::assessment::{NewAssessment, NewQuestion};
use super::document::{Document, NewItem};
use super::facet;
use super::resolve::Named;
use super::stored::Stored;
use super::tested::Criterion;
use crate::error::Result;
use crate::reference::IssuerReference;
use crate::{Work, save};

/// A draft that a document is written into.
pub(super) struct Draft<'a, 'w> {
    pub work: &'a Work<'w>,
    pub issuer: Uuid,
    pub program: Uuid,
    pub version: Uuid,
    /// What the draft holds so far.
    pub stored: &'a Stored,
}

impl Draft<'_, '_> {
    /// Writes everything below the version's own row.
    pub async fn write(&self, document: &Document, named: &Named) -> Result<()> {
        self.clear_links().await?;
        let outcomes = self.write_outcomes(document, named).await?;
        let modules = self.write_modules(document, &outcomes).await?;
        self.write_components(document, named, &modules).await?;
        self.write_assessments(document, &modules).await?;
        self.delete_gone(document).await?;
        self.write_awards(document).await?;
        self.write_parties(document).await?;
        self.write_facets(document, named).await
    }

    /// Rows without an id that anyone knows are written anew each time.
    async fn clear_links(&self) -> Result<()> {
        let tx = self.work.tx();
        let modules: Vec<Uuid> = self.stored.modules.iter().map(|row| row.id).collect();
        let outcomes: Vec<Uuid> = self.stored.outcomes.iter().map(|row| row.id).collect();
        save::delete::<module_outcome::Entity>(tx, module_outcome::Column::ModuleId, &modules).await?;
        save::delete::<learning_outcome_skill::Entity>(
            tx,
            learning_outcome_skill::Column::OutcomeId,
            &outcomes,
        )
        .await?;
        let version = [self.version];
        save::delete::<program_version_award::Entity>(tx, program_version_award::Column::VersionId, &version)
            .await?;
        save::delete::<program_version_party::Entity>(tx, program_version_party::Column::VersionId, &version)
            .await?;
        save::delete::<program_version_facet::Entity>(tx, program_version_facet::Column::VersionId, &version)
            .await
    }

    async fn write_outcomes(&self, document: &Document, named: &Named) -> Result<HashMap<String, Uuid>> {
        let known: HashMap<&str, Uuid> =
            self.stored.outcomes.iter().map(|row| (row.code.as_str(), row.id)).collect();
        let (mut ids, mut rows, mut links) = (HashMap::new(), Vec::new(), Vec::new());
        for (outcome, position) in document.learning_outcomes.iter().zip(1..) {
            let id = self.kept(known.get(outcome.code.as_str()))?;
            ids.insert(outcome.code.clone(), id);
            rows.push(learning_outcome::Model {
                id,
                issuer_id: self.issuer,
                version_id: self.version,
                code: outcome.code.clone(),
                statement: outcome.statement.clone(),
                position,
            });
            let skills = outcome.skills.iter().filter_map(|reference| named.skill(reference));
            for (skill, position) in skills.zip(1..) {
                links.push(learning_outcome_skill::Model {
                    id: self.work.new_id()?,
                    issuer_id: self.issuer,
                    outcome_id: id,
                    skill_id: skill.id,
                    position,
                });
            }
        }
        save::rows::<learning_outcome::Entity>(self.work.tx(), rows).await?;
        save::rows::<learning_outcome_skill::Entity>(self.work.tx(), links).await?;
        Ok(ids)
    }

    async fn write_modules(
        &self,
        document: &Document,
        outcomes: &HashMap<String, Uuid>,
    ) -> Result<HashMap<String, Uuid>> {
        let known: HashMap<&str, Uuid> =
            self.stored.modules.iter().map(|row| (row.external_id.as_str(), row.id)).collect();
        let (mut ids, mut rows, mut links) = (HashMap::new(), Vec::new(), Vec::new());
        for module in document.modules() {
            let id = self.kept(known.get(module.external_id.as_str()))?;
            ids.insert(module.external_id.clone(), id);
            rows.push(module::Model {
                id,
                issuer_id: self.issuer,
                version_id: self.version,
                external_id: module.external_id.clone(),
                title: module.title.clone(),
                workload_hours: module.workload_hours,
            });
            let outcomes = module.outcomes.iter().filter_map(|code| outcomes.get(code));
            for (outcome, position) in outcomes.zip(1..) {
                links.push(module_outcome::Model {
                    id: self.work.new_id()?,
                    issuer_id: self.issuer,
                    module_id: id,
                    outcome_id: *outcome,
                    position,
                });
            }
        }
        save::rows::<module::Entity>(self.work.tx(), rows).await?;
        save::rows::<module_outcome::Entity>(self.work.tx(), links).await?;
        Ok(ids)
    }

    async fn write_components(
        &self,
        document: &Document,
        named: &Named,
        modules: &HashMap<String, Uuid>,
    ) -> Result<()> {
        let known: HashMap<Uuid, Uuid> = self
            .stored
            .components
            .iter()
            .filter_map(|row| Some((row.module_id.or(row.component_program_id)?, row.id)))
            .collect();
        let mut rows = Vec::new();
        for (new, position) in document.components.iter().zip(1..) {
            let (module_id, component_program_id) = match &new.item {
                NewItem::Module(module) => (modules.get(&module.external_id).copied(), None),
                NewItem::Program(reference) => (None, named.program(reference).map(|row| row.id)),
            };
            let Some(item) = module_id.or(component_program_id) else { continue };
            rows.push(component::Model {
                id: self.kept(known.get(&item))?,
                issuer_id: self.issuer,
                version_id: self.version,
                position,
                required: new.required,
                group_code: new.group_code.clone(),
                module_id,
                component_program_id,
            });
        }
        // Places are unique: those of the draft step aside before they are given anew.
        component::Entity::update_many()
            .col_expr(component::Column::Position, Expr::col(component::Column::Position).mul(-1))
            .filter(component::Column::VersionId.eq(self.version))
            .exec(self.work.tx())
            .await?;
        let kept: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let gone = self.stored.components.iter().map(|row| row.id).filter(|id| !kept.contains(id));
        let gone: Vec<Uuid> = gone.collect();
        save::delete::<component::Entity>(self.work.tx(), component::Column::Id, &gone).await?;
        save::rows::<component::Entity>(self.work.tx(), rows).await
    }

    async fn write_assessments(&self, document: &Document, modules: &HashMap<String, Uuid>) -> Result<()> {
        let known: HashMap<&str, &assessment::Model> =
            self.stored_assessments().map(|row| (row.external_id.as_str(), row)).collect();
        let (mut rows, mut criteria, mut levels) = (Vec::new(), Vec::new(), Vec::new());
        let mut questions = Vec::new();
        for (new, position) in document.assessments.iter().zip(1..) {
            let before = known.get(new.external_id.as_str());
            let id = self.kept(before.map(|row| &row.id))?;
            rows.push(assessment::Model {
                id,
                issuer_id: self.issuer,
                program_id: self.program,
                version_id: Some(self.version),
                cohort_id: None,
                module_id: new.module.as_ref().and_then(|module| modules.get(module)).copied(),
                external_id: new.external_id.clone(),
                title: new.title.clone(),
                description: new.description.clone(),
                category: new.category.clone(),
                kind: new.kind,
                position,
                weight: new.weight,
                pass_mark: new.pass_mark,
                min_score: 0,
                max_score: new.max_score,
                max_attempts: new.max_attempts,
                supervision: new.supervision,
                identity_check: new.identity_check,
                grading: new.grading,
                due_at: new.due_at,
                rules: json!(new.rules),
                created_at: before.map_or(self.work.now, |row| row.created_at),
                updated_at: self.work.now,
            });
            self.rubric(id, new, &mut criteria, &mut levels)?;
            self.questions(id, &new.questions, &mut questions)?;
        }
        let tx = self.work.tx();
        self.delete_rubrics_beyond(&criteria, &levels).await?;
        let gone = self.stored.questions.iter().map(|row| row.id);
        let gone: Vec<Uuid> =
            gone.filter(|id| !questions.iter().any(|row: &question::Model| row.id == *id)).collect();
        save::delete::<question::Entity>(tx, question::Column::Id, &gone).await?;
        save::rows::<assessment::Entity>(tx, rows).await?;
        save::rows::<rubric_criterion::Entity>(tx, criteria).await?;
        save::rows::<rubric_level::Entity>(tx, levels).await?;
        save::rows::<question::Entity>(tx, questions).await
    }

    fn stored_assessments(&self) -> impl Iterator<Item = &assessment::Model> {
        self.stored.tested.iter().map(|tested| &tested.assessment)
    }

    fn stored_criteria(&self) -> impl Iterator<Item = &Criterion> {
        self.stored.tested.iter().flat_map(|tested| &tested.criteria)
    }

    /// The rows of questions, which keep their ids by their external ids.
    fn questions(
        &self,
        assessment: Uuid,
        new: &[NewQuestion],
        rows: &mut Vec<question::Model>,
    ) -> Result<()> {
        for (new, position) in new.iter().zip(1..) {
            let same = |row: &&question::Model| {
                row.assessment_id == assessment && row.external_id == new.external_id
            };
            rows.push(question::Model {
                id: self.kept(self.stored.questions.iter().find(same).map(|row| &row.id))?,
                issuer_id: self.issuer,
                assessment_id: assessment,
                position,
                external_id: new.external_id.clone(),
                kind: new.kind(),
                prompt: new.prompt.clone(),
                points: new.points,
                choices: json!(new.choices),
                answer_key: json!(new.key),
            });
        }
        Ok(())
    }

    /// The rows of a rubric; criteria and levels keep their ids by their place.
    fn rubric(
        &self,
        assessment: Uuid,
        new: &NewAssessment,
        criteria: &mut Vec<rubric_criterion::Model>,
        levels: &mut Vec<rubric_level::Model>,
    ) -> Result<()> {
        for (criterion, position) in new.rubric.iter().zip(1..) {
            let before = self.stored_criteria().find(|known| {
                known.criterion.assessment_id == assessment && known.criterion.position == position
            });
            let id = self.kept(before.map(|known| &known.criterion.id))?;
            criteria.push(rubric_criterion::Model {
                id,
                issuer_id: self.issuer,
                assessment_id: assessment,
                position,
                criterion: criterion.criterion.clone(),
            });
            for (level, position) in criterion.levels.iter().zip(1..) {
                let before =
                    before.and_then(|known| known.levels.iter().find(|row| row.position == position));
                levels.push(rubric_level::Model {
                    id: self.kept(before.map(|row| &row.id))?,
                    issuer_id: self.issuer,
                    criterion_id: id,
                    position,
                    label: level.label.clone(),
                    points: level.points,
                    description: level.description.clone(),
                    requires_changes: level.requires_changes,
                });
            }
        }
        Ok(())
    }

    async fn delete_rubrics_beyond(
        &self,
        criteria: &[rubric_criterion::Model],
        levels: &[rubric_level::Model],
    ) -> Result<()> {
        let gone = self.stored_criteria().flat_map(|known| &known.levels).map(|row| row.id);
        let gone: Vec<Uuid> = gone.filter(|id| !levels.iter().any(|row| row.id == *id)).collect();
        save::delete::<rubric_level::Entity>(self.work.tx(), rubric_level::Column::Id, &gone).await?;
        let gone = self.stored_criteria().map(|known| known.criterion.id);
        let gone: Vec<Uuid> = gone.filter(|id| !criteria.iter().any(|row| row.id == *id)).collect();
        save::delete::<rubric_criterion::Entity>(self.work.tx(), rubric_criterion::Column::Id, &gone).await
    }

    /// Deletes assessments, modules and outcomes that the document no longer has, those that refer to others first.
    async fn delete_gone(&self, document: &Document) -> Result<()> {
        let tx = self.work.tx();
        let has = |id: &str| document.assessments.iter().any(|new| new.external_id == id);
        let gone = self.stored_assessments().filter(|row| !has(&row.external_id)).map(|row| row.id);
        let gone: Vec<Uuid> = gone.collect();
        save::delete::<assessment::Entity>(tx, assessment::Column::Id, &gone).await?;
        let has = |id: &str| document.modules().any(|new| new.external_id == id);
        let gone = self.stored.modules.iter().filter(|row| !has(&row.external_id)).map(|row| row.id);
        let gone: Vec<Uuid> = gone.collect();
        save::delete::<module::Entity>(tx, module::Column::Id, &gone).await?;
        let has = |code: &str| document.learning_outcomes.iter().any(|new| new.code == code);
        let gone = self.stored.outcomes.iter().filter(|row| !has(&row.code)).map(|row| row.id);
        let gone: Vec<Uuid> = gone.collect();
        save::delete::<learning_outcome::Entity>(tx, learning_outcome::Column::Id, &gone).await
    }

    /// Awards stay the same across versions: a row each, found by external id, and what this version states of it.
    async fn write_awards(&self, document: &Document) -> Result<()> {
        let rows = award::Entity::find()
            .filter(award::Column::ProgramId.eq(self.program))
            .all(self.work.tx())
            .await?;
        let known: HashMap<String, Uuid> = rows.into_iter().map(|row| (row.external_id, row.id)).collect();
        let (mut rows, mut stated) = (Vec::new(), Vec::new());
        for (new, position) in document.awards.iter().zip(1..) {
            let award_id = self.kept(known.get(&new.external_id))?;
            if !known.contains_key(&new.external_id) {
                rows.push(award::Model {
                    id: award_id,
                    issuer_id: self.issuer,
                    program_id: self.program,
                    external_id: new.external_id.clone(),
                    kind: new.kind,
                    created_at: self.work.now,
                });
            }
            stated.push(program_version_award::Model {
                id: self.work.new_id()?,
                issuer_id: self.issuer,
                version_id: self.version,
                award_id,
                position,
                title: new.title.clone(),
                description: new.description.clone(),
                valid_months: new.valid_months,
                credits: json!(new.credits),
                issued_by_itself: new.issued_by_itself,
            });
        }
        save::rows::<award::Entity>(self.work.tx(), rows).await?;
        save::rows::<program_version_award::Entity>(self.work.tx(), stated).await
    }

    /// Parties are the issuer's own address book: the same name, site and issuer are the same party.
    async fn write_parties(&self, document: &Document) -> Result<()> {
        if document.parties.is_empty() {
            return Ok(());
        }
        let names = document.parties.iter().filter_map(|party| party.name.as_deref());
        let same_names = Condition::all()
            .add(party::Column::IssuerId.eq(self.issuer))
            .add(party::Column::Name.is_in(names));
        let rows = party::Entity::find().filter(same_names).all(self.work.tx()).await?;
        let mut known: HashMap<(String, Option<String>, Option<Uuid>), Uuid> =
            rows.into_iter().map(|row| ((row.name, row.url, row.linked_issuer_id), row.id)).collect();
        let (mut rows, mut parts) = (Vec::new(), Vec::new());
        for (new, position) in document.parties.iter().zip(1..) {
            let linked = match new.issuer {
                Some(IssuerReference::Id(id)) => Some(id),
                _ => None,
            };
            let key = (new.name.clone().unwrap_or_default(), new.url.clone(), linked);
            let party_id = match known.entry(key) {
                Entry::Occupied(place) => *place.get(),
                Entry::Vacant(place) => {
                    let (name, url, linked_issuer_id) = place.key().clone();
                    let id = self.work.new_id()?;
                    rows.push(party::Model {
                        id,
                        issuer_id: self.issuer,
                        name,
                        url,
                        linked_issuer_id,
                        created_at: self.work.now,
                    });
                    *place.insert(id)
                }
            };
            parts.push(program_version_party::Model {
                id: self.work.new_id()?,
                issuer_id: self.issuer,
                version_id: self.version,
                party_id,
                role: new.role,
                position,
            });
        }
        save::rows::<party::Entity>(self.work.tx(), rows).await?;
        save::rows::<program_version_party::Entity>(self.work.tx(), parts).await
    }

    async fn write_facets(&self, document: &Document, named: &Named) -> Result<()> {
        let mut rows = Vec::new();
        for (kind, value, amount) in facet::facets(document, &named.skills_of(document)) {
            rows.push(program_version_facet::Model {
                id: self.work.new_id()?,
                issuer_id: self.issuer,
                version_id: self.version,
                kind,
                value,
                amount,
            });
        }
        save::rows::<program_version_facet::Entity>(self.work.tx(), rows).await
    }

    /// The id that a thing has, or a new one.
    fn kept(&self, id: Option<&Uuid>) -> Result<Uuid> {
        id.map_or_else(|| self.work.new_id(), |id| Ok(*id))
    }
}
