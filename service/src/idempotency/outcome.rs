//! What an outcome is kept as, and how it becomes a value again: rows by their ids, read as they are now; everything else as it was.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{EntityTrait, FromQueryResult, ModelTrait, PrimaryKeyToColumn, PrimaryKeyTrait};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::Service;
use crate::bulk::{RowOutcome, UpsertOutcome};
use crate::enrollment::Carried;
use crate::error::{Error, Result, UserError};
use crate::progress::Receipt;
use crate::read::{self, Identified};

/// What a command may answer. Several are restored together, so that many rows take one statement.
pub trait Outcome: Sized + Send + Sync {
    /// What is kept of it: no secret and nothing personal beyond ids.
    fn keep(&self) -> Result<Value>;

    /// Makes values of what was kept, in its order.
    fn restore(service: &Service, kept: Vec<Value>) -> impl Future<Output = Result<Vec<Self>>> + Send;
}

/// What is shown once: a repeat shows nothing in its place.
#[derive(Clone)]
pub struct Secret(Option<String>);

impl Secret {
    /// It, where this is the first time.
    pub fn shown(self) -> Option<String> {
        self.0
    }
}

impl From<Secret> for String {
    /// It, or nothing where this is a repeat.
    fn from(secret: Secret) -> Self {
        secret.0.unwrap_or_default()
    }
}

impl From<String> for Secret {
    fn from(secret: String) -> Self {
        Self(Some(secret))
    }
}

/// A command's outcome as it is stored: its value, or why it was refused.
#[derive(serde::Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Stored {
    Done(Value),
    Refused(Vec<UserError>),
}

pub(crate) fn done<T: Outcome>(value: &T) -> Result<Value> {
    Ok(serde_json::to_value(Stored::Done(value.keep()?))?)
}

pub(super) fn refused(errors: &[UserError]) -> Result<Value> {
    Ok(serde_json::to_value(Stored::Refused(errors.to_vec()))?)
}

pub(super) async fn restore<T: Outcome>(
    service: &Service,
    stored: Value,
) -> Result<Result<T, Vec<UserError>>> {
    match serde_json::from_value(stored)? {
        Stored::Done(kept) => T::restore(service, vec![kept]).await?.pop().ok_or_else(gone).map(Ok),
        Stored::Refused(errors) => Ok(Err(errors)),
    }
}

fn gone() -> Error {
    Error::NotFound("what the first request with this idempotency key made is no longer there".to_owned())
}

fn read<T: for<'de> Deserialize<'de>>(kept: Vec<Value>) -> Result<Vec<T>> {
    kept.into_iter().map(|kept| Ok(serde_json::from_value(kept)?)).collect()
}

impl<M> Outcome for M
where
    M: Identified + ModelTrait + FromQueryResult + Clone + Send + Sync,
    M::Entity: EntityTrait<Model = M>,
    <M::Entity as EntityTrait>::PrimaryKey:
        PrimaryKeyTrait<ValueType = Uuid> + PrimaryKeyToColumn<Column = <M::Entity as EntityTrait>::Column>,
{
    fn keep(&self) -> Result<Value> {
        Ok(json!(self.id()))
    }

    async fn restore(service: &Service, kept: Vec<Value>) -> Result<Vec<Self>> {
        let ids: Vec<Uuid> = read(kept)?;
        let rows: HashMap<Uuid, M> =
            read::by_ids::<M::Entity>(service, &ids).await?.into_iter().map(|row| (row.id(), row)).collect();
        ids.iter().map(|id| rows.get(id).cloned().ok_or_else(gone)).collect()
    }
}

impl Outcome for () {
    fn keep(&self) -> Result<Value> {
        Ok(Value::Null)
    }

    async fn restore(_: &Service, kept: Vec<Value>) -> Result<Vec<Self>> {
        Ok(vec![(); kept.len()])
    }
}

impl Outcome for Secret {
    fn keep(&self) -> Result<Value> {
        Ok(Value::Null)
    }

    async fn restore(_: &Service, kept: Vec<Value>) -> Result<Vec<Self>> {
        Ok(vec![Self(None); kept.len()])
    }
}

impl<T: Outcome> Outcome for Option<T> {
    fn keep(&self) -> Result<Value> {
        match self {
            Some(value) => Ok(json!([value.keep()?])),
            None => Ok(json!([])),
        }
    }

    async fn restore(service: &Service, kept: Vec<Value>) -> Result<Vec<Self>> {
        Ok(Vec::<T>::restore(service, kept).await?.into_iter().map(|mut list| list.pop()).collect())
    }
}

impl<T: Outcome> Outcome for Vec<T> {
    fn keep(&self) -> Result<Value> {
        self.iter().map(Outcome::keep).collect()
    }

    async fn restore(service: &Service, kept: Vec<Value>) -> Result<Vec<Self>> {
        let lists: Vec<Vec<Value>> = read(kept)?;
        let lengths: Vec<usize> = lists.iter().map(Vec::len).collect();
        let mut values = T::restore(service, lists.into_iter().flatten().collect()).await?.into_iter();
        Ok(lengths.into_iter().map(|length| values.by_ref().take(length).collect()).collect())
    }
}

impl<A: Outcome, B: Outcome> Outcome for (A, B) {
    fn keep(&self) -> Result<Value> {
        Ok(json!([self.0.keep()?, self.1.keep()?]))
    }

    async fn restore(service: &Service, kept: Vec<Value>) -> Result<Vec<Self>> {
        let (first, second) = read::<(Value, Value)>(kept)?.into_iter().unzip();
        let (first, second) = (A::restore(service, first).await?, B::restore(service, second).await?);
        Ok(first.into_iter().zip(second).collect())
    }
}

impl<T: Outcome> Outcome for RowOutcome<T> {
    fn keep(&self) -> Result<Value> {
        Ok(json!([self.index, self.outcome, self.value.keep()?, self.errors]))
    }

    async fn restore(service: &Service, kept: Vec<Value>) -> Result<Vec<Self>> {
        let mut rows = Vec::with_capacity(kept.len());
        let mut values = Vec::with_capacity(kept.len());
        for (index, outcome, value, errors) in read::<(usize, UpsertOutcome, Value, Vec<UserError>)>(kept)? {
            rows.push((index, outcome, errors));
            values.push(value);
        }
        let values = Option::<T>::restore(service, values).await?;
        let row = |((index, outcome, errors), value)| Self { index, outcome, value, errors };
        Ok(rows.into_iter().zip(values).map(row).collect())
    }
}

/// Outcomes that are kept as they are.
macro_rules! plain {
    ($($outcome:ty),* $(,)?) => {
        $(impl Outcome for $outcome {
            fn keep(&self) -> Result<Value> {
                Ok(serde_json::to_value(self)?)
            }

            async fn restore(_: &Service, kept: Vec<Value>) -> Result<Vec<Self>> {
                read(kept)
            }
        })*
    };
}

plain!(u64, Uuid, DateTime<Utc>, UpsertOutcome, Carried, Receipt);

/// An outcome that is kept as others are: what it is made of, and how it is made of it again.
macro_rules! kept_as {
    ($outcome:ty, $parts:ty, $apart:expr, $together:expr) => {
        impl $crate::idempotency::Outcome for $outcome {
            fn keep(&self) -> $crate::error::Result<serde_json::Value> {
                let apart: fn(&Self) -> $parts = $apart;
                $crate::idempotency::Outcome::keep(&apart(self))
            }

            async fn restore(
                service: &$crate::Service,
                kept: Vec<serde_json::Value>,
            ) -> $crate::error::Result<Vec<Self>> {
                let together: fn($parts) -> Self = $together;
                let parts = <$parts as $crate::idempotency::Outcome>::restore(service, kept).await?;
                Ok(parts.into_iter().map(together).collect())
            }
        }
    };
}
pub(crate) use kept_as;
