//! How a passport is shared: the type, and `sharePassport`.

use std::collections::HashMap;

use async_graphql::{Context, InputObject, Object, SimpleObject};
use cairn_service::error::Result as ServiceResult;
use cairn_service::page::{Page, PageArgs};
use cairn_service::{passport, rows};
use uuid::Uuid;

use super::super::command::outcome;
use super::super::connection::{Connection, page_args};
use super::super::context::{Batch, ContextExt, Request, load};
use super::super::credential::Credential;
use super::super::enums::Visibility;
use super::super::error::{Result, UserError};
use super::super::reference::CredentialRef;
use super::super::scalar::{DateTime, Url, moment};
use super::Passport;

/// How a passport is shared. Only its holder sees this.
#[derive(Clone)]
pub struct PassportShare {
    row: rows::passport_share::Model,
}

impl From<rows::passport_share::Model> for PassportShare {
    fn from(row: rows::passport_share::Model) -> Self {
        Self { row }
    }
}

/// How a passport is shared. Only its holder sees this.
#[Object]
impl PassportShare {
    /// Who may see its page.
    async fn visibility(&self) -> Visibility {
        self.row.visibility.into()
    }

    /// Until when its page is shown; null without end.
    async fn shared_until(&self) -> Option<DateTime> {
        moment(self.row.shared_until)
    }

    /// Its page; whoever has the address may see it, unless it is private or its time has passed.
    async fn url(&self, ctx: &Context<'_>) -> Url {
        Url(passport::address(ctx.service(), &self.row))
    }

    /// All that its page shows as one PDF to print or hand over; shown as the page is.
    async fn pdf_url(&self, ctx: &Context<'_>) -> Url {
        Url(format!("{}.pdf", passport::address(ctx.service(), &self.row)))
    }

    /// The credentials that it shows as one signed learner record (1EdTech CLR 2.0), of those whose own pages are shown; shown as the page is.
    async fn record_url(&self, ctx: &Context<'_>) -> Url {
        Url(format!("{}.json", passport::address(ctx.service(), &self.row)))
    }

    /// The name that it shows; null where it shows the person's.
    async fn name(&self) -> Option<&str> {
        self.row.name.as_deref()
    }

    /// Whether it shows all credentials whose own pages are shown, those to come too; else those that were chosen.
    async fn all_credentials(&self) -> bool {
        self.row.credentials.is_none()
    }

    /// The credentials that it shows at this moment, the newest first.
    async fn credentials(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the front, at most 100.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Credential>> {
        let (person, args) = (self.row.person_id, page_args(first, after, last, before));
        let page = load::<SharedCredentials>(ctx, (person, args)).await?.unwrap_or_else(Page::empty);
        Ok(Connection::new(page, move |ctx| {
            Box::pin(async move { Ok(load::<CountOfShared>(ctx, person).await?.unwrap_or_default()) })
        }))
    }

    /// Whether it shows projects.
    async fn shows_projects(&self) -> bool {
        self.row.shows_projects
    }

    /// Whether it shows how far its holder is with what their credentials count towards.
    async fn shows_progress(&self) -> bool {
        self.row.shows_progress
    }

    /// How often its page was opened.
    async fn views(&self) -> i32 {
        i32::try_from(self.row.views).unwrap_or(i32::MAX)
    }

    /// When last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.row.updated_at)
    }
}

/// Pages of the credentials that the caller shows.
pub struct SharedCredentials;

impl Batch for SharedCredentials {
    type Key = (Uuid, PageArgs);
    type Value = Page<Credential>;

    async fn load(request: &Request, keys: &[Self::Key]) -> ServiceResult<HashMap<Self::Key, Self::Value>> {
        let persons: Vec<Uuid> = keys.iter().map(|(person, _)| *person).collect();
        let shares = own_shares(request, &persons).await?;
        let mut pages = HashMap::new();
        for (person, args) in keys {
            let Some(share) = shares.get(person) else { continue };
            let page = passport::credentials(&request.service, share, args).await?;
            pages.insert((*person, args.clone()), page.map(Credential::from));
        }
        Ok(pages)
    }
}

/// How many they are.
pub struct CountOfShared;

impl Batch for CountOfShared {
    type Key = Uuid;
    type Value = u64;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, u64>> {
        let mut counts = HashMap::new();
        for (person, share) in own_shares(request, keys).await? {
            counts.insert(person, passport::count_credentials(&request.service, &share).await?);
        }
        Ok(counts)
    }
}

/// How the caller shares their passport, where it is among those asked for.
pub async fn own_shares(
    request: &Request,
    persons: &[Uuid],
) -> ServiceResult<HashMap<Uuid, rows::passport_share::Model>> {
    let own = persons.iter().copied().filter(|person| passport::is_own(&request.actor, *person));
    passport::shares(&request.service, &own.collect::<Vec<Uuid>>()).await
}

/// Input of sharePassport: all of it together is how the passport is shared from then on.
#[derive(InputObject)]
pub struct SharePassportInput {
    /// Who may see its page.
    visibility: Visibility,
    /// Until when; without end where absent or null.
    expires_at: Option<DateTime>,
    /// The name that it shows, at most 300 characters; the person's where absent or null.
    name: Option<String>,
    /// The credentials that it shows, at most 500, also where their own pages are private. Where absent or null: all whose own pages are shown, those to
    /// come too.
    credentials: Option<Vec<CredentialRef>>,
    /// Whether it shows those projects that are to be shown.
    #[graphql(default = true)]
    projects: bool,
    /// Whether it shows how far its holder is with what their credentials count towards.
    #[graphql(default = true)]
    progress: bool,
    /// Whether it gets a new link; the old one leads nowhere from then on.
    #[graphql(default = false)]
    new_link: bool,
}

impl From<SharePassportInput> for passport::Sharing {
    fn from(input: SharePassportInput) -> Self {
        Self {
            visibility: input.visibility.into(),
            until: input.expires_at.map(|moment| moment.0),
            name: input.name,
            credentials: input.credentials.map(|named| named.into_iter().map(Into::into).collect()),
            projects: input.projects,
            progress: input.progress,
            new_link: input.new_link,
        }
    }
}

/// Answer of sharePassport.
#[derive(SimpleObject)]
pub struct SharePassportPayload {
    /// The passport.
    passport: Option<Passport>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Changing passports.
#[derive(Default)]
pub struct PassportMutations;

#[Object]
impl PassportMutations {
    /// Decides who may see the caller's passport by its link, until when, under which name, and what of it. Only the person whose it is may.
    async fn share_passport(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: SharePassportInput,
    ) -> Result<Option<SharePassportPayload>> {
        let shared = passport::share(ctx.service(), ctx.actor(), input.into());
        let (row, user_errors) = outcome(ctx, shared).await?;
        let passport = row.map(|row| Passport::of(row.person_id));
        Ok(Some(SharePassportPayload { passport, user_errors }))
    }
}
