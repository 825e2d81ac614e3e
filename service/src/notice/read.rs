//! Reading the log of notices: for who may read the learners of the whole issuer. It says to whose credential, of what and with what success; the address
//! and the text stand nowhere.

use std::collections::HashMap;

use cairn_entity::enums::NoticeStatus;
use cairn_entity::notice_delivery;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Select};
use uuid::Uuid;

use super::setting::within;
use crate::actor::{Actor, Scope};
use crate::error::Result;
use crate::page::{self, Page, PageArgs, Sort, SortKey};
use crate::{Service, tenancy};

fn deliveries(status: Option<NoticeStatus>) -> Select<notice_delivery::Entity> {
    let all = notice_delivery::Entity::find();
    match status {
        Some(status) => all.filter(notice_delivery::Column::Status.eq(status)),
        None => all,
    }
}

/// A page of each issuer's notices, the newest first; issuers whose learners the caller may not read are left out.
#[crate::boxed]
pub async fn deliveries_of(
    service: &Service,
    actor: &Actor,
    issuers: &[Uuid],
    status: Option<NoticeStatus>,
    args: &PageArgs,
) -> Result<HashMap<Uuid, Page<notice_delivery::Model>>> {
    use notice_delivery::{Column, Model};
    let issuers = within(actor.reach_whole(Scope::LearnersRead)?, issuers);
    let sort = Sort { tag: "notice-delivery", column: None, id: Column::Id, descending: true };
    let read = (|row: &Model| row.issuer_id, |row: &Model| (SortKey::None, row.id));
    let parent = Column::IssuerId;
    page::fetch_each(service.db.reader(), deliveries(status), parent, &issuers, &sort, args, read).await
}

/// How many notices each issuer has; for who was given a page of them.
#[crate::boxed]
pub async fn count_deliveries(
    service: &Service,
    issuers: &[Uuid],
    status: Option<NoticeStatus>,
) -> Result<HashMap<Uuid, u64>> {
    let parent = notice_delivery::Column::IssuerId;
    page::count_each(service.db.reader(), deliveries(status), parent, issuers).await
}

/// Notices by id, among those that the caller may read; none for callers who may read none.
#[crate::boxed]
pub async fn visible_deliveries(
    service: &Service,
    actor: &Actor,
    ids: &[Uuid],
) -> Result<Vec<notice_delivery::Model>> {
    let Ok(reach) = actor.reach_whole(Scope::LearnersRead) else { return Ok(Vec::new()) };
    let select = notice_delivery::Entity::find()
        .filter(tenancy::whole_issuer(reach, notice_delivery::Column::IssuerId))
        .filter(notice_delivery::Column::Id.is_in(ids.iter().copied()));
    Ok(select.all(service.db.reader()).await?)
}
