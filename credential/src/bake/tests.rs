//! What is baked is taken out again; damaged images and several credentials are refused.

use super::*;
use proptest::prelude::*;

const JSON: &str = r#"{"name":"a ]]> b & <c> \"é\" 📊"}"#;
const TOKEN: &str = "eyJhbGciOiJFZERTQSJ9.e30.AAAA-_";
const SVG: &str =
    "<?xml version=\"1.0\"?>\n<!DOCTYPE svg>\n<svg xmlns=\"http://www.w3.org/2000/svg\"><!-- > --><g/></svg>";

/// A PNG of one pixel.
fn pixel() -> Vec<u8> {
    let mut out = png::SIGNATURE.to_vec();
    for (kind, data) in [
        (b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0][..]),
        (b"IDAT", &[0x78, 0x9c, 0x63, 0x60, 0x00, 0x00, 0x00, 0x02, 0x00, 0x01][..]),
        (b"IEND", &[][..]),
    ] {
        let covered = [&kind[..], data].concat();
        out.extend_from_slice(&u32::try_from(data.len()).unwrap().to_be_bytes());
        out.extend_from_slice(&covered);
        out.extend_from_slice(&crc32fast::hash(&covered).to_be_bytes());
    }
    out
}

/// The credentials as they come out: within CDATA one sequence is escaped.
fn images() -> [Vec<u8>; 3] {
    [
        pixel(),
        SVG.into(),
        b"<s:svg xmlns:s='http://www.w3.org/2000/svg' xmlns:openbadges='urn:other'/>".to_vec(),
    ]
}

#[test]
fn what_is_baked_is_taken_out() {
    for image in images() {
        assert_eq!(unbake(&image), Err(BakeError::Empty));
        let baked = bake(&image, JSON).unwrap();
        let out: serde_json::Value = serde_json::from_str(&unbake(&baked).unwrap()).unwrap();
        assert_eq!(out, serde_json::from_str::<serde_json::Value>(JSON).unwrap());
        // Baking again replaces.
        let again = bake(&baked, TOKEN).unwrap();
        assert_eq!(unbake(&again).unwrap(), TOKEN);
        assert_eq!(unbake(&bake(&again, JSON).unwrap()).unwrap(), unbake(&baked).unwrap());
    }
}

#[test]
fn the_shapes_are_the_specifications() {
    let text = String::from_utf8(bake(SVG.as_bytes(), TOKEN).unwrap()).unwrap();
    let element = format!(
        "><openbadges:credential xmlns:openbadges=\"https://purl.imsglobal.org/ob/v3p0\" verify=\"{TOKEN}\">"
    );
    assert!(text.contains(&element), "{text}");
    assert!(text.contains(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:openbadges=\"https://purl.imsglobal.org/ob/v3p0\">"
    ));
    let png = bake(&pixel(), JSON).unwrap();
    let chunk = [b"iTXtopenbadgecredential\0\0\0\0\0", JSON.as_bytes()].concat();
    assert!(png.windows(chunk.len()).any(|window| window == chunk));
    assert!(png.ends_with(b"IEND\xae\x42\x60\x82"));
}

#[test]
fn what_an_image_calls_a_credential_without_a_namespace_does_not_become_one() {
    let image = "<svg><openbadges:credential>{\"a\":1}</openbadges:credential></svg>";
    assert_eq!(unbake(image.as_bytes()), Err(BakeError::Empty));
    let baked = bake(image.as_bytes(), TOKEN).unwrap();
    assert_eq!(unbake(&baked).as_deref(), Ok(TOKEN));
}

#[test]
fn entities_are_resolved_within_the_text() {
    let svg = "<svg xmlns:o='https://purl.imsglobal.org/ob/v3p0'><o:credential>{&quot;a&quot;:&#34;&#x62;&quot;}</o:credential></svg>";
    assert_eq!(unbake(svg.as_bytes()).unwrap(), r#"{"a":"b"}"#);
    let undefined = svg.replace("&quot;", "&evil;");
    assert!(matches!(unbake(undefined.as_bytes()), Err(BakeError::Damaged(_))));
}

#[test]
fn damaged_and_ambiguous_images_are_refused() {
    let baked = bake(&pixel(), JSON).unwrap();
    let mut flipped = baked.clone();
    flipped[60] ^= 1;
    assert!(matches!(unbake(&flipped), Err(BakeError::Damaged(_))));
    for cut in 0..baked.len() {
        assert!(unbake(&baked[..cut]).is_err(), "{cut}");
    }
    let one = "<o:credential>{}</o:credential>";
    let twice = format!("<svg xmlns:o='https://purl.imsglobal.org/ob/v3p0'>{one}{one}</svg>");
    assert_eq!(unbake(twice.as_bytes()), Err(BakeError::Several));
    let other = "<svg xmlns:o='urn:other'><o:credential>{}</o:credential></svg>";
    assert_eq!(unbake(other.as_bytes()), Err(BakeError::Empty));
    for text in ["<svg>", "<svg></g></svg>", "<html></html>", "<", "GIF89a", ""] {
        assert!(unbake(text.as_bytes()).is_err(), "{text}");
    }
    assert_eq!(bake(SVG.as_bytes(), "not a token \" x"), Err(BakeError::Text));
    assert_eq!(unbake(&vec![b'<'; MAX_IMAGE_BYTES + 1]), Err(BakeError::TooLarge));
}

proptest! {
    #[test]
    fn strangers_bytes_do_no_harm(bytes: Vec<u8>, prefix in 0..3_usize) {
        let image = [[&b""[..], png::SIGNATURE, b"<svg"][prefix], &bytes].concat();
        let _ = unbake(&image);
        let _ = bake(&image, TOKEN);
    }
}
