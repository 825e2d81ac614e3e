//! What endpoints are told: which events of the outbox become messages, under which names, and what these say: ids, numbers and codes, never personal
//! values. What is not named here is not sent.

use std::collections::HashMap;

use cairn_entity::{credential, enrollment, outbox};
use chrono::{DateTime, SecondsFormat, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::amount;
use crate::error::Result;
use crate::ids::{self, Kind};

/// The version of the messages: one that means something else gets another.
const VERSION: u32 = 1;

macro_rules! event_types {
    ($($(#[$doc:meta])* $name:ident = $wire:literal),* $(,)?) => {
        /// What a message tells.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum EventType { $($(#[$doc])* $name),* }

        impl EventType {
            /// All of them.
            pub const ALL: &'static [EventType] = &[$(EventType::$name),*];

            /// Its name in messages: `credential.issued`.
            pub fn name(self) -> &'static str {
                match self { $(EventType::$name => $wire),* }
            }

            /// The type of a name.
            pub fn of_name(name: &str) -> Option<Self> {
                match name { $($wire => Some(EventType::$name),)* _ => None }
            }
        }
    };
}

event_types! {
    /// A credential was issued; renewed ones and replacements, too.
    CredentialIssued = "credential.issued",
    /// A credential was revoked.
    CredentialRevoked = "credential.revoked",
    /// A credential was suspended.
    CredentialSuspended = "credential.suspended",
    /// The suspension of a credential was ended.
    CredentialReinstated = "credential.reinstated",
    /// A credential has expired.
    CredentialExpired = "credential.expired",
    /// A credential was renewed by another.
    CredentialRenewed = "credential.renewed",
    /// A credential was replaced by another.
    CredentialReplaced = "credential.replaced",
    /// An enrollment was made or changed, other than by completion.
    EnrollmentUpdated = "enrollment.updated",
    /// An enrollment was completed.
    EnrollmentCompleted = "enrollment.completed",
    /// The progress of an enrollment changed.
    ProgressUpdated = "progress.updated",
    /// An attempt was begun.
    AttemptStarted = "attempt.started",
    /// An attempt was handed in.
    AttemptSubmitted = "attempt.submitted",
    /// An attempt was graded, or graded anew.
    AttemptGraded = "attempt.graded",
    /// An attempt was taken out.
    AttemptVoided = "attempt.voided",
    /// A bulk operation ended.
    BulkOperationFinished = "bulk_operation.finished",
    /// Another webhook endpoint was disabled by the server.
    WebhookEndpointDisabled = "webhook_endpoint.disabled",
    /// A test, sent on demand alone.
    Ping = "webhook.ping",
}

/// A step of a bulk operation, as the outbox has it.
const STEP: &str = "bulk_operation.updated";

/// The events of the outbox that may become messages.
pub(super) fn told() -> impl Iterator<Item = &'static str> {
    EventType::ALL.iter().map(|kind| kind.name()).chain([STEP])
}

impl EventType {
    /// What an event of the outbox is told as; nothing for steps of a bulk operation other than its end.
    pub(super) fn of(event: &outbox::Model) -> Option<Self> {
        if event.event != STEP {
            return Self::of_name(&event.event);
        }
        let ended = !matches!(event.payload["status"].as_str(), Some("queued" | "running"));
        ended.then_some(Self::BulkOperationFinished)
    }
}

/// Where a subject belongs, as far as its event does not say.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    pub program: Option<Uuid>,
    pub cohort: Option<Uuid>,
    pub enrollment: Option<Uuid>,
    pub learner: Option<Uuid>,
}

/// Where a credential belongs: its id, program, cohort, enrollment, learner.
type Held = (Uuid, Uuid, Option<Uuid>, Option<Uuid>, Uuid);

/// The places of the subjects of events, by the events' positions: two statements for however many.
pub(super) async fn places(
    on: &impl ConnectionTrait,
    events: &[outbox::Model],
) -> Result<HashMap<i64, Place>> {
    let of_enrollment = |event: &outbox::Model| event.payload["enrollment"].as_str()?.parse::<Uuid>().ok();
    let is_credential = |event: &&outbox::Model| event.subject_type == Kind::Credential.type_name();
    let credentials = events.iter().filter(is_credential).map(|event| event.subject_id);
    let credentials: Vec<Held> = credential::Entity::find()
        .select_only()
        .columns([
            credential::Column::Id,
            credential::Column::ProgramId,
            credential::Column::CohortId,
            credential::Column::EnrollmentId,
            credential::Column::LearnerId,
        ])
        .filter(credential::Column::Id.is_in(credentials))
        .into_tuple()
        .all(on)
        .await?;
    let enrollments: Vec<(Uuid, Uuid, Option<Uuid>, Uuid)> = enrollment::Entity::find()
        .select_only()
        .columns([
            enrollment::Column::Id,
            enrollment::Column::ProgramId,
            enrollment::Column::CohortId,
            enrollment::Column::LearnerId,
        ])
        .filter(enrollment::Column::Id.is_in(events.iter().filter_map(of_enrollment)))
        .into_tuple()
        .all(on)
        .await?;
    let mut of: HashMap<Uuid, Place> = HashMap::new();
    for (id, program, cohort, learner) in enrollments {
        let place = Place { program: Some(program), cohort, enrollment: Some(id), learner: Some(learner) };
        of.insert(id, place);
    }
    for (id, program, cohort, enrollment, learner) in credentials {
        of.insert(id, Place { program: Some(program), cohort, enrollment, learner: Some(learner) });
    }
    let place = |event: &outbox::Model| {
        let enrollment = of_enrollment(event).and_then(|id| of.get(&id));
        of.get(&event.subject_id).or(enrollment).copied().unwrap_or_default()
    };
    Ok(events.iter().map(|event| (event.position.unwrap_or_default(), place(event))).collect())
}

/// The body of the message that tells of an event.
pub(super) fn body(kind: EventType, event: &outbox::Model, place: &Place) -> String {
    let mut data = Map::new();
    if let Some(issuer) = event.issuer_id {
        data.insert("issuer".to_owned(), json!(ids::encode(Kind::Issuer, issuer)));
    }
    if kind == EventType::BulkOperationFinished {
        data.insert("bulkOperation".to_owned(), json!(ids::encode(Kind::BulkOperation, event.subject_id)));
    }
    for (name, value) in event.payload.as_object().into_iter().flatten() {
        if let Some(value) = shown(name, value) {
            data.insert(name.clone(), value);
        }
    }
    for (name, kind, id) in [
        ("learner", Kind::Learner, place.learner),
        ("program", Kind::Program, place.program),
        ("cohort", Kind::Cohort, place.cohort),
        ("enrollment", Kind::Enrollment, place.enrollment),
    ] {
        if let Some(id) = id {
            data.entry(name).or_insert_with(|| json!(ids::encode(kind, id)));
        }
    }
    envelope(kind, event.created_at, data)
}

/// A message: its type, when it happened, and what.
pub(super) fn envelope(kind: EventType, at: DateTime<Utc>, data: Map<String, Value>) -> String {
    let timestamp = at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
    json!({ "type": kind.name(), "version": VERSION, "timestamp": timestamp, "data": data }).to_string()
}

/// A member of an event as the API shows it: global ids, numbers with their point, codes in capitals. Members that are not named here are left out.
fn shown(name: &str, value: &Value) -> Option<Value> {
    let id = |kind| Some(json!(ids::encode(kind, value.as_str()?.parse().ok()?)));
    match name {
        "credential" | "renews" | "replaces" | "renewedBy" | "replacedBy" => id(Kind::Credential),
        "learner" => id(Kind::Learner),
        "program" => id(Kind::Program),
        "enrollment" => id(Kind::Enrollment),
        "attempt" => id(Kind::Attempt),
        "assessment" => id(Kind::Assessment),
        "endpoint" => id(Kind::WebhookEndpoint),
        // Where nothing is scored yet, a number below zero stands for it.
        "score" | "percent" => Some(json!(value.as_i64().filter(|scaled| *scaled >= 0).map(amount::to_f64))),
        "status" | "from" | "reason" | "changed" => {
            Some(value.as_str().map_or(Value::Null, |code| json!(code.to_ascii_uppercase())))
        }
        "passed" | "validUntil" | "since" | "total" | "processed" | "succeeded" | "failed" => {
            Some(value.clone())
        }
        _ => None,
    }
}
