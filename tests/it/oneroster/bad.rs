//! Bundles that are refused whole, and bad rows among good ones.

use cairn_service::actor::Actor;
use cairn_service::error::Error;
use cairn_service::oneroster::{self, Options, Progress};
use cairn_tests::TestApp;

use super::{Bundle, counts, import, written};

/// Bundles that are none, each with what is said of it.
fn refused() -> Vec<(&'static str, Vec<u8>)> {
    let bent = |bend: &dyn Fn(&mut Bundle)| {
        let mut bundle = Bundle::school();
        bend(&mut bundle);
        bundle.zip()
    };
    let whole = Bundle::school().zip();
    let mut stream = whole.clone();
    let place = entry(&stream, "results.csv");
    for byte in &mut stream[place + 60..place + 90] {
        *byte ^= 0x55;
    }
    let mut encrypted = whole.clone();
    encrypt(&mut encrypted, "users.csv");
    vec![
        ("no zip file", b"sourcedId,status\n".to_vec()),
        ("no zip file", whole[..whole.len() / 2].to_vec()),
        ("results.csv cannot be", stream),
        ("users.csv is encrypted", encrypted),
        ("too much to be real", bent(&|b| b.add("users.csv", "x".repeat(4_000_000)))),
        ("no manifest.csv", bent(&|b| b.remove("manifest.csv"))),
        ("propertyName and value", bent(&|b| b.set("manifest.csv", "a,b\nc,d\n"))),
        ("lacks oneroster.version", bent(&|b| b.edit("manifest.csv", "oneroster.version", "other.version"))),
        (
            "OneRoster 1.1",
            bent(&|b| b.edit("manifest.csv", "oneroster.version,1.2", "oneroster.version,1.1")),
        ),
        ("holds changes only", bent(&|b| b.edit("manifest.csv", "file.results,bulk", "file.results,delta"))),
        (
            "does not list classes.csv",
            bent(&|b| b.edit("manifest.csv", "file.classes,bulk", "file.classes,absent")),
        ),
        ("`bulk` or `absent`", bent(&|b| b.edit("manifest.csv", "file.orgs,bulk", "file.orgs,sometimes"))),
        ("classes.csv is missing", bent(&|b| b.remove("classes.csv"))),
        ("roles.csv", bent(&|b| b.edit("manifest.csv", "file.roles,bulk", "file.roles,absent"))),
        ("lacks the column familyName", bent(&|b| b.edit("users.csv", "familyName", "surname"))),
        ("`title` twice", bent(&|b| b.edit("courses.csv", "courseCode", "title"))),
        ("users.csv is empty", bent(&|b| b.set("users.csv", ""))),
        ("is not UTF-8", bent(&|b| b.set("users.csv", b"\xff\xfes\0o\0"))),
        ("no category", bent(&|b| b.edit("categories.csv", "Final", "Last"))),
    ]
}

/// Where the local header of an entry begins.
fn entry(zip: &[u8], name: &str) -> usize {
    let named = zip.windows(name.len()).position(|window| window == name.as_bytes()).unwrap();
    named - 30
}

/// Marks an entry as encrypted, in its own header and in the directory.
fn encrypt(zip: &mut [u8], name: &str) {
    for place in 0..zip.len() - name.len() {
        if &zip[place..place + name.len()] == name.as_bytes() {
            if place >= 30 && zip[place - 30..].starts_with(b"PK\x03\x04") {
                zip[place - 30 + 6] |= 1;
            } else if place >= 46 && zip[place - 46..].starts_with(b"PK\x01\x02") {
                zip[place - 46 + 8] |= 1;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_bundle_is_refused_whole_and_nothing_is_written() {
    let app = TestApp::start().await;
    let issuer = app.issuer("ou").await;
    let before = written(&app).await;
    for (expected, zip) in refused() {
        match import(&app, &issuer, zip).await {
            Ok(report) => panic!("`{expected}` was accepted: {report:?}"),
            Err(Error::User(errors)) => {
                assert!(
                    errors[0].message.contains(expected),
                    "`{expected}` is not in: {}",
                    errors[0].message
                );
            }
            Err(other) => panic!("`{expected}`: {other:?}"),
        }
    }
    assert_eq!(written(&app).await, before);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_write_may_not_import() {
    let app = TestApp::start().await;
    let issuer = app.issuer("ou").await;
    let other = app.issuer("other").await;
    let zip = || std::io::Cursor::new(Bundle::school().zip());
    let options = Options::default();
    for actor in [Actor::anonymous(), Actor::system_for(other.id)] {
        let refused =
            oneroster::import(&app.service, &actor, issuer.id, zip(), &options, &mut |_: Progress| {}).await;
        assert!(matches!(refused, Err(Error::Unauthenticated(_) | Error::Forbidden(_))));
    }
    let wrong = Options { pass_mark: Some(f64::NAN), ..Options::default() };
    let actor = Actor::system_for(issuer.id);
    let refused =
        oneroster::import(&app.service, &actor, issuer.id, zip(), &wrong, &mut |_: Progress| {}).await;
    assert!(matches!(refused, Err(Error::User(_))));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_rows_are_told_by_file_line_and_column_and_good_ones_go_in() {
    let app = TestApp::start().await;
    let issuer = app.issuer("ou").await;
    let mut bundle = Bundle::school();
    let mut expected = Vec::new();
    let mut bad = |file: &str, line: u64, column: &str, reason: &str, row: &[u8]| {
        bundle.add(file, row);
        expected.push((file.to_owned(), line, column.to_owned(), reason.to_owned()));
    };
    bad("categories.csv", 4, "title", "required", b"cat-x,,,,");
    bad("academicSessions.csv", 4, "endDate", "before startDate", b"x,,,X,term,2020-02-01,2020-01-01,,2020");
    bad("academicSessions.csv", 5, "startDate", "not a day", b"y,,,X,term,2020-02-30,2020-03-01,,2020");
    bad("roles.csv", 8, "userSourcedId", "required", b"r9,,,,primary,student,,,org");
    bad("courses.csv", 3, "status", "must be", b"course-2,deleted,,,Wasps,,,org,,");
    bad("classes.csv", 3, "courseSourcedId", "no course", b"class-x,,,X,,nothing,,scheduled,,org,spring,,,");
    bad(
        "classes.csv",
        4,
        "termSourcedIds",
        "no academic session",
        b"class-y,,,Y,,course,,scheduled,,org,never,,,",
    );
    bad("lineItems.csv", 4, "classSourcedId", "no class", b"li-x,,,X,,,,class-x,cat-quiz,0,1");
    bad("lineItems.csv", 5, "categorySourcedId", "no category", b"li-y,,,Y,,,,class,cat-x,0,1");
    bad("lineItems.csv", 6, "resultValueMax", "more than", b"li-z,,,Z,,,,class,cat-quiz,5,5");
    bad("lineItems.csv", 7, "dueDate", "YYYY-MM-DD", b"li-w,,,W,,,20/05/2020,class,cat-quiz,0,5");
    bad("users.csv", 8, "familyName", "UTF-8", b"ada2,,,true,x,Andr,\xe9,,");
    bad("users.csv", 9, "sourcedId", "before", b"ada,,,true,x,Somebody,Else,,");
    bad("users.csv", 10, "", "columns", b"ada3,,,true,x,Too,Short");
    bad("roles.csv", 9, "", "columns", b"r10,,,zoe,primary,student");
    bad("enrollments.csv", 8, "userSourcedId", "no user", b"e-x,,,class,org,tom,student,false,,");
    bad(
        "enrollments.csv",
        9,
        "endDate",
        "before beginDate",
        b"e-y,,,class,org,ada,student,false,2020-02-01,2020-01-01",
    );
    bad("enrollments.csv", 10, "classSourcedId", "no class", b"e-z,,,class-x,org,ada,student,false,,");
    bad("enrollments.csv", 11, "beginDate", "1900", b"e-w,,,class,org,ada,student,false,0020-01-01,");
    bad("results.csv", 7, "score", "less than", b"x1,,,li-quiz,ada,fully graded,-1,2020-05-19,,,class");
    bad("results.csv", 8, "score", "more than", b"x2,,,li-quiz,ada,fully graded,10.1,2020-05-19,,,class");
    bad("results.csv", 9, "score", "not a number", b"x3,,,li-quiz,ada,fully graded,A+,2020-05-19,,,class");
    bad("results.csv", 10, "scoreDate", "required", b"x4,,,li-quiz,ada,fully graded,1,,,,class");
    bad("results.csv", 11, "scoreStatus", "no status", b"x5,,,li-quiz,ada,graded,1,2020-05-19,,,class");
    bad(
        "results.csv",
        12,
        "lineItemSourcedId",
        "no line item",
        b"x6,,,li-x,ada,fully graded,1,2020-05-19,,,class",
    );
    bad(
        "results.csv",
        13,
        "studentSourcedId",
        "enrolled",
        b"x7,,,li-quiz,tom,fully graded,1,2020-05-19,,,class",
    );
    bad("results.csv", 14, "sourcedId", "required", b",,,li-quiz,ada,fully graded,1,2020-05-19,,,class");
    bad("results.csv", 15, "sourcedId", "before", b"f-ada,,,li-quiz,ada,fully graded,1,2020-05-19,,,class");
    // Two lines in one field: what comes after is still counted right.
    bundle.add("results.csv", "ok,,,li-quiz,eve,fully graded,1,2020-05-19,\"two\nlines\",,class");
    bundle.add("results.csv", "no,,,li-quiz,eve,exempt,,2020-05-19,,,class");
    bundle.add("results.csv", "x8,,,li-quiz,eve,fully graded,1,2020-13-19,,,class");
    expected.push(("results.csv".to_owned(), 19, "scoreDate".to_owned(), "not a day".to_owned()));

    let report = import(&app, &issuer, bundle.zip()).await.unwrap();
    for (file, line, column, reason) in &expected {
        let found = report.bad_rows.iter().any(|bad| {
            bad.file == *file
                && bad.line == *line
                && bad.column.as_deref().unwrap_or_default() == column
                && bad.reason.contains(reason.as_str())
        });
        assert!(found, "{file}:{line} {column} `{reason}` is not in {:#?}", report.bad_rows);
    }
    assert_eq!(report.bad_rows.len(), expected.len(), "{:#?}", report.bad_rows);
    assert_eq!(report.failed(), expected.len() as u64);
    assert_eq!(counts(&report, "results.csv"), [6, 0, 0, 1, 10]);
    assert_eq!(counts(&report, "users.csv"), [5, 0, 0, 1, 3]);
    let again = import(&app, &issuer, bundle.zip()).await.unwrap();
    assert!(again.is_unchanged());
    assert_eq!(again.failed(), expected.len() as u64);
    app.stop().await;
}
