//! Units of learning, and what the learner can do after.

use async_graphql::{Context, ID, Object};
use cairn_service::amount;
use cairn_service::ids::Kind;
use cairn_service::rows;

use super::load::{OutcomesOfModule, ProgramVersionById, SkillsOfOutcome};
use super::version::ProgramVersion;
use crate::graphql::context::{load, load_required};
use crate::graphql::error::Result;
use crate::graphql::scalar::global_id;
use crate::graphql::skill::{Skill, skills};

/// A unit of learning.
#[derive(Clone)]
pub struct Module {
    row: rows::module::Model,
}

impl From<rows::module::Model> for Module {
    fn from(row: rows::module::Model) -> Self {
        Self { row }
    }
}

/// A unit of learning.
#[Object]
impl Module {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::Module, self.row.id)
    }

    /// The issuer's own id.
    async fn external_id(&self) -> Option<&str> {
        Some(&self.row.external_id)
    }

    /// Title.
    async fn title(&self) -> &str {
        &self.row.title
    }

    /// Notional hours.
    async fn workload_hours(&self) -> Option<f64> {
        self.row.workload_hours.map(amount::to_f64)
    }

    /// What the learner can do after.
    async fn learning_outcomes(&self, ctx: &Context<'_>) -> Result<Vec<LearningOutcome>> {
        let rows = load::<OutcomesOfModule>(ctx, self.row.id).await?.unwrap_or_default();
        Ok(rows.into_iter().map(LearningOutcome::from).collect())
    }
}

/// What the learner can do after.
#[derive(Clone)]
pub struct LearningOutcome {
    row: rows::learning_outcome::Model,
}

impl From<rows::learning_outcome::Model> for LearningOutcome {
    fn from(row: rows::learning_outcome::Model) -> Self {
        Self { row }
    }
}

/// What the learner can do after.
#[Object]
impl LearningOutcome {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::LearningOutcome, self.row.id)
    }

    /// The program's own code for it.
    async fn code(&self) -> Option<&str> {
        Some(&self.row.code)
    }

    /// The version that states it.
    async fn program_version(&self, ctx: &Context<'_>) -> Result<ProgramVersion> {
        load_required::<ProgramVersionById>(ctx, self.row.version_id).await
    }

    /// In words.
    async fn statement(&self) -> &str {
        &self.row.statement
    }

    /// Skills it aligns to.
    async fn skills(&self, ctx: &Context<'_>) -> Result<Vec<Skill>> {
        let ids = load::<SkillsOfOutcome>(ctx, self.row.id).await?.unwrap_or_default();
        skills(ctx, ids).await
    }
}
