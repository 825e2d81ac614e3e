//! Learners in bulk: made or changed by their external ids.

use std::collections::{BTreeSet, HashMap};

use cairn_entity::enums::NoticeChoice;
use cairn_entity::{enrollment, identity, issuer, learner, learner_external_id, learner_name_change};
use sea_orm::sea_query::{Expr, ExprTrait, LockType, OnConflict, Query};
use sea_orm::{ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use super::{erased_name, name, sort_name};
use crate::actor::{Actor, Scope};
use crate::auth::person::own_provider_key;
use crate::bulk::{self, RowOutcome, UpsertOutcome};
use crate::error::{Result, UserError, UserErrorCode};
use crate::ids::Kind;
use crate::patch::Patch;
use crate::reference::IssuerReference;
use crate::validate::Checks;
use crate::{Service, Work, chunk, issuer as issuers, save};

/// A learner to be made or changed.
#[derive(Clone, Debug)]
pub struct LearnerRow {
    /// The issuer's own id.
    pub external_id: String,
    /// Full name.
    pub name: Patch<String>,
    /// Given name.
    pub given_name: Patch<String>,
    /// Family name.
    pub family_name: Patch<String>,
    /// An attribute, never an identity.
    pub email: Patch<String>,
    /// Preferred language, BCP 47.
    pub language: Patch<String>,
    /// Their decentralized identifier: credentials name it as their subject.
    pub did: Patch<String>,
}

/// Makes or changes up to 1,000 learners, each with its own outcome. The number of statements does not depend on how many they are.
#[crate::boxed]
pub async fn upsert(
    service: &Service,
    actor: &Actor,
    named: Option<&IssuerReference>,
    rows: Vec<LearnerRow>,
) -> Result<Vec<RowOutcome<learner::Model>>> {
    let reach = actor.reach_whole(Scope::LearnersWrite)?;
    bulk::check_count("rows", rows.len())?;
    let issuer = issuers::target(service, reach, named).await?;
    let mut work = Work::begin(service, actor).await?;
    let mut upsert = Upsert::prepare(&work, issuer, &rows).await?;
    let mut outcomes = Vec::with_capacity(rows.len());
    for (index, row) in rows.into_iter().enumerate() {
        outcomes.push(upsert.place(&mut work, index, row)?);
    }
    let written = upsert.write(&work).await?;
    for outcome in &mut outcomes {
        if let Some(row) = outcome.value.as_ref().and_then(|row| written.get(&row.external_id)) {
            outcome.value = Some(row.clone());
        }
    }
    work.answer(outcomes).await
}

/// One call: what is there, and what is to be written.
struct Upsert {
    issuer: issuer::Model,
    /// What is wrong with each row by itself.
    errors: Vec<Vec<UserError>>,
    /// The later row that wins over each.
    winners: Vec<Option<usize>>,
    present: HashMap<String, learner::Model>,
    persons: HashMap<String, Uuid>,
    created: Vec<learner::Model>,
    changed: HashMap<Uuid, learner::Model>,
    renamed: Vec<Uuid>,
    names: Vec<learner_name_change::Model>,
}

impl Upsert {
    async fn prepare(work: &Work<'_>, issuer: issuer::Model, rows: &[LearnerRow]) -> Result<Self> {
        let errors: Vec<Vec<UserError>> =
            rows.iter().enumerate().map(|(index, row)| check(&format!("rows.{index}"), row)).collect();
        let key = |(row, errors): (_, &Vec<UserError>)| errors.is_empty().then_some(row);
        let winners = bulk::winners(rows.iter().map(|row| row.external_id.as_str()).zip(&errors).map(key));
        // Only texts that pass the checks reach the database: PostgreSQL refuses some that do not.
        let wanted: BTreeSet<&str> =
            rows.iter().map(|row| row.external_id.as_str()).zip(&errors).filter_map(key).collect();
        let present = present(work, issuer.id, &wanted).await?;
        let persons = identity::Entity::find()
            .filter(identity::Column::ProviderKey.eq(own_provider_key(Some(issuer.id))))
            .filter(identity::Column::Subject.is_in(wanted))
            .all(work.tx())
            .await?;
        Ok(Self {
            issuer,
            errors,
            winners,
            present,
            persons: persons.into_iter().map(|row| (row.subject, row.person_id)).collect(),
            created: Vec::new(),
            changed: HashMap::new(),
            renamed: Vec::new(),
            names: Vec::new(),
        })
    }

    /// Decides what becomes of one row.
    fn place(
        &mut self,
        work: &mut Work<'_>,
        index: usize,
        row: LearnerRow,
    ) -> Result<RowOutcome<learner::Model>> {
        let errors = std::mem::take(&mut self.errors[index]);
        if !errors.is_empty() {
            return Ok(RowOutcome::failed(index, errors));
        }
        let before = self.present.get(&row.external_id);
        // Under a further external id the same learner may have been changed by an earlier row.
        let before = before.map(|before| self.changed.get(&before.id).unwrap_or(before));
        if let Some(winner) = self.winners[index] {
            return Ok(RowOutcome::superseded(index, winner, before.cloned()));
        }
        let Some(before) = before else {
            let new = self.make(work, row)?;
            work.audit(Some(new.issuer_id), "learner.created", (Kind::Learner, new.id), json!({}))?;
            self.created.push(new.clone());
            return Ok(RowOutcome::of(index, UpsertOutcome::Created, new));
        };
        if before.erased_at.is_some() {
            let error = UserError::at(
                &format!("rows.{index}.externalId"),
                UserErrorCode::Conflict,
                "this learner was erased; personal data is kept no more",
            );
            return Ok(RowOutcome::failed(index, vec![error]));
        }
        let mut after = before.clone();
        fill(&mut after, row);
        if after == *before {
            return Ok(RowOutcome::of(index, UpsertOutcome::Unchanged, after));
        }
        if after.sort_name != before.sort_name {
            self.renamed.push(after.id);
        }
        if name::differ(before, &after) {
            self.names.extend(name::change_of(work, before, &after, None)?);
        }
        if after.email != before.email {
            after.email_verified_at = None;
        }
        after.updated_at = work.now;
        work.audit(Some(after.issuer_id), "learner.updated", (Kind::Learner, after.id), json!({}))?;
        self.changed.insert(after.id, after.clone());
        Ok(RowOutcome::of(index, UpsertOutcome::Updated, after))
    }

    fn make(&self, work: &Work<'_>, row: LearnerRow) -> Result<learner::Model> {
        let mut new = blank(work, self.issuer.id, &row.external_id)?;
        new.person_id = self.persons.get(&row.external_id).copied();
        fill(&mut new, row);
        Ok(new)
    }

    /// Writes what was decided; gives the rows that were made as they now are, by external id.
    async fn write(mut self, work: &Work<'_>) -> Result<HashMap<String, learner::Model>> {
        self.created.sort_by(|a, b| a.external_id.cmp(&b.external_id));
        let names: Vec<String> = self.created.iter().map(|row| row.external_id.clone()).collect();
        for rows in chunk::rows(self.created, 18) {
            // Another call may have made the same learner in this moment: then its row is the one, with what this call says.
            let on_conflict = OnConflict::columns([learner::Column::IssuerId, learner::Column::ExternalId])
                .update_columns(SENT)
                .to_owned();
            learner::Entity::insert_many(rows.into_iter().map(IntoActiveModel::into_active_model))
                .on_conflict(on_conflict)
                .exec_without_returning(work.tx())
                .await?;
        }
        save::rows::<learner::Entity>(work.tx(), self.changed.into_values().collect()).await?;
        save::rows::<learner_name_change::Entity>(work.tx(), self.names).await?;
        rename_enrollments(work, &self.renamed).await?;
        if names.is_empty() {
            return Ok(HashMap::new());
        }
        let rows = learner::Entity::find()
            .filter(learner::Column::IssuerId.eq(self.issuer.id))
            .filter(learner::Column::ExternalId.is_in(names))
            .all(work.tx())
            .await?;
        Ok(rows.into_iter().map(|row| (row.external_id.clone(), row)).collect())
    }
}

/// Has rosters sort enrollments by their learners' present names.
pub(super) async fn rename_enrollments(work: &Work<'_>, learners: &[Uuid]) -> Result<()> {
    if learners.is_empty() {
        return Ok(());
    }
    let name = Query::select()
        .column(learner::Column::SortName)
        .from(learner::Entity)
        .and_where(
            Expr::col((learner::Entity, learner::Column::Id))
                .equals((enrollment::Entity, enrollment::Column::LearnerId)),
        )
        .to_owned();
    enrollment::Entity::update_many()
        .col_expr(enrollment::Column::SortName, Expr::SubQuery(None, Box::new(name.into())))
        .col_expr(enrollment::Column::UpdatedAt, Expr::value(work.now))
        .filter(enrollment::Column::LearnerId.is_in(learners.iter().copied()))
        .exec(work.tx())
        .await?;
    Ok(())
}

/// The learners that external ids name: their own, further ones, and those of the erased. Locked, in the order of ids.
async fn present(
    work: &Work<'_>,
    issuer: Uuid,
    wanted: &BTreeSet<&str>,
) -> Result<HashMap<String, learner::Model>> {
    let erased: HashMap<String, &str> =
        wanted.iter().map(|external_id| (erased_name(issuer, external_id), *external_id)).collect();
    let names = || wanted.iter().copied().chain(erased.keys().map(String::as_str));
    let further = learner_external_id::Entity::find()
        .filter(learner_external_id::Column::IssuerId.eq(issuer))
        .filter(learner_external_id::Column::ExternalId.is_in(names()))
        .all(work.tx())
        .await?;
    let named = Condition::any()
        .add(learner::Column::ExternalId.is_in(names()))
        .add(learner::Column::Id.is_in(further.iter().map(|row| row.learner_id)));
    let rows = learner::Entity::find()
        .filter(learner::Column::IssuerId.eq(issuer))
        .filter(named)
        .order_by_asc(learner::Column::Id)
        .lock(LockType::NoKeyUpdate)
        .all(work.tx())
        .await?;
    let sent = |name: &String| erased.get(name).map_or_else(|| name.clone(), |sent| (*sent).to_owned());
    let mut present = HashMap::new();
    for row in rows {
        for other in further.iter().filter(|other| other.learner_id == row.id) {
            present.insert(sent(&other.external_id), row.clone());
        }
        present.insert(sent(&row.external_id), row);
    }
    Ok(present)
}

/// A learner of whom nothing is known but the external id.
fn blank(work: &Work<'_>, issuer: Uuid, external_id: &str) -> Result<learner::Model> {
    Ok(learner::Model {
        id: work.new_id()?,
        issuer_id: issuer,
        external_id: external_id.to_owned(),
        person_id: None,
        name: None,
        given_name: None,
        family_name: None,
        sort_name: String::new(),
        email: None,
        did: None,
        language: None,
        attributes: json!({}),
        created_at: work.now,
        updated_at: work.now,
        erased_at: None,
        email_verified_at: None,
        merged_into_id: None,
        notices: NoticeChoice::Wanted,
    })
}

/// A learner as the claims of an identity token describe them (OpenID Connect Core 1.0, section 5.1); what is not well-formed is left out.
pub(crate) fn from_claims(
    work: &Work<'_>,
    issuer: Uuid,
    external_id: &str,
    claim: impl Fn(&str) -> Option<String>,
) -> Result<learner::Model> {
    let mut row = LearnerRow {
        external_id: external_id.to_owned(),
        name: claim("name").into(),
        given_name: claim("given_name").into(),
        family_name: claim("family_name").into(),
        email: claim("email").into(),
        language: claim("locale").into(),
        did: Patch::Keep,
    };
    for error in check("", &row) {
        match error.field.first().map(String::as_str) {
            Some("name") => row.name = Patch::Keep,
            Some("givenName") => row.given_name = Patch::Keep,
            Some("familyName") => row.family_name = Patch::Keep,
            Some("email") => row.email = Patch::Keep,
            _ => row.language = Patch::Keep,
        }
    }
    let mut new = blank(work, issuer, external_id)?;
    fill(&mut new, row);
    Ok(new)
}

/// What a sender says of a learner.
const SENT: [learner::Column; 8] = [
    learner::Column::Name,
    learner::Column::GivenName,
    learner::Column::FamilyName,
    learner::Column::SortName,
    learner::Column::Email,
    learner::Column::Language,
    learner::Column::Did,
    learner::Column::UpdatedAt,
];

/// Everything that is wrong with one row by itself.
fn check(path: &str, row: &LearnerRow) -> Vec<UserError> {
    let mut checks = Checks::default();
    checks.external_id("externalId", &row.external_id);
    for (field, value, most) in
        [("name", &row.name, 300), ("givenName", &row.given_name, 150), ("familyName", &row.family_name, 150)]
    {
        if let Patch::Set(value) = value {
            checks.text(field, value, most);
        }
    }
    if let Patch::Set(email) = &row.email {
        checks.email("email", Some(email));
    }
    if let Patch::Set(language) = &row.language {
        checks.language("language", language);
    }
    if let Patch::Set(did) = &row.did {
        checks.did("did", did);
    }
    checks.into_errors().into_iter().map(|error| error.under(path)).collect()
}

fn fill(to: &mut learner::Model, row: LearnerRow) {
    row.name.apply(&mut to.name);
    row.given_name.apply(&mut to.given_name);
    row.family_name.apply(&mut to.family_name);
    row.email.apply(&mut to.email);
    row.language.apply(&mut to.language);
    row.did.apply(&mut to.did);
    to.sort_name = sort_name(to.name.as_deref(), to.given_name.as_deref(), to.family_name.as_deref());
}
