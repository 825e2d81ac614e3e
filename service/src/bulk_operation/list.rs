//! Lists of operations.

use cairn_entity::bulk_operation;
use cairn_entity::enums::{BulkKind, BulkStatus};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter};

use super::visible;
use crate::Service;
use crate::actor::Actor;
use crate::error::Result;
use crate::page::{self, Page, PageArgs, Sort, SortKey};

/// Which operations; what is absent does not restrict.
#[derive(Clone, Debug, Default)]
pub struct OperationFilter {
    /// That do this.
    pub kinds: Option<Vec<BulkKind>>,
    /// That stand here.
    pub statuses: Option<Vec<BulkStatus>>,
}

impl OperationFilter {
    fn condition(&self, actor: &Actor) -> Result<Condition> {
        use bulk_operation::Column;
        Ok(Condition::all()
            .add(visible(actor)?)
            .add_option(self.kinds.clone().map(|kinds| Column::Kind.is_in(kinds)))
            .add_option(self.statuses.clone().map(|statuses| Column::Status.is_in(statuses))))
    }
}

/// A page of the operations that the caller may see, the newest first. Whoever may see none is told so.
#[crate::boxed]
pub async fn list(
    service: &Service,
    actor: &Actor,
    filter: &OperationFilter,
    args: &PageArgs,
) -> Result<Page<bulk_operation::Model>> {
    let select = bulk_operation::Entity::find().filter(filter.condition(actor)?);
    let sort = Sort { tag: "operations", column: None, id: bulk_operation::Column::Id, descending: true };
    page::fetch(service.db.reader(), select, &sort, args, |row| (SortKey::None, row.id)).await
}

/// How many `list` has in all its pages.
#[crate::boxed]
pub async fn count(service: &Service, actor: &Actor, filter: &OperationFilter) -> Result<u64> {
    let select = bulk_operation::Entity::find().filter(filter.condition(actor)?);
    Ok(select.count(service.db.reader()).await?)
}
