//! Query parameters of public resources: one that cannot be read is refused by its name, by a page for people and by an error for programs.

use actix_web::error::{Error, InternalError};
use actix_web::{HttpRequest, HttpResponse, web};

use super::page;
use super::problem::{Code, Problem};
use super::reader::Reader;

/// How queries that cannot be read are answered. Their members are texts, so that what is wrong with one always names it.
pub fn config() -> web::QueryConfig {
    web::QueryConfig::default().error_handler(|error, request| {
        let said = error.to_string();
        let name = said.split('`').nth(1).unwrap_or_default().to_owned();
        InternalError::from_response(error, refused(request, &name)).into()
    })
}

/// The answer to a parameter that cannot be read.
pub fn refused(request: &HttpRequest, name: &str) -> HttpResponse {
    match page::preferred(request, &[("application/json", false), ("text/html", true)]) {
        Some(true) => {
            let reader = Reader::of(request);
            page::bad_request(&reader, &reader.words.request_parameter(name))
        }
        _ => {
            let message =
                format!("The query parameter `{name}` is missing, given twice, or of a form not known here.");
            Problem::new(Code::BadRequest, message).to_response()
        }
    }
}

/// The same as an error of whatever is read from a request.
pub fn error(request: &HttpRequest, name: &str) -> Error {
    InternalError::from_response(format!("the query parameter {name} cannot be read"), refused(request, name))
        .into()
}
