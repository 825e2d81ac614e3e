//! Puts the result of an execution into the form that the GraphQL specification gives it: fields in the order of the
//! document (section 6.3), and a failed field null, or the nearest field around it that may be (section 6.4.4).
//! The executor leaves fields in the order in which they were ready, and leaves out the failed ones.

use std::collections::HashMap;

use async_graphql::{
    Name, PathSegment, Positioned, Response, Value,
    indexmap::IndexMap,
    parser::types::{
        ExecutableDocument, Field as Asked, FragmentDefinition, OperationDefinition, Selection, SelectionSet,
    },
};

use super::{
    cost::{Around, Price, Pricing},
    limits::directives,
    types::levels,
};

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
    /// The only one of several types that has it here, where that is so.
    only_on: Option<Name>,
    price: Price,
    selected: Plan,
}

impl Plan {
    /// The plan of an operation. The document must have passed the limits, which bound its size.
    pub fn of(pricing: &Pricing<'_>, document: &ExecutableDocument, operation: &OperationDefinition) -> Self {
        let mut planner = Planner { pricing, fragments: &document.fragments, open: Vec::new() };
        let mut plan = Self::default();
        let root =
            Within::type_of(pricing, pricing.types.root(operation.ty).clone(), true, Around::default());
        planner.select(&root, &operation.selection_set.node, &mut plan);
        plan
    }

    /// How many root fields it selects.
    pub fn width(&self) -> usize {
        self.fields.len()
    }

    /// What the operation may cost at most. Of fields that only one of several types has, those of the dearest type count.
    pub fn requested(&self) -> u64 {
        let mut everywhere = 0u64;
        let mut by_type: Vec<(&Name, u64)> = Vec::new();
        for field in &self.fields {
            let cost = field.requested();
            match &field.only_on {
                None => everywhere = everywhere.saturating_add(cost),
                Some(name) => match by_type.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, sum)) => *sum = sum.saturating_add(cost),
                    None => by_type.push((name, cost)),
                },
            }
        }
        everywhere.saturating_add(by_type.iter().map(|(_, sum)| *sum).max().unwrap_or_default())
    }

    /// What a response of this operation has cost: the prices of the values that are in it. A null was looked for, too.
    pub fn actual(&self, data: &Value) -> u64 {
        let Value::Object(object) = data else { return 0 };
        let costs = self.fields.iter().filter_map(|field| Some(field.actual(object.get(&field.key)?)));
        costs.fold(0, u64::saturating_add)
    }

    /// The path to the fields that most of the cost is for, with their cost.
    pub fn costliest(&self) -> (Vec<String>, u64) {
        let (mut path, mut plan, mut times, mut cost) = (Vec::new(), self, 1u64, self.requested());
        loop {
            let most = plan.fields.iter().max_by_key(|field| field.requested());
            let Some(field) = most.filter(|field| field.requested() > 0) else { break };
            let of_field = field.requested().saturating_mul(times);
            if !path.is_empty() && of_field < cost / 2 {
                break;
            }
            path.push(field.key.to_string());
            (cost, plan, times) = (of_field, &field.selected, times.saturating_mul(field.price.many));
        }
        (path, cost)
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

impl Field {
    fn requested(&self) -> u64 {
        self.price.many.saturating_mul(self.price.each.saturating_add(self.selected.requested()))
    }

    fn actual(&self, value: &Value) -> u64 {
        match value {
            Value::List(items) => items.iter().map(|item| self.actual(item)).fold(0, u64::saturating_add),
            value => self.price.each.saturating_add(self.selected.actual(value)),
        }
    }
}

/// Where a selection set stands.
struct Within {
    /// The type that has its fields.
    parent: Name,
    /// Whether that type stands for several, so that a fragment may name one of them.
    several: bool,
    /// The one that a fragment around has named.
    only_on: Option<Name>,
    at_root: bool,
    around: Around,
}

impl Within {
    /// The selection set of a value of a type.
    fn type_of(pricing: &Pricing<'_>, parent: Name, at_root: bool, around: Around) -> Self {
        let several = pricing.types.stands_for_others(&parent);
        Self { parent, several, only_on: None, at_root, around }
    }

    /// The selection set of a fragment in this one.
    fn fragment(&self, pricing: &Pricing<'_>, condition: Option<&Name>) -> Self {
        let parent = condition.unwrap_or(&self.parent).clone();
        let names_one = self.several && !pricing.types.stands_for_others(&parent);
        let only_on = if names_one { Some(parent.clone()) } else { self.only_on.clone() };
        Self { parent, only_on, ..*self }
    }
}

struct Planner<'a> {
    pricing: &'a Pricing<'a>,
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    /// Fragments being expanded: one within itself is left for validation to refuse.
    open: Vec<&'a Name>,
}

impl<'a> Planner<'a> {
    fn select(&mut self, within: &Within, set: &'a SelectionSet, plan: &mut Plan) {
        for selection in &set.items {
            if !self.pricing.inputs.takes(directives(&selection.node)) {
                continue;
            }
            match &selection.node {
                Selection::Field(field) => self.field(within, &field.node, plan),
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.node.type_condition.as_ref().map(|on| &on.node.on.node);
                    let inner = within.fragment(self.pricing, condition);
                    self.select(&inner, &fragment.node.selection_set.node, plan);
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    let Some((name, fragment)) = self.fragments.get_key_value(name) else { continue };
                    if self.open.contains(&name) {
                        continue;
                    }
                    self.open.push(name);
                    let condition = &fragment.node.type_condition.node.on.node;
                    let inner = within.fragment(self.pricing, Some(condition));
                    self.select(&inner, &fragment.node.selection_set.node, plan);
                    self.open.pop();
                }
            }
        }
    }

    fn field(&mut self, within: &Within, asked: &'a Asked, plan: &mut Plan) {
        let of = self.pricing.types.field(&within.parent, &asked.name.node);
        let (nullable, base) = levels(of.map(|of| &of.ty));
        let gives = (base.as_str(), nullable.len() - 1);
        let (price, around) = self.pricing.field(asked, of, gives, within.at_root, within.around);
        let key = &asked.response_key().node;
        let index = match plan.fields.iter().position(|known| known.key == *key) {
            Some(index) => {
                let known = &mut plan.fields[index];
                // Types may differ in what they mean by one key; the dearer counts.
                known.price.each = known.price.each.max(price.each);
                known.price.many = known.price.many.max(price.many);
                if known.only_on != within.only_on {
                    known.only_on = None;
                }
                index
            }
            None => {
                let only_on = within.only_on.clone();
                let selected = Plan::default();
                plan.fields.push(Field { key: key.clone(), nullable, only_on, price, selected });
                plan.fields.len() - 1
            }
        };
        let inner = Within::type_of(self.pricing, base, false, around);
        self.select(&inner, &asked.selection_set.node, &mut plan.fields[index].selected);
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::{ServerError, Variables, parser::parse_query};
    use serde_json::json;

    use super::*;
    use crate::http::graphql::{
        cost::{Inputs, Tariff},
        types::Types,
    };

    const SDL: &str = "
        type Query { a: Int, b: Int!, node: Node, must: Node!, list: [Node!]!, open: [Node], any: Any }
        type Node implements Any { x: Int, y: Int!, deep: Node, sure: Node! }
        interface Any { x: Int }
        schema { query: Query }";

    fn completed(document: &str, data: serde_json::Value, errors: &[&[&str]]) -> Value {
        let types = Types::from_sdl(SDL).unwrap();
        let parsed = parse_query(document).unwrap();
        let (_, operation) = parsed.operations.iter().next().unwrap();
        let (variables, tariff) = (Variables::default(), Tariff::default());
        let inputs = Inputs(&variables);
        let pricing = Pricing { types: &types, tariff: &tariff, inputs, kind: operation.node.ty };
        let plan = Plan::of(&pricing, &parsed, &operation.node);
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
