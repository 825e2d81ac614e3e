//! A shared passport as files: the signed learner record (1EdTech CLR 2.0) of what it shows, and all of it as one PDF.

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_LANGUAGE, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use cairn_service::Service;
use cairn_service::error::{Error, Result};
use cairn_service::learner_record;
use cairn_service::passport::{self, Shared};
use cairn_service::reference::IssuerReference;

use crate::http::face::{self, PDF};
use crate::http::page;
use crate::http::reader::Reader;

/// What may be asked for by query parameters.
#[derive(serde::Deserialize)]
struct Asked {
    /// Of a record: the slug of the issuer that publishes it.
    issuer: Option<String>,
    /// Of the PDF: `a4` or `letter`.
    paper: Option<String>,
}

impl Asked {
    fn of(request: &HttpRequest) -> Result<Self> {
        let asked = web::Query::<Self>::from_query(request.query_string());
        Ok(asked.map_err(|_| Error::BadRequest("the query cannot be read".to_owned()))?.into_inner())
    }
}

/// The record, signed anew where what is kept says something else.
pub async fn record(
    request: &HttpRequest,
    service: &Service,
    reader: &Reader,
    shared: &Shared,
    media: &str,
) -> Result<HttpResponse> {
    let publisher = Asked::of(request)?.issuer.map(IssuerReference::Slug);
    let Some(row) = learner_record::of_shared(service, shared, publisher.as_ref()).await? else {
        return Ok(page::nothing_here(reader));
    };
    let tag = row.id.to_string();
    Ok(page::document(request, media, &tag, None, row.document))
}

/// The PDF, drawn unless the caller has it already.
pub async fn booklet(
    request: &HttpRequest,
    service: &Service,
    reader: &Reader,
    shared: &Shared,
) -> Result<HttpResponse> {
    let paper = match face::paper(Asked::of(request)?.paper.as_deref()) {
        Ok(paper) => paper.unwrap_or_else(|| face::usual_paper(request)),
        Err(reason) => return Ok(page::bad_request(reader, reason(reader.words))),
    };
    let record = learner_record::of_shared(service, shared, None).await?;
    let printed = passport::booklet(service, shared, record.as_ref(), (reader.words, paper)).await?;
    let tag = printed.tag.clone();
    let mut answer = face::file(request, PDF, &tag, printed.draw()).await?;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(reader.words.language().tag()));
    headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static("inline; filename=\"passport.pdf\""));
    Ok(answer)
}
