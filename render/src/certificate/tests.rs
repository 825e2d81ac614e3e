//! What certificates promise: the same bytes, nothing beyond the edge, an archive where one can be.

use super::sheet::EDGE;
use super::*;
use crate::drawing::Item;

fn certificate() -> Certificate {
    let words = Words {
        heading: "Certificate".into(),
        introduction: "This certifies that".into(),
        statement: "has been awarded".into(),
        check: "Scan to check that this still holds".into(),
        code: "Link to the page of this credential".into(),
    };
    let fact = |label: &str, value: &str| (label.to_owned(), value.to_owned());
    Certificate {
        paper: Paper::A4,
        language: "en".into(),
        right_to_left: false,
        primary: Color::new(0x0b, 0x3d, 0x6e),
        secondary: Color::new(0xf2, 0xa9, 0x00),
        logo: None,
        issuer: "alpha University".into(),
        words,
        notice: None,
        holder: "Zoë Ångström-Κωνσταντίνου".into(),
        title: "Data literacy for public administration".into(),
        kind: "Micro-credential".into(),
        description: Some(
            "Reading, questioning and explaining data in everyday work, with a project of one's own.".into(),
        ),
        facts: vec![
            fact("Awarded", "1 March 2026"),
            fact("Level", "EQF 6"),
            fact("Credit", "5 ECTS"),
            fact("Workload", "125 h"),
        ],
        signatures: vec![Signature {
            name: "Prof. Dr. Ada Beispiel".into(),
            role: "Dean of Studies".into(),
            picture: None,
        }],
        address: "https://cairn.example.org/credentials/J3kq0Zr7m1V8w2x9y4A5b6".into(),
        id: "urn:uuid:0194f7a0-0000-7000-8000-000000000001".into(),
        made: Moment { year: 2026, month: 3, day: 1, hour: 9, minute: 30, second: 0 },
        attachment: Attachment {
            name: "credential.json".into(),
            media: "application/vc+ld+json".into(),
            description: "The signed credential".into(),
            bytes: br#"{"type":["VerifiableCredential"]}"#.to_vec(),
        },
    }
}

#[test]
fn the_same_certificate_gives_the_same_bytes() {
    let (first, second) = (Fonts::embedded(), Fonts::embedded());
    let pdf = certificate().render(&first).unwrap();
    assert!(pdf == certificate().render(&second).unwrap());
    assert!(pdf.starts_with(b"%PDF-1.7"));
    let has = |part: &[u8]| pdf.windows(part.len()).any(|window| window == part);
    assert!(has(br#"{"type":["VerifiableCredential"]}"#), "the attachment is there as it was given");
    assert!(has(b"<pdfaid:part>3</pdfaid:part>"), "it is an archive");
    assert!(has(b"/Marked true") && !has(b"/Suspects"), "poppler has nothing to complain of");
}

#[test]
fn what_no_font_covers_makes_a_plain_file() {
    // Linear B, which no font of the program covers.
    let odd = Certificate { holder: "\u{10000}\u{10001}".into(), ..certificate() };
    let pdf = odd.render(&Fonts::embedded()).unwrap();
    assert!(pdf.starts_with(b"%PDF-1.") && !pdf.windows(6).any(|window| window == b"pdfaid"));
}

#[test]
fn nothing_leaves_the_sheet() {
    let long = "Sehr lange Angaben über alles Mögliche ".repeat(8);
    let fonts = Fonts::embedded();
    for paper in [Paper::A4, Paper::Letter] {
        for right_to_left in [false, true] {
            let full = Certificate {
                paper,
                right_to_left,
                notice: Some(long.clone()),
                issuer: long.clone(),
                holder: long.clone(),
                title: long.clone(),
                description: Some(long.clone()),
                facts: vec![(long.clone(), long.clone()); 9],
                signatures: vec![Signature { name: long.clone(), role: long.clone(), picture: None }; 5],
                ..certificate()
            };
            let drawing = sheet::draw(&full, &fonts).unwrap();
            for item in drawing.items {
                let Item::Text { block, x, y, .. } = item else { continue };
                assert!(x >= EDGE && x + block.room <= drawing.width - EDGE, "{} at {x}", block.text);
                assert!(y >= EDGE && y + block.height <= drawing.height - EDGE, "{} at {y}", block.text);
            }
        }
    }
}

#[test]
fn an_address_that_no_code_holds_is_refused() {
    let long = Certificate { address: format!("https://example.org/{}", "x".repeat(4_000)), ..certificate() };
    assert!(matches!(long.render(&Fonts::embedded()), Err(RenderError::TooLong)));
}
