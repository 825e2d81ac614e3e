//! Every operation of the contract touches the database a number of times fixed by its shape: the same for one row and for fifty that span
//! two issuers, with nested programs and at least three children in every list.

use std::collections::BTreeMap;

use cairn_tests::{Answer, Client, TestApp, World};
use serde_json::{Value, json};

use crate::contract::cases::{Answered, Case, cases, reading};

/// At most so many statements for a page that is read.
const MOST_READING: u32 = 40;
/// At most so many for what is written, whatever the number of rows.
const MOST_WRITING: u32 = 120;

/// What one world took, and answered.
struct Taken {
    counts: BTreeMap<String, u32>,
    /// The longest list at each path.
    longest: BTreeMap<String, usize>,
    answered: Answered,
}

impl Taken {
    /// Calls all; where all is to be well, no row may be refused.
    async fn call(&mut self, cases: Vec<Case>, all_well: bool) {
        let before = self.counts.len();
        for (number, case) in (before..).zip(cases) {
            if case.file == "dashboard/live.graphql" {
                continue; // a subscription has no count of its own
            }
            let document = cairn_tests::operation_text(&cairn_tests::contract(case.file), case.operation);
            let answer: Answer = case.client.send(&document, self.answered.fill(case.variables)).await;
            let name = format!("{number} {} {}", case.file, case.operation);
            let data = answer.data();
            let refused =
                ["\"FAILED\"", "\"REJECTED\""].iter().any(|outcome| data.to_string().contains(outcome));
            assert!(!(refused && all_well), "{name}: {data}");
            measure(&data, case.operation, &mut self.longest);
            self.answered.keep(case.operation, &data);
            self.counts.insert(name, answer.statements.unwrap());
        }
    }
}

fn measure(value: &Value, path: &str, longest: &mut BTreeMap<String, usize>) {
    match value {
        Value::Array(items) => {
            let known = longest.entry(path.to_owned()).or_default();
            *known = items.len().max(*known);
            items.iter().for_each(|item| measure(item, path, longest));
        }
        // JSON is a value of its own: a signed document, what the audit log tells.
        Value::Object(members) if ![".document", ".detail"].iter().any(|json| path.ends_with(json)) => {
            members.iter().for_each(|(name, member)| measure(member, &format!("{path}.{name}"), longest));
        }
        _ => {}
    }
}

/// Lists that stay shorter than three, and why.
const SHORT: [(&str, &str); 4] = [
    ("BulkOperation.node.rows.edges.node.userErrors", "an enrollment is refused for one reason"),
    ("ComparePrograms.nodes.rigor.grading", "there are two kinds of grading here"),
    ("ProgramDetail.program.rigor.grading", "there are two kinds of grading here"),
    ("Viewer.viewer.roles", "a person who learns and nothing else"),
];

/// Gives lists that the world has one or two of their third.
async fn enrich(app: &TestApp, world: &mut World, rows: usize) {
    let (operator, alpha) = (&world.operator, json!({ "slug": "alpha" }));
    let accreditations =
        [0, 1, 2].map(|n| json!({ "name": format!("Charter {n}"), "body": "Privy Council" }));
    let update =
        "mutation($input: UpdateIssuerInput!) { updateIssuer(input: $input) { userErrors { message } } }";
    operator.mutate(update, json!({ "issuer": alpha, "accreditations": accreditations })).await;
    let operating = cairn_tests::contract("operator/issuers.graphql");
    let rotate = cairn_tests::operation_text(&operating, "RotateSigningKey");
    operator.mutate(&rotate, json!({ "issuer": alpha })).await;
    let endorse = cairn_tests::operation_text(&operating, "EndorseIssuer");
    for slug in ["peer-0", "peer-1", "peer-2"] {
        app.issuer(slug).await;
        let input =
            json!({ "issuer": alpha, "endorser": { "slug": slug }, "statement": "We know their work." });
        operator.mutate(&endorse, input).await;
    }
    let issue = cairn_tests::contract("provider/issue_credentials.graphql");
    let named = ["course-0", "stack-0", "open-0"].map(|id| json!({ "externalId": id }));
    let made = world.alpha.provider.mutate(&issue, json!({ "target": { "enrollments": named } })).await;
    world.alpha.bulk_operation = made["bulkOperation"]["id"].as_str().unwrap().to_owned();
    cairn_tests::ended(&world.alpha.provider, &world.alpha.bulk_operation).await;
    let export =
        cairn_tests::operation_text(&cairn_tests::contract("dashboard/export.graphql"), "CreateExport");
    let figures = json!({ "source": { "completions": { "groupBy": ["PROGRAM"] } }, "format": "CSV" });
    for half in [&world.alpha, &world.beta] {
        for _ in 0..rows {
            half.provider.mutate(&export, figures.clone()).await;
        }
    }
}

/// Lists of both issuers, as the operator sees them.
fn across(world: &World) -> Vec<Case> {
    let programs: Vec<&String> = world.alpha.programs.iter().chain(&world.beta.programs).take(100).collect();
    let page = json!({ "first": 50 });
    [
        ("public/catalogue.graphql", "Catalogue", page.clone()),
        ("public/compare_programs.graphql", "ComparePrograms", json!({ "ids": programs })),
        ("provider/credential_documents.graphql", "CredentialDocuments", page.clone()),
        ("provider/api_keys.graphql", "ApiKeys", page.clone()),
        ("dashboard/credentials.graphql", "Credentials", json!({ "first": 50, "withTotal": true })),
        (
            "dashboard/completions.graphql",
            "Completions",
            json!({ "first": 50, "groupBy": ["PROGRAM", "COHORT", "MONTH"] }),
        ),
        (
            "assessor/grade_attempt.graphql",
            "GradingQueue",
            json!({ "first": 50, "orderBy": { "field": "SUBMITTED_AT" } }),
        ),
        ("provider/bulk_operations.graphql", "BulkOperations", page.clone()),
        ("operator/issuers.graphql", "AuditLog", page),
    ]
    .map(|(file, operation, variables)| Case { file, operation, client: world.operator.clone(), variables })
    .into()
}

/// Bulk calls with so many rows.
fn bulk(world: &World, rows: usize) -> Vec<Case> {
    let of = |row: &dyn Fn(usize) -> Value| (0..rows).map(row).collect::<Vec<_>>();
    let learner = |n: usize| json!({ "externalId": format!("bulk-{n}") });
    let enrollment = |n: usize| json!({ "externalId": format!("bulk-{n}") });
    let learners = of(
        &|n| json!({ "externalId": format!("bulk-{n}"), "name": "Bulk", "email": format!("bulk-{n}@alpha.example") }),
    );
    let enrollments = of(&|n| {
        json!({ "externalId": format!("bulk-{n}"), "learner": learner(n), "program": { "externalId": "course" },
        "cohort": { "externalId": "cohort-0" }, "track": "verified" })
    });
    let events = of(&|n| {
        json!({ "eventId": format!("bulk-{n}"), "type": "COMPLETED", "component": "m0", "enrollment": enrollment(n),
        "occurredAt": "2026-03-05T09:30:00Z" })
    });
    let results = of(&|n| {
        json!({ "enrollment": enrollment(n), "assessment": { "externalId": "exam" }, "score": 70.0,
        "submittedAt": "2026-03-06T09:30:00Z", "gradedAt": "2026-03-06T09:30:00Z" })
    });
    let targets = of(&|n| enrollment(n));
    // The operator's rows are of both issuers by turns.
    let either = |n: usize| {
        let issuer = if n.is_multiple_of(2) { "alpha" } else { "beta" };
        json!({ "inIssuer": { "issuer": issuer, "externalId": format!("open-{n}") } })
    };
    let mixed = of(&|n| {
        json!({ "eventId": format!("mixed-{n}"), "type": "COMPLETED", "component": "m1", "enrollment": either(n),
        "occurredAt": "2026-03-05T09:30:00Z" })
    });
    let graded = of(&|n| {
        json!({ "enrollment": either(n), "assessment": { "externalId": "exam" }, "score": 70.0,
        "submittedAt": "2026-03-06T09:30:00Z", "gradedAt": "2026-03-06T09:30:00Z" })
    });
    let units = of(&|n| {
        json!({ "enrollment": either(n), "externalId": "units", "category": "ethics", "title": "A day of it", "amount": "4",
        "earnedAt": "2026-03-05T09:30:00Z" })
    });
    let across = [
        ("provider/record_events.graphql", "RecordEvents", json!({ "events": mixed })),
        ("provider/record_results.graphql", "RecordResults", json!({ "rows": graded })),
        ("provider/continuing_units.graphql", "RecordContinuingUnits", json!({ "rows": units })),
    ];
    let cohorts = of(
        &|n| json!({ "externalId": format!("bulk-{n}"), "program": { "externalId": "course" }, "name": "Bulk" }),
    );
    let transfers = of(&|n| json!({ "enrollment": enrollment(n), "cohort": { "externalId": "cohort-1" } }));
    let nearly = of(&|n| {
        json!({ "eventId": format!("nearly-{n}"), "type": "PROGRESSED", "component": "m0", "percent": 100.0,
        "enrollment": { "externalId": format!("stack-{n}") }, "occurredAt": "2026-03-05T09:30:00Z" })
    });
    let own = [
        ("provider/upsert_learners.graphql", "UpsertLearners", json!({ "rows": learners })),
        ("provider/upsert_learners.graphql", "UpsertLearners", json!({ "rows": learners })),
        ("provider/upsert_enrollments.graphql", "UpsertEnrollments", json!({ "rows": enrollments })),
        ("provider/cohorts.graphql", "UpsertCohorts", json!({ "rows": cohorts })),
        ("provider/enrollments.graphql", "TransferEnrollments", json!({ "rows": transfers })),
        ("provider/record_events.graphql", "RecordEvents", json!({ "events": events })),
        ("provider/record_events.graphql", "RecordEvents", json!({ "events": nearly })),
        ("provider/record_results.graphql", "RecordResults", json!({ "rows": results })),
        (
            "provider/bulk_operations.graphql",
            "MoveEnrollments",
            json!({ "target": { "enrollments": targets }, "toVersion": 1 }),
        ),
        (
            "provider/issue_credentials.graphql",
            "IssueCredentials",
            json!({ "target": { "enrollments": targets } }),
        ),
    ]
    .map(|call| (call, &world.alpha.provider));
    let across = across.map(|call| (call, &world.operator));
    let case = |((file, operation, input), client): ((_, _, Value), &Client)| Case {
        file,
        operation,
        client: client.clone(),
        variables: json!({ "input": input }),
    };
    let stuck = Case {
        file: "provider/enrollments.graphql",
        operation: "StuckEnrollments",
        client: world.alpha.provider.clone(),
        variables: json!({ "first": 50 }),
    };
    own.into_iter().chain(across).map(case).chain([stuck]).collect()
}

async fn taken(rows: usize, of: impl AsyncFn(&mut Taken, &World)) -> Taken {
    let app = TestApp::start_fetching().await;
    let mut world = World::build(&app, rows).await;
    enrich(&app, &mut world, rows).await;
    let mut taken =
        Taken { counts: BTreeMap::new(), longest: BTreeMap::new(), answered: Answered::default() };
    of(&mut taken, &world).await;
    app.stop().await;
    taken
}

/// Complains about counts that differ, and about those that are beyond what is meant.
fn compare(one: &Taken, fifty: &Taken, most: u32) {
    let differing = one.counts.iter().filter(|(name, count)| fifty.counts[*name] != **count);
    let differing: Vec<String> = differing
        .map(|(name, count)| format!("{name}: {count} for one row, {} for fifty", fifty.counts[name]))
        .collect();
    // Fixed is not enough: a call must stay cheap.
    let dear = one.counts.iter().filter(|(_, count)| **count > most);
    let dear: Vec<String> = dear.map(|(name, count)| format!("{name}: {count}, more than {most}")).collect();
    assert!(differing.is_empty() && dear.is_empty(), "{}\n{}", differing.join("\n"), dear.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_takes_as_many_statements_for_fifty_rows_as_for_one() {
    let calls = async |taken: &mut Taken, world: &World| {
        taken.call(reading(world), true).await;
        taken.call(across(world), true).await;
    };
    let (one, fifty) = (taken(1, calls).await, taken(50, calls).await);
    compare(&one, &fifty, MOST_READING);
    let short: Vec<&str> =
        fifty.longest.iter().filter(|(_, length)| **length < 3).map(|(path, _)| path.as_str()).collect();
    assert_eq!(short, SHORT.map(|(path, _)| path), "lists with fewer than three children");
}

/// Has a learner erased of whom both worlds know the same.
fn erasing(world: &World) -> Vec<Case> {
    let first = json!({ "inIssuer": { "issuer": "beta", "externalId": "learner-0" } });
    let case = Case {
        file: "operator/issuers.graphql",
        operation: "EraseLearner",
        client: world.operator.clone(),
        variables: json!({ "input": { "learner": first } }),
    };
    vec![case]
}

#[tokio::test(flavor = "multi_thread")]
async fn writing_takes_as_many_statements_for_fifty_rows_as_for_one() {
    let calls = async |taken: &mut Taken, world: &World, rows: usize| {
        let same = cases(world).into_iter().filter(|case| case.operation != "EraseLearner");
        taken.call(same.collect(), false).await;
        taken.call(bulk(world, rows), true).await;
        taken.call(erasing(world), true).await;
    };
    let one = taken(1, async |taken, world| calls(taken, world, 1).await).await;
    let fifty = taken(50, async |taken, world| calls(taken, world, 50).await).await;
    compare(&one, &fifty, MOST_WRITING);
}
