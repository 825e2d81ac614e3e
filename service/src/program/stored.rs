//! What is stored of one version, row by row, and the document that it adds up to.

use std::collections::HashMap;

use cairn_entity::{
    assessment, award, component, learning_outcome, learning_outcome_skill, module, module_outcome, party,
    program_version, program_version_award, program_version_party, question, rubric_level,
};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::Deserialize;
use uuid::Uuid;

use super::assessment::{NewAssessment, NewCriterion, NewLevel, NewQuestion};
use super::document::{
    Document, NewAward, NewComponent, NewItem, NewModule, NewOutcome, NewParty, NewPrerequisites, NewTrack,
    Validity,
};
use super::terms::{Terms, list};
use super::tested::{self, Tested};
use crate::attempt::{Key, Rules};
use crate::error::Result;
use crate::reference::{IssuerReference, Reference};
use crate::skill::SkillReference;

/// The rows of one version's parts, in their order.
#[derive(Default)]
pub(super) struct Stored {
    pub outcomes: Vec<learning_outcome::Model>,
    pub outcome_skills: Vec<learning_outcome_skill::Model>,
    pub modules: Vec<module::Model>,
    pub module_outcomes: Vec<module_outcome::Model>,
    pub components: Vec<component::Model>,
    pub tested: Vec<Tested>,
    pub questions: Vec<question::Model>,
    pub awards: Vec<(program_version_award::Model, award::Model)>,
    pub parties: Vec<(program_version_party::Model, party::Model)>,
}

impl Stored {
    /// Reads the parts of a version.
    pub async fn load(on: &impl ConnectionTrait, version: Uuid) -> Result<Self> {
        let outcomes = learning_outcome::Entity::find()
            .filter(learning_outcome::Column::VersionId.eq(version))
            .order_by_asc(learning_outcome::Column::Position)
            .all(on)
            .await?;
        let outcome_skills = learning_outcome_skill::Entity::find()
            .filter(learning_outcome_skill::Column::OutcomeId.is_in(outcomes.iter().map(|row| row.id)))
            .order_by_asc(learning_outcome_skill::Column::Position)
            .all(on)
            .await?;
        let modules = module::Entity::find().filter(module::Column::VersionId.eq(version)).all(on).await?;
        let module_outcomes = module_outcome::Entity::find()
            .filter(module_outcome::Column::ModuleId.is_in(modules.iter().map(|row| row.id)))
            .order_by_asc(module_outcome::Column::Position)
            .all(on)
            .await?;
        let components = component::Entity::find()
            .filter(component::Column::VersionId.eq(version))
            .order_by_asc(component::Column::Position)
            .all(on)
            .await?;
        let of_version = Condition::all().add(assessment::Column::VersionId.eq(version));
        let tested = tested::load(on, of_version).await?;
        let questions = question::Entity::find()
            .filter(question::Column::AssessmentId.is_in(tested.iter().map(|tested| tested.assessment.id)))
            .order_by_asc(question::Column::Position)
            .all(on)
            .await?;
        let awards = awards_of(on, &[version]).await?;
        let parties = parties_of(on, &[version]).await?;
        Ok(Self {
            outcomes,
            outcome_skills,
            modules,
            module_outcomes,
            components,
            tested,
            questions,
            awards,
            parties,
        })
    }

    /// The document that the version states.
    pub fn document(&self, version: &program_version::Model) -> Result<Document> {
        Ok(Document {
            title: version.title.clone(),
            achievement_type: version.achievement_type.clone(),
            summary: version.summary.clone(),
            description: version.description.clone(),
            criteria: version.criteria.clone(),
            language: version.language.clone(),
            delivery_mode: version.delivery_mode,
            duration_weeks: version.duration_weeks,
            workload_hours: version.workload_hours,
            image_url: version.image_url.clone(),
            human_code: version.human_code.clone(),
            field_of_study: version.field_of_study.clone(),
            specialization: version.specialization.clone(),
            tags: version.tags()?,
            prices: version.prices()?,
            credits: version.credits()?,
            levels: version.levels()?,
            tracks: version.tracks()?.into_iter().map(NewTrack::from).collect(),
            learning_outcomes: self.outcome_documents(),
            prerequisites: version.prerequisites()?.map(|stored| NewPrerequisites {
                description: stored.description,
                programs: stored.programs.into_iter().map(Reference::Id).collect(),
            }),
            components: self.component_documents(),
            component_order: version.component_order,
            component_groups: version.component_groups()?,
            enrolls_by_itself: version.enrolls_by_itself,
            branding: version.branding()?,
            prior_learning: version.prior_learning()?,
            assessments: self.assessment_documents()?,
            completion_rule: version.rule()?,
            pass_mark: version.pass_mark,
            validity: validity(version)?,
            may_suspend: version.may_suspend,
            on_regrade: version.on_regrade,
            on_integrity_flag: version.on_integrity_flag,
            recognitions: version.recognitions()?,
            quality_assurance: version.quality_assurance()?,
            awards: self.award_documents()?,
            parties: self.party_documents(),
        })
    }

    fn outcome_documents(&self) -> Vec<NewOutcome> {
        let documents = self.outcomes.iter().map(|row| NewOutcome {
            code: row.code.clone(),
            statement: row.statement.clone(),
            skills: self
                .outcome_skills
                .iter()
                .filter(|link| link.outcome_id == row.id)
                .map(|link| SkillReference::Id(link.skill_id))
                .collect(),
        });
        documents.collect()
    }

    fn component_documents(&self) -> Vec<NewComponent> {
        let modules: HashMap<Uuid, &module::Model> = self.modules.iter().map(|row| (row.id, row)).collect();
        let documents = self.components.iter().filter_map(|row| {
            let item = match (row.module_id, row.component_program_id) {
                (Some(id), _) => NewItem::Module(self.module_document(modules.get(&id)?)),
                (None, Some(id)) => NewItem::Program(Reference::Id(id)),
                (None, None) => return None,
            };
            Some(NewComponent { required: row.required, group_code: row.group_code.clone(), item })
        });
        documents.collect()
    }

    fn module_document(&self, row: &module::Model) -> NewModule {
        let codes: HashMap<Uuid, &str> =
            self.outcomes.iter().map(|outcome| (outcome.id, outcome.code.as_str())).collect();
        NewModule {
            external_id: row.external_id.clone(),
            title: row.title.clone(),
            workload_hours: row.workload_hours,
            outcomes: self
                .module_outcomes
                .iter()
                .filter(|link| link.module_id == row.id)
                .filter_map(|link| codes.get(&link.outcome_id).map(|code| (*code).to_owned()))
                .collect(),
        }
    }

    fn assessment_documents(&self) -> Result<Vec<NewAssessment>> {
        let modules: HashMap<Uuid, &str> =
            self.modules.iter().map(|row| (row.id, row.external_id.as_str())).collect();
        let documents =
            self.tested.iter().map(|tested| (&tested.assessment, &tested.criteria)).map(|(row, criteria)| {
                Ok(NewAssessment {
                    external_id: row.external_id.clone(),
                    title: row.title.clone(),
                    description: row.description.clone(),
                    category: row.category.clone(),
                    kind: row.kind,
                    module: row.module_id.and_then(|id| modules.get(&id)).map(|id| (*id).to_owned()),
                    weight: row.weight,
                    pass_mark: row.pass_mark,
                    max_score: row.max_score,
                    max_attempts: row.max_attempts,
                    supervision: row.supervision,
                    identity_check: row.identity_check,
                    grading: row.grading,
                    due_at: row.due_at,
                    rules: Rules::read(&row.rules)?,
                    rubric: criteria.iter().map(criterion_document).collect(),
                    questions: self.question_documents(row.id)?,
                })
            });
        documents.collect()
    }

    fn question_documents(&self, assessment: Uuid) -> Result<Vec<NewQuestion>> {
        let of_assessment = self.questions.iter().filter(|row| row.assessment_id == assessment);
        let documents = of_assessment.map(|row| {
            Ok(NewQuestion {
                external_id: row.external_id.clone(),
                prompt: row.prompt.clone(),
                points: row.points,
                choices: list(&row.choices)?,
                key: Key::deserialize(&row.answer_key)?,
            })
        });
        documents.collect()
    }

    fn award_documents(&self) -> Result<Vec<NewAward>> {
        let documents = self.awards.iter().map(|(stated, row)| {
            Ok(NewAward {
                external_id: row.external_id.clone(),
                kind: row.kind,
                title: stated.title.clone(),
                description: stated.description.clone(),
                valid_months: stated.valid_months,
                credits: list(&stated.credits)?,
                issued_by_itself: stated.issued_by_itself,
            })
        });
        documents.collect()
    }

    fn party_documents(&self) -> Vec<NewParty> {
        let documents = self.parties.iter().map(|(part, row)| NewParty {
            role: part.role,
            name: Some(row.name.clone()),
            url: row.url.clone(),
            issuer: row.linked_issuer_id.map(IssuerReference::Id),
        });
        documents.collect()
    }
}

fn criterion_document(criterion: &tested::Criterion) -> NewCriterion {
    let level = |row: &rubric_level::Model| NewLevel {
        label: row.label.clone(),
        points: row.points,
        description: row.description.clone(),
        requires_changes: row.requires_changes,
    };
    NewCriterion {
        criterion: criterion.criterion.criterion.clone(),
        levels: criterion.levels.iter().map(level).collect(),
    }
}

fn validity(version: &program_version::Model) -> Result<Option<Validity>> {
    let Some(months) = version.validity_months else { return Ok(None) };
    Ok(Some(Validity {
        months,
        renewal_opens_months_before: version.renewal_opens_months_before,
        renewal_closes_months_after: version.renewal_closes_months_after,
        renewal_start: version.renewal_start,
        renews_contained: version.renews_contained,
        renewal_rule: version.renewal_rule()?,
    }))
}

impl From<super::terms::Track> for NewTrack {
    /// Its prices stand among the version's.
    fn from(track: super::terms::Track) -> Self {
        Self {
            code: track.code,
            name: track.name,
            prices: Vec::new(),
            identity_check_required: track.identity_check_required,
            leads_to_awards: track.leads_to_awards,
        }
    }
}

/// Awards as versions state them, in order, each with its stable row.
pub(crate) async fn awards_of(
    on: &impl ConnectionTrait,
    versions: &[Uuid],
) -> Result<Vec<(program_version_award::Model, award::Model)>> {
    let stated = program_version_award::Entity::find()
        .filter(program_version_award::Column::VersionId.is_in(versions.iter().copied()))
        .order_by_asc(program_version_award::Column::Position)
        .all(on)
        .await?;
    let rows = award::Entity::find()
        .filter(award::Column::Id.is_in(stated.iter().map(|row| row.award_id)))
        .all(on)
        .await?;
    let rows: HashMap<Uuid, award::Model> = rows.into_iter().map(|row| (row.id, row)).collect();
    Ok(stated
        .into_iter()
        .filter_map(|stated| {
            let row = rows.get(&stated.award_id)?.clone();
            Some((stated, row))
        })
        .collect())
}

/// Parties of versions, in order, each with its part.
pub(crate) async fn parties_of(
    on: &impl ConnectionTrait,
    versions: &[Uuid],
) -> Result<Vec<(program_version_party::Model, party::Model)>> {
    let parts = program_version_party::Entity::find()
        .filter(program_version_party::Column::VersionId.is_in(versions.iter().copied()))
        .order_by_asc(program_version_party::Column::Position)
        .all(on)
        .await?;
    let rows = party::Entity::find()
        .filter(party::Column::Id.is_in(parts.iter().map(|row| row.party_id)))
        .all(on)
        .await?;
    let rows: HashMap<Uuid, party::Model> = rows.into_iter().map(|row| (row.id, row)).collect();
    Ok(parts
        .into_iter()
        .filter_map(|part| {
            let row = rows.get(&part.party_id)?.clone();
            Some((part, row))
        })
        .collect())
}
