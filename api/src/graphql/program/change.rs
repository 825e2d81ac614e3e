//! Writing and publishing programs.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use cairn_service::program;

use super::input::UpsertProgramInput;
use super::{Program, ProgramById, ProgramVersion};
use crate::graphql::command::outcome;
use crate::graphql::context::{ContextExt, load_required};
use crate::graphql::error::{Result, UserError};
use crate::graphql::reference::ProgramRef;

/// Input of publishProgram.
#[derive(InputObject)]
pub struct PublishProgramInput {
    /// Which.
    program: ProgramRef,
}

/// Answer of upsertProgram.
#[derive(SimpleObject)]
pub struct UpsertProgramPayload {
    /// The program, as its published version states it.
    program: Option<Program>,
    /// The draft; the published version where nothing was to change.
    program_version: Option<ProgramVersion>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Answer of publishProgram.
#[derive(SimpleObject)]
pub struct PublishProgramPayload {
    /// The program.
    program: Option<Program>,
    /// The published version.
    program_version: Option<ProgramVersion>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Changing programs.
#[derive(Default)]
pub struct ProgramMutations;

#[Object]
impl ProgramMutations {
    /// Makes or changes a program, all or nothing. A published version never changes: a change opens a draft of the next.
    async fn upsert_program(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: UpsertProgramInput,
    ) -> Result<Option<UpsertProgramPayload>> {
        let done = async { program::upsert(ctx.service(), ctx.actor(), input.read()?).await };
        let (upserted, user_errors) = outcome(ctx, done).await?;
        let Some(upserted) = upserted else {
            return Ok(Some(UpsertProgramPayload { program: None, program_version: None, user_errors }));
        };
        let program = load_required::<ProgramById>(ctx, upserted.program.id).await?;
        let program_version = Some(upserted.version.into());
        Ok(Some(UpsertProgramPayload { program: Some(program), program_version, user_errors }))
    }

    /// Publishes a program: freezes its draft, which from then on is what the public sees.
    async fn publish_program(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: PublishProgramInput,
    ) -> Result<Option<PublishProgramPayload>> {
        let program = input.program.into();
        let done = program::publish(ctx.service(), ctx.actor(), &program);
        let (published, user_errors) = outcome(ctx, done).await?;
        let (program, program_version) = match published {
            Some((row, version)) => {
                (Some(Program::from((row, version.clone()))), Some(ProgramVersion::from(version)))
            }
            None => (None, None),
        };
        Ok(Some(PublishProgramPayload { program, program_version, user_errors }))
    }
}
