//! How a passport is shared: the type, and `sharePassport`.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use cairn_service::{passport, rows};

use super::super::command::outcome;
use super::super::connection::{Connection, page_args};
use super::super::context::ContextExt;
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
        let args = page_args(first, after, last, before);
        let page = passport::credentials(ctx.service(), &self.row, &args).await?;
        let row = self.row.clone();
        Ok(Connection::new(page.map(Credential::from), move |ctx| {
            let row = row.clone();
            Box::pin(async move { Ok(passport::count_credentials(ctx.service(), &row).await?) })
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
