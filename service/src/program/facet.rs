//! What catalogue lists filter and sort by, worked out once when a version is written.

use cairn_entity::enums::FacetKind;
use cairn_entity::skill;
use sea_orm::ActiveEnum;

use super::document::Document;
use super::terms::{Price, PriceBasis};
use super::text::{fold, search_text};
use crate::amount::ONE;

/// Kind, text and number of the facts that a version is filtered by.
pub(super) fn facets(document: &Document, skills: &[&skill::Model]) -> Vec<(FacetKind, String, i64)> {
    let mut facets = Vec::new();
    for level in &document.levels {
        facets.push((FacetKind::Level, level_value(&level.framework, &level.value), 0));
    }
    for credit in &document.credits {
        facets.push((FacetKind::Credit, credit.scheme.name().to_owned(), credit.amount));
    }
    for price in &document.prices {
        facets.push((FacetKind::Price, price.currency.clone(), total(price, document)));
    }
    for skill in skills {
        facets.push((FacetKind::Skill, skill.id.to_string(), 0));
    }
    for assessment in &document.assessments {
        facets.push((FacetKind::Supervision, assessment.supervision.to_value(), 0));
    }
    for tag in &document.tags {
        facets.push((FacetKind::Tag, fold(tag), 0));
    }
    facets.sort_by(|a, b| (a.0, &a.1, a.2).cmp(&(b.0, &b.1, b.2)));
    facets.dedup();
    facets
}

/// The facet of a level: `EQF:6`.
pub(super) fn level_value(framework: &str, value: &str) -> String {
    format!("{}:{}", framework.trim().to_uppercase(), value.trim().to_uppercase())
}

/// The lowest price to take part, or the largest number where unknown. Currencies are not converted.
pub(super) fn sort_price(document: &Document) -> i64 {
    document.prices.iter().map(|price| total(price, document)).min().unwrap_or(i64::MAX)
}

/// What the whole costs by this price: so many months or modules.
fn total(price: &Price, document: &Document) -> i64 {
    let times = match price.per {
        PriceBasis::Once => 1,
        PriceBasis::Month => document.duration_weeks.map_or(1, months),
        PriceBasis::Module => i64::try_from(document.components.len()).unwrap_or(1),
    };
    price.amount.saturating_mul(times.max(1))
}

/// Begun months in so many ten-thousandths of a week.
fn months(weeks: i64) -> i64 {
    (weeks * 12).div_euclid(52 * ONE) + i64::from((weeks * 12).rem_euclid(52 * ONE) > 0)
}

/// Words to search in: title, summary, outcomes, skills, modules, tags.
pub(super) fn words_of(document: &Document, skills: &[&skill::Model]) -> String {
    let summary = document.summary.iter().map(String::as_str);
    let outcomes = document.learning_outcomes.iter().map(|outcome| outcome.statement.as_str());
    let names = skills.iter().map(|skill| skill.name.as_str());
    let modules = document.modules().map(|module| module.title.as_str());
    let tags = document.tags.iter().map(String::as_str);
    let codes = [&document.human_code, &document.field_of_study, &document.specialization];
    let codes = codes.into_iter().flatten().map(String::as_str);
    let rest = summary.chain(names).chain(tags).chain(codes).chain(outcomes).chain(modules);
    search_text(&document.title, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(amount: i64, per: PriceBasis) -> Price {
        Price { amount: amount * ONE, currency: "USD".to_owned(), per, track: None, discounts: Vec::new() }
    }

    #[test]
    fn monthly_prices_count_every_begun_month() {
        let mut document = Document::empty();
        document.prices = vec![price(49, PriceBasis::Month), price(500, PriceBasis::Once)];
        document.duration_weeks = Some(16 * ONE);
        assert_eq!(sort_price(&document), 4 * 49 * ONE);
        document.duration_weeks = Some(52 * ONE);
        assert_eq!(sort_price(&document), 500 * ONE);
        assert_eq!(sort_price(&Document::empty()), i64::MAX);
        assert_eq!(level_value("eqf ", "6"), "EQF:6");
    }
}
