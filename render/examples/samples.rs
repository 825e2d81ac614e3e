//! Draws badges and certificates in several scripts into a folder, to be looked at: `cargo run -p cairn-render --example samples -- FOLDER`.

use std::error::Error;
use std::path::PathBuf;

use cairn_render::badge::{Badge, Form};
use cairn_render::certificate::{Attachment, Certificate, Moment, Paper, Signature, Words};
use cairn_render::{Color, Fonts, Picture};

struct Sample {
    name: &'static str,
    title: &'static str,
    holder: &'static str,
    issuer: &'static str,
    kind: &'static str,
    level: Option<&'static str>,
    colors: [&'static str; 2],
    language: &'static str,
}

const SAMPLES: [Sample; 5] = [
    Sample {
        name: "latin",
        title: "Data literacy for public administration",
        holder: "Zoë Ångström-Κωνσταντίνου",
        issuer: "alpha University",
        kind: "Micro-credential",
        level: Some("EQF 6"),
        colors: ["#0b3d6e", "#f2a900"],
        language: "en",
    },
    Sample {
        name: "arabic",
        title: "مهارات البيانات في الإدارة العامة (Data 2.0)",
        holder: "عُمَر عبد الرحمن",
        issuer: "جامعة المستقبل",
        kind: "شهادة مصغرة",
        level: Some("المستوى 6"),
        colors: ["#14532d", "#facc15"],
        language: "ar",
    },
    Sample {
        name: "chinese",
        title: "公共管理数据素养与统计学基础",
        holder: "王小明 / 山田太郎 / 김민수",
        issuer: "東京大学",
        kind: "微证书",
        level: None,
        colors: ["#fde68a", "#b91c1c"],
        language: "zh",
    },
    Sample {
        name: "cyrillic",
        title: "Грамотность в работе с данными",
        holder: "Ольга Щербакова 🦉",
        issuer: "Национальный университет",
        kind: "Микроквалификация",
        level: Some("8"),
        colors: ["#7c2d12", "#7c2d12"],
        language: "ru",
    },
    Sample {
        name: "long",
        title: "Einführung in die Rindfleischetikettierungsüberwachungsaufgabenübertragung und weitere Grundlagen der Verwaltungswissenschaft",
        holder: "Maximiliane Friederike von und zu Hohenstein-Sonnenburg-Wartenfels",
        issuer: "Hochschule für angewandte Wissenschaften und öffentliche Verwaltung",
        kind: "Certificate of completion",
        level: Some("Deutscher Qualifikationsrahmen 7"),
        colors: ["#ffffff", "#1d4ed8"],
        language: "de",
    },
];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("name a folder")?);
    std::fs::create_dir_all(&folder)?;
    let fonts = Fonts::embedded();
    for sample in &SAMPLES {
        let [primary, secondary] = sample.colors.map(|color| Color::parse(color).unwrap_or(Color::INK));
        let badge = Badge {
            title: sample.title.to_owned(),
            kind: sample.kind.to_owned(),
            level: sample.level.map(ToOwned::to_owned),
            issuer: sample.issuer.to_owned(),
            primary,
            secondary,
            logo: None,
        };
        let png = badge.render(Form::Png, &fonts)?;
        // Any picture will do as a logo.
        let logo = Picture::read(&png)?;
        let write =
            |end: &str, bytes: &[u8]| std::fs::write(folder.join(format!("{}{end}", sample.name)), bytes);
        write(".png", &png)?;
        write(".svg", &badge.render(Form::Svg, &fonts)?)?;
        for (paper, end) in [(Paper::A4, ".pdf"), (Paper::Letter, "-letter.pdf")] {
            let certificate = certificate(sample, paper, primary, secondary, logo.clone());
            write(end, &certificate.render(&fonts)?)?;
            write(&end.replace(".pdf", "-page.png"), &certificate.preview(&fonts, 1_400)?)?;
        }
    }
    Ok(())
}

fn certificate(
    sample: &Sample,
    paper: Paper,
    primary: Color,
    secondary: Color,
    logo: Picture,
) -> Certificate {
    let fact = |label: &str, value: &str| (label.to_owned(), value.to_owned());
    let signature =
        |name: &str, role: &str, picture| Signature { name: name.to_owned(), role: role.to_owned(), picture };
    Certificate {
        paper,
        language: sample.language.to_owned(),
        right_to_left: sample.language == "ar",
        primary,
        secondary,
        logo: Some(logo.clone()),
        issuer: sample.issuer.to_owned(),
        words: Words {
            heading: "Certificate".to_owned(),
            introduction: "This certifies that".to_owned(),
            statement: "has been awarded".to_owned(),
            check: "Scan to check that this still holds".to_owned(),
            code: "Link to the page of this credential".to_owned(),
        },
        notice: (paper == Paper::Letter).then(|| "This credential was revoked on 3 May 2026.".to_owned()),
        holder: sample.holder.to_owned(),
        title: sample.title.to_owned(),
        kind: sample.kind.to_owned(),
        description: Some(
            "Reading, questioning and explaining data in everyday work, with a project of one's own."
                .to_owned(),
        ),
        facts: vec![
            fact("Awarded", "1 March 2026"),
            fact("Level", "EQF 6"),
            fact("Credit", "5 ECTS"),
            fact("Workload", "125 hours"),
            fact("Valid until", "without end"),
        ],
        signatures: vec![
            signature("Prof. Dr. Ada Beispiel", "Dean of Studies", Some(logo)),
            signature("Karl Muster", "Head of the Examination Office", None),
        ],
        address: "https://cairn.example.org/credentials/J3kq0Zr7m1V8w2x9y4A5b6".to_owned(),
        id: "urn:uuid:0194f7a0-0000-7000-8000-000000000001".to_owned(),
        made: Moment { year: 2026, month: 3, day: 1, hour: 9, minute: 30, second: 0 },
        attachment: Attachment {
            name: "credential.json".to_owned(),
            media: "application/vc+ld+json".to_owned(),
            description: "The signed credential".to_owned(),
            bytes: br#"{"type":["VerifiableCredential"]}"#.to_vec(),
        },
    }
}
