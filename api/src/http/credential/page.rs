//! The page that an employer opens: whether the credential stands, what was achieved, and what it took.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use cairn_service::Service;
use cairn_service::credential::{self, Published, Urls};
use cairn_service::error::Error;
use cairn_service::face::statement::Statement;
use cairn_service::face::words;
use cairn_service::rows::enums::Visibility;
use cairn_service::verification::{self, verify::Report};
use chrono::{DateTime, NaiveDate, Utc};
use maud::{Markup, html};

use super::{embed, head, parts};
use crate::http::page::{self, Frame};
use crate::http::verdict::{self, Days};

/// What is known of a credential for its page.
pub struct Shown<'a> {
    pub found: &'a Published,
    pub statement: &'a Statement,
    pub report: &'a Report,
    pub urls: Urls,
}

impl Shown<'_> {
    /// The day of a moment, where the issuer is.
    fn day(&self, moment: DateTime<Utc>) -> NaiveDate {
        credential::day(&self.found.issuer, moment)
    }

    /// Days that belong to the answer.
    pub fn days(&self) -> Days {
        let row = &self.found.credential;
        Days {
            revoked: row.revoked_at.map(|at| self.day(at)),
            from: Some(self.day(row.valid_from)),
            until: row.valid_until.map(|at| self.day(at)),
        }
    }
}

/// The whole page, checked now; or, framed, the card that others put on theirs.
pub async fn render(service: &Service, found: &Published, framed: bool) -> Result<HttpResponse, Error> {
    let statement = Statement::read(&found.document)?;
    let bytes = found.document.clone().into_bytes();
    let verified = verification::verify_bytes(service, bytes, None).await?;
    let urls = credential::urls(&found.issuer, &found.credential);
    let shown = Shown { found, statement: &statement, report: &verified.report, urls };
    if framed {
        return Ok(page::framed(StatusCode::OK, statement.title(), &embed::card(&shown)));
    }
    let succession = credential::succession(service, found).await?;
    let results = credential::shown_results(&found.credential)?;
    let branding = credential::branding(service, found).await?.unwrap_or_default();
    let content = html! {
        article.credential {
            (page::band(&branding))
            (verdict::card(shown.report, shown.days()))
            (successor(&succession))
            (hero(&shown))
            (parts::about(statement.achievement()))
            (parts::results(&statement, &results))
            (parts::evidence(statement.document()))
            (parts::endorsements(shown.report))
            section #checks { h2 { "How it was checked" } (verdict::checks(shown.report)) }
            (keep(&shown))
        }
    };
    let frame = Frame {
        title: statement.title(),
        indexed: found.credential.visibility == Visibility::Public,
        head: head::head(&shown),
    };
    Ok(page::with(StatusCode::OK, &frame, &content))
}

/// Where its holder's present credential is.
fn successor(succession: &credential::Succession) -> Markup {
    html! {
        @if let Some(page) = &succession.replaced_by {
            p.next { "A corrected credential has taken its place. " a href=(page) { "See the corrected credential" } }
        }
        @if let Some(page) = &succession.renewed_by {
            p.next { "It was renewed. " a href=(page) { "See the new credential" } }
        }
    }
}

/// Who was given what by whom, and when.
fn hero(shown: &Shown<'_>) -> Markup {
    let Shown { found, statement, urls, .. } = shown;
    let day = |moment| {
        let day = shown.day(moment);
        html! { time datetime=(day) { (words::day(day)) } }
    };
    let row = &found.credential;
    let element = |label: &'static str, kind: &str| (label, statement.named(kind));
    let facts = [
        element(words::LEVEL, "Level"),
        element(words::CREDIT, "Credit"),
        element(words::WORKLOAD, "Workload"),
        element("Participation", "Participation"),
    ];
    html! {
        header.hero {
            img.badge src=(urls.svg) width="176" height="176" alt="";
            div {
                p.kind { (statement.kind()) }
                h1 dir="auto" lang=[statement.language()] { (statement.title()) }
                dl.who {
                    dt { "Awarded to" }
                    dd.holder { bdi { (statement.holder().unwrap_or(words::UNNAMED)) } }
                    dt { "Awarded by" }
                    dd { a href={ (found.issuer.public_base) "/issuers/" (found.issuer.slug) } dir="auto" { (statement.issuer()) } }
                    dt { (words::AWARDED) }
                    dd { (day(row.valid_from)) }
                    dt { (words::VALID_UNTIL) }
                    dd { @match row.valid_until { Some(until) => (day(until)), None => "Without end" } }
                    @for (label, value) in facts {
                        @if let Some(value) = value { dt { (label) } dd dir="auto" { (value) } }
                    }
                }
            }
        }
    }
}

/// What its holder, and whoever it is shown to, may take along.
fn keep(shown: &Shown<'_>) -> Markup {
    let Shown { found, statement, urls, .. } = shown;
    let achievement = statement.achievement()["id"].as_str();
    html! {
        section.keep #share {
            h2 { "Keep and share" }
            p.buttons {
                a.button href=(urls.pdf) { "Certificate (PDF)" }
                a.button href=(urls.linked_in) rel="noopener nofollow" { "Add to LinkedIn" }
                a.button href=(urls.png) download="badge.png" { "Badge (PNG)" }
                a.button href=(urls.svg) download="badge.svg" { "Badge (SVG)" }
            }
            div.link {
                div {
                    label for="address" { "Link to this page" }
                    input #address type="text" readonly value=(urls.page);
                    label for="embed" { "To put it on a page of your own" }
                    textarea #embed readonly rows="3" { (embed::snippet(&urls.embed, statement.title()).into_string()) }
                }
                img.code src=(urls.qr) width="132" height="132" alt="QR code that leads to this page";
            }
            ul.files {
                li { a href=(urls.json) { "The signed document" } " " span.dim { "JSON, Open Badges 3.0, for any verifier or wallet" } }
                li { a href=(urls.jwt) { "The same as a token" } " " span.dim { "JWT, for verifiers that read those" } }
                li { (parts::link(achievement, "What was achieved")) }
                li { a href={ (found.issuer.public_base) "/verify" } { "Check a file yourself" } }
            }
        }
    }
}
