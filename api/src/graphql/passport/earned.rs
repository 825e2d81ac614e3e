//! What a person has earned, by skill, and what it counts towards.

use std::collections::HashMap;

use async_graphql::{Context, Object};
use cairn_service::error::Result as ServiceResult;
use cairn_service::page::{Page, PageArgs};
use cairn_service::passport::{self, Within};
use cairn_service::{amount, credential};
use futures_util::future::try_join_all;
use uuid::Uuid;

use super::super::component::{Component, ComponentById};
use super::super::connection::{Connection, Listed};
use super::super::context::{Batch, Request, load, load_required};
use super::super::credential::Credential;
use super::super::enrollment::{Enrollment, EnrollmentById};
use super::super::error::Result;
use super::super::program::{
    LearningOutcome, Program, ProgramById, ProgramVersion, ProgramVersionById, VisibleOutcome,
};
use super::super::scalar::{DateTime, moment};
use super::super::skill::Skill;

/// A skill, and what gave it.
#[derive(Clone)]
pub struct EarnedSkill {
    row: passport::EarnedSkill,
}

impl From<passport::EarnedSkill> for EarnedSkill {
    fn from(row: passport::EarnedSkill) -> Self {
        Self { row }
    }
}

/// A skill, and what gave it.
#[Object]
impl EarnedSkill {
    /// The skill.
    async fn skill(&self) -> Skill {
        (self.row.skill.clone(), self.row.framework.clone()).into()
    }

    /// Completed programs with outcomes that align to it, the latest completion first, each program once.
    async fn sources(&self) -> Vec<SkillSource> {
        self.row.sources.iter().cloned().map(|row| SkillSource { row }).collect()
    }
}

/// A completed program that gave a skill.
#[derive(Clone)]
pub struct SkillSource {
    row: passport::SkillSource,
}

/// A completed program that gave a skill.
#[Object]
impl SkillSource {
    /// The program.
    async fn program(&self, ctx: &Context<'_>) -> Result<Program> {
        load_required::<ProgramById>(ctx, self.row.enrollment.program_id).await
    }

    /// The version that was completed; its `levels` tell at which level.
    async fn program_version(&self, ctx: &Context<'_>) -> Result<ProgramVersion> {
        load_required::<ProgramVersionById>(ctx, self.row.enrollment.version_id).await
    }

    /// The outcomes that align to the skill.
    async fn outcomes(&self, ctx: &Context<'_>) -> Result<Vec<LearningOutcome>> {
        let each = self.row.outcomes.iter().map(|id| load::<VisibleOutcome>(ctx, *id));
        Ok(try_join_all(each).await?.into_iter().flatten().collect())
    }

    /// When it was completed.
    async fn completed_at(&self) -> Option<DateTime> {
        moment(self.row.enrollment.completed_at)
    }

    /// The credential for it: the one that stands, else the newest; null where it gave none.
    async fn credential(&self, ctx: &Context<'_>) -> Result<Option<Credential>> {
        load::<HeldForEnrollment>(ctx, self.row.enrollment.id).await
    }
}

/// A larger program that completed ones count towards.
#[derive(Clone)]
pub struct PassportStack {
    row: std::sync::Arc<passport::Stack>,
}

impl Listed for PassportStack {
    const NAME: &'static str = "PassportStack";
}

/// A larger program that completed ones count towards.
#[Object]
impl PassportStack {
    /// The larger program.
    async fn program(&self, ctx: &Context<'_>) -> Result<Program> {
        load_required::<ProgramById>(ctx, self.row.program.id).await
    }

    /// The version that the person is enrolled in, else the current one.
    async fn program_version(&self, ctx: &Context<'_>) -> Result<ProgramVersion> {
        load_required::<ProgramVersionById>(ctx, self.row.version.id).await
    }

    /// The person's enrollment in it; null where there is none. Its `whyNotYet` tells exactly what is missing.
    async fn enrollment(&self, ctx: &Context<'_>) -> Result<Option<Enrollment>> {
        match &self.row.enrollment {
            Some(row) => load::<EnrollmentById>(ctx, row.id).await,
            None => Ok(None),
        }
    }

    /// The credential for the whole; null where there is none.
    async fn credential(&self, ctx: &Context<'_>) -> Result<Option<Credential>> {
        match &self.row.enrollment {
            Some(row) => load::<HeldForEnrollment>(ctx, row.id).await,
            None => Ok(None),
        }
    }

    /// Its places, in order.
    async fn parts(&self) -> Vec<PassportStackPart> {
        self.row.parts.iter().cloned().map(|row| PassportStackPart { row }).collect()
    }

    /// Places done of those that must be; of a group as many as it asks for.
    async fn required_done(&self) -> i32 {
        self.row.required.0
    }

    /// Places that must be done; of a group as many as it asks for.
    async fn required_total(&self) -> i32 {
        self.row.required.1
    }

    /// Share done, 0 to 100.
    async fn percent(&self) -> f64 {
        amount::to_f64(self.row.percent)
    }

    /// When it was completed; null where it is not.
    async fn completed_at(&self) -> Option<DateTime> {
        moment(self.row.completed_at)
    }
}

/// A place in a larger program.
#[derive(Clone)]
pub struct PassportStackPart {
    row: passport::StackPart,
}

/// A place in a larger program.
#[Object]
impl PassportStackPart {
    /// The component.
    async fn component(&self, ctx: &Context<'_>) -> Result<Component> {
        load_required::<ComponentById>(ctx, self.row.component).await
    }

    /// When it was done; null where it is missing.
    async fn completed_at(&self) -> Option<DateTime> {
        moment(self.row.completed_at)
    }

    /// The credential of the program in it; null where it has none, or is missing.
    async fn credential(&self, ctx: &Context<'_>) -> Result<Option<Credential>> {
        match self.row.enrollment {
            Some(enrollment) => load::<HeldForEnrollment>(ctx, enrollment).await,
            None => Ok(None),
        }
    }
}

/// A page of what a person's completed programs count towards.
pub async fn stacks_of(ctx: &Context<'_>, person: Uuid, args: PageArgs) -> Result<Connection<PassportStack>> {
    let page = load::<StacksOf>(ctx, (person, args)).await?.unwrap_or_else(Page::empty);
    Ok(Connection::new(page, move |ctx| {
        Box::pin(async move { Ok(load::<CountOfStacks>(ctx, person).await?.unwrap_or_default()) })
    }))
}

/// Pages of what the caller's completed programs count towards.
pub struct StacksOf;

impl Batch for StacksOf {
    type Key = (Uuid, PageArgs);
    type Value = Page<PassportStack>;

    async fn load(request: &Request, keys: &[Self::Key]) -> ServiceResult<HashMap<Self::Key, Self::Value>> {
        let mut pages = HashMap::new();
        for (person, args) in keys.iter().filter(|(person, _)| passport::is_own(&request.actor, *person)) {
            let page = passport::stacks(&request.service, *person, &Within::everything(), args).await?;
            pages.insert((*person, args.clone()), page.map(|row| PassportStack { row: row.into() }));
        }
        Ok(pages)
    }
}

/// How many they are.
pub struct CountOfStacks;

impl Batch for CountOfStacks {
    type Key = Uuid;
    type Value = u64;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, u64>> {
        let mut counts = HashMap::new();
        for person in keys.iter().filter(|person| passport::is_own(&request.actor, **person)) {
            let count = passport::count_stacks(&request.service, *person, &Within::everything()).await?;
            counts.insert(*person, count);
        }
        Ok(counts)
    }
}

/// The credential of an enrollment that the caller holds: the one that stands, else the newest.
pub struct HeldForEnrollment;

impl Batch for HeldForEnrollment {
    type Key = Uuid;
    type Value = Credential;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Credential>> {
        let Some(person) = request.actor.person() else { return Ok(HashMap::new()) };
        let rows = credential::held_for(&request.service, person, keys).await?;
        Ok(rows.into_iter().map(|(enrollment, row)| (enrollment, row.into())).collect())
    }
}
