//! The closed and extensible vocabularies of Open Badges 3.0, as its JSON schema lists them.

/// Values of `achievementType`; also `ext:…`.
pub const ACHIEVEMENT_TYPES: &[&str] = &[
    "Achievement",
    "ApprenticeshipCertificate",
    "Assessment",
    "Assignment",
    "AssociateDegree",
    "Award",
    "Badge",
    "BachelorDegree",
    "Certificate",
    "CertificateOfCompletion",
    "Certification",
    "CommunityService",
    "Competency",
    "Course",
    "CoCurricular",
    "Degree",
    "Diploma",
    "DoctoralDegree",
    "Fieldwork",
    "GeneralEducationDevelopment",
    "JourneymanCertificate",
    "LearningProgram",
    "License",
    "Membership",
    "ProfessionalDoctorate",
    "QualityAssuranceCredential",
    "MasterCertificate",
    "MasterDegree",
    "MicroCredential",
    "ResearchDoctorate",
    "SecondarySchoolDiploma",
];

/// Values of an alignment's `targetType`; also `ext:…`.
pub const TARGET_TYPES: &[&str] = &[
    "ceasn:Competency",
    "ceterms:Credential",
    "CFItem",
    "CFRubric",
    "CFRubricCriterion",
    "CFRubricCriterionLevel",
    "CTDL",
];

/// Values of a result description's `resultType`; also `ext:…`.
pub const RESULT_TYPES: &[&str] = &[
    "GradePointAverage",
    "LetterGrade",
    "Percent",
    "PerformanceLevel",
    "PredictedScore",
    "RawScore",
    "Result",
    "RubricCriterion",
    "RubricCriterionLevel",
    "RubricScore",
    "ScaledScore",
    "Status",
];

/// Values of a result's `status`; no others.
pub const RESULT_STATUSES: &[&str] =
    &["Completed", "Enrolled", "Failed", "InProgress", "OnHold", "Provisional", "Withdrew"];

/// Values of `identityType` and `identifierType`; also `ext:…`.
pub const IDENTIFIER_TYPES: &[&str] = &[
    "name",
    "sourcedId",
    "systemId",
    "productId",
    "userName",
    "accountId",
    "emailAddress",
    "nationalIdentityNumber",
    "isbn",
    "issn",
    "lisSourcedId",
    "oneRosterSourcedId",
    "sisSourcedId",
    "ltiContextId",
    "ltiDeploymentId",
    "ltiToolId",
    "ltiPlatformId",
    "ltiUserId",
    "identifier",
];

/// How an Open Badges schema is checked.
pub const SCHEMA_TYPE: &str = "1EdTechJsonSchemaValidator2019";
/// Address of the schema of an AchievementCredential.
pub const ACHIEVEMENT_SCHEMA: &str =
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json";
/// Address of the schema of an EndorsementCredential.
pub const ENDORSEMENT_SCHEMA: &str =
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_endorsementcredential_schema.json";

/// Address of the schema of a ClrCredential.
pub const RECORD_SCHEMA: &str =
    "https://purl.imsglobal.org/spec/clr/v2p0/schema/json/clr_v2p0_clrcredential_schema.json";

/// How two achievements of a learner record stand to each other (CLR 2.0, AssociationType).
pub const ASSOCIATION_TYPES: &[&str] = &[
    "exactMatchOf",
    "isChildOf",
    "isParentOf",
    "isPartOf",
    "isPeerOf",
    "isRelatedTo",
    "precedes",
    "replacedBy",
];

/// Whether the value stands in the list, or is an extension (`ext:` and a name).
#[must_use]
pub fn allows(list: &[&str], value: &str) -> bool {
    list.contains(&value) || is_extension(value)
}

fn is_extension(value: &str) -> bool {
    value.strip_prefix("ext:").is_some_and(|name| {
        !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'|'))
    })
}

/// Whether the value is a language code in the form that the schema takes: `en`, `sr-Latn`, `pt-BR`, `es-419`.
#[must_use]
pub fn is_language(value: &str) -> bool {
    let mut parts = value.split('-').peekable();
    let language = parts.next().unwrap_or_default();
    if !(2..=4).contains(&language.len()) || !language.bytes().all(|b| b.is_ascii_lowercase()) {
        return false;
    }
    let script = |part: &&str| {
        part.len() == 4
            && part
                .bytes()
                .enumerate()
                .all(|(n, b)| if n == 0 { b.is_ascii_uppercase() } else { b.is_ascii_lowercase() })
    };
    parts.next_if(script);
    let region = |part: &str| {
        part.len() == 2 && part.bytes().all(|b| b.is_ascii_uppercase())
            || part.len() == 3 && part.bytes().all(|b| b.is_ascii_digit())
    };
    parts.next().is_none_or(region) && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_and_listed_values_are_allowed() {
        assert!(allows(ACHIEVEMENT_TYPES, "MicroCredential"));
        assert!(allows(TARGET_TYPES, "ext:EQF"));
        assert!(!allows(ACHIEVEMENT_TYPES, "Microcredential"));
        assert!(!allows(ACHIEVEMENT_TYPES, "ext:"));
        assert!(!allows(ACHIEVEMENT_TYPES, "ext:a b"));
    }

    #[test]
    fn language_codes_have_the_schemas_form() {
        for good in ["en", "deu", "en-GB", "sr-Latn", "zh-Hant-TW", "es-419"] {
            assert!(is_language(good), "{good}");
        }
        for bad in ["", "e", "EN", "en-gb", "en-GB-x", "en_GB", "english", "en-"] {
            assert!(!is_language(bad), "{bad}");
        }
    }
}
