//! Whoever calls, and the passport: all that a person holds, across issuers.

use std::collections::HashMap;

use async_graphql::{Context, ID, Object};
use cairn_service::actor::Actor;
use cairn_service::error::Result as ServiceResult;
use cairn_service::ids::Kind;
use cairn_service::rows::enums::ActorKind;
use cairn_service::{enrollment, learner, passport};
use uuid::Uuid;

use super::connection::{Connection, page_args};
use super::context::{Batch, ContextExt, Request, load};
use super::credential::{Credential, CredentialFilter, held_by};
use super::enrollment::{Enrollment, EnrollmentFilter, listed};
use super::enums::{Role, Scope, ViewerKind};
use super::error::Result;
use super::learner::Learner;
use super::record::{LearnerRecord, record_of};
use super::reference::IssuerRef;
use super::scalar::global_id;
use super::skill::Skill;
use super::terms::Credit;

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
        self.actor.person().map(|person| Passport { person })
    }
}

/// All that a person holds, across issuers. Only they see it.
#[derive(Clone)]
pub struct Passport {
    person: Uuid,
}

impl Passport {
    /// The passport, if it is the caller's own.
    pub fn if_own(actor: &Actor, id: Uuid) -> Option<Self> {
        passport::is_own(actor, id).then_some(Self { person: id })
    }
}

/// All that a person holds, across issuers. Only they see it.
#[Object]
impl Passport {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::Passport, self.person)
    }

    /// The person's name: their own, else that of the learner record that changed last.
    async fn name(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        load::<NameOfPerson>(ctx, self.person).await
    }

    /// The person's records, one or more with each issuer: those of which somebody vouched that they are theirs.
    async fn learners(&self, ctx: &Context<'_>) -> Result<Vec<Learner>> {
        Ok(load::<LearnersOfPerson>(ctx, self.person).await?.unwrap_or_default())
    }

    /// Credit earned by completed enrollments, by scheme. Each program counts once, and within a completed stack that gives credit itself the
    /// stack alone counts; a completion whose credentials were all revoked counts no more.
    async fn credit_totals(&self, ctx: &Context<'_>) -> Result<Vec<Credit>> {
        Ok(load::<CreditOfPerson>(ctx, self.person).await?.unwrap_or_default())
    }

    /// Skills of completed programs, by name.
    async fn skills(&self, ctx: &Context<'_>) -> Result<Vec<Skill>> {
        Ok(load::<SkillsOfPerson>(ctx, self.person).await?.unwrap_or_default())
    }

    /// Everything earned as one signed learner record (1EdTech CLR 2.0) of the newest 30 credentials, as their issuers signed them, with what is under
    /// way. It is kept, and signed anew once it says something else. Null where there is no credential, or none by that issuer.
    async fn record(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Who publishes it: the issuer of one of the credentials. That of the newest where absent."
        )]
        issuer: Option<IssuerRef>,
    ) -> Result<Option<LearnerRecord>> {
        record_of(ctx, self.person, issuer).await
    }

    /// Enrollments, the newest first.
    async fn enrollments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] filter: Option<EnrollmentFilter>,
        #[graphql(desc = "How many from the front, at most 100.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Enrollment>> {
        let args = page_args(first, after, last, before);
        listed(ctx, enrollment::Whose::Own, None, filter, None, args).await
    }

    /// Credentials, the newest first.
    async fn credentials(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] filter: Option<CredentialFilter>,
        #[graphql(desc = "How many from the front, at most 100.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Credential>> {
        held_by(ctx, self.person, filter, page_args(first, after, last, before)).await
    }
}

/// Names of persons.
struct NameOfPerson;

impl Batch for NameOfPerson {
    type Key = Uuid;
    type Value = String;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, String>> {
        let mut found = HashMap::new();
        if let Some(person) = own(request, keys) {
            found.extend(passport::name(&request.service, person).await?.map(|name| (person, name)));
        }
        Ok(found)
    }
}

/// Learner records of persons.
struct LearnersOfPerson;

impl Batch for LearnersOfPerson {
    type Key = Uuid;
    type Value = Vec<Learner>;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Vec<Learner>>> {
        let mut found = HashMap::new();
        if let Some(person) = own(request, keys) {
            let rows = learner::of_person(&request.service, person).await?;
            found.insert(person, rows.into_iter().map(Learner::from).collect());
        }
        Ok(found)
    }
}

/// Credit that persons have earned.
struct CreditOfPerson;

impl Batch for CreditOfPerson {
    type Key = Uuid;
    type Value = Vec<Credit>;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Vec<Credit>>> {
        let mut found = HashMap::new();
        if let Some(person) = own(request, keys) {
            let credits = passport::credit_totals(&request.service, person).await?;
            found.insert(person, credits.into_iter().map(Credit::from).collect());
        }
        Ok(found)
    }
}

/// Skills that persons have gained.
struct SkillsOfPerson;

impl Batch for SkillsOfPerson {
    type Key = Uuid;
    type Value = Vec<Skill>;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Vec<Skill>>> {
        let mut found = HashMap::new();
        if let Some(person) = own(request, keys) {
            let skills = passport::skills(&request.service, person).await?;
            found.insert(person, skills.into_iter().map(Skill::from).collect());
        }
        Ok(found)
    }
}

/// The caller, who is the only one whose passport a request can reach.
fn own(request: &Request, keys: &[Uuid]) -> Option<Uuid> {
    keys.iter().copied().find(|person| passport::is_own(&request.actor, *person))
}

/// Registers this domain's loaders.
pub fn register(request: &std::sync::Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(request, data, NameOfPerson, LearnersOfPerson, CreditOfPerson, SkillsOfPerson);
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
