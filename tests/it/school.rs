//! An issuer with programs, cohorts and learners, for stories about enrollments.

use cairn_service::actor::{Actor, Role};
use cairn_service::patch::Patch;
use cairn_service::program::terms::{Credit, CreditScheme, Level};
use cairn_service::program::{
    self, NewComponent, NewItem, NewModule, NewPrerequisites, NewProgram, NewTrack,
};
use cairn_service::reference::Reference;
use cairn_service::rows::{cohort, cohort_staff};
use cairn_tests::{Client, TestApp, TestIssuer};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, EntityTrait};
use serde_json::{Value, json};
use uuid::Uuid;

pub struct School<'a> {
    pub app: &'a TestApp,
    pub issuer: TestIssuer,
    pub provider: Client,
}

/// A run of a program.
#[derive(Default)]
pub struct Run {
    pub capacity: Option<i32>,
    pub starts_on: Option<NaiveDate>,
    pub opens_at: Option<DateTime<Utc>>,
    pub closes_at: Option<DateTime<Utc>>,
}

impl<'a> School<'a> {
    pub async fn found(app: &'a TestApp, slug: &str) -> Self {
        let issuer = app.issuer(slug).await;
        let provider = app.provider(&issuer).await;
        Self { app, issuer, provider }
    }

    /// Enters and publishes a program with two modules, the tracks `audit` and `verified` and 10 ECTS at EQF level 6.
    pub async fn program(&self, external_id: &str) {
        self.program_with(external_id, |_| {}).await;
    }

    pub async fn program_with(&self, external_id: &str, change: impl FnOnce(&mut NewProgram)) {
        let module = |name: &str| NewComponent {
            required: true,
            group_code: None,
            item: NewItem::Module(NewModule {
                external_id: name.to_owned(),
                title: name.to_owned(),
                workload_hours: None,
                outcomes: Vec::new(),
            }),
        };
        let track = |code: &str| NewTrack {
            code: code.to_owned(),
            name: code.to_owned(),
            prices: Vec::new(),
            identity_check_required: false,
            leads_to_awards: true,
        };
        let mut new = NewProgram {
            external_id: external_id.to_owned(),
            title: format!("Title of {external_id}"),
            achievement_type: "MicroCredential".to_owned(),
            components: Patch::Set(vec![module("one"), module("two")]),
            tracks: Patch::Set(vec![track("audit"), track("verified")]),
            credits: Patch::Set(vec![Credit { amount: 100_000, scheme: CreditScheme::Ects }]),
            levels: Patch::Set(vec![Level { framework: "EQF".to_owned(), value: "6".to_owned() }]),
            ..NewProgram::default()
        };
        change(&mut new);
        let actor = Actor::system_for(self.issuer.id);
        program::upsert(&self.app.service, &actor, new).await.unwrap();
        let named = Reference::ExternalId(external_id.to_owned());
        let published = program::publish(&self.app.service, &actor, &named).await;
        published.unwrap_or_else(|error| panic!("{external_id}: {error:?}"));
    }

    pub fn after(external_id: &str) -> Patch<NewPrerequisites> {
        Patch::Set(NewPrerequisites {
            description: None,
            programs: vec![Reference::ExternalId(external_id.to_owned())],
        })
    }

    /// Opens a run of a program.
    pub async fn cohort(&self, program: &str, external_id: &str, run: Run) -> Uuid {
        let connection = self.app.database().await;
        let programs = cairn_service::rows::program::Entity::find().all(&connection).await.unwrap();
        let program = programs
            .into_iter()
            .find(|row| row.issuer_id == self.issuer.id && row.external_id.as_deref() == Some(program))
            .unwrap();
        let now = self.app.service.now();
        let row = cohort::ActiveModel {
            id: Set(self.app.service.new_id().unwrap()),
            issuer_id: Set(self.issuer.id),
            program_id: Set(program.id),
            version_id: Set(None),
            external_id: Set(Some(external_id.to_owned())),
            name: Set(external_id.to_owned()),
            starts_on: Set(run.starts_on),
            ends_on: Set(None),
            enrollment_opens_at: Set(run.opens_at),
            enrollment_closes_at: Set(run.closes_at),
            complete_by: Set(None),
            capacity: Set(run.capacity),
            delivery_mode: Set(None),
            prices: Set(json!([])),
            created_at: Set(now),
            updated_at: Set(now),
        };
        row.insert(&connection).await.unwrap().id
    }

    /// Somebody who teaches or assesses a cohort.
    pub async fn staff(&self, cohort: Uuid, role: Role, subject: &str) -> Client {
        use cairn_service::rows::{enums::StaffRole, identity};
        let client = self.app.person(&self.issuer, role, subject).await;
        let connection = self.app.database().await;
        let identities = identity::Entity::find().all(&connection).await.unwrap();
        let key = format!("self:{}", self.issuer.id);
        let person = identities.into_iter().find(|row| row.subject == subject && row.provider_key == key);
        let row = cohort_staff::ActiveModel {
            id: Set(self.app.service.new_id().unwrap()),
            issuer_id: Set(self.issuer.id),
            cohort_id: Set(cohort),
            person_id: Set(person.unwrap().person_id),
            role: Set(StaffRole::Instructor),
            created_at: Set(self.app.service.now()),
        };
        row.insert(&connection).await.unwrap();
        client
    }

    /// Enters learners by external id, named `Name of …`.
    pub async fn learners(&self, external_ids: &[&str]) {
        let rows: Vec<Value> = external_ids
            .iter()
            .map(|id| json!({ "externalId": id, "name": format!("Name of {id}"), "email": format!("{id}@example.org") }))
            .collect();
        let document = cairn_tests::contract("provider/upsert_learners.graphql");
        let made = self.provider.mutate(&document, json!({ "rows": rows })).await;
        assert_eq!(made["summary"]["failed"], 0, "{made}");
    }

    /// Sends rows of enrollments; each must go in.
    pub async fn enrollments(&self, rows: Vec<Value>) -> Value {
        let document = cairn_tests::contract("provider/upsert_enrollments.graphql");
        let made = self.provider.mutate(&document, json!({ "rows": rows })).await;
        assert_eq!(made["summary"]["failed"], 0, "{made:#}");
        made["results"].clone()
    }

    /// Somebody who learns here.
    pub async fn learner(&self, external_id: &str) -> Client {
        self.app.person(&self.issuer, Role::Learner, external_id).await
    }
}

/// A row of an enrollment.
pub fn row(external_id: &str, learner: &str, program: &str, more: Value) -> Value {
    let mut row = json!({ "externalId": external_id, "learner": { "externalId": learner }, "program": { "externalId": program } });
    for (name, value) in more.as_object().into_iter().flatten() {
        row[name] = value.clone();
    }
    row
}
