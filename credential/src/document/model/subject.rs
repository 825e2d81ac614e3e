//! What was earned, and by whom: the subject, its results, the evidence.

use super::super::{IdentityObject, Number, tag};
use super::{Achievement, Alignment, Image, Profile};
use crate::date;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

class! {
    /// Who achieved it, and how.
    AchievementSubject {
        /// The recipient's DID or other identifier.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// Always `AchievementSubject`.
        #[serde(rename = "type", default)]
        kind: tag::AchievementSubjectType,
        /// Identities of the recipient, hashed or not.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        identifier: Vec<IdentityObject>,
        /// What was achieved.
        achievement: Achievement,
        /// When the activity began.
        #[serde(default, with = "date::optional_stamp", skip_serializing_if = "Option::is_none")]
        activity_start_date: Option<DateTime<Utc>>,
        /// When the activity ended.
        #[serde(default, with = "date::optional_stamp", skip_serializing_if = "Option::is_none")]
        activity_end_date: Option<DateTime<Utc>>,
        /// Credits earned.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        credits_earned: Option<Number>,
        /// Image of this award.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        image: Option<Image>,
        /// Number of the license that came with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        license_number: Option<String>,
        /// Markdown that connects the evidence.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        narrative: Option<String>,
        /// Results.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        result: Vec<Result>,
        /// The recipient's role.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        role: Option<String>,
        /// Who assessed it for the issuer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<Profile>,
        /// Academic term.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        term: Option<String>,
    }
}

class! {
    /// A result that was achieved.
    Result {
        /// Always `Result`.
        #[serde(rename = "type", default)]
        kind: tag::ResultType,
        /// The description it is of, by id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        result_description: Option<String>,
        /// The value.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<String>,
        /// The rubric level reached, by id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        achieved_level: Option<String>,
        /// One of [`super::super::vocabulary::RESULT_STATUSES`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<String>,
        /// Where it stands in other frameworks.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        alignment: Vec<Alignment>,
    }
}

class! {
    /// Work that shows the achievement.
    Evidence {
        /// Its address or `data:` URI.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// Always `Evidence`.
        #[serde(rename = "type", default)]
        kind: tag::EvidenceType,
        /// Title.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// A few words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
        /// Markdown on how it led to the achievement.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        narrative: Option<String>,
        /// Kind of work.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        genre: Option<String>,
        /// Whom it was made for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        audience: Option<String>,
        /// Digest of what its address leads to: a multihash in multibase (Verifiable Credentials 2.0, section 5.3).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        digest_multibase: Option<String>,
    }
}
