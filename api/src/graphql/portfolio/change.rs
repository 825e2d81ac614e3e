//! Making, changing and deleting projects.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use cairn_service::ids::{self, Kind};
use cairn_service::patch::Patch;
use cairn_service::portfolio;
use uuid::Uuid;

use super::super::command::outcome;
use super::super::context::ContextExt;
use super::super::error::{Result, UserError};
use super::super::learner::patch;
use super::super::reference::{CredentialRef, SkillRef};
use super::super::scalar::{Date, Url, global_id};
use super::PortfolioProject;

/// Where a project, or a part of it, is to be seen.
#[derive(InputObject)]
pub struct PortfolioLinkInput {
    /// What is there, at most 300 characters.
    title: String,
    /// Where: an https address.
    url: Url,
}

impl From<PortfolioLinkInput> for portfolio::Link {
    fn from(input: PortfolioLinkInput) -> Self {
        Self { title: input.title, url: input.url.0 }
    }
}

/// A file that belongs to a project. It is told apart by its digest; the file itself is not sent.
#[derive(InputObject)]
pub struct PortfolioFileInput {
    /// Name, at most 300 characters.
    name: String,
    /// Media type (RFC 6838), such as `application/pdf`.
    media_type: String,
    /// Size in bytes.
    size: f64,
    /// SHA-2 digest of its content: a multihash in multibase (`z…`, `u…`), or subresource integrity (`sha256-…`).
    digest: String,
    /// Where it is to be had: an https address.
    url: Option<Url>,
}

impl From<PortfolioFileInput> for portfolio::File {
    fn from(input: PortfolioFileInput) -> Self {
        // What is no number of bytes is refused as one below zero.
        let size = if input.size.fract() == 0.0 { input.size as i64 } else { -1 };
        Self {
            name: input.name,
            media_type: input.media_type,
            size,
            digest: input.digest,
            url: input.url.map(|url| url.0),
        }
    }
}

/// Input of createPortfolioProject.
#[derive(InputObject)]
pub struct CreatePortfolioProjectInput {
    /// Title, at most 300 characters.
    title: String,
    /// In a line or two, at most 1,000 characters.
    description: Option<String>,
    /// At length, plain text, at most 5,000 characters.
    text: Option<String>,
    /// When begun.
    started_on: Option<Date>,
    /// When finished.
    ended_on: Option<Date>,
    /// Where to see it, at most 10.
    #[graphql(default)]
    links: Vec<PortfolioLinkInput>,
    /// Files that belong to it, at most 20.
    #[graphql(default)]
    files: Vec<PortfolioFileInput>,
    /// Learning outcomes that it shows, at most 20, by id: of programs that the person is or was enrolled in.
    #[graphql(default)]
    outcomes: Vec<ID>,
    /// Skills that it shows, at most 20.
    #[graphql(default)]
    skills: Vec<SkillRef>,
    /// Credentials of the person's own that it belongs to, at most 20.
    #[graphql(default)]
    credentials: Vec<CredentialRef>,
    /// Whether the shared passport shows it, where it shows projects.
    #[graphql(default = true)]
    shown: bool,
}

impl From<CreatePortfolioProjectInput> for portfolio::Draft {
    fn from(input: CreatePortfolioProjectInput) -> Self {
        Self {
            title: Some(input.title),
            description: input.description.into(),
            text: input.text.into(),
            started_on: input.started_on.map(|day| day.0).into(),
            ended_on: input.ended_on.map(|day| day.0).into(),
            links: Patch::Set(listed(input.links)),
            files: Patch::Set(listed(input.files)),
            outcomes: Patch::Set(outcomes(input.outcomes)),
            skills: Patch::Set(listed(input.skills)),
            credentials: Patch::Set(listed(input.credentials)),
            shown: Some(input.shown),
        }
    }
}

fn listed<T, U: From<T>>(list: Vec<T>) -> Vec<U> {
    list.into_iter().map(U::from).collect()
}

fn outcomes(ids: Vec<ID>) -> Vec<Option<Uuid>> {
    ids.into_iter().map(|id| ids::decode_as(Kind::LearningOutcome, &id)).collect()
}

fn project_id(id: &ID) -> Option<Uuid> {
    ids::decode_as(Kind::PortfolioProject, id)
}

/// Answer of createPortfolioProject.
#[derive(SimpleObject)]
pub struct CreatePortfolioProjectPayload {
    /// The project.
    project: Option<PortfolioProject>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Input of updatePortfolioProject: an absent member keeps what is there, `null` clears it. Lists are put in the place of those that there are.
#[derive(InputObject)]
pub struct UpdatePortfolioProjectInput {
    /// Which.
    project: ID,
    /// Title, at most 300 characters.
    title: Option<String>,
    /// In a line or two, at most 1,000 characters.
    description: MaybeUndefined<String>,
    /// At length, plain text, at most 5,000 characters.
    text: MaybeUndefined<String>,
    /// When begun.
    started_on: MaybeUndefined<Date>,
    /// When finished.
    ended_on: MaybeUndefined<Date>,
    /// Where to see it, at most 10.
    links: MaybeUndefined<Vec<PortfolioLinkInput>>,
    /// Files that belong to it, at most 20.
    files: MaybeUndefined<Vec<PortfolioFileInput>>,
    /// Learning outcomes that it shows, at most 20, by id: of programs that the person is or was enrolled in.
    outcomes: MaybeUndefined<Vec<ID>>,
    /// Skills that it shows, at most 20.
    skills: MaybeUndefined<Vec<SkillRef>>,
    /// Credentials of the person's own that it belongs to, at most 20.
    credentials: MaybeUndefined<Vec<CredentialRef>>,
    /// Whether the shared passport shows it, where it shows projects.
    shown: Option<bool>,
}

impl From<UpdatePortfolioProjectInput> for portfolio::Draft {
    fn from(input: UpdatePortfolioProjectInput) -> Self {
        Self {
            title: input.title,
            description: patch(input.description),
            text: patch(input.text),
            started_on: patch(input.started_on).map(|day| day.0),
            ended_on: patch(input.ended_on).map(|day| day.0),
            links: patch(input.links).map(listed),
            files: patch(input.files).map(listed),
            outcomes: patch(input.outcomes).map(outcomes),
            skills: patch(input.skills).map(listed),
            credentials: patch(input.credentials).map(listed),
            shown: input.shown,
        }
    }
}

/// Answer of updatePortfolioProject.
#[derive(SimpleObject)]
pub struct UpdatePortfolioProjectPayload {
    /// The project.
    project: Option<PortfolioProject>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Input of deletePortfolioProject.
#[derive(InputObject)]
pub struct DeletePortfolioProjectInput {
    /// Which.
    project: ID,
}

/// Answer of deletePortfolioProject.
#[derive(SimpleObject)]
pub struct DeletePortfolioProjectPayload {
    /// The id of the project that is gone.
    deleted_project_id: Option<ID>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Changing portfolios: the caller's own.
#[derive(Default)]
pub struct PortfolioMutations;

#[Object]
impl PortfolioMutations {
    /// Adds a project to the caller's portfolio. Only a person who learns with an issuer here has one.
    async fn create_portfolio_project(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: CreatePortfolioProjectInput,
    ) -> Result<Option<CreatePortfolioProjectPayload>> {
        let made = portfolio::create(ctx.service(), ctx.actor(), input.into());
        let (row, user_errors) = outcome(ctx, made).await?;
        Ok(Some(CreatePortfolioProjectPayload { project: row.map(Into::into), user_errors }))
    }

    /// Changes a project of the caller's.
    async fn update_portfolio_project(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: UpdatePortfolioProjectInput,
    ) -> Result<Option<UpdatePortfolioProjectPayload>> {
        let project = project_id(&input.project);
        let changed = portfolio::update(ctx.service(), ctx.actor(), project, input.into());
        let (row, user_errors) = outcome(ctx, changed).await?;
        Ok(Some(UpdatePortfolioProjectPayload { project: row.map(Into::into), user_errors }))
    }

    /// Deletes a project of the caller's.
    async fn delete_portfolio_project(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: DeletePortfolioProjectInput,
    ) -> Result<Option<DeletePortfolioProjectPayload>> {
        let gone = portfolio::delete(ctx.service(), ctx.actor(), project_id(&input.project));
        let (gone, user_errors) = outcome(ctx, gone).await?;
        let deleted_project_id = gone.map(|id| global_id(Kind::PortfolioProject, id));
        Ok(Some(DeletePortfolioProjectPayload { deleted_project_id, user_errors }))
    }
}
