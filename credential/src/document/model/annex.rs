//! What a credential carries beside its claims: schema, refresh service, terms.

use serde::{Deserialize, Serialize};

class! {
    /// A schema that the document fits.
    CredentialSchema {
        /// Address of the schema.
        id: String,
        /// How it is checked: `1EdTechJsonSchemaValidator2019`.
        #[serde(rename = "type")]
        kind: String,
    }
}

impl CredentialSchema {
    /// The Open Badges 3.0 schema of an AchievementCredential.
    #[must_use]
    pub fn open_badges() -> Self {
        Self {
            id: super::super::vocabulary::ACHIEVEMENT_SCHEMA.into(),
            kind: super::super::vocabulary::SCHEMA_TYPE.into(),
        }
    }
}

class! {
    /// Where a newer edition of the credential is had.
    RefreshService {
        /// Address.
        id: String,
        /// Protocol: `1EdTechCredentialRefresh`.
        #[serde(rename = "type")]
        kind: String,
    }
}

class! {
    /// Terms under which the credential was issued.
    TermsOfUse {
        /// Address of the terms.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// Type of the terms, as an absolute IRI: the standards define none.
        #[serde(rename = "type")]
        kind: String,
    }
}
