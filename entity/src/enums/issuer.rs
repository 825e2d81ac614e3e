//! Issuers and their keys.

use super::text_enum;

text_enum! {
    /// The kind of organization that an issuer is.
    pub enum IssuerKind {
        /// Stored as `university`.
        University,
        /// Stored as `college`.
        College,
        /// Stored as `training_provider`.
        TrainingProvider,
        /// Stored as `learning_platform`.
        LearningPlatform,
        /// Stored as `company`.
        Company,
        /// Stored as `professional_body`.
        ProfessionalBody,
        /// Stored as `government_body`.
        GovernmentBody,
    }
}

text_enum! {
    /// A size of paper.
    pub enum Paper {
        /// Stored as `a4`.
        A4,
        /// Stored as `letter`.
        Letter,
    }
}

text_enum! {
    /// The signature algorithm of a key.
    pub enum KeyAlgorithm {
        /// Stored as `ed25519`.
        Ed25519,
        /// Stored as `p256`.
        P256,
    }
}

text_enum! {
    /// Where a signing key stands.
    pub enum KeyStatus {
        /// Stored as `active`.
        Active,
        /// Stored as `retired`.
        Retired,
        /// Stored as `compromised`.
        Compromised,
    }
}
