//! Reading strangers' JSON: size, depth, member count and duplicate names are bounded before anything looks at the content.
//! What the members mean is not known here.

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::cell::Cell;
use std::fmt;

/// The largest document read, in bytes. A credential with an embedded image stays well below.
pub const MAX_BYTES: usize = 1024 * 1024;
/// The deepest nesting read. The Open Badges model with embedded endorsements needs about twelve.
pub const MAX_DEPTH: usize = 32;
/// The largest number of members and array items in one document.
pub const MAX_NODES: usize = 20_000;

/// Why bytes were not accepted as JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// Longer than [`MAX_BYTES`] or the limit handed in.
    #[error("the document has {actual} bytes; at most {limit} are read")]
    TooLarge {
        /// Bytes given.
        actual: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// Not JSON, nested too deeply, too many members, or one member twice.
    #[error("not acceptable JSON: {0}")]
    Invalid(String),
}

/// Reads JSON of at most [`MAX_BYTES`] bytes.
///
/// # Errors
/// [`JsonError`] where the bytes are too many, are not JSON, nest deeper than [`MAX_DEPTH`], hold more than [`MAX_NODES`]
/// values, or name a member twice (readers differ in which of the two they take, so that one could be signed and the other shown).
pub fn parse(bytes: &[u8]) -> Result<Value, JsonError> {
    parse_limited(bytes, MAX_BYTES)
}

/// Reads JSON of at most `limit` bytes; the other limits are those of [`parse`].
///
/// # Errors
/// As [`parse`].
pub fn parse_limited(bytes: &[u8], limit: usize) -> Result<Value, JsonError> {
    if bytes.len() > limit {
        return Err(JsonError::TooLarge { actual: bytes.len(), limit });
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let left = Cell::new(MAX_NODES);
    let value = Strict { depth: 0, left: &left }
        .deserialize(&mut reader)
        .and_then(|value| reader.end().map(|()| value))
        .map_err(|error| JsonError::Invalid(error.to_string()))?;
    Ok(value)
}

/// Builds a [`Value`] while counting.
#[derive(Clone, Copy)]
struct Strict<'a> {
    depth: usize,
    left: &'a Cell<usize>,
}

impl Strict<'_> {
    fn inner<E: serde::de::Error>(self) -> Result<Self, E> {
        let depth = self.depth + 1;
        if depth > MAX_DEPTH {
            return Err(E::custom(format_args!("nested deeper than {MAX_DEPTH}")));
        }
        Ok(Self { depth, ..self })
    }

    fn count<E: serde::de::Error>(self) -> Result<(), E> {
        let left = self.left.get().checked_sub(1);
        self.left.set(left.ok_or_else(|| E::custom(format_args!("more than {MAX_NODES} values")))?);
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.count()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("a number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(inner)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut members = Map::new();
        while let Some(name) = access.next_key::<String>()? {
            let value = access.next_value_seed(inner)?;
            if members.contains_key(&name) {
                return Err(A::Error::custom(format_args!("the member {name:?} stands twice")));
            }
            members.insert(name, value);
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn ordinary_json_is_read_as_it_stands() {
        let text = r#"{"a":[1,-2,2.5,true,null,"x"],"b":{"c":"d"}}"#;
        assert_eq!(
            parse(text.as_bytes()).unwrap(),
            json!({"a": [1, -2, 2.5, true, null, "x"], "b": {"c": "d"}})
        );
    }

    #[test]
    fn a_repeated_member_is_refused() {
        let error = parse(br#"{"a":{"id":"x","id":"y"}}"#).unwrap_err();
        assert!(error.to_string().contains("stands twice"), "{error}");
    }

    #[test]
    fn depth_count_and_size_are_bounded() {
        let deep = format!("{}{}", "[".repeat(MAX_DEPTH + 1), "]".repeat(MAX_DEPTH + 1));
        assert!(parse(deep.as_bytes()).unwrap_err().to_string().contains("nested deeper"));
        let wide = format!("[{}0]", "0,".repeat(MAX_NODES));
        assert!(parse(wide.as_bytes()).unwrap_err().to_string().contains("values"));
        assert!(matches!(parse_limited(b"[1,2]", 4), Err(JsonError::TooLarge { actual: 5, limit: 4 })));
    }

    #[test]
    fn what_follows_the_document_is_refused() {
        assert!(parse(b"{} {}").is_err());
        assert!(parse(b"").is_err());
    }
}
