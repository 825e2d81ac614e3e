//! Vouchers: codes that are used once.

use std::collections::HashMap;

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use cairn_service::error::Result as ServiceResult;
use cairn_service::ids::Kind;
use cairn_service::{award, read, rows};
use uuid::Uuid;

use super::command::outcome;
use super::context::{Batch, ContextExt, Request, load, load_required};
use super::enrollment::{Enrollment, EnrollmentById};
use super::error::{Result, UserError};
use super::program::{Award, AwardOfVersion};
use super::scalar::{DateTime, global_id, moment};

/// What can be done with a voucher.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[graphql(remote = "award::Status")]
pub enum VoucherStatus {
    /// It can be used.
    Valid,
    /// It was used.
    Redeemed,
    /// Its time has run out.
    Expired,
}

/// A voucher that was given to a learner, to be used once.
#[derive(Clone)]
pub struct Voucher {
    row: rows::voucher::Model,
}

impl From<rows::voucher::Model> for Voucher {
    fn from(row: rows::voucher::Model) -> Self {
        Self { row }
    }
}

/// A voucher that was given to a learner, to be used once.
#[Object]
impl Voucher {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::Voucher, self.row.id)
    }

    /// What can be done with it now.
    async fn status(&self, ctx: &Context<'_>) -> VoucherStatus {
        award::status(&self.row, ctx.service().now()).into()
    }

    /// The award that it is.
    async fn award(&self, ctx: &Context<'_>) -> Result<Award> {
        load_required::<AwardOfVersion>(ctx, (self.row.version_id, self.row.award_id)).await
    }

    /// The enrollment that earned it.
    async fn enrollment(&self, ctx: &Context<'_>) -> Result<Enrollment> {
        load_required::<EnrollmentById>(ctx, self.row.enrollment_id).await
    }

    /// Its code: for its holder, and for whoever may issue for its issuer; null for everyone else.
    async fn code(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        load::<CodeOfVoucher>(ctx, self.row.id).await
    }

    /// When given.
    async fn issued_at(&self) -> DateTime {
        DateTime(self.row.issued_at)
    }

    /// Until when it may be used; null for ever.
    async fn expires_at(&self) -> Option<DateTime> {
        moment(self.row.expires_at)
    }

    /// When it was used.
    async fn redeemed_at(&self) -> Option<DateTime> {
        moment(self.row.redeemed_at)
    }
}

/// Vouchers of enrollments.
pub struct VouchersOfEnrollment;

impl Batch for VouchersOfEnrollment {
    type Key = Uuid;
    type Value = Vec<Voucher>;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Vec<Voucher>>> {
        let rows = award::of_enrollments(&request.service, keys).await?;
        let shown = |rows: Vec<rows::voucher::Model>| rows.into_iter().map(Voucher::from).collect();
        Ok(rows.into_iter().map(|(id, rows)| (id, shown(rows))).collect())
    }
}

/// Codes of vouchers, for those who may see them.
struct CodeOfVoucher;

impl Batch for CodeOfVoucher {
    type Key = Uuid;
    type Value = String;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, String>> {
        let rows = read::by_ids::<rows::voucher::Entity>(&request.service, keys).await?;
        award::code_of(&request.service, &request.actor, &rows).await
    }
}

/// Vouchers by id among those that the caller may see.
pub struct VisibleVoucher;

impl Batch for VisibleVoucher {
    type Key = Uuid;
    type Value = Voucher;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Voucher>> {
        let rows = award::visible_by_ids(&request.service, &request.actor, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.into())).collect())
    }
}

/// Registers this domain's loaders.
pub fn register(request: &std::sync::Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(request, data, VouchersOfEnrollment, CodeOfVoucher, VisibleVoucher);
}

/// Input of redeemVoucher.
#[derive(InputObject)]
pub struct RedeemVoucherInput {
    /// The code, as its holder presents it; case, hyphens and blanks do not matter.
    code: String,
    /// The redeemer's own id of this use. The same use sent again is answered as before.
    redemption_id: String,
}

/// Answer of redeemVoucher.
#[derive(SimpleObject)]
pub struct RedeemVoucherPayload {
    /// The voucher.
    voucher: Option<Voucher>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Using vouchers.
#[derive(Default)]
pub struct VoucherMutations;

#[Object]
impl VoucherMutations {
    /// Uses a voucher, once. Refused as ALREADY_DONE where it was used before (by another `redemptionId`), as CONFLICT where it has expired, as
    /// NOT_FOUND where there is none with this code. Needs `vouchers:redeem`.
    async fn redeem_voucher(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: RedeemVoucherInput,
    ) -> Result<Option<RedeemVoucherPayload>> {
        let done = award::redeem(ctx.service(), ctx.actor(), &input.code, input.redemption_id);
        let (row, user_errors) = outcome(ctx, done).await?;
        Ok(Some(RedeemVoucherPayload { voucher: row.map(Voucher::from), user_errors }))
    }
}
