//! Asking for bulk operations about enrollments, and stopping any.

use async_graphql::{Context, ID, InputObject, Object, OneofObject, SimpleObject};
use cairn_service::bulk_operation::{
    self, IssueRequest, IssueTarget as Target, MoveRequest, MoveTarget as Moving,
};
use cairn_service::ids::{self, Kind};
use cairn_service::reference::EnrollmentReference;

use super::super::command::outcome;
use super::super::context::ContextExt;
use super::super::error::{Result, UserError};
use super::super::reference::{CohortRef, EnrollmentRef, ProgramRef};
use super::super::scalar::DateTime;
use super::BulkOperation;

/// Whom to issue to, one of these.
#[derive(OneofObject)]
pub enum IssueTarget {
    /// These enrollments, at most 1,000.
    Enrollments(Vec<EnrollmentRef>),
    /// Everyone eligible in a program.
    EveryoneEligibleIn(ProgramRef),
}

/// Input of issueCredentials.
#[derive(InputObject)]
pub struct IssueCredentialsInput {
    /// To whom.
    target: IssueTarget,
    /// From when they hold; the date of completion where absent.
    valid_from: Option<DateTime>,
}

impl From<IssueCredentialsInput> for IssueRequest {
    fn from(input: IssueCredentialsInput) -> Self {
        let target = match input.target {
            IssueTarget::Enrollments(list) => {
                Target::Enrollments(list.into_iter().map(EnrollmentReference::from).collect())
            }
            IssueTarget::EveryoneEligibleIn(program) => Target::EveryoneEligibleIn(program.into()),
        };
        Self { target, valid_from: input.valid_from.map(|moment| moment.0) }
    }
}

/// Answer of issueCredentials.
#[derive(SimpleObject)]
pub struct IssueCredentialsPayload {
    /// The operation.
    bulk_operation: Option<BulkOperation>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Whom to move, one of these.
#[derive(OneofObject)]
pub enum MoveTarget {
    /// These enrollments, at most 1,000.
    Enrollments(Vec<EnrollmentRef>),
    /// Everyone in a program whose enrollment has not ended.
    EveryoneIn(MoveEveryoneInput),
}

/// Everyone in a program whose enrollment has not ended.
#[derive(InputObject)]
pub struct MoveEveryoneInput {
    /// In which program.
    program: ProgramRef,
    /// Only who is in the version with this number.
    from_version: Option<i32>,
    /// Only who is in this cohort.
    cohort: Option<CohortRef>,
}

/// Input of moveEnrollments.
#[derive(InputObject)]
pub struct MoveEnrollmentsInput {
    /// Whom.
    target: MoveTarget,
    /// To which published version of their program, by its number.
    to_version: i32,
    /// Why, without personal data; at most 500 characters.
    reason: Option<String>,
}

impl From<MoveEnrollmentsInput> for MoveRequest {
    fn from(input: MoveEnrollmentsInput) -> Self {
        let target = match input.target {
            MoveTarget::Enrollments(list) => {
                Moving::Enrollments(list.into_iter().map(EnrollmentReference::from).collect())
            }
            MoveTarget::EveryoneIn(everyone) => Moving::EveryoneIn {
                program: everyone.program.into(),
                from_version: everyone.from_version,
                cohort: everyone.cohort.map(Into::into),
            },
        };
        Self { target, version: input.to_version, reason: input.reason }
    }
}

/// Answer of moveEnrollments.
#[derive(SimpleObject)]
pub struct MoveEnrollmentsPayload {
    /// The operation.
    bulk_operation: Option<BulkOperation>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Input of cancelBulkOperation.
#[derive(InputObject)]
pub struct CancelBulkOperationInput {
    /// Which, by our id.
    id: ID,
}

/// Answer of cancelBulkOperation.
#[derive(SimpleObject)]
pub struct CancelBulkOperationPayload {
    /// The operation, as it stands: one that runs is RUNNING until its step is done.
    bulk_operation: Option<BulkOperation>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Starting and stopping bulk operations.
#[derive(Default)]
pub struct BulkOperationMutations;

#[Object]
impl BulkOperationMutations {
    /// Issues to many at once, as a bulk operation. Running it twice issues nothing twice; a bad row never stops a good one.
    async fn issue_credentials(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: IssueCredentialsInput,
    ) -> Result<Option<IssueCredentialsPayload>> {
        let asked = bulk_operation::request_issue(ctx.service(), ctx.actor(), input.into());
        let (row, user_errors) = outcome(ctx, asked).await?;
        Ok(Some(IssueCredentialsPayload { bulk_operation: row.map(BulkOperation::from), user_errors }))
    }

    /// Moves many enrollments to another version of their program, as a bulk operation: each as transferEnrollments moves it. A bad row never stops a good
    /// one.
    async fn move_enrollments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: MoveEnrollmentsInput,
    ) -> Result<Option<MoveEnrollmentsPayload>> {
        let asked = bulk_operation::request_moves(ctx.service(), ctx.actor(), input.into());
        let (row, user_errors) = outcome(ctx, asked).await?;
        Ok(Some(MoveEnrollmentsPayload { bulk_operation: row.map(BulkOperation::from), user_errors }))
    }

    /// Stops a bulk operation: one that waits at once, one that runs at the end of the step in hand. What was done stays done; of an export no file is
    /// left. Takes the right that asking for it takes; asking again changes nothing.
    async fn cancel_bulk_operation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: CancelBulkOperationInput,
    ) -> Result<Option<CancelBulkOperationPayload>> {
        let id = ids::decode_as(Kind::BulkOperation, &input.id);
        let asked = bulk_operation::cancel(ctx.service(), ctx.actor(), id);
        let (row, user_errors) = outcome(ctx, asked).await?;
        Ok(Some(CancelBulkOperationPayload { bulk_operation: row.map(BulkOperation::from), user_errors }))
    }
}
