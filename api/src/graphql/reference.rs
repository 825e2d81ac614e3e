//! Inputs that name existing things: by our id, by the caller's own id, or (for operators) by the caller's id within a named issuer.

use async_graphql::{ID, InputObject, OneofObject};
use cairn_service::ids::{self, Kind};
use cairn_service::reference::{EnrollmentReference, IssuerReference, Reference};
use cairn_service::skill::SkillReference;

use super::scalar::Url;

/// An external id within a named issuer.
#[derive(InputObject, Clone, Debug)]
pub struct ExternalIdInIssuer {
    /// Slug of the issuer.
    issuer: String,
    /// The issuer's own id.
    external_id: String,
}

fn by_id(kind: Kind, id: &ID) -> Reference {
    ids::decode_as(kind, id).map_or(Reference::NoSuchId, Reference::Id)
}

macro_rules! reference {
    ($(#[$doc:meta])* $name:ident, $kind:ident) => {
        $(#[$doc])*
        #[derive(OneofObject, Clone, Debug)]
        pub enum $name {
            /// Our id.
            Id(ID),
            /// The caller's own id.
            ExternalId(String),
            /// The caller's own id within a named issuer, for operators.
            InIssuer(ExternalIdInIssuer),
        }

        impl From<$name> for Reference {
            fn from(reference: $name) -> Self {
                match reference {
                    $name::Id(id) => by_id(Kind::$kind, &id),
                    $name::ExternalId(external_id) => Reference::ExternalId(external_id),
                    $name::InIssuer(named) => {
                        Reference::InIssuer { issuer: named.issuer, external_id: named.external_id }
                    }
                }
            }
        }
    };
}

reference!(
    /// Names one program, one way.
    ProgramRef, Program
);
reference!(
    /// Names one learner, one way.
    LearnerRef, Learner
);
reference!(
    /// Names one cohort, one way.
    CohortRef, Cohort
);
reference!(
    /// Names one attempt, one way; results keep their sender's id within an enrollment, so prefer `id`.
    AttemptRef, Attempt
);
reference!(
    /// Names one credential, one way; its external id is the `urn:uuid:` of its document.
    CredentialRef, Credential
);

/// A learner and a program.
#[derive(InputObject, Clone, Debug)]
pub struct LearnerInProgram {
    /// Who.
    learner: LearnerRef,
    /// In what.
    program: ProgramRef,
    /// In which cohort; without one the latest enrollment that is not withdrawn is meant.
    cohort: Option<CohortRef>,
}

/// Names an enrollment, one way.
#[derive(OneofObject, Clone, Debug)]
pub enum EnrollmentRef {
    /// Our id.
    Id(ID),
    /// The caller's own id.
    ExternalId(String),
    /// The caller's own id within a named issuer, for operators.
    InIssuer(ExternalIdInIssuer),
    /// A learner's current enrollment in a program.
    LearnerInProgram(LearnerInProgram),
}

impl From<EnrollmentRef> for EnrollmentReference {
    fn from(reference: EnrollmentRef) -> Self {
        match reference {
            EnrollmentRef::Id(id) => EnrollmentReference::By(by_id(Kind::Enrollment, &id)),
            EnrollmentRef::ExternalId(external_id) => {
                EnrollmentReference::By(Reference::ExternalId(external_id))
            }
            EnrollmentRef::InIssuer(named) => EnrollmentReference::By(Reference::InIssuer {
                issuer: named.issuer,
                external_id: named.external_id,
            }),
            EnrollmentRef::LearnerInProgram(named) => EnrollmentReference::LearnerInProgram {
                learner: named.learner.into(),
                program: named.program.into(),
                cohort: named.cohort.map(Reference::from),
            },
        }
    }
}

/// Names an assessment, one way; `externalId` is looked up in the program (or cohort) at hand.
#[derive(OneofObject, Clone, Debug)]
pub enum AssessmentRef {
    /// Our id.
    Id(ID),
    /// The caller's own id.
    ExternalId(String),
}

impl From<AssessmentRef> for Reference {
    fn from(reference: AssessmentRef) -> Self {
        match reference {
            AssessmentRef::Id(id) => by_id(Kind::Assessment, &id),
            AssessmentRef::ExternalId(external_id) => Reference::ExternalId(external_id),
        }
    }
}

/// Names an issuer, one way.
#[derive(OneofObject, Clone, Debug)]
pub enum IssuerRef {
    /// Our id.
    Id(ID),
    /// Its slug.
    Slug(String),
}

impl From<IssuerRef> for IssuerReference {
    fn from(reference: IssuerRef) -> Self {
        match reference {
            IssuerRef::Id(id) => {
                ids::decode_as(Kind::Issuer, &id).map_or(IssuerReference::NoSuchId, IssuerReference::Id)
            }
            IssuerRef::Slug(slug) => IssuerReference::Slug(slug),
        }
    }
}

/// Names a skill, one way.
#[derive(OneofObject, Clone, Debug)]
pub enum SkillRef {
    /// Our id.
    Id(ID),
    /// The framework's own address of it.
    Uri(Url),
}

impl From<SkillRef> for SkillReference {
    fn from(reference: SkillRef) -> Self {
        match reference {
            SkillRef::Id(id) => {
                ids::decode_as(Kind::Skill, &id).map_or(SkillReference::NoSuchId, SkillReference::Id)
            }
            SkillRef::Uri(uri) => SkillReference::Uri(uri.0),
        }
    }
}
