//! The parts of a credential's page and of an achievement's: what was achieved and what it took, as the document says.

use cairn_service::credential::{self, ShownResults};
use cairn_service::face::stated::{self, said};
use cairn_service::face::statement::{Statement, elements, items};
use cairn_service::verification::verify;
use cairn_words::Words;
use maud::{Markup, html};
use serde_json::Value;

/// What it is, what its holder can do, and how it is earned. Also the body of an achievement's own page.
pub fn about(words: Words, achievement: &Value) -> Markup {
    let language = achievement["inLanguage"].as_str();
    let outcomes: Vec<&Value> = elements(achievement, "LearningOutcome").collect();
    let skills: Vec<&Value> =
        items(&achievement["alignment"]).filter(|one| one["targetType"] == "ceasn:Competency").collect();
    html! {
        @if let Some(text) = achievement["description"].as_str() {
            section { h2 { (words.achievement_about()) } p.text dir="auto" lang=[language] { (text) } }
        }
        @if !outcomes.is_empty() {
            section #outcomes {
                h2 { (words.achievement_outcomes()) }
                ul { @for outcome in outcomes { li { bdi lang=[language] { (text(outcome, "targetName")) } } } }
            }
        }
        @if !skills.is_empty() {
            section {
                h2 { (words.achievement_skills()) }
                ul.tags {
                    @for skill in skills {
                        li {
                            (link(skill["targetUrl"].as_str(), text(skill, "targetName")))
                            @if let Some(framework) = skill["targetFramework"].as_str() { " " span.dim dir="auto" { (framework) } }
                        }
                    }
                }
            }
        }
        @if let Some(text) = achievement["criteria"]["narrative"].as_str() {
            section #criteria { h2 { (words.achievement_criteria()) } p.text dir="auto" lang=[language] { (text) } }
        }
        (assessed(words, achievement))
        (beyond(words, achievement))
    }
}

/// How it was assessed and who watches over it.
fn assessed(words: Words, achievement: &Value) -> Markup {
    let rows: Vec<(&str, &str, Vec<Markup>)> = [
        ("assessment", words.achievement_assessment(), "Assessment"),
        ("supervision", words.achievement_supervision(), "Supervision"),
        ("quality", words.achievement_quality(), "QualityAssurance"),
        ("prior-learning", words.achievement_prior_learning(), "PriorLearning"),
        ("prerequisites", words.achievement_prerequisites(), "Prerequisite"),
    ]
    .into_iter()
    .map(|(id, label, kind)| (id, label, told(words, achievement, kind)))
    .filter(|(_, _, told)| !told.is_empty())
    .collect();
    html! {
        @if !rows.is_empty() {
            section {
                h2 { (words.achievement_assessed()) }
                dl {
                    @for (id, label, told) in rows {
                        dt id=(id) { (label) }
                        dd { @for one in told { (one) } }
                    }
                }
            }
        }
    }
}

/// What it says about one element: in the reader's language where it is said by a value, else in its own.
fn told(words: Words, achievement: &Value, kind: &str) -> Vec<Markup> {
    let language = achievement["inLanguage"].as_str();
    let one = |one: &Value| match said(words, kind, one) {
        Some(said) => html! { p { (said) } },
        None => html! { p dir="auto" lang=[language] { (text(one, "targetName")) } },
    };
    elements(achievement, kind).map(one).collect()
}

/// What it counts for elsewhere, and what it is part of.
fn beyond(words: Words, achievement: &Value) -> Markup {
    let language = achievement["inLanguage"].as_str();
    let lists: Vec<(&str, &str, Vec<&Value>)> = [
        ("recognition", words.achievement_recognition(), "Recognition"),
        ("accreditation", words.achievement_accreditation(), "Accreditation"),
        ("components", words.achievement_components(), "Component"),
        ("stacks", words.achievement_stacks(), "Stackability"),
    ]
    .into_iter()
    .map(|(id, label, kind)| (id, label, elements(achievement, kind).collect()))
    .filter(|(_, _, found): &(&str, &str, Vec<&Value>)| !found.is_empty())
    .collect();
    html! {
        @for (id, label, found) in lists {
            section id=(id) {
                h2 { (label) }
                ul {
                    @for one in found {
                        li {
                            @if let Some(body) = one["targetFramework"].as_str() { strong dir="auto" { (body) } " " }
                            (link(one["targetUrl"].as_str(), text(one, "targetName")))
                            @if let Some(more) = one["targetDescription"].as_str() {
                                " "
                                @match stated::credits(words, more) {
                                    Some(credits) => span.dim { (credits) },
                                    None => span.dim dir="auto" lang=[language] { (more) },
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What the holder reached, as far as they chose to show it.
pub fn results(words: Words, statement: &Statement, shown: &ShownResults) -> Markup {
    let results: Vec<(&Value, &Value)> =
        credential::results_of(statement).filter(|(description, _)| shown.shows(description)).collect();
    html! {
        @if !results.is_empty() {
            section {
                h2 { (words.results_title()) }
                div.wide role="region" aria-label=(words.results_title()) tabindex="0" {
                    table {
                        thead {
                            tr {
                                th scope="col" { (words.results_what()) }
                                th scope="col" { (words.results_result()) }
                                th scope="col" { (words.results_of()) }
                                th scope="col" { (words.results_to_pass()) }
                            }
                        }
                        tbody {
                            @for (description, result) in &results {
                                tr {
                                    th scope="row" dir="auto" {
                                        (stated::result_name(words, description))
                                        @for of in items(&result["alignment"]) { br; span.dim { (text(of, "targetName")) } }
                                    }
                                    td dir="auto" { (stated::reached(words, description, result)) }
                                    @for bound in ["valueMax", "requiredValue"] {
                                        td { (description[bound].as_str().map_or_else(|| "–".to_owned(), |text| stated::value(words, description, text))) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What it rests on.
pub fn evidence(words: Words, document: &Value) -> Markup {
    let found: Vec<&Value> = items(&document["evidence"]).collect();
    html! {
        @if !found.is_empty() {
            section {
                h2 { (words.evidence_title()) }
                ul {
                    @for one in found {
                        li {
                            @let name = one["name"].as_str().or(one["id"].as_str()).unwrap_or(words.evidence_unnamed());
                            (link(one["id"].as_str(), name))
                            @for member in ["description", "narrative"] {
                                @if let Some(more) = one[member].as_str() { p.text dir="auto" { (more) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Who vouches for it: what each says, and who that is.
pub fn vouching<'a>(
    words: Words,
    said: impl IntoIterator<Item = (Option<&'a str>, Option<&'a str>)>,
) -> Markup {
    let mut said = said.into_iter().peekable();
    html! {
        @if said.peek().is_some() {
            section #endorsements {
                h2 { (words.endorsements_title()) }
                @for (comment, name) in said {
                    figure {
                        @if let Some(comment) = comment { blockquote { p.text dir="auto" { (comment) } } }
                        @if let Some(name) = name { figcaption { bdi { (name) } } }
                    }
                }
            }
        }
    }
}

/// Who vouches for a credential; what does not hold is not shown.
pub fn endorsements(words: Words, report: &verify::Report) -> Markup {
    let good = report.endorsements.iter().filter(|one| one.verdict == verify::Verdict::Valid);
    vouching(
        words,
        good.map(|one| {
            let issuer = one.issuer.as_ref().map(|issuer| issuer.name.as_deref().unwrap_or(&issuer.id));
            (one.comment.as_deref(), issuer)
        }),
    )
}

/// A link where the address is one of the web, plain text otherwise.
pub fn link(address: Option<&str>, text: &str) -> Markup {
    let address = address.filter(|address| address.starts_with("https://") || address.starts_with("http://"));
    html! {
        @match address {
            Some(address) => a href=(address) rel="noopener nofollow" dir="auto" { (text) },
            None => bdi { (text) },
        }
    }
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_default()
}
