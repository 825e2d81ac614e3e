//! A small course to issue for: one module, learners who have completed it, nothing else. For tests of what comes after completion.

use std::sync::Arc;

use cairn_service::Service;
use cairn_service::actor::Actor;
use cairn_service::patch::Patch;
use cairn_service::program::{self, NewComponent, NewItem, NewModule, NewProgram};
use cairn_service::reference::Reference;
use serde_json::{Value, json};

use crate::{Client, TestApp, TestIssuer};

/// A published course of one issuer.
pub struct Course {
    /// Its issuer.
    pub issuer: TestIssuer,
    /// The issuer's back office.
    pub provider: Client,
    /// The course's external id.
    pub external_id: String,
    service: Arc<Service>,
}

impl Course {
    /// Publishes one with a new issuer.
    pub async fn publish(app: &TestApp, slug: &str) -> Self {
        let issuer = app.issuer(slug).await;
        let provider = app.provider(&issuer).await;
        Self::publish_at(app, issuer, provider, "course").await
    }

    /// Publishes one with an issuer that there is.
    pub async fn publish_at(app: &TestApp, issuer: TestIssuer, provider: Client, external_id: &str) -> Self {
        let course =
            Self { issuer, provider, external_id: external_id.to_owned(), service: app.service.clone() };
        course.revise(|_| {}).await;
        course
    }

    /// Publishes a version of it, changed as the test wants.
    pub async fn revise(&self, change: impl FnOnce(&mut NewProgram)) {
        let module = NewModule {
            external_id: "m0".to_owned(),
            title: "The one module".to_owned(),
            workload_hours: None,
            outcomes: Vec::new(),
        };
        let place = NewComponent { required: true, group_code: None, item: NewItem::Module(module) };
        let mut new = NewProgram {
            external_id: self.external_id.clone(),
            title: "Data <b>literacy</b> & more – بيانات".to_owned(),
            achievement_type: "MicroCredential".to_owned(),
            summary: Patch::Set("Reading numbers without fear".to_owned()),
            criteria: Patch::Set("Complete the module.".to_owned()),
            components: Patch::Set(vec![place]),
            ..NewProgram::default()
        };
        change(&mut new);
        let actor = Actor::system_for(self.issuer.id);
        program::upsert(&self.service, &actor, new).await.unwrap();
        program::publish(&self.service, &actor, &self.reference()).await.unwrap();
    }

    /// Names the course.
    pub fn reference(&self) -> Reference {
        Reference::ExternalId(self.external_id.clone())
    }

    /// Enrolls learners `0..count`; enrollment ids are `<course>-<n>`.
    pub async fn enroll(&self, count: usize, track: Option<&str>) {
        let learners: Vec<Value> = (0..count)
            .map(|n| json!({ "externalId": format!("s-{n}"), "name": format!("Zoë عُمَر 🦉 {n}"), "email": format!("S{n}@learn.example") }))
            .collect();
        let upsert = crate::contract("provider/upsert_learners.graphql");
        for rows in learners.chunks(1_000) {
            self.provider.mutate(&upsert, json!({ "rows": rows })).await;
        }
        let rows: Vec<Value> = (0..count)
            .map(|n| {
                json!({ "externalId": self.enrollment(n), "learner": { "externalId": format!("s-{n}") },
                    "program": { "externalId": self.external_id }, "track": track })
            })
            .collect();
        let upsert = crate::contract("provider/upsert_enrollments.graphql");
        for rows in rows.chunks(1_000) {
            let made = self.provider.mutate(&upsert, json!({ "rows": rows })).await;
            assert_eq!(made["summary"]["failed"], 0, "{made}");
        }
    }

    /// The external id of an enrollment.
    pub fn enrollment(&self, n: usize) -> String {
        format!("{}-{n}", self.external_id)
    }

    /// Has learners complete the course on the first of March 2026.
    pub async fn complete(&self, learners: impl IntoIterator<Item = usize>) {
        let events: Vec<Value> = learners
            .into_iter()
            .map(|n| {
                json!({ "eventId": format!("{}-done", self.enrollment(n)), "type": "COMPLETED", "component": "m0",
                    "enrollment": { "externalId": self.enrollment(n) }, "occurredAt": "2026-03-01T09:30:00Z" })
            })
            .collect();
        let record = crate::contract("provider/record_events.graphql");
        for batch in events.chunks(1_000) {
            let made = self.provider.mutate(&record, json!({ "events": batch })).await;
            assert_eq!(made["summary"]["applied"], batch.len(), "{made}");
        }
    }

    /// Issues to everyone eligible and waits for the end; returns the operation with its rows.
    pub async fn issue_to_everyone(&self) -> Value {
        self.issue(json!({ "everyoneEligibleIn": { "externalId": self.external_id } })).await
    }

    /// Issues to these enrollments and waits for the end; returns the operation with its rows.
    pub async fn issue_to(&self, enrollments: &[String]) -> Value {
        let named: Vec<Value> = enrollments.iter().map(|id| json!({ "externalId": id })).collect();
        self.issue(json!({ "enrollments": named })).await
    }

    async fn issue(&self, target: Value) -> Value {
        let issue = crate::contract("provider/issue_credentials.graphql");
        let made = self.provider.mutate(&issue, json!({ "target": target })).await;
        ended(&self.provider, made["bulkOperation"]["id"].as_str().unwrap()).await
    }

    /// The course's credentials, with what a test looks at.
    pub async fn credentials(&self) -> Vec<Value> {
        let list = "query($after: String) { credentials(first: 100, after: $after) { pageInfo { hasNextPage endCursor }
            nodes { id status issuedAt validFrom validUntil visibility document learner { externalId } enrollment { externalId }
                program { id } urls { page json jwt png bundle linkedIn } revokedAt revocationReason } } }";
        let mut all = Vec::new();
        let mut after = Value::Null;
        loop {
            let page = self.provider.data(list, json!({ "after": after })).await["credentials"].clone();
            all.extend(page["nodes"].as_array().unwrap().iter().cloned());
            if page["pageInfo"]["hasNextPage"] != true {
                let of_course = |one: &Value| {
                    one["enrollment"]["externalId"].as_str().is_some_and(|id| {
                        id.strip_prefix(&self.external_id).is_some_and(|rest| rest.starts_with('-'))
                    })
                };
                all.retain(of_course);
                return all;
            }
            after = page["pageInfo"]["endCursor"].clone();
        }
    }
}

/// Waits until a bulk operation has ended; returns it with its first hundred rows.
pub async fn ended(client: &Client, id: &str) -> Value {
    let read = crate::contract("provider/bulk_operation.graphql");
    for _ in 0..1_200 {
        let node = client.data(&read, json!({ "id": id, "first": 100 })).await["node"].clone();
        match node["status"].as_str() {
            Some("QUEUED" | "RUNNING") => tokio::time::sleep(std::time::Duration::from_millis(25)).await,
            _ => return node,
        }
    }
    panic!("bulk operation {id} did not end");
}
