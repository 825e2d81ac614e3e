//! `/notices/{token}`: where the link below every notice leads. Opening it changes nothing, since programs open links, too; a POST stops notices, from the
//! page's button as from a mail program (RFC 8058), or has them sent again.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use cairn_service::Service;
use cairn_service::error::Result;
use cairn_service::notice::{self, Stop};
use maud::{Markup, html};

use super::page;

/// What the button that takes it back sends.
const RESUME: (&str, &str) = ("choice", "resume");

/// Registers the resource.
pub fn routes(config: &mut web::ServiceConfig) {
    config.service(
        web::resource("/notices/{token}").route(page::read().to(look)).route(web::post().to(choose)),
    );
}

async fn look(token: web::Path<String>, service: web::Data<Service>) -> HttpResponse {
    answer(notice::by_token(&service, &token).await)
}

async fn choose(token: web::Path<String>, body: web::Bytes, service: web::Data<Service>) -> HttpResponse {
    let resume =
        url::form_urlencoded::parse(&body).any(|(name, value)| (name.as_ref(), value.as_ref()) == RESUME);
    answer(notice::choose_by_token(&service, &token, resume).await)
}

fn answer(found: Result<Option<Stop>>) -> HttpResponse {
    match found {
        Ok(Some(stop)) => page::page(StatusCode::OK, "Notices by e-mail", &content(&stop)),
        Ok(None) => page::nothing_here(),
        Err(error) => page::fault(error),
    }
}

fn content(stop: &Stop) -> Markup {
    let issuer = &stop.issuer.name;
    html! {
        h1 { "Notices by e-mail" }
        @if stop.wanted {
            p { "You get e-mail from " bdi { (issuer) } " when something happens to a credential of yours." }
            form method="post" {
                button.button type="submit" name="choice" value="stop" { "Stop these notices" }
            }
        } @else {
            p { "You get no more e-mail from " bdi { (issuer) } " about your credentials." }
            form method="post" {
                button.button type="submit" name=(RESUME.0) value=(RESUME.1) { "Send them again" }
            }
        }
    }
}
