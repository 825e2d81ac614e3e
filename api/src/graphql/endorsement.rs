//! Endorsements: types, mutations, loaders.

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use cairn_service::endorsement::{self, NewEndorsement};
use cairn_service::error::{Error, Result as ServiceResult};
use cairn_service::ids::{self, Kind};
use cairn_service::{read, rows};
use uuid::Uuid;

use super::command::outcome;
use super::context::{Batch, ContextExt, Request, load_required};
use super::error::{Result, UserError};
use super::issuer::{Issuer, IssuerById};
use super::reference::{IssuerRef, ProgramRef};
use super::scalar::{DateTime, Json, global_id, moment};

/// One issuer's signed statement for another, or for one of its achievements.
#[derive(Clone)]
pub struct Endorsement {
    row: rows::endorsement::Model,
}

impl From<rows::endorsement::Model> for Endorsement {
    fn from(row: rows::endorsement::Model) -> Self {
        Self { row }
    }
}

/// One issuer's signed statement for another, or for one of its achievements.
#[Object]
impl Endorsement {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::Endorsement, self.row.id)
    }

    /// Who endorses.
    async fn issuer(&self, ctx: &Context<'_>) -> Result<Issuer> {
        load_required::<IssuerById>(ctx, self.row.issuer_id).await
    }

    /// Whom: the issuer that is endorsed, or whose achievement is.
    async fn endorsed_issuer(&self, ctx: &Context<'_>) -> Result<Issuer> {
        load_required::<IssuerById>(ctx, self.row.endorsed_issuer_id).await
    }

    /// The id of what is endorsed, as documents name it: the issuer's DID, or the address of an achievement.
    async fn endorsed(&self) -> Result<String> {
        Ok(endorsement::endorsed(&self.row)?)
    }

    /// What it says.
    async fn statement(&self) -> &str {
        &self.row.statement
    }

    /// When signed.
    async fn issued_at(&self) -> DateTime {
        DateTime(self.row.issued_at)
    }

    /// Until when it holds; null without end.
    async fn valid_until(&self) -> Option<DateTime> {
        moment(self.row.valid_until)
    }

    /// When its endorser withdrew it: from then on whoever verifies it finds it revoked.
    async fn withdrawn_at(&self) -> Option<DateTime> {
        moment(self.row.withdrawn_at)
    }

    /// When the endorsed declined it: from then on it is listed and travels no more.
    async fn declined_at(&self) -> Option<DateTime> {
        moment(self.row.declined_at)
    }

    /// The signed EndorsementCredential (Open Badges 3.0).
    async fn document(&self) -> Result<Json> {
        Ok(Json(serde_json::from_str(&self.row.document).map_err(Error::from)?))
    }
}

/// Endorsements by id; they are public.
pub struct EndorsementById;

impl Batch for EndorsementById {
    type Key = Uuid;
    type Value = Endorsement;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Endorsement>> {
        let rows = read::by_ids::<rows::endorsement::Entity>(&request.service, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// Endorsements by the issuer endorsed, the newest first.
pub struct EndorsementsOfIssuer;

impl Batch for EndorsementsOfIssuer {
    type Key = Uuid;
    type Value = Vec<Endorsement>;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Vec<Endorsement>>> {
        let mut by_issuer: HashMap<Uuid, Vec<Endorsement>> = HashMap::new();
        for row in endorsement::by_endorsed(&request.service, keys).await? {
            by_issuer.entry(row.endorsed_issuer_id).or_default().push(row.into());
        }
        Ok(by_issuer)
    }
}

/// Endorsements of the achievements of a version, the newest first.
pub struct EndorsementsOfVersion;

impl Batch for EndorsementsOfVersion {
    type Key = Uuid;
    type Value = Vec<Endorsement>;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Vec<Endorsement>>> {
        let mut by_version: HashMap<Uuid, Vec<Endorsement>> = HashMap::new();
        for (version, row) in endorsement::by_versions(&request.service, keys).await? {
            by_version.entry(version).or_default().push(row.into());
        }
        Ok(by_version)
    }
}

/// Registers this domain's loaders.
pub fn register(request: &std::sync::Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(request, data, EndorsementById, EndorsementsOfIssuer, EndorsementsOfVersion);
}

/// Input of endorseIssuer.
#[derive(InputObject)]
pub struct EndorseIssuerInput {
    /// Whom.
    issuer: IssuerRef,
    /// By whom; the caller's where absent.
    endorser: Option<IssuerRef>,
    /// What it says, Markdown.
    statement: String,
    /// Until when it holds; without end where absent.
    valid_until: Option<DateTime>,
}

/// Input of endorseAchievement.
#[derive(InputObject)]
pub struct EndorseAchievementInput {
    /// The program whose published version awards it.
    program: ProgramRef,
    /// The external id of the award; needed where the program awards several credentials.
    award: Option<String>,
    /// By whom; the caller's where absent.
    endorser: Option<IssuerRef>,
    /// What it says, Markdown.
    statement: String,
    /// Until when it holds; without end where absent.
    valid_until: Option<DateTime>,
}

/// Input of withdrawEndorsement and declineEndorsement.
#[derive(InputObject)]
pub struct EndEndorsementInput {
    /// Which.
    endorsement: ID,
}

macro_rules! payload {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(SimpleObject)]
        pub struct $name {
            /// The endorsement.
            endorsement: Option<Endorsement>,
            /// What the caller can mend; empty where all went well.
            user_errors: Vec<UserError>,
        }

        impl $name {
            async fn of(
                ctx: &Context<'_>,
                command: impl Future<Output = ServiceResult<rows::endorsement::Model>> + Send,
            ) -> Result<Option<Self>> {
                let (row, user_errors) = outcome(ctx, command).await?;
                Ok(Some(Self { endorsement: row.map(Endorsement::from), user_errors }))
            }
        }
    };
}

payload!(
    /// Answer of endorseIssuer.
    EndorseIssuerPayload
);
payload!(
    /// Answer of endorseAchievement.
    EndorseAchievementPayload
);
payload!(
    /// Answer of withdrawEndorsement.
    WithdrawEndorsementPayload
);
payload!(
    /// Answer of declineEndorsement.
    DeclineEndorsementPayload
);

/// Making endorsements.
#[derive(Default)]
pub struct EndorsementMutations;

#[Object]
impl EndorsementMutations {
    /// Signs an endorsement of one issuer by another. It travels in the credentials that the endorsed issues from then on, and is verified
    /// with them. Needs `credentials:issue` of the endorser.
    async fn endorse_issuer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: EndorseIssuerInput,
    ) -> Result<Option<EndorseIssuerPayload>> {
        let new = NewEndorsement {
            endorser: input.endorser.map(Into::into),
            statement: input.statement,
            valid_until: input.valid_until.map(|until| until.0),
        };
        let issuer = input.issuer.into();
        let command = endorsement::endorse_issuer(ctx.service(), ctx.actor(), &issuer, new);
        EndorseIssuerPayload::of(ctx, command).await
    }

    /// Signs an endorsement of the achievement that a program's published version awards. It travels in the credentials issued for it from then
    /// on, and is verified with them; a later version is another achievement. Needs `credentials:issue` of the endorser.
    async fn endorse_achievement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: EndorseAchievementInput,
    ) -> Result<Option<EndorseAchievementPayload>> {
        let new = NewEndorsement {
            endorser: input.endorser.map(Into::into),
            statement: input.statement,
            valid_until: input.valid_until.map(|until| until.0),
        };
        let (program, award) = (input.program.into(), input.award);
        let command =
            endorsement::endorse_achievement(ctx.service(), ctx.actor(), &program, award.as_deref(), new);
        EndorseAchievementPayload::of(ctx, command).await
    }

    /// Takes an endorsement back for good: it is listed and travels no more, and credentials that carry it show it as revoked. Needs
    /// `credentials:revoke` of the endorser.
    async fn withdraw_endorsement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: EndEndorsementInput,
    ) -> Result<Option<WithdrawEndorsementPayload>> {
        let id = ids::decode_as(Kind::Endorsement, &input.endorsement);
        WithdrawEndorsementPayload::of(ctx, endorsement::withdraw(ctx.service(), ctx.actor(), id)).await
    }

    /// Declines an endorsement: it is listed and travels no more. Needs `credentials:issue` of the endorsed.
    async fn decline_endorsement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: EndEndorsementInput,
    ) -> Result<Option<DeclineEndorsementPayload>> {
        let id = ids::decode_as(Kind::Endorsement, &input.endorsement);
        DeclineEndorsementPayload::of(ctx, endorsement::decline(ctx.service(), ctx.actor(), id)).await
    }
}
