//! "Why not yet?": what an enrollment still lacks for an award.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, Object};
use cairn_service::error::Result as ServiceResult;
use cairn_service::{completion, read, rows};
use cairn_words::Words;
use uuid::Uuid;

use super::assessment::{Assessment, AssessmentById};
use super::component::{Component, ComponentById};
use super::context::{Batch, ContextExt, Request, load_required};
use super::error::Result;
use super::scalar::{DateTime, Json, moment};

/// What is missing for an award.
pub struct CompletionGap {
    gap: Arc<completion::Gap>,
    words: Words,
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
        each.map(|requirement| MissingRequirement { requirement, words: self.words }).collect()
    }

    /// Whether no smaller set would do. With more than 20 open things that hang together it is a set that nothing can be left out of, though
    /// another might be smaller.
    async fn exact(&self) -> bool {
        self.gap.exact
    }

    /// The rule in the shape of `CompletionRuleInput`, each part with `satisfied`, `satisfiedAt` and, where it is open, `detail`.
    async fn tree(&self) -> Json {
        Json(self.gap.tree.told(self.words))
    }
}

/// One thing that is missing.
pub struct MissingRequirement {
    requirement: completion::Requirement,
    words: Words,
}

/// One thing that is missing.
#[Object]
impl MissingRequirement {
    /// What is asked for.
    async fn requirement(&self) -> String {
        self.requirement.told(self.words)
    }

    /// How far it is met: the threshold and the present value.
    async fn detail(&self) -> Option<String> {
        self.requirement.detail(self.words)
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

/// What an enrollment lacks, in the language asked for by its tag.
pub async fn gap_of(ctx: &Context<'_>, enrollment: Uuid, language: Option<&str>) -> Result<CompletionGap> {
    let gap = load_required::<GapOfEnrollment>(ctx, enrollment).await?;
    Ok(CompletionGap { gap, words: ctx.words(language) })
}

/// What enrollments lack.
struct GapOfEnrollment;

impl Batch for GapOfEnrollment {
    type Key = Uuid;
    type Value = Arc<completion::Gap>;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Self::Value>> {
        let rows = read::by_ids::<rows::enrollment::Entity>(&request.service, keys).await?;
        let gaps = completion::gaps(&request.service, &rows).await?;
        Ok(gaps.into_iter().map(|(id, gap)| (id, gap.into())).collect())
    }
}

/// Registers this domain's loaders.
pub fn register(request: &Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(request, data, GapOfEnrollment);
}
