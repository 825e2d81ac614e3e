//! What credentials and programs state by a value of a list or by a number, told in the reader's language. What they say in words of their own stays as it is.

use cairn_entity::enums::{AssessmentKind, GradingMode, IdentityCheck, Supervision};
use cairn_words::{Count, Words};
use sea_orm::ActiveEnum;
use serde_json::Value;

use super::statement::items;
use crate::amount;

/// An element of the EU's list in a credential of ours (docs/credential-document.md), where it is stated by a value. `Alignments` in `issuance` writes what is
/// read here.
pub fn said(words: Words, kind: &str, one: &Value) -> Option<String> {
    let name = one["targetName"].as_str()?;
    let code = one["targetCode"].as_str();
    // As it is stored: there are no blanks in it.
    let stored = |text: &str| text.replace(' ', "_");
    Some(match kind {
        "Level" => words.level_in(one["targetFramework"].as_str()?, code?),
        "Credit" => credits(words, name)?,
        "Workload" => words.hours(Count::of_amount(ten_thousandths(code?)?)),
        "PriorLearning" => words.prior_learning_share(&words.percentage(ten_thousandths(code?)?)),
        "Participation" => words.delivery_mode(&stored(name)),
        "Assessment" => words.assessment_kind(&stored(name)),
        "QualityAssurance" => words.quality_assurance(&stored(name)),
        "Supervision" => {
            let (supervised, identified) = match name.split_once(", identity checked by ") {
                Some(parts) => parts,
                None => (name.strip_suffix(", without identity check")?, "none"),
            };
            let supervised = match supervised {
                "unsupervised" => "none",
                other => other.strip_prefix("supervised, ")?,
            };
            words.list([words.supervision(&stored(supervised)), words.identity_check(&stored(identified))])
        }
        _ => return None,
    })
}

/// An amount of credit as `Alignments` in `issuance` writes it.
pub fn credits(words: Words, text: &str) -> Option<String> {
    let (amount, scheme) = text.strip_suffix(')')?.split_once(" credits (")?;
    Some(words.earned_credits(scheme, Count::of_amount(ten_thousandths(amount)?)))
}

/// What a result is of: an assessment by its title, and what every credential may state in the reader's language.
pub fn result_name(words: Words, description: &Value) -> String {
    let name = description["name"].as_str().unwrap_or_default();
    let key = description["id"].as_str().and_then(|id| id.rsplit_once("#result-")).map_or("", |(_, key)| key);
    words.result_name(key, name)
}

/// A value that a result has or may have, of the kind that its description tells.
pub fn value(words: Words, description: &Value, text: &str) -> String {
    match (description["resultType"].as_str(), ten_thousandths(text)) {
        (Some("Percent"), Some(share)) => words.percentage(share),
        (_, Some(number)) => words.amount(number),
        _ => text.to_owned(),
    }
}

/// What a result says was reached: a level of a rubric by its name, a value, or a status.
pub fn reached(words: Words, description: &Value, result: &Value) -> String {
    let level = items(&description["rubricCriterionLevel"])
        .find(|level| level["id"] == result["achievedLevel"])
        .and_then(|level| level["name"].as_str());
    let value = result["value"].as_str().map(|text| value(words, description, text));
    match (level, value, result["status"].as_str()) {
        (Some(level), Some(value), _) => format!("{level} ({value})"),
        (Some(level), None, _) => level.to_owned(),
        (None, Some(value), _) => value,
        (None, None, Some(status)) => words.result_status(status),
        (None, None, None) => String::new(),
    }
}

/// A decimal as it stands in a document.
fn ten_thousandths(text: &str) -> Option<i64> {
    amount::from_decimal(text.parse().ok()?)
}

/// A kind of assessment.
pub fn assessment_kind(words: Words, kind: AssessmentKind) -> String {
    words.assessment_kind(&kind.to_value())
}

/// Who or what grades.
pub fn grading(words: Words, way: GradingMode) -> String {
    words.grading(&way.to_value())
}

/// How those who are assessed are supervised.
pub fn supervision(words: Words, way: Supervision) -> String {
    words.supervision(&way.to_value())
}

/// How identity is checked.
pub fn identity_check(words: Words, way: IdentityCheck) -> String {
    words.identity_check(&way.to_value())
}

#[cfg(test)]
mod tests {
    use cairn_credential::document::vocabulary::{ACHIEVEMENT_TYPES, RESULT_STATUSES};
    use cairn_entity::enums::DeliveryMode;
    use cairn_words::Language;
    use sea_orm::Iterable;
    use serde_json::json;

    use super::*;
    use crate::program::terms::QualityAssurance;

    fn german(kind: &str, name: &str, code: Option<&str>) -> Option<String> {
        let one = json!({ "targetName": name, "targetCode": code, "targetFramework": "EQF" });
        said(Words::new(Language::German), kind, &one)
    }

    #[test]
    fn what_is_stated_by_a_value_is_told_in_any_language() {
        for (kind, name, code, told) in [
            ("Level", "EQF level 5", Some("5"), "EQF-Niveau 5"),
            ("Credit", "2.5 credits (ECTS)", Some("2.5"), "2,5 ECTS-Leistungspunkte"),
            ("Credit", "1 credits (ECTS)", Some("1"), "1 ECTS-Leistungspunkt"),
            ("Workload", "1250 hours", Some("1250"), "1.250 Stunden"),
            (
                "PriorLearning",
                "up to 50 % by recognition of prior learning",
                Some("50"),
                "bis zu 50\u{a0}% durch Anerkennung von früher Gelerntem",
            ),
            ("Participation", "work based", None, "am Arbeitsplatz"),
            (
                "Supervision",
                "supervised, on site, identity checked by in person",
                None,
                "unter Aufsicht vor Ort, Identität persönlich geprüft",
            ),
            (
                "Supervision",
                "unsupervised, without identity check",
                None,
                "ohne Aufsicht, ohne Prüfung der Identität",
            ),
        ] {
            assert_eq!(german(kind, name, code).as_deref(), Some(told));
        }
        assert_eq!(german("Prerequisite", "Mathematics", None), None, "an issuer's own words");
        assert_eq!(german("Workload", "many hours", Some("many")), None);
    }

    #[test]
    fn results_are_told_by_their_kind_and_levels_by_their_names() {
        let german = Words::new(Language::German);
        let told = |description: Value, result: Value| reached(german, &description, &result);
        let share = json!({"resultType": "Percent"});
        assert_eq!(told(share.clone(), json!({"value": "87.5"})), "87,5\u{a0}%");
        assert_eq!(value(german, &share, "60"), "60\u{a0}%");
        let points = json!({"resultType": "RawScore"});
        assert_eq!(told(points.clone(), json!({"value": "1250.5", "status": "Completed"})), "1.250,5");
        assert_eq!(told(points, json!({"value": "A+"})), "A+");
        let rubric = json!({"resultType": "RubricCriterionLevel", "rubricCriterionLevel": [
            {"id": "urn:a", "name": "genügend"}, {"id": "urn:b", "name": "sehr gut"}]});
        assert_eq!(told(rubric.clone(), json!({"achievedLevel": "urn:b", "value": "4"})), "sehr gut (4)");
        assert_eq!(told(rubric, json!({"achievedLevel": "urn:c", "value": "4"})), "4");
        assert_eq!(told(json!({}), json!({"status": "Completed"})), german.result_status("Completed"));
    }

    #[test]
    fn what_every_credential_states_is_named_in_the_readers_language() {
        let german = Words::new(Language::German);
        let named = |key: &str, name: &str| {
            result_name(german, &json!({"id": format!("https://example.com/a#result-{key}"), "name": name}))
        };
        assert_eq!(named("overall", "Overall score"), "Gesamtergebnis");
        assert_eq!(named("018f", "Overall score"), "Overall score", "an assessment of that title");
        assert_eq!(result_name(german, &json!({"name": "Klausur"})), "Klausur");
    }

    #[test]
    fn every_value_of_every_list_has_a_word_of_its_own() {
        fn all<E: Iterable + ActiveEnum<Value = String>>() -> Vec<String> {
            E::iter().map(|one| one.to_value()).collect()
        }
        let bodies = [
            QualityAssurance::Internal,
            QualityAssurance::ExternalAgency,
            QualityAssurance::ProfessionalBody,
        ];
        let bodies = bodies.map(|body| body.name().to_lowercase()).to_vec();
        let types = ACHIEVEMENT_TYPES.iter().map(|name| (*name).to_owned()).collect();
        type Say = fn(Words, &str) -> String;
        let statuses = RESULT_STATUSES.iter().map(|name| (*name).to_owned()).collect();
        let lists: [(Say, Vec<String>); 8] = [
            (Words::assessment_kind, all::<AssessmentKind>()),
            (Words::grading, all::<GradingMode>()),
            (Words::supervision, all::<Supervision>()),
            (Words::identity_check, all::<IdentityCheck>()),
            (Words::delivery_mode, all::<DeliveryMode>()),
            (Words::quality_assurance, bodies),
            (Words::credential_kind, types),
            (Words::result_status, statuses),
        ];
        let arabic = Words::new(Language::Arabic);
        for (say, values) in lists {
            for value in values {
                assert!(!say(arabic, &value).contains(&value), "{value} has no word");
            }
        }
    }
}
