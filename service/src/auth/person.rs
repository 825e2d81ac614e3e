//! Persons behind subjects: `(identity provider, subject)` names an identity, an identity a person.

use std::collections::{HashMap, HashSet};

use cairn_entity::{identity, learner, learner_external_id, person};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::error::Result;
use crate::{Service, Work, chunk, save};

/// The provider key of this server's own tokens for an issuer (or, without one, for operators).
pub fn own_provider_key(issuer: Option<Uuid>) -> String {
    format!("self:{}", issuer.map(|id| id.to_string()).unwrap_or_default())
}

/// The person of a subject, if there is one.
pub async fn find(
    connection: &impl ConnectionTrait,
    provider_key: &str,
    subject: &str,
) -> Result<Option<Uuid>> {
    let row = identity::Entity::find()
        .filter(identity::Column::ProviderKey.eq(provider_key))
        .filter(identity::Column::Subject.eq(subject))
        .one(connection)
        .await?;
    Ok(row.map(|row| row.person_id))
}

/// The person of a subject of this server's own tokens, made at first sight and linked to the learner record of that external id, its own or a further one:
/// within one issuer the server itself vouches for both.
#[crate::boxed]
pub async fn ensure(work: &Work<'_>, service: &Service, issuer: Option<Uuid>, subject: &str) -> Result<Uuid> {
    let provider_key = own_provider_key(issuer);
    let person_id = match find(work.tx(), &provider_key, subject).await? {
        Some(person) => person,
        None => {
            let person_id = service.new_id()?;
            person::ActiveModel { id: Set(person_id), name: Set(None), created_at: Set(work.now) }
                .insert(work.tx())
                .await?;
            identity::ActiveModel {
                id: Set(service.new_id()?),
                provider_id: Set(None),
                provider_key: Set(provider_key),
                subject: Set(subject.to_owned()),
                person_id: Set(person_id),
                created_at: Set(work.now),
            }
            .insert(work.tx())
            .await?;
            person_id
        }
    };
    if let Some(issuer) = issuer {
        // A duplicate that was merged is known by its id, too.
        let further = Query::select()
            .column(learner_external_id::Column::LearnerId)
            .from(learner_external_id::Entity)
            .and_where(learner_external_id::Column::IssuerId.eq(issuer))
            .and_where(learner_external_id::Column::ExternalId.eq(subject))
            .to_owned();
        let named = Condition::any()
            .add(learner::Column::ExternalId.eq(subject))
            .add(learner::Column::Id.in_subquery(further));
        learner::Entity::update_many()
            .col_expr(learner::Column::PersonId, Expr::value(person_id))
            .filter(learner::Column::IssuerId.eq(issuer))
            .filter(named)
            .filter(learner::Column::PersonId.is_null())
            .exec(work.tx())
            .await?;
    }
    Ok(person_id)
}

/// As `ensure`, for many subjects of one issuer in a number of statements that does not depend on how many they are.
#[crate::boxed]
pub async fn ensure_all(
    work: &Work<'_>,
    service: &Service,
    issuer: Uuid,
    subjects: &HashSet<String>,
) -> Result<HashMap<String, Uuid>> {
    let provider_key = own_provider_key(Some(issuer));
    let mut persons = HashMap::new();
    for subjects in chunk::rows(subjects.iter().cloned().collect(), 1) {
        let known = identity::Entity::find()
            .filter(identity::Column::ProviderKey.eq(&provider_key))
            .filter(identity::Column::Subject.is_in(subjects))
            .all(work.tx())
            .await?;
        persons.extend(known.into_iter().map(|row| (row.subject, row.person_id)));
    }
    let (mut new_persons, mut identities) = (Vec::new(), Vec::new());
    for subject in subjects.iter().filter(|subject| !persons.contains_key(*subject)) {
        let person_id = service.new_id()?;
        new_persons.push(person::Model { id: person_id, name: None, created_at: work.now });
        identities.push(identity::Model {
            id: service.new_id()?,
            provider_id: None,
            provider_key: provider_key.clone(),
            subject: subject.clone(),
            person_id,
            created_at: work.now,
        });
    }
    persons.extend(identities.iter().map(|row| (row.subject.clone(), row.person_id)));
    save::rows::<person::Entity>(work.tx(), new_persons).await?;
    save::rows::<identity::Entity>(work.tx(), identities).await?;
    link(work, issuer, &provider_key, subjects).await?;
    Ok(persons)
}

/// Links learner records without a person to the person whose subject is their external id.
async fn link(work: &Work<'_>, issuer: Uuid, provider_key: &str, subjects: &HashSet<String>) -> Result<()> {
    let person = Query::select()
        .column(identity::Column::PersonId)
        .from(identity::Entity)
        .and_where(identity::Column::ProviderKey.eq(provider_key))
        .and_where(
            Expr::col(identity::Column::Subject.as_column_ref())
                .eq(Expr::col(learner::Column::ExternalId.as_column_ref())),
        )
        .to_owned();
    for subjects in chunk::rows(subjects.iter().cloned().collect(), 1) {
        learner::Entity::update_many()
            .col_expr(learner::Column::PersonId, Expr::SubQuery(None, Box::new(person.clone().into())))
            .filter(learner::Column::IssuerId.eq(issuer))
            .filter(learner::Column::ExternalId.is_in(subjects))
            .filter(learner::Column::PersonId.is_null())
            .exec(work.tx())
            .await?;
    }
    Ok(())
}
