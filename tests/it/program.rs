//! Programs: writing, publishing and reading them.

use cairn_service::actor::Actor;
use cairn_service::bulk::UpsertOutcome;
use cairn_service::patch::Patch;
use cairn_service::program::{self, NewComponent, NewItem, NewModule, NewProgram};
use cairn_tests::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn smoke() {
    let app = TestApp::start().await;
    let issuer = app.issuer("ou").await;
    let actor = Actor::system_for(issuer.id);
    let module = |id: &str| NewComponent {
        required: true,
        group_code: None,
        item: NewItem::Module(NewModule { external_id: id.into(), title: id.into(), workload_hours: None, outcomes: vec![] }),
    };
    let new = |ids: &[&str]| NewProgram {
        external_id: "p".into(),
        title: "Título".into(),
        achievement_type: "Certificate".into(),
        components: Patch::Set(ids.iter().map(|id| module(id)).collect()),
        ..NewProgram::default()
    };
    let one = program::upsert(&app.service, &actor, new(&["a", "b"])).await.unwrap();
    assert_eq!(one.outcome, UpsertOutcome::Created);
    let two = program::upsert(&app.service, &actor, new(&["b", "c", "a"])).await.unwrap();
    assert_eq!((two.outcome, two.version.id), (UpsertOutcome::Updated, one.version.id));
    let same = program::upsert(&app.service, &actor, new(&["b", "c", "a"])).await.unwrap();
    assert_eq!(same.outcome, UpsertOutcome::Unchanged);
    let (row, version) = program::publish(&app.service, &actor, &cairn_service::reference::Reference::ExternalId("p".into())).await.unwrap();
    assert_eq!(row.current_version_id, Some(version.id));
    let three = program::upsert(&app.service, &actor, new(&["b"])).await.unwrap();
    assert_eq!(three.version.number, 2);
    assert_eq!(three.program.slug, "ou-titulo");
    app.stop().await;
}
