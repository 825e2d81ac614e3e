//! A program that has everything, and the skills that it aligns to.

use serde_json::{Value, json};

use crate::TestApp;

/// Addresses of the skills that programs align to.
pub const SKILLS: [&str; 3] = [
    "http://data.europa.eu/esco/skill/0001",
    "http://data.europa.eu/esco/skill/0002",
    "http://data.europa.eu/esco/skill/0003",
];

pub(crate) async fn seed_skills(app: &TestApp) {
    use cairn_service::skill::{NewFramework, NewSkill, upsert_framework};
    let skills = SKILLS.iter().enumerate().map(|(index, uri)| NewSkill {
        uri: (*uri).to_owned(),
        name: format!("skill {index}"),
        code: None,
        description: None,
        kind: None,
        alternative_labels: Vec::new(),
    });
    let framework = NewFramework {
        uri: "http://data.europa.eu/esco".to_owned(),
        name: "ESCO".to_owned(),
        publisher: None,
        license: None,
        skills: skills.collect(),
    };
    upsert_framework(&app.service, &cairn_service::actor::Actor::system(), framework).await.unwrap();
}

/// A program with everything, by external id.
pub fn full_program(external_id: &str, title: &str, beta_or_alpha: &str) -> Value {
    json!({
        "externalId": external_id, "title": title, "summary": "Statistics for people who decide", "description": "At *length*.",
        "achievementType": "MicroCredential", "criteria": "Pass the project and the exam.", "language": "en",
        "imageUrl": format!("https://{beta_or_alpha}.example/{external_id}.png"),
        "deliveryMode": "ONLINE", "durationWeeks": 10.0, "workloadHours": 100.0,
        "prices": [
            { "amount": "550.00", "currency": "GBP", "track": "verified" },
            { "amount": "49.00", "currency": "GBP", "per": "MONTH", "track": "verified" },
            { "amount": "0", "currency": "GBP", "track": "audit" },
        ],
        "credits": [{ "amount": "10", "scheme": "UK_CATS" }, { "amount": "5", "scheme": "ECTS" }, { "amount": "3", "scheme": "LOCAL" }],
        "levels": [{ "framework": "EQF", "value": "6" }, { "framework": "FHEQ", "value": "6" }, { "framework": "NQF", "value": "6" }],
        "tracks": [
            { "code": "verified", "name": "Verified", "identityCheckRequired": true, "leadsToAwards": true },
            { "code": "audit", "name": "Audit", "leadsToAwards": false },
            { "code": "staff", "name": "Staff", "leadsToAwards": true },
        ],
        "learningOutcomes": (0..3).map(|n| json!({ "code": format!("LO{n}"), "statement": format!("Explain thing {n}"),
            "skills": SKILLS.map(|uri| json!({ "uri": uri })) })).collect::<Vec<_>>(),
        "components": (0..3).map(|n| json!({ "item": { "module": { "externalId": format!("m{n}"), "title": format!("Module {n}"),
            "workloadHours": 30.0, "outcomes": ["LO0", "LO1", "LO2"] } } })).collect::<Vec<_>>(),
        "assessments": [
            { "externalId": "project", "title": "Project", "kind": "PROJECT", "weight": 0.6, "passMark": 40.0, "maxScore": 100.0,
              "maxAttempts": 3, "grading": "EXPERT", "module": "m2",
              "rubric": (0..3).map(|n| json!({ "criterion": format!("Criterion {n}"), "levels": [
                  { "label": "Not yet", "points": 0.0, "description": "Requires changes" },
                  { "label": "Meets", "points": 20.0, "description": "Meets specifications" },
                  { "label": "Exceeds", "points": 30.0, "description": "Exceeds specifications" } ] })).collect::<Vec<_>>() },
            { "externalId": "exam", "title": "Exam", "kind": "EXAM", "weight": 0.3, "passMark": 40.0, "maxScore": 100.0,
              "supervision": "PROCTORED", "identityCheck": "DOCUMENT", "grading": "EXPERT", "maxAttempts": 2 },
            { "externalId": "quiz", "title": "Quiz", "kind": "QUIZ", "weight": 0.1, "passMark": 5.0, "maxScore": 10.0, "grading": "AUTOMATED" },
        ],
        "completionRule": { "allOf": [{ "componentCompleted": "m0" }, { "assessmentPassed": "exam" }, { "overallScore": 40.0 }] },
        "validity": { "months": 24, "renewalOpensMonthsBefore": 24 }, "maySuspend": true,
        "recognitions": (0..3).map(|n| json!({ "body": format!("Body {n}"), "statement": "Counts towards an MSc",
            "credits": [{ "amount": "10", "scheme": "UK_CATS" }], "url": "https://body.example/" })).collect::<Vec<_>>(),
        "qualityAssurance": ["INTERNAL", "EXTERNAL_AGENCY", "PROFESSIONAL_BODY"],
        "awards": [
            { "externalId": "certificate", "kind": "CREDENTIAL", "title": title, "description": "The certificate", "validMonths": 24 },
            { "externalId": "credits", "kind": "CREDITS", "title": "Ten credits", "credits": [{ "amount": "10", "scheme": "UK_CATS" }] },
            { "externalId": "voucher", "kind": "VOUCHER", "title": "Exam voucher", "validMonths": 12 },
        ],
        "parties": [
            { "role": "OFFERS", "name": "Learning Ltd", "url": "https://learning.example/" },
            { "role": "ASSESSES", "name": "Exams Ltd", "url": "https://exams.example/" },
            { "role": "PARTNERS", "name": "Industry plc", "url": "https://industry.example/" },
        ],
    })
}
