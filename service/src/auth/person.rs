//! Persons behind subjects: `(identity provider, subject)` names an identity, an identity a person.

use cairn_entity::{identity, learner, person};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use crate::error::Result;
use crate::{Service, Work};

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

/// The person of a subject of this server's own tokens, made at first sight and linked to the learner record of that external id:
/// within one issuer the server itself vouches for both.
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
        learner::Entity::update_many()
            .col_expr(learner::Column::PersonId, Expr::value(person_id))
            .filter(learner::Column::IssuerId.eq(issuer))
            .filter(learner::Column::ExternalId.eq(subject))
            .filter(learner::Column::PersonId.is_null())
            .exec(work.tx())
            .await?;
    }
    Ok(person_id)
}
