//! Whether a program document is well formed in itself: lengths, ranges, codes, and names that refer to other parts of the document.
//! What only the database can tell is in `resolve`.

use std::collections::HashSet;

use cairn_credential::document::vocabulary;
use cairn_entity::enums::{FlagPolicy, RegradePolicy};

use super::document::{Document, NewAward, NewComponent, NewItem, NewParty};
use super::terms::{Credit, Level, Price};
use super::{assessment, rule_check};
use crate::amount::HUNDRED;
use crate::error::UserErrorCode::{Conflict, Invalid, NotFound, Required, Taken};
use crate::validate::Checks;

/// Most items of any one list of a program.
pub(super) const MOST_ITEMS: usize = 200;
/// Ten years of hours, in ten-thousandths: what is more is a slip of the keyboard.
const MOST_HOURS: i64 = 87_600 * crate::amount::ONE;
/// Fifty years of weeks, in ten-thousandths.
const MOST_WEEKS: i64 = 2_600 * crate::amount::ONE;
/// A hundred years of months.
const MOST_MONTHS: i32 = 1_200;

/// Notes all that is wrong with the form of a document.
pub(super) fn check(checks: &mut Checks, document: &Document) {
    texts(checks, document);
    numbers(checks, document);
    tracks_and_prices(checks, document);
    credits(checks, "credits", &document.credits);
    levels(checks, &document.levels);
    outcomes(checks, document);
    components(checks, &document.components, document);
    assessment::check(checks, document);
    if !document.has_default_award() {
        awards(checks, &document.awards);
    }
    parties(checks, &document.parties);
    recognitions(checks, document);
    structure(checks, document);
    prior_learning(checks, document);
    for (path, rule) in document.rules() {
        rule_check::check(checks, path, rule, document);
    }
}

fn texts(checks: &mut Checks, document: &Document) {
    checks.text("title", &document.title, 500);
    achievement_type(checks, &document.achievement_type);
    checks.optional_text("summary", document.summary.as_deref(), 1_000);
    checks.optional_text("description", document.description.as_deref(), 50_000);
    checks.optional_text("criteria", document.criteria.as_deref(), 50_000);
    checks.language("language", &document.language);
    checks.url("imageUrl", document.image_url.as_deref());
    checks.optional_text("humanCode", document.human_code.as_deref(), 100);
    checks.optional_text("fieldOfStudy", document.field_of_study.as_deref(), 300);
    checks.optional_text("specialization", document.specialization.as_deref(), 300);
    checks.at_most("tags", document.tags.len(), 50);
    for (index, tag) in document.tags.iter().enumerate() {
        checks.text(&format!("tags.{index}"), tag, 100);
    }
    if let Some(prerequisites) = &document.prerequisites {
        checks.optional_text("prerequisites.description", prerequisites.description.as_deref(), 10_000);
        checks.at_most("prerequisites.programs", prerequisites.programs.len(), 50);
    }
}

/// Longest name of an extension of the standard's own types.
const LONGEST_TYPE: usize = 104;

/// One of the standard's own types, or an extension of them (Open Badges 3.0, section B.7 `AchievementType`).
fn achievement_type(checks: &mut Checks, value: &str) {
    if value.len() > LONGEST_TYPE || !vocabulary::allows(vocabulary::ACHIEVEMENT_TYPES, value) {
        checks.fail(
            "achievementType",
            Invalid,
            "must be an Open Badges achievement type, such as `MicroCredential`, or an extension `ext:…`",
        );
    }
}

fn numbers(checks: &mut Checks, document: &Document) {
    range(checks, "durationWeeks", document.duration_weeks, 0, MOST_WEEKS, "must be 0 to 2600 weeks");
    range(checks, "workloadHours", document.workload_hours, 0, MOST_HOURS, "must be 0 to 87600 hours");
    range(checks, "passMark", document.pass_mark, 0, HUNDRED, "must be 0 to 100");
    if let Some(validity) = &document.validity {
        months(checks, "validity.months", Some(validity.months));
        if validity.renewal_opens_months_before.is_some_and(|before| !(0..=validity.months).contains(&before))
        {
            checks.fail(
                "validity.renewalOpensMonthsBefore",
                Invalid,
                "must be 0 to the months that the credential lasts",
            );
        }
        if validity.renewal_closes_months_after.is_some_and(|after| !(0..=MOST_MONTHS).contains(&after)) {
            let message = format!("must be 0 to {MOST_MONTHS} months");
            checks.fail("validity.renewalClosesMonthsAfter", Invalid, message);
        }
    }
    for (field, suspends) in [
        ("onRegrade", document.on_regrade == RegradePolicy::Suspend),
        ("onIntegrityFlag", document.on_integrity_flag == FlagPolicy::Suspend),
    ] {
        if suspends && !document.may_suspend {
            let message =
                "suspending needs `maySuspend`: only then have credentials a place in a list of suspensions";
            checks.fail(field, Invalid, message);
        }
    }
}

fn range(checks: &mut Checks, path: &str, value: Option<i64>, least: i64, most: i64, message: &str) {
    if value.is_some_and(|value| !(least..=most).contains(&value)) {
        checks.fail(path, Invalid, message);
    }
}

fn months(checks: &mut Checks, path: &str, value: Option<i32>) {
    if value.is_some_and(|months| !(1..=MOST_MONTHS).contains(&months)) {
        checks.fail(path, Invalid, format!("must be 1 to {MOST_MONTHS} months"));
    }
}

/// Notes a second use of a name within a list.
pub(super) fn unique<'a>(checks: &mut Checks, path: &str, name: &'a str, seen: &mut HashSet<&'a str>) {
    if !seen.insert(name) {
        checks.fail(path, Taken, "another item of this program has the same");
    }
}

fn tracks_and_prices(checks: &mut Checks, document: &Document) {
    checks.at_most("tracks", document.tracks.len(), 20);
    checks.at_most("prices", document.prices.len(), 50);
    let mut codes = HashSet::new();
    for (index, track) in document.tracks.iter().enumerate() {
        let path = format!("tracks.{index}");
        checks.external_id(&format!("{path}.code"), &track.code);
        unique(checks, &format!("{path}.code"), &track.code, &mut codes);
        checks.text(&format!("{path}.name"), &track.name, 300);
        for (place, price) in track.prices.iter().enumerate() {
            let path = format!("{path}.prices.{place}");
            money(checks, &path, price);
            if price.track.as_ref().is_some_and(|code| *code != track.code) {
                checks.fail(&format!("{path}.track"), Invalid, "names another track than the one it is in");
            }
        }
    }
    prices(checks, "prices", &document.prices, Some(&codes));
}

/// Checks prices; `tracks` are the codes that they may name, where they are known.
pub(crate) fn prices(checks: &mut Checks, path: &str, prices: &[Price], tracks: Option<&HashSet<&str>>) {
    for (index, price) in prices.iter().enumerate() {
        let path = format!("{path}.{index}");
        money(checks, &path, price);
        if let (Some(code), Some(tracks)) = (&price.track, tracks)
            && !tracks.contains(code.as_str())
        {
            checks.fail(&format!("{path}.track"), NotFound, "no track of this program has this code");
        }
    }
}

fn money(checks: &mut Checks, path: &str, price: &Price) {
    if price.amount < 0 {
        checks.fail(&format!("{path}.amount"), Invalid, "must not be negative");
    }
    checks.at_most(&format!("{path}.discounts"), price.discounts.len(), 20);
    for (index, discount) in price.discounts.iter().enumerate() {
        let path = format!("{path}.discounts.{index}");
        checks.text(&format!("{path}.name"), &discount.name, 300);
        let percent = &format!("{path}.percentOff");
        match (discount.percent_off, discount.amount_off) {
            (Some(off), None) => {
                range(checks, percent, Some(off), 1, HUNDRED, "must be more than 0, at most 100")
            }
            (None, Some(off)) if !(1..=price.amount).contains(&off) => {
                let message = "must be more than 0 and at most the price";
                checks.fail(&format!("{path}.amountOff"), Invalid, message);
            }
            (None, Some(_)) => {}
            _ => checks.fail(percent, Required, "say how many percent, or how much, and not both"),
        }
    }
    if price.currency.len() != 3 || !price.currency.bytes().all(|b| b.is_ascii_uppercase()) {
        checks.fail(&format!("{path}.currency"), Invalid, "must be an ISO 4217 code, such as `GBP`");
    }
}

fn credits(checks: &mut Checks, path: &str, credits: &[Credit]) {
    checks.at_most(path, credits.len(), 20);
    for (index, credit) in credits.iter().enumerate() {
        if credit.amount <= 0 {
            checks.fail(&format!("{path}.{index}.amount"), Invalid, "must be more than 0");
        }
    }
}

fn levels(checks: &mut Checks, levels: &[Level]) {
    checks.at_most("levels", levels.len(), 20);
    for (index, level) in levels.iter().enumerate() {
        checks.text(&format!("levels.{index}.framework"), &level.framework, 100);
        checks.text(&format!("levels.{index}.value"), &level.value, 100);
    }
}

fn outcomes(checks: &mut Checks, document: &Document) {
    checks.at_most("learningOutcomes", document.learning_outcomes.len(), MOST_ITEMS);
    let mut codes = HashSet::new();
    for (index, outcome) in document.learning_outcomes.iter().enumerate() {
        let path = format!("learningOutcomes.{index}");
        checks.external_id(&format!("{path}.code"), &outcome.code);
        unique(checks, &format!("{path}.code"), &outcome.code, &mut codes);
        checks.text(&format!("{path}.statement"), &outcome.statement, 5_000);
        checks.at_most(&format!("{path}.skills"), outcome.skills.len(), 50);
    }
}

fn components(checks: &mut Checks, components: &[NewComponent], document: &Document) {
    checks.at_most("components", components.len(), MOST_ITEMS);
    let outcomes: HashSet<&str> =
        document.learning_outcomes.iter().map(|outcome| outcome.code.as_str()).collect();
    let mut ids = HashSet::new();
    for (index, component) in components.iter().enumerate() {
        checks.optional_text(&format!("components.{index}.groupCode"), component.group_code.as_deref(), 100);
        let NewItem::Module(module) = &component.item else { continue };
        let path = format!("components.{index}.item.module");
        checks.external_id(&format!("{path}.externalId"), &module.external_id);
        unique(checks, &format!("{path}.externalId"), &module.external_id, &mut ids);
        checks.text(&format!("{path}.title"), &module.title, 500);
        let hours = format!("{path}.workloadHours");
        range(checks, &hours, module.workload_hours, 0, MOST_HOURS, "must be 0 to 87600 hours");
        let mut seen = HashSet::new();
        for (place, code) in module.outcomes.iter().enumerate() {
            let path = format!("{path}.outcomes.{place}");
            unique(checks, &path, code, &mut seen);
            if !outcomes.contains(code.as_str()) {
                checks.fail(&path, NotFound, "no learning outcome of this program has this code");
            }
        }
    }
}

/// Groups of components and how the program looks.
fn structure(checks: &mut Checks, document: &Document) {
    checks.at_most("componentGroups", document.component_groups.len(), 50);
    let mut codes = HashSet::new();
    for (index, group) in document.component_groups.iter().enumerate() {
        let path = format!("componentGroups.{index}");
        checks.text(&format!("{path}.code"), &group.code, 100);
        unique(checks, &format!("{path}.code"), &group.code, &mut codes);
        checks.text(&format!("{path}.title"), &group.title, 300);
        let in_group =
            |component: &&NewComponent| component.group_code.as_deref() == Some(group.code.as_str());
        let members = document.components.iter().filter(in_group);
        if !usize::try_from(group.choose).is_ok_and(|choose| (1..=members.clone().count()).contains(&choose))
        {
            let message = "must be 1 to the number of components that name the group";
            checks.fail(&format!("{path}.choose"), Invalid, message);
        }
    }
    for (index, component) in document.components.iter().enumerate() {
        let grouped = component.group_code.as_deref().is_some_and(|code| codes.contains(code));
        if grouped && component.required {
            let message = "a component of a group to choose from is not required by itself";
            checks.fail(&format!("components.{index}.required"), Conflict, message);
        }
    }
    if let Some(branding) = &document.branding {
        checks.url("branding.logoUrl", branding.logo_url.as_deref());
        checks.color("branding.primaryColor", branding.primary_color.as_deref());
        checks.color("branding.secondaryColor", branding.secondary_color.as_deref());
    }
}

/// How much may be recognized as learned before: of credit only what the program gives.
fn prior_learning(checks: &mut Checks, document: &Document) {
    let Some(prior) = &document.prior_learning else { return };
    let path = "priorLearning.maxSharePercent";
    range(checks, path, prior.max_share, 1, HUNDRED, "must be more than 0, at most 100");
    let Some(most) = &prior.max_credits else { return };
    let given = document.credits.iter().filter(|credit| credit.scheme == most.scheme);
    let given: i64 = given.map(|credit| credit.amount).sum();
    if !(1..=given).contains(&most.amount) {
        let message = "must be more than 0, at most the credit that the program gives in this scheme";
        checks.fail("priorLearning.maxCredits", Invalid, message);
    }
}

fn awards(checks: &mut Checks, awards: &[NewAward]) {
    checks.at_most("awards", awards.len(), 20);
    let mut ids = HashSet::new();
    for (index, award) in awards.iter().enumerate() {
        let path = format!("awards.{index}");
        checks.external_id(&format!("{path}.externalId"), &award.external_id);
        unique(checks, &format!("{path}.externalId"), &award.external_id, &mut ids);
        checks.text(&format!("{path}.title"), &award.title, 500);
        checks.optional_text(&format!("{path}.description"), award.description.as_deref(), 10_000);
        months(checks, &format!("{path}.validMonths"), award.valid_months);
        credits(checks, &format!("{path}.credits"), &award.credits);
        if award.kind == cairn_entity::enums::AwardKind::Credits && award.credits.is_empty() {
            checks.fail(&format!("{path}.credits"), Required, "an award of credit says how much");
        }
    }
}

fn parties(checks: &mut Checks, parties: &[NewParty]) {
    checks.at_most("parties", parties.len(), 50);
    for (index, party) in parties.iter().enumerate() {
        let path = format!("parties.{index}");
        match (&party.name, &party.issuer) {
            (None, None) => {
                checks.fail(&format!("{path}.name"), Required, "name the party, or the issuer that it is");
            }
            (Some(name), _) => checks.text(&format!("{path}.name"), name, 300),
            (None, Some(_)) => {}
        }
        checks.url(&format!("{path}.url"), party.url.as_deref());
    }
}

fn recognitions(checks: &mut Checks, document: &Document) {
    checks.at_most("recognitions", document.recognitions.len(), 50);
    for (index, recognition) in document.recognitions.iter().enumerate() {
        let path = format!("recognitions.{index}");
        checks.text(&format!("{path}.body"), &recognition.body, 300);
        checks.text(&format!("{path}.statement"), &recognition.statement, 5_000);
        checks.url(&format!("{path}.url"), recognition.url.as_deref());
        credits(checks, &format!("{path}.credits"), &recognition.credits);
    }
}
