//! What a request costs: a price for each field from the arguments that are sent, known before anything runs, and the price of what has run.
//! docs/fair-use.md states the rules for clients.

use async_graphql::{
    Name, Positioned, Value, Variables,
    parser::types::{Directive, Field, OperationDefinition, OperationType},
};
use async_graphql_value::Value as Given;
use serde::{Serialize, Serializer, ser::SerializeMap};

use super::types::{FieldType, Types};

/// What things cost.
#[derive(Clone, Copy, Debug)]
pub struct Tariff {
    /// Items of a page whose size is not given.
    pub page: u64,
    /// Items of the largest page that is served.
    pub largest_page: u64,
    /// Items that a list without pages is taken to have.
    pub list: u64,
    /// A field of `Mutation`.
    pub mutation: u64,
    /// A field of `Subscription`.
    pub subscription: u64,
    /// Fields of `Query` that cost more than others, because of what the database has to do for them.
    pub dear: &'static [(&'static str, u64)],
    /// Types whose values are free: they say something about others.
    pub free: &'static [&'static str],
}

impl Default for Tariff {
    fn default() -> Self {
        Self {
            page: 20,
            largest_page: 100,
            list: 5,
            mutation: 10,
            subscription: 10,
            dear: &[],
            free: &["PageInfo", "UserError"],
        }
    }
}

/// What one value of a field costs, and how many of them there are at most (in a list without pages: are taken to be).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// Of each.
    pub each: u64,
    /// How many.
    pub many: u64,
}

/// What the fields of a selection set take over from the field around them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Around {
    /// The size of the page that `nodes` and `edges` show, where there is one.
    pub page: Option<u64>,
    /// How many rows a mutation was given: so many are in the lists of its payload.
    pub rows: Option<u64>,
}

/// Gives variables that are absent their defaults (GraphQL, section 6.1.2). The executor forgets that for `@skip` and `@include`.
pub fn fill_defaults(variables: &mut Variables, operation: &OperationDefinition) {
    for definition in &operation.variable_definitions {
        if let Some(default) = &definition.node.default_value {
            variables.entry(definition.node.name.node.clone()).or_insert_with(|| default.node.clone());
        }
    }
}

/// What the variables of a request are, defaults filled in.
#[derive(Clone, Copy)]
pub struct Inputs<'a>(pub &'a Variables);

impl<'a> Inputs<'a> {
    fn variable(&self, name: &Name) -> Option<&'a Value> {
        self.0.get(name)
    }

    /// Whether `@skip` and `@include` leave a selection in.
    pub fn takes(&self, directives: &[Positioned<Directive>]) -> bool {
        directives.iter().all(|directive| {
            let unless = match directive.node.name.node.as_str() {
                "skip" => true,
                "include" => false,
                _ => return true,
            };
            let condition = match directive.node.get_argument("if").map(|value| &value.node) {
                Some(Given::Boolean(condition)) => Some(*condition),
                Some(Given::Variable(name)) => match self.variable(name) {
                    Some(Value::Boolean(condition)) => Some(*condition),
                    _ => None,
                },
                _ => None,
            };
            // What is no condition is left for validation to refuse.
            condition.is_none_or(|condition| condition != unless)
        })
    }

    /// A whole number that an argument is, or its default where it is absent; `None` for null.
    fn number(&self, field: &Field, of: &FieldType, name: &str) -> Option<i64> {
        let given = field.get_argument(name).map(|value| &value.node);
        let value = match given {
            Some(Given::Number(number)) => return number.as_i64(),
            Some(Given::Variable(variable)) => self.variable(variable),
            Some(_) => return None,
            None => None,
        };
        match value.or_else(|| of.arguments.get(name))? {
            Value::Number(number) => number.as_i64(),
            _ => None,
        }
    }

    /// The lists in the arguments of a field.
    fn lists(&self, field: &Field) -> Lists {
        let mut lists = Lists::default();
        for (_, value) in &field.arguments {
            lists.add(&value.node, self);
        }
        lists
    }

    /// How long the list is that an argument gives.
    fn length(&self, field: &Field, name: &str) -> Option<u64> {
        match &field.get_argument(name)?.node {
            Given::List(items) => Some(items.len() as u64),
            Given::Variable(variable) => match self.variable(variable)? {
                Value::List(items) => Some(items.len() as u64),
                _ => None,
            },
            _ => None,
        }
    }
}

/// How much is in lists, and how long the longest is.
#[derive(Clone, Copy, Debug, Default)]
struct Lists {
    items: u64,
    longest: u64,
}

impl Lists {
    fn list(&mut self, length: usize) {
        self.items = self.items.saturating_add(length as u64);
        self.longest = self.longest.max(length as u64);
    }

    fn add(&mut self, value: &Given, inputs: &Inputs<'_>) {
        match value {
            Given::Variable(name) => {
                if let Some(value) = inputs.variable(name) {
                    self.add_value(value);
                }
            }
            Given::List(items) => {
                self.list(items.len());
                items.iter().for_each(|item| self.add(item, inputs));
            }
            Given::Object(object) => object.values().for_each(|item| self.add(item, inputs)),
            _ => {}
        }
    }

    fn add_value(&mut self, value: &Value) {
        match value {
            Value::List(items) => {
                self.list(items.len());
                items.iter().for_each(|item| self.add_value(item));
            }
            Value::Object(object) => object.values().for_each(|item| self.add_value(item)),
            _ => {}
        }
    }
}

/// Prices the fields of one operation.
pub struct Pricing<'a> {
    pub types: &'a Types,
    pub tariff: &'a Tariff,
    pub inputs: Inputs<'a>,
    pub kind: OperationType,
}

impl Pricing<'_> {
    /// The price of a field (`of`; none where the schema itself does not have it), which gives values of the type `base` at `depth` lists
    /// within one another, and what is so for its own fields.
    pub fn field(
        &self,
        field: &Field,
        of: Option<&FieldType>,
        (base, depth): (&str, usize),
        at_root: bool,
        around: Around,
    ) -> (Price, Around) {
        let Some(of) = of else { return (Price { each: 0, many: 1 }, Around::default()) };
        let page = self.page(field, of);
        let mut within = Around { page, rows: None };
        let each = if at_root {
            let lists = self.inputs.lists(field);
            match self.kind {
                OperationType::Query => self.dear(&field.name.node),
                OperationType::Mutation => {
                    within.rows = Some(lists.longest).filter(|rows| *rows > 0);
                    self.tariff.mutation.saturating_add(lists.items)
                }
                OperationType::Subscription => self.tariff.subscription,
            }
        } else if field.name.node == "totalCount" {
            // It is counted by a statement of its own.
            1
        } else {
            let carries = around.page.is_some() && field.name.node == "edges";
            u64::from(self.types.is_composite(base) && !carries && !self.tariff.free.contains(&base))
        };
        let items = match depth {
            0 => return (Price { each, many: 1 }, within),
            _ if matches!(&*field.name.node, "nodes" | "edges") => around.page,
            _ => around.rows,
        };
        let items = items.or(page).or_else(|| self.inputs.length(field, "ids"));
        let many = items
            .unwrap_or(self.tariff.list)
            .saturating_mul(self.tariff.list.saturating_pow(depth as u32 - 1));
        // At the root a list costs as many times what the field costs, but at least once.
        (Price { each, many: if at_root { many.max(1) } else { many } }, within)
    }

    /// The size of the page that a field with `first` or `last` shows. What is too large is refused when the field is resolved.
    fn page(&self, field: &Field, of: &FieldType) -> Option<u64> {
        if !of.arguments.contains_key("first") && !of.arguments.contains_key("last") {
            return None;
        }
        let size = ["first", "last"].iter().find_map(|name| self.inputs.number(field, of, name));
        let size = size.map_or(self.tariff.page, |size| u64::try_from(size).unwrap_or(0));
        Some(size.min(self.tariff.largest_page))
    }

    fn dear(&self, name: &str) -> u64 {
        self.tariff.dear.iter().find(|(dear, _)| *dear == name).map_or(1, |(_, price)| *price)
    }
}

/// What an answer says about its cost, in the shape that Shopify's API made known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cost {
    /// What the request may cost at most, by its document and arguments.
    pub requested_query_cost: u64,
    /// What has run; null where nothing was run.
    pub actual_query_cost: Option<u64>,
    /// The caller's budget; absent where nobody's was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub throttle_status: Option<Standing>,
}

/// How a budget stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What it holds when full.
    pub maximum: u64,
    /// What is left.
    pub available: u64,
    /// How much comes back each second.
    pub restore_rate: u64,
}

impl Serialize for Standing {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("maximumAvailable", &self.maximum)?;
        map.serialize_entry("currentlyAvailable", &self.available)?;
        map.serialize_entry("restoreRate", &self.restore_rate)?;
        map.end()
    }
}

#[cfg(test)]
mod tests;
