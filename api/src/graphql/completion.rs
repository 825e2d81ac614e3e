//! "Why not yet?": what an enrollment still lacks for an award.

use std::collections::HashMap;

use async_graphql::{Context, Object};
use cairn_service::error::Result as ServiceResult;
use cairn_service::{completion, read, rows};
use uuid::Uuid;

use super::assessment::{Assessment, AssessmentById};
use super::component::{Component, ComponentById};
use super::context::{Batch, Request, load_required};
use super::error::Result;
use super::scalar::{DateTime, Json, moment};

/// What is missing for an award.
#[derive(Clone)]
pub struct CompletionGap {
    gap: std::sync::Arc<completion::Gap>,
}

/// What is missing for an award.
#[Object]
impl CompletionGap {
    /// Whether nothing is.
    async fn satisfied(&self) -> bool {
        self.gap.satisfied_at.is_some()
    }

    /// When the rule came to be satisfied.
    async fn satisfied_at(&self) -> Option<DateTime> {
        moment(self.gap.satisfied_at)
    }

    /// The smallest set that would do: each of these is needed, together they are enough.
    async fn missing(&self) -> Vec<MissingRequirement> {
        let each = self.gap.missing.iter().cloned();
        each.map(|requirement| MissingRequirement { requirement }).collect()
    }

    /// Whether no smaller set would do. With more than 20 open things that hang together it is a set that nothing can be left out of, though
    /// another might be smaller.
    async fn exact(&self) -> bool {
        self.gap.exact
    }

    /// The rule in the shape of `CompletionRuleInput`, each part with `satisfied`, `satisfiedAt` and, where it is open, `detail`.
    async fn tree(&self) -> Json {
        Json(self.gap.tree.clone())
    }
}

/// One thing that is missing.
#[derive(Clone)]
pub struct MissingRequirement {
    requirement: completion::Requirement,
}

/// One thing that is missing.
#[Object]
impl MissingRequirement {
    /// What is asked for.
    async fn requirement(&self) -> &str {
        &self.requirement.requirement
    }

    /// How far it is met: the threshold and the present value.
    async fn detail(&self) -> Option<&str> {
        self.requirement.detail.as_deref()
    }

    /// The component it asks for.
    async fn component(&self, ctx: &Context<'_>) -> Result<Option<Component>> {
        match self.requirement.component {
            Some(id) => load_required::<ComponentById>(ctx, id).await.map(Some),
            None => Ok(None),
        }
    }

    /// The assessment it asks for.
    async fn assessment(&self, ctx: &Context<'_>) -> Result<Option<Assessment>> {
        match self.requirement.assessment {
            Some(id) => load_required::<AssessmentById>(ctx, id).await.map(Some),
            None => Ok(None),
        }
    }
}

/// What an enrollment lacks.
pub async fn gap_of(ctx: &Context<'_>, enrollment: Uuid) -> Result<CompletionGap> {
    load_required::<GapOfEnrollment>(ctx, enrollment).await
}

/// What enrollments lack.
struct GapOfEnrollment;

impl Batch for GapOfEnrollment {
    type Key = Uuid;
    type Value = CompletionGap;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, CompletionGap>> {
        let rows = read::by_ids::<rows::enrollment::Entity>(&request.service, keys).await?;
        let gaps = completion::gaps(&request.service, &rows).await?;
        Ok(gaps.into_iter().map(|(id, gap)| (id, CompletionGap { gap: gap.into() })).collect())
    }
}

/// Registers this domain's loaders.
pub fn register(request: &std::sync::Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(request, data, GapOfEnrollment);
}
