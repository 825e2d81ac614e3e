//! `/passports/{share token}`: what a person chose to show of what they earned and made. It says where each credential stands by what this server knows;
//! the pages of the credentials check them.

mod page;
mod parts;
mod projects;

use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};
use cairn_service::Service;
use cairn_service::page::PageArgs;
use cairn_service::passport::{self, Places};
use uuid::Uuid;

use super::page::{self as frame, read};
use super::reader::Reader;

/// How many credentials a page shows, and how much of what they count towards and of the projects: so much that it stays light.
const SIZES: (i32, i32, i32) = (40, 10, 10);

/// Which part is gone on with, by a cursor; the whole from its beginning where none is.
#[derive(serde::Deserialize)]
struct Asked {
    credentials: Option<String>,
    stacks: Option<String>,
    projects: Option<String>,
}

impl Asked {
    /// Whether it is the whole, from its beginning.
    fn is_whole(&self) -> bool {
        self.credentials.is_none() && self.stacks.is_none() && self.projects.is_none()
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

/// Registers the resource.
pub fn routes(config: &mut web::ServiceConfig) {
    config.service(web::resource("/passports/{token}").route(read().to(show)));
}

async fn show(
    request: HttpRequest,
    reader: Reader,
    token: web::Path<String>,
    asked: web::Query<Asked>,
    service: web::Data<Service>,
) -> HttpResponse {
    if frame::preferred(&request, &[("text/html", ())]).is_none() {
        return frame::not_acceptable();
    }
    let shared = match passport::by_token(&service, &token).await {
        Ok(Some(shared)) => shared,
        Ok(None) => return frame::nothing_here(&reader),
        Err(error) => return frame::fault(&reader, error),
    };
    let view = match passport::view(&service, &shared, &asked.places()).await {
        Ok(view) => view,
        Err(error) => return frame::fault(&reader, error),
    };
    let answer = page::render(&service, &reader, &shared, (&view, asked.is_whole()));
    let answer = answer.unwrap_or_else(|error| frame::fault(&reader, error));
    if request.method() == Method::GET && asked.is_whole() && answer.status().is_success() {
        count(&service, shared.share.id).await;
    }
    answer
}

/// Counts that the page was opened; whoever opened it sees it all the same where that fails.
async fn count(service: &Service, share: Uuid) {
    if let Err(error) = passport::viewed(service, share).await {
        tracing::warn!(?error, %share, "a view was not counted");
    }
}
