//! The rigor profile: facts that tell rigor from noise.

use async_graphql::{Context, Object, SimpleObject};
use cairn_service::amount;
use cairn_service::program::Rigor;
use uuid::Uuid;

use super::load::{ObservedOfProgram, ObservedOfVersion};
use super::terms::QualityAssurance;
use crate::graphql::context::load;
use crate::graphql::enums::{AssessmentKind, GradingMode, IdentityCheck, Supervision};
use crate::graphql::error::Result;
use crate::graphql::terms::Level;

/// Facts that tell rigor from noise.
pub struct RigorProfile {
    pub program: Uuid,
    pub version: Uuid,
    pub rigor: Rigor,
}

/// Facts that tell rigor from noise.
#[Object]
impl RigorProfile {
    /// Notional hours: as stated, else those of all required parts.
    async fn workload_hours(&self) -> Option<f64> {
        self.rigor.workload_hours.map(amount::to_f64)
    }

    /// At which levels, of which frameworks.
    async fn levels(&self) -> Vec<Level> {
        self.rigor.levels.iter().cloned().map(Level::from).collect()
    }

    /// Which kinds of assessment.
    async fn assessment_kinds(&self) -> Vec<AssessmentKind> {
        self.rigor.assessment_kinds.iter().map(|kind| (*kind).into()).collect()
    }

    /// The strongest supervision that the award requires: that of an assessment which no way to the award can do without.
    async fn supervision(&self) -> Supervision {
        self.rigor.supervision.into()
    }

    /// The strongest identity check that the award requires; a rule that asks for a verified identity counts as one by document.
    async fn identity_check(&self) -> IdentityCheck {
        self.rigor.identity_check.into()
    }

    /// Who grades.
    async fn grading(&self) -> Vec<GradingMode> {
        self.rigor.grading.iter().map(|mode| (*mode).into()).collect()
    }

    /// Most attempts at a required assessment; null without limit.
    async fn max_attempts(&self) -> Option<i32> {
        self.rigor.max_attempts
    }

    /// Overall pass mark, 0 to 100.
    async fn pass_mark(&self) -> Option<f64> {
        self.rigor.pass_mark.map(amount::to_f64)
    }

    /// Who assures quality.
    async fn quality_assurance(&self) -> Vec<QualityAssurance> {
        self.rigor.quality_assurance.iter().map(|assurance| (*assurance).into()).collect()
    }

    /// How much of the program may come by recognition of prior learning instead of being learned here, 0 to 100.
    async fn recognized_share_percent(&self) -> f64 {
        amount::to_f64(self.rigor.recognized_share)
    }

    /// What was observed over all versions of the program, as it is now; null for small groups.
    async fn observed(&self, ctx: &Context<'_>) -> Result<Option<ObservedRigor>> {
        load::<ObservedOfProgram>(ctx, self.program).await
    }

    /// What was observed of this version alone; null for small groups.
    async fn observed_of_version(&self, ctx: &Context<'_>) -> Result<Option<ObservedRigor>> {
        load::<ObservedOfVersion>(ctx, self.version).await
    }
}

/// What was observed.
#[derive(SimpleObject, Clone)]
pub struct ObservedRigor {
    /// Graded attempts; 0 where nobody is assessed, or too few to tell of beside the completions.
    pub attempt_count: i64,
    /// Share of those with a verdict that passed, 0 to 1.
    pub pass_rate: Option<f64>,
    /// Median days from start to completion.
    pub median_days_to_complete: Option<f64>,
}
