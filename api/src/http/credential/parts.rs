//! The parts of a credential's page and of an achievement's: what was achieved and what it took, as the document says.

use cairn_service::credential::{self, ShownResults};
use cairn_service::face::statement::{Statement, elements, items};
use cairn_service::verification::verify;
use maud::{Markup, html};
use serde_json::Value;

/// What it is, what its holder can do, and how it is earned. Also the body of an achievement's own page.
pub fn about(achievement: &Value) -> Markup {
    let language = achievement["inLanguage"].as_str();
    let outcomes: Vec<&Value> = elements(achievement, "LearningOutcome").collect();
    let skills: Vec<&Value> =
        items(&achievement["alignment"]).filter(|one| one["targetType"] == "ceasn:Competency").collect();
    html! {
        @if let Some(text) = achievement["description"].as_str() {
            section { h2 { "What it is" } p.text dir="auto" lang=[language] { (text) } }
        }
        @if !outcomes.is_empty() {
            section #outcomes {
                h2 { "What its holder can do" }
                ul { @for outcome in outcomes { li dir="auto" lang=[language] { (text(outcome, "targetName")) } } }
            }
        }
        @if !skills.is_empty() {
            section {
                h2 { "Skills" }
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
            section #criteria { h2 { "How it is earned" } p.text dir="auto" lang=[language] { (text) } }
        }
        (assessed(achievement))
        (beyond(achievement))
    }
}

/// How it was assessed and who watches over it.
fn assessed(achievement: &Value) -> Markup {
    let rows: Vec<(&str, &str, Vec<&str>)> = [
        ("assessment", "Assessed by", "Assessment"),
        ("supervision", "Supervision and identity", "Supervision"),
        ("quality", "Quality assured by", "QualityAssurance"),
        ("prior-learning", "Recognition of prior learning", "PriorLearning"),
        ("prerequisites", "What has to come before", "Prerequisite"),
    ]
    .into_iter()
    .map(|(id, label, kind)| {
        (id, label, elements(achievement, kind).map(|one| text(one, "targetName")).collect())
    })
    .filter(|(_, _, names): &(&str, &str, Vec<&str>)| !names.is_empty())
    .collect();
    html! {
        @if !rows.is_empty() {
            section {
                h2 { "How it was assessed" }
                dl {
                    @for (id, label, names) in rows {
                        dt id=(id) { (label) }
                        dd { @for name in names { p dir="auto" { (name) } } }
                    }
                }
            }
        }
    }
}

/// What it counts for elsewhere, and what it is part of.
fn beyond(achievement: &Value) -> Markup {
    let lists: Vec<(&str, &str, Vec<&Value>)> = [
        ("recognition", "Recognized by", "Recognition"),
        ("accreditation", "Accreditations, as the issuer states them", "Accreditation"),
        ("components", "What it is made of", "Component"),
        ("stacks", "What it counts towards", "Stackability"),
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
                            @if let Some(more) = one["targetDescription"].as_str() { " " span.dim dir="auto" { (more) } }
                        }
                    }
                }
            }
        }
    }
}

/// What the holder reached, as far as they chose to show it.
pub fn results(statement: &Statement, shown: &ShownResults) -> Markup {
    let results: Vec<(&Value, &Value)> =
        credential::results_of(statement).filter(|(description, _)| shown.shows(description)).collect();
    html! {
        @if !results.is_empty() {
            section {
                h2 { "Results" }
                div.wide role="region" aria-label="Results" tabindex="0" {
                    table {
                        thead { tr { th scope="col" { "What" } th scope="col" { "Result" } th scope="col" { "Of" } th scope="col" { "To pass" } } }
                        tbody {
                            @for (description, result) in &results {
                                tr {
                                    th scope="row" dir="auto" {
                                        (text(description, "name"))
                                        @for of in items(&result["alignment"]) { br; span.dim { (text(of, "targetName")) } }
                                    }
                                    td { (result["value"].as_str().or(result["status"].as_str()).unwrap_or_default()) }
                                    td { (description["valueMax"].as_str().unwrap_or("–")) }
                                    td { (description["requiredValue"].as_str().unwrap_or("–")) }
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
pub fn evidence(document: &Value) -> Markup {
    let found: Vec<&Value> = items(&document["evidence"]).collect();
    html! {
        @if !found.is_empty() {
            section {
                h2 { "Evidence" }
                ul {
                    @for one in found {
                        li {
                            @let name = one["name"].as_str().or(one["id"].as_str()).unwrap_or("A piece of work");
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

/// Who vouches for it; what does not hold is not shown.
pub fn endorsements(report: &verify::Report) -> Markup {
    let good = report.endorsements.iter().filter(|one| one.verdict == verify::Verdict::Valid);
    let good: Vec<&verify::ReportedEndorsement> = good.collect();
    html! {
        @if !good.is_empty() {
            section {
                h2 { "Who vouches for it" }
                @for one in good {
                    @let name = one.issuer.as_ref().map(|issuer| issuer.name.as_deref().unwrap_or(&issuer.id));
                    figure {
                        @if let Some(comment) = &one.comment { blockquote { p.text dir="auto" { (comment) } } }
                        @if let Some(name) = name { figcaption dir="auto" { (name) } }
                    }
                }
            }
        }
    }
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
