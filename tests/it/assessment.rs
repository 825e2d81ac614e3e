//! Handing in, grading, grading again, and results in bulk.

use cairn_service::actor::{Role, Scope};
use cairn_tests::{Client, TestApp, contract, user_error};
use serde_json::{Value, json};

use crate::course::Course;

const SUBMIT: &str = "mutation($input: SubmitAttemptInput!) { submitAttempt(input: $input) {
    attempt { id number status submittedAt evidence { id name url description } } userErrors { field message code } } }";

const QUEUE: &str =
    "query($first: Int!, $filter: AttemptFilter) { attempts(first: $first, filter: $filter) { totalCount
    edges { node { id status enrollment { learner { name } } evidence { id } } } } }";

fn of(field: &str, code: &str) -> Vec<(String, String)> {
    vec![(field.to_owned(), code.to_owned())]
}

fn project() -> Value {
    json!({ "enrollment": { "externalId": "e0" }, "assessment": { "externalId": "project" },
        "evidence": [{ "name": "Report", "url": "https://work.example/1" }, { "name": "Talk", "description": "on Monday" }] })
}

async fn refused(client: &Client, document: &str, input: Value) -> Vec<(String, String)> {
    client.send(document, json!({ "input": input })).await.user_errors()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_is_given_back_handed_in_again_graded_and_graded_anew() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "ou", None).await;
    course.enroll(2).await;
    let learner = app.person(&course.issuer, Role::Learner, "l0").await;
    let assessor = course.staff(&app, Role::Assessor, "marker").await;
    let submit = SUBMIT;
    let grade = "mutation($input: GradeAttemptInput!) { gradeAttempt(input: $input) { attempt { id status score maxScore passed gradedAt feedback
        rubricScores { criterion { id } level { label } points feedback } history { score passed gradedAt gradedBy { id name } reason } }
        userErrors { field message code } } }";

    let made = learner.mutate(submit, project()).await;
    assert_eq!((&made["attempt"]["number"], &made["attempt"]["status"]), (&json!(1), &json!("SUBMITTED")));
    assert_eq!(made["attempt"]["evidence"][1]["description"], "on Monday");
    assert_eq!(refused(&learner, submit, project()).await, of("assessment", "LIMIT_REACHED"));

    let queue = json!({ "first": 10, "filter": { "statuses": ["SUBMITTED"], "grading": ["EXPERT"],
        "programs": [{ "externalId": "course" }], "cohorts": [{ "externalId": "autumn" }], "learners": [{ "externalId": "l0" }] } });
    let waiting = assessor.data(QUEUE, queue).await;
    assert_eq!(waiting["attempts"]["totalCount"], 1);
    let node = &waiting["attempts"]["edges"][0]["node"];
    assert_eq!(node["enrollment"]["learner"]["name"], "Learner 0");
    let attempt = json!({ "id": node["id"] });

    let back = assessor
        .mutate(grade, json!({ "attempt": attempt, "requiresChanges": true, "feedback": "More detail" }))
        .await;
    assert_eq!(back["attempt"]["status"], "RETURNED");
    let again = learner.mutate(submit, project()).await;
    assert_eq!(again["attempt"]["number"], 2, "what was given back does not use up a try");
    let attempt = json!({ "id": again["attempt"]["id"] });

    let criteria = criteria(&app).await;
    let points = |first: f64, second: f64| json!([{ "criterion": criteria[0], "points": first, "feedback": "well put" }, { "criterion": criteria[1], "points": second }]);
    let graded =
        assessor.mutate(grade, json!({ "attempt": attempt, "rubricScores": points(50.0, 31.0) })).await;
    let row = &graded["attempt"];
    assert_eq!(
        (&row["score"], &row["maxScore"], &row["passed"]),
        (&json!(81.0), &json!(100.0), &json!(true))
    );
    assert_eq!(row["rubricScores"][1]["level"]["label"], "meets");
    assert_eq!(row["history"], json!([]));
    let standing = course.standing("e0").await;
    assert_eq!(standing["progress"]["score"], 81.0);

    assert_eq!(
        refused(&assessor, grade, json!({ "attempt": attempt, "score": 30.0 })).await,
        of("reason", "REQUIRED")
    );
    let regraded =
        assessor.mutate(grade, json!({ "attempt": attempt, "score": 30.0, "reason": "it was copied" })).await;
    let row = &regraded["attempt"];
    assert_eq!((&row["score"], &row["passed"]), (&json!(30.0), &json!(false)));
    let earlier = &row["history"][0];
    assert_eq!(
        (&earlier["score"], &earlier["passed"], &earlier["reason"]),
        (&json!(81.0), &json!(true), &json!("it was copied"))
    );
    assert_eq!(earlier["gradedBy"]["name"], "marker");
    assert_eq!(row["history"].as_array().unwrap().len(), 1);

    // Attempt, evidence and grader by id, for those who may see them.
    let node = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";
    let ids = json!({ "ids": [again["attempt"]["id"], again["attempt"]["evidence"][0]["id"], earlier["gradedBy"]["id"]] });
    let seen = learner.data(node, ids.clone()).await;
    let kinds: Vec<&str> =
        seen["nodes"].as_array().unwrap().iter().map(|node| node["__typename"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["Attempt", "Evidence", "Grader"]);
    let other = app.person(&course.issuer, Role::Learner, "l1").await;
    assert_eq!(other.data(node, ids).await["nodes"], json!([null, null, null]));
    app.stop().await;
}

async fn criteria(app: &TestApp) -> Vec<String> {
    use cairn_service::ids::{Kind, encode};
    use cairn_service::rows::rubric_criterion::{Column, Entity};
    use sea_orm::{EntityTrait, QueryOrder};
    let rows = Entity::find().order_by_asc(Column::Position).all(&app.database().await).await.unwrap();
    rows.into_iter().map(|row| encode(Kind::RubricCriterion, row.id)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_grade_is_told_by_field() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "ou", None).await;
    course.enroll(1).await;
    let made = course.provider.mutate(SUBMIT, project()).await;
    let attempt = json!({ "id": made["attempt"]["id"] });
    let grade = "mutation($input: GradeAttemptInput!) { gradeAttempt(input: $input) { attempt { id } userErrors { field message code } } }";
    let criteria = criteria(&app).await;
    for (input, expected) in [
        (json!({ "attempt": attempt }), of("score", "REQUIRED")),
        (json!({ "attempt": attempt, "score": 100.5 }), of("score", "INVALID")),
        (json!({ "attempt": attempt, "score": -1.0 }), of("score", "INVALID")),
        (
            json!({ "attempt": attempt, "rubricScores": [{ "criterion": "nonsense", "points": 1.0 }] }),
            of("rubricScores.0.criterion", "NOT_FOUND"),
        ),
        (
            json!({ "attempt": attempt, "rubricScores": [{ "criterion": criteria[0], "points": 51.0 }] }),
            of("rubricScores.0.points", "INVALID"),
        ),
        (
            json!({ "attempt": attempt, "rubricScores": [{ "criterion": criteria[0], "points": 1.0 }] }),
            of("rubricScores", "REQUIRED"),
        ),
        (json!({ "attempt": { "id": "atm_nothing" }, "score": 1.0 }), of("attempt", "NOT_FOUND")),
        (json!({ "attempt": { "externalId": "nothing" }, "score": 1.0 }), of("attempt", "NOT_FOUND")),
    ] {
        assert_eq!(refused(&course.provider, grade, input.clone()).await, expected, "{input}");
    }

    // Staff only, and only of this cohort; nobody else finds the attempt.
    let input = json!({ "attempt": attempt, "score": 50.0 });
    let stranger = app.person(&course.issuer, Role::Assessor, "stranger").await;
    assert_eq!(refused(&stranger, grade, input.clone()).await, of("attempt", "NOT_FOUND"));
    let foreign = Course::publish(&app, "beta", None).await;
    assert_eq!(refused(&foreign.provider, grade, input.clone()).await, of("attempt", "NOT_FOUND"));
    for client in [
        app.person(&course.issuer, Role::Learner, "l0").await,
        app.key(&course.issuer, &[Scope::EnrollmentsRead, Scope::ProgressWrite]).await,
    ] {
        assert_eq!(client.send(grade, json!({ "input": input })).await.code(), "FORBIDDEN");
    }
    // Who assesses may learn too, but nobody grades their own work.
    let own = course.staff(&app, Role::Assessor, "l0").await;
    assert_eq!(own.send(grade, json!({ "input": input })).await.code(), "FORBIDDEN");

    let submit = SUBMIT;
    let mut unknown = project();
    unknown["assessment"] = json!({ "externalId": "unknown" });
    assert_eq!(refused(&course.provider, submit, unknown).await, of("assessment", "NOT_FOUND"));
    let other = app.person(&course.issuer, Role::Learner, "l9").await;
    assert_eq!(refused(&other, submit, project()).await, of("enrollment", "NOT_FOUND"));
    let mut nameless = project();
    nameless["evidence"][0]["name"] = json!(" ");
    assert_eq!(refused(&course.provider, submit, nameless).await, of("evidence.0.name", "REQUIRED"));
    course
        .provider
        .mutate(&contract("learner/withdraw.graphql"), json!({ "enrollment": { "externalId": "e0" } }))
        .await;
    assert_eq!(refused(&course.provider, submit, project()).await, of("enrollment", "CONFLICT"));
    app.stop().await;
}

fn result(external_id: Value, number: Value, score: f64) -> Value {
    json!({ "externalId": external_id, "enrollment": { "externalId": "e0" }, "assessment": { "externalId": "quiz" },
        "score": score, "attemptNumber": number, "gradedAt": "2026-03-02T10:00:00Z" })
}

#[tokio::test(flavor = "multi_thread")]
async fn results_are_made_changed_left_and_refused_row_by_row() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "ou", None).await;
    course.enroll(2).await;
    let outcomes = |payload: &Value| -> Vec<String> {
        let rows = payload["results"].as_array().unwrap();
        rows.iter().map(|row| row["outcome"].as_str().unwrap().to_owned()).collect()
    };
    let first = course.results(json!([result(json!("r1"), Value::Null, 4.0)])).await;
    assert_eq!(outcomes(&first), ["CREATED"]);
    let same = course.results(json!([result(json!("r1"), Value::Null, 4.0)])).await;
    assert_eq!(
        (outcomes(&same), &same["results"][0]["attempt"]),
        (vec!["UNCHANGED".to_owned()], &first["results"][0]["attempt"])
    );

    let mut other_scale = result(json!("r2"), json!(2), 30.0);
    other_scale["maxScore"] = json!(60.0);
    let payload = course
        .results(json!([
            result(json!("r1"), Value::Null, 3.0),
            result(json!("r1"), Value::Null, 6.0), // the later row wins
            other_scale,
            result(json!("r3"), json!(3), 5.0),
            result(json!("r3"), Value::Null, 5.0),
            result(json!("r1"), json!(2), 5.0),
            result(Value::Null, json!(0), 11.0),
        ]))
        .await;
    // Rows 1 and 5 share an external id: the last of the three wins, and is refused for its number.
    assert_eq!(
        outcomes(&payload),
        ["UNCHANGED", "UNCHANGED", "CREATED", "UNCHANGED", "FAILED", "FAILED", "FAILED"]
    );
    let errors: Vec<(String, String)> = payload["results"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|row| row["userErrors"].as_array().unwrap())
        .map(user_error)
        .collect();
    let expected = [
        ("rows.0", "CONFLICT"),
        ("rows.1", "CONFLICT"),
        ("rows.3", "CONFLICT"),
        ("rows.4.assessment", "LIMIT_REACHED"),
        ("rows.5.attemptNumber", "CONFLICT"),
        ("rows.6.attemptNumber", "INVALID"),
        ("rows.6.score", "INVALID"),
    ];
    assert_eq!(errors, expected.map(|(field, code)| (field.to_owned(), code.to_owned())));
    let row = &payload["results"][2]["attempt"];
    assert_eq!((&row["score"], &row["maxScore"], &row["passed"]), (&json!(30.0), &json!(60.0), &json!(true)));

    let changed = course.results(json!([result(json!("r1"), Value::Null, 7.0)])).await;
    assert_eq!(outcomes(&changed), ["UPDATED"]);
    let id = &changed["results"][0]["attempt"]["id"];
    let read = "query($id: ID!) { node(id: $id) { ... on Attempt { score history { score passed gradedBy { name } } } } }";
    let node = course.provider.data(read, json!({ "id": id })).await;
    assert_eq!(
        node["node"],
        json!({ "score": 7.0, "history": [{ "score": 4.0, "passed": false, "gradedBy": { "name": "test" } }] })
    );
    assert_eq!(course.standing("e0").await["progress"]["score"], 70.0);

    // Without any key the latest try is meant, so that sending a gradebook twice changes nothing.
    let plain =
        json!({ "enrollment": { "externalId": "e1" }, "assessment": { "externalId": "quiz" }, "score": 5.0 });
    assert_eq!(outcomes(&course.results(json!([plain])).await), ["CREATED"]);
    assert_eq!(outcomes(&course.results(json!([plain])).await), ["UNCHANGED"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_results_take_as_many_statements_as_one_and_so_does_the_queue() {
    let app = TestApp::start().await;
    let course = Course::publish(&app, "ou", None).await;
    course.enroll(60).await;
    let record = contract("provider/record_results.graphql");
    let row = |n: usize| json!({ "enrollment": { "externalId": format!("e{n}") }, "assessment": { "externalId": "quiz" }, "score": 6.0 });
    let one = course.provider.send(&record, json!({ "input": { "rows": [row(0)] } })).await;
    let rows: Vec<Value> = (1..60).map(row).collect();
    let many = course.provider.send(&record, json!({ "input": { "rows": rows } })).await;
    assert_eq!(many.payload()["summary"]["created"], 59, "{many:?}");
    assert_eq!(one.statements, many.statements);

    let list = "query($first: Int!) { attempts(first: $first) { nodes { id evidence { id } history { score } rubricScores { points }
        assessment { id } enrollment { id progress { percent components { state component { id } } } whyNotYet { satisfied missing { detail } }
        attempts(first: 2) { totalCount nodes { id } } } } } }";
    let few = course.provider.send(list, json!({ "first": 1 })).await;
    let all = course.provider.send(list, json!({ "first": 50 })).await;
    assert_eq!(all.data()["attempts"]["nodes"].as_array().unwrap().len(), 50);
    assert_eq!(few.statements, all.statements);
    app.stop().await;
}
