//! What a request's plan and its cost need to know of the schema: the fields of each type, what they give and take.

use std::collections::HashMap;

use async_graphql::{
    Name, Positioned, Value,
    parser::{
        parse_schema,
        types::{BaseType, FieldDefinition, OperationType, Type, TypeKind, TypeSystemDefinition},
    },
};

/// The types of a schema that have fields or stand for such.
pub struct Types {
    composites: HashMap<Name, Composite>,
    roots: [Name; 3],
}

/// An object, an interface or a union.
struct Composite {
    /// Whether it stands for several objects.
    stands_for_others: bool,
    fields: HashMap<Name, FieldType>,
}

/// A field of a type.
pub struct FieldType {
    /// What it gives.
    pub ty: Type,
    /// What its arguments are when they are left out; null without a default.
    pub arguments: HashMap<Name, Value>,
}

impl Types {
    /// Reads them from a schema's own SDL.
    ///
    /// # Errors
    /// When the SDL does not parse.
    pub fn from_sdl(sdl: &str) -> Result<Self, async_graphql::parser::Error> {
        let mut composites = HashMap::new();
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
                    let (stands_for_others, list) = match definition.node.kind {
                        TypeKind::Object(object) => (false, object.fields),
                        TypeKind::Interface(interface) => (true, interface.fields),
                        TypeKind::Union(_) => (true, Vec::new()),
                        _ => continue,
                    };
                    let known = composites
                        .entry(definition.node.name.node)
                        .or_insert_with(|| Composite { stands_for_others, fields: HashMap::new() });
                    known.fields.extend(list.into_iter().map(field_type));
                }
                TypeSystemDefinition::Directive(_) => {}
            }
        }
        Ok(Self { composites, roots })
    }

    /// The type that an operation begins at.
    pub fn root(&self, kind: OperationType) -> &Name {
        match kind {
            OperationType::Query => &self.roots[0],
            OperationType::Mutation => &self.roots[1],
            OperationType::Subscription => &self.roots[2],
        }
    }

    /// A field; `None` for what is not of the schema itself (introspection) or not in it.
    pub fn field(&self, parent: &str, name: &str) -> Option<&FieldType> {
        self.composites.get(parent)?.fields.get(name)
    }

    /// Whether a type has fields, or stands for types that have.
    pub fn is_composite(&self, name: &str) -> bool {
        self.composites.contains_key(name)
    }

    /// Whether a type is an interface or a union.
    pub fn stands_for_others(&self, name: &str) -> bool {
        self.composites.get(name).is_some_and(|found| found.stands_for_others)
    }
}

fn field_type(field: Positioned<FieldDefinition>) -> (Name, FieldType) {
    let arguments = field.node.arguments.into_iter().map(|argument| {
        let default = argument.node.default_value.map(|value| value.node);
        (argument.node.name.node, default.unwrap_or_default())
    });
    (field.node.name.node, FieldType { ty: field.node.ty.node, arguments: arguments.collect() })
}

/// Whether each level of a type may be null, from the outside in, and the named type within. A field that is not
/// known (introspection) counts as one that may.
pub fn levels(ty: Option<&Type>) -> (Vec<bool>, Name) {
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
