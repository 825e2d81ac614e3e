//! The page that an employer opens: whether the credential stands, what was achieved, and what it took.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use cairn_service::Service;
use cairn_service::credential::{self, Published, Urls};
use cairn_service::error::Error;
use cairn_service::face::statement::Statement;
use cairn_service::rows::enums::Visibility;
use cairn_service::verification::{
    self,
    verify::{Report, Verdict},
};
use cairn_words::Words;
use chrono::{DateTime, NaiveDate, Utc};
use maud::{Markup, html};

use super::{embed, head, parts};
use crate::http::page::{self, Frame};
use crate::http::reader::Reader;
use crate::http::verdict::{self, Days};

/// What is known of a credential for its page.
pub struct Shown<'a> {
    pub reader: &'a Reader,
    pub found: &'a Published,
    pub statement: &'a Statement,
    pub report: &'a Report,
    /// Whether a corrected one took its place.
    pub replaced: bool,
    pub urls: Urls,
}

impl Shown<'_> {
    /// What it is said in.
    pub fn words(&self) -> Words {
        self.reader.words
    }

    /// Whose it is, where the document says it.
    pub fn holder(&self) -> &str {
        self.statement.holder().unwrap_or(self.words().credential_unnamed())
    }

    /// The day of a moment, where the issuer is.
    fn day(&self, moment: DateTime<Utc>) -> NaiveDate {
        credential::day(&self.found.issuer, moment)
    }

    /// Days that belong to the answer.
    pub fn days(&self) -> Days {
        let row = &self.found.credential;
        Days {
            replaced: self.replaced,
            revoked: row.revoked_at.map(|at| self.day(at)),
            from: Some(self.day(row.valid_from)),
            until: row.valid_until.map(|at| self.day(at)),
            zone: credential::zone(&self.found.issuer),
        }
    }
}

/// The whole page, checked now; or, framed, the card that others put on theirs.
pub async fn render(
    service: &Service,
    reader: &Reader,
    found: &Published,
    framed: bool,
) -> Result<HttpResponse, Error> {
    let statement = Statement::read(&found.document)?;
    let bytes = found.document.clone().into_bytes();
    let verified = verification::verify_bytes(service, bytes, None).await?;
    let urls = credential::urls(&found.issuer, &found.credential);
    let shown = Shown {
        reader,
        found,
        statement: &statement,
        report: &verified.report,
        replaced: verified.replaced,
        urls,
    };
    if framed {
        return Ok(page::framed(reader, StatusCode::OK, statement.title(), &embed::card(&shown)));
    }
    let succession = credential::succession(service, found).await?;
    let results = credential::shown_results(&found.credential)?;
    let branding = credential::branding(service, found).await?.unwrap_or_default();
    let (words, days) = (reader.words, shown.days());
    let content = html! {
        article.credential {
            (page::band(&branding))
            (verdict::card(words, shown.report, days))
            (successor(reader, &succession))
            (hero(&shown))
            (parts::about(words, statement.achievement()))
            (parts::results(words, &statement, &results))
            (parts::evidence(words, statement.document()))
            (parts::endorsements(words, shown.report))
            section #checks {
                h2 { (words.credential_checks()) }
                (verdict::checks(words, shown.report, days.zone))
            }
            (keep(&shown))
        }
    };
    let frame = Frame {
        title: statement.title(),
        indexed: found.credential.visibility == Visibility::Public,
        head: head::head(&shown),
    };
    Ok(page::with(reader, StatusCode::OK, &frame, &content))
}

/// Where its holder's present credential is.
fn successor(reader: &Reader, succession: &credential::Succession) -> Markup {
    let words = reader.words;
    html! {
        @if let Some(page) = &succession.replaced_by {
            p.next { (words.credential_corrected()) " " a href=(reader.link(page)) { (words.credential_corrected_link()) } }
        }
        @if let Some(page) = &succession.renewed_by {
            p.next { (words.credential_renewed()) " " a href=(reader.link(page)) { (words.credential_renewed_link()) } }
        }
    }
}

/// Who was given what by whom, and when.
fn hero(shown: &Shown<'_>) -> Markup {
    let Shown { reader, found, statement, urls, .. } = shown;
    let words = shown.words();
    let day = |moment| {
        let day = shown.day(moment);
        html! { time datetime=(day) { (words.day(day)) } }
    };
    let row = &found.credential;
    let issuer = format!("{}/issuers/{}", found.issuer.public_base, found.issuer.slug);
    let facts = [
        (words.credential_level(), "Level"),
        (words.credential_credit(), "Credit"),
        (words.credential_workload(), "Workload"),
        (words.credential_participation(), "Participation"),
    ];
    html! {
        header.hero {
            img.badge src=(urls.svg) width="176" height="176" alt="";
            div {
                p.kind { (statement.kind(words)) }
                h1 { bdi lang=[statement.language()] { (statement.title()) } }
                dl.who {
                    dt { (words.credential_holder()) }
                    dd.holder { bdi { (shown.holder()) } }
                    dt { (words.credential_issuer()) }
                    dd { a href=(reader.link(&issuer)) dir="auto" { (statement.issuer()) } }
                    dt { (words.credential_awarded()) }
                    dd { (day(statement.awarded().unwrap_or(row.valid_from))) }
                    @if statement.awarded().is_some_and(|awarded| shown.day(awarded) != shown.day(row.valid_from)) {
                        dt { (words.credential_valid_from()) }
                        dd { (day(row.valid_from)) }
                    }
                    dt { (words.credential_valid_until()) }
                    dd { @match row.valid_until { Some(until) => (day(until)), None => (words.credential_without_end()) } }
                    @for (label, kind) in facts {
                        @if let Some(value) = statement.said(words, kind) { dt { (label) } dd { bdi { (value) } } }
                    }
                }
            }
        }
    }
}

/// What its holder, and whoever it is shown to, may take along.
fn keep(shown: &Shown<'_>) -> Markup {
    let Shown { reader, found, statement, urls, .. } = shown;
    let words = shown.words();
    let achievement = statement.achievement()["id"].as_str().map(|address| reader.link(address));
    let verify = format!("{}/verify", found.issuer.public_base);
    html! {
        section.keep #share {
            h2 { (words.credential_keep()) }
            p.buttons {
                a.button href=(reader.link(&urls.pdf)) { (words.credential_certificate()) }
                @if shown.report.verdict == Verdict::Valid {
                    a.button href=(urls.linked_in) rel="noopener nofollow" { (words.credential_linkedin()) }
                }
                a.button href=(urls.png) download="badge.png" { (words.credential_png()) }
                a.button href=(urls.svg) download="badge.svg" { (words.credential_svg()) }
            }
            div.link {
                div {
                    label for="address" { (words.credential_address()) }
                    input #address type="text" dir="ltr" readonly value=(urls.page);
                    label for="embed" { (words.credential_embed()) }
                    textarea #embed dir="ltr" readonly rows="3" { (embed::snippet(&urls.embed, statement.title()).into_string()) }
                }
                img.code src=(reader.link(&urls.qr)) width="132" height="132" alt=(words.credential_code());
            }
            ul.files {
                li { a href=(urls.json) { (words.credential_json()) } " " span.dim { (words.credential_json_hint()) } }
                li { a href=(urls.jwt) { (words.credential_jwt()) } " " span.dim { (words.credential_jwt_hint()) } }
                li { a href=(urls.bundle) download="credential.offline.json" { (words.credential_bundle()) } " " span.dim { (words.credential_bundle_hint()) } }
                li { (parts::link(achievement.as_deref(), words.credential_achievement())) }
                li { a href=(reader.link(&verify)) { (words.credential_verify()) } }
            }
        }
    }
}
