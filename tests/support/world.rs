//! Filled data for tests that look at the whole: two issuers with programs that have everything and nest, learners at every stage, grades,
//! credentials. Made through the public API, as its users would make it.

use cairn_service::actor::Role;
use cairn_service::ids;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::{Value, json};

use crate::full_program::{SKILLS, full_program, seed_skills};
use crate::{Client, Elsewhere, Reply, TestApp, TestIssuer, TestProvider, ended};

/// One issuer's half of the world.
pub struct Half {
    /// The issuer.
    pub issuer: TestIssuer,
    /// Its back office.
    pub provider: Client,
    /// Global ids of its programs: `course`, `stack`, `advanced`, `open`, then more courses.
    pub programs: Vec<String>,
    /// Slugs of the same.
    pub slugs: Vec<String>,
    /// Global id of the cohort of the course.
    pub cohort: String,
    /// Global ids of the learners' enrollments in the course, in order of the learners.
    pub enrollments: Vec<String>,
    /// Global ids of attempts that wait for a grade.
    pub attempts: Vec<String>,
    /// Global ids of rubric criteria of the project.
    pub criteria: Vec<String>,
    /// Global ids of credentials.
    pub credentials: Vec<String>,
    /// Global id of an API key that nobody uses.
    pub spare_key: String,
    /// Global id of the bulk operation that issued them.
    pub bulk_operation: String,
    /// Global ids of a webhook endpoint that accepts what it is sent, and of one that does not.
    pub webhook_endpoints: [String; 2],
    /// Global ids of deliveries to them, the latest of each.
    pub webhook_deliveries: [String; 2],
    /// Global ids of notices to its learners.
    pub notices: Vec<String>,
    /// Global id of an export of its completions.
    pub export: String,
    /// Global id of an export that was stopped.
    pub canceled: String,
    /// Id of a file of learners that waits to be imported.
    pub upload: String,
}

/// Two issuers and a person who learns at both.
pub struct World {
    /// The first issuer.
    pub alpha: Half,
    /// The second.
    pub beta: Half,
    /// The learner `learner-0`, whose records with both issuers belong to one person.
    pub learner: Client,
    /// Somebody who is to learn at the first issuer, as `peer`.
    pub peer: Client,
    /// Assessor of the first issuer's cohort.
    pub assessor: Client,
    /// Operator.
    pub operator: Client,
    /// Dashboard of the first issuer.
    pub dashboard: Client,
    /// A provider of identity that nobody trusts yet.
    pub provider: TestProvider,
    /// Where webhooks go.
    pub elsewhere: Elsewhere,
    /// Global ids of what the learner made themselves, beside what they earned.
    pub projects: Vec<String>,
}

impl World {
    /// Builds it with so many learners in each course, and so many further courses, at each issuer.
    pub async fn build(app: &TestApp, rows: usize) -> Self {
        seed_skills(app).await;
        let elsewhere = Elsewhere::start().await;
        elsewhere.reply("/good", Reply::status(200));
        elsewhere.reply("/broken", Reply::status(500));
        let mut alpha = Half::build(app, "alpha", rows).await;
        let mut beta = Half::build(app, "beta", rows).await;
        for half in [&mut alpha, &mut beta] {
            half.listen(app, &elsewhere, rows).await;
            half.tell(app, rows).await;
        }
        let learner = app.person(&alpha.issuer, Role::Learner, "learner-0").await;
        app.person(&beta.issuer, Role::Learner, "learner-0").await;
        unite(app, &alpha.issuer, &beta.issuer).await;
        let projects = keep(&learner).await;
        Self {
            learner,
            projects,
            peer: app.person(&alpha.issuer, Role::Learner, "peer").await,
            assessor: app.person(&alpha.issuer, Role::Assessor, "assessor").await,
            operator: app.operator().await,
            dashboard: app.dashboard(&alpha.issuer).await,
            provider: TestProvider::start().await,
            elsewhere,
            alpha,
            beta,
        }
    }
}

/// Makes `learner-0` of both issuers one person, as a verified link would.
async fn unite(app: &TestApp, alpha: &TestIssuer, beta: &TestIssuer) {
    use cairn_service::rows::learner::{Column, Entity};
    let database = app.database().await;
    let of = |issuer: uuid::Uuid| {
        Entity::find().filter(Column::IssuerId.eq(issuer)).filter(Column::ExternalId.eq("learner-0"))
    };
    let person = of(alpha.id).one(&database).await.unwrap().unwrap().person_id;
    Entity::update_many()
        .col_expr(Column::PersonId, sea_orm::sea_query::Expr::value(person))
        .filter(Column::IssuerId.eq(beta.id))
        .filter(Column::ExternalId.eq("learner-0"))
        .exec(&database)
        .await
        .unwrap();
}

/// Has the learner keep three projects that have everything, and share their passport; ids of the projects.
async fn keep(learner: &Client) -> Vec<String> {
    let document = crate::contract("learner/passport.graphql");
    let owned = "{ viewer { passport { earnedSkills { sources { outcomes { id } } } credentials(first: 3) { nodes { id } } } } }";
    let owned = learner.data(owned, json!({})).await["viewer"]["passport"].clone();
    let named = |ids: &Value| -> Vec<Value> {
        ids.as_array().unwrap().iter().map(|one| json!({ "id": one["id"] })).collect()
    };
    let outcomes: Vec<Value> = owned["earnedSkills"][0]["sources"][0]["outcomes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["id"].clone())
        .collect();
    let numbered = |of: fn(usize) -> Value| (0..3).map(of).collect::<Vec<_>>();
    let input = json!({
        "title": "A dashboard", "description": "What the figures of a clinic say", "text": "Made at work, over three months.",
        "startedOn": "2026-01-10", "endedOn": "2026-04-02",
        "links": numbered(|n| json!({ "title": format!("Screen {n}"), "url": format!("https://work.example/{n}") })),
        "files": numbered(|n| json!({ "name": format!("report-{n}.pdf"), "mediaType": "application/pdf", "size": 81_920,
            "digest": cairn_credential::multihash::sha256(&[u8::try_from(n).unwrap()]), "url": format!("https://work.example/{n}.pdf") })),
        "outcomes": outcomes, "skills": SKILLS.map(|uri| json!({ "uri": uri })), "credentials": named(&owned["credentials"]["nodes"]),
    });
    let create = crate::operation_text(&document, "CreatePortfolioProject");
    let mut projects = Vec::new();
    for _ in 0..3 {
        let made = learner.mutate(&create, input.clone()).await;
        projects.push(made["project"]["id"].as_str().unwrap().to_owned());
    }
    let share = crate::operation_text(&document, "SharePassport");
    let input = json!({ "visibility": "UNLISTED", "expiresAt": "2099-01-01T00:00:00Z", "name": "Zoë Ü." });
    learner.mutate(&share, input).await;
    projects
}

const UPSERT_PROGRAM: &str = "mutation($input: UpsertProgramInput!) { upsertProgram(input: $input) {
    program { id slug } userErrors { field message code } } }";
const PUBLISH: &str = "mutation($input: PublishProgramInput!) { publishProgram(input: $input) {
    program { id } programVersion { number } userErrors { field message code } } }";

impl Half {
    async fn build(app: &TestApp, slug: &str, rows: usize) -> Self {
        let issuer = app.issuer(slug).await;
        let provider = app.provider(&issuer).await;
        let mut half = Self {
            issuer,
            provider,
            programs: Vec::new(),
            slugs: Vec::new(),
            cohort: String::new(),
            enrollments: Vec::new(),
            attempts: Vec::new(),
            criteria: Vec::new(),
            credentials: Vec::new(),
            spare_key: String::new(),
            bulk_operation: String::new(),
            webhook_endpoints: Default::default(),
            webhook_deliveries: Default::default(),
            notices: Vec::new(),
            export: String::new(),
            canceled: String::new(),
            upload: String::new(),
        };
        half.make_spare_key().await;
        half.enter_programs(rows).await;
        half.open_cohorts().await;
        half.enroll(rows).await;
        half.learn(rows).await;
        half.hand_in_and_grade(app, rows).await;
        half.issue().await;
        half.work_in_bulk(app, rows).await;
        half
    }

    async fn publish(&self, input: Value) -> Value {
        let external_id = input["externalId"].clone();
        let made = self.provider.mutate(UPSERT_PROGRAM, input).await;
        self.provider.mutate(PUBLISH, json!({ "program": { "externalId": external_id } })).await;
        made
    }

    /// Enters and publishes a program.
    pub async fn program(&mut self, input: Value) -> String {
        let made = self.publish(input).await;
        let id = made["program"]["id"].as_str().unwrap().to_owned();
        self.programs.push(id.clone());
        self.slugs.push(made["program"]["slug"].as_str().unwrap().to_owned());
        id
    }

    async fn make_spare_key(&mut self) {
        let create = "mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey { id } userErrors { code } } }";
        let made = self
            .provider
            .mutate(
                create,
                json!({ "name": "spare", "scopes": ["PROGRAMS_READ"], "expiresAt": "2099-01-01T00:00:00Z" }),
            )
            .await;
        self.spare_key = made["apiKey"]["id"].as_str().unwrap().to_owned();
    }

    async fn enter_programs(&mut self, rows: usize) {
        let home = self.issuer.slug.clone();
        let mut course = full_program("course", "Statistics", &home);
        let credits = course["credits"].clone();
        course["recognitions"][0]["credits"] = credits.clone();
        course["awards"][1]["credits"] = credits;
        self.program(course).await;
        let mut open = full_program("open", "An open course", &home);
        open["completionRule"] = json!({ "componentCompleted": "m0" });
        self.program(open).await;
        let mut stack = full_program("stack", "A stack", &home);
        let nested = ["course", "open"].map(|id| json!({ "item": { "program": { "externalId": id } } }));
        stack["components"].as_array_mut().unwrap().extend(nested);
        self.program(stack).await;
        let mut short = full_program("short", "A short course", &home);
        short["completionRule"] = json!({ "componentCompleted": "m0" });
        self.publish(short).await;
        let mut advanced = full_program("advanced", "Advanced statistics", &home);
        advanced["prerequisites"] = json!({ "description": "First the basics",
            "programs": [{ "externalId": "course" }, { "externalId": "open" }, { "externalId": "short" }] });
        self.program(advanced).await;
        for n in 1..rows {
            let mut more = full_program(&format!("more-{n}"), &format!("Course {n}"), &home);
            more["components"]
                .as_array_mut()
                .unwrap()
                .push(json!({ "item": { "program": { "externalId": "course" } } }));
            more["prerequisites"] = json!({ "programs": [{ "externalId": "course" }] });
            self.program(more).await;
        }
    }

    async fn open_cohorts(&mut self) {
        let upsert = "mutation($input: UpsertCohortsInput!) { upsertCohorts(input: $input) {
            results { outcome cohort { id } userErrors { field message code } } userErrors { field message code } } }";
        let prices = ["GBP", "EUR", "USD"]
            .map(|currency| json!({ "amount": "500", "currency": currency, "track": "verified" }));
        let rows: Vec<Value> = (0..3)
            .map(|n| {
                json!({ "externalId": format!("cohort-{n}"), "program": { "externalId": "course" }, "name": format!("Cohort {n}"),
                    "startsOn": "2020-01-01", "endsOn": "2099-06-30", "enrollmentOpensAt": "2020-01-01T00:00:00Z",
                    "enrollmentClosesAt": "2099-01-31T00:00:00Z", "capacity": 1000, "deliveryMode": "BLENDED",
                    "prices": prices,
                    "staff": [{ "subject": "assessor", "role": "ASSESSOR" }, { "subject": "instructor", "role": "INSTRUCTOR" }] })
            })
            .collect();
        let made = self.provider.mutate(upsert, json!({ "rows": rows })).await;
        assert_eq!(made["results"][0]["outcome"], "CREATED", "{made}");
        self.cohort = made["results"][0]["cohort"]["id"].as_str().unwrap().to_owned();
    }

    async fn enroll(&mut self, rows: usize) {
        let learners: Vec<Value> = (0..rows)
            .map(|n| {
                json!({ "externalId": format!("learner-{n}"), "name": format!("Zoë Ünïcode {n}"), "givenName": "Zoë",
                    "familyName": format!("Ünïcode {n}"), "email": format!("learner-{n}@{}.example", self.issuer.slug) })
            })
            .collect();
        let upsert = crate::contract("provider/upsert_learners.graphql");
        let made = self.provider.mutate(&upsert, json!({ "rows": learners })).await;
        assert_eq!(made["summary"]["created"], rows, "{made}");
        let mut enrollments = Vec::new();
        for program in ["course", "open", "stack"] {
            for n in 0..rows {
                let cohort =
                    if program == "course" { json!({ "externalId": "cohort-0" }) } else { Value::Null };
                enrollments.push(json!({ "externalId": format!("{program}-{n}"), "learner": { "externalId": format!("learner-{n}") },
                    "program": { "externalId": program }, "cohort": cohort, "track": "verified",
                    "identityVerifiedAt": "2026-01-15T09:30:00Z" }));
            }
        }
        // What the first learner has done beside opens the way to the advanced course.
        enrollments.push(json!({ "externalId": "short-0", "learner": { "externalId": "learner-0" }, "program": { "externalId": "short" },
            "track": "verified", "identityVerifiedAt": "2026-01-15T09:30:00Z" }));
        let upsert = crate::contract("provider/upsert_enrollments.graphql");
        let made = self.provider.mutate(&upsert, json!({ "rows": enrollments })).await;
        assert_eq!(made["summary"]["created"], 3 * rows + 1, "{made}");
        let results = made["results"].as_array().unwrap();
        self.enrollments =
            results[..rows].iter().map(|row| row["enrollment"]["id"].as_str().unwrap().to_owned()).collect();
    }

    async fn learn(&mut self, rows: usize) {
        let mut events = Vec::new();
        for n in 0..rows {
            for (program, component) in [("course", "m0"), ("course", "m1"), ("open", "m0"), ("stack", "m2")]
            {
                let kind = if component == "m1" { "PROGRESSED" } else { "COMPLETED" };
                events.push(json!({ "eventId": format!("{program}-{component}-{n}"), "type": kind, "component": component,
                    "enrollment": { "externalId": format!("{program}-{n}") }, "occurredAt": "2026-03-01T09:30:00Z",
                    "percent": if kind == "PROGRESSED" { json!(50.0) } else { Value::Null } }));
            }
        }
        events.push(json!({ "eventId": "short-m0-0", "type": "COMPLETED", "component": "m0", "enrollment": { "externalId": "short-0" },
            "occurredAt": "2026-03-01T09:30:00Z" }));
        let record = crate::contract("provider/record_events.graphql");
        for batch in events.chunks(1000) {
            let made = self.provider.mutate(&record, json!({ "events": batch })).await;
            assert_eq!(made["summary"]["applied"], batch.len(), "{made}");
        }
        let record = crate::contract("provider/record_results.graphql");
        let results: Vec<Value> = (0..rows)
            .flat_map(|n| {
                ["exam", "quiz"].map(|assessment| {
                    json!({ "enrollment": { "externalId": format!("course-{n}") }, "assessment": { "externalId": assessment },
                        "externalId": format!("{assessment}-{n}"), "score": 80.0, "maxScore": 100.0, "feedback": "Well done",
                        "submittedAt": "2026-03-02T09:30:00Z", "gradedAt": "2026-03-03T09:30:00Z" })
                })
            })
            .collect();
        let made = self.provider.mutate(&record, json!({ "rows": results })).await;
        assert_eq!(made["summary"]["created"], 2 * rows, "{made}");
    }

    async fn hand_in_and_grade(&mut self, app: &TestApp, rows: usize) {
        let submit = crate::contract("learner/submit_attempt.graphql");
        let grade = "mutation($input: GradeAttemptInput!) { gradeAttempt(input: $input) {
            attempt { id status } userErrors { field message code } } }";
        let program = self
            .provider
            .data(
                "query($slug: String!) { program(slug: $slug) { assessments { externalId rubric { id } } } }",
                json!({ "slug": self.slugs[0] }),
            )
            .await;
        let project = program["program"]["assessments"]
            .as_array()
            .unwrap()
            .iter()
            .find(|a| a["externalId"] == "project")
            .unwrap()
            .clone();
        self.criteria = project["rubric"]
            .as_array()
            .unwrap()
            .iter()
            .map(|c| c["id"].as_str().unwrap().to_owned())
            .collect();
        let assessor = app.person(&self.issuer, Role::Assessor, "assessor").await;
        for n in 0..rows {
            let learner = app.person(&self.issuer, Role::Learner, &format!("learner-{n}")).await;
            let evidence: Vec<Value> = (0..3)
                .map(|e| {
                    json!({ "name": format!("Part {e}"), "url": "https://work.example/1",
                "description": "What I made" })
                })
                .collect();
            let input = json!({ "enrollment": { "id": self.enrollments[n] }, "assessment": { "externalId": "project" }, "evidence": evidence });
            for turn in 0..2 {
                let made = learner.mutate(&submit, input.clone()).await;
                let attempt = made["attempt"]["id"].as_str().unwrap().to_owned();
                if turn == 1 {
                    self.attempts.push(attempt);
                    continue;
                }
                let scores: Vec<Value> = self
                    .criteria
                    .iter()
                    .map(|id| json!({ "criterion": id, "points": 20.0, "feedback": "Good" }))
                    .collect();
                assessor
                    .mutate(
                        grade,
                        json!({ "attempt": { "id": attempt }, "rubricScores": scores, "feedback": "Fine" }),
                    )
                    .await;
                assessor
                    .mutate(
                        grade,
                        json!({ "attempt": { "id": attempt }, "score": 75.0, "reason": "Second look" }),
                    )
                    .await;
            }
        }
    }

    /// Makes webhook endpoints and sends each as many messages; waits until they have arrived where the server may send them.
    async fn listen(&mut self, app: &TestApp, elsewhere: &Elsewhere, count: usize) {
        const PING: &str =
            "mutation($input: PingWebhookEndpointInput!) { pingWebhookEndpoint(input: $input) {
            delivery { id } userErrors { field message code } } }";
        const TRIED: &str = "query($id: ID!) { node(id: $id) { ... on WebhookEndpoint { deliveries(first: 100) { nodes { attemptCount } } } } }";
        let document = crate::contract("provider/webhooks.graphql");
        let create = crate::operation_text(&document, "CreateWebhookEndpoint");
        let sends = app.service.webhooks.reaches_loopback();
        let base = if sends { elsewhere.base() } else { "https://hooks.example".to_owned() };
        for (n, path) in ["good", "broken"].into_iter().enumerate() {
            let input = json!({ "url": format!("{base}/{path}"), "events": ["CREDENTIAL_ISSUED", "CREDENTIAL_REVOKED", "CREDENTIAL_EXPIRED"] });
            let made = self.provider.mutate(&create, input).await;
            let id = made["endpoint"]["id"].as_str().unwrap().to_owned();
            for _ in 0..count {
                let sent = self.provider.mutate(PING, json!({ "endpoint": id })).await;
                self.webhook_deliveries[n] = sent["delivery"]["id"].as_str().unwrap().to_owned();
            }
            self.webhook_endpoints[n] = id;
        }
        for id in self.webhook_endpoints.iter().filter(|_| sends) {
            loop {
                let seen = self.provider.data(TRIED, json!({ "id": id })).await;
                let all = seen["node"]["deliveries"]["nodes"].as_array().unwrap().clone();
                if all.iter().all(|one| one["attemptCount"] != 0) {
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_millis(25)).await;
            }
        }
    }

    /// As many notices to learners of each kind: one that was sent, one that nobody wanted any more, and one that waits. No mail server is there to make them.
    async fn tell(&mut self, app: &TestApp, count: usize) {
        use cairn_service::rows::enums::{NoticeKind, NoticeReason, NoticeStatus};
        use cairn_service::rows::notice_delivery::{Entity, Model};
        let (_, credential) = ids::decode(&self.credentials[0]).unwrap();
        let now = app.service.now();
        let row = |status, reason, code, waits: bool| Model {
            id: app.service.new_id().unwrap(),
            issuer_id: self.issuer.id,
            credential_id: credential,
            kind: NoticeKind::Awarded,
            message_id: app.service.new_id().unwrap(),
            position: 0,
            status,
            reason,
            attempt_count: 1,
            last_code: Some(code),
            next_attempt_at: waits.then_some(now),
            first_attempt_at: Some(now),
            sent_at: (status == NoticeStatus::Sent).then_some(now),
            lease_owner: None,
            lease_until: None,
            created_at: now,
            updated_at: now,
        };
        let mut rows = Vec::new();
        for _ in 0..count {
            rows.push(row(NoticeStatus::Sent, None, 250, false));
            rows.push(row(NoticeStatus::Dropped, Some(NoticeReason::Unwanted), 451, false));
            rows.push(row(NoticeStatus::Pending, None, 451, true));
        }
        self.notices = rows.iter().map(|row| ids::encode(ids::Kind::NoticeDelivery, row.id)).collect();
        let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
        Entity::insert_many(rows).exec(&app.database().await).await.unwrap();
    }

    /// Asks for an export of its completions, and waits for its end.
    async fn export(&self) -> String {
        let export = crate::operation_text(&crate::contract("dashboard/export.graphql"), "CreateExport");
        let figures = json!({ "source": { "completions": { "groupBy": ["PROGRAM"] } }, "format": "CSV" });
        let made = self.provider.mutate(&export, figures).await;
        let id = made["bulkOperation"]["id"].as_str().unwrap().to_owned();
        ended(&self.provider, &id).await;
        id
    }

    /// Makes an export that ended, one that was stopped, and a file that waits for its import.
    async fn work_in_bulk(&mut self, app: &TestApp, rows: usize) {
        use cairn_service::ids::{Kind, decode_as};
        use cairn_service::rows::bulk_operation::{Column, Entity};
        use cairn_service::rows::enums::BulkStatus;
        self.export = self.export().await;
        self.canceled = self.export().await;
        // Asking would be a race with the node that works on it.
        Entity::update_many()
            .col_expr(Column::Status, sea_orm::sea_query::Expr::value(BulkStatus::Cancelled))
            .filter(Column::Id.eq(decode_as(Kind::BulkOperation, &self.canceled).unwrap()))
            .exec(&app.database().await)
            .await
            .unwrap();
        let lines: String = (0..rows).map(|n| format!("imported-{n},Imported\n")).collect();
        self.upload = self.provider.upload("text/csv", format!("externalId,name\n{lines}")).await;
    }

    async fn issue(&mut self) {
        let issue = crate::contract("provider/issue_credentials.graphql");
        let everyone = |program: &str| json!({ "everyoneEligibleIn": { "externalId": program } });
        let named = json!({ "enrollments": [{ "externalId": "course-0" }, { "externalId": "stack-0" }] });
        for target in [everyone("course"), everyone("open"), named] {
            let made = self.provider.mutate(&issue, json!({ "target": target })).await;
            self.bulk_operation = made["bulkOperation"]["id"].as_str().unwrap().to_owned();
            ended(&self.provider, &self.bulk_operation).await;
        }
        let list = "query { credentials(first: 100) { nodes { id learner { externalId } } } }";
        let data = self.provider.data(list, json!({})).await;
        let mut nodes = data["credentials"]["nodes"].as_array().unwrap().clone();
        // Those of the first learner first: it is they who sign in.
        nodes.sort_by_key(|node| node["learner"]["externalId"] != "learner-0");
        self.credentials = nodes.iter().map(|node| node["id"].as_str().unwrap().to_owned()).collect();
        assert!(!self.credentials.is_empty(), "{data}");
    }
}
