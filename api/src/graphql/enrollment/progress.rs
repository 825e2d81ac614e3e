//! How far an enrollment is.

use async_graphql::{Context, Object};
use cairn_service::{amount, rows};

use super::super::error::Result;
use super::super::progress::{ComponentProgress, components};

/// How far an enrollment is.
#[derive(Clone)]
pub struct Progress {
    row: rows::enrollment::Model,
}

impl From<rows::enrollment::Model> for Progress {
    fn from(row: rows::enrollment::Model) -> Self {
        Self { row }
    }
}

/// How far an enrollment is.
#[Object]
impl Progress {
    /// Share done, 0 to 100.
    async fn percent(&self) -> f64 {
        amount::to_f64(self.row.percent)
    }

    /// Overall score, 0 to 100; null while there is none.
    async fn score(&self) -> Option<f64> {
        (self.row.score >= 0).then(|| amount::to_f64(self.row.score))
    }

    /// Required components done.
    async fn required_done(&self) -> i32 {
        self.row.required_done
    }

    /// Required components.
    async fn required_total(&self) -> i32 {
        self.row.required_total
    }

    /// Each component, in order; those not begun too.
    async fn components(&self, ctx: &Context<'_>) -> Result<Vec<ComponentProgress>> {
        components(ctx, self.row.id).await
    }
}
