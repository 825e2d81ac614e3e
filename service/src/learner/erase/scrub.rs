//! What erasing takes out of each table. A table that holds anything that people wrote about a learner has its line here; a test writes a mark into every
//! such input and looks for it in every table.

use std::collections::HashSet;

use cairn_entity::enums::Visibility;
use cairn_entity::{
    answer, appeal, attempt, bulk_row, cohort_staff, continuing_unit, credential, credential_export,
    enrollment, enrollment_change, evidence, identity, integrity_flag, learner, learner_email,
    learner_external_id, learner_link_code, learner_merge, learner_name_change, learning_event,
    passport_share, person, portfolio_project, prior_claim, prior_claim_evidence, prior_claim_part, review,
    rubric_score, score_revision, voucher,
};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use super::super::{ERASED, digest, erased_name};
use crate::auth::person::own_provider_key;
use crate::error::Result;
use crate::{Work, chunk, learner_record, passport, portfolio, save};

/// Empties a column in the rows that a condition covers.
async fn clear<E: EntityTrait>(work: &Work<'_>, column: E::Column, of: impl Into<Condition>) -> Result<()> {
    E::update_many().col_expr(column, Expr::value(None::<String>)).filter(of.into()).exec(work.tx()).await?;
    Ok(())
}

fn all(expr: Expr) -> Condition {
    Condition::all().add(expr)
}

/// What was said of enrollments, handed in and judged.
pub(super) async fn enrollments(work: &Work<'_>, ids: &[Uuid]) -> Result<()> {
    for ids in chunk::rows(ids.to_vec(), 1) {
        let within = || ids.iter().copied();
        enrollment::Entity::update_many()
            .col_expr(enrollment::Column::ExternalId, Expr::value(None::<String>))
            .col_expr(enrollment::Column::SortName, Expr::value(""))
            .filter(enrollment::Column::Id.is_in(within()))
            .exec(work.tx())
            .await?;
        let of = all(enrollment_change::Column::EnrollmentId.is_in(within()));
        clear::<enrollment_change::Entity>(work, enrollment_change::Column::Reason, of).await?;
        bulk_row::Entity::update_many()
            .col_expr(bulk_row::Column::Errors, Expr::value(json!([])))
            .filter(bulk_row::Column::EnrollmentId.is_in(within()))
            .exec(work.tx())
            .await?;
        let attempts: Vec<Uuid> = attempt::Entity::find()
            .select_only()
            .column(attempt::Column::Id)
            .filter(attempt::Column::EnrollmentId.is_in(within()))
            .into_tuple()
            .all(work.tx())
            .await?;
        self::attempts(work, &attempts).await?;
        let of = all(voucher::Column::EnrollmentId.is_in(within()));
        clear::<voucher::Entity>(work, voucher::Column::RedemptionId, of).await?;
        reviews(work, all(review::Column::EnrollmentId.is_in(within()))).await?;
        integrity_flag::Entity::update_many()
            .col_expr(integrity_flag::Column::Note, Expr::value(""))
            .col_expr(integrity_flag::Column::Finding, Expr::value(None::<String>))
            .filter(integrity_flag::Column::EnrollmentId.is_in(within()))
            .exec(work.tx())
            .await?;
        units(work, &ids).await?;
        claims(work, &ids).await?;
        events(work, &ids).await?;
    }
    Ok(())
}

async fn attempts(work: &Work<'_>, ids: &[Uuid]) -> Result<()> {
    for ids in chunk::rows(ids.to_vec(), 1) {
        let within = || ids.iter().copied();
        let own = || all(attempt::Column::Id.is_in(within()));
        clear::<attempt::Entity>(work, attempt::Column::Feedback, own()).await?;
        clear::<attempt::Entity>(work, attempt::Column::ExternalId, own()).await?;
        clear::<attempt::Entity>(work, attempt::Column::Proctor, own()).await?;
        clear::<attempt::Entity>(work, attempt::Column::IdentityMethod, own()).await?;
        answer::Entity::update_many()
            .col_expr(answer::Column::Given, Expr::value(None::<serde_json::Value>))
            .filter(answer::Column::AttemptId.is_in(within()))
            .exec(work.tx())
            .await?;
        save::delete::<evidence::Entity>(work.tx(), evidence::Column::AttemptId, &ids).await?;
        let of = all(rubric_score::Column::AttemptId.is_in(within()));
        clear::<rubric_score::Entity>(work, rubric_score::Column::Feedback, of).await?;
        let of = all(score_revision::Column::AttemptId.is_in(within()));
        clear::<score_revision::Entity>(work, score_revision::Column::Reason, of).await?;
        reviews(work, all(review::Column::AttemptId.is_in(within()))).await?;
        appeal::Entity::update_many()
            .col_expr(appeal::Column::Reason, Expr::value(""))
            .col_expr(appeal::Column::Decision, Expr::value(None::<String>))
            .filter(appeal::Column::AttemptId.is_in(within()))
            .exec(work.tx())
            .await?;
    }
    Ok(())
}

/// What graders said, and what somebody said of the work of others: points stay, words go.
async fn reviews(work: &Work<'_>, of: Condition) -> Result<()> {
    review::Entity::update_many()
        .col_expr(review::Column::Feedback, Expr::value(None::<String>))
        .col_expr(review::Column::Rubric, Expr::value(json!([])))
        .filter(of)
        .exec(work.tx())
        .await?;
    Ok(())
}

/// What was done to keep a certification up: how many units of which category stay, and the sender's id as a hash.
async fn units(work: &Work<'_>, enrollments: &[Uuid]) -> Result<()> {
    let rows = continuing_unit::Entity::find()
        .filter(continuing_unit::Column::EnrollmentId.is_in(enrollments.iter().copied()))
        .all(work.tx())
        .await?;
    let rows = rows.into_iter().map(|row| continuing_unit::Model {
        external_id: digest(&[row.external_id.as_bytes()]),
        title: String::new(),
        url: None,
        ..row
    });
    save::rows::<continuing_unit::Entity>(work.tx(), rows.collect()).await
}

/// Claims of prior learning: what was claimed of which part and what was judged of it stays, and no words of anybody's.
async fn claims(work: &Work<'_>, enrollments: &[Uuid]) -> Result<()> {
    let within = || enrollments.iter().copied();
    let rows = prior_claim::Entity::find()
        .filter(prior_claim::Column::EnrollmentId.is_in(within()))
        .all(work.tx())
        .await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    save::delete::<prior_claim_evidence::Entity>(work.tx(), prior_claim_evidence::Column::ClaimId, &ids)
        .await?;
    let blank = |row| prior_claim::Model { statement: String::new(), feedback: None, reason: None, ..row };
    save::rows::<prior_claim::Entity>(work.tx(), rows.into_iter().map(blank).collect()).await?;
    let of = all(prior_claim_part::Column::EnrollmentId.is_in(within()));
    clear::<prior_claim_part::Entity>(work, prior_claim_part::Column::Feedback, of).await
}

/// Senders' ids of events may tell of whom they are: a hash stands in their place, and the same in the place of what names them.
async fn events(work: &Work<'_>, enrollments: &[Uuid]) -> Result<()> {
    let hashed = |name: &str| digest(&[name.as_bytes()]);
    let rows = learning_event::Entity::find()
        .filter(learning_event::Column::EnrollmentId.is_in(enrollments.iter().copied()))
        .all(work.tx())
        .await?;
    let rows = rows.into_iter().map(|row| learning_event::Model {
        event_id: hashed(&row.event_id),
        corrects: row.corrects.as_deref().map(hashed),
        content_hash: Vec::new(),
        ..row
    });
    save::rows::<learning_event::Entity>(work.tx(), rows.collect()).await
}

/// Documents, and what was said of them.
pub(super) async fn credentials(work: &Work<'_>, learners: &[Uuid]) -> Result<()> {
    let ids: Vec<Uuid> = credential::Entity::find()
        .select_only()
        .column(credential::Column::Id)
        .filter(credential::Column::LearnerId.is_in(learners.iter().copied()))
        .into_tuple()
        .all(work.tx())
        .await?;
    save::delete::<credential_export::Entity>(work.tx(), credential_export::Column::CredentialId, &ids)
        .await?;
    credential::Entity::update_many()
        .col_expr(credential::Column::Claims, Expr::value(json!({})))
        .col_expr(credential::Column::Document, Expr::value(None::<String>))
        .col_expr(credential::Column::RevocationNote, Expr::value(None::<String>))
        .col_expr(credential::Column::SuspensionNote, Expr::value(None::<String>))
        .col_expr(credential::Column::Visibility, Expr::value(Visibility::Private))
        .col_expr(credential::Column::ShownResults, Expr::value(None::<serde_json::Value>))
        .col_expr(credential::Column::UpdatedAt, Expr::value(work.now))
        .filter(credential::Column::LearnerId.is_in(learners.iter().copied()))
        .exec(work.tx())
        .await?;
    Ok(())
}

/// What is kept beside the records.
pub(super) async fn records(work: &Work<'_>, learners: &[Uuid]) -> Result<()> {
    let on = work.tx();
    save::delete::<learner_email::Entity>(on, learner_email::Column::LearnerId, learners).await?;
    further_ids(work, learners).await?;
    save::delete::<learner_name_change::Entity>(on, learner_name_change::Column::LearnerId, learners).await?;
    save::delete::<learner_link_code::Entity>(on, learner_link_code::Column::LearnerId, learners).await?;
    let of = Condition::any()
        .add(learner_merge::Column::SurvivorId.is_in(learners.iter().copied()))
        .add(learner_merge::Column::MergedId.is_in(learners.iter().copied()));
    clear::<learner_merge::Entity>(work, learner_merge::Column::Reason, of).await
}

/// Further external ids, in whose place a hash tells them again when they are sent anew.
async fn further_ids(work: &Work<'_>, learners: &[Uuid]) -> Result<()> {
    let rows = learner_external_id::Entity::find()
        .filter(learner_external_id::Column::LearnerId.is_in(learners.iter().copied()))
        .filter(learner_external_id::Column::System.ne(ERASED))
        .all(work.tx())
        .await?;
    let rows = rows.into_iter().map(|row| learner_external_id::Model {
        external_id: erased_name(row.issuer_id, &row.external_id),
        system: ERASED.to_owned(),
        ..row
    });
    save::rows::<learner_external_id::Entity>(work.tx(), rows.collect()).await
}

/// By what a record is known to its issuer: its own external id and further ones.
async fn names(work: &Work<'_>, row: &learner::Model) -> Result<Vec<String>> {
    let further = learner_external_id::Entity::find()
        .filter(learner_external_id::Column::LearnerId.eq(row.id))
        .all(work.tx())
        .await?;
    let further = further.into_iter().map(|row| row.external_id);
    Ok(further.chain([row.external_id.clone()]).collect())
}

/// The persons who signed in as these learners, where they have nothing else here; of others, the identities that are the learner's external ids.
pub(super) async fn persons(work: &Work<'_>, records: &[learner::Model]) -> Result<()> {
    for row in records {
        let own = Condition::all()
            .add(identity::Column::ProviderKey.eq(own_provider_key(Some(row.issuer_id))))
            .add(identity::Column::Subject.is_in(names(work, row).await?));
        let of_record = identity::Entity::find().filter(own).all(work.tx()).await?;
        let mut persons: Vec<Uuid> = row.person_id.into_iter().collect();
        persons.extend(of_record.iter().map(|row| row.person_id));
        persons.sort_unstable();
        persons.dedup();
        for person in persons {
            learner_record::forget(work, person).await?;
            let others = learner::Entity::find()
                .filter(learner::Column::PersonId.eq(person))
                .filter(learner::Column::Id.is_not_in(records.iter().map(|row| row.id)))
                .count(work.tx())
                .await?;
            match others {
                0 => passport(work, person).await?,
                _ => ties(work, person, records).await?,
            }
            if is_staff(work, person).await? {
                continue;
            }
            let identities = match others {
                0 => all(identity::Column::PersonId.eq(person)),
                _ => all(identity::Column::PersonId.eq(person))
                    .add(identity::Column::Id.is_in(of_record.iter().map(|row| row.id))),
            };
            identity::Entity::delete_many().filter(identities).exec(work.tx()).await?;
            if others == 0 {
                clear::<person::Entity>(work, person::Column::Name, all(person::Column::Id.eq(person)))
                    .await?;
            }
        }
    }
    Ok(())
}

/// What a person kept beside what they earned, and how they shared it: it goes with the last record of theirs.
async fn passport(work: &Work<'_>, person: Uuid) -> Result<()> {
    save::delete::<passport_share::Entity>(work.tx(), passport_share::Column::PersonId, &[person]).await?;
    // What projects are attached to goes with them.
    save::delete::<portfolio_project::Entity>(work.tx(), portfolio_project::Column::PersonId, &[person]).await
}

/// What ties the passport of a person who has other records to these.
async fn ties(work: &Work<'_>, person: Uuid, records: &[learner::Model]) -> Result<()> {
    let credentials: Vec<Uuid> = credential::Entity::find()
        .select_only()
        .column(credential::Column::Id)
        .filter(credential::Column::LearnerId.is_in(records.iter().map(|row| row.id)))
        .into_tuple()
        .all(work.tx())
        .await?;
    for issuer in records.iter().map(|row| row.issuer_id).collect::<HashSet<Uuid>>() {
        portfolio::forget(work, person, issuer, &credentials).await?;
    }
    passport::forget(work, person, &credentials).await
}

async fn is_staff(work: &Work<'_>, person: Uuid) -> Result<bool> {
    let rows = cohort_staff::Entity::find().filter(cohort_staff::Column::PersonId.eq(person));
    Ok(rows.count(work.tx()).await? > 0)
}
