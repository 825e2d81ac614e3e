//! Learners: persons as one issuer knows them, under its own ids. Names and addresses are personal: who may see them is decided here.

use std::collections::{BTreeSet, HashMap};

use cairn_entity::{enrollment, identity, issuer, learner};
use sea_orm::sea_query::{Expr, ExprTrait, LockType, OnConflict, Query};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use crate::actor::{Actor, Reach, Scope};
use crate::auth::person::own_provider_key;
use crate::bulk::{self, RowOutcome, UpsertOutcome};
use crate::error::{Error, Result, UserError, UserErrorCode};
use crate::ids::Kind;
use crate::patch::Patch;
use crate::reference::IssuerReference;
use crate::validate::Checks;
use crate::{Service, Work, chunk, issuer as issuers, program, save, tenancy};

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
    work.commit().await?;
    for outcome in &mut outcomes {
        if let Some(row) = outcome.value.as_ref().and_then(|row| written.get(&row.external_id)) {
            outcome.value = Some(row.clone());
        }
    }
    Ok(outcomes)
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
    changed: Vec<learner::Model>,
    renamed: Vec<Uuid>,
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
        let present = learner::Entity::find()
            .filter(learner::Column::IssuerId.eq(issuer.id))
            .filter(learner::Column::ExternalId.is_in(wanted.iter().copied()))
            .order_by_asc(learner::Column::Id)
            .lock(LockType::NoKeyUpdate)
            .all(work.tx())
            .await?;
        let persons = identity::Entity::find()
            .filter(identity::Column::ProviderKey.eq(own_provider_key(Some(issuer.id))))
            .filter(identity::Column::Subject.is_in(wanted))
            .all(work.tx())
            .await?;
        Ok(Self {
            issuer,
            errors,
            winners,
            present: present.into_iter().map(|row| (row.external_id.clone(), row)).collect(),
            persons: persons.into_iter().map(|row| (row.subject, row.person_id)).collect(),
            created: Vec::new(),
            changed: Vec::new(),
            renamed: Vec::new(),
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
        after.updated_at = work.now;
        work.audit(Some(after.issuer_id), "learner.updated", (Kind::Learner, after.id), json!({}))?;
        self.changed.push(after.clone());
        Ok(RowOutcome::of(index, UpsertOutcome::Updated, after))
    }

    fn make(&self, work: &Work<'_>, row: LearnerRow) -> Result<learner::Model> {
        let mut new = learner::Model {
            id: work.new_id()?,
            issuer_id: self.issuer.id,
            external_id: row.external_id.clone(),
            person_id: self.persons.get(&row.external_id).copied(),
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
        };
        fill(&mut new, row);
        Ok(new)
    }

    /// Writes what was decided; gives the rows that were made as they now are, by external id.
    async fn write(mut self, work: &Work<'_>) -> Result<HashMap<String, learner::Model>> {
        self.created.sort_by(|a, b| a.external_id.cmp(&b.external_id));
        let names: Vec<String> = self.created.iter().map(|row| row.external_id.clone()).collect();
        for rows in chunk::rows(self.created, 15) {
            // Another call may have made the same learner in this moment: then its row is the one, with what this call says.
            let on_conflict = OnConflict::columns([learner::Column::IssuerId, learner::Column::ExternalId])
                .update_columns(SENT)
                .to_owned();
            learner::Entity::insert_many(rows.into_iter().map(IntoActiveModel::into_active_model))
                .on_conflict(on_conflict)
                .exec_without_returning(work.tx())
                .await?;
        }
        save::rows::<learner::Entity>(work.tx(), self.changed).await?;
        if !self.renamed.is_empty() {
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
                .filter(enrollment::Column::LearnerId.is_in(self.renamed))
                .exec(work.tx())
                .await?;
        }
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

/// Longest sort name in bytes: an index of PostgreSQL takes no more than some 2,700 together with its other columns, and folding can
/// make a character eighteen times as long.
const LONGEST_SORT_NAME: usize = 900;

/// What lists sort by: family name and given name where they are known, else the whole name; folded, empty when nothing is known.
pub fn sort_name(name: Option<&str>, given_name: Option<&str>, family_name: Option<&str>) -> String {
    let parts = match family_name {
        Some(family_name) => vec![family_name, given_name.unwrap_or_default()],
        None => vec![name.or(given_name).unwrap_or_default()],
    };
    let mut folded = fold(&parts.join(" "));
    let mut end = LONGEST_SORT_NAME.min(folded.len());
    while !folded.is_char_boundary(end) {
        end -= 1;
    }
    folded.truncate(end);
    folded
}

/// Text as names are compared and searched: case and accents folded, blanks joined.
pub(crate) fn fold(text: &str) -> String {
    program::fold(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Refuses whoever may not see a learner's name and address: it takes `learners:read` that reaches them, or being the person. The learner
/// is one that the caller came upon in something visible.
pub fn require_personal(actor: &Actor, row: &learner::Model) -> Result<()> {
    if row.person_id.is_some() && row.person_id == actor.person() {
        return Ok(());
    }
    match actor.reach(Scope::LearnersRead)? {
        Reach::Everything => Ok(()),
        Reach::Issuer(issuer) | Reach::Cohorts { issuer, .. } if issuer == row.issuer_id => Ok(()),
        _ => Err(Error::Forbidden("you may not see this learner's personal data".to_owned())),
    }
}

/// Those of the learners that the caller may see, in one statement.
#[crate::boxed]
pub async fn visible_by_ids(service: &Service, actor: &Actor, ids: &[Uuid]) -> Result<Vec<learner::Model>> {
    // Without their personal fields learners are part of enrollments too.
    let scopes = [Scope::LearnersRead, Scope::EnrollmentsRead];
    let mut conditions = scopes.iter().filter_map(|scope| tenancy::visible(actor, *scope, tenancy::learners));
    let Some(visible) = conditions.next() else {
        return Ok(Vec::new());
    };
    Ok(learner::Entity::find()
        .filter(visible)
        .filter(learner::Column::Id.is_in(ids.iter().copied()))
        .all(service.db.reader())
        .await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_by_family_name_folded_and_bounded() {
        assert_eq!(sort_name(Some("Ada Lovelace"), Some("Ada"), Some("Lovelace")), "lovelace ada");
        assert_eq!(sort_name(Some("  Ｍａｙａ  OKAFOR "), None, None), "maya okafor");
        assert_eq!(sort_name(None, None, None), "");
        assert_eq!(fold("E\u{301}mile"), "emile");
        let long = "\u{fdfa}".repeat(300);
        assert!(sort_name(Some(&long), None, None).len() <= LONGEST_SORT_NAME);
    }
}
