//! "Why not yet?" in the words of a language that a learner understands. Pure: what `explain` found comes in, texts come out.

use cairn_words::{Count, Words};
use chrono::SecondsFormat;
use serde_json::{Map, Value, json};

use super::lack::{Asked, Asks, Branch, Learned, Remark, Requirement, Tried};

/// So many things that would do instead are named.
const NAMED_INSTEAD: usize = 3;
/// Numbers are told to this part: to two places.
const TOLD: i64 = 100;

impl Requirement {
    /// What is asked for.
    pub fn told(&self, words: Words) -> String {
        words.beginning(&self.asked.clause(words))
    }

    /// The threshold and the present value, and what else would do.
    pub fn detail(&self, words: Words) -> Option<String> {
        let instead = instead(&self.instead, words);
        let clauses = self.remarks.iter().map(|remark| remark.clause(words)).chain(instead);
        Some(words.apart(clauses)).filter(|detail| !detail.is_empty())
    }
}

impl Branch {
    /// The rule in the shape of its input, each part with its state.
    pub fn told(&self, words: Words) -> Value {
        let each = |parts: &[Branch]| Value::from_iter(parts.iter().map(|part| part.told(words)));
        let asks = match &self.asks {
            Asks::This(value) => value.clone(),
            Asks::Parts(parts) => each(parts),
            Asks::AtLeast(count, parts) => json!({ "count": count, "of": each(parts) }),
        };
        let mut node = Map::new();
        node.insert(self.name.to_owned(), asks);
        node.insert("satisfied".to_owned(), self.since.is_some().into());
        let since = self.since.map(|moment| moment.to_rfc3339_opts(SecondsFormat::AutoSi, true));
        node.insert("satisfiedAt".to_owned(), since.into());
        if !self.remarks.is_empty() {
            let detail = words.apart(self.remarks.iter().map(|remark| remark.clause(words)));
            node.insert("detail".to_owned(), detail.into());
        }
        Value::Object(node)
    }
}

impl Asked {
    fn clause(&self, words: Words) -> String {
        match self {
            Self::Component(title) => words.clause_component(title),
            Self::Assessment(title) => words.clause_assessment(title),
            Self::Evidence(title) => words.clause_evidence(title),
            Self::Score(score) => words.clause_score(&percentage(*score, words)),
            Self::Units(amount, None) => words.requirement_units(&words.earned_units(count(*amount))),
            Self::Units(amount, Some(category)) => {
                words.requirement_units_of(&words.earned_units(count(*amount)), category)
            }
            Self::Credits(amount, scheme) => {
                words.requirement_credits(&words.earned_credits(scheme, count(*amount)))
            }
            Self::Track(tracks) => words.requirement_track(&one_of(tracks.iter().map(String::as_str), words)),
            Self::Identity => words.requirement_identity().to_owned(),
            Self::Whole => words.requirement_whole().to_owned(),
            Self::NoComponent(name) => words.requirement_component_unknown(name),
            Self::NoAssessment(name) => words.requirement_assessment_unknown(name),
            Self::Provider => words.requirement_ask().to_owned(),
            Self::Wait => words.requirement_wait().to_owned(),
        }
    }
}

impl Remark {
    fn clause(&self, words: Words) -> String {
        match self {
            Self::Tried(tried) => tried.clause(words),
            Self::Learned(learned) => learned.clause(words),
            Self::LookedInto => words.standing_looked_into().to_owned(),
            Self::Upheld => words.standing_upheld().to_owned(),
            Self::ScoreSoFar(score) => words.standing_so_far(&percentage(*score, words)),
            Self::UnitsSoFar(units) => words.standing_so_far(&amount(*units, words)),
            Self::Track(Some(track)) => words.standing_track(track),
            Self::Track(None) => words.standing_no_track().to_owned(),
            Self::NotChecked => words.standing_identity().to_owned(),
            Self::NotReported => words.standing_whole().to_owned(),
            Self::NoComponent => words.standing_component_unknown().to_owned(),
            Self::NoAssessment => words.standing_assessment_unknown().to_owned(),
            Self::TooFewCredits => words.standing_credits_too_few().to_owned(),
            Self::Impossible => words.standing_impossible().to_owned(),
        }
    }
}

impl Tried {
    fn clause(&self, words: Words) -> String {
        match self {
            Self::NeedsPoints(mark, of) => words.tried_needs_points(count(*of), &amount(*mark, words)),
            Self::NeedsPass => words.tried_needs_pass().to_owned(),
            Self::Best(points) => words.tried_best(&amount(*points, words)),
            Self::LookedInto => words.tried_looked_into().to_owned(),
            Self::Waits => words.tried_waits().to_owned(),
            Self::Returned => words.tried_returned().to_owned(),
            Self::NotYet => words.tried_not_yet().to_owned(),
            Self::Unseen => words.tried_unseen().to_owned(),
            Self::AgainLookedInto => words.tried_again_looked_into().to_owned(),
            Self::AgainWaits => words.tried_again_waits().to_owned(),
        }
    }
}

impl Learned {
    fn clause(&self, words: Words) -> String {
        match self {
            Self::NotStarted => words.learned_not_started().to_owned(),
            Self::Part(share) => words.learned_part(&percentage(*share, words)),
            Self::Done => words.learned_done().to_owned(),
            Self::LookedInto => words.learned_looked_into().to_owned(),
            Self::Locked(title) => words.learned_locked(title),
            Self::Within(title) => words.learned_within(title),
            Self::On(day) => words.learned_on(&words.day(*day)),
            Self::LongAgo(day, months) => words.learned_long_ago(*months, &words.day(*day)),
            Self::Before(day) => words.learned_before(&words.day(*day)),
            Self::RecognizedOn(day) => words.recognized_on(&words.day(*day)),
            Self::ClaimDrafted => words.recognized_drafted().to_owned(),
            Self::ClaimWaits => words.recognized_waits().to_owned(),
            Self::ClaimNeedsEvidence => words.recognized_needs_evidence().to_owned(),
            Self::MayBeRecognized => words.recognized_possible().to_owned(),
            Self::UsedUp(share, most) => {
                words.recognized_used_up(&percentage(*share, words), &percentage(*most, words))
            }
        }
    }
}

/// What would do instead; nothing where nothing would.
fn instead(others: &[Asked], words: Words) -> Option<String> {
    let named = others.iter().take(NAMED_INSTEAD).map(|other| other.clause(words));
    let named = named.reduce(|before, next| words.instead_next(&before, &next))?;
    Some(match others.len().saturating_sub(NAMED_INSTEAD) {
        0 => words.instead(&named),
        more => words.instead_more(more, &named),
    })
}

/// Names of which one does.
pub(super) fn one_of<'a>(names: impl Iterator<Item = &'a str>, words: Words) -> String {
    words.one_of(names.map(|name| words.quoted(name)))
}

/// How many of something a text speaks of.
fn count(scaled: i64) -> Count {
    Count::of_amount(told(scaled))
}

/// An amount as people write it: `70`, `65.5`.
fn amount(scaled: i64, words: Words) -> String {
    words.amount(told(scaled))
}

/// A share or score as people write it: `70%`, `65.5%`.
fn percentage(scaled: i64, words: Words) -> String {
    words.percentage(told(scaled))
}

fn told(scaled: i64) -> i64 {
    scaled.saturating_add(TOLD / 2).div_euclid(TOLD) * TOLD
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDate};

    use super::*;

    const ONE: i64 = 10_000;
    const DAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 3, 1).unwrap();

    fn said(tag: &str, asked: Asked, remarks: Vec<Remark>, instead: Vec<Asked>) -> (String, String) {
        let words = Words::of_tag(tag);
        let requirement = Requirement { asked, remarks, instead, component: None, assessment: None };
        (requirement.told(words), requirement.detail(words).unwrap_or_default())
    }

    /// What is asked for and how far it is, in English, German and Arabic.
    fn in_all(asked: &Asked, remarks: &[Remark]) -> [(String, String); 3] {
        ["en", "de", "ar"].map(|tag| said(tag, asked.clone(), remarks.to_vec(), Vec::new()))
    }

    fn pairs(expected: [(&str, &str); 3]) -> [(String, String); 3] {
        expected.map(|(told, detail)| (told.to_owned(), detail.to_owned()))
    }

    #[test]
    fn each_language_has_sentences_of_its_own() {
        let tried = [Tried::NeedsPoints(5 * ONE, 10 * ONE), Tried::Best(45_000), Tried::AgainWaits];
        assert_eq!(
            in_all(&Asked::Assessment("Exam 2".to_owned()), &tried.map(Remark::Tried)),
            pairs([
                ("Pass “Exam 2”", "needs 5 of 10 points; best so far 4.5; another try waits for its grade"),
                (
                    "„Exam 2“ bestehen",
                    "5 von 10 Punkten nötig; bisher bestes Ergebnis: 4,5; ein weiterer Versuch wartet auf die Bewertung"
                ),
                (
                    "اجتياز «\u{2068}Exam 2\u{2069}»",
                    "المطلوب 5 من 10 نقاط؛ أفضل نتيجة حتى الآن 4.5؛ محاولة أخرى تنتظر التقييم"
                ),
            ])
        );
        assert_eq!(
            in_all(&Asked::Score(30 * ONE), &[Remark::ScoreSoFar(333_333)]),
            pairs([
                ("Reach an overall score of at least 30%", "33.33% so far"),
                ("Ein Gesamtergebnis von mindestens 30\u{a0}% erreichen", "bisher 33,33\u{a0}%"),
                ("بلوغ نتيجة إجمالية لا تقل عن 30%", "33.33% حتى الآن"),
            ])
        );
        assert_eq!(
            in_all(&Asked::Provider, &[Remark::Impossible]).map(|(told, _)| told),
            ["Ask the provider", "Wenden Sie sich an den Anbieter", "الرجوع إلى مقدّم البرنامج"]
        );
    }

    #[test]
    fn counts_take_the_plural_of_their_language() {
        let units = |amount| Asked::Units(amount, Some("ethics".to_owned()));
        for (amount, expected) in [
            (
                ONE,
                [
                    "Earn 1 continuing unit of “ethics”",
                    "1 Weiterbildungseinheit der Kategorie „ethics“ erwerben",
                ],
            ),
            (
                15_000,
                [
                    "Earn 1.5 continuing units of “ethics”",
                    "1,5 Weiterbildungseinheiten der Kategorie „ethics“ erwerben",
                ],
            ),
        ] {
            assert_eq!(["en", "de"].map(|tag| said(tag, units(amount), Vec::new(), Vec::new()).0), expected);
        }
        for (amount, expected) in [
            (0, "0 وحدة تعليم مستمر"),
            (1, "وحدة تعليم مستمر واحدة"),
            (2, "وحدتي تعليم مستمر"),
            (3, "3 وحدات تعليم مستمر"),
            (11, "11 وحدة تعليم مستمر"),
            (100, "100 وحدة تعليم مستمر"),
        ] {
            let told = said("ar", Asked::Units(amount * ONE, None), Vec::new(), Vec::new()).0;
            assert_eq!(told, format!("الحصول على {expected}"));
        }
        let long_ago = |tag, months| {
            said(tag, Asked::Whole, vec![Remark::Learned(Learned::LongAgo(DAY, months))], Vec::new()).1
        };
        assert_eq!(long_ago("en", 60), "completed on 1 March 2026, more than 60 months ago");
        assert_eq!(long_ago("en-US", 1), "completed on March 1, 2026, more than 1 month ago");
        assert_eq!(long_ago("de", 60), "abgeschlossen am 1. März 2026, vor mehr als 60 Monaten");
        assert_eq!(long_ago("ar", 60), "أُكمل في 1 مارس 2026، قبل أكثر من 60 شهرًا");
        assert_eq!(long_ago("ar", 2), "أُكمل في 1 مارس 2026، قبل أكثر من شهرين");
    }

    #[test]
    fn what_else_would_do_is_a_clause_of_the_same_sentence() {
        let part = |index: usize| Asked::Component(format!("Part {index}"));
        let detail = |tag, count: usize| {
            let instead = (2..2 + count).map(part).collect();
            said(tag, part(1), vec![Remark::Learned(Learned::NotStarted)], instead).1
        };
        assert_eq!(detail("en", 0), "not started");
        assert_eq!(detail("en", 2), "not started; or complete “Part 2”, or complete “Part 3” instead");
        assert_eq!(
            detail("en", 4),
            "not started; or complete “Part 2”, or complete “Part 3”, or complete “Part 4” instead, or one other"
        );
        assert!(detail("en", 5).ends_with("instead, or one of 2 others"));
        assert_eq!(
            detail("de", 2),
            "noch nicht begonnen; oder stattdessen „Part 2“ abschließen oder „Part 3“ abschließen"
        );
        assert!(detail("de", 4).ends_with("„Part 4“ abschließen, oder eine weitere Möglichkeit"));
        assert!(
            detail("ar", 5).ends_with("إكمال «\u{2068}Part 4\u{2069}» بدلًا من ذلك، أو أحد خيارين آخرين"),
            "{}",
            detail("ar", 5)
        );
        // A noun keeps its capital within a sentence, as an upper-case name does.
        let german = said("de", part(1), Vec::new(), vec![Asked::Identity, Asked::Score(60 * ONE)]).1;
        assert_eq!(
            german,
            "oder stattdessen Ihre Identität prüfen lassen oder ein Gesamtergebnis von mindestens 60\u{a0}% erreichen"
        );
    }

    #[test]
    fn tracks_are_listed_and_isolated() {
        let tracks = || Asked::Track(vec!["a".to_owned(), "b".to_owned(), "c".to_owned()]);
        let [english, german, arabic] =
            in_all(&tracks(), &[Remark::Track(None)]).map(|(told, detail)| format!("{told}: {detail}"));
        assert_eq!(english, "Be on the track “a”, “b” or “c”: on no track");
        assert_eq!(german, "In den Track „a“, „b“ oder „c“ wechseln: in keinem Track");
        assert_eq!(
            arabic,
            "الانتقال إلى المسار «\u{2068}a\u{2069}» أو «\u{2068}b\u{2069}» أو «\u{2068}c\u{2069}»: بلا مسار"
        );
    }

    #[test]
    fn the_tree_has_the_shape_of_its_input_in_any_language() {
        let open = Branch {
            name: "overallScore",
            asks: Asks::This(json!(30.0)),
            since: None,
            remarks: vec![Remark::ScoreSoFar(16 * ONE)],
        };
        let met = Branch {
            name: "componentCompleted",
            asks: Asks::This(json!("m1")),
            since: DateTime::from_timestamp(1_700_000_000, 0),
            remarks: Vec::new(),
        };
        let of = Asks::AtLeast(1, vec![open, met]);
        let tree = Branch { name: "atLeast", asks: of, since: None, remarks: Vec::new() };
        let expected = json!({ "atLeast": { "count": 1, "of": [
            { "overallScore": 30.0, "satisfied": false, "satisfiedAt": null, "detail": "bisher 16\u{a0}%" },
            { "componentCompleted": "m1", "satisfied": true, "satisfiedAt": "2023-11-14T22:13:20Z" },
        ] }, "satisfied": false, "satisfiedAt": null });
        assert_eq!(tree.told(Words::of_tag("de")), expected);
    }
}
