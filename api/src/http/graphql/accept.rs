//! Content negotiation (RFC 9110, section 12.5.1): which media type the answer of `/graphql` has.

use actix_web::http::header::{ACCEPT, HeaderMap};

/// A media type that `/graphql` can answer with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    /// `application/graphql-response+json`: the status code tells about the GraphQL result.
    GraphqlResponse,
    /// `application/json`, for clients that know no other: 200 for everything that is well-formed.
    Json,
    /// `text/event-stream`: answers as server-sent events.
    EventStream,
    /// `text/html`: the page of the GraphQL IDE.
    Html,
}

impl Media {
    /// The value of `Content-Type`.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
            Self::EventStream => "text/event-stream; charset=utf-8",
            Self::Html => "text/html; charset=utf-8",
        }
    }

    const fn parts(self) -> (&'static str, &'static str) {
        match self {
            Self::GraphqlResponse => ("application", "graphql-response+json"),
            Self::Json => ("application", "json"),
            Self::EventStream => ("text", "event-stream"),
            Self::Html => ("text", "html"),
        }
    }
}

/// One element of an `Accept` header.
struct Range {
    kind: String,
    subtype: String,
    /// In thousandths.
    quality: u16,
}

/// How well a range names a media type; the most specific range decides its quality.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Anything,
    Kind,
    Exact,
}

/// Chooses the media type of the answer, or `None` when the client accepts none of ours.
///
/// Without an `Accept` header, and for `*/*`, it is `application/json`. Among types of equal quality the one that is
/// named wins over the one that a wildcard covers, and `application/graphql-response+json` over the others.
pub fn negotiate(headers: &HeaderMap, offer_html: bool) -> Option<Media> {
    if !headers.contains_key(ACCEPT) {
        return Some(Media::Json);
    }
    let ranges = ranges(headers);

    // In order of preference where quality and fit are equal.
    let mut offers = vec![Media::GraphqlResponse, Media::Json, Media::EventStream];
    if offer_html {
        offers.insert(0, Media::Html);
    }
    let mut best: Option<(u16, Fit, Media)> = None;
    for offer in offers {
        let Some((fit, quality)) = quality_of(&ranges, offer) else { continue };
        // A page is for those who ask for one by name, and so are events; `*/*` is a program.
        let unasked = match offer {
            Media::Html => fit == Fit::Anything,
            Media::EventStream => fit != Fit::Exact,
            Media::GraphqlResponse | Media::Json => false,
        };
        if quality == 0 || unasked {
            continue;
        }
        let better = match best {
            None => true,
            Some((top, top_fit, top_offer)) => {
                quality > top
                    || (quality == top
                        && (fit > top_fit
                            // What a wildcard covers is answered with plain JSON, which every client reads.
                            || (fit == top_fit && fit != Fit::Exact && top_offer != Media::Json && offer == Media::Json)))
            }
        };
        if better {
            best = Some((quality, fit, offer));
        }
    }
    best.map(|(_, _, media)| media)
}

/// Whether events are accepted, however much else is preferred: a subscription has no other answer.
pub fn takes_events(headers: &HeaderMap) -> bool {
    let found = quality_of(&ranges(headers), Media::EventStream);
    found.is_some_and(|(fit, quality)| fit == Fit::Exact && quality > 0)
}

fn ranges(headers: &HeaderMap) -> Vec<Range> {
    let texts = headers.get_all(ACCEPT).filter_map(|value| value.to_str().ok());
    texts.flat_map(|text| text.split(',').filter_map(parse_range)).collect()
}

fn quality_of(ranges: &[Range], offer: Media) -> Option<(Fit, u16)> {
    let (kind, subtype) = offer.parts();
    ranges
        .iter()
        .filter_map(|range| {
            let fit = match (range.kind.as_str(), range.subtype.as_str()) {
                ("*", "*") => Fit::Anything,
                (k, "*") if k == kind => Fit::Kind,
                (k, s) if k == kind && s == subtype => Fit::Exact,
                _ => return None,
            };
            Some((fit, range.quality))
        })
        .max_by_key(|(fit, quality)| (*fit, *quality))
}

/// Parses one element; `None` for what is malformed or asks for a charset other than UTF-8.
fn parse_range(text: &str) -> Option<Range> {
    let mut parts = text.split(';').map(str::trim);
    let (kind, subtype) = parts.next()?.split_once('/')?;
    let (kind, subtype) = (kind.trim().to_ascii_lowercase(), subtype.trim().to_ascii_lowercase());
    if kind.is_empty() || subtype.is_empty() || (kind == "*" && subtype != "*") {
        return None;
    }
    let mut quality = 1000;
    for parameter in parts {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let value = value.trim().trim_matches('"');
        if name.trim().eq_ignore_ascii_case("q") {
            quality = parse_quality(value)?;
        } else if name.trim().eq_ignore_ascii_case("charset") && !is_utf8_name(value) {
            return None;
        }
    }
    Some(Range { kind, subtype, quality })
}

/// A weight as RFC 9110, section 12.4.2 writes it, in thousandths.
fn parse_quality(text: &str) -> Option<u16> {
    let number: f32 = text.parse().ok()?;
    if !(0.0..=1.0).contains(&number) || text.len() > 5 {
        return None;
    }
    // In range by the check above, so the cast loses nothing that counts.
    Some((number * 1000.0).round() as u16)
}

/// Whether a charset parameter names UTF-8.
pub fn is_utf8_name(name: &str) -> bool {
    name.eq_ignore_ascii_case("utf-8") || name.eq_ignore_ascii_case("utf8")
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn choose(accept: &str, html: bool) -> Option<Media> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_str(accept).unwrap());
        negotiate(&headers, html)
    }

    #[test]
    fn absent_header_means_json() {
        assert_eq!(negotiate(&HeaderMap::new(), true), Some(Media::Json));
    }

    #[test]
    fn table() {
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8";
        for (accept, html, expected) in [
            ("*/*", true, Some(Media::Json)),
            ("application/*", false, Some(Media::Json)),
            ("application/json", false, Some(Media::Json)),
            ("application/graphql-response+json", false, Some(Media::GraphqlResponse)),
            ("application/json, application/graphql-response+json", false, Some(Media::GraphqlResponse)),
            ("application/graphql-response+json;q=0.5, application/json;q=0.9", false, Some(Media::Json)),
            (
                "application/graphql-response+json, application/json;q=0.9",
                false,
                Some(Media::GraphqlResponse),
            ),
            ("application/graphql-response+json;q=0, */*", false, Some(Media::Json)),
            ("application/json;q=0, */*", false, Some(Media::GraphqlResponse)),
            ("application/graphql-response+json, */*", false, Some(Media::GraphqlResponse)),
            ("APPLICATION/JSON; CHARSET=UTF-8", false, Some(Media::Json)),
            ("application/json; charset=iso-8859-1", false, None),
            ("text/html", false, None),
            ("text/html", true, Some(Media::Html)),
            (browser, true, Some(Media::Html)),
            (browser, false, Some(Media::Json)),
            ("text/html;q=0.1, application/json", true, Some(Media::Json)),
            ("text/*", true, Some(Media::Html)),
            ("image/png", true, None),
            ("text/event-stream", false, Some(Media::EventStream)),
            ("text/event-stream, */*", false, Some(Media::EventStream)),
            ("application/json, text/event-stream", false, Some(Media::Json)),
            ("text/event-stream, application/json;q=0.9", false, Some(Media::EventStream)),
            ("text/event-stream;q=0", false, None),
            ("nonsense", true, None),
            ("application/json;q=nonsense", true, None),
            ("*/*;q=0", true, None),
            ("", true, None),
        ] {
            assert_eq!(choose(accept, html), expected, "Accept: {accept} (html {html})");
        }
    }
}
