//! Where a credential is found: its page, its document, and the link that adds it to a LinkedIn profile.

use cairn_entity::{credential, issuer};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Tz;
use url::Url;

/// Addresses of one credential.
#[derive(Clone, Debug)]
pub struct Urls {
    /// The page an employer sees.
    pub page: String,
    /// The signed JSON.
    pub json: String,
    /// A compact JWT.
    pub jwt: String,
    /// The badge's image with the credential in it, as PNG.
    pub png: String,
    /// The same as SVG.
    pub svg: String,
    /// The certificate.
    pub pdf: String,
    /// The credential with what it takes to check it without a network.
    pub bundle: String,
    /// The card that others put on their pages, in a frame.
    pub embed: String,
    /// How others learn of that card (oEmbed).
    pub oembed: String,
    /// A QR code that leads to the page.
    pub qr: String,
    /// Adds it to a LinkedIn profile.
    pub linked_in: String,
}

/// The address of a credential's page.
pub fn page_address(issuer: &issuer::Model, row: &credential::Model) -> String {
    page_of(issuer, &row.share_token)
}

/// The address of the page of a share token.
pub(crate) fn page_of(issuer: &issuer::Model, share_token: &str) -> String {
    format!("{}/credentials/{share_token}", issuer.public_base)
}

/// Where the newest edition of the credential of a share token is had.
pub fn refresh_address(issuer: &issuer::Model, share_token: &str) -> String {
    format!("{}/refresh", page_of(issuer, share_token))
}

/// Where an issuer tells the time.
pub fn zone(issuer: &issuer::Model) -> Tz {
    issuer.time_zone.parse().unwrap_or(Tz::UTC)
}

/// The day of a moment where the issuer is: dates without a time are midnights there.
pub fn day(issuer: &issuer::Model, moment: DateTime<Utc>) -> NaiveDate {
    moment.with_timezone(&zone(issuer)).date_naive()
}

/// The addresses of a credential.
pub fn urls(issuer: &issuer::Model, row: &credential::Model) -> Urls {
    let page = page_address(issuer, row);
    let form = |ending: &str| format!("{page}.{ending}");
    Urls {
        json: form("json"),
        jwt: form("jwt"),
        png: form("png"),
        svg: form("svg"),
        pdf: form("pdf"),
        bundle: form("offline.json"),
        embed: format!("{page}/embed"),
        oembed: oembed(issuer, &page),
        qr: format!("{page}/qr.svg"),
        linked_in: linked_in(issuer, row, &page),
        page,
    }
}

fn oembed(issuer: &issuer::Model, page: &str) -> String {
    let address = format!("{}/oembed", issuer.public_base);
    Url::parse_with_params(&address, [("url", page), ("format", "json")]).map_or(address, String::from)
}

/// LinkedIn's form for adding a certification, filled in.
fn linked_in(issuer: &issuer::Model, row: &credential::Model, page: &str) -> String {
    let name = row.claims.get("name").and_then(serde_json::Value::as_str).unwrap_or_default();
    let id = format!("urn:uuid:{}", row.id);
    let date = |moment| {
        let day = day(issuer, moment);
        (day.year().to_string(), day.month().to_string())
    };
    let (issue_year, issue_month) = date(row.valid_from);
    let mut fields = vec![
        ("startTask", "CERTIFICATION_NAME".to_owned()),
        ("name", name.to_owned()),
        ("organizationName", issuer.name.clone()),
        ("issueYear", issue_year),
        ("issueMonth", issue_month),
    ];
    if let Some((year, month)) = row.valid_until.map(date) {
        fields.push(("expirationYear", year));
        fields.push(("expirationMonth", month));
    }
    fields.push(("certUrl", page.to_owned()));
    fields.push(("certId", id));
    const FORM: &str = "https://www.linkedin.com/profile/add";
    Url::parse_with_params(FORM, fields).map_or_else(|_| FORM.to_owned(), String::from)
}
