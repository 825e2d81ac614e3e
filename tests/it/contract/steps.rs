//! What takes several steps, one call going on with what an earlier one answered: a workshop with appeals, peer review and prior learning; learners'
//! records; webhooks; bulk work; what issuers and operators change.

use cairn_tests::{Client, World};
use serde_json::{Value, json};

use super::cases::{Case, earlier};

/// All of them, in an order in which each finds what it needs.
pub fn steps(world: &World) -> Vec<Case> {
    let mut cases = opening(world);
    cases.extend(learning_before(world));
    cases.extend(judging(world));
    cases.extend(moving(world));
    cases.extend(keeping_records(world));
    cases.extend(working_in_bulk(world));
    cases.extend(listening(world));
    cases.extend(operating(world));
    cases
}

/// A call, and how it is called wrongly.
fn both(file: &'static str, operation: &'static str, client: &Client, inputs: [Value; 2]) -> Vec<Case> {
    inputs.map(|input| call(file, operation, client, input)).into()
}

fn call(file: &'static str, operation: &'static str, client: &Client, input: Value) -> Case {
    Case { file, operation, client: client.clone(), variables: json!({ "input": input }) }
}

fn list(file: &'static str, operation: &'static str, client: &Client) -> Case {
    Case { file, operation, client: client.clone(), variables: json!({ "first": 50 }) }
}

fn named(external_id: &str) -> Value {
    json!({ "externalId": external_id })
}

fn too_many(row: Value) -> Value {
    json!({ "rows": vec![row; 1_001] })
}

/// A program with what the others lack.
fn workshop() -> Value {
    let outcome = |code: &str| json!({ "code": code, "statement": format!("Can do {code}") });
    let module = |id: &str, outcome: &str| json!({ "item": { "module": { "externalId": id, "title": id, "workloadHours": 10.0, "outcomes": [outcome] } } });
    let choices = ["a", "b", "c"].map(|id| json!({ "externalId": id, "text": format!("Choice {id}") }));
    let question = |id: &str| {
        json!({ "externalId": id, "prompt": format!("Which is {id}?"),
            "answer": { "singleChoice": { "choices": choices, "correct": "a" } } })
    };
    json!({ "externalId": "workshop", "title": "A workshop", "achievementType": "MicroCredential", "criteria": "Be there.",
        "tracks": [{ "code": "verified", "name": "Verified" }, { "code": "audit", "name": "Audit", "leadsToAwards": false }],
        "learningOutcomes": [outcome("A"), outcome("B")],
        "components": [module("w1", "A"), module("w2", "B")],
        "priorLearning": { "maxSharePercent": 60.0 },
        "assessments": [
            { "externalId": "essay", "title": "Essay", "kind": "ASSIGNMENT", "passMark": 50.0, "appealDays": 14 },
            { "externalId": "sketch", "title": "Sketch", "kind": "PEER_REVIEW", "grading": "PEER", "passMark": 50.0,
              "graders": { "needed": 1, "mostPerPeer": 3 } },
            { "externalId": "test", "title": "Test", "kind": "QUIZ", "grading": "AUTOMATED", "passMark": 1.0,
              "questions": [question("one"), question("two"), question("three")] },
        ] })
}

/// The workshop, its cohorts and its learners, one of them a fellow of the learner who signs in.
fn opening(world: &World) -> Vec<Case> {
    let provider = &world.alpha.provider;
    let staff = json!([{ "subject": "assessor", "role": "ASSESSOR" }, { "subject": "instructor", "role": "INSTRUCTOR" }]);
    let cohort = |id: &str| json!({ "externalId": id, "program": named("workshop"), "name": format!("In {id}"), "staff": staff });
    let lost = json!({ "externalId": "lost", "program": named("nobody"), "name": "Nowhere" });
    let learners = ["peer", "twin-a", "twin-b", "extra"]
        .map(|id| json!({ "externalId": id, "name": format!("Name of {id}") }));
    let enrollment = |id: &str, learner: &str| json!({ "externalId": id, "learner": named(learner), "program": named("workshop"), "cohort": named("autumn"), "track": "verified" });
    let due = |assessment: &str| json!({ "assessment": assessment, "dueAt": "2099-03-01T00:00:00Z" });
    let cohorts = "provider/cohorts.graphql";
    let mut cases = vec![
        call("provider/upsert_program.graphql", "UpsertProgram", provider, workshop()),
        call(
            "provider/publish_program.graphql",
            "PublishProgram",
            provider,
            json!({ "program": named("workshop") }),
        ),
        call(
            cohorts,
            "UpsertCohorts",
            provider,
            json!({ "rows": [cohort("autumn"), cohort("spring"), lost] }),
        ),
        call(cohorts, "UpsertCohorts", provider, too_many(cohort("x"))),
        call("provider/upsert_learners.graphql", "UpsertLearners", provider, json!({ "rows": learners })),
        call(
            "provider/upsert_enrollments.graphql",
            "UpsertEnrollments",
            provider,
            json!({ "rows": [enrollment("w-0", "learner-0"), enrollment("w-1", "peer")] }),
        ),
    ];
    let dates = [
        json!({ "cohort": named("autumn"), "dueDates": [due("essay")] }),
        json!({ "cohort": named("nobody"), "dueDates": [] }),
    ];
    cases.extend(both(cohorts, "SetDueDates", provider, dates));
    cases
}

/// Prior learning: a claim that is drafted, handed in, decided and taken back, and one that is withdrawn.
fn learning_before(world: &World) -> Vec<Case> {
    let (learner, assessor) = (&world.learner, &world.assessor);
    let (own, judged) = ("learner/prior_learning.graphql", "assessor/prior_learning.graphql");
    let part = |code: &str| {
        json!({ "target": { "outcome": code },
            "evidence": [{ "name": "Reference", "url": "https://work.example/reference.pdf", "description": "Eight years" }] })
    };
    let claim = |code: &str, draft: bool| json!({ "enrollment": named("w-0"), "statement": "I have done this for years", "parts": [part(code)], "draft": draft });
    let id = || earlier("ClaimPriorLearning", "/claimPriorLearning/claim/id");
    let nothing = "plc_nothing";
    let decision = |claim: Value| {
        json!({ "claim": claim, "feedback": "Well shown",
            "parts": [{ "target": { "outcome": "A" }, "verdict": "GRANTED", "feedback": "Eight years" }] })
    };
    let mut nowhere = claim("A", false);
    nowhere["enrollment"] = named("nobody");
    let mut cases = both(own, "ClaimPriorLearning", learner, [claim("A", true), nowhere]);
    let revised = |claim: Value| json!({ "claim": claim, "statement": "For ten years", "submit": true });
    cases.extend(both(own, "RevisePriorLearningClaim", learner, [revised(id()), revised(json!(nothing))]));
    cases.push(list(judged, "PriorLearningClaims", assessor));
    let review = |claim: Value| json!({ "claim": claim });
    cases.extend(both(judged, "ReviewPriorLearningClaim", assessor, [review(id()), review(json!(nothing))]));
    let decisions = [decision(id()), decision(json!(nothing))];
    cases.extend(both(judged, "DecidePriorLearningClaim", assessor, decisions));
    let reason = |claim: Value| json!({ "claim": claim, "reason": "The reference was forged" });
    cases.extend(both(judged, "TakeBackPriorLearning", assessor, [reason(id()), reason(json!(nothing))]));
    cases.push(call(own, "ClaimPriorLearning", learner, claim("B", false)));
    let withdrawals = [reason(id()), reason(json!(nothing))];
    cases.extend(both(own, "WithdrawPriorLearningClaim", learner, withdrawals));
    cases
}

/// Work that is handed in, reviewed by a fellow, graded, observed, doubted and appealed against.
fn judging(world: &World) -> Vec<Case> {
    let (learner, assessor) = (&world.learner, &world.assessor);
    let at = |enrollment: &str, assessment: &str| json!({ "enrollment": named(enrollment), "assessment": named(assessment) });
    let sketch = |enrollment: &str| {
        let mut work = at(enrollment, "sketch");
        work["evidence"] =
            json!([{ "name": "Sketch", "url": "https://work.example/sketch", "description": "By hand" }]);
        work
    };
    let hand_in = |client: &Client, enrollment: &str| {
        call("learner/submit_attempt.graphql", "SubmitAttempt", client, sketch(enrollment))
    };
    let reviews = "learner/reviews.graphql";
    let review = |task: Value| json!({ "task": task, "score": 70.0, "feedback": "I liked the middle" });
    let task = earlier("ReviewTasks", "/reviewTasks/edges/0/node/id");
    let mut essay = at("w-0", "essay");
    essay["externalId"] = json!("essay-0");
    essay["score"] = json!(40.0);
    let start = "learner/start_attempt.graphql";
    let mut cases = both(start, "StartAttempt", learner, [at("w-0", "test"), at("w-0", "no-such-test")]);
    cases.extend([
        hand_in(&world.peer, "w-1"),
        hand_in(learner, "w-0"),
        list(reviews, "ReviewTasks", learner),
    ]);
    cases.extend(both(reviews, "SubmitReview", learner, [review(task), review(json!("rvt_nothing"))]));
    let results = json!({ "rows": [essay] });
    cases.push(call("provider/record_results.graphql", "RecordResults", &world.alpha.provider, results));
    let attempt = || json!({ "id": earlier("RecordResults", "/recordResults/results/0/attempt/id") });
    let nothing = || json!({ "id": "atm_nothing" });
    let observed = |attempt: Value| {
        json!({ "attempt": attempt, "observed": { "supervision": "PROCTORED", "proctor": "A. Proctor",
            "identityCheck": "DOCUMENT", "identityMethod": "passport" } })
    };
    let doubts = "assessor/integrity.graphql";
    cases.extend(both(doubts, "RecordObservation", assessor, [observed(attempt()), observed(nothing())]));
    let flag =
        |on: Value| json!({ "on": { "attempt": on }, "category": "PLAGIARISM", "note": "Like another's" });
    cases.extend(both(doubts, "RaiseIntegrityFlag", assessor, [flag(attempt()), flag(nothing())]));
    let resolution =
        |flag: Value| json!({ "flag": flag, "resolution": "DISMISSED", "finding": "They worked apart" });
    let raised = earlier("RaiseIntegrityFlag", "/raiseIntegrityFlag/integrityFlag/id");
    let resolutions = [resolution(raised), resolution(json!("igf_nothing"))];
    cases.extend(both(doubts, "ResolveIntegrityFlag", assessor, resolutions));
    cases.push(list(doubts, "IntegrityFlags", assessor));
    let appeal = |attempt: Value| json!({ "attempt": attempt, "reason": "Page three was overlooked" });
    cases.extend(both(
        "learner/appeal.graphql",
        "FileAppeal",
        learner,
        [appeal(attempt()), appeal(nothing())],
    ));
    let appeals = "assessor/appeals.graphql";
    cases.push(list(appeals, "Appeals", assessor));
    let decision =
        |appeal: Value| json!({ "appeal": appeal, "decision": "Read anew", "regrade": { "score": 60.0 } });
    let decisions =
        [decision(earlier("FileAppeal", "/fileAppeal/appeal/id")), decision(json!("apl_nothing"))];
    cases.extend(both(appeals, "DecideAppeal", assessor, decisions));
    cases
}

/// Enrollments on their way: who is stuck, another cohort, another track.
fn moving(world: &World) -> Vec<Case> {
    let (provider, learner) = (&world.alpha.provider, &world.learner);
    let event = json!({ "eventId": "w-stuck", "type": "PROGRESSED", "component": "w2", "percent": 100.0,
        "enrollment": named("w-0"), "occurredAt": "2026-03-05T09:30:00Z" });
    let ways = "provider/enrollments.graphql";
    let transfer = |enrollment: &str| json!({ "enrollment": named(enrollment), "cohort": named("spring"), "reason": "Illness" });
    let mut cases = vec![
        call("provider/record_events.graphql", "RecordEvents", provider, json!({ "events": [event] })),
        list(ways, "StuckEnrollments", provider),
        call(ways, "TransferEnrollments", provider, json!({ "rows": [transfer("w-1"), transfer("nobody")] })),
        call(ways, "TransferEnrollments", provider, too_many(transfer("nobody"))),
    ];
    let track =
        |enrollment: &str| json!({ "enrollment": named(enrollment), "track": "audit", "reason": "No time" });
    cases.extend(both(
        "learner/change_track.graphql",
        "ChangeTrack",
        learner,
        [track("w-0"), track("nobody")],
    ));
    cases
}

/// Learners' records, and what they earn beside.
fn keeping_records(world: &World) -> Vec<Case> {
    let (provider, learner) = (&world.alpha.provider, &world.learner);
    let file = "provider/learners.graphql";
    let mut cases = Vec::new();
    let mut of_learner = |operation: &'static str, input: Value| {
        let [mut good, mut bad] = [input.clone(), input];
        good["learner"] = named("twin-a");
        bad["learner"] = named("nobody");
        cases.extend(both(file, operation, provider, [good, bad]));
    };
    let emails = json!([{ "address": "ada@work.example", "primary": true, "verified": true }]);
    of_learner("SetLearnerEmails", json!({ "emails": emails }));
    of_learner("SetLearnerExternalIds", json!({ "externalIds": [{ "system": "sis", "externalId": "S-7" }] }));
    of_learner("ChangeLearnerName", json!({ "name": "Ada Married", "reason": "Marriage" }));
    let pair = |duplicate: &str| json!({ "survivor": named("twin-a"), "duplicate": named(duplicate), "reason": "One person" });
    cases.extend(both(file, "MergeLearners", provider, [pair("twin-b"), pair("nobody")]));
    let merge = |id: Value| json!({ "merge": id });
    let merged = earlier("MergeLearners", "/mergeLearners/merge/id");
    cases.extend(both(file, "UndoLearnerMerge", provider, [merge(merged), merge(json!("lmg_nothing"))]));
    let whose = |id: &str| json!({ "learner": named(id) });
    cases.extend(both(file, "CreateLearnerLinkCode", provider, [whose("extra"), whose("nobody")]));
    let code = |code: Value| json!({ "code": code });
    let given = earlier("CreateLearnerLinkCode", "/createLearnerLinkCode/code");
    let codes = [code(given), code(json!("what?"))];
    cases.extend(both("learner/link.graphql", "RedeemLearnerLinkCode", learner, codes));
    cases.extend(both(file, "UnlinkLearner", provider, [whose("extra"), whose("extra")]));

    let units = |amount: &str| {
        json!({ "enrollment": named("course-0"), "externalId": format!("units-{amount}"), "category": "ethics", "title": "A day of it",
            "amount": amount, "earnedAt": "2026-03-05T09:30:00Z", "url": "https://units.example/day" })
    };
    let file = "provider/continuing_units.graphql";
    let rows = [json!({ "rows": [units("4"), units("0")] }), too_many(units("1"))];
    cases.extend(both(file, "RecordContinuingUnits", provider, rows));
    let file = "provider/vouchers.graphql";
    cases.push(Case {
        file,
        operation: "Vouchers",
        client: provider.clone(),
        variables: json!({ "enrollment": named("open-0") }),
    });
    let use_of = |code: Value| json!({ "code": code, "redemptionId": "use-1" });
    let code = earlier("Vouchers", "/enrollment/vouchers/0/code");
    let uses = [use_of(code), use_of(json!("AAAAA-AAAAA-AAAAA-AAAAA"))];
    cases.extend(both(file, "RedeemVoucher", provider, uses));
    cases
}

/// Bulk operations of every kind, listed and stopped.
fn working_in_bulk(world: &World) -> Vec<Case> {
    let alpha = &world.alpha;
    let file = "provider/bulk_operations.graphql";
    let provider = &alpha.provider;
    let everyone =
        |program: &str| json!({ "target": { "everyoneIn": { "program": named(program) } }, "toVersion": 1 });
    let import = |upload: &str| json!({ "upload": upload, "kind": "LEARNERS" });
    let which = |id: &str| json!({ "id": id });
    let mut cases = both(file, "MoveEnrollments", provider, [everyone("workshop"), everyone("nobody")]);
    cases.extend(both(file, "CreateImport", provider, [import(&alpha.upload), import("upl_nothing")]));
    cases.extend(both(file, "CancelBulkOperation", provider, [which(&alpha.canceled), which("blk_nothing")]));
    cases.push(list(file, "BulkOperations", provider));
    cases
}

/// Webhook endpoints, from the one that an earlier call has made to its end.
fn listening(world: &World) -> Vec<Case> {
    let provider = &world.alpha.provider;
    let file = "provider/webhooks.graphql";
    let made = || earlier("CreateWebhookEndpoint", "/createWebhookEndpoint/endpoint/id");
    let nothing = || json!("whe_nothing");
    let update =
        |id: Value| json!({ "id": id, "events": ["ENROLLMENT_UPDATED"], "programs": [named("workshop")] });
    let mut cases = both(file, "UpdateWebhookEndpoint", provider, [update(made()), update(nothing())]);
    let secret = |id: Value| json!({ "id": id, "overlapHours": 2 });
    cases.extend(both(file, "RotateWebhookSecret", provider, [secret(made()), secret(nothing())]));
    let ping = |id: Value| json!({ "endpoint": id });
    let good = json!(world.alpha.webhook_endpoints[0]);
    cases.extend(both(file, "PingWebhookEndpoint", provider, [ping(good), ping(nothing())]));
    // Nothing has happened then: how much there is to tell is not this one's matter.
    let span = json!({ "from": "2098-01-01T00:00:00Z", "to": "2099-01-01T00:00:00Z" });
    let replay = |id: Value| json!({ "endpoint": id, "happened": span });
    cases.extend(both(file, "ReplayWebhooks", provider, [replay(made()), replay(nothing())]));
    let delete = |id: Value| json!({ "id": id });
    cases.extend(both(file, "DeleteWebhookEndpoint", provider, [delete(made()), delete(nothing())]));
    cases
}

/// What an issuer says of itself, and what only operators do.
fn operating(world: &World) -> Vec<Case> {
    let (provider, operator) = (&world.alpha.provider, &world.operator);
    let file = "provider/issuer.graphql";
    let told = json!({ "name": "Alpha University", "url": "https://alpha.example/", "email": "registry@alpha.example", "country": "GB",
        "phone": "+44 1632 960000", "official": "The Registrar", "description": "Open to all", "imageUrl": "https://alpha.example/arms.png",
        "address": { "street": "1 High Street", "locality": "Milton Keynes", "postalCode": "MK7 6AA" },
        "accreditations": [{ "name": "Royal Charter", "body": "Privy Council", "url": "https://charter.example/" }] });
    let mut cases = both(file, "UpdateIssuer", provider, [told, json!({ "name": "" })]);
    let look = json!({ "heading": "Urkunde", "introduction": "Hiermit wird bescheinigt, dass", "statement": "bestanden hat",
        "primaryColor": "#7a0019", "secondaryColor": "#ffcc33", "paper": "A4",
        "signatures": [{ "name": "Ada Beispiel", "role": "Dekanin" }] });
    cases.extend(both(file, "SetCertificateTemplate", provider, [look, json!({ "primaryColor": "red" })]));

    let file = "operator/issuers.graphql";
    let endorse = |program: &str| json!({ "program": { "id": program }, "endorser": { "slug": "alpha" }, "statement": "Employers ask for it." });
    let endorsements = [endorse(&world.beta.programs[0]), endorse("prg_nothing")];
    cases.extend(both(file, "EndorseAchievement", operator, endorsements));
    let end = |id: Value| json!({ "endorsement": id });
    let of_program = earlier("EndorseAchievement", "/endorseAchievement/endorsement/id");
    let of_issuer = earlier("EndorseIssuer", "/endorseIssuer/endorsement/id");
    let nothing = || end(json!("end_nothing"));
    cases.extend(both(file, "WithdrawEndorsement", operator, [end(of_program), nothing()]));
    cases.extend(both(file, "DeclineEndorsement", operator, [end(of_issuer), nothing()]));
    let key = |id: Value| json!({ "id": id, "since": "2026-03-01T00:00:00Z", "note": "A laptop was stolen" });
    let rotated = earlier("RotateSigningKey", "/rotateSigningKey/signingKey/id");
    let keys = [key(rotated), key(json!("key_nothing"))];
    cases.extend(both(file, "MarkSigningKeyCompromised", operator, keys));
    let budget = json!({ "maximumAvailable": 50_000, "restoreRate": 500 });
    let budget = |id: Value| json!({ "id": id, "budget": budget });
    let made = earlier("CreateApiKey", "/createApiKey/apiKey/id");
    let budgets = [budget(made), budget(json!("key_nothing"))];
    cases.extend(both("operator/api_keys.graphql", "SetApiKeyBudget", operator, budgets));
    let distrust = |id: Value| json!({ "issuer": { "slug": "alpha" }, "identityProvider": id });
    let trusted = earlier("TrustIdentityProvider", "/trustIdentityProvider/identityProvider/id");
    let providers = [distrust(trusted), distrust(json!("idp_nothing"))];
    cases.extend(both(file, "DistrustIdentityProvider", operator, providers));
    cases
}
