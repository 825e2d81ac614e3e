//! Strangers call every operation that the schema has, each with the ids of another tenant wherever one fits: nothing is found, nothing changes.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, InputObjectType, InputValueDefinition, ServiceDocument, Type, TypeKind, TypeSystemDefinition,
};
use cairn_service::actor::Role;
use cairn_tests::{Client, TestApp, World};
use serde_json::{Map, Value, json};

use crate::tenancy::{collect_ids, snapshot};

/// How deep inputs are filled and payloads selected.
const DEEPEST: usize = 5;

/// The schema.
struct Schema {
    types: BTreeMap<String, TypeKind>,
    /// Inputs of which just one member is given.
    one_of: BTreeSet<String>,
}

impl Schema {
    fn read() -> Self {
        let document: ServiceDocument = parse_schema(cairn_api::graphql::sdl()).unwrap();
        let mut schema = Self { types: BTreeMap::new(), one_of: BTreeSet::new() };
        for definition in document.definitions {
            let TypeSystemDefinition::Type(found) = definition else { continue };
            let name = found.node.name.node.to_string();
            if found.node.directives.iter().any(|directive| directive.node.name.node == "oneOf") {
                schema.one_of.insert(name.clone());
            }
            schema.types.insert(name, found.node.kind);
        }
        schema
    }

    fn object(&self, name: &str) -> Option<&async_graphql::parser::types::ObjectType> {
        match self.types.get(name) {
            Some(TypeKind::Object(object)) => Some(object),
            _ => None,
        }
    }

    fn input(&self, name: &str) -> Option<&InputObjectType> {
        match self.types.get(name) {
            Some(TypeKind::InputObject(input)) => Some(input),
            _ => None,
        }
    }

    /// Ids wherever they are to be had without arguments.
    fn selection(&self, name: &str, depth: usize) -> String {
        let Some(object) = self.object(name) else { return "{ __typename }".to_owned() };
        let mut fields = vec!["__typename".to_owned()];
        for field in &object.fields {
            let (field, of) = (&field.node, named(&field.node.ty.node));
            if !field.arguments.iter().all(|argument| argument.node.ty.node.nullable) {
                continue;
            }
            if of == "ID" {
                fields.push(field.name.node.to_string());
            } else if depth > 0 && self.object(&of).is_some() {
                fields.push(format!("{} {}", field.name.node, self.selection(&of, depth - 1)));
            }
        }
        format!("{{ {} }}", fields.join(" "))
    }
}

/// What a type is of, without lists and exclamation marks.
fn named(of: &Type) -> String {
    match &of.base {
        BaseType::Named(name) => name.to_string(),
        BaseType::List(of) => named(of),
    }
}

/// Fills inputs with the ids of one tenant.
struct Filler<'a> {
    schema: &'a Schema,
    /// One id of each kind, by prefix.
    ids: &'a BTreeMap<String, String>,
    /// What stands where only `ID` is asked for.
    plain: &'a str,
}

impl Filler<'_> {
    /// A value for a place; none where it can be left out and names no row.
    fn value(&self, of: &Type, depth: usize) -> Option<Value> {
        match &of.base {
            BaseType::List(of_each) => match self.value(of_each, depth) {
                Some(value) => Some(json!([value])),
                None => (!of.nullable).then(|| json!([])),
            },
            BaseType::Named(name) => self.of_type(name, of.nullable, depth),
        }
    }

    fn of_type(&self, name: &str, optional: bool, depth: usize) -> Option<Value> {
        if name == "ID" {
            return Some(json!(self.plain));
        }
        if let Some(prefix) = name.strip_suffix("Ref").and_then(prefix_of) {
            match self.ids.get(prefix) {
                Some(id) => return Some(json!({ "id": id })),
                None if optional => return None,
                None => {}
            }
        }
        if let Some(input) = self.schema.input(name) {
            let filled = self.object(name, input, depth);
            return (!optional || !filled.is_empty()).then_some(Value::Object(filled));
        }
        if optional {
            return None;
        }
        Some(match (name, self.schema.types.get(name)) {
            (_, Some(TypeKind::Enum(values))) => json!(values.values[0].node.value.node.as_str()),
            ("Int", _) => json!(1),
            ("Float", _) => json!(1.5),
            ("Boolean", _) => json!(true),
            ("DateTime", _) => json!("2026-11-01T08:00:00Z"),
            ("Date", _) => json!("2026-11-01"),
            ("Decimal", _) => json!("1.5"),
            ("TimeZone", _) => json!("Europe/Dublin"),
            ("URL", _) => json!("https://stranger.example/"),
            _ => json!("stranger"),
        })
    }

    fn object(&self, name: &str, input: &InputObjectType, depth: usize) -> Map<String, Value> {
        let one_of = self.schema.one_of.contains(name);
        let filled = input.fields.iter().map(|field| &field.node).filter_map(|field| {
            let of = &field.ty.node;
            // Of a choice one must be taken, and one that ends.
            let taken = if one_of { named(of) != name } else { depth > 0 || !of.nullable };
            let of = Type { nullable: of.nullable && !one_of, ..of.clone() };
            let value = taken.then(|| self.value(&of, depth.saturating_sub(1))).flatten()?;
            Some((field.name.node.to_string(), value))
        });
        if one_of { filled.take(1).collect() } else { filled.collect() }
    }

    /// The document and variables of a call; none where nothing of it names a row.
    fn call(&self, kind: &str, field: &async_graphql::parser::types::FieldDefinition) -> (String, Value) {
        let filled: Vec<(&InputValueDefinition, Value)> = field
            .arguments
            .iter()
            .filter_map(|argument| Some((&argument.node, self.value(&argument.node.ty.node, DEEPEST)?)))
            .collect();
        let declared: Vec<String> = filled
            .iter()
            .map(|(argument, _)| format!("${}: {}", argument.name.node, argument.ty.node))
            .collect();
        let passed: Vec<String> =
            filled.iter().map(|(argument, _)| format!("{0}: ${0}", argument.name.node)).collect();
        let bracketed = |parts: Vec<String>| match parts.is_empty() {
            true => String::new(),
            false => format!("({})", parts.join(", ")),
        };
        let selection = match named(&field.ty.node) {
            scalar if self.schema.object(&scalar).is_none() && scalar != "Node" => String::new(),
            of => self.schema.selection(&of, 2),
        };
        let (declared, passed) = (bracketed(declared), bracketed(passed));
        let document = format!("{kind}{declared} {{ {}{passed} {selection} }}", field.name.node);
        let variables =
            filled.into_iter().map(|(argument, value)| (argument.name.node.to_string(), value)).collect();
        (document, Value::Object(variables))
    }
}

/// The prefix of the ids of what a reference names.
fn prefix_of(of: &str) -> Option<&'static str> {
    cairn_service::ids::Kind::of_type_name(of).map(cairn_service::ids::Kind::prefix)
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_called_with_another_tenants_ids_finds_and_changes_nothing() {
    let app = TestApp::start().await;
    let world = World::build(&app, 2).await;
    let before = snapshot(&world.alpha.provider).await;
    let mut owned = BTreeSet::new();
    collect_ids(&before, &mut owned);
    owned.extend([
        world.alpha.spare_key.clone(),
        world.alpha.bulk_operation.clone(),
        world.alpha.export.clone(),
    ]);
    owned.extend(world.projects.iter().cloned());
    owned.extend(world.alpha.webhook_endpoints.iter().chain(&world.alpha.webhook_deliveries).cloned());
    let mut ids: BTreeMap<String, String> = BTreeMap::new();
    let issuer = cairn_service::ids::encode(cairn_service::ids::Kind::Issuer, world.alpha.issuer.id);
    let public = [&issuer, &world.alpha.programs[0], &world.alpha.cohort, &world.alpha.criteria[0]];
    for id in owned.iter().chain(public) {
        let prefix = id.split_once('_').unwrap().0;
        ids.entry(prefix.to_owned()).or_insert_with(|| id.clone());
    }
    let beta = &world.beta.issuer;
    let strangers: [(&str, Client); 6] = [
        ("provider", world.beta.provider.clone()),
        ("admin", app.person(beta, Role::IssuerAdmin, "admin").await),
        ("instructor", app.person(beta, Role::Instructor, "instructor").await),
        ("assessor", app.person(beta, Role::Assessor, "assessor").await),
        ("learner", app.person(beta, Role::Learner, "learner-1").await),
        ("anonymous", app.anonymous()),
    ];
    let schema = Schema::read();
    let (mut called, mut invalid) = (0, BTreeSet::new());
    for (kind, root) in [("query", "Query"), ("mutation", "Mutation")] {
        for field in &schema.object(root).unwrap().fields {
            // Where a place takes any id, one of each kind is tried.
            let mut tried = BTreeSet::new();
            for plain in ids.values() {
                let (document, variables) =
                    Filler { schema: &schema, ids: &ids, plain }.call(kind, &field.node);
                if !tried.insert(variables.to_string()) {
                    continue;
                }
                for (who, stranger) in &strangers {
                    let answer = stranger.send(&document, variables.clone()).await;
                    let told = || format!("{who}: {document}\n{variables}\n{answer:?}");
                    if answer.body.to_string().contains("GRAPHQL_VALIDATION_FAILED") {
                        invalid.insert(told());
                    }
                    assert!(!answer.body.to_string().contains("\"INTERNAL\""), "{}", told());
                    let mut seen = BTreeSet::new();
                    collect_ids(&answer.body, &mut seen);
                    assert!(seen.is_disjoint(&owned), "{}", told());
                    called += 1;
                }
            }
        }
    }
    assert!(
        invalid.is_empty(),
        "the calls must be understood: {}",
        invalid.into_iter().collect::<Vec<_>>().join("\n")
    );
    assert!(called > 500, "{called} calls");
    assert_eq!(snapshot(&world.alpha.provider).await, before, "nothing of the first tenant has changed");
    app.stop().await;
}
