//! Limits that stand before validation and execution: how large, deep and repetitive a document may be. What it costs is told in `cost`.

use std::collections::HashMap;

use async_graphql::{
    Name, Positioned,
    parser::types::{Directive, ExecutableDocument, FragmentDefinition, Selection, SelectionSet},
};

use super::lexer;
use crate::http::problem::{Code, Problem};

/// What a document may have. Counts are those after its fragments are expanded.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Lexical tokens.
    pub tokens: usize,
    /// Brackets within brackets, input values included; guards the recursive parser.
    pub nesting: usize,
    /// Fields within fields.
    pub depth: usize,
    /// Fields within `__schema` and `__type`.
    pub introspection_depth: usize,
    /// Lists of types and fields within one another in introspection, where answers grow by a power.
    pub introspection_lists: usize,
    /// Aliased fields.
    pub aliases: usize,
    /// Directives, wherever they stand.
    pub directives: usize,
    /// Fields in all.
    pub fields: usize,
    /// What one request may cost at most.
    pub cost: u64,
}

impl Default for Limits {
    /// Room for several times what the consumer contract, Relay and the introspection of GraphiQL need.
    fn default() -> Self {
        Self {
            tokens: 2_500,
            nesting: 40,
            depth: 14,
            introspection_depth: 16,
            introspection_lists: 2,
            aliases: 50,
            directives: 50,
            fields: 2_000,
            cost: 200_000,
        }
    }
}

impl Limits {
    /// Checks the text, before it is parsed.
    ///
    /// # Errors
    /// `LIMIT_EXCEEDED`, naming the limit.
    pub fn check_text(&self, document: &str) -> Result<(), Problem> {
        let shape = lexer::measure(document, self.tokens);
        at_most(shape.tokens, self.tokens, "tokens")?;
        at_most(shape.nesting, self.nesting, "brackets within brackets")
    }

    /// Checks the parsed document, every operation of it.
    ///
    /// # Errors
    /// `LIMIT_EXCEEDED`, naming the limit.
    pub fn check_document(&self, document: &ExecutableDocument) -> Result<(), Problem> {
        let mut meter = Meter { fragments: &document.fragments, measured: HashMap::new() };
        for (_, operation) in document.operations.iter() {
            let mut size = meter.selections(&operation.node.selection_set.node);
            size.directives += operation.node.directives.len();
            for variable in &operation.node.variable_definitions {
                size.directives += variable.node.directives.len();
            }
            at_most(size.depth, self.depth, "fields within fields")?;
            at_most(size.introspection_depth, self.introspection_depth, "levels of introspection")?;
            at_most(size.introspection_lists, self.introspection_lists, "nested lists of introspection")?;
            at_most(size.aliases, self.aliases, "aliases")?;
            at_most(size.directives, self.directives, "directives")?;
            at_most(size.fields, self.fields, "fields, fragments expanded")?;
        }
        Ok(())
    }
}

fn at_most(found: usize, limit: usize, what: &str) -> Result<(), Problem> {
    if found <= limit {
        return Ok(());
    }
    Err(Problem::new(Code::LimitExceeded, format!("The document has more than {limit} {what}.")))
}

/// The size of a selection set with its fragments expanded. Sums saturate: fragments that spread one another twice
/// grow by powers of two.
#[derive(Clone, Copy, Default)]
struct Size {
    depth: usize,
    introspection_depth: usize,
    introspection_lists: usize,
    /// Depth and lists as they count once these fields stand within an introspection field.
    inner_depth: usize,
    inner_lists: usize,
    aliases: usize,
    directives: usize,
    fields: usize,
}

impl Size {
    fn add(&mut self, other: Size) {
        self.depth = self.depth.max(other.depth);
        self.introspection_depth = self.introspection_depth.max(other.introspection_depth);
        self.introspection_lists = self.introspection_lists.max(other.introspection_lists);
        self.inner_depth = self.inner_depth.max(other.inner_depth);
        self.inner_lists = self.inner_lists.max(other.inner_lists);
        self.aliases = self.aliases.saturating_add(other.aliases);
        self.directives = self.directives.saturating_add(other.directives);
        self.fields = self.fields.saturating_add(other.fields);
    }
}

struct Meter<'a> {
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    /// `None` while a fragment is being measured: a cycle counts as empty here and is refused by validation.
    measured: HashMap<&'a Name, Option<Size>>,
}

impl<'a> Meter<'a> {
    fn selections(&mut self, set: &'a SelectionSet) -> Size {
        let mut total = Size::default();
        for selection in &set.items {
            let part = match &selection.node {
                Selection::Field(field) => {
                    let inner = self.selections(&field.node.selection_set.node);
                    field_size(&field.node.name.node, field.node.alias.is_some(), inner)
                }
                Selection::InlineFragment(fragment) => self.selections(&fragment.node.selection_set.node),
                Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name.node),
            };
            total.add(part);
            total.directives = total.directives.saturating_add(directives(&selection.node).len());
        }
        total
    }

    fn fragment(&mut self, name: &Name) -> Size {
        let Some((name, fragment)) = self.fragments.get_key_value(name) else { return Size::default() };
        if let Some(known) = self.measured.get(name) {
            return known.unwrap_or_default();
        }
        self.measured.insert(name, None);
        let mut size = self.selections(&fragment.node.selection_set.node);
        size.directives = size.directives.saturating_add(fragment.node.directives.len());
        self.measured.insert(name, Some(size));
        size
    }
}

/// The directives of a selection.
pub fn directives(selection: &Selection) -> &[Positioned<Directive>] {
    match selection {
        Selection::Field(field) => &field.node.directives,
        Selection::InlineFragment(fragment) => &fragment.node.directives,
        Selection::FragmentSpread(spread) => &spread.node.directives,
    }
}

fn field_size(name: &str, aliased: bool, inner: Size) -> Size {
    let introspection = matches!(name, "__schema" | "__type");
    // `types` holds every type once; the others lead from a type to further lists of types.
    let list = matches!(name, "fields" | "inputFields" | "interfaces" | "possibleTypes");
    let inner_depth = inner.inner_depth + 1;
    let inner_lists = inner.inner_lists + usize::from(list);
    Size {
        depth: if introspection { 0 } else { inner.depth + 1 },
        introspection_depth: if introspection { inner_depth } else { inner.introspection_depth },
        introspection_lists: if introspection { inner_lists } else { inner.introspection_lists },
        inner_depth,
        inner_lists,
        aliases: inner.aliases.saturating_add(usize::from(aliased)),
        directives: inner.directives,
        fields: inner.fields.saturating_add(1),
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    fn check(document: &str) -> Result<(), String> {
        let limits = Limits::default();
        limits.check_text(document).map_err(|p| p.message.into_owned())?;
        let parsed = parse_query(document).unwrap();
        limits.check_document(&parsed).map_err(|p| {
            assert_eq!(p.code, Code::LimitExceeded);
            p.message.into_owned()
        })
    }

    fn nest(field: &str, times: usize) -> String {
        format!("{} x {}", format!("{field} {{ ").repeat(times), "}".repeat(times))
    }

    #[test]
    fn refuses_what_is_too_much() {
        let fragments = (0..30).fold(String::from("{ ...F0 } "), |text, n| {
            text + &format!("fragment F{n} on Q {{ ...F{m} ...F{m} }} ", m = n + 1)
        }) + "fragment F30 on Q { a }";
        let aliases = (0..101).map(|n| format!("a{n}: a ")).collect::<String>();
        for (document, limit) in [
            (format!("{{ {} }}", "a ".repeat(20_000)), "tokens"),
            (format!("{{ {} }}", "__typename @a ".repeat(51)), "directives"),
            (format!("{{ {aliases} }}"), "aliases"),
            (format!("{{ {} }}", nest("a", 15)), "fields within fields"),
            (format!("{{ {} }}", nest("a", 100_000)), "tokens"),
            (format!("{{ {} }}", nest("a", 400)), "brackets"),
            (format!("{{ a(v: {}{}) }}", "[".repeat(50), "]".repeat(50)), "brackets"),
            (fragments, "fields, fragments expanded"),
            (format!("{{ __schema {{ types {{ {} }} }} }}", nest("ofType", 18)), "levels of introspection"),
            (
                "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }".into(),
                "nested lists",
            ),
        ] {
            let message = check(&document).expect_err(&document[..document.len().min(80)]);
            assert!(message.contains(limit), "{message} for {limit}");
        }
    }

    #[test]
    fn cycles_end() {
        assert_eq!(check("{ ...A } fragment A on Q { a ...B } fragment B on Q { ...A }"), Ok(()));
    }

    #[test]
    fn fragments_count_where_they_are_spread() {
        let document =
            format!("{{ {} }} fragment F on Q {{ {} }}", nest("a", 7).replace(" x ", " ...F "), nest("b", 7));
        assert!(check(&document).is_err());
        assert_eq!(check("{ a { ...F } } fragment F on Q { b { c } }"), Ok(()));
    }

    #[test]
    fn every_contract_document_passes() {
        let contract = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/contract");
        let mut seen = 0;
        for folder in std::fs::read_dir(contract).unwrap().map(|entry| entry.unwrap().path()) {
            if !folder.is_dir() {
                continue;
            }
            for file in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                let document = std::fs::read_to_string(&file).unwrap();
                assert_eq!(check(&document), Ok(()), "{}", file.display());
                seen += 1;
            }
        }
        assert!(seen >= 30, "only {seen} documents");
    }

    #[test]
    fn introspection_of_the_tools_passes() {
        // As graphql-js 16 writes it, nine levels of wrapping types deep.
        let document = include_str!("../../../tests/data/introspection.graphql");
        assert_eq!(check(document), Ok(()));
    }
}
