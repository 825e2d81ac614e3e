//! `/passports/{share token}`: what a person chose to show of what they earned and made. It says where each credential stands by what this server knows;
//! the pages of the credentials check them. With `.json` the same as one signed learner record, with `.pdf` as one file to print.

mod files;
mod page;
mod parts;
mod projects;

use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};
use cairn_service::Service;
use cairn_service::error::{Error, Result};
use cairn_service::page::PageArgs;
use cairn_service::passport::{self, Places, Shared};
use uuid::Uuid;

use super::asked;
use super::credential::CREDENTIAL;
use super::face::PDF;
use super::origins::public_cors;
use super::page::{self as frame, read};
use super::reader::Reader;

/// How many credentials a page shows, and how much of what they count towards and of the projects: so much that it stays light.
const SIZES: (i32, i32, i32) = (40, 10, 10);

/// What may be asked for by query parameters. Of the page: which part is gone on with, by a cursor; the whole from its beginning where none is.
#[derive(serde::Deserialize)]
struct Asked {
    credentials: Option<String>,
    stacks: Option<String>,
    projects: Option<String>,
    /// Of a record: the slug of the issuer that publishes it.
    issuer: Option<String>,
    /// Of the PDF: `a4` or `letter`.
    paper: Option<String>,
}

impl Asked {
    /// Whether it is the whole, from its beginning.
    fn is_whole(&self) -> bool {
        self.credentials.is_none() && self.stacks.is_none() && self.projects.is_none()
    }

    /// The names of those parts that are gone on with.
    fn cursors(&self) -> String {
        let all =
            [("credentials", &self.credentials), ("stacks", &self.stacks), ("projects", &self.projects)];
        let given: Vec<_> =
            all.iter().filter(|(_, cursor)| cursor.is_some()).map(|(name, _)| *name).collect();
        given.join(", ")
    }

    fn places(&self) -> Places {
        let whole = self.is_whole();
        let part = |size: i32, after: &Option<String>| {
            (whole || after.is_some()).then(|| PageArgs {
                first: Some(size),
                after: after.clone(),
                ..PageArgs::default()
            })
        };
        Places {
            credentials: part(SIZES.0, &self.credentials),
            skills: whole,
            stacks: part(SIZES.1, &self.stacks),
            projects: part(SIZES.2, &self.projects),
        }
    }
}

/// A form of a shared passport.
#[derive(Clone, Copy)]
enum Form {
    Html,
    /// The signed learner record of what is shown, as that media type.
    Record(&'static str),
    /// All of it as one file to print or hand over.
    Pdf,
}

/// Registers the resource.
pub fn routes(config: &mut web::ServiceConfig) {
    config.service(web::resource("/passports/{name}").wrap(public_cors()).route(read().to(show)));
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
    let shared = match passport::by_token(&service, token).await {
        Ok(Some(shared)) => shared,
        Ok(None) => return frame::nothing_here(&reader),
        Err(error) => return frame::fault(&reader, error),
    };
    let answer = match form {
        Form::Html => page(&request, &service, &reader, &shared, &asked).await,
        Form::Record(media) => files::record(&request, &service, &reader, (&shared, &asked), media).await,
        Form::Pdf => files::booklet(&request, &service, &reader, (&shared, &asked)).await,
    };
    answer.unwrap_or_else(|error| frame::fault(&reader, error))
}

async fn page(
    request: &HttpRequest,
    service: &Service,
    reader: &Reader,
    shared: &Shared,
    asked: &Asked,
) -> Result<HttpResponse> {
    let view = match passport::view(service, shared, &asked.places()).await {
        Ok(view) => view,
        // Nothing else of the request decides what is read here.
        Err(Error::BadRequest(_)) => return Ok(asked::refused(request, &asked.cursors())),
        Err(error) => return Err(error),
    };
    let answer = page::render(service, reader, shared, (&view, asked.is_whole()))?;
    if request.method() == Method::GET && asked.is_whole() {
        count(service, shared.share.id).await;
    }
    Ok(answer)
}

/// The share token and the form that a request asks for: by the suffix, else by `Accept`. `None` where no form is acceptable; no form where the suffix is none
/// of ours.
fn form_of<'a>(request: &HttpRequest, name: &'a str) -> Option<(&'a str, Option<Form>)> {
    match name.split_once('.') {
        None => {
            let offers = [
                ("text/html", Form::Html),
                (CREDENTIAL, Form::Record(CREDENTIAL)),
                ("application/vc", Form::Record("application/vc")),
                ("application/ld+json", Form::Record("application/ld+json")),
                ("application/json", Form::Record("application/json")),
                (PDF, Form::Pdf),
            ];
            Some((name, Some(frame::preferred(request, &offers)?)))
        }
        Some((token, "json")) => Some((token, Some(Form::Record("application/json")))),
        Some((token, "pdf")) => Some((token, Some(Form::Pdf))),
        Some((token, _)) => Some((token, None)),
    }
}

/// Counts that the page was opened; whoever opened it sees it all the same where that fails.
async fn count(service: &Service, share: Uuid) {
    if let Err(error) = passport::viewed(service, share).await {
        tracing::warn!(?error, %share, "a view was not counted");
    }
}
