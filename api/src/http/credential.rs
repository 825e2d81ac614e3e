//! `/credentials/{share token}`: the page that an employer opens, and the signed document itself. The page shows what the document says, and verifies it
//! on every load.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use cairn_service::credential::{self, Published};
use cairn_service::face::statement::{Statement, items, kind};
use cairn_service::rows::enums::ExportForm;
use cairn_service::verification::{self, verify};
use cairn_service::{Service, error::Error};
use maud::{Markup, html};
use serde_json::Value;

use super::face::{self, Drawn};
use super::origins::public_cors;
use super::page::{self, read};

/// The media type of a verifiable credential (Verifiable Credentials Data Model 2.0, section 6.3).
const CREDENTIAL: &str = "application/vc+ld+json";

/// The media type of a token as VC-JOSE-COSE describes it (section 6.1.1).
const VC_JWT: &str = "application/vc+jwt";
/// The media type of any other token (RFC 7519, section 10.3.1); Open Badges names none.
const JWT: &str = "application/jwt";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Html,
    Json(&'static str),
    Jwt(Profile),
    /// A file that is drawn; the paper of a certificate follows from the request.
    Drawn(Drawn),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Profile {
    OpenBadges,
    VcJose,
}

/// What may be asked for by query parameters. A value that is not known is refused, rather than answered with something else.
#[derive(serde::Deserialize)]
struct Asked {
    /// Of a token: `open-badges` or `vc-jose`.
    profile: Option<String>,
    /// Of a token: `EdDSA` or `ES256`.
    alg: Option<String>,
    /// Of JSON: `eddsa-rdfc-2022`, as it was issued, or `eddsa-jcs-2022`.
    proof: Option<String>,
    /// Of a certificate: `a4` or `letter`.
    paper: Option<String>,
}

/// Registers the resource.
pub fn routes(config: &mut web::ServiceConfig) {
    let resource = web::resource("/credentials/{name}").wrap(public_cors()).route(read().to(show));
    let refresh = web::resource("/credentials/{token}/refresh").wrap(public_cors()).route(read().to(refresh));
    config.service(resource).service(refresh);
}

async fn show(
    request: HttpRequest,
    name: web::Path<String>,
    asked: web::Query<Asked>,
    service: web::Data<Service>,
) -> HttpResponse {
    let Some((token, form)) = form_of(&request, &name) else { return page::not_acceptable() };
    let Some(form) = form else { return page::nothing_here() };
    let specified = specified(form, &asked).and_then(|form| Ok((form, further(form, &asked)?)));
    let (form, export) = match specified {
        Ok(specified) => specified,
        Err(reason) => return page::bad_request(reason),
    };
    let found = match credential::by_share_token(&service, token).await {
        Ok(Some(found)) => found,
        Ok(None) => return page::nothing_here(),
        Err(error) => return page::fault(error),
    };
    let media = match form {
        Form::Html => return render(&service, &found).await.unwrap_or_else(page::fault),
        Form::Json(media) => media,
        Form::Jwt(Profile::OpenBadges) => JWT,
        Form::Jwt(Profile::VcJose) => VC_JWT,
        Form::Drawn(drawn) => {
            return match face::kind(&request, drawn, asked.paper.as_deref()) {
                Ok(kind) => face::show(&request, &service, &found, kind).await,
                Err(reason) => page::bad_request(reason),
            };
        }
    };
    let document = match export {
        None => Ok(Some(found.document)),
        Some(form) => credential::export(&service, found.credential.id, form).await,
    };
    match document {
        Ok(Some(document)) => {
            let tag = page::digest(document.as_bytes());
            page::document(&request, media, &tag, None, document)
        }
        Ok(None) => page::nothing_here(),
        Err(error) => page::fault(error),
    }
}

/// The share token and the form that a request asks for: by the suffix, else by `Accept`. `None` where no form is acceptable; no form where the
/// suffix is none of ours.
fn form_of<'a>(request: &HttpRequest, name: &'a str) -> Option<(&'a str, Option<Form>)> {
    match name.split_once('.') {
        None => {
            let offers = [
                ("text/html", Form::Html),
                (CREDENTIAL, Form::Json(CREDENTIAL)),
                ("application/vc", Form::Json("application/vc")),
                ("application/ld+json", Form::Json("application/ld+json")),
                ("application/json", Form::Json("application/json")),
                (VC_JWT, Form::Jwt(Profile::VcJose)),
                (JWT, Form::Jwt(Profile::OpenBadges)),
                (face::PNG, Form::Drawn(Drawn::Png)),
                (face::SVG, Form::Drawn(Drawn::Svg)),
                (face::PDF, Form::Drawn(Drawn::Pdf)),
            ];
            Some((name, Some(page::preferred(request, &offers)?)))
        }
        Some((token, "json")) => Some((token, Some(Form::Json("application/json")))),
        Some((token, "jwt")) => {
            let offers = [(JWT, Profile::OpenBadges), (VC_JWT, Profile::VcJose)];
            // The suffix has said that it is to be a token.
            let profile = page::preferred(request, &offers).unwrap_or(Profile::OpenBadges);
            Some((token, Some(Form::Jwt(profile))))
        }
        Some((token, "png")) => Some((token, Some(Form::Drawn(Drawn::Png)))),
        Some((token, "svg")) => Some((token, Some(Form::Drawn(Drawn::Svg)))),
        Some((token, "pdf")) => Some((token, Some(Form::Drawn(Drawn::Pdf)))),
        Some((token, _)) => Some((token, None)),
    }
}

/// The form with what the query parameters say of it, or what is wrong with them.
fn specified(form: Form, asked: &Asked) -> Result<Form, &'static str> {
    match (form, asked.profile.as_deref()) {
        (form, None) => Ok(form),
        (Form::Jwt(_), Some("open-badges")) => Ok(Form::Jwt(Profile::OpenBadges)),
        (Form::Jwt(_), Some("vc-jose")) => Ok(Form::Jwt(Profile::VcJose)),
        (Form::Jwt(_), Some(_)) => Err("`profile` is `open-badges` or `vc-jose`"),
        (form, Some(_)) => Ok(form),
    }
}

/// The form to be signed beside the one that it was issued in, if it is one; or what is wrong with the query parameters.
fn further(form: Form, asked: &Asked) -> Result<Option<ExportForm>, &'static str> {
    match form {
        Form::Html | Form::Drawn(_) => Ok(None),
        Form::Json(_) => match asked.proof.as_deref() {
            None | Some("eddsa-rdfc-2022") => Ok(None),
            Some("eddsa-jcs-2022") => Ok(Some(ExportForm::JcsProof)),
            Some(_) => Err("`proof` is `eddsa-rdfc-2022` or `eddsa-jcs-2022`"),
        },
        Form::Jwt(profile) => Ok(Some(match (profile, asked.alg.as_deref()) {
            (Profile::OpenBadges, None | Some("EdDSA")) => ExportForm::OpenBadgesEddsa,
            (Profile::OpenBadges, Some("ES256")) => ExportForm::OpenBadgesEs256,
            (Profile::VcJose, None | Some("EdDSA")) => ExportForm::VcJoseEddsa,
            (Profile::VcJose, Some("ES256")) => ExportForm::VcJoseEs256,
            (_, Some(_)) => return Err("`alg` is `EdDSA` or `ES256`"),
        })),
    }
}

/// The newest edition of a credential, as its `refreshService` says (Open Badges 3.0, 1EdTechCredentialRefresh).
async fn refresh(
    request: HttpRequest,
    token: web::Path<String>,
    service: web::Data<Service>,
) -> HttpResponse {
    match credential::newest(&service, &token).await {
        Ok(Some(found)) => {
            let tag = found.credential.id.to_string();
            page::document(&request, CREDENTIAL, &tag, None, found.document)
        }
        Ok(None) => page::nothing_here(),
        Err(error) => page::fault(error),
    }
}

async fn render(service: &Service, found: &Published) -> Result<HttpResponse, Error> {
    let statement = Statement::read(&found.document)?;
    let verified = verification::verify_bytes(service, found.document.clone().into_bytes(), None).await?;
    let succession = credential::succession(service, found).await?;
    let branding = credential::branding(service, found).await?.unwrap_or_default();
    let achievement = statement.achievement();
    let title = achievement["name"].as_str().unwrap_or("Credential");
    let content = html! {
        article {
            (page::look(&branding))
            (heading(&statement))
            (verdict(found, &verified.report))
            (successor(&succession))
            (facts(found, achievement))
            (about(achievement))
            (results(statement.subject()))
            (checks(&verified.report))
            (links(found, achievement))
        }
    };
    Ok(page::page(StatusCode::OK, title, &content))
}

/// Who was given what by whom.
fn heading(statement: &Statement) -> Markup {
    let achievement = statement.achievement();
    let language = statement.language();
    html! {
        @if let Some(picture) = picture(achievement) { img src=(picture) alt=""; }
        p.kind { (kind(achievement)) }
        h1 dir="auto" lang=[language] { (achievement["name"].as_str().unwrap_or("Credential")) }
        @match statement.holder() {
            Some(name) => p.to { "Awarded to " bdi { (name) } },
            None => p.to { "Awarded to a learner whose name is not stated" },
        }
        p { "by " bdi { (statement.issuer()) } }
    }
}

fn picture(achievement: &Value) -> Option<&str> {
    achievement["image"]["id"]
        .as_str()
        .filter(|id| id.starts_with("https://") || id.starts_with("data:image/"))
}

/// Whether it stands, in plain words.
fn verdict(found: &Published, report: &verify::Report) -> Markup {
    let day = |moment| credential::day(&found.issuer, moment).format("%-d %B %Y").to_string();
    let row = &found.credential;
    let (class, word, detail) = match report.verdict {
        verify::Verdict::Valid => (
            "good",
            "This credential stands",
            "Its signature, its dates and its status were checked just now.".to_owned(),
        ),
        verify::Verdict::Revoked => {
            let when = row.revoked_at.map(|at| format!(" on {}", day(at))).unwrap_or_default();
            (
                "bad",
                "This credential was revoked",
                format!("Its issuer took it back{when}. It no longer certifies anything."),
            )
        }
        verify::Verdict::Suspended => {
            ("open", "This credential is suspended", "Its issuer has suspended it for now.".to_owned())
        }
        verify::Verdict::Expired => {
            let when = row.valid_until.map(|at| format!(" on {}", day(at))).unwrap_or_default();
            ("open", "This credential has expired", format!("It was valid until its end{when}."))
        }
        verify::Verdict::NotYetValid => {
            ("open", "This credential is not valid yet", format!("It holds from {}.", day(row.valid_from)))
        }
        verify::Verdict::Invalid => {
            ("bad", "This credential is not valid", "A check failed; see below which one.".to_owned())
        }
        verify::Verdict::Unknown => (
            "open",
            "This credential could not be checked in full",
            "See below what could not be checked.".to_owned(),
        ),
    };
    html! {
        section.verdict.(class) role="status" aria-label="Verification" { strong { (word) } p { (detail) } }
    }
}

/// Where its holder's present credential is.
fn successor(succession: &credential::Succession) -> Markup {
    html! {
        @if let Some(page) = &succession.replaced_by {
            p { "A corrected credential has taken its place: " a href=(page) { "see it here" } "." }
        }
        @if let Some(page) = &succession.renewed_by {
            p { "It was renewed: " a href=(page) { "see the new credential here" } "." }
        }
    }
}

fn facts(found: &Published, achievement: &Value) -> Markup {
    let row = &found.credential;
    let day = |moment| credential::day(&found.issuer, moment);
    let shown = |moment| day(moment).format("%-d %B %Y").to_string();
    html! {
        h2 { "In short" }
        dl {
            dt { "Valid from" } dd { time datetime=(day(row.valid_from)) { (shown(row.valid_from)) } }
            dt { "Valid until" }
            dd {
                @match row.valid_until {
                    Some(until) => time datetime=(day(until)) { (shown(until)) },
                    None => "without end",
                }
            }
            dt { "Issued" } dd { time datetime=(day(row.issued_at)) { (shown(row.issued_at)) } }
            @for alignment in items(&achievement["alignment"]) {
                @if let Some(label) = label(alignment) {
                    dt { (label) } dd dir="auto" { (alignment["targetName"].as_str().unwrap_or_default()) }
                }
            }
        }
    }
}

/// What an element of the EU's list is called on the page.
fn label(alignment: &Value) -> Option<&'static str> {
    Some(match alignment["targetType"].as_str()? {
        "ext:Level" => "Level",
        "ext:Credit" => "Credit",
        "ext:Workload" => "Workload",
        "ext:Participation" => "Participation",
        "ext:Assessment" => "Assessed by",
        "ext:QualityAssurance" => "Quality assured by",
        "ext:Accreditation" => "Accreditation of the issuer",
        _ => return None,
    })
}

/// What it is for. Also the body of an achievement's own page.
pub fn about(achievement: &Value) -> Markup {
    let language = achievement["inLanguage"].as_str();
    let of_type = |kind: &'static str| {
        items(&achievement["alignment"]).filter(move |one| one["targetType"] == kind).collect::<Vec<_>>()
    };
    let (outcomes, skills) = (of_type("ext:LearningOutcome"), of_type("ceasn:Competency"));
    html! {
        @if let Some(text) = achievement["description"].as_str() {
            h2 { "What it is" }
            p.text dir="auto" lang=[language] { (text) }
        }
        @if !outcomes.is_empty() {
            h2 #outcomes { "What its holder can do" }
            ul { @for outcome in outcomes { li dir="auto" lang=[language] { (outcome["targetName"].as_str().unwrap_or_default()) } } }
        }
        @if !skills.is_empty() {
            h2 { "Skills" }
            ul {
                @for skill in skills {
                    li {
                        (link(skill["targetUrl"].as_str(), skill["targetName"].as_str().unwrap_or_default()))
                        @if let Some(framework) = skill["targetFramework"].as_str() { " (" bdi { (framework) } ")" }
                    }
                }
            }
        }
        @if let Some(text) = achievement["criteria"]["narrative"].as_str() {
            h2 #criteria { "How it is earned" }
            p.text dir="auto" lang=[language] { (text) }
        }
    }
}

/// A link where the address is one of the web, plain text otherwise.
fn link(address: Option<&str>, text: &str) -> Markup {
    let address = address.filter(|address| address.starts_with("https://") || address.starts_with("http://"));
    html! {
        @match address {
            Some(address) => a href=(address) rel="noopener nofollow" dir="auto" { (text) },
            None => bdi { (text) },
        }
    }
}

fn results(subject: &Value) -> Markup {
    let descriptions = &subject["achievement"]["resultDescription"];
    let described = |result: &Value| {
        items(descriptions).find(|description| description["id"] == result["resultDescription"]).cloned()
    };
    let results: Vec<(Value, &Value)> =
        items(&subject["result"]).filter_map(|result| Some((described(result)?, result))).collect();
    html! {
        @if !results.is_empty() {
            h2 { "Results" }
            table {
                thead { tr { th scope="col" { "What" } th scope="col" { "Result" } th scope="col" { "Of" } th scope="col" { "To pass" } } }
                tbody {
                    @for (description, result) in &results {
                        tr {
                            th scope="row" dir="auto" {
                                (description["name"].as_str().unwrap_or_default())
                                @for of in items(&result["alignment"]) { ": " (of["targetName"].as_str().unwrap_or_default()) }
                            }
                            td { (result["value"].as_str().or(result["status"].as_str()).unwrap_or_default()) }
                            td { (description["valueMax"].as_str().unwrap_or_default()) }
                            td { (description["requiredValue"].as_str().unwrap_or("–")) }
                        }
                    }
                }
            }
        }
    }
}

fn checks(report: &verify::Report) -> Markup {
    html! {
        h2 { "How it was checked" }
        table {
            thead { tr { th scope="col" { "Check" } th scope="col" { "Outcome" } th scope="col" { "In words" } } }
            tbody {
                @for check in report.checks.iter().filter(|check| check.name != verify::CheckName::Recipient) {
                    tr { th scope="row" { (check_name(check.name)) } td { (outcome(check)) } td { (check.detail) } }
                }
            }
        }
    }
}

fn check_name(name: verify::CheckName) -> &'static str {
    match name {
        verify::CheckName::Structure => "Form of the document",
        verify::CheckName::Terms => "Every statement is signed",
        verify::CheckName::Schema => "Declared schema",
        verify::CheckName::Issuer => "The issuer is who it says",
        verify::CheckName::Proof => "Signature",
        verify::CheckName::Dates => "Dates",
        verify::CheckName::Status => "Not taken back",
        verify::CheckName::Recipient => "Recipient",
    }
}

fn outcome(check: &verify::Check) -> &'static str {
    match (check.outcome, check.undecided) {
        (verify::Outcome::Passed, _) => "passed",
        (verify::Outcome::Failed, _) => "failed",
        (verify::Outcome::Skipped, true) => "could not be checked",
        (verify::Outcome::Skipped, false) => "not needed",
    }
}

fn links(found: &Published, achievement: &Value) -> Markup {
    let page = credential::page_address(&found.issuer, &found.credential);
    html! {
        h2 { "More" }
        ul {
            li { a href={ (page) ".pdf" } { "The certificate" } " (PDF, to print or hand over)" }
            li { a href={ (page) ".png" } { "The badge" } " (PNG with the signed document in it)" }
            li { a href={ (page) ".svg" } { "The badge as a drawing" } " (SVG with the signed document in it)" }
            li { a href={ (page) ".json" } { "The signed document" } " (Open Badges 3.0, for any verifier or wallet)" }
            li { a href={ (page) ".jwt" } { "The same as a token" } " (JWT, for verifiers that read those)" }
            li { (link(achievement["id"].as_str(), "What was achieved")) }
            li { a href={ (found.issuer.public_base) "/issuers/" (found.issuer.slug) } { "The issuer" } }
        }
    }
}
