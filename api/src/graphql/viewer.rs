//! Whoever calls.

use async_graphql::{Context, ID, Object};
use cairn_service::actor::Actor;
use cairn_service::ids::Kind;
use cairn_service::rows::enums::ActorKind;
use uuid::Uuid;

use super::context::ContextExt;
use super::enums::{Role, Scope, ViewerKind};
use super::passport::Passport;
use super::scalar::global_id;

/// Whoever calls.
#[derive(Clone)]
pub struct Viewer {
    actor: Actor,
}

impl Viewer {
    /// The caller.
    pub fn of(actor: &Actor) -> Self {
        Self { actor: actor.clone() }
    }

    /// The caller, if the id is theirs: nobody sees another as the viewer.
    pub fn if_own(actor: &Actor, id: Uuid) -> Option<Self> {
        (actor.id.unwrap_or_default() == id).then(|| Self::of(actor))
    }
}

/// Whoever calls.
#[Object]
impl Viewer {
    /// Global id: the person's or the key's; one for all who are not signed in.
    pub async fn id(&self) -> ID {
        global_id(Kind::Viewer, self.actor.id.unwrap_or_default())
    }

    /// What the caller is.
    async fn kind(&self) -> ViewerKind {
        match self.actor.kind {
            ActorKind::Anonymous => ViewerKind::Anonymous,
            ActorKind::Person => ViewerKind::Person,
            ActorKind::ApiKey | ActorKind::System => ViewerKind::ApiKey,
        }
    }

    /// Roles of the JWT; none for a key.
    async fn roles(&self) -> Vec<Role> {
        self.actor.roles.iter().copied().map(Role::from).collect()
    }

    /// Scopes of the key; none for a JWT, whose roles decide.
    async fn scopes(&self) -> Vec<Scope> {
        self.actor.scopes.iter().map(Scope::from).collect()
    }

    /// Everything of the person, across issuers; null for a key, and for who is not signed in.
    async fn passport(&self) -> Option<Passport> {
        self.actor.person().map(Passport::of)
    }
}

/// Reading whoever calls.
#[derive(Default)]
pub struct ViewerQueries;

#[Object]
impl ViewerQueries {
    /// Whoever calls.
    async fn viewer(&self, ctx: &Context<'_>) -> Option<Viewer> {
        Some(Viewer::of(ctx.actor()))
    }
}
