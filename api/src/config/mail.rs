//! The settings of e-mail.

use std::{fmt, path::PathBuf};

use cairn_service::notice::{Relay, sender};

use super::{Reader, Wrong};

const URL: &str = "CAIRN_SMTP_URL";

/// How e-mail is sent.
#[derive(Clone)]
pub struct Mail {
    /// `CAIRN_SMTP_URL`.
    pub relay: Relay,
    /// `CAIRN_SMTP_PASSWORD`.
    pub password: Option<String>,
    /// `CAIRN_SMTP_CA_FILE`.
    pub ca_file: Option<PathBuf>,
    /// `CAIRN_MAIL_FROM`, an address that e-mail may come from.
    pub from: String,
    /// `CAIRN_MAIL_RATE`, in messages a minute.
    pub rate: u32,
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail").field("relay", &self.relay).field("from", &self.from).finish_non_exhaustive()
    }
}

impl Reader<'_> {
    /// How e-mail is sent; not at all where no mail server is named.
    pub(super) fn mail(&self) -> Result<Option<Mail>, Wrong> {
        let Some(text) = self.given(URL) else { return Ok(None) };
        // What is wrong with an address may be that a password stands in it: the value is not told.
        let relay: Relay = text.parse().map_err(|why| Wrong(format!("{URL} {why}")))?;
        let password = self.given("CAIRN_SMTP_PASSWORD").map(str::to_owned);
        if relay.user.is_some() != password.is_some() {
            let why = "must name a user where CAIRN_SMTP_PASSWORD is given, and none elsewhere";
            return Err(Wrong(format!("{URL} {why}")));
        }
        let name = "CAIRN_MAIL_FROM";
        let from = self.given(name).ok_or_else(|| Wrong(format!("{name} must be given beside {URL}")))?;
        sender(from).map_err(|why| self.wrong(name, &why))?;
        Ok(Some(Mail {
            relay,
            password,
            ca_file: self.given("CAIRN_SMTP_CA_FILE").map(PathBuf::from),
            from: from.to_owned(),
            rate: self.number("CAIRN_MAIL_RATE", 1..=60_000)? as u32,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::load;

    fn line(env: &[(&str, &str)]) -> String {
        load(&[], env).unwrap_err().0
    }

    #[test]
    fn mail_is_off_until_a_server_is_named() {
        assert!(load(&[], &[]).unwrap().mail.is_none());
        assert!(load(&[], &[("CAIRN_MAIL_FROM", "notices@example.org")]).unwrap().mail.is_none());
        let given =
            [("CAIRN_SMTP_URL", "smtps://mail.example.org"), ("CAIRN_MAIL_FROM", "N <n@example.org>")];
        let mail = load(&[], &given).unwrap().mail.unwrap();
        assert_eq!((mail.relay.port, mail.rate, mail.password), (465, 600, None));
    }

    #[test]
    fn what_is_wrong_is_told_without_what_is_secret() {
        let from = ("CAIRN_MAIL_FROM", "notices@example.org");
        let told = line(&[("CAIRN_SMTP_URL", "smtps://me:hunter2@mail.example.org"), from]);
        assert!(told.contains("CAIRN_SMTP_PASSWORD") && !told.contains("hunter2"), "{told}");
        let told =
            line(&[("CAIRN_SMTP_URL", "smtps://mail.example.org"), ("CAIRN_SMTP_PASSWORD", "hunter2"), from]);
        assert!(told.contains("must name a user") && !told.contains("hunter2"), "{told}");
        assert!(
            line(&[("CAIRN_SMTP_URL", "smtps://me@mail.example.org"), from]).contains("must name a user")
        );
        assert!(
            line(&[("CAIRN_SMTP_URL", "smtps://mail.example.org")])
                .starts_with("CAIRN_MAIL_FROM must be given")
        );
        let url = ("CAIRN_SMTP_URL", "smtps://mail.example.org");
        assert!(
            line(&[url, ("CAIRN_MAIL_FROM", "nobody")]).starts_with("CAIRN_MAIL_FROM must be an address")
        );
        assert!(line(&[url, from, ("CAIRN_MAIL_RATE", "0")]).starts_with("CAIRN_MAIL_RATE"));
    }
}
