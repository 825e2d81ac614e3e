//! Where every query starts: the rows that a reach covers. A row outside is simply not found.

use cairn_entity::{
    attempt, cohort, cohort_staff, credential, enrollment, learner, portfolio_project, prior_claim,
};
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use crate::actor::{Actor, Reach, Scope};

/// Nothing.
pub fn nothing() -> Condition {
    Condition::all().add(Expr::value(false))
}

/// What a caller may come upon by id: what the scope reaches, and what is their own whatever other roles they have. `None` where that is nothing.
pub fn visible(actor: &Actor, scope: Scope, of: impl Fn(Reach) -> Condition) -> Option<Condition> {
    let reached = actor.reach_or_none(scope).ok().flatten();
    let own = actor.person().map(|person| Reach::Own { person });
    let mut reaches: Vec<Reach> = reached.into_iter().chain(own).collect();
    reaches.dedup();
    if reaches.is_empty() {
        return None;
    }
    Some(reaches.into_iter().fold(Condition::any(), |any, reach| any.add(of(reach))))
}

/// Rows of a table of one tenant that only whole issuers and operators see.
pub fn whole_issuer<C: ColumnTrait>(reach: Reach, issuer_id: C) -> Condition {
    match reach {
        Reach::Everything => Condition::all(),
        Reach::Issuer(issuer) => Condition::all().add(issuer_id.eq(issuer)),
        Reach::Cohorts { .. } | Reach::Own { .. } => nothing(),
    }
}

/// Rows of a table of one tenant that staff of cohorts may see as a whole, such as programs and cohorts.
pub fn of_issuer<C: ColumnTrait>(reach: Reach, issuer_id: C) -> Condition {
    match reach {
        Reach::Cohorts { issuer, .. } => Condition::all().add(issuer_id.eq(issuer)),
        other => whole_issuer(other, issuer_id),
    }
}

/// Cohorts.
pub fn cohorts(reach: Reach) -> Condition {
    match reach {
        Reach::Cohorts { issuer, person } => Condition::all()
            .add(cohort::Column::IssuerId.eq(issuer))
            .add(cohort::Column::Id.in_subquery(staffed_cohorts(person))),
        other => whole_issuer(other, cohort::Column::IssuerId),
    }
}

/// Learners.
pub fn learners(reach: Reach) -> Condition {
    match reach {
        Reach::Own { person } => Condition::all().add(learner::Column::PersonId.eq(person)),
        Reach::Cohorts { issuer, person } => Condition::all().add(learner::Column::IssuerId.eq(issuer)).add(
            learner::Column::Id.in_subquery(
                Query::select()
                    .column(enrollment::Column::LearnerId)
                    .from(enrollment::Entity)
                    .and_where(enrollment::Column::CohortId.in_subquery(staffed_cohorts(person)))
                    .to_owned(),
            ),
        ),
        other => whole_issuer(other, learner::Column::IssuerId),
    }
}

/// Enrollments.
pub fn enrollments(reach: Reach) -> Condition {
    match reach {
        Reach::Own { person } => {
            Condition::all().add(enrollment::Column::LearnerId.in_subquery(learners_of(person)))
        }
        Reach::Cohorts { issuer, person } => Condition::all()
            .add(enrollment::Column::IssuerId.eq(issuer))
            .add(enrollment::Column::CohortId.in_subquery(staffed_cohorts(person))),
        other => whole_issuer(other, enrollment::Column::IssuerId),
    }
}

/// Attempts.
pub fn attempts(reach: Reach) -> Condition {
    of_enrollments(reach, attempt::Column::EnrollmentId, attempt::Column::IssuerId)
}

/// Claims of prior learning.
pub fn prior_claims(reach: Reach) -> Condition {
    of_enrollments(reach, prior_claim::Column::EnrollmentId, prior_claim::Column::IssuerId)
}

/// Rows of a table that belong to enrollments.
fn of_enrollments<C: ColumnTrait>(reach: Reach, enrollment_id: C, issuer_id: C) -> Condition {
    match reach {
        Reach::Own { .. } | Reach::Cohorts { .. } => {
            let enrollments = Query::select()
                .column(enrollment::Column::Id)
                .from(enrollment::Entity)
                .cond_where(enrollments(reach))
                .to_owned();
            Condition::all().add(enrollment_id.in_subquery(enrollments))
        }
        other => whole_issuer(other, issuer_id),
    }
}

/// Credentials; a pending one is invisible to everyone.
pub fn credentials(reach: Reach) -> Condition {
    let visible =
        Condition::all().add(credential::Column::Status.ne(cairn_entity::enums::CredentialStatus::Pending));
    match reach {
        Reach::Own { person } => visible.add(credential::Column::LearnerId.in_subquery(learners_of(person))),
        Reach::Cohorts { issuer, person } => visible
            .add(credential::Column::IssuerId.eq(issuer))
            .add(credential::Column::CohortId.in_subquery(staffed_cohorts(person))),
        other => visible.add(whole_issuer(other, credential::Column::IssuerId)),
    }
}

/// Projects of portfolios: a person's own, and nobody else's.
pub fn portfolio_projects(reach: Reach) -> Condition {
    match reach {
        Reach::Own { person } => Condition::all().add(portfolio_project::Column::PersonId.eq(person)),
        Reach::Everything | Reach::Issuer(_) | Reach::Cohorts { .. } => nothing(),
    }
}

fn staffed_cohorts(person: Uuid) -> SelectStatement {
    Query::select()
        .column(cohort_staff::Column::CohortId)
        .from(cohort_staff::Entity)
        .and_where(cohort_staff::Column::PersonId.eq(person))
        .to_owned()
}

fn learners_of(person: Uuid) -> SelectStatement {
    Query::select()
        .column(learner::Column::Id)
        .from(learner::Entity)
        .and_where(learner::Column::PersonId.eq(person))
        .to_owned()
}
