//! Notices to learners: what an issuer has decided of them, how they look, what became of each; loaders. What changes them is in `change`.

mod change;

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use cairn_service::error::{Error, Result as ServiceResult};
use cairn_service::ids::Kind;
use cairn_service::notice::{self, Rendered, Words};
use cairn_service::page::{Page, PageArgs};
use cairn_service::reference::IssuerReference;
use cairn_service::rows;
use cairn_service::rows::enums::NoticeStatus as StoredStatus;
use uuid::Uuid;

pub use change::NoticeMutations;

use super::connection::{Connection, Listed};
use super::context::{Batch, ContextExt, Request, load};
use super::credential::{Credential, VisibleCredential};
use super::enums::{NoticeKind, NoticeReason, NoticeStatus};
use super::error::{Result, UserError, user_errors};
use super::program::grouped;
use super::scalar::{DateTime, global_id, moment};

/// Whether and of what an issuer's learners are told by e-mail.
#[derive(Clone)]
pub struct NoticeSettings {
    issuer: Uuid,
    row: Option<rows::notice_setting::Model>,
}

/// Whether and of what an issuer's learners are told by e-mail.
#[Object]
impl NoticeSettings {
    /// Whether notices are sent; not until an issuer says so.
    async fn enabled(&self) -> bool {
        self.row.as_ref().is_some_and(|row| row.enabled)
    }

    /// Whether the server can send them: its operator has named a mail server.
    async fn server_sends(&self, ctx: &Context<'_>) -> bool {
        ctx.service().config.mail.is_some()
    }

    /// What is told.
    async fn kinds(&self) -> Result<Vec<NoticeKind>> {
        Ok(match &self.row {
            Some(row) => notice::kinds_of(row)?.into_iter().map(Into::into).collect(),
            None => Vec::new(),
        })
    }

    /// How many days before its end a credential is told of.
    async fn days_before_expiry(&self) -> i32 {
        self.row.as_ref().map_or(notice::DAYS_BEFORE_EXPIRY, |row| row.days_before_expiry)
    }

    /// Where answers go; to the issuer's own address where null.
    async fn reply_to(&self) -> Option<&str> {
        self.row.as_ref().and_then(|row| row.reply_to.as_deref())
    }

    /// The language for learners whose own is not known, or has no words. BCP 47.
    async fn language(&self) -> &str {
        self.row.as_ref().map_or("en", |row| &row.language)
    }

    /// The words that the issuer has set, by kind and language.
    async fn words(&self, ctx: &Context<'_>) -> Result<Vec<NoticeWords>> {
        let own = load::<OwnWordsOfIssuer>(ctx, self.issuer).await?.unwrap_or_default();
        Ok(own.into_iter().map(NoticeWords::from).collect())
    }

    /// The words in force for learners of a language: the issuer's own, else the server's.
    async fn words_in_force(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "For what.")] kind: NoticeKind,
        #[graphql(desc = "The learner's language, BCP 47.")] language: String,
    ) -> Result<NoticeWords> {
        let own = load::<OwnWordsOfIssuer>(ctx, self.issuer).await?.unwrap_or_default();
        let usual = self.row.as_ref().map_or("en", |row| &row.language);
        let (language, words) = notice::words_in_force(&own, kind.into(), Some(&language), usual);
        let own = own.iter().any(|row| row.kind == kind.into() && row.language == language);
        Ok(NoticeWords { kind, language, subject: words.subject, text: words.text, own })
    }

    /// How a notice looks with made-up values: in the words that are given, else in those in force.
    async fn preview(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Of what.")] kind: NoticeKind,
        #[graphql(desc = "In which language, BCP 47.")] language: String,
        #[graphql(desc = "Words to try out.")] words: Option<NoticeWordsInput>,
    ) -> Result<NoticePreviewPayload> {
        let issuer = IssuerReference::Id(self.issuer);
        let what = (kind.into(), language.as_str());
        let made =
            notice::preview(ctx.service(), ctx.actor(), Some(&issuer), what, words.map(Into::into)).await;
        let (preview, user_errors) = match made {
            Ok(made) => (Some(made.into()), Vec::new()),
            Err(Error::User(errors)) => (None, user_errors(errors)),
            Err(error) => return Err(error.into()),
        };
        Ok(NoticePreviewPayload { preview, user_errors })
    }

    /// When last changed.
    async fn updated_at(&self) -> Option<DateTime> {
        moment(self.row.as_ref().map(|row| row.updated_at))
    }
}

/// The words of one kind of notice in one language.
#[derive(SimpleObject, Clone)]
pub struct NoticeWords {
    /// For what.
    kind: NoticeKind,
    /// In which language, BCP 47.
    language: String,
    /// The subject line, with placeholders.
    subject: String,
    /// The text, with placeholders.
    text: String,
    /// Whether they are the issuer's own; the server's otherwise.
    own: bool,
}

impl From<rows::notice_template::Model> for NoticeWords {
    fn from(row: rows::notice_template::Model) -> Self {
        Self {
            kind: row.kind.into(),
            language: row.language,
            subject: row.subject,
            text: row.body,
            own: true,
        }
    }
}

/// Words with placeholders: `{learner}`, `{program}`, `{issuer}`, `{issuedOn}`, `{validUntil}`, `{link}` and `{contact}`.
#[derive(InputObject)]
pub struct NoticeWordsInput {
    /// The subject line: one line, with `{program}` and `{issuer}` alone.
    subject: String,
    /// The text: paragraphs with an empty line between. A line that asks for something that there is not is left out.
    text: String,
}

impl From<NoticeWordsInput> for Words {
    fn from(from: NoticeWordsInput) -> Self {
        Self { subject: from.subject, text: from.text }
    }
}

/// A notice as it looks.
#[derive(SimpleObject)]
pub struct NoticePreview {
    /// In which language, BCP 47.
    language: String,
    /// The subject line.
    subject: String,
    /// The text.
    text: String,
    /// The same as HTML.
    html: String,
}

impl From<Rendered> for NoticePreview {
    fn from(from: Rendered) -> Self {
        let Rendered { language, subject, text, html } = from;
        Self { language, subject, text, html }
    }
}

/// A notice as it looks, or what is wrong with the words.
#[derive(SimpleObject)]
pub struct NoticePreviewPayload {
    /// The notice.
    preview: Option<NoticePreview>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// One notice to the holder of a credential. Neither the address nor the text is kept.
#[derive(Clone)]
pub struct NoticeDelivery {
    row: rows::notice_delivery::Model,
}

impl From<rows::notice_delivery::Model> for NoticeDelivery {
    fn from(row: rows::notice_delivery::Model) -> Self {
        Self { row }
    }
}

impl Listed for NoticeDelivery {
    const NAME: &'static str = "NoticeDelivery";
}

/// One notice to the holder of a credential. Neither the address nor the text is kept.
#[Object]
impl NoticeDelivery {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::NoticeDelivery, self.row.id)
    }

    /// What it tells.
    async fn kind(&self) -> NoticeKind {
        self.row.kind.into()
    }

    /// Of which credential, to its holder. Takes `credentials:read`.
    async fn credential(&self, ctx: &Context<'_>) -> Result<Option<Credential>> {
        load::<VisibleCredential>(ctx, self.row.credential_id).await
    }

    /// What its Message-ID begins with: the same at every try.
    async fn message_id(&self) -> String {
        notice::message_name(self.row.message_id)
    }

    /// Where it stands.
    async fn status(&self) -> NoticeStatus {
        self.row.status.into()
    }

    /// Why it was not sent.
    async fn reason(&self) -> Option<NoticeReason> {
        self.row.reason.map(Into::into)
    }

    /// Tries so far.
    async fn attempt_count(&self) -> i32 {
        self.row.attempt_count
    }

    /// What the mail server answered to the last try: an SMTP reply code; null where it did not.
    async fn last_code(&self) -> Option<i32> {
        self.row.last_code
    }

    /// When tried next.
    async fn next_attempt_at(&self) -> Option<DateTime> {
        moment(self.row.next_attempt_at)
    }

    /// When the mail server took it.
    async fn sent_at(&self) -> Option<DateTime> {
        moment(self.row.sent_at)
    }

    /// When made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }
}

/// Notices by id, among those that the caller may read.
pub struct VisibleNotice;

impl Batch for VisibleNotice {
    type Key = Uuid;
    type Value = NoticeDelivery;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, NoticeDelivery>> {
        let rows = notice::visible_deliveries(&request.service, &request.actor, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// What issuers have decided, where the caller may manage their notices.
struct SettingsOfIssuer;

impl Batch for SettingsOfIssuer {
    type Key = Uuid;
    type Value = NoticeSettings;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, NoticeSettings>> {
        let found = notice::settings_of(&request.service, &request.actor, keys).await?;
        Ok(found.into_iter().map(|(issuer, row)| (issuer, NoticeSettings { issuer, row })).collect())
    }
}

/// The words of issuers' own, as rows.
struct OwnWordsOfIssuer;

impl Batch for OwnWordsOfIssuer {
    type Key = Uuid;
    type Value = Vec<rows::notice_template::Model>;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Self::Value>> {
        notice::words_of(&request.service, &request.actor, keys).await
    }
}

/// The same page of the notices of issuers, where the caller may read their learners.
struct NoticesOfIssuer;

impl Batch for NoticesOfIssuer {
    type Key = (Uuid, Option<StoredStatus>, PageArgs);
    type Value = Page<NoticeDelivery>;

    async fn load(request: &Request, keys: &[Self::Key]) -> ServiceResult<HashMap<Self::Key, Self::Value>> {
        let mut pages = HashMap::new();
        let alike = keys.iter().map(|(issuer, status, args)| ((*status, args), *issuer));
        for ((status, args), issuers) in grouped(alike) {
            let found =
                notice::deliveries_of(&request.service, &request.actor, &issuers, status, args).await?;
            for (id, page) in found {
                pages.insert((id, status, args.clone()), page.map(NoticeDelivery::from));
            }
        }
        Ok(pages)
    }
}

/// How many notices issuers have.
struct CountOfNotices;

impl Batch for CountOfNotices {
    type Key = (Uuid, Option<StoredStatus>);
    type Value = u64;

    async fn load(request: &Request, keys: &[Self::Key]) -> ServiceResult<HashMap<Self::Key, u64>> {
        let mut counts = HashMap::new();
        for (status, issuers) in grouped(keys.iter().map(|(issuer, status)| (*status, *issuer))) {
            let found = notice::count_deliveries(&request.service, &issuers, status).await?;
            counts.extend(found.into_iter().map(|(id, count)| ((id, status), count)));
        }
        Ok(counts)
    }
}

/// Registers this domain's loaders.
pub fn register(request: &std::sync::Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(
        request,
        data,
        VisibleNotice,
        SettingsOfIssuer,
        OwnWordsOfIssuer,
        NoticesOfIssuer,
        CountOfNotices,
    );
}

/// What an issuer has decided; refused to who may not manage its notices.
pub async fn settings_of(ctx: &Context<'_>, issuer: Uuid) -> Result<NoticeSettings> {
    let found = load::<SettingsOfIssuer>(ctx, issuer).await?;
    Ok(found.ok_or_else(|| Error::Forbidden("the notices of another issuer".to_owned()))?)
}

/// A page of an issuer's notices; refused to who may not read its learners.
pub async fn notices_of(
    ctx: &Context<'_>,
    issuer: Uuid,
    status: Option<NoticeStatus>,
    args: PageArgs,
) -> Result<Connection<NoticeDelivery>> {
    let status = status.map(StoredStatus::from);
    let page = load::<NoticesOfIssuer>(ctx, (issuer, status, args)).await?;
    let page = page.ok_or_else(|| Error::Forbidden("the notices of another issuer".to_owned()))?;
    Ok(Connection::new(page, move |ctx| {
        Box::pin(async move { Ok(load::<CountOfNotices>(ctx, (issuer, status)).await?.unwrap_or_default()) })
    }))
}
