//! Portfolios: what persons made themselves. What changes them is in `change`.

mod change;

use std::collections::HashMap;

use async_graphql::{Context, ID, Object, SimpleObject};
use cairn_service::error::Result as ServiceResult;
use cairn_service::ids::Kind;
use cairn_service::page::{Page, PageArgs};
use cairn_service::{credential, passport, portfolio, rows};
use futures_util::future::try_join_all;
use uuid::Uuid;

pub use change::PortfolioMutations;

use super::connection::{Connection, Listed};
use super::context::{Batch, Request, load};
use super::credential::Credential;
use super::error::Result;
use super::program::{LearningOutcome, VisibleOutcome};
use super::scalar::{Date, DateTime, Url, global_id};
use super::skill::{Skill, skills};

/// Where a project, or a part of it, is to be seen.
#[derive(SimpleObject, Clone)]
pub struct PortfolioLink {
    /// What is there.
    title: String,
    /// Where.
    url: Url,
}

/// A file that belongs to a project. The file itself is not kept.
#[derive(Clone)]
pub struct PortfolioFile {
    file: portfolio::File,
}

/// A file that belongs to a project. The file itself is not kept.
#[Object]
impl PortfolioFile {
    /// Name.
    async fn name(&self) -> &str {
        &self.file.name
    }

    /// Media type (RFC 6838).
    async fn media_type(&self) -> &str {
        &self.file.media_type
    }

    /// Size in bytes.
    async fn size(&self) -> f64 {
        self.file.size as f64
    }

    /// Digest of its content: a SHA-2 multihash in multibase, as `digestMultibase` of Verifiable Credentials 2.0.
    async fn digest_multibase(&self) -> &str {
        &self.file.digest
    }

    /// The same digest as subresource integrity: `sha256-…`, as `digestSRI` of Verifiable Credentials 2.0.
    #[graphql(name = "digestSRI")]
    async fn digest_sri(&self) -> Option<String> {
        self.file.integrity()
    }

    /// Where it is to be had.
    async fn url(&self) -> Option<Url> {
        self.file.url.clone().map(Url)
    }
}

/// Something that a person made and keeps beside what they earned. Only they see it, but for what their shared passport shows.
#[derive(Clone)]
pub struct PortfolioProject {
    row: rows::portfolio_project::Model,
}

impl From<rows::portfolio_project::Model> for PortfolioProject {
    fn from(row: rows::portfolio_project::Model) -> Self {
        Self { row }
    }
}

impl Listed for PortfolioProject {
    const NAME: &'static str = "PortfolioProject";
}

/// Something that a person made and keeps beside what they earned. Only they see it, but for what their shared passport shows.
#[Object]
impl PortfolioProject {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::PortfolioProject, self.row.id)
    }

    /// Title.
    async fn title(&self) -> &str {
        &self.row.title
    }

    /// In a line or two.
    async fn description(&self) -> Option<&str> {
        self.row.description.as_deref()
    }

    /// At length, plain text.
    async fn text(&self) -> Option<&str> {
        self.row.text.as_deref()
    }

    /// When begun.
    async fn started_on(&self) -> Option<Date> {
        self.row.started_on.map(Date)
    }

    /// When finished.
    async fn ended_on(&self) -> Option<Date> {
        self.row.ended_on.map(Date)
    }

    /// Where to see it.
    async fn links(&self) -> Result<Vec<PortfolioLink>> {
        let links = portfolio::links(&self.row)?.into_iter();
        Ok(links.map(|link| PortfolioLink { title: link.title, url: Url(link.url) }).collect())
    }

    /// Files that belong to it, by digest.
    async fn files(&self) -> Result<Vec<PortfolioFile>> {
        Ok(portfolio::files(&self.row)?.into_iter().map(|file| PortfolioFile { file }).collect())
    }

    /// Learning outcomes that it shows.
    async fn outcomes(&self, ctx: &Context<'_>) -> Result<Vec<LearningOutcome>> {
        let attached = attached(ctx, self.row.id).await?;
        let each = attached.iter().filter_map(|one| one.outcome_id).map(|id| load::<VisibleOutcome>(ctx, id));
        Ok(try_join_all(each).await?.into_iter().flatten().collect())
    }

    /// Skills that it shows.
    async fn skills(&self, ctx: &Context<'_>) -> Result<Vec<Skill>> {
        let attached = attached(ctx, self.row.id).await?;
        skills(ctx, attached.iter().filter_map(|one| one.skill_id).collect()).await
    }

    /// Credentials that it belongs to, of those that the person still holds.
    async fn credentials(&self, ctx: &Context<'_>) -> Result<Vec<Credential>> {
        let attached = attached(ctx, self.row.id).await?;
        let each = attached.iter().filter_map(|one| one.credential_id).map(|id| load::<HeldById>(ctx, id));
        Ok(try_join_all(each).await?.into_iter().flatten().collect())
    }

    /// Whether the shared passport shows it, where it shows projects.
    async fn shown(&self) -> bool {
        self.row.shown
    }

    /// When made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }

    /// When last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.row.updated_at)
    }
}

/// A page of a person's projects.
pub async fn projects_of(
    ctx: &Context<'_>,
    person: Uuid,
    args: PageArgs,
) -> Result<Connection<PortfolioProject>> {
    let page = load::<ProjectsOf>(ctx, (person, args)).await?.unwrap_or_else(Page::empty);
    Ok(Connection::new(page, move |ctx| {
        Box::pin(async move { Ok(load::<CountOfProjects>(ctx, person).await?.unwrap_or_default()) })
    }))
}

/// Pages of the caller's projects.
struct ProjectsOf;

impl Batch for ProjectsOf {
    type Key = (Uuid, PageArgs);
    type Value = Page<PortfolioProject>;

    async fn load(request: &Request, keys: &[Self::Key]) -> ServiceResult<HashMap<Self::Key, Self::Value>> {
        let mut pages = HashMap::new();
        for (person, args) in keys.iter().filter(|(person, _)| passport::is_own(&request.actor, *person)) {
            let page = portfolio::of_person(&request.service, *person, false, args).await?;
            pages.insert((*person, args.clone()), page.map(PortfolioProject::from));
        }
        Ok(pages)
    }
}

/// How many they are.
struct CountOfProjects;

impl Batch for CountOfProjects {
    type Key = Uuid;
    type Value = u64;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, u64>> {
        let mut counts = HashMap::new();
        for person in keys.iter().filter(|person| passport::is_own(&request.actor, **person)) {
            counts.insert(*person, portfolio::count_of_person(&request.service, *person, false).await?);
        }
        Ok(counts)
    }
}

async fn attached(ctx: &Context<'_>, project: Uuid) -> Result<Vec<rows::portfolio_attachment::Model>> {
    Ok(load::<AttachedTo>(ctx, project).await?.unwrap_or_default())
}

/// What projects show.
struct AttachedTo;

impl Batch for AttachedTo {
    type Key = Uuid;
    type Value = Vec<rows::portfolio_attachment::Model>;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Self::Value>> {
        portfolio::attachments(&request.service, keys).await
    }
}

/// Projects by id, among the caller's own.
pub struct OwnProject;

impl Batch for OwnProject {
    type Key = Uuid;
    type Value = PortfolioProject;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, PortfolioProject>> {
        let rows = portfolio::own_by_ids(&request.service, &request.actor, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// Credentials by id, among those that the caller holds.
struct HeldById;

impl Batch for HeldById {
    type Key = Uuid;
    type Value = Credential;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Credential>> {
        let Some(person) = request.actor.person() else { return Ok(HashMap::new()) };
        let rows = credential::held_by_ids(&request.service, person, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// Registers this domain's loaders.
pub fn register(request: &std::sync::Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(request, data, ProjectsOf, CountOfProjects, AttachedTo, OwnProject, HeldById);
}
