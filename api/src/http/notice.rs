//! `/notices/{token}`: where the link below every notice leads. Opening it changes nothing, since programs open links, too; a POST stops notices, from the
//! page's button as from a mail program (RFC 8058), or has them sent again.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use cairn_service::Service;
use cairn_service::error::Result;
use cairn_service::notice::{self, Stop};
use cairn_words::Words;
use maud::{Markup, html};

use super::page;
use super::reader::Reader;

/// What the button that takes it back sends.
const RESUME: (&str, &str) = ("choice", "resume");

/// Registers the resource.
pub fn routes(config: &mut web::ServiceConfig) {
    config.service(
        web::resource("/notices/{token}").route(page::read().to(look)).route(web::post().to(choose)),
    );
}

async fn look(token: web::Path<String>, reader: Reader, service: web::Data<Service>) -> HttpResponse {
    answer(&reader, notice::by_token(&service, &token).await)
}

async fn choose(
    token: web::Path<String>,
    body: web::Bytes,
    reader: Reader,
    service: web::Data<Service>,
) -> HttpResponse {
    let resume =
        url::form_urlencoded::parse(&body).any(|(name, value)| (name.as_ref(), value.as_ref()) == RESUME);
    answer(&reader, notice::choose_by_token(&service, &token, resume).await)
}

fn answer(reader: &Reader, found: Result<Option<Stop>>) -> HttpResponse {
    let words = reader.words;
    match found {
        Ok(Some(stop)) => {
            page::page(reader, StatusCode::OK, words.notice_page_title(), &content(words, &stop))
        }
        Ok(None) => page::nothing_here(reader),
        Err(error) => page::fault(reader, error),
    }
}

fn content(words: Words, stop: &Stop) -> Markup {
    let issuer = &stop.issuer.name;
    let (said, choice, offered) = match stop.wanted {
        true => (words.notice_page_wanted(issuer), "stop", words.notice_page_stop()),
        false => (words.notice_page_stopped(issuer), RESUME.1, words.notice_page_resume()),
    };
    html! {
        h1 { (words.notice_page_title()) }
        p { (said) }
        form method="post" {
            button.button type="submit" name=(RESUME.0) value=(choice) { (offered) }
        }
    }
}
