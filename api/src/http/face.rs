//! A credential's badge and certificate as files: `/credentials/{share token}.png`, `.svg` and `.pdf`.

use actix_web::http::header::{
    ACCEPT_LANGUAGE, CONTENT_DISPOSITION, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, HeaderValue, VARY,
};
use actix_web::{HttpRequest, HttpResponse};
use cairn_service::Service;
use cairn_service::credential::Published;
use cairn_service::error::Error;
use cairn_service::face::{self, Certified, Kind, Paper};
use cairn_words::Words;

use super::credential::Refusal;
use super::page;
use super::reader::Reader;

/// Media types.
pub const PNG: &str = "image/png";
/// See [`PNG`].
pub const SVG: &str = "image/svg+xml";
/// See [`PNG`].
pub const PDF: &str = "application/pdf";

/// An image opened by itself shows itself, and does nothing.
const POLICY: &str = "default-src 'none'; img-src data:; style-src 'none'; sandbox";

/// Where people print on letter paper (ISO 3166-1).
const LETTER: [&str; 14] =
    ["US", "CA", "MX", "PH", "CL", "CO", "VE", "CR", "GT", "NI", "PA", "DO", "SV", "PR"];

/// What may be drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Drawn {
    /// The badge as PNG.
    Png,
    /// The badge as SVG.
    Svg,
    /// The certificate.
    Pdf,
}

/// What exactly is asked for: of a certificate also the paper, as the query says, else as the issuer has chosen, else as is usual where the caller's language is spoken.
///
/// # Errors
/// What is wrong with the query.
pub fn kind(request: &HttpRequest, words: Words, drawn: Drawn, paper: Option<&str>) -> Result<Kind, Refusal> {
    let paper = self::paper(paper)?;
    Ok(match drawn {
        Drawn::Png => Kind::Png,
        Drawn::Svg => Kind::Svg,
        Drawn::Pdf => Kind::Pdf(Certified { asked: paper, usual: usual_paper(request), words }),
    })
}

/// The paper that a query asks for.
///
/// # Errors
/// What is wrong with it.
pub fn paper(asked: Option<&str>) -> Result<Option<Paper>, Refusal> {
    match asked {
        None => Ok(None),
        Some("a4") => Ok(Some(Paper::A4)),
        Some("letter") => Ok(Some(Paper::Letter)),
        Some(_) => Err(Words::request_paper),
    }
}

/// The paper that is usual where the caller's language is spoken.
pub fn usual_paper(request: &HttpRequest) -> Paper {
    let first = request.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let first = first.and_then(|list| list.split([',', ';']).next()).unwrap_or_default();
    let region = first.trim().split('-').skip(1).find(|part| part.len() == 2).unwrap_or_default();
    if LETTER.iter().any(|known| region.eq_ignore_ascii_case(known)) { Paper::Letter } else { Paper::A4 }
}

/// The file, drawn unless the caller has it already.
pub async fn show(
    request: &HttpRequest,
    reader: &Reader,
    service: &Service,
    found: &Published,
    kind: Kind,
) -> HttpResponse {
    let face = match face::of(service, found, kind).await {
        Ok(face) => face,
        Err(error) => return page::fault(reader, error),
    };
    let tag = face.tag.clone();
    let mut answer = match file(request, media(kind), &tag, face.draw()).await {
        Ok(answer) => answer,
        Err(error) => return page::fault(reader, error),
    };
    let headers = answer.headers_mut();
    if let Kind::Pdf(of) = kind {
        headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(of.words.language().tag()));
        headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static("inline; filename=\"certificate.pdf\""));
    }
    answer
}

/// A file that is drawn in the reader's language, unless the caller has it already.
///
/// # Errors
/// What drawing fails with.
pub async fn file(
    request: &HttpRequest,
    media: &str,
    tag: &str,
    draw: impl Future<Output = Result<Vec<u8>, Error>>,
) -> Result<HttpResponse, Error> {
    let bytes = match page::knows(request.headers(), &format!("\"{tag}\"")) {
        true => Vec::new(),
        false => draw.await?,
    };
    let mut answer = page::document(request, media, tag, None, bytes);
    let headers = answer.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(VARY, HeaderValue::from_static(page::READERS));
    Ok(answer)
}

fn media(kind: Kind) -> &'static str {
    match kind {
        Kind::Png => PNG,
        Kind::Svg => SVG,
        Kind::Pdf(..) => PDF,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn paper_is_asked_for_or_usual_where_the_caller_is() {
        let of = |language: &str, paper| {
            let request = TestRequest::default().insert_header((ACCEPT_LANGUAGE, language)).to_http_request();
            kind(&request, Words::default(), Drawn::Pdf, paper)
        };
        let certified = |asked, usual| Some(Kind::Pdf(Certified { asked, usual, words: Words::default() }));
        for (language, paper) in [
            ("en-US,en;q=0.9", Paper::Letter),
            ("es-419, es-MX;q=0.5", Paper::A4),
            ("zh-Hant-CA", Paper::Letter),
            ("de", Paper::A4),
            ("en;q=1", Paper::A4),
            ("", Paper::A4),
        ] {
            assert_eq!(of(language, None).ok(), certified(None, paper), "{language}");
        }
        assert_eq!(of("en-US", Some("a4")).ok(), certified(Some(Paper::A4), Paper::Letter));
        assert_eq!(of("de", Some("letter")).ok(), certified(Some(Paper::Letter), Paper::A4));
        assert!(of("de", Some("legal")).is_err());
    }
}
