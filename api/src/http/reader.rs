//! Who reads a page, as far as it matters for its words: the language asked for with `?lang=`, else the best one of `Accept-Language`; and how what is
//! linked keeps it.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{Error, FromRequest, HttpRequest, web};
use cairn_words::{Language, Words};

use super::asked;
use super::auth::languages_of;
use super::server::Transport;

/// The parameter that names a language.
const PARAMETER: &str = "lang";

/// The reader of a page.
#[derive(Clone, Debug)]
pub struct Reader {
    /// What is said in the reader's language.
    pub words: Words,
    /// Whether the reader has chosen it by hand: links keep it then.
    by_hand: bool,
    /// Where the reader is, without the language.
    here: String,
    /// What stands before that, for whoever has to know the whole address; nothing where the server does not know.
    origin: String,
}

impl Reader {
    /// The reader who makes a request.
    pub fn of(request: &HttpRequest) -> Self {
        let pairs = || url::form_urlencoded::parse(request.query_string().as_bytes());
        let asked = pairs().find(|(name, _)| name == PARAMETER).map(|(_, value)| value);
        let mut rest = url::form_urlencoded::Serializer::new(String::new());
        rest.extend_pairs(pairs().filter(|(name, _)| name != PARAMETER));
        let rest = rest.finish();
        let mark = if rest.is_empty() { "" } else { "?" };
        Self {
            words: Words::chosen(asked.as_deref(), Some(&languages_of(request.headers()))),
            by_hand: asked.as_deref().and_then(Language::of_tag).is_some(),
            here: format!("{}{mark}{rest}", request.path()),
            origin: request
                .app_data::<web::Data<Transport>>()
                .map(|transport| transport.settings.public_url.as_str().trim_end_matches('/').to_owned())
                .unwrap_or_default(),
        }
    }

    /// An address of this server, in the language that the reader has chosen by hand. Who has not gets the same one by `Accept-Language`.
    pub fn link(&self, address: &str) -> String {
        if self.by_hand { in_language(address, self.words.language()) } else { address.to_owned() }
    }

    /// The whole address of where the reader is, in another language.
    pub fn address_in(&self, language: Language) -> String {
        format!("{}{}", self.origin, self.here_in(language))
    }

    /// Where the reader is, in another language.
    pub fn here_in(&self, language: Language) -> String {
        in_language(&self.here, language)
    }
}

/// An address with its parameter of language set; it has none yet.
fn in_language(address: &str, language: Language) -> String {
    let (address, fragment) = match address.split_once('#') {
        Some((address, fragment)) => (address, format!("#{fragment}")),
        None => (address, String::new()),
    };
    let mark = if address.contains('?') { '&' } else { '?' };
    format!("{address}{mark}{PARAMETER}={}{fragment}", language.tag())
}

impl FromRequest for Reader {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut asked = url::form_urlencoded::parse(request.query_string().as_bytes())
            .filter(|(name, _)| name == PARAMETER)
            .map(|(_, value)| value);
        ready(match (asked.next(), asked.next()) {
            (_, Some(_)) => Err(asked::error(request, PARAMETER)),
            (Some(tag), None) if Language::of_tag(&tag).is_none() && !is_tag(&tag) => {
                Err(asked::error(request, PARAMETER))
            }
            _ => Ok(Self::of(request)),
        })
    }
}

/// Whether a text has the form of a language tag (RFC 5646, section 2.1). Of a language that is not there, it leaves the choice to `Accept-Language`.
fn is_tag(text: &str) -> bool {
    let mut parts = text.split('-');
    let primary = parts.next().unwrap_or_default();
    (2..=8).contains(&primary.len())
        && primary.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::ACCEPT_LANGUAGE;
    use actix_web::test::TestRequest;

    use super::*;

    fn reader(address: &str, accepted: &str) -> Reader {
        let request =
            TestRequest::with_uri(address).insert_header((ACCEPT_LANGUAGE, accepted)).to_http_request();
        Reader::of(&request)
    }

    #[test]
    fn tags_have_a_form() {
        for tag in ["de", "de-AT", "ar-Arab-EG", "tlh", "de-1996", "en-x-a"] {
            assert!(is_tag(tag), "{tag}");
        }
        for nonsense in ["", "d", "de_AT", "de-", "1e", "german language", "<b>", "de,en"] {
            assert!(!is_tag(nonsense), "{nonsense}");
        }
    }

    #[test]
    fn links_keep_what_was_chosen_by_hand() {
        let by_hand = reader("/issuers/a?x=1&lang=ar&y=%26", "de");
        assert_eq!(by_hand.words.language(), Language::Arabic);
        assert_eq!(by_hand.link("/verify#file"), "/verify?lang=ar#file");
        assert_eq!(by_hand.link("https://a.example/b?c=d"), "https://a.example/b?c=d&lang=ar");
        assert_eq!(by_hand.here_in(Language::German), "/issuers/a?x=1&y=%26&lang=de");
        let accepted = reader("/verify?lang=tlh", "de-AT");
        assert_eq!(accepted.words, Words::of_tag("de-AT"));
        assert_eq!(accepted.link("/verify"), "/verify");
        assert_eq!(accepted.here_in(Language::English), "/verify?lang=en");
    }
}
