//! Progress of components, the learning events that it is computed from, and enrollments that look stuck.

mod event;
mod record;
mod stuck;

use std::collections::HashMap;

use async_graphql::{Context, Object};
use cairn_service::error::Result as ServiceResult;
use cairn_service::{amount, progress, read, rows};
use uuid::Uuid;

use super::component::Component;
use super::context::{Batch, ContextExt, Request, load};
use super::enums::{ComponentState, ProgressSource};
use super::error::Result;
use super::scalar::{DateTime, moment};

pub use event::{LearningEvent, VisibleLearningEvent, events_of};
pub use record::{LearningEventType, ProgressMutations};
pub use stuck::StuckQueries;

/// How far one component is.
#[derive(Clone)]
pub struct ComponentProgress {
    standing: progress::Standing,
}

/// How far one component is.
#[Object]
impl ComponentProgress {
    /// Which.
    async fn component(&self) -> Component {
        self.standing.component.clone().into()
    }

    /// Why it is locked, in words that a learner understands; null where it is open. What is told of a locked component is kept, and counts as
    /// done once it opens.
    async fn locked_reason(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The reader's language, BCP 47; by `Accept-Language` where absent, or where nothing is said in it."
        )]
        language: Option<String>,
    ) -> Option<String> {
        self.standing.locked_reason(ctx.words(language.as_deref()))
    }

    /// Where it stands.
    async fn state(&self) -> ComponentState {
        self.standing.state.into()
    }

    /// Share done, 0 to 100.
    async fn percent(&self) -> f64 {
        amount::to_f64(self.standing.percent)
    }

    /// When done.
    async fn completed_at(&self) -> Option<DateTime> {
        moment(self.standing.completed_at)
    }

    /// Why it is done; null while it is not, or was waived.
    async fn source(&self) -> Option<ProgressSource> {
        self.standing.source.map(Into::into)
    }
}

/// The components of an enrollment, in order.
pub async fn components(ctx: &Context<'_>, enrollment: Uuid) -> Result<Vec<ComponentProgress>> {
    Ok(load::<ComponentsOfEnrollment>(ctx, enrollment).await?.unwrap_or_default())
}

/// Components by enrollment.
struct ComponentsOfEnrollment;

impl Batch for ComponentsOfEnrollment {
    type Key = Uuid;
    type Value = Vec<ComponentProgress>;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Vec<ComponentProgress>>> {
        let rows = read::by_ids::<rows::enrollment::Entity>(&request.service, keys).await?;
        let standings = progress::by_enrollments(&request.service, &rows).await?;
        let shown = |standings: Vec<progress::Standing>| {
            standings.into_iter().map(|standing| ComponentProgress { standing }).collect()
        };
        Ok(standings.into_iter().map(|(id, standings)| (id, shown(standings))).collect())
    }
}

/// Registers this domain's loaders.
pub fn register(request: &std::sync::Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(request, data, ComponentsOfEnrollment);
    event::register(request, data);
}
