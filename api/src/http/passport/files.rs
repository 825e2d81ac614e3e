//! A shared passport as files: the signed learner record (1EdTech CLR 2.0) of what it shows, and all of it as one PDF.

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_LANGUAGE, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use cairn_service::Service;
use cairn_service::error::Result;
use cairn_service::learner_record;
use cairn_service::passport::{self, Shared};
use cairn_service::reference::IssuerReference;

use super::Asked;
use crate::http::face::{self, PDF};
use crate::http::page;
use crate::http::reader::Reader;

/// The record, signed anew where what is kept says something else.
pub async fn record(
    request: &HttpRequest,
    service: &Service,
    reader: &Reader,
    (shared, asked): (&Shared, &Asked),
    media: &str,
) -> Result<HttpResponse> {
    let publisher = asked.issuer.clone().map(IssuerReference::Slug);
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
    (shared, asked): (&Shared, &Asked),
) -> Result<HttpResponse> {
    let paper = match face::paper(asked.paper.as_deref()) {
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
