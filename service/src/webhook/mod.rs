//! Webhooks by the Standard Webhooks scheme: what happens is told to endpoints that issuers name, signed, in order for each subject, again and again
//! until it is accepted or three days are over (docs/webhooks.md). `fan_out` makes deliveries of what the outbox holds, `claim`, `send` and `record` are
//! one try, `run` has all of it done.

mod claim;
mod endpoint;
mod event;
mod fan_out;
mod read;
mod record;
mod replay;
mod run;
mod secret;
mod send;

use uuid::Uuid;

pub use endpoint::{EndpointChange, NewEndpoint, create, delete, rotate, update};
pub use event::EventType;
pub use read::{
    attempts_of, cohorts_of, count_deliveries, count_endpoints, deliveries_of, endpoints_of, events_of,
    programs_of, type_of, visible_deliveries, visible_endpoints,
};
pub use replay::{Replay, message_name, ping, redeliver, replay};
pub use run::{clear_away, run};
pub(crate) use secret::sealed_for;
pub use send::Sender;

/// Most endpoints of one issuer.
pub const MOST_ENDPOINTS: u64 = 20;
/// Most deliveries to one endpoint that are under way at the same time, over all nodes.
const AT_ONCE: u64 = 4;
/// The name by which the fan-out keeps its place in the outbox.
const CONSUMER: &str = "webhooks";

/// A list of ids as rows keep it.
fn ids_in(value: &serde_json::Value) -> Vec<Uuid> {
    value.as_array().into_iter().flatten().filter_map(|id| id.as_str()?.parse().ok()).collect()
}
