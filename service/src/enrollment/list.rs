//! Lists of enrollments: rosters of a program or cohort, a person's own, pulls of what changed.

use cairn_entity::enums::{CredentialStatus, EnrollmentStatus};
use cairn_entity::{cohort, credential, enrollment, learner, program};
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, Func, LikeExpr, Query};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::actor::{Actor, Reach, Scope};
use crate::error::Result;
use crate::page::{self, Page, PageArgs, Sort, SortKey};
use crate::reference::{self, EnrollmentReference, Reference};
use crate::{Service, learner as learners, tenancy};

/// Which enrollments; every member narrows, an absent one does not.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Filter {
    /// At these stages.
    pub statuses: Option<Vec<EnrollmentStatus>>,
    /// In these programs.
    pub programs: Option<Vec<Reference>>,
    /// In these cohorts.
    pub cohorts: Option<Vec<Reference>>,
    /// On these tracks.
    pub tracks: Option<Vec<String>>,
    /// Of these learners.
    pub learners: Option<Vec<Reference>>,
    /// Words in the learner's name, e-mail address or external id.
    pub search: Option<String>,
    /// Made from (inclusive) until (exclusive).
    pub enrolled_at: (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    /// Completed from (inclusive) until (exclusive).
    pub completed_at: (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    /// Share done at least and at most, percent in ten-thousandths.
    pub percent: (Option<i64>, Option<i64>),
    /// Score at least and at most, percent in ten-thousandths; those without a score are left out.
    pub score: (Option<i64>, Option<i64>),
    /// Without activity since.
    pub inactive_since: Option<DateTime<Utc>>,
    /// With or without a credential that stands.
    pub has_credential: Option<bool>,
    /// Changed since.
    pub updated_since: Option<DateTime<Utc>>,
}

/// What a list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderField {
    /// When made.
    EnrolledAt,
    /// When last active.
    LastActivityAt,
    /// The learner's sort name.
    LearnerName,
    /// Share done.
    Percent,
    /// Score; those without one come first.
    Score,
    /// When last changed.
    UpdatedAt,
}

/// Of whom a list is made.
#[derive(Clone, Debug)]
pub enum Whose {
    /// Of all whom the caller may see.
    Visible,
    /// Of the caller's own records, with whatever issuer.
    Own,
}

/// A list, ready to be paged and counted.
#[derive(Clone, Debug)]
pub struct Listing {
    condition: Condition,
    /// By what, and whether the largest come first; by id alone where nothing is said.
    order: Option<OrderField>,
    descending: bool,
}

/// Prepares a list. Names and addresses are personal: to search them or to sort by them takes `learners:read`.
#[crate::boxed]
pub async fn list(
    service: &Service,
    actor: &Actor,
    whose: Whose,
    program: Option<&Reference>,
    filter: &Filter,
    order: Option<(OrderField, bool)>,
) -> Result<Listing> {
    let reach = match (whose, actor.person()) {
        (Whose::Own, Some(person)) => Reach::Own { person },
        _ => actor.reach(Scope::EnrollmentsRead)?,
    };
    let own = matches!(reach, Reach::Own { .. });
    if !own && (filter.search.is_some() || matches!(order, Some((OrderField::LearnerName, _)))) {
        actor.reach(Scope::LearnersRead)?;
    }
    let (on, home) = (service.db.reader(), actor.issuer);
    let mut condition = Condition::all().add(tenancy::enrollments(reach));
    for references in program.map(std::slice::from_ref).into_iter().chain(filter.programs.as_deref()) {
        let visible = narrowing(reach, tenancy::of_issuer(reach, program::Column::IssuerId));
        let rows = reference::ids_of::<program::Entity>(on, home, visible, references, "program").await?;
        condition = condition.add(enrollment::Column::ProgramId.is_in(rows));
    }
    if let Some(references) = &filter.cohorts {
        let visible = narrowing(reach, tenancy::cohorts(reach));
        let rows = reference::ids_of::<cohort::Entity>(on, home, visible, references, "cohort").await?;
        condition = condition.add(enrollment::Column::CohortId.is_in(rows));
    }
    if let Some(references) = &filter.learners {
        let visible = tenancy::learners(reach);
        let rows = reference::ids_of::<learner::Entity>(on, home, visible, references, "learner").await?;
        condition = condition.add(enrollment::Column::LearnerId.is_in(rows));
    }
    condition = condition.add(plain(filter));
    if let Some(found) = filter.search.as_deref().and_then(|text| search(text, tenancy::learners(reach))) {
        condition = condition.add(found);
    }
    // By id, the index of the issuer serves where no program narrows the list.
    let newest = (program.is_some() || own).then_some(OrderField::EnrolledAt);
    let (order, descending) = order.map_or((newest, true), |(field, descending)| (Some(field), descending));
    Ok(Listing { condition, order, descending })
}

impl Listing {
    /// One page, by one statement.
    pub async fn page(&self, service: &Service, args: &PageArgs) -> Result<Page<enrollment::Model>> {
        use enrollment::Column;
        let (tag, column) = match self.order {
            None => ("enrollments:id", None),
            Some(OrderField::EnrolledAt) => ("enrollments:enrolledAt", Some(Column::EnrolledAt)),
            Some(OrderField::LastActivityAt) => ("enrollments:activity", Some(Column::LastActivityAt)),
            Some(OrderField::LearnerName) => ("enrollments:name", Some(Column::SortName)),
            Some(OrderField::Percent) => ("enrollments:percent", Some(Column::Percent)),
            Some(OrderField::Score) => ("enrollments:score", Some(Column::Score)),
            Some(OrderField::UpdatedAt) => ("enrollments:updatedAt", Some(Column::UpdatedAt)),
        };
        let sort = Sort { tag, column, id: Column::Id, descending: self.descending };
        let select = enrollment::Entity::find().filter(self.condition.clone());
        page::fetch(service.db.reader(), select, &sort, args, |row| (self.key(row), row.id)).await
    }

    /// Those by id after one of them, at most so many: for whoever reads all that there are, a slice at a time.
    pub(crate) async fn slice(
        &self,
        service: &Service,
        after: Option<Uuid>,
        limit: u64,
    ) -> Result<Vec<enrollment::Model>> {
        let select = enrollment::Entity::find().filter(self.condition.clone());
        page::slice(service.db.reader(), select, enrollment::Column::Id, after, limit).await
    }

    /// How many in all.
    pub async fn count(&self, service: &Service) -> Result<u64> {
        let select = enrollment::Entity::find().filter(self.condition.clone());
        Ok(select.count(service.db.reader()).await?)
    }

    fn key(&self, row: &enrollment::Model) -> SortKey {
        match self.order {
            None => SortKey::None,
            Some(OrderField::EnrolledAt) => row.enrolled_at.into(),
            Some(OrderField::LastActivityAt) => row.last_activity_at.into(),
            Some(OrderField::LearnerName) => SortKey::Text(row.sort_name.clone()),
            Some(OrderField::Percent) => SortKey::Number(row.percent),
            Some(OrderField::Score) => SortKey::Number(row.score),
            Some(OrderField::UpdatedAt) => row.updated_at.into(),
        }
    }
}

/// One enrollment by what names it, among those that the caller may see; their own too, whatever other roles they have.
#[crate::boxed]
pub async fn find(
    service: &Service,
    actor: &Actor,
    reference: &EnrollmentReference,
) -> Result<Option<enrollment::Model>> {
    let reached = actor.reach_or_none(Scope::EnrollmentsRead)?;
    let own = actor.person().map(|person| Reach::Own { person });
    if reached.is_none() && own.is_none() {
        actor.reach(Scope::EnrollmentsRead)?;
    }
    for reach in reached.into_iter().chain(own.filter(|own| reached != Some(*own))) {
        let references = std::slice::from_ref(reference);
        let mut found = super::resolve(service.db.reader(), actor, reach, references).await?;
        if let Some(row) = found.remove(reference) {
            return Ok(Some(row));
        }
    }
    Ok(None)
}

/// Those of the enrollments that the caller may see, in one statement.
#[crate::boxed]
pub async fn visible_by_ids(
    service: &Service,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<enrollment::Model>> {
    let Some(visible) = tenancy::visible(actor, Scope::EnrollmentsRead, tenancy::enrollments) else {
        return Ok(Vec::new());
    };
    Ok(enrollment::Entity::find()
        .filter(visible)
        .filter(enrollment::Column::Id.is_in(ids.iter().copied()))
        .all(service.db.reader())
        .await?)
}

/// What only narrows a search among a person's own enrollments may be of any issuer.
fn narrowing(reach: Reach, otherwise: Condition) -> Condition {
    if matches!(reach, Reach::Own { .. }) { Condition::all() } else { otherwise }
}

/// The part of a filter that looks nothing up.
fn plain(filter: &Filter) -> Condition {
    use enrollment::Column;
    let span = |column: Column, (from, to): (Option<DateTime<Utc>>, Option<DateTime<Utc>>)| {
        Condition::all().add_option(from.map(|from| column.gte(from))).add_option(to.map(|to| column.lt(to)))
    };
    let range = |column: Column, (min, max): (Option<i64>, Option<i64>)| {
        Condition::all().add_option(min.map(|min| column.gte(min))).add_option(max.map(|max| column.lte(max)))
    };
    let scored = filter.score.0.is_some() || filter.score.1.is_some();
    Condition::all()
        .add_option(filter.statuses.clone().map(|statuses| Column::Status.is_in(statuses)))
        .add_option(filter.tracks.clone().map(|tracks| Column::Track.is_in(tracks)))
        .add(span(Column::EnrolledAt, filter.enrolled_at))
        .add(span(Column::CompletedAt, filter.completed_at))
        .add(range(Column::Percent, filter.percent))
        .add(range(Column::Score, filter.score))
        .add_option(scored.then(|| Column::Score.gte(0)))
        .add_option(filter.inactive_since.map(|since| Column::LastActivityAt.lt(since)))
        .add_option(filter.updated_since.map(|since| Column::UpdatedAt.gte(since)))
        .add_option(filter.has_credential.map(with_credential))
}

fn with_credential(has: bool) -> Expr {
    let standing = Query::select()
        .expr(Expr::value(1))
        .from(credential::Entity)
        .and_where(
            Expr::col((credential::Entity, credential::Column::EnrollmentId))
                .equals((enrollment::Entity, enrollment::Column::Id)),
        )
        .and_where(credential::Column::Status.is_in([CredentialStatus::Active, CredentialStatus::Suspended]))
        .to_owned();
    if has { Expr::exists(standing) } else { Expr::exists(standing).not() }
}

/// Most words that a search looks at.
const MOST_WORDS: usize = 8;

/// Enrollments of learners with all of the words somewhere in name, address or external id.
fn search(text: &str, among: Condition) -> Option<Expr> {
    let folded = learners::fold(text);
    let words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).take(MOST_WORDS).collect();
    if words.is_empty() {
        return None;
    }
    let mut all = Condition::all().add(among);
    for word in words {
        let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let like = || LikeExpr::new(format!("%{escaped}%")).escape('\\');
        // Sort names are folded already; the others mostly plain ASCII, which both databases fold alike.
        let any = [learner::Column::Name, learner::Column::Email, learner::Column::ExternalId]
            .into_iter()
            .fold(Condition::any().add(Expr::col(learner::Column::SortName).like(like())), |any, column| {
                any.add(Expr::expr(Func::lower(Expr::col(column))).like(like()))
            });
        all = all.add(any);
    }
    let found = Query::select().column(learner::Column::Id).from(learner::Entity).cond_where(all).to_owned();
    Some(enrollment::Column::LearnerId.in_subquery(found))
}
