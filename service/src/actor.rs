//! Who calls and what they may do. Every command's first line asks an `Actor` for the reach of a scope; every query starts at it.

use std::fmt;
use std::sync::Arc;

use cairn_entity::enums::ActorKind;
use uuid::Uuid;

use crate::budget::OwnBudget;
use crate::error::{Error, Result};
use crate::idempotency::Key;
use crate::trace::Trace;

macro_rules! scopes {
    ($($(#[$doc:meta])* $scope:ident = $name:literal),* $(,)?) => {
        /// What a key may do, and what a role's permissions are made of.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Scope { $($(#[$doc])* $scope),* }

        impl Scope {
            /// All of them.
            pub const ALL: &'static [Scope] = &[$(Scope::$scope),*];

            /// The name by which keys are made: `programs:read`.
            pub fn name(self) -> &'static str {
                match self { $(Scope::$scope => $name),* }
            }

            /// The scope of a name.
            pub fn of_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Scope::$scope),)* _ => None }
            }
        }
    };
}

scopes! {
    /// Read programs, drafts included.
    ProgramsRead = "programs:read",
    /// Write programs and cohorts.
    ProgramsWrite = "programs:write",
    /// Read learners.
    LearnersRead = "learners:read",
    /// Write learners.
    LearnersWrite = "learners:write",
    /// Read enrollments, progress and attempts.
    EnrollmentsRead = "enrollments:read",
    /// Write enrollments.
    EnrollmentsWrite = "enrollments:write",
    /// Write learning events and results.
    ProgressWrite = "progress:write",
    /// Grade attempts.
    AssessmentsGrade = "assessments:grade",
    /// Read credentials.
    CredentialsRead = "credentials:read",
    /// Issue credentials.
    CredentialsIssue = "credentials:issue",
    /// Redeem vouchers.
    VouchersRedeem = "vouchers:redeem",
    /// Revoke, suspend and reinstate credentials.
    CredentialsRevoke = "credentials:revoke",
    /// Verify credentials through the VC API.
    CredentialsVerify = "credentials:verify",
    /// Sign what is given through the VC API.
    VcSign = "vc:sign",
    /// Read figures.
    AnalyticsRead = "analytics:read",
    /// Manage webhooks.
    WebhooksManage = "webhooks:manage",
    /// Administer an issuer: what it says of itself, API keys, signing keys and identity providers.
    KeysManage = "keys:manage",
    /// Read the audit log.
    AuditRead = "audit:read",
}

/// A set of scopes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scopes(u32);

impl Scopes {
    /// Whether it holds the scope.
    pub fn has(self, scope: Scope) -> bool {
        self.0 & (1 << scope as u8) != 0
    }

    /// The scopes in it, in the order of their definition.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.iter().copied().filter(move |scope| self.has(*scope))
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |set, scope| set | 1 << scope as u8))
    }
}

/// A role that a JWT grants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Sees and does what concerns their own learning.
    Learner,
    /// Teaches cohorts: sees their rosters, records results, grades.
    Instructor,
    /// Assesses cohorts: sees their attempts, grades.
    Assessor,
    /// May do everything within an issuer.
    IssuerAdmin,
    /// Reads figures, enrollments and credentials of an issuer, without personal data.
    Analyst,
    /// Runs the server: everything, for every issuer.
    Operator,
}

impl Role {
    /// All of them.
    pub const ALL: &'static [Role] =
        &[Role::Learner, Role::Instructor, Role::Assessor, Role::IssuerAdmin, Role::Analyst, Role::Operator];

    /// The name in a token.
    pub fn name(self) -> &'static str {
        match self {
            Role::Learner => "learner",
            Role::Instructor => "instructor",
            Role::Assessor => "assessor",
            Role::IssuerAdmin => "issuer_admin",
            Role::Analyst => "analyst",
            Role::Operator => "operator",
        }
    }

    /// The role of a name, or of an LTI 1.3 role URI (LIS v2 vocabulary).
    pub fn of_name(name: &str) -> Option<Self> {
        let short = name.rsplit(['#', '/']).next().unwrap_or(name);
        match short {
            "learner" | "Learner" | "Student" => Some(Role::Learner),
            "instructor" | "Instructor" => Some(Role::Instructor),
            "assessor" | "TeachingAssistant" | "Grader" => Some(Role::Assessor),
            "issuer_admin" => Some(Role::IssuerAdmin),
            "analyst" => Some(Role::Analyst),
            "operator" => Some(Role::Operator),
            _ => None,
        }
    }

    fn extent(self, scope: Scope) -> Extent {
        use Scope::*;
        match self {
            Role::Operator => Extent::Everything,
            Role::IssuerAdmin if scope == VcSign => Extent::Nothing,
            Role::IssuerAdmin => Extent::Issuer,
            Role::Analyst => match scope {
                ProgramsRead | EnrollmentsRead | CredentialsRead | AnalyticsRead => Extent::Issuer,
                _ => Extent::Nothing,
            },
            Role::Instructor => match scope {
                ProgramsRead => Extent::Issuer,
                LearnersRead | EnrollmentsRead | ProgressWrite | AssessmentsGrade | CredentialsRead => {
                    Extent::Cohorts
                }
                _ => Extent::Nothing,
            },
            Role::Assessor => match scope {
                ProgramsRead => Extent::Issuer,
                LearnersRead | EnrollmentsRead | AssessmentsGrade => Extent::Cohorts,
                _ => Extent::Nothing,
            },
            Role::Learner => match scope {
                LearnersRead | EnrollmentsRead | CredentialsRead => Extent::Own,
                _ => Extent::Nothing,
            },
        }
    }
}

/// How far a role carries a scope, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Extent {
    Nothing,
    Own,
    Cohorts,
    Issuer,
    Everything,
}

/// Which rows a scope reaches for an actor. Queries start from it (`service::tenancy`), so that a row outside is simply not found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Rows of every issuer: operators.
    Everything,
    /// Rows of one issuer.
    Issuer(Uuid),
    /// Rows of the cohorts of one issuer that a person is staff of.
    Cohorts {
        /// The issuer.
        issuer: Uuid,
        /// The person.
        person: Uuid,
    },
    /// Rows of the person's own learner records, with whatever issuer.
    Own {
        /// The person.
        person: Uuid,
    },
}

/// Whoever calls.
#[derive(Clone)]
pub struct Actor {
    /// What it is.
    pub kind: ActorKind,
    /// The person's or key's id.
    pub id: Option<Uuid>,
    /// The name of the key, or the roles; never a person's name. For the audit log.
    pub label: String,
    /// The issuer that it acts in; none for operators and anonymous callers.
    pub issuer: Option<Uuid>,
    /// Roles of the JWT.
    pub roles: Vec<Role>,
    /// Scopes of the key.
    pub scopes: Scopes,
    /// The source that its learning events belong to.
    pub source: Option<Uuid>,
    /// The budget of cost that a key has of its own.
    pub budget: Option<OwnBudget>,
    /// The request it acts in, for the audit log.
    pub request_id: Option<String>,
    /// The trace that the request is part of.
    pub trace: Option<Trace>,
    /// The idempotency key of that request.
    pub idempotency_key: Option<Arc<Key>>,
}

impl fmt::Debug for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Actor")
            .field("kind", &self.kind)
            .field("id", &self.id)
            .field("issuer", &self.issuer)
            .finish()
    }
}

impl Actor {
    /// Nobody is signed in.
    pub fn anonymous() -> Self {
        Self {
            kind: ActorKind::Anonymous,
            id: None,
            label: "anonymous".to_owned(),
            issuer: None,
            roles: Vec::new(),
            scopes: Scopes::default(),
            source: None,
            budget: None,
            request_id: None,
            trace: None,
            idempotency_key: None,
        }
    }

    /// The server itself and its command line: may do everything.
    pub fn system() -> Self {
        Self { kind: ActorKind::System, label: "system".to_owned(), ..Self::anonymous() }
    }

    /// The server itself, doing what nobody asks for at that moment.
    pub fn worker() -> Self {
        Self { label: "worker".to_owned(), ..Self::system() }
    }

    /// The command line acting for one issuer.
    pub fn system_for(issuer: Uuid) -> Self {
        Self { issuer: Some(issuer), ..Self::system() }
    }

    /// Whether it may act for every issuer.
    pub fn is_operator(&self) -> bool {
        match self.kind {
            ActorKind::System => true,
            ActorKind::ApiKey => self.issuer.is_none(),
            ActorKind::Person => self.roles.contains(&Role::Operator),
            ActorKind::Anonymous => false,
        }
    }

    /// The person who signed in.
    pub fn person(&self) -> Option<Uuid> {
        self.id.filter(|_| self.kind == ActorKind::Person)
    }

    /// Which rows the scope reaches, or why none: `Unauthenticated` for nobody, `Forbidden` otherwise. Never an empty result.
    pub fn reach(&self, scope: Scope) -> Result<Reach> {
        self.reach_or_none(scope)?.ok_or_else(|| Error::Forbidden(self.lacks(scope)))
    }

    /// As `reach`, with `None` for a caller who is known but lacks the scope.
    pub fn reach_or_none(&self, scope: Scope) -> Result<Option<Reach>> {
        match self.kind {
            ActorKind::Anonymous => {
                Err(Error::Unauthenticated("sign in first: send `Authorization: Bearer …`"))
            }
            ActorKind::System => Ok(Some(self.issuer.map_or(Reach::Everything, Reach::Issuer))),
            ActorKind::ApiKey if self.scopes.has(scope) => {
                Ok(Some(self.issuer.map_or(Reach::Everything, Reach::Issuer)))
            }
            ActorKind::ApiKey => Ok(None),
            ActorKind::Person => Ok(self.reach_of_person(scope)),
        }
    }

    /// As `reach`, but refuses anything narrower than a whole issuer: for what only keys, admins and operators may do.
    pub fn reach_whole(&self, scope: Scope) -> Result<Reach> {
        match self.reach(scope)? {
            reach @ (Reach::Everything | Reach::Issuer(_)) => Ok(reach),
            Reach::Cohorts { .. } | Reach::Own { .. } => Err(Error::Forbidden(self.lacks(scope))),
        }
    }

    /// Refuses whoever is no operator.
    pub fn require_operator(&self) -> Result<()> {
        match (self.kind, self.is_operator()) {
            (_, true) => Ok(()),
            (ActorKind::Anonymous, _) => {
                Err(Error::Unauthenticated("sign in first: send `Authorization: Bearer …`"))
            }
            _ => Err(Error::Forbidden("only an operator may do this".to_owned())),
        }
    }

    fn reach_of_person(&self, scope: Scope) -> Option<Reach> {
        let person = self.id?;
        let extent = self.roles.iter().map(|role| role.extent(scope)).max()?;
        match (extent, self.issuer) {
            (Extent::Everything, _) => Some(Reach::Everything),
            (Extent::Issuer, Some(issuer)) => Some(Reach::Issuer(issuer)),
            (Extent::Cohorts, Some(issuer)) => Some(Reach::Cohorts { issuer, person }),
            (Extent::Own, _) => Some(Reach::Own { person }),
            _ => None,
        }
    }

    fn lacks(&self, scope: Scope) -> String {
        match self.kind {
            ActorKind::ApiKey => format!("this API key lacks the scope `{}`", scope.name()),
            _ => format!("none of your roles grants `{}` here", scope.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(roles: &[Role], issuer: Option<Uuid>) -> Actor {
        Actor {
            kind: ActorKind::Person,
            id: Some(Uuid::from_u128(7)),
            roles: roles.to_vec(),
            issuer,
            ..Actor::anonymous()
        }
    }

    #[test]
    fn the_broadest_role_decides() {
        let issuer = Uuid::from_u128(1);
        let both = person(&[Role::Learner, Role::Instructor], Some(issuer));
        assert_eq!(
            both.reach(Scope::EnrollmentsRead).ok(),
            Some(Reach::Cohorts { issuer, person: Uuid::from_u128(7) })
        );
        assert!(both.reach(Scope::CredentialsIssue).is_err());
        assert!(both.reach_whole(Scope::EnrollmentsRead).is_err());
    }

    #[test]
    fn a_key_has_its_scopes_and_nothing_more() {
        let key = Actor {
            kind: ActorKind::ApiKey,
            issuer: Some(Uuid::from_u128(1)),
            scopes: [Scope::ProgramsRead].into_iter().collect(),
            ..Actor::anonymous()
        };
        assert_eq!(key.reach(Scope::ProgramsRead).ok(), Some(Reach::Issuer(Uuid::from_u128(1))));
        assert!(matches!(key.reach(Scope::ProgramsWrite), Err(Error::Forbidden(_))));
        assert!(matches!(Actor::anonymous().reach(Scope::ProgramsRead), Err(Error::Unauthenticated(_))));
    }

    #[test]
    fn lti_role_uris_are_understood() {
        let uri = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor";
        assert_eq!(Role::of_name(uri), Some(Role::Instructor));
        assert_eq!(Role::of_name("superuser"), None);
    }
}
