//! `eddsa-jcs-2022`: the hashes of proof and document in the JSON Canonicalization Scheme (RFC 8785; Data Integrity EdDSA
//! Cryptosuites 1.0, sections 3.3.3 to 3.3.5). It covers the text as it stands, defined terms or not.

use super::ProofError;
use serde_json::{Number, Value};
use sha2::{Digest, Sha256};

/// The 64 bytes that are signed. The options name the context in which the document was signed; the document's own may have grown
/// behind it.
pub(super) fn hash_data(document: &Value, options: &Value) -> Result<[u8; 64], ProofError> {
    let mut options = options.clone();
    let mut document = document.clone();
    if let Value::Object(members) = &mut options {
        members.remove("proofValue");
    }
    if let Some(signed) = options.get("@context") {
        if !begins_with(document.get("@context"), signed) {
            return Err(ProofError::Member("@context", "is not the beginning of the document's"));
        }
        document["@context"] = signed.clone();
    }
    let mut both = [0; 64];
    both[..32].copy_from_slice(&Sha256::digest(canonical_json(&options)));
    both[32..].copy_from_slice(&Sha256::digest(canonical_json(&document)));
    Ok(both)
}

fn begins_with(whole: Option<&Value>, beginning: &Value) -> bool {
    let list = |value: &Value| match value {
        Value::Array(items) => items.clone(),
        one => vec![one.clone()],
    };
    whole.is_some_and(|whole| list(whole).starts_with(&list(beginning)))
}

/// The JSON text of a value in the JSON Canonicalization Scheme (RFC 8785).
#[must_use]
pub fn canonical_json(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => write_number(number, out),
        Value::String(text) => write_text(text, out),
        Value::Array(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            out.push('{');
            for (n, (name, value)) in members.into_iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                write_text(name, out);
                out.push(':');
                write(value, out);
            }
            out.push('}');
        }
    }
}

/// Every number is a double (RFC 8785, section 3.2.2.3), so large integers are rounded as JavaScript does.
fn write_number(number: &Number, out: &mut String) {
    // A parsed number always has a double near it.
    let double = number.as_f64().unwrap_or_default();
    out.push_str(ryu_js::Buffer::new().format_finite(double));
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rfcs_example_is_met() {
        // RFC 8785, section 3.2.2 and 3.2.3.
        let value: Value = serde_json::from_str(
            r#"{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
                "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}"#,
        )
        .unwrap();
        assert_eq!(
            canonical_json(&value),
            "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],\
             \"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}"
        );
    }

    #[test]
    fn members_are_sorted_by_utf16_and_integers_are_doubles() {
        let value: Value = serde_json::from_str(
            "{\"\u{fb33}\":1,\"\u{1f600}\":2,\"\u{20ac}\":9007199254740993,\"\\r\":-0.0}",
        )
        .unwrap();
        assert_eq!(
            canonical_json(&value),
            "{\"\\r\":0,\"\u{20ac}\":9007199254740992,\"\u{1f600}\":2,\"\u{fb33}\":1}"
        );
    }
}
