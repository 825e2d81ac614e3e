//! What a version of a program states: the type `ProgramVersion`, and the fields that programs and versions share.

use std::collections::HashSet;
use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use cairn_service::amount;
use cairn_service::ids::Kind;
use cairn_service::program::terms::Terms;
use cairn_service::rows;
use uuid::Uuid;

use super::load::{
    AssessmentsOfVersion, AwardsOfVersion, ComponentsOfVersion, OutcomesOfVersion, PartiesOfVersion,
    RigorOfVersion, SkillsOfVersion, visible_programs,
};
use super::part::LearningOutcome;
use super::prior_learning::PriorLearning;
use super::rigor::RigorProfile;
use super::rule::CompletionRule;
use super::terms::{
    Award, Branding, ComponentGroup, Party, Prerequisites, Price, Recognition, Track, Validity,
};
use super::{Program, ProgramById};
use crate::graphql::assessment::Assessment;
use crate::graphql::component::Component;
use crate::graphql::context::{load, load_required};
use crate::graphql::endorsement::{Endorsement, EndorsementsOfVersion};
use crate::graphql::enums::{
    ComponentOrder, DeliveryMode, IntegrityFlagPolicy, ProgramStatus, RegradePolicy,
};
use crate::graphql::error::Result;
use crate::graphql::scalar::{DateTime, Url, global_id, moment};
use crate::graphql::skill::{Skill, skills};
use crate::graphql::terms::{Credit, Level};

/// One version of a program, frozen once published.
#[derive(Clone)]
pub struct ProgramVersion {
    row: Arc<rows::program_version::Model>,
}

impl From<rows::program_version::Model> for ProgramVersion {
    fn from(row: rows::program_version::Model) -> Self {
        Self { row: Arc::new(row) }
    }
}

impl From<Arc<rows::program_version::Model>> for ProgramVersion {
    fn from(row: Arc<rows::program_version::Model>) -> Self {
        Self { row }
    }
}

impl ProgramVersion {
    /// The row.
    pub fn row(&self) -> &rows::program_version::Model {
        &self.row
    }
}

/// One version of a program, frozen once published.
#[Object]
impl ProgramVersion {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::ProgramVersion, self.row.id)
    }

    /// Which, from 1.
    async fn number(&self) -> i32 {
        self.row.number
    }

    /// The program, as its published version states it.
    async fn program(&self, ctx: &Context<'_>) -> Result<Program> {
        load_required::<ProgramById>(ctx, self.row.program_id).await
    }

    #[graphql(flatten)]
    async fn content(&self) -> Content {
        Content(self.row.clone())
    }

    /// How it is assessed.
    async fn assessments(&self, ctx: &Context<'_>) -> Result<Vec<Assessment>> {
        let rows = load::<AssessmentsOfVersion>(ctx, self.row.id).await?.unwrap_or_default();
        Ok(rows.into_iter().map(Assessment::from).collect())
    }
}

/// What programs and versions both tell; its fields stand in their types.
pub struct Content(pub Arc<rows::program_version::Model>);

/// What programs and versions both tell.
#[Object]
impl Content {
    /// Where the version stands.
    async fn status(&self) -> ProgramStatus {
        self.0.status.into()
    }

    /// When the version was published.
    async fn published_at(&self) -> Option<DateTime> {
        moment(self.0.published_at)
    }

    /// When the version last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }

    /// Title.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// In a line or two.
    async fn summary(&self) -> Option<&str> {
        self.0.summary.as_deref()
    }

    /// At length, Markdown.
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// Open Badges `achievementType`, as the standard spells it, `ext:` ones too.
    async fn achievement_type(&self) -> &str {
        &self.0.achievement_type
    }

    /// How it is earned, Markdown.
    async fn criteria(&self) -> Option<&str> {
        self.0.criteria.as_deref()
    }

    /// BCP 47 tag.
    async fn language(&self) -> &str {
        &self.0.language
    }

    /// How one takes part.
    async fn delivery_mode(&self) -> Option<DeliveryMode> {
        self.0.delivery_mode.map(Into::into)
    }

    /// How long it usually takes.
    async fn duration_weeks(&self) -> Option<f64> {
        self.0.duration_weeks.map(amount::to_f64)
    }

    /// Notional hours.
    async fn workload_hours(&self) -> Option<f64> {
        self.0.workload_hours.map(amount::to_f64)
    }

    /// A picture of it.
    async fn image_url(&self) -> Option<Url> {
        self.0.image_url.clone().map(Url)
    }

    /// The code that people know it by.
    async fn human_code(&self) -> Option<&str> {
        self.0.human_code.as_deref()
    }

    /// Field of study.
    async fn field_of_study(&self) -> Option<&str> {
        self.0.field_of_study.as_deref()
    }

    /// Focus within the field.
    async fn specialization(&self) -> Option<&str> {
        self.0.specialization.as_deref()
    }

    /// Tags.
    async fn tags(&self) -> Result<Vec<String>> {
        Ok(self.0.tags()?)
    }

    /// What it costs; several terms where it may be paid in several ways.
    async fn prices(&self) -> Result<Vec<Price>> {
        Ok(self.0.prices()?.into_iter().map(Price::from).collect())
    }

    /// What credit it gives.
    async fn credits(&self) -> Result<Vec<Credit>> {
        Ok(self.0.credits()?.into_iter().map(Credit::from).collect())
    }

    /// Levels it lies at.
    async fn levels(&self) -> Result<Vec<Level>> {
        Ok(self.0.levels()?.into_iter().map(Level::from).collect())
    }

    /// Tracks that one can enroll in.
    async fn tracks(&self) -> Result<Vec<Track>> {
        Ok(self.0.tracks()?.into_iter().map(Track::from).collect())
    }

    /// What others count it as.
    async fn recognitions(&self) -> Result<Vec<Recognition>> {
        Ok(self.0.recognitions()?.into_iter().map(Recognition::from).collect())
    }

    /// How long a credential lasts; null where it does not end.
    async fn validity(&self) -> Result<Option<Validity>> {
        let Some(months) = self.0.validity_months else { return Ok(None) };
        let rule = self.0.renewal_rule()?;
        Ok(Some(Validity {
            months,
            renewal_opens_months_before: self.0.renewal_opens_months_before,
            renewal_closes_months_after: self.0.renewal_closes_months_after,
            renewal_start: self.0.renewal_start.into(),
            renews_contained: self.0.renews_contained,
            renewal_rule: rule.map(|rule| CompletionRule { version: self.0.clone(), rule }),
        }))
    }

    /// Whether its credentials may be suspended.
    async fn may_suspend(&self) -> bool {
        self.0.may_suspend
    }

    /// What becomes of a credential that a changed grade no longer supports.
    async fn on_regrade(&self) -> RegradePolicy {
        self.0.on_regrade.into()
    }

    /// What becomes of issued credentials while what they rest on is in doubt.
    async fn on_integrity_flag(&self) -> IntegrityFlagPolicy {
        self.0.on_integrity_flag.into()
    }

    /// Who vouches for what it awards, the newest first.
    async fn endorsements(&self, ctx: &Context<'_>) -> Result<Vec<Endorsement>> {
        Ok(load::<EndorsementsOfVersion>(ctx, self.0.id).await?.unwrap_or_default())
    }

    /// Skills of all its outcomes.
    async fn skills(&self, ctx: &Context<'_>) -> Result<Vec<Skill>> {
        let ids = load::<SkillsOfVersion>(ctx, self.0.id).await?.unwrap_or_default();
        let mut seen = HashSet::new();
        let ids: Vec<Uuid> = ids.into_iter().filter(|id| seen.insert(*id)).collect();
        skills(ctx, ids).await
    }

    /// What the learner can do after.
    async fn learning_outcomes(&self, ctx: &Context<'_>) -> Result<Vec<LearningOutcome>> {
        let rows = load::<OutcomesOfVersion>(ctx, self.0.id).await?.unwrap_or_default();
        Ok(rows.into_iter().map(LearningOutcome::from).collect())
    }

    /// What is needed before.
    async fn prerequisites(&self, ctx: &Context<'_>) -> Result<Option<Prerequisites>> {
        let Some(stored) = self.0.prerequisites()? else { return Ok(None) };
        let programs = visible_programs(ctx, stored.programs).await?;
        Ok(Some(Prerequisites { description: stored.description, programs }))
    }

    /// Its places, in order.
    async fn components(&self, ctx: &Context<'_>) -> Result<Vec<Component>> {
        let rows = load::<ComponentsOfVersion>(ctx, self.0.id).await?.unwrap_or_default();
        Ok(rows.into_iter().map(Component::from).collect())
    }

    /// Whether its components open one after the other.
    async fn component_order(&self) -> ComponentOrder {
        self.0.component_order.into()
    }

    /// Groups of components to choose from.
    async fn component_groups(&self) -> Result<Vec<ComponentGroup>> {
        Ok(self.0.component_groups()?.into_iter().map(ComponentGroup::from).collect())
    }

    /// Whether who has done what it asks for by its component programs alone is enrolled in it, and completes it.
    async fn enrolls_by_itself(&self) -> bool {
        self.0.enrolls_by_itself
    }

    /// How it looks, where it differs from its issuer.
    async fn branding(&self) -> Result<Option<Branding>> {
        Ok(self.0.branding()?.map(Branding::from))
    }

    /// How much of it may be recognized as learned before; null: nothing.
    async fn prior_learning(&self) -> Result<Option<PriorLearning>> {
        Ok(self.0.prior_learning()?.map(PriorLearning::from))
    }

    /// What decides an award; where the provider gave none: every required component, and every assessment passed.
    async fn completion_rule(&self) -> Result<Option<CompletionRule>> {
        Ok(self.0.rule()?.map(|rule| CompletionRule { version: self.0.clone(), rule }))
    }

    /// Facts that tell rigor from noise.
    async fn rigor(&self, ctx: &Context<'_>) -> Result<RigorProfile> {
        let rigor = load_required::<RigorOfVersion>(ctx, self.0.id).await?;
        Ok(RigorProfile { program: self.0.program_id, version: self.0.id, rigor })
    }

    /// What one gets when its rule is met.
    async fn awards(&self, ctx: &Context<'_>) -> Result<Vec<Award>> {
        Ok(load::<AwardsOfVersion>(ctx, self.0.id).await?.unwrap_or_default())
    }

    /// Who has a part in it.
    async fn parties(&self, ctx: &Context<'_>) -> Result<Vec<Party>> {
        let parties = load::<PartiesOfVersion>(ctx, self.0.id).await?.unwrap_or_default();
        Ok(parties.into_iter().map(Party::from).collect())
    }
}
