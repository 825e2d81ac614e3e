//! Notices to learners by e-mail: what happens to their credentials is told them through the operator's mail server, where their issuer has that on
//! (docs/mail.md). `queue` makes notices of what the outbox holds and of credentials that end soon, `claim`, `compose`, `mailer` and `record` are one
//! try, `run` has all of it done. Address and text are made at the moment of sending, from what is known then, and are kept nowhere.

mod claim;
mod compose;
mod mailer;
mod queue;
mod read;
mod record;
mod run;
mod setting;
mod stop;
mod template;
mod trial;
mod words;

pub use mailer::{MailConfig, Relay, Security, sender};
pub use read::{count_deliveries, deliveries_of, visible_deliveries};
pub use run::{drop_old, gather, run};
pub use setting::{
    DAYS_BEFORE_EXPIRY, NewSetting, NewWords, kinds_of, set, set_words, settings_of, words_in_force, words_of,
};
pub use stop::{Stop, by_token, choose_by_token};
pub use template::{Rendered, Words};
pub use trial::{Trial, preview, send_trial};

/// The name by which notices keep their place in the outbox.
const CONSUMER: &str = "notices";

/// The name of a Message-ID's left half, and of a notice in the log.
pub fn message_name(id: uuid::Uuid) -> String {
    id.simple().to_string()
}
