//! `/credentials/{share token}`: the page that an employer opens, and the credential in every other form. The page shows what the document says, and
//! verifies it on every load.

mod embed;
mod head;
mod page;
pub mod parts;

use actix_web::http::Method;
use actix_web::http::header::{CONTENT_DISPOSITION, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use cairn_service::Service;
use cairn_service::credential;
use cairn_service::rows::enums::ExportForm;
use cairn_words::Words;
use uuid::Uuid;

use super::face::{self, Drawn};
use super::origins::public_cors;
use super::page::{self as frame, read};
use super::reader::Reader;

/// The media type of a verifiable credential (Verifiable Credentials Data Model 2.0, section 6.3).
pub const CREDENTIAL: &str = "application/vc+ld+json";

/// The media type of a token as VC-JOSE-COSE describes it (section 6.1.1).
const VC_JWT: &str = "application/vc+jwt";
/// The media type of any other token (RFC 7519, section 10.3.1); Open Badges names none.
const JWT: &str = "application/jwt";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Html,
    Json(&'static str),
    Jwt(Profile),
    /// A JSON document or token with what it takes to check it without a network.
    Bundle(Option<Profile>),
    /// A file that is drawn; the paper of a certificate follows from the request.
    Drawn(Drawn),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Profile {
    OpenBadges,
    VcJose,
}

/// What is wrong with a request, in any language.
pub type Refusal = fn(Words) -> &'static str;

/// What may be asked for by query parameters. A value that is not known is refused, rather than answered with something else.
#[derive(serde::Deserialize)]
struct Asked {
    /// Of a token: `open-badges` or `vc-jose`; of an offline bundle: which token is in it.
    profile: Option<String>,
    /// Of a token: `EdDSA` or `ES256`.
    alg: Option<String>,
    /// Of JSON and of an offline bundle with JSON: `eddsa-rdfc-2022`, as it was issued, or `eddsa-jcs-2022`.
    proof: Option<String>,
    /// Of a certificate: `a4` or `letter`.
    paper: Option<String>,
}

/// Registers the resource.
pub fn routes(config: &mut web::ServiceConfig) {
    let resource = web::resource("/credentials/{name}").wrap(public_cors()).route(read().to(show));
    let refresh = web::resource("/credentials/{token}/refresh").wrap(public_cors()).route(read().to(refresh));
    config.configure(embed::routes).service(resource).service(refresh);
}

async fn show(
    request: HttpRequest,
    reader: Reader,
    name: web::Path<String>,
    asked: web::Query<Asked>,
    service: web::Data<Service>,
) -> HttpResponse {
    let Some((token, form)) = form_of(&request, &name) else { return frame::not_acceptable() };
    let Some(form) = form else { return frame::nothing_here(&reader) };
    let specified = specified(form, &asked).and_then(|form| Ok((form, further(form, &asked)?)));
    let (form, export) = match specified {
        Ok(specified) => specified,
        Err(reason) => return frame::bad_request(&reader, reason(reader.words)),
    };
    let found = match credential::by_share_token(&service, token).await {
        Ok(Some(found)) => found,
        Ok(None) => return frame::nothing_here(&reader),
        Err(error) => return frame::fault(&reader, error),
    };
    let media = match form {
        Form::Html => {
            let answer = page::render(&service, &reader, &found, false).await;
            let answer = answer.unwrap_or_else(|error| frame::fault(&reader, error));
            if request.method() == Method::GET && answer.status().is_success() {
                count(&service, found.credential.id).await;
            }
            return answer;
        }
        Form::Json(media) => media,
        Form::Jwt(Profile::OpenBadges) => JWT,
        Form::Jwt(Profile::VcJose) => VC_JWT,
        Form::Bundle(_) => return bundle(&request, &reader, &service, &found, export).await,
        Form::Drawn(drawn) => {
            return match face::kind(&request, reader.words, drawn, asked.paper.as_deref()) {
                Ok(kind) => face::show(&request, &reader, &service, &found, kind).await,
                Err(reason) => frame::bad_request(&reader, reason(reader.words)),
            };
        }
    };
    let document = match export {
        None => Ok(Some(found.document)),
        Some(form) => credential::export(&service, found.credential.id, form).await,
    };
    match document {
        Ok(Some(document)) => {
            let tag = frame::digest(document.as_bytes());
            frame::document(&request, media, &tag, None, document)
        }
        Ok(None) => frame::nothing_here(&reader),
        Err(error) => frame::fault(&reader, error),
    }
}

/// The credential with what it takes to check it without a network, as a file to keep.
async fn bundle(
    request: &HttpRequest,
    reader: &Reader,
    service: &Service,
    found: &credential::Published,
    form: Option<ExportForm>,
) -> HttpResponse {
    match credential::bundle(service, found, form).await {
        Ok(Some(bytes)) => {
            let tag = frame::digest(&bytes);
            let mut answer = frame::document(request, credential::BUNDLE, &tag, None, bytes);
            let name = HeaderValue::from_static("attachment; filename=\"credential.offline.json\"");
            answer.headers_mut().insert(CONTENT_DISPOSITION, name);
            answer
        }
        Ok(None) => frame::nothing_here(reader),
        Err(error) => frame::fault(reader, error),
    }
}

/// Counts that the page was opened; whoever opened it sees it all the same where that fails.
async fn count(service: &Service, credential: Uuid) {
    if let Err(error) = credential::viewed(service, credential).await {
        tracing::warn!(?error, %credential, "a view was not counted");
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
                (credential::BUNDLE, Form::Bundle(None)),
                (face::PNG, Form::Drawn(Drawn::Png)),
                (face::SVG, Form::Drawn(Drawn::Svg)),
                (face::PDF, Form::Drawn(Drawn::Pdf)),
            ];
            Some((name, Some(frame::preferred(request, &offers)?)))
        }
        Some((token, "json")) => Some((token, Some(Form::Json("application/json")))),
        Some((token, "jwt")) => {
            let offers = [(JWT, Profile::OpenBadges), (VC_JWT, Profile::VcJose)];
            // The suffix has said that it is to be a token.
            let profile = frame::preferred(request, &offers).unwrap_or(Profile::OpenBadges);
            Some((token, Some(Form::Jwt(profile))))
        }
        Some((token, "offline.json")) => Some((token, Some(Form::Bundle(None)))),
        Some((token, "png")) => Some((token, Some(Form::Drawn(Drawn::Png)))),
        Some((token, "svg")) => Some((token, Some(Form::Drawn(Drawn::Svg)))),
        Some((token, "pdf")) => Some((token, Some(Form::Drawn(Drawn::Pdf)))),
        Some((token, _)) => Some((token, None)),
    }
}

/// The form with what the query parameters say of it, or what is wrong with them.
fn specified(form: Form, asked: &Asked) -> Result<Form, Refusal> {
    match (form, asked.profile.as_deref()) {
        (form, None) => Ok(form),
        (Form::Jwt(_), Some("open-badges")) => Ok(Form::Jwt(Profile::OpenBadges)),
        (Form::Jwt(_), Some("vc-jose")) => Ok(Form::Jwt(Profile::VcJose)),
        (Form::Bundle(_), Some("open-badges")) => Ok(Form::Bundle(Some(Profile::OpenBadges))),
        (Form::Bundle(_), Some("vc-jose")) => Ok(Form::Bundle(Some(Profile::VcJose))),
        (Form::Jwt(_) | Form::Bundle(_), Some(_)) => Err(Words::request_profile),
        (form, Some(_)) => Ok(form),
    }
}

/// The form to be signed beside the one that it was issued in, if it is one; or what is wrong with the query parameters.
fn further(form: Form, asked: &Asked) -> Result<Option<ExportForm>, Refusal> {
    match form {
        Form::Html | Form::Drawn(_) => Ok(None),
        Form::Json(_) | Form::Bundle(None) => match asked.proof.as_deref() {
            None | Some("eddsa-rdfc-2022") => Ok(None),
            Some("eddsa-jcs-2022") => Ok(Some(ExportForm::JcsProof)),
            Some(_) => Err(Words::request_proof),
        },
        Form::Jwt(profile) | Form::Bundle(Some(profile)) => Ok(Some(match (profile, asked.alg.as_deref()) {
            (Profile::OpenBadges, None | Some("EdDSA")) => ExportForm::OpenBadgesEddsa,
            (Profile::OpenBadges, Some("ES256")) => ExportForm::OpenBadgesEs256,
            (Profile::VcJose, None | Some("EdDSA")) => ExportForm::VcJoseEddsa,
            (Profile::VcJose, Some("ES256")) => ExportForm::VcJoseEs256,
            (_, Some(_)) => return Err(Words::request_algorithm),
        })),
    }
}

/// The newest edition of a credential, as its `refreshService` says (Open Badges 3.0, 1EdTechCredentialRefresh).
async fn refresh(
    request: HttpRequest,
    reader: Reader,
    token: web::Path<String>,
    service: web::Data<Service>,
) -> HttpResponse {
    match credential::newest(&service, &token).await {
        Ok(Some(found)) => {
            let tag = found.credential.id.to_string();
            frame::document(&request, CREDENTIAL, &tag, None, found.document)
        }
        Ok(None) => frame::nothing_here(&reader),
        Err(error) => frame::fault(&reader, error),
    }
}
