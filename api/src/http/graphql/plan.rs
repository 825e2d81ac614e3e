//! Puts the result of an execution into the form that the GraphQL specification gives it: fields in the order of the
//! document (section 6.3), and a failed field null, or the nearest field around it that may be (section 6.4.4).
//! The executor leaves fields in the order in which they were ready, and leaves out the failed ones.

use std::collections::HashMap;

use async_graphql::{
    Name, PathSegment, Positioned, Response, Value,
    indexmap::IndexMap,
    parser::{
        parse_schema,
        types::{
            BaseType, ExecutableDocument, FieldDefinition, FragmentDefinition, OperationDefinition,
            OperationType, Selection, SelectionSet, Type, TypeKind, TypeSystemDefinition,
        },
    },
};

/// The types of all fields of a schema.
pub struct Types {
    fields: HashMap<Name, HashMap<Name, Type>>,
    roots: [Name; 3],
}

impl Types {
    /// Reads them from a schema's own SDL.
    ///
    /// # Errors
    /// When the SDL does not parse.
    pub fn from_sdl(sdl: &str) -> Result<Self, async_graphql::parser::Error> {
        let mut fields = HashMap::new();
        let mut roots = [Name::new("Query"), Name::new("Mutation"), Name::new("Subscription")];
        for definition in parse_schema(sdl)?.definitions {
            match definition {
                TypeSystemDefinition::Schema(schema) => {
                    let named = [schema.node.query, schema.node.mutation, schema.node.subscription];
                    for (root, name) in roots.iter_mut().zip(named) {
                        if let Some(name) = name {
                            *root = name.node;
                        }
                    }
                }
                TypeSystemDefinition::Type(definition) => {
                    let list: Vec<Positioned<FieldDefinition>> = match definition.node.kind {
                        TypeKind::Object(object) => object.fields,
                        TypeKind::Interface(interface) => interface.fields,
                        _ => continue,
                    };
                    let types = list.into_iter().map(|field| (field.node.name.node, field.node.ty.node));
                    fields.entry(definition.node.name.node).or_insert_with(HashMap::new).extend(types);
                }
                TypeSystemDefinition::Directive(_) => {}
            }
        }
        Ok(Self { fields, roots })
    }

    fn root(&self, kind: OperationType) -> &Name {
        match kind {
            OperationType::Query => &self.roots[0],
            OperationType::Mutation => &self.roots[1],
            OperationType::Subscription => &self.roots[2],
        }
    }
}

/// What one operation selects, fragments expanded and fields of one response key merged.
#[derive(Debug, Default)]
pub struct Plan {
    fields: Vec<Field>,
}

#[derive(Debug)]
struct Field {
    key: Name,
    /// Whether the field, the items of its list, the items of those … may be null.
    nullable: Vec<bool>,
    selected: Plan,
}

impl Plan {
    /// The plan of an operation. The document must have passed the limits, which bound its size.
    pub fn of(types: &Types, document: &ExecutableDocument, operation: &OperationDefinition) -> Self {
        let mut planner = Planner { types, fragments: &document.fragments, open: Vec::new() };
        let mut plan = Self::default();
        planner.select(types.root(operation.ty), &operation.selection_set.node, &mut plan);
        plan
    }

    /// How many root fields it selects.
    pub fn width(&self) -> usize {
        self.fields.len()
    }

    /// Completes a response of this operation. One whose execution never began stays as it is.
    pub fn complete(&self, response: &mut Response) {
        for error in &response.errors {
            if !error.path.is_empty() {
                self.mark(&mut response.data, &error.path);
            }
        }
        if !response.errors.is_empty() {
            self.enforce(&mut response.data, &[true]);
        }
        self.arrange(&mut response.data);
    }

    /// Writes null for the failed field at `path`, where nothing stands.
    fn mark(&self, value: &mut Value, path: &[PathSegment]) {
        match (path.split_first(), value) {
            (Some((PathSegment::Index(index), rest)), Value::List(items)) => {
                if let Some(item) = items.get_mut(*index) {
                    self.mark(item, rest);
                }
            }
            (Some((PathSegment::Field(key), rest)), value) => {
                let Some(field) = self.fields.iter().find(|field| field.key == key.as_str()) else { return };
                if *value == Value::Null {
                    // The executor gives null for an object all of whose fields failed.
                    *value = Value::Object(IndexMap::new());
                }
                if let Value::Object(object) = value {
                    let slot = object.entry(field.key.clone()).or_insert(Value::Null);
                    field.selected.mark(slot, rest);
                }
            }
            _ => {}
        }
    }

    /// Makes null what holds a null that may not be: a position of these `nullable` levels. False where this position
    /// is null and may not be.
    fn enforce(&self, value: &mut Value, nullable: &[bool]) -> bool {
        let holds = match value {
            Value::Null => false,
            Value::List(items) => {
                let inner = nullable.get(1..).unwrap_or_default();
                items.iter_mut().all(|item| self.enforce(item, inner))
            }
            Value::Object(object) => self.fields.iter().all(|field| {
                let slot = object.get_mut(&field.key);
                slot.is_none_or(|slot| field.selected.enforce(slot, &field.nullable))
            }),
            _ => true,
        };
        if !holds {
            *value = Value::Null;
        }
        holds || nullable.first().copied().unwrap_or(true)
    }

    fn arrange(&self, value: &mut Value) {
        match value {
            Value::List(items) => items.iter_mut().for_each(|item| self.arrange(item)),
            Value::Object(object) => {
                let place = |key: &Name| self.fields.iter().position(|field| field.key == *key);
                let mut last = 0;
                let in_order = object.keys().all(|key| {
                    let found = self.fields[last..].iter().position(|field| field.key == *key);
                    last += found.unwrap_or_default();
                    found.is_some()
                });
                if !in_order {
                    object.sort_by(|a, _, b, _| place(a).cmp(&place(b)));
                }
                let mut from = 0;
                for (key, value) in object {
                    let found = self.fields[from..].iter().position(|field| field.key == *key);
                    let Some(index) = found else { continue };
                    from += index;
                    let selected = &self.fields[from].selected;
                    if !selected.fields.is_empty() {
                        selected.arrange(value);
                    }
                }
            }
            _ => {}
        }
    }
}

struct Planner<'a> {
    types: &'a Types,
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    /// Fragments being expanded: one within itself is left for validation to refuse.
    open: Vec<&'a Name>,
}

impl<'a> Planner<'a> {
    fn select(&mut self, parent: &Name, set: &'a SelectionSet, plan: &mut Plan) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let key = field.node.response_key().node.clone();
                    let ty =
                        self.types.fields.get(parent).and_then(|fields| fields.get(&field.node.name.node));
                    let (nullable, base) = levels(ty);
                    let index = plan.fields.iter().position(|known| known.key == key).unwrap_or_else(|| {
                        plan.fields.push(Field { key, nullable, selected: Plan::default() });
                        plan.fields.len() - 1
                    });
                    self.select(&base, &field.node.selection_set.node, &mut plan.fields[index].selected);
                }
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.node.type_condition.as_ref().map(|on| &on.node.on.node);
                    self.select(condition.unwrap_or(parent), &fragment.node.selection_set.node, plan);
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    let Some((name, fragment)) = self.fragments.get_key_value(name) else { continue };
                    if self.open.contains(&name) {
                        continue;
                    }
                    self.open.push(name);
                    let condition = &fragment.node.type_condition.node.on.node;
                    self.select(condition, &fragment.node.selection_set.node, plan);
                    self.open.pop();
                }
            }
        }
    }
}

/// Whether each level of a type may be null, from the outside in, and the named type within. A field that is not
/// known (introspection) counts as one that may.
fn levels(ty: Option<&Type>) -> (Vec<bool>, Name) {
    let mut nullable = Vec::new();
    let mut level = ty;
    loop {
        nullable.push(level.is_none_or(|ty| ty.nullable));
        match level.map(|ty| &ty.base) {
            Some(BaseType::List(item)) => level = Some(item),
            Some(BaseType::Named(name)) => return (nullable, name.clone()),
            None => return (nullable, Name::new("")),
        }
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::{ServerError, parser::parse_query};
    use serde_json::json;

    use super::*;

    const SDL: &str = "
        type Query { a: Int, b: Int!, node: Node, must: Node!, list: [Node!]!, open: [Node], any: Any }
        type Node implements Any { x: Int, y: Int!, deep: Node, sure: Node! }
        interface Any { x: Int }
        schema { query: Query }";

    fn completed(document: &str, data: serde_json::Value, errors: &[&[&str]]) -> Value {
        let types = Types::from_sdl(SDL).unwrap();
        let parsed = parse_query(document).unwrap();
        let (_, operation) = parsed.operations.iter().next().unwrap();
        let plan = Plan::of(&types, &parsed, &operation.node);
        let mut response = Response::new(Value::from_json(data).unwrap());
        response.errors = errors
            .iter()
            .map(|path| {
                let segment = |text: &&str| {
                    text.parse()
                        .map(PathSegment::Index)
                        .unwrap_or_else(|_| PathSegment::Field((*text).to_owned()))
                };
                ServerError::new("failed", None).with_path(path.iter().map(segment).collect())
            })
            .collect();
        plan.complete(&mut response);
        response.data
    }

    #[test]
    fn failed_fields_become_null_where_they_may() {
        for (document, data, errors, expected) in [
            ("{ a b }", json!({"b": 1}), &[&["a"][..]][..], json!({"a": null, "b": 1})),
            ("{ a b }", json!({"a": 1}), &[&["b"]], json!(null)),
            ("{ a }", json!(null), &[&["a"]], json!({"a": null})),
            (
                "{ node { x y } a }",
                json!({"node": {"y": 1}, "a": 1}),
                &[&["node", "x"]],
                json!({"node": {"x": null, "y": 1}, "a": 1}),
            ),
            (
                "{ node { x y } a }",
                json!({"node": {"x": 1}, "a": 1}),
                &[&["node", "y"]],
                json!({"node": null, "a": 1}),
            ),
            (
                "{ node { x } a }",
                json!({"node": null, "a": 1}),
                &[&["node", "x"]],
                json!({"node": {"x": null}, "a": 1}),
            ),
            ("{ must { y } a }", json!({"must": null, "a": 1}), &[&["must", "y"]], json!(null)),
            (
                "{ node { sure { sure { y } } } }",
                json!({"node": {"sure": {"sure": {}}}}),
                &[&["node", "sure", "sure", "y"]],
                json!({"node": null}),
            ),
            (
                "{ list { x y } }",
                json!({"list": [{"x": 1, "y": 1}, {"y": 1}]}),
                &[&["list", "1", "x"]],
                json!({"list": [{"x": 1, "y": 1}, {"x": null, "y": 1}]}),
            ),
            (
                "{ list { y } a }",
                json!({"list": [{"y": 1}, {}], "a": 1}),
                &[&["list", "1", "y"]],
                json!(null),
            ),
            (
                "{ open { y } a }",
                json!({"open": [{"y": 1}, {}], "a": 1}),
                &[&["open", "1", "y"]],
                json!({"open": [{"y": 1}, null], "a": 1}),
            ),
            ("{ open { y } a }", json!({"a": 1}), &[&["open"]], json!({"open": null, "a": 1})),
            ("{ open { y } a }", json!({"a": 1}), &[&["open", "1", "y"]], json!({"open": null, "a": 1})),
            (
                "{ any { ... on Node { y } x } }",
                json!({"any": {"x": 1}}),
                &[&["any", "y"]],
                json!({"any": null}),
            ),
            ("{ q: node { z: x } }", json!({"q": {}}), &[&["q", "z"]], json!({"q": {"z": null}})),
            ("{ a }", json!({"a": 1}), &[&["a"]], json!({"a": 1})),
            ("{ node { x y } }", json!(null), &[&["node", "x"], &["node", "y"]], json!({"node": null})),
            ("{ node { y x } }", json!(null), &[&["node", "y"], &["node", "x"]], json!({"node": null})),
        ] {
            let expected = Value::from_json(expected).unwrap();
            assert_eq!(completed(document, data, errors), expected, "{document} {errors:?}");
        }
    }

    #[test]
    fn fields_stand_in_the_order_of_the_document() {
        let text = |document: &str, data| serde_json::to_string(&completed(document, data, &[])).unwrap();
        assert_eq!(text("{ b a }", json!({"a": 1, "b": 2})), r#"{"b":2,"a":1}"#);
        assert_eq!(
            text(
                "{ list { y ...F x } a } fragment F on Node { deep { y x } }",
                json!({"a": 1, "list": [{"x": 1, "deep": {"x": 1, "y": 2}, "y": 3}]})
            ),
            r#"{"list":[{"y":3,"deep":{"y":2,"x":1},"x":1}],"a":1}"#
        );
        assert_eq!(
            text("{ b ...F } fragment F on Query { ...F a }", json!({"a": 1, "b": 2})),
            r#"{"b":2,"a":1}"#
        );
    }
}
