//! Several graders: each judges alone, a moderator decides where they are too far apart, and fellow learners review each other.

use cairn_service::actor::Role;
use cairn_tests::{Client, contract};
use serde_json::{Value, json};

use super::{GRADE, SUBMIT, School, at, attempt_of, of, refused};

pub const REVIEWING: &str = "query($id: ID!) { node(id: $id) { ... on Attempt { status score awaitsModeration feedback
    rubricScores { points level { label } }
    reviewing { needed submitted reviews { kind score requiresChanges feedback reviewer { id name } rubricScores { points feedback } } } } } }";
const TASKS: &str = "query($filter: ReviewTaskFilter) { reviewTasks(first: 50, filter: $filter) { totalCount nodes { id status score feedback
    assessment { externalId rubric { id } } evidence { name url } } } }";
const REVIEW: &str = "mutation($input: SubmitReviewInput!) { submitReview(input: $input) { reviewTask { id status score feedback }
    userErrors { field message code } } }";

fn thesis(members: &Value) -> Value {
    let mut thesis =
        json!({ "externalId": "thesis", "title": "Thesis", "kind": "PROJECT", "passMark": 50.0 });
    for (name, value) in members.as_object().unwrap() {
        thesis[name] = value.clone();
    }
    json!([thesis])
}

async fn seen(client: &Client, attempt: &Value) -> Value {
    client.data(REVIEWING, json!({ "id": attempt["attempt"]["id"] })).await["node"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_graders_judge_alone_and_then_their_mean_is_the_grade() {
    let school = School::open(thesis(&json!({ "graders": { "needed": 2 } })), 1).await;
    let (marker, second) = (school.assessor("marker").await, school.assessor("second").await);
    let learner = school.learner(0).await;
    let made = learner.mutate(SUBMIT, at("e0", "thesis")).await;
    let grade =
        |score: f64, words: &str| json!({ "attempt": attempt_of(&made), "score": score, "feedback": words });
    let first = marker.mutate(GRADE, grade(60.0, "Thin sources")).await;
    assert_eq!(
        (&first["attempt"]["status"], &first["attempt"]["score"]),
        (&json!("SUBMITTED"), &Value::Null)
    );
    // Each sees their own, and how far it is.
    let own = seen(&marker, &made).await["reviewing"].clone();
    assert_eq!((&own["needed"], &own["submitted"]), (&json!(2), &json!(1)));
    assert_eq!(own["reviews"][0]["feedback"], "Thin sources");
    for client in [&second, &learner] {
        let others = seen(client, &made).await["reviewing"].clone();
        assert_eq!((&others["submitted"], &others["reviews"]), (&json!(1), &json!([])), "{others}");
    }
    assert_eq!(seen(&school.provider, &made).await["reviewing"]["reviews"][0]["score"], 60.0);
    assert_eq!(refused(&marker, GRADE, grade(61.0, "Again")).await, of("attempt", "ALREADY_DONE"));
    assert_eq!(refused(&school.provider, GRADE, grade(61.0, "A key")).await, of("attempt", "CONFLICT"));
    let stranger = school.assessor("stranger").await;
    assert_eq!(refused(&stranger, GRADE, grade(61.0, "Not theirs")).await, of("attempt", "NOT_FOUND"));
    let elsewhere = school.app.issuer("beta").await;
    let elsewhere = school.app.provider(&elsewhere).await;
    assert_eq!(seen(&elsewhere, &made).await, Value::Null);
    assert_eq!(refused(&elsewhere, GRADE, grade(61.0, "Elsewhere")).await, of("attempt", "NOT_FOUND"));
    // One of the staff who is the learner, too, does not judge their own work.
    let own = school.app.person(&school.issuer, Role::IssuerAdmin, "l0").await;
    assert_eq!(own.send(GRADE, json!({ "input": grade(100.0, "Great") })).await.code(), "FORBIDDEN");

    let decided = second.mutate(GRADE, grade(71.0, "A fine argument")).await;
    let row = &decided["attempt"];
    assert_eq!(
        (&row["status"], &row["score"], &row["passed"]),
        (&json!("GRADED"), &json!(65.5), &json!(true))
    );
    let told = seen(&learner, &made).await["reviewing"]["reviews"].clone();
    let words: Vec<&Value> = told.as_array().unwrap().iter().map(|one| &one["feedback"]).collect();
    assert_eq!(words, ["Thin sources", "A fine argument"]);
    assert_eq!((&told[1]["kind"], &told[1]["reviewer"]["name"]), (&json!("EXPERT"), &json!("second")));
    let grader = "query($id: ID!) { node(id: $id) { ... on Grader { name } } }";
    let shown = learner.data(grader, json!({ "id": told[1]["reviewer"]["id"] })).await;
    assert_eq!(shown["node"]["name"], "second");
    assert_eq!(refused(&marker, GRADE, grade(80.0, "Anew")).await, of("reason", "REQUIRED"));
    let mut anew = grade(80.0, "Anew");
    anew["reason"] = json!("We overlooked a chapter");
    assert_eq!(marker.mutate(GRADE, anew).await["attempt"]["score"], 80.0, "a regrade is one person's");
    school.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn points_by_criterion_are_combined_and_late_work_still_costs() {
    let levels = json!([{ "label": "No", "points": 0.0 }, { "label": "Yes", "points": 5.0 }, { "label": "Very", "points": 8.0 }]);
    let rubric =
        json!([{ "criterion": "Clear", "levels": levels }, { "criterion": "Right", "levels": levels }]);
    let rules = json!({ "maxScore": 16.0, "passMark": 8.0, "rubric": rubric, "graders": { "needed": 2 },
        "dueDays": 1, "late": { "penalty": { "percentPerDay": 50.0 } } });
    let school = School::open(thesis(&rules), 1).await;
    let (marker, second) = (school.assessor("marker").await, school.assessor("second").await);
    let learner = school.learner(0).await;
    school.app.clock.advance(chrono::TimeDelta::hours(30));
    let made = learner.mutate(SUBMIT, at("e0", "thesis")).await;
    let read = "query($id: ID!) { node(id: $id) { ... on Attempt { assessment { rules { graders { needed combination moderateBeyond mostPerPeer } } rubric { id } } } } }";
    let assessment =
        marker.data(read, json!({ "id": made["attempt"]["id"] })).await["node"]["assessment"].clone();
    assert_eq!(
        assessment["rules"]["graders"],
        json!({ "needed": 2, "combination": "MEAN", "moderateBeyond": null, "mostPerPeer": null })
    );
    let points = |first: f64, second: f64| {
        let scores = json!([{ "criterion": assessment["rubric"][0]["id"], "points": first, "feedback": "Because" },
            { "criterion": assessment["rubric"][1]["id"], "points": second }]);
        json!({ "attempt": attempt_of(&made), "rubricScores": scores })
    };
    assert_eq!(refused(&marker, GRADE, points(9.0, 8.0)).await, of("rubricScores.0.points", "INVALID"));
    marker.mutate(GRADE, points(6.0, 8.0)).await;
    let done = second.mutate(GRADE, points(3.0, 7.0)).await;
    assert_eq!(
        (&done["attempt"]["score"], &done["attempt"]["scoreBeforePenalty"]),
        (&json!(6.0), &json!(12.0)),
        "half is taken off the mean of 14 and 10"
    );
    let after = seen(&learner, &made).await;
    assert_eq!(
        after["rubricScores"],
        json!([{ "points": 4.5, "level": { "label": "No" } }, { "points": 7.5, "level": { "label": "Yes" } }])
    );
    assert_eq!(
        after["reviewing"]["reviews"][0]["rubricScores"][0],
        json!({ "points": 6.0, "feedback": "Because" })
    );
    school.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moderator_decides_where_graders_are_too_far_apart() {
    let rules = json!({ "maxAttempts": 1, "graders": { "needed": 2, "combination": "LOWEST", "moderateBeyond": 10.0 } });
    let school = School::open(thesis(&rules), 2).await;
    let (marker, second) = (school.assessor("marker").await, school.assessor("second").await);
    let made = school.learner(0).await.mutate(SUBMIT, at("e0", "thesis")).await;
    let grade = |made: &Value, score: f64| json!({ "attempt": attempt_of(made), "score": score });
    marker.mutate(GRADE, grade(&made, 40.0)).await;
    let apart = second.mutate(GRADE, grade(&made, 50.5)).await;
    assert_eq!(apart["attempt"]["status"], "SUBMITTED");
    let waiting = "query { attempts(first: 9, filter: { awaitsModeration: true }) { nodes { id } } }";
    let admin = school.app.person(&school.issuer, Role::IssuerAdmin, "dean").await;
    let listed = admin.data(waiting, json!({})).await;
    assert_eq!(listed["attempts"]["nodes"], json!([{ "id": made["attempt"]["id"] }]));
    let both = seen(&admin, &made).await;
    assert_eq!(both["reviewing"]["reviews"].as_array().unwrap().len(), 2, "who moderates sees both: {both}");
    let learner = school.learner(0).await;
    assert_eq!(seen(&learner, &made).await["reviewing"]["reviews"], json!([]), "not the author yet");
    assert_eq!(refused(&second, GRADE, grade(&made, 45.0)).await, of("attempt", "ALREADY_DONE"));
    let done = admin.mutate(GRADE, grade(&made, 52.0)).await;
    assert_eq!((&done["attempt"]["score"], &done["attempt"]["passed"]), (&json!(52.0), &json!(true)));
    assert_eq!(admin.data(waiting, json!({})).await["attempts"]["nodes"], json!([]));
    let told = seen(&learner, &made).await["reviewing"].clone();
    assert_eq!(told["reviews"][2]["kind"], "MODERATOR", "{told}");

    // Near enough: the lowest. And what only one would give back, a moderator decides, too.
    let near = school.learner(1).await.mutate(SUBMIT, at("e1", "thesis")).await;
    marker
        .mutate(GRADE, json!({ "attempt": attempt_of(&near), "score": 60.0, "requiresChanges": true }))
        .await;
    second.mutate(GRADE, grade(&near, 60.0)).await;
    assert_eq!(seen(&admin, &near).await["awaitsModeration"], true);
    admin.mutate(GRADE, json!({ "attempt": attempt_of(&near), "requiresChanges": true })).await;
    let again = school.learner(1).await.mutate(SUBMIT, at("e1", "thesis")).await;
    assert_eq!(again["attempt"]["number"], 2, "what was given back uses up no try");
    marker.mutate(GRADE, grade(&again, 70.0)).await;
    let done = second.mutate(GRADE, grade(&again, 61.0)).await;
    assert_eq!(done["attempt"]["score"], 61.0);
    school.app.stop().await;
}

/// Hands in for all learners; the attempts in order.
async fn everybody_hands_in(school: &School, count: usize) -> Vec<Value> {
    let mut made = Vec::new();
    for n in 0..count {
        let mut input = at(&format!("e{n}"), "thesis");
        input["evidence"] =
            json!([{ "name": format!("Essay {n}"), "url": format!("https://work.example/{n}") }]);
        made.push(school.learner(n).await.mutate(SUBMIT, input).await);
    }
    made
}

async fn tasks(client: &Client) -> Vec<Value> {
    client.data(TASKS, json!({})).await["reviewTasks"]["nodes"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn fellow_learners_review_each_other_without_knowing_whom() {
    let rules = json!({ "kind": "PEER_REVIEW", "grading": "PEER", "passMark": 60.0, "graders": { "needed": 2, "mostPerPeer": 3 } });
    let school = School::open(thesis(&rules), 4).await;
    let made = everybody_hands_in(&school, 4).await;
    let mut asked = 0;
    for n in 0..4 {
        let learner = school.learner(n).await;
        let own = tasks(&learner).await;
        assert!(own.len() <= 3, "{own:?}");
        asked += own.len();
        for task in &own {
            assert_ne!(task["evidence"][0]["name"], format!("Essay {n}"), "nobody reviews their own");
            assert!(!json!(task).to_string().contains("Learner"), "nor knows whose it is: {task}");
        }
    }
    assert_eq!(asked, 8, "each of four works has two reviewers");

    // What nobody may.
    let (first, other) = (school.learner(0).await, school.learner(1).await);
    let task = tasks(&first).await.remove(0);
    let review = |task: &Value, score: f64| json!({ "task": task["id"], "score": score, "feedback": "I liked the middle" });
    assert_eq!(refused(&other, REVIEW, review(&task, 70.0)).await, of("task", "NOT_FOUND"));
    let nonsense = json!({ "task": "rvt_nothing", "score": 70.0 });
    assert_eq!(refused(&first, REVIEW, nonsense).await, of("task", "NOT_FOUND"));
    assert_eq!(refused(&first, REVIEW, review(&task, 101.0)).await, of("score", "INVALID"));
    assert_eq!(
        school.provider.send(REVIEW, json!({ "input": review(&task, 70.0) })).await.code(),
        "FORBIDDEN"
    );
    assert_eq!(school.provider.send(TASKS, json!({})).await.code(), "FORBIDDEN");
    let anonymous = school.app.anonymous();
    assert_eq!(
        anonymous.send(REVIEW, json!({ "input": review(&task, 70.0) })).await.code(),
        "UNAUTHENTICATED"
    );
    let node = "query($id: ID!) { node(id: $id) { ... on ReviewTask { status } } }";
    assert_eq!(other.data(node, json!({ "id": task["id"] })).await["node"], Value::Null);
    assert_eq!(first.data(node, json!({ "id": task["id"] })).await["node"]["status"], "ASSIGNED");

    // Everybody reviews: each work is graded by the mean, and its author learns what was said, not by whom.
    for n in 0..4 {
        let learner = school.learner(n).await;
        for (index, task) in tasks(&learner).await.into_iter().enumerate() {
            let score = 60.0 + 10.0 * f64::from(u8::try_from(index).unwrap());
            learner.mutate(REVIEW, review(&task, score)).await;
        }
    }
    assert_eq!(refused(&first, REVIEW, review(&task, 70.0)).await, of("task", "ALREADY_DONE"));
    let open = json!({ "filter": { "statuses": ["ASSIGNED"] } });
    assert_eq!(first.data(TASKS, open).await["reviewTasks"]["totalCount"], 0);
    for (n, made) in made.iter().enumerate() {
        let own = seen(&school.learner(n).await, made).await;
        assert_eq!(own["status"], "GRADED", "{own}");
        let reviews = own["reviewing"]["reviews"].as_array().unwrap().clone();
        let mean = reviews.iter().map(|one| one["score"].as_f64().unwrap()).sum::<f64>() / 2.0;
        assert_eq!((reviews.len(), own["score"].as_f64().unwrap()), (2, mean));
        assert!(reviews.iter().all(|one| one["reviewer"].is_null() && one["kind"] == "PEER"), "{reviews:?}");
    }
    assert_eq!(school.standing("e0").await["attempts"]["nodes"][0]["passed"], true);
    let marker = school.assessor("marker").await;
    let staff = seen(&marker, &made[0]).await["reviewing"]["reviews"][0].clone();
    assert!(staff["reviewer"]["name"].as_str().unwrap().starts_with('l'), "staff knows: {staff}");

    // Who is erased takes along what they wrote of others.
    let erase =
        "mutation($input: EraseLearnerInput!) { eraseLearner(input: $input) { userErrors { code } } }";
    for n in 1..4 {
        let learner = json!({ "learner": { "externalId": format!("l{n}") } });
        school.provider.mutate(erase, learner).await;
    }
    let left = seen(&first, &made[0]).await["reviewing"]["reviews"].clone();
    assert_eq!((&left[0]["feedback"], &left[1]["feedback"]), (&Value::Null, &Value::Null));
    assert!(left[0]["score"].is_number(), "points stay: {left}");
    school.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_decide_what_too_few_fellow_learners_are_there_for() {
    let rules = json!({ "kind": "PEER_REVIEW", "grading": "PEER", "graders": { "needed": 2 } });
    let school = School::open(thesis(&rules), 2).await;
    school.cohort("spring", "course").await;
    let marker = school.assessor("marker").await;
    let made = everybody_hands_in(&school, 2).await;
    let task = tasks(&school.learner(1).await).await.remove(0);
    let done = marker.mutate(GRADE, json!({ "attempt": attempt_of(&made[0]), "score": 77.0 })).await;
    assert_eq!((&done["attempt"]["status"], &done["attempt"]["score"]), (&json!("GRADED"), &json!(77.0)));
    let late = json!({ "task": task["id"], "score": 10.0 });
    assert_eq!(refused(&school.learner(1).await, REVIEW, late).await, of("task", "CONFLICT"));

    // Another cohort's learners are not asked, nor those who handed in nothing.
    let learners = json!([{ "externalId": "l8", "name": "Eight" }, { "externalId": "l9", "name": "Nine" }]);
    let provider = &school.provider;
    provider.mutate(&contract("provider/upsert_learners.graphql"), json!({ "rows": learners })).await;
    let rows = ["8", "9"].map(|n| {
        json!({ "externalId": format!("e{n}"), "learner": { "externalId": format!("l{n}") },
            "program": { "externalId": "course" }, "cohort": { "externalId": if n == "8" { "spring" } else { "autumn" } } })
    });
    provider.mutate(&contract("provider/upsert_enrollments.graphql"), json!({ "rows": rows })).await;
    school.learner(8).await.mutate(SUBMIT, at("e8", "thesis")).await;
    for n in [8, 9] {
        assert_eq!(tasks(&school.learner(n).await).await, Vec::<Value>::new());
    }
    assert_eq!(tasks(&school.learner(0).await).await.len(), 1, "of the one other in the cohort");
    school.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_judged_work_takes_as_many_statements_for_one_as_for_many() {
    let rules = json!({ "graders": { "needed": 2 } });
    let school = School::open(thesis(&rules), 12).await;
    let (marker, second) = (school.assessor("marker").await, school.assessor("second").await);
    let made = everybody_hands_in(&school, 12).await;
    for one in &made[..6] {
        for grader in [&marker, &second] {
            grader.mutate(GRADE, json!({ "attempt": attempt_of(one), "score": 60.0 })).await;
        }
    }
    let list = "query($first: Int) { attempts(first: $first) { nodes { id reviewing { submitted reviews { score reviewer { name } rubricScores { points } } } } } }";
    let one = marker.send(list, json!({ "first": 1 })).await;
    let many = marker.send(list, json!({ "first": 12 })).await;
    assert_eq!(one.statements, many.statements);
    let nodes = many.data()["attempts"]["nodes"].as_array().unwrap().clone();
    assert_eq!(nodes.iter().filter(|node| node["reviewing"]["submitted"] == 2).count(), 6);
    let other = school.app.issuer("gamma").await;
    let stranger = school.app.provider(&other).await;
    assert_eq!(stranger.data(list, json!({ "first": 12 })).await["attempts"]["nodes"], json!([]));
    school.app.stop().await;
}
