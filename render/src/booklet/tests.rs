//! What booklets promise: the same bytes, as many pages as it takes, nothing beyond the edge.

use super::*;
use crate::drawing::{Item, Role};

fn entry(title: &str) -> Entry {
    Entry {
        title: title.into(),
        lines: vec!["Micro-credential · alpha University".into(), "Awarded 1 March 2026".into()],
        standing: Some((Tone::Good, "Stands".into())),
        percent: Some(60),
        address: Some("https://cairn.example.org/credentials/J3kq0Zr7m1V8w2x9y4A5b6".into()),
    }
}

fn booklet(entries: usize) -> Booklet {
    Booklet {
        paper: Paper::A4,
        language: "en".into(),
        right_to_left: false,
        color: Color::new(0x0b, 0x3d, 0x6e),
        title: "Zoë Ångström-Κωνσταντίνου عُمَر".into(),
        author: "alpha University".into(),
        lines: vec!["As of 1 March 2026".into()],
        words: Words {
            kind: "Learner passport".into(),
            check: "Scan to see it as it stands today".into(),
            code: "The passport".into(),
            entry: "The credential".into(),
            page: "Page {1} of {2}".into(),
        },
        sections: vec![
            Section {
                heading: "Credentials".into(),
                entries: vec![entry("Data literacy 数据素养"); entries],
            },
            Section { heading: "Nothing".into(), entries: Vec::new() },
        ],
        address: "https://cairn.example.org/passports/J3kq0Zr7m1V8w2x9y4A5b6".into(),
        id: "urn:uuid:0194f7a0-0000-7000-8000-000000000001".into(),
        made: Moment { year: 2026, month: 3, day: 1, hour: 9, minute: 30, second: 0 },
        attachment: Some(Attachment {
            name: "record.json".into(),
            media: "application/vc+ld+json".into(),
            description: "The signed learner record".into(),
            bytes: br#"{"type":["VerifiableCredential","ClrCredential"]}"#.to_vec(),
        }),
    }
}

#[test]
fn the_same_booklet_gives_the_same_bytes() {
    let fonts = Fonts::embedded();
    let pdf = booklet(3).render(&fonts).unwrap();
    assert!(pdf == booklet(3).render(&fonts).unwrap());
    let has = |part: &[u8]| pdf.windows(part.len()).any(|window| window == part);
    assert!(has(b"ClrCredential") && has(b"<pdfaid:part>3</pdfaid:part>") && has(b"/Marked true"));
}

#[test]
fn it_has_as_many_pages_as_it_takes_and_each_says_which_it_is() {
    let fonts = Fonts::embedded();
    for (entries, least) in [(0, 1), (3, 1), (40, 4)] {
        let pages = sheet::draw(&booklet(entries), &fonts).unwrap();
        assert!(pages.len() >= least && pages.len() < least + 6, "{entries}: {}", pages.len());
        for (index, page) in pages.iter().enumerate() {
            let says = format!("Page {} of {}", index + 1, pages.len());
            let said =
                page.items.iter().any(|item| matches!(item, Item::Text { block, .. } if block.text == says));
            assert!(said, "{says}");
        }
        let titles = pages.iter().flat_map(|page| &page.items);
        let titles = titles.filter(
            |item| matches!(item, Item::Text { block, .. } if block.text.starts_with("Data literacy")),
        );
        assert_eq!(titles.count(), entries, "none is lost");
    }
}

#[test]
fn what_is_read_aloud_begins_with_the_words() {
    let fonts = Fonts::embedded();
    let pages = sheet::draw(&booklet(2), &fonts).unwrap();
    let order: Vec<&str> = pages[0]
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Text { role: Role::Heading, .. } => Some("title"),
            Item::Text { role: Role::Subsection, .. } => Some("entry"),
            Item::Area { role: Role::Figure(words), .. } if words == "The passport" => Some("its code"),
            Item::Area { role: Role::Figure(words), .. } if words == "The credential" => Some("code"),
            _ => None,
        })
        .collect();
    assert_eq!(order, ["title", "its code", "entry", "code", "entry", "code"]);
}

#[test]
fn nothing_leaves_the_sheet() {
    let long = "Sehr lange Angaben über alles Mögliche ".repeat(60);
    let fonts = Fonts::embedded();
    for paper in [Paper::A4, Paper::Letter] {
        for right_to_left in [false, true] {
            let entry = Entry { title: long.clone(), lines: vec![long.clone(); 9], ..entry("") };
            let full = Booklet {
                paper,
                right_to_left,
                title: long.clone(),
                lines: vec![long.clone(); 2],
                sections: vec![Section { heading: long.clone(), entries: vec![entry; 3] }],
                ..booklet(0)
            };
            for page in sheet::draw(&full, &fonts).unwrap() {
                for item in page.items {
                    let Item::Text { block, x, y, .. } = item else { continue };
                    assert!(x >= 40.0 && x + block.room <= page.width - 40.0, "{} at {x}", block.text);
                    assert!(y >= 40.0 && y + block.height <= page.height - 20.0, "{} at {y}", block.text);
                }
            }
        }
    }
}
