//! The way out: the operator's mail server, spoken to by SMTP (RFC 5321) over TLS, and what its answer means for a message.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{self, PoolConfig};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use url::{Host, Url};

use crate::Service;
use crate::error::{Error, Result};

/// How long one command may wait for its answer.
const COMMAND_LIMIT: Duration = Duration::from_secs(30);
/// How long one message may take from the connection to its acceptance.
const TIME_LIMIT: Duration = Duration::from_secs(60);
/// How many messages one node has under way at the same time, each over a connection of its own.
pub(super) const CONNECTIONS: usize = 4;
/// How long a connection waits for the next message.
const IDLE: Duration = Duration::from_secs(20);
/// By these the mail server says that it does not let this server in (RFC 4954, section 6): no message is at fault.
const NOT_LET_IN: [u16; 5] = [530, 534, 535, 538, 454];

/// How the mail server is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// In the clear.
    Plain,
    /// In the clear until both have agreed on TLS (RFC 3207), and never further without.
    StartTls,
    /// Over TLS from the first byte (RFC 8314).
    Tls,
}

/// Where the mail server is: `smtp://USER@HOST:PORT` or `smtps://…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relay {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How it is spoken to.
    pub security: Security,
    /// As whom one signs in there, where one does.
    pub user: Option<String>,
}

impl FromStr for Relay {
    type Err = String;

    /// Reads its address. `smtp://` asks for STARTTLS but on the loopback; `?tls=none` and `?tls=required` say otherwise.
    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let form = || "must be an address like smtp://cairn@mail.example.org or smtps://…".to_owned();
        let url = Url::parse(text).map_err(|_| form())?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(form)?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        if url.password().is_some() {
            return Err("must hold no password: that is CAIRN_SMTP_PASSWORD".to_owned());
        }
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(form());
        }
        let near = is_loopback(&host);
        let (implied, usual) = match (url.scheme(), url.query()) {
            ("smtps", None) => (Security::Tls, 465),
            ("smtp", Some("tls=required")) => (Security::StartTls, 587),
            ("smtp", Some("tls=none")) => (Security::Plain, 587),
            ("smtp", None) if near => (Security::Plain, 587),
            ("smtp", None) => (Security::StartTls, 587),
            _ => return Err(form()),
        };
        let user = Some(url.username()).filter(|name| !name.is_empty());
        if user.is_some() && implied == Security::Plain && !near {
            return Err("must not sign in without TLS".to_owned());
        }
        let user = user.map(|name| percent_decode_str(name).decode_utf8_lossy().into_owned());
        Ok(Self { host, port: url.port().unwrap_or(usual), security: implied, user })
    }
}

impl fmt::Display for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port, security, user } = self;
        let scheme = if *security == Security::Tls { "smtps" } else { "smtp" };
        write!(f, "{scheme}://")?;
        if let Some(user) = user {
            write!(f, "{}@", utf8_percent_encode(user, NON_ALPHANUMERIC))?;
        }
        match host.contains(':') {
            true => write!(f, "[{host}]:{port}")?,
            false => write!(f, "{host}:{port}")?,
        }
        match security {
            Security::Plain => f.write_str("?tls=none"),
            Security::StartTls => f.write_str("?tls=required"),
            Security::Tls => Ok(()),
        }
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.parse::<IpAddr>();
    host == "localhost"
        || host.ends_with(".localhost")
        || address.is_ok_and(|address| address.to_canonical().is_loopback())
}

/// How e-mail is sent.
#[derive(Clone)]
pub struct MailConfig {
    /// Through whom.
    pub relay: Relay,
    /// With what one signs in there.
    pub password: Option<String>,
    /// From whom; where it has no name, the issuer's stands before the address.
    pub from: Mailbox,
    /// Certificates (PEM) of authorities that vouch for the mail server, beside those that the system trusts.
    pub authorities: Option<Vec<u8>>,
    /// How many messages this node sends in a minute at most.
    pub per_minute: u32,
}

impl fmt::Debug for MailConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailConfig").field("relay", &self.relay).finish_non_exhaustive()
    }
}

/// From whom e-mail comes: `notices@example.org`, or `Notices <notices@example.org>`.
///
/// # Errors
/// Why it is none, in words.
pub fn sender(text: &str) -> std::result::Result<Mailbox, String> {
    text.parse().map_err(|_| {
        "must be an address like notices@example.org or Notices <notices@example.org>".to_owned()
    })
}

/// A way to the mail server, with connections that are used again.
pub(super) struct Post {
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

/// What came of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The mail server took it, with this reply code.
    Taken(u16),
    /// It will never take it.
    Refused(u16),
    /// Not now: with the code of its reply, where there was one.
    NotNow(Option<u16>),
}

impl Post {
    /// Prepares the way; nothing is sent yet.
    pub fn open(service: &Service, config: &MailConfig) -> Result<Self> {
        let MailConfig { relay, password, authorities, .. } = config;
        let unusable = |error: smtp::Error| Error::internal("the mail server cannot be used", error);
        let mut parameters = TlsParameters::builder(relay.host.clone());
        if let Some(pem) = authorities {
            parameters = parameters.add_root_certificate(Certificate::from_pem(pem).map_err(unusable)?);
        }
        let tls = match relay.security {
            Security::Plain => Tls::None,
            Security::StartTls => Tls::Required(parameters.build().map_err(unusable)?),
            Security::Tls => Tls::Wrapper(parameters.build().map_err(unusable)?),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&relay.host)
            .port(relay.port)
            .tls(tls)
            .timeout(Some(COMMAND_LIMIT))
            .hello_name(hello(&service.config.public_url))
            .pool_config(PoolConfig::new().max_size(CONNECTIONS as u32).idle_timeout(IDLE));
        if let Some(user) = &relay.user {
            let password = password.clone().unwrap_or_default();
            builder = builder.credentials(Credentials::new(user.clone(), password));
        }
        Ok(Self { transport: builder.build() })
    }

    /// Sends a message once. Of the mail server's answer only the code is told: its words may name the learner.
    pub async fn send(&self, message: Message) -> Outcome {
        match tokio::time::timeout(TIME_LIMIT, self.transport.send(message)).await {
            Ok(Ok(reply)) => Outcome::Taken(reply.code().into()),
            Ok(Err(error)) => judged(error.status().map(u16::from)),
            Err(_) => Outcome::NotNow(None),
        }
    }

    /// Ends connections that wait.
    pub async fn close(&self) {
        self.transport.shutdown().await;
    }
}

/// The name by which this server greets the mail server: that of its public address.
fn hello(public_url: &str) -> ClientId {
    match Url::parse(public_url).ok().as_ref().and_then(Url::host) {
        Some(Host::Ipv4(address)) => ClientId::Ipv4(address),
        Some(Host::Ipv6(address)) => ClientId::Ipv6(address),
        Some(Host::Domain(name)) => ClientId::Domain(name.to_owned()),
        None => ClientId::Domain("localhost".to_owned()),
    }
}

fn judged(code: Option<u16>) -> Outcome {
    match code {
        Some(code) if code >= 500 && !NOT_LET_IN.contains(&code) => Outcome::Refused(code),
        code => Outcome::NotNow(code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> std::result::Result<(u16, Security), String> {
        text.parse::<Relay>().map(|relay| (relay.port, relay.security))
    }

    #[test]
    fn away_from_the_loopback_the_mail_server_is_spoken_to_in_secret() {
        assert_eq!(read("smtp://mail.example.org"), Ok((587, Security::StartTls)));
        assert_eq!(read("smtps://mail.example.org"), Ok((465, Security::Tls)));
        assert_eq!(read("smtp://mail.example.org:25?tls=none"), Ok((25, Security::Plain)));
        for near in ["localhost", "127.0.0.1", "[::1]"] {
            assert_eq!(read(&format!("smtp://{near}:2525")), Ok((2525, Security::Plain)), "{near}");
        }
        assert_eq!(read("smtp://localhost?tls=required"), Ok((587, Security::StartTls)));
        assert!(read("smtp://cairn@mail.example.org?tls=none").unwrap_err().contains("without TLS"));
        assert!(read("smtp://cairn:secret@mail.example.org").unwrap_err().contains("CAIRN_SMTP_PASSWORD"));
        for wrong in
            ["mail.example.org", "http://mail.example.org", "smtp://", "smtp://a/b", "smtp://a?tls=maybe"]
        {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_address_is_shown_as_it_is_read() {
        for text in [
            "smtp://mail.example.org:587?tls=required",
            "smtps://me%40there@mail.example.org:465",
            "smtp://[::1]:25?tls=none",
        ] {
            let relay: Relay = text.parse().unwrap();
            assert_eq!(relay.to_string(), text);
            assert_eq!(relay.to_string().parse(), Ok(relay));
        }
        let relay: Relay = "smtps://notices%40example.org@mail.example.org".parse().unwrap();
        assert_eq!(relay.user.as_deref(), Some("notices@example.org"));
    }

    #[test]
    fn only_what_the_mail_server_will_never_take_ends_it() {
        assert_eq!(judged(Some(550)), Outcome::Refused(550));
        assert_eq!(judged(Some(451)), Outcome::NotNow(Some(451)));
        assert_eq!(judged(Some(535)), Outcome::NotNow(Some(535)), "that is the operator's to mend");
        assert_eq!(judged(None), Outcome::NotNow(None));
    }
}
