//! Asking for an export: rights and references are settled here, so that writing the file needs neither.

use cairn_entity::bulk_operation;
use cairn_entity::enums::BulkKind;
use serde_json::json;

use super::run::Terms;
use super::{Format, Source};
use crate::actor::{Actor, Scope};
use crate::bulk_operation::start::{self, Asked};
use crate::bulk_operation::{self as operations, read_scope};
use crate::error::Result;
use crate::reference::IssuerReference;
use crate::{Service, Work, issuer};

/// What is asked for.
#[derive(Clone, Debug)]
pub struct ExportRequest {
    /// Whose; the caller's where absent.
    pub issuer: Option<IssuerReference>,
    /// What.
    pub source: Source,
    /// As what.
    pub format: Format,
}

/// Takes an order to write a file; a worker carries it out. Takes the right to read such rows of a whole issuer. The file names people where
/// the caller may read learners, too.
#[crate::boxed]
pub async fn request(
    service: &Service,
    actor: &Actor,
    request: ExportRequest,
) -> Result<bulk_operation::Model> {
    ask(service, actor, request, false).await
}

/// Writes a file here and now; `told` hears of every step. Broken off, any server goes on with it.
pub async fn export_now(
    service: &Service,
    actor: &Actor,
    request: ExportRequest,
    told: impl FnMut(&bulk_operation::Model) + Send,
) -> Result<bulk_operation::Model> {
    let row = ask(service, actor, request, true).await?;
    operations::run(service, row, told).await
}

async fn ask(
    service: &Service,
    actor: &Actor,
    request: ExportRequest,
    here: bool,
) -> Result<bulk_operation::Model> {
    let subject = request.source.subject();
    let reach = actor.reach_whole(read_scope(subject))?;
    let issuer = issuer::target(service, reach, request.issuer.as_ref()).await?;
    let personal = request.source.has_people() && actor.reach_whole(Scope::LearnersRead).is_ok();
    let source = request.source.fixed(service, issuer.id).await?;
    let input = json!(Terms { source, format: request.format });
    let mut work = Work::begin(service, actor).await?;
    let asked = Asked { kind: BulkKind::Export, subject, personal, input };
    let mut row = start::new_row(&work, actor, issuer.id, asked)?;
    if here {
        start::take(&work, &mut row);
    }
    let row = start::insert(&mut work, row).await?;
    work.answer(row).await
}
