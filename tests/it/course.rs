//! A course to learn in: three modules, a quiz by machine, a project by rubric, a cohort with staff, and learners in it.

use cairn_service::actor::{Actor, Role};
use cairn_service::amount::ONE;
use cairn_service::completion::rule::Rule;
use cairn_service::patch::Patch;
use cairn_service::program::{
    self, NewAssessment, NewComponent, NewCriterion, NewItem, NewLevel, NewModule, NewProgram,
};
use cairn_service::reference::Reference;
use cairn_service::rows::enums::{AssessmentKind, GradingMode, IdentityCheck, StaffRole, Supervision};
use cairn_service::rows::{cohort, cohort_staff, identity};
use cairn_tests::{Client, TestApp, TestIssuer, contract};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;

/// The course at one issuer.
pub struct Course {
    pub issuer: TestIssuer,
    pub provider: Client,
}

impl Course {
    /// Publishes it with this rule, and a cohort `autumn`.
    pub async fn publish(app: &TestApp, slug: &str, rule: Option<Rule>) -> Self {
        let issuer = app.issuer(slug).await;
        let course = Self { provider: app.provider(&issuer).await, issuer };
        course.program(app, "course", components(&["m1", "m2", "m3"]), rule).await;
        course.cohort(app, "autumn").await;
        course
    }

    /// Publishes a program.
    pub async fn program(
        &self,
        app: &TestApp,
        external_id: &str,
        components: Vec<NewComponent>,
        rule: Option<Rule>,
    ) {
        let actor = Actor::system_for(self.issuer.id);
        let of_modules = external_id == "course";
        let new = NewProgram {
            external_id: external_id.to_owned(),
            title: format!("The {external_id}"),
            achievement_type: "MicroCredential".to_owned(),
            components: Patch::Set(components),
            assessments: Patch::Set(if of_modules { assessments() } else { Vec::new() }),
            completion_rule: rule.map_or(Patch::Keep, Patch::Set),
            ..NewProgram::default()
        };
        program::upsert(&app.service, &actor, new).await.unwrap();
        let named = Reference::ExternalId(external_id.to_owned());
        program::publish(&app.service, &actor, &named).await.unwrap();
    }

    /// Opens a cohort.
    async fn cohort(&self, app: &TestApp, external_id: &str) {
        let database = app.database().await;
        let programs = cairn_service::rows::program::Entity::find();
        let of_course = cairn_service::rows::program::Column::ExternalId.eq("course");
        let of_issuer = cairn_service::rows::program::Column::IssuerId.eq(self.issuer.id);
        let program = programs.filter(of_course).filter(of_issuer).one(&database).await.unwrap().unwrap();
        let row = cohort::Model {
            id: app.service.new_id().unwrap(),
            issuer_id: self.issuer.id,
            program_id: program.id,
            version_id: None,
            external_id: Some(external_id.to_owned()),
            name: external_id.to_owned(),
            starts_on: None,
            ends_on: None,
            enrollment_opens_at: None,
            enrollment_closes_at: None,
            complete_by: None,
            capacity: None,
            delivery_mode: None,
            prices: json!([]),
            created_at: app.service.now(),
            updated_at: app.service.now(),
        };
        row.into_active_model().reset_all().insert(&database).await.unwrap();
    }

    /// Somebody who signs in and is staff of the cohort.
    pub async fn staff(&self, app: &TestApp, role: Role, subject: &str) -> Client {
        let client = app.person(&self.issuer, role, subject).await;
        client.data("{ __typename }", json!({})).await;
        let database = app.database().await;
        let person = person_of(app, subject).await;
        let cohorts = cohort::Entity::find().filter(cohort::Column::IssuerId.eq(self.issuer.id));
        let cohort = cohorts.one(&database).await.unwrap().unwrap();
        let row = cohort_staff::Model {
            id: app.service.new_id().unwrap(),
            issuer_id: self.issuer.id,
            cohort_id: cohort.id,
            person_id: person,
            role: if role == Role::Assessor { StaffRole::Assessor } else { StaffRole::Instructor },
            created_at: app.service.now(),
        };
        row.into_active_model().reset_all().insert(&database).await.unwrap();
        client
    }

    /// Enrolls learners `l0`, `l1` … as `e0`, `e1` …, in the cohort.
    pub async fn enroll(&self, count: usize) {
        let learners: Vec<Value> = (0..count)
            .map(|n| json!({ "externalId": format!("l{n}"), "name": format!("Learner {n}") }))
            .collect();
        self.provider
            .mutate(&contract("provider/upsert_learners.graphql"), json!({ "rows": learners }))
            .await;
        let rows: Vec<Value> = (0..count)
            .map(|n| {
                enrollment(&format!("e{n}"), &format!("l{n}"), "course", json!({ "externalId": "autumn" }))
            })
            .collect();
        let made = self
            .provider
            .mutate(&contract("provider/upsert_enrollments.graphql"), json!({ "rows": rows }))
            .await;
        assert_eq!(made["summary"]["created"], count, "{made}");
    }

    /// Enrolls `l0` in a program.
    pub async fn enroll_in(&self, external_id: &str, program: &str) {
        let rows = [enrollment(external_id, "l0", program, Value::Null)];
        let made = self
            .provider
            .mutate(&contract("provider/upsert_enrollments.graphql"), json!({ "rows": rows }))
            .await;
        assert_eq!(made["summary"]["failed"], 0, "{made}");
    }

    /// Sends events, and gives the payload.
    pub async fn events(&self, events: Value) -> Value {
        self.provider.mutate(&contract("provider/record_events.graphql"), json!({ "events": events })).await
    }

    /// Sends results, and gives the payload.
    pub async fn results(&self, rows: Value) -> Value {
        self.provider.mutate(&contract("provider/record_results.graphql"), json!({ "rows": rows })).await
    }

    /// Where an enrollment stands.
    pub async fn standing(&self, external_id: &str) -> Value {
        let query = "query($ref: EnrollmentRef!) { enrollment(ref: $ref) { id status startedAt completedAt
            progress { percent score requiredDone requiredTotal components { state percent completedAt } }
            attempts(first: 50) { totalCount nodes { id number status score maxScore passed submittedAt } }
            whyNotYet { satisfied exact missing { requirement detail component { id } assessment { id } } tree } } }";
        let answer = self.provider.data(query, json!({ "ref": { "externalId": external_id } })).await;
        answer["enrollment"].clone()
    }
}

/// The person behind a subject.
async fn person_of(app: &TestApp, subject: &str) -> Uuid {
    let database = app.database().await;
    let row = identity::Entity::find().filter(identity::Column::Subject.eq(subject)).one(&database).await;
    row.unwrap().unwrap().person_id
}

fn enrollment(external_id: &str, learner: &str, program: &str, cohort: Value) -> Value {
    json!({ "externalId": external_id, "learner": { "externalId": learner },
        "program": { "externalId": program }, "cohort": cohort })
}

/// An event about `e0`.
pub fn event(id: &str, kind: &str, component: &str, day: u32, percent: Value) -> Value {
    json!({ "eventId": id, "type": kind, "enrollment": { "externalId": "e0" }, "component": component,
        "occurredAt": format!("2026-03-{day:02}T10:00:00Z"), "percent": percent })
}

/// A score of `e0` at the quiz.
pub fn scored(id: &str, score: f64, day: u32) -> Value {
    json!({ "eventId": id, "type": "SCORED", "enrollment": { "externalId": "e0" }, "assessment": { "externalId": "quiz" },
        "occurredAt": format!("2026-03-{day:02}T10:00:00Z"), "score": score })
}

/// Modules; the third is not required.
pub fn components(ids: &[&str]) -> Vec<NewComponent> {
    let component = |(index, id): (usize, &&str)| NewComponent {
        required: index < 2,
        group_code: None,
        item: NewItem::Module(NewModule {
            external_id: (*id).to_owned(),
            title: format!("Module {id}"),
            workload_hours: None,
            outcomes: Vec::new(),
        }),
    };
    ids.iter().enumerate().map(component).collect()
}

fn assessments() -> Vec<NewAssessment> {
    let quiz = NewAssessment {
        external_id: "quiz".to_owned(),
        title: "The quiz".to_owned(),
        description: None,
        category: None,
        kind: AssessmentKind::Quiz,
        module: None,
        weight: 4 * ONE / 10,
        pass_mark: Some(5 * ONE),
        max_score: 10 * ONE,
        max_attempts: Some(2),
        supervision: Supervision::None,
        identity_check: IdentityCheck::None,
        grading: GradingMode::Automated,
        rubric: Vec::new(),
        due_at: None,
        rules: Default::default(),
        questions: Vec::new(),
    };
    let level = |label: &str, points: i64| NewLevel {
        label: label.to_owned(),
        points: points * ONE,
        description: None,
        requires_changes: false,
    };
    let criterion = |name: &str| NewCriterion {
        criterion: name.to_owned(),
        levels: vec![level("not yet", 0), level("meets", 30), level("exceeds", 50)],
    };
    let project = NewAssessment {
        external_id: "project".to_owned(),
        title: "The project".to_owned(),
        kind: AssessmentKind::Project,
        weight: 6 * ONE / 10,
        pass_mark: Some(40 * ONE),
        max_score: 100 * ONE,
        max_attempts: Some(1),
        grading: GradingMode::Expert,
        rubric: vec![criterion("clear"), criterion("right")],
        due_at: None,
        rules: Default::default(),
        questions: Vec::new(),
        ..quiz.clone()
    };
    vec![quiz, project]
}
