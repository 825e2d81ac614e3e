//! Credentials, the forms they are signed in, and their status.

use super::text_enum;

text_enum! {
    /// A form that a credential is signed in beside its own.
    pub enum ExportForm {
        /// Stored as `open_badges_eddsa`: a token of the Open Badges profile, signed with Ed25519.
        OpenBadgesEddsa,
        /// Stored as `open_badges_es256`: a token of the Open Badges profile, signed with P-256.
        OpenBadgesEs256,
        /// Stored as `vc_jose_eddsa`: a token of VC-JOSE-COSE, signed with Ed25519.
        VcJoseEddsa,
        /// Stored as `vc_jose_es256`: a token of VC-JOSE-COSE, signed with P-256.
        VcJoseEs256,
        /// Stored as `jcs_proof`: JSON with an `eddsa-jcs-2022` proof.
        JcsProof,
    }
}

text_enum! {
    /// Where a credential stands; expiry is derived from its dates.
    pub enum CredentialStatus {
        /// Stored as `pending`.
        Pending,
        /// Stored as `active`.
        Active,
        /// Stored as `suspended`.
        Suspended,
        /// Stored as `revoked`.
        Revoked,
    }
}

text_enum! {
    /// Who may see a credential's page.
    pub enum Visibility {
        /// Stored as `private`.
        Private,
        /// Stored as `unlisted`.
        Unlisted,
        /// Stored as `public`.
        Public,
    }
}

text_enum! {
    /// Why a credential was revoked.
    pub enum RevocationReason {
        /// Stored as `issued_in_error`.
        IssuedInError,
        /// Stored as `misconduct`.
        Misconduct,
        /// Stored as `superseded`.
        Superseded,
        /// Stored as `holder_request`.
        HolderRequest,
        /// Stored as `other`.
        Other,
    }
}

text_enum! {
    /// What a status list tells.
    pub enum StatusPurpose {
        /// Stored as `revocation`.
        Revocation,
        /// Stored as `suspension`.
        Suspension,
    }
}
