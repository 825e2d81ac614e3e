//! Checks that many inputs share. Each names the field; all that is wrong is told at once.

use url::Url;
use uuid::Uuid;

use crate::error::{Error, Result, UserError, UserErrorCode};

/// Whether a text names a time zone of the IANA database.
pub fn is_time_zone(text: &str) -> bool {
    text.parse::<chrono_tz::Tz>().is_ok()
}

/// Collects what is wrong with an input.
#[derive(Default)]
pub struct Checks {
    errors: Vec<UserError>,
}

impl Checks {
    /// Notes an error at a dotted path.
    pub fn fail(&mut self, path: &str, code: UserErrorCode, message: impl Into<String>) {
        self.errors.push(UserError::at(path, code, message));
    }

    /// Text that must say something and be no longer than `most` characters, without control characters other than line breaks.
    pub fn text(&mut self, path: &str, value: &str, most: usize) {
        if value.trim().is_empty() {
            self.fail(path, UserErrorCode::Required, "must not be empty");
        } else {
            self.optional_text(path, Some(value), most);
        }
    }

    /// As `text`, where it is given at all.
    pub fn optional_text(&mut self, path: &str, value: Option<&str>, most: usize) {
        let Some(value) = value else { return };
        if value.chars().count() > most {
            self.fail(path, UserErrorCode::Invalid, format!("must be at most {most} characters"));
        }
        if value.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            self.fail(path, UserErrorCode::Invalid, "must not contain control characters");
        }
    }

    /// An external id: 1 to 255 characters, no control characters, no blanks at the ends.
    pub fn external_id(&mut self, path: &str, value: &str) {
        self.text(path, value, 255);
        if value.trim() != value {
            self.fail(path, UserErrorCode::Invalid, "must not begin or end with a blank");
        }
    }

    /// A slug: 2 to 80 of a-z, 0-9 and inner hyphens.
    pub fn slug(&mut self, path: &str, value: &str) {
        let good = (2..=80).contains(&value.len())
            && value.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !value.starts_with('-')
            && !value.ends_with('-');
        if !good {
            self.fail(
                path,
                UserErrorCode::Invalid,
                "must be 2 to 80 characters of a-z, 0-9 and inner hyphens",
            );
        }
    }

    /// An absolute http or https address.
    pub fn url(&mut self, path: &str, value: Option<&str>) {
        let Some(value) = value else { return };
        // What browsers mend on the way, such as blanks, no document could name.
        let good = value.len() <= 2_048
            && cairn_credential::document::is_iri(value)
            && Url::parse(value).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        if !good {
            self.fail(path, UserErrorCode::Invalid, "must be an absolute http or https address");
        }
    }

    /// An absolute https address: one that may be shown to whoever comes by.
    pub fn https_url(&mut self, path: &str, value: Option<&str>) {
        match value {
            Some(value) if !value.starts_with("https://") => {
                self.fail(path, UserErrorCode::Invalid, "must be an absolute https address");
            }
            value => self.url(path, value),
        }
    }

    /// A color, as `#rrggbb`.
    pub fn color(&mut self, path: &str, value: Option<&str>) {
        if value.is_some_and(|value| cairn_render::Color::parse(value).is_none()) {
            self.fail(path, UserErrorCode::Invalid, "must be a color such as `#1a2b3c`");
        }
    }

    /// An e-mail address: one @ between something and a domain. Whether it exists only a message to it can tell.
    pub fn email(&mut self, path: &str, value: Option<&str>) {
        let Some(value) = value else { return };
        let good = value.len() <= 254
            && !value.chars().any(|c| c.is_whitespace() || c.is_control())
            && value
                .rsplit_once('@')
                .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'));
        if !good {
            self.fail(path, UserErrorCode::Invalid, "must be an e-mail address");
        }
    }

    /// A decentralized identifier, by form (DID Core 1.0, section 3.1): no path, query or fragment.
    pub fn did(&mut self, path: &str, value: &str) {
        let name =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'%' | b':');
        let good = value.len() <= 2_048
            && value.strip_prefix("did:").and_then(|rest| rest.split_once(':')).is_some_and(
                |(method, id)| {
                    !method.is_empty()
                        && method.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
                        && !id.is_empty()
                        && id.bytes().all(name)
                        && !id.ends_with(':')
                },
            );
        if !good {
            self.fail(
                path,
                UserErrorCode::Invalid,
                "must be a decentralized identifier, such as `did:key:z6Mk…`",
            );
        }
    }

    /// A BCP 47 language tag, by form.
    pub fn language(&mut self, path: &str, value: &str) {
        let mut parts = value.split('-');
        let primary = parts.next().unwrap_or_default();
        let good = (2..=8).contains(&primary.len())
            && primary.bytes().all(|b| b.is_ascii_alphabetic())
            && parts
                .all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()));
        if !good {
            self.fail(path, UserErrorCode::Invalid, "must be a BCP 47 language tag, such as `en` or `pt-BR`");
        }
    }

    /// An ISO 3166-1 alpha-2 country code, by form.
    pub fn country(&mut self, path: &str, value: Option<&str>) {
        let good =
            value.is_none_or(|value| value.len() == 2 && value.bytes().all(|b| b.is_ascii_uppercase()));
        if !good {
            self.fail(path, UserErrorCode::Invalid, "must be an ISO 3166-1 alpha-2 code, such as `GB`");
        }
    }

    /// An IANA time zone.
    pub fn time_zone(&mut self, path: &str, value: &str) {
        if !is_time_zone(value) {
            self.fail(
                path,
                UserErrorCode::Invalid,
                "must be a time zone of the IANA database, such as `Europe/London`",
            );
        }
    }

    /// A list with at most so many items.
    pub fn at_most(&mut self, path: &str, length: usize, most: usize) {
        if length > most {
            self.fail(path, UserErrorCode::LimitReached, format!("must have at most {most} items"));
        }
    }

    /// What each place of a list names; a place that names nothing (`message` says what it should), or what an earlier one names, is noted.
    pub fn named(
        &mut self,
        field: &str,
        message: &str,
        found: impl IntoIterator<Item = Option<Uuid>>,
    ) -> Vec<Uuid> {
        let mut ids = Vec::new();
        for (index, id) in found.into_iter().enumerate() {
            let path = format!("{field}.{index}");
            match id {
                None => self.fail(&path, UserErrorCode::NotFound, message),
                Some(id) if ids.contains(&id) => {
                    self.fail(&path, UserErrorCode::Conflict, "this is there twice");
                }
                Some(id) => ids.push(id),
            }
        }
        ids
    }

    /// Whether nothing is wrong so far.
    pub fn is_ok(&self) -> bool {
        self.errors.is_empty()
    }

    /// What is wrong, for outcomes by row.
    pub fn into_errors(self) -> Vec<UserError> {
        self.errors
    }

    /// Nothing, or all that is wrong.
    pub fn finish(self) -> Result<()> {
        if self.errors.is_empty() { Ok(()) } else { Err(Error::User(self.errors)) }
    }
}
