//! The passport: all that a person holds, across issuers. How it is shared is in `share`, what was earned and what that counts towards in `earned`.

mod earned;
mod share;

use std::collections::HashMap;

use async_graphql::{Context, ID, Object};
use cairn_service::actor::Actor;
use cairn_service::error::Result as ServiceResult;
use cairn_service::ids::Kind;
use cairn_service::passport::Within;
use cairn_service::{enrollment, learner, passport};
use uuid::Uuid;

pub use share::PassportMutations;

use self::earned::{CountOfStacks, EarnedSkill, HeldForEnrollment, PassportStack, StacksOf, stacks_of};
use self::share::{CountOfShared, PassportShare, SharedCredentials, own_shares};
use super::connection::{Connection, page_args};
use super::context::{Batch, Request, load};
use super::credential::{Credential, CredentialFilter, held_by};
use super::enrollment::{Enrollment, EnrollmentFilter, listed};
use super::error::Result;
use super::learner::Learner;
use super::portfolio::{PortfolioProject, projects_of};
use super::record::{LearnerRecord, record_of};
use super::reference::IssuerRef;
use super::scalar::global_id;
use super::skill::Skill;
use super::terms::Credit;

/// All that a person holds, across issuers. Only they see it.
#[derive(Clone)]
pub struct Passport {
    person: Uuid,
}

impl Passport {
    /// The passport of a person, who calls.
    pub fn of(person: Uuid) -> Self {
        Self { person }
    }

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

    /// Skills of completed programs, by name, each with the programs that gave it.
    async fn earned_skills(&self, ctx: &Context<'_>) -> Result<Vec<EarnedSkill>> {
        Ok(load::<EarnedByPerson>(ctx, self.person).await?.unwrap_or_default())
    }

    /// What completed programs count towards: published programs that contain one of them, and those made of programs that the person is enrolled
    /// in, each with what of it is done and what is missing.
    async fn stacks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the front, at most 100.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<PassportStack>> {
        stacks_of(ctx, self.person, page_args(first, after, last, before)).await
    }

    /// What the person made and keeps beside what they earned, the newest first.
    async fn projects(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the front, at most 100.")] first: Option<i32>,
        #[graphql(desc = "After this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the back, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<PortfolioProject>> {
        projects_of(ctx, self.person, page_args(first, after, last, before)).await
    }

    /// How it is shared; null where it never was.
    async fn share(&self, ctx: &Context<'_>) -> Result<Option<PassportShare>> {
        load::<ShareOfPerson>(ctx, self.person).await
    }

    /// Everything earned as one signed learner record (1EdTech CLR 2.0) of the newest credentials, at most 30, as their issuers signed them, with what is under
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

/// Skills of persons, with what gave them.
struct EarnedByPerson;

impl Batch for EarnedByPerson {
    type Key = Uuid;
    type Value = Vec<EarnedSkill>;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Vec<EarnedSkill>>> {
        of_own(request, keys, |person| async move {
            let skills = passport::earned_skills(&request.service, person, &Within::everything()).await?;
            Ok(skills.into_iter().map(EarnedSkill::from).collect())
        })
        .await
    }
}

/// How persons share their passports.
struct ShareOfPerson;

impl Batch for ShareOfPerson {
    type Key = Uuid;
    type Value = PassportShare;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, PassportShare>> {
        let rows = own_shares(request, keys).await?;
        Ok(rows.into_iter().map(|(person, row)| (person, row.into())).collect())
    }
}

/// Learner records of persons.
struct LearnersOfPerson;

impl Batch for LearnersOfPerson {
    type Key = Uuid;
    type Value = Vec<Learner>;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Vec<Learner>>> {
        of_own(request, keys, |person| async move {
            Ok(learner::of_person(&request.service, person).await?.into_iter().map(Learner::from).collect())
        })
        .await
    }
}

/// Credit that persons have earned.
struct CreditOfPerson;

impl Batch for CreditOfPerson {
    type Key = Uuid;
    type Value = Vec<Credit>;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Vec<Credit>>> {
        of_own(request, keys, |person| async move {
            Ok(passport::credit_totals(&request.service, person)
                .await?
                .into_iter()
                .map(Credit::from)
                .collect())
        })
        .await
    }
}

/// Skills that persons have gained.
struct SkillsOfPerson;

impl Batch for SkillsOfPerson {
    type Key = Uuid;
    type Value = Vec<Skill>;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Vec<Skill>>> {
        of_own(request, keys, |person| async move {
            Ok(passport::skills(&request.service, person).await?.into_iter().map(Skill::from).collect())
        })
        .await
    }
}

/// What is read of the caller, by them.
async fn of_own<T, F: Future<Output = ServiceResult<T>>>(
    request: &Request,
    keys: &[Uuid],
    read: impl FnOnce(Uuid) -> F,
) -> ServiceResult<HashMap<Uuid, T>> {
    match own(request, keys) {
        Some(person) => Ok(HashMap::from([(person, read(person).await?)])),
        None => Ok(HashMap::new()),
    }
}

/// The caller, who is the only one whose passport a request can reach.
fn own(request: &Request, keys: &[Uuid]) -> Option<Uuid> {
    keys.iter().copied().find(|person| passport::is_own(&request.actor, *person))
}

/// Registers this domain's loaders.
pub fn register(request: &std::sync::Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(
        request,
        data,
        NameOfPerson,
        LearnersOfPerson,
        CreditOfPerson,
        SkillsOfPerson,
        EarnedByPerson,
        ShareOfPerson,
        HeldForEnrollment,
        StacksOf,
        CountOfStacks,
        SharedCredentials,
        CountOfShared,
    );
}
