//! Credentials: types, queries, loaders. Inputs of lists are in `filter`, what changes credentials in `mutation`.

mod filter;
mod mutation;

use std::collections::HashMap;

use async_graphql::{Context, ID, Object, SimpleObject};
use cairn_service::error::{Error, Result as ServiceResult};
use cairn_service::ids::Kind;
use cairn_service::page::PageArgs;
use cairn_service::rows::enums::ExportForm;
use cairn_service::{credential, read, rows};
use uuid::Uuid;

pub use filter::{CredentialFilter, CredentialOrder};
pub use mutation::CredentialMutations;

use super::connection::{Connection, Listed, page_args};
use super::context::{Batch, ContextExt, Request, load, load_required};
use super::enrollment::{Enrollment, EnrollmentById};
use super::enums::{CredentialStatus, JwtAlgorithm, JwtProfile, RevocationReason, Visibility};
use super::error::Result;
use super::issuer::{Issuer, IssuerById, SigningKey, SigningKeyById};
use super::learner::{Learner, LearnerById};
use super::program::{Program, ProgramById, ProgramVersion, ProgramVersionById};
use super::scalar::{DateTime, Json, Url, global_id, moment};

/// A signed award.
#[derive(Clone)]
pub struct Credential {
    row: rows::credential::Model,
    /// Whether the caller found it by verifying it and may not see what is its holder's and issuer's.
    verified_only: bool,
}

impl From<rows::credential::Model> for Credential {
    fn from(row: rows::credential::Model) -> Self {
        Self { row, verified_only: false }
    }
}

impl Credential {
    /// A credential as whoever verified it sees it: who issued what, when, and where it stands.
    pub fn as_verified(row: rows::credential::Model, may_see: bool) -> Self {
        Self { row, verified_only: !may_see }
    }

    /// Refuses what only its holder and its issuer may see.
    fn require_sight(&self) -> Result<()> {
        match self.verified_only {
            true => Err(Error::Forbidden("only its holder and its issuer may see this".to_owned()).into()),
            false => Ok(()),
        }
    }
}

impl Listed for Credential {
    const NAME: &'static str = "Credential";
}

/// A signed award.
#[Object]
impl Credential {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::Credential, self.row.id)
    }

    /// Where it stands.
    async fn status(&self, ctx: &Context<'_>) -> CredentialStatus {
        match credential::standing(&self.row, ctx.service().now()) {
            credential::Standing::Active => CredentialStatus::Active,
            credential::Standing::Suspended => CredentialStatus::Suspended,
            credential::Standing::Revoked => CredentialStatus::Revoked,
            credential::Standing::Expired => CredentialStatus::Expired,
        }
    }

    /// When signed.
    async fn issued_at(&self) -> DateTime {
        DateTime(self.row.issued_at)
    }

    /// From when it holds.
    async fn valid_from(&self) -> DateTime {
        DateTime(self.row.valid_from)
    }

    /// Until when; null where it does not end.
    async fn valid_until(&self) -> Option<DateTime> {
        moment(self.row.valid_until)
    }

    /// Who may see its page.
    async fn visibility(&self) -> Result<Visibility> {
        self.require_sight()?;
        Ok(self.row.visibility.into())
    }

    /// Until when its page is shown; null without end.
    async fn shared_until(&self) -> Result<Option<DateTime>> {
        self.require_sight()?;
        Ok(moment(self.row.shared_until))
    }

    /// How often its page was opened.
    async fn views(&self, ctx: &Context<'_>) -> Result<i32> {
        self.require_sight()?;
        let count = load::<ViewsOf>(ctx, self.row.id).await?.unwrap_or_default();
        Ok(i32::try_from(count).unwrap_or(i32::MAX))
    }

    /// The results that it states, each with whether its page shows it.
    async fn results(&self) -> Result<Vec<CredentialResult>> {
        self.require_sight()?;
        let stated = credential::stated_results(&self.row)?.into_iter();
        Ok(stated.map(CredentialResult::from).collect())
    }

    /// Whether it stands, ends within 90 days, and nothing renews it yet.
    async fn expiring(&self, ctx: &Context<'_>) -> Result<bool> {
        if !credential::is_expiring(&self.row, ctx.service().now()) {
            return Ok(false);
        }
        Ok(load::<SuccessorOf>(ctx, (self.row.id, false)).await?.is_none())
    }

    /// Between which moments it may be renewed, as the version says that was earned; null where it has no end or was revoked. Whether it was renewed
    /// already is told by `renewedBy`.
    async fn renewal_window(&self, ctx: &Context<'_>) -> Result<Option<RenewalWindow>> {
        let Some(end) = self.row.valid_until.filter(|_| self.row.revoked_at.is_none()) else {
            return Ok(None);
        };
        let version = load_required::<ProgramVersionById>(ctx, self.row.version_id).await?;
        let window = credential::window(end, version.row());
        Ok(Some(RenewalWindow { opens_at: moment(window.opens_at), closes_at: moment(window.closes_at) }))
    }

    /// For what.
    async fn program(&self, ctx: &Context<'_>) -> Result<Program> {
        load_required::<ProgramById>(ctx, self.row.program_id).await
    }

    /// The version that was earned.
    async fn program_version(&self, ctx: &Context<'_>) -> Result<ProgramVersion> {
        load_required::<ProgramVersionById>(ctx, self.row.version_id).await
    }

    /// By whom.
    async fn issuer(&self, ctx: &Context<'_>) -> Result<Issuer> {
        load_required::<IssuerById>(ctx, self.row.issuer_id).await
    }

    /// To whom.
    async fn learner(&self, ctx: &Context<'_>) -> Result<Learner> {
        self.require_sight()?;
        load_required::<LearnerById>(ctx, self.row.learner_id).await
    }

    /// For which enrollment.
    async fn enrollment(&self, ctx: &Context<'_>) -> Result<Option<Enrollment>> {
        self.require_sight()?;
        match self.row.enrollment_id {
            Some(id) => load::<EnrollmentById>(ctx, id).await,
            None => Ok(None),
        }
    }

    /// The signed document, as JSON. Its exact bytes are at `urls.json`.
    async fn document(&self) -> Result<Option<Json>> {
        self.require_sight()?;
        let read = |text: &String| serde_json::from_str(text).map(Json).map_err(Error::from);
        Ok(self.row.document.as_ref().map(read).transpose()?)
    }

    /// The same as a compact JWT, signed when first asked for and the same from then on; null where the issuer has no key of the algorithm.
    async fn jwt(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who is meant to read it.", default_with = "JwtProfile::OpenBadges")]
        profile: JwtProfile,
        #[graphql(desc = "Signed with which algorithm.", default_with = "JwtAlgorithm::Eddsa")]
        algorithm: JwtAlgorithm,
    ) -> Result<Option<String>> {
        self.require_sight()?;
        load::<CredentialExport>(ctx, (self.row.id, form(profile, algorithm))).await
    }

    /// The key that signed it.
    async fn signing_key(&self, ctx: &Context<'_>) -> Result<SigningKey> {
        load_required::<SigningKeyById>(ctx, self.row.signing_key_id).await
    }

    /// Where to find it.
    async fn urls(&self, ctx: &Context<'_>) -> Result<CredentialUrls> {
        self.require_sight()?;
        let issuer = load_required::<IssuerById>(ctx, self.row.issuer_id).await?;
        let urls = credential::urls(issuer.row(), &self.row);
        Ok(CredentialUrls {
            page: Url(urls.page),
            json: Url(urls.json),
            jwt: Some(Url(urls.jwt)),
            png: Some(Url(urls.png)),
            svg: Some(Url(urls.svg)),
            pdf: Some(Url(urls.pdf)),
            bundle: Url(urls.bundle),
            embed: Url(urls.embed),
            oembed: Url(urls.oembed),
            qr: Url(urls.qr),
            linked_in: Url(urls.linked_in),
        })
    }

    /// When revoked.
    async fn revoked_at(&self) -> Option<DateTime> {
        moment(self.row.revoked_at)
    }

    /// Why revoked.
    async fn revocation_reason(&self) -> Result<Option<RevocationReason>> {
        self.require_sight()?;
        Ok(self.row.revocation_reason.map(RevocationReason::from))
    }

    /// The one that it renews.
    async fn renews(&self, ctx: &Context<'_>) -> Result<Option<Credential>> {
        self.other(ctx, self.row.renews_id).await
    }

    /// The one that renews it.
    async fn renewed_by(&self, ctx: &Context<'_>) -> Result<Option<Credential>> {
        let found = load::<SuccessorOf>(ctx, (self.row.id, false)).await?;
        Ok(found.map(|other| self.alike(other)))
    }

    /// The one whose place it takes.
    async fn replaces(&self, ctx: &Context<'_>) -> Result<Option<Credential>> {
        self.other(ctx, self.row.replaces_id).await
    }

    /// The one that takes its place.
    async fn replaced_by(&self, ctx: &Context<'_>) -> Result<Option<Credential>> {
        let found = load::<SuccessorOf>(ctx, (self.row.id, true)).await?;
        Ok(found.map(|other| self.alike(other)))
    }
}

impl Credential {
    async fn other(&self, ctx: &Context<'_>, id: Option<Uuid>) -> Result<Option<Credential>> {
        let Some(id) = id else { return Ok(None) };
        Ok(load::<CredentialById>(ctx, id).await?.map(|other| self.alike(other)))
    }

    /// Another credential of the same award, seen as this one is.
    fn alike(&self, other: Credential) -> Credential {
        Credential { verified_only: self.verified_only, ..other }
    }
}

/// A result that a credential states.
#[derive(SimpleObject, Clone)]
pub struct CredentialResult {
    /// What it is chosen by in `chooseCredentialResults`.
    key: String,
    /// What was measured.
    name: String,
    /// What was reached: a value, or a status.
    value: Option<String>,
    /// The most that could be.
    max_value: Option<String>,
    /// Whether the credential's page shows it.
    shown: bool,
}

impl From<credential::StatedResult> for CredentialResult {
    fn from(stated: credential::StatedResult) -> Self {
        Self {
            key: stated.key,
            name: stated.name,
            value: stated.value,
            max_value: stated.most,
            shown: stated.shown,
        }
    }
}

/// Between which moments a credential may be renewed.
#[derive(SimpleObject, Clone)]
pub struct RenewalWindow {
    /// From when; null: at any time before its end.
    opens_at: Option<DateTime>,
    /// Until when; null: at any time after its end.
    closes_at: Option<DateTime>,
}

/// Where to find a credential. What a server does not offer is null.
#[derive(SimpleObject, Clone)]
pub struct CredentialUrls {
    /// The page an employer sees.
    page: Url,
    /// The signed JSON.
    json: Url,
    /// The compact JWT.
    jwt: Option<Url>,
    /// A picture with the credential in it.
    png: Option<Url>,
    /// A drawing with the credential in it.
    svg: Option<Url>,
    /// For printing.
    pdf: Option<Url>,
    /// The credential with its issuer's keys and status lists, to be checked without a network.
    bundle: Url,
    /// A card for a frame on the pages of others.
    embed: Url,
    /// What tells others how to show that card (oEmbed 1.0).
    oembed: Url,
    /// A QR code that leads to the page, as SVG.
    qr: Url,
    /// Adds it to a LinkedIn profile.
    linked_in: Url,
}

/// The stored form of a profile and an algorithm.
fn form(profile: JwtProfile, algorithm: JwtAlgorithm) -> ExportForm {
    match (profile, algorithm) {
        (JwtProfile::OpenBadges, JwtAlgorithm::Eddsa) => ExportForm::OpenBadgesEddsa,
        (JwtProfile::OpenBadges, JwtAlgorithm::Es256) => ExportForm::OpenBadgesEs256,
        (JwtProfile::VcJose, JwtAlgorithm::Eddsa) => ExportForm::VcJoseEddsa,
        (JwtProfile::VcJose, JwtAlgorithm::Es256) => ExportForm::VcJoseEs256,
    }
}

/// Credentials in further forms, for those who may see the credential.
struct CredentialExport;

impl Batch for CredentialExport {
    type Key = credential::Wanted;
    type Value = String;

    async fn load(
        request: &Request,
        keys: &[credential::Wanted],
    ) -> ServiceResult<HashMap<credential::Wanted, String>> {
        credential::exports(&request.service, keys).await
    }
}

/// How often pages of credentials were opened, for those who may see the credential.
struct ViewsOf;

impl Batch for ViewsOf {
    type Key = Uuid;
    type Value = i64;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, i64>> {
        credential::views(&request.service, keys).await
    }
}

/// Credentials by id, for those who may see the row that refers to them.
pub struct CredentialById;

impl Batch for CredentialById {
    type Key = Uuid;
    type Value = Credential;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Credential>> {
        let rows = read::by_ids::<rows::credential::Entity>(&request.service, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// Credentials by id, among those that the caller may see.
pub struct VisibleCredential;

impl Batch for VisibleCredential {
    type Key = Uuid;
    type Value = Credential;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Credential>> {
        let rows = credential::visible_by_ids(&request.service, &request.actor, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// The credential of an enrollment that the caller may see: the live one, else the newest.
pub struct CredentialOfEnrollment;

impl Batch for CredentialOfEnrollment {
    type Key = Uuid;
    type Value = Credential;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Credential>> {
        let rows = credential::of_enrollments(&request.service, &request.actor, keys).await?;
        Ok(rows.into_iter().map(|(enrollment, row)| (enrollment, row.into())).collect())
    }
}

/// The credential that renews another or (with `true`) takes its place.
struct SuccessorOf;

impl Batch for SuccessorOf {
    type Key = (Uuid, bool);
    type Value = Credential;

    async fn load(
        request: &Request,
        keys: &[(Uuid, bool)],
    ) -> ServiceResult<HashMap<(Uuid, bool), Credential>> {
        let mut found = HashMap::new();
        for replaces in [false, true] {
            let ids: Vec<Uuid> = keys.iter().filter(|key| key.1 == replaces).map(|key| key.0).collect();
            if ids.is_empty() {
                continue;
            }
            let rows = credential::successors(&request.service, &ids, replaces).await?;
            found.extend(rows.into_iter().map(|(id, row)| ((id, replaces), row.into())));
        }
        Ok(found)
    }
}

/// Registers this domain's loaders.
pub fn register(request: &std::sync::Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(
        request,
        data,
        CredentialById,
        ViewsOf,
        CredentialExport,
        VisibleCredential,
        CredentialOfEnrollment,
        SuccessorOf
    );
}

/// What a person holds, with whatever issuer, the newest first: for the passport.
pub async fn held_by(
    ctx: &Context<'_>,
    person: Uuid,
    filter: Option<CredentialFilter>,
    args: PageArgs,
) -> Result<Connection<Credential>> {
    let filter: credential::CredentialFilter = filter.map(Into::into).unwrap_or_default();
    let page = credential::held_by(ctx.service(), ctx.actor(), person, &filter, &args).await?;
    Ok(Connection::new(page.map(Credential::from), move |ctx| {
        let filter = filter.clone();
        Box::pin(
            async move { Ok(credential::count_held_by(ctx.service(), ctx.actor(), person, &filter).await?) },
        )
    }))
}

/// Reading credentials.
#[derive(Default)]
pub struct CredentialQueries;

#[Object]
impl CredentialQueries {
    /// The credentials that the caller may see: an issuer's, those of the cohorts that one is staff of, one's own. The newest first unless asked otherwise.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a list")]
    async fn credentials(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] filter: Option<CredentialFilter>,
        #[graphql(desc = "In which order.")] order_by: Option<CredentialOrder>,
        #[graphql(desc = "How many from the front, at most 100.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Option<Connection<Credential>>> {
        let filter: credential::CredentialFilter = filter.map(Into::into).unwrap_or_default();
        let order = order_by.map(Into::into).unwrap_or_default();
        let args = page_args(first, after, last, before);
        let page = credential::list(ctx.service(), ctx.actor(), &filter, order, &args).await?;
        Ok(Some(Connection::new(page.map(Credential::from), move |ctx| {
            let filter = filter.clone();
            Box::pin(async move { Ok(credential::count(ctx.service(), ctx.actor(), &filter).await?) })
        })))
    }
}
