//! Asking for an import: the whole file is read first, and one that is not of the form that it should have is refused whole.

use cairn_entity::enums::{BulkKind, BulkSubject};
use cairn_entity::{bulk_operation, upload};
use chrono::TimeDelta;
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::sheet::{self, FileFormat};
use super::upload::bytes;
use super::{bundle, rows, sheet::Flaw};
use crate::actor::{Actor, Reach, Scope};
use crate::bulk_operation::start::{self, Asked};
use crate::error::{Error, Result, UserErrorCode};
use crate::{Service, Work, oneroster, tenancy};

/// How long a file is kept for an import that does not end.
const LONGEST: TimeDelta = TimeDelta::days(7);

/// What the rows of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportKind {
    /// Learners, as `upsertLearners` takes them.
    Learners,
    /// Enrollments, as `upsertEnrollments` takes them.
    Enrollments,
    /// Results, as `recordResults` takes them.
    Results,
    /// Learning events, as `recordEvents` takes them.
    Events,
    /// A bundle of OneRoster 1.2, with all that is in it.
    OneRoster,
}

impl ImportKind {
    /// The rights that it takes, all of them.
    pub(super) fn scopes(self) -> &'static [Scope] {
        match self {
            Self::Learners => &[Scope::LearnersWrite],
            Self::Enrollments => &[Scope::EnrollmentsWrite],
            Self::Results | Self::Events => &[Scope::ProgressWrite],
            Self::OneRoster => &oneroster::SCOPES,
        }
    }

    /// The rows that a caller may bring.
    fn reach(self, actor: &Actor) -> Result<Reach> {
        // Each right reaches as far as the others: to the one issuer, or everywhere.
        let mut reach = actor.reach_whole(Scope::ProgressWrite);
        for scope in self.scopes() {
            reach = Ok(actor.reach_whole(*scope)?);
        }
        reach
    }

    fn subject(self) -> BulkSubject {
        match self {
            Self::Learners => BulkSubject::Learners,
            Self::Enrollments => BulkSubject::Enrollments,
            Self::Results => BulkSubject::Attempts,
            Self::Events => BulkSubject::Events,
            Self::OneRoster => BulkSubject::Enrollments,
        }
    }

    /// The members that its rows may have; none where it is no file of rows.
    pub(super) fn members(self) -> &'static [&'static str] {
        match self {
            Self::Learners => &rows::LEARNER,
            Self::Enrollments => &rows::ENROLLMENT,
            Self::Results => &rows::RESULT,
            Self::Events => &rows::EVENT,
            Self::OneRoster => &[],
        }
    }
}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct ImportRequest {
    /// The file; none for an id that is none.
    pub upload: Option<Uuid>,
    /// What its rows are.
    pub kind: ImportKind,
    /// How to read a bundle of OneRoster; for nothing else.
    pub one_roster: Option<oneroster::Options>,
}

/// What an operation imports.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Terms {
    pub upload: Uuid,
    pub kind: ImportKind,
    pub format: FileFormat,
    /// The source that events belong to.
    pub source: Option<Uuid>,
    /// How to read a bundle of OneRoster.
    #[serde(default)]
    pub one_roster: oneroster::Options,
}

/// Takes an order to import a file, which is done once; a worker carries it out.
#[crate::boxed]
pub async fn request(
    service: &Service,
    actor: &Actor,
    asked: ImportRequest,
) -> Result<bulk_operation::Model> {
    let reach = asked.kind.reach(actor)?;
    if asked.one_roster.is_some() && asked.kind != ImportKind::OneRoster {
        let message = "these say how to read a bundle of OneRoster, and the kind is another";
        return Err(Error::user("oneRoster", UserErrorCode::Invalid, message));
    }
    let not_found = || Error::user("upload", UserErrorCode::NotFound, "there is no such upload");
    let id = asked.upload.ok_or_else(not_found)?;
    let select = upload::Entity::find_by_id(id)
        .filter(tenancy::whole_issuer(reach, upload::Column::IssuerId))
        .filter(upload::Column::Whole.eq(true))
        .filter(upload::Column::ExpiresAt.gt(service.now()));
    let file = select.clone().one(service.db.reader()).await?.ok_or_else(not_found)?;
    let format = FileFormat::of_name(&file.format)
        .ok_or_else(|| Error::internal("an upload has no format", file.format.clone()))?;
    let terms = Terms {
        upload: file.id,
        kind: asked.kind,
        format,
        source: actor.source,
        one_roster: asked.one_roster.unwrap_or_default(),
    };
    let total = check(service, &terms).await?;
    let mut work = Work::begin(service, actor).await?;
    let file = select.lock(LockType::Update).one(work.tx()).await?.ok_or_else(not_found)?;
    if file.operation_id.is_some() {
        let message = "this upload was imported before: upload the file again";
        return Err(Error::user("upload", UserErrorCode::AlreadyDone, message));
    }
    let order =
        Asked { kind: BulkKind::Import, subject: asked.kind.subject(), personal: false, input: json!(terms) };
    let mut row = start::new_row(&work, actor, file.issuer_id, order)?;
    row.total = Some(total);
    let row = start::insert(&mut work, row).await?;
    upload::Entity::update_many()
        .col_expr(upload::Column::OperationId, Expr::value(row.id))
        .col_expr(upload::Column::ExpiresAt, Expr::value(work.now + LONGEST))
        .filter(upload::Column::Id.eq(file.id))
        .exec(work.tx())
        .await?;
    work.answer(row).await
}

/// Reads the whole file once; gives how many rows it has, or says what is wrong with its form.
async fn check(service: &Service, terms: &Terms) -> Result<i32> {
    let number = |rows: u64| i32::try_from(rows).unwrap_or(i32::MAX);
    if terms.kind == ImportKind::OneRoster {
        let sound = bundle::open(service, terms).await.map_err(|error| match error {
            Error::User(errors) => Error::User(errors.into_iter().map(bundle::place).collect()),
            other => other,
        })?;
        return Ok(number(sound.rows()));
    }
    let bytes = bytes(service, terms.upload).await?;
    let (format, kind) = (terms.format, terms.kind);
    let read = move || sheet::read(&bytes, format, kind.members(), |_| {});
    let read = tokio::task::spawn_blocking(read).await;
    let rows = read
        .map_err(|error| Error::internal("a file could not be read", error))?
        .map_err(|flaw: Flaw| Error::user("upload", UserErrorCode::Invalid, flaw.message()))?;
    Ok(number(rows as u64))
}
