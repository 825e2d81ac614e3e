//! Following what happens, as it happens: credentials as they are issued, enrollments as they get on.

use std::future::Future;
use std::sync::Arc;

use async_graphql::{Context, SimpleObject, Subscription};
use cairn_service::actor::Actor;
use cairn_service::error::Result as ServiceResult;
use cairn_service::feed::{self, Follow, Told};
use cairn_service::reference::Reference;
use cairn_service::{Service, credential, enrollment};
use futures_util::Stream;

use super::context::{ContextExt, Request};
use super::credential::Credential;
use super::enrollment::Enrollment;
use super::error::{ApiError, Result};
use super::reference::{EnrollmentRef, ProgramRef};

/// A credential that was issued.
#[derive(SimpleObject)]
pub struct CredentialIssuedEvent {
    /// To go on from.
    cursor: String,
    /// The credential.
    credential: Credential,
}

/// Progress that changed.
#[derive(SimpleObject)]
pub struct ProgressUpdatedEvent {
    /// To go on from.
    cursor: String,
    /// The enrollment, as it stands when this is told.
    enrollment: Enrollment,
}

/// Following what happens.
#[derive(Default)]
pub struct LiveSubscriptions;

#[Subscription]
impl LiveSubscriptions {
    /// Each credential as it is issued, renewed ones and replacements among them. Takes `credentials:read`, which is asked for again at every message.
    async fn credential_issued(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only for this program.")] program: Option<ProgramRef>,
        #[graphql(desc = "Go on after this cursor; from now on where absent.")] after: Option<String>,
    ) -> Result<impl Stream<Item = async_graphql::Result<CredentialIssuedEvent>> + use<>> {
        let program = program.map(Reference::from);
        let follow =
            feed::credentials_issued(ctx.service(), ctx.actor(), program.as_ref(), after.as_deref()).await?;
        Ok(listen::<CredentialIssuedEvent>(ctx, follow))
    }

    /// An enrollment whenever its progress or its status changes; changes of one enrollment in their order. Takes `enrollments:read`, which is asked for
    /// again at every message.
    async fn progress_updated(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only this enrollment.")] enrollment: Option<EnrollmentRef>,
        #[graphql(desc = "Only in this program.")] program: Option<ProgramRef>,
        #[graphql(desc = "Go on after this cursor; from now on where absent.")] after: Option<String>,
    ) -> Result<impl Stream<Item = async_graphql::Result<ProgressUpdatedEvent>> + use<>> {
        let (one, program) = (enrollment.map(Into::into), program.map(Reference::from));
        let follow =
            feed::progress(ctx.service(), ctx.actor(), one.as_ref(), program.as_ref(), after.as_deref())
                .await?;
        Ok(listen::<ProgressUpdatedEvent>(ctx, follow))
    }
}

/// What is told of a subject.
trait Message: Send + Sized + 'static {
    /// The message, where the caller may see the subject now.
    fn of(
        service: &Service,
        actor: &Actor,
        told: Told,
    ) -> impl Future<Output = ServiceResult<Option<Self>>> + Send;
}

impl Message for CredentialIssuedEvent {
    async fn of(service: &Service, actor: &Actor, told: Told) -> ServiceResult<Option<Self>> {
        let found = credential::visible_by_ids(service, actor, &[told.subject]).await?.pop();
        Ok(found.map(|row| Self { cursor: told.cursor, credential: row.into() }))
    }
}

impl Message for ProgressUpdatedEvent {
    async fn of(service: &Service, actor: &Actor, told: Told) -> ServiceResult<Option<Self>> {
        let found = enrollment::visible_by_ids(service, actor, &[told.subject]).await?.pop();
        Ok(found.map(|row| Self { cursor: told.cursor, enrollment: row.into() }))
    }
}

/// One who follows.
struct Listener {
    request: Arc<Request>,
    actor: Actor,
    follow: Follow,
}

/// The messages, until the caller goes away or may not listen any longer; the last is then the reason.
fn listen<M: Message>(
    ctx: &Context<'_>,
    follow: Follow,
) -> impl Stream<Item = async_graphql::Result<M>> + use<M> {
    let listener = Listener { request: ctx.request().clone(), actor: ctx.actor().clone(), follow };
    futures_util::stream::unfold(Some(listener), async |listener| {
        let mut listener = listener?;
        match listener.next().await {
            Ok(message) => Some((Ok(message), Some(listener))),
            Err(error) => Some((Err(ApiError(error).into()), None)),
        }
    })
}

impl Listener {
    /// The next message that the caller may see. Whoever presented a key or a token does so anew before each: it may have ended meanwhile.
    async fn next<M: Message>(&mut self) -> ServiceResult<M> {
        loop {
            let told = self.follow.next(&self.request.service, &self.actor).await?;
            self.actor = self.request.sign_in_again().await?;
            if let Some(message) = M::of(&self.request.service, &self.actor, told).await? {
                return Ok(message);
            }
        }
    }
}
