//! A shared passport as one PDF to print or hand over: what its page tells, each credential with a QR code to its own page, and the signed learner record
//! within the file.

use cairn_entity::{issuer, learner_record};
use cairn_render::Color;
use cairn_render::booklet::{Booklet, Entry as Block, Section, Tone, Words as Labels};
use cairn_render::certificate::{Attachment, Paper};
use cairn_words::Words;
use chrono::{DateTime, NaiveTime, Utc};
use serde_json::json;

use super::{EarnedSkill, Entry, Places, Project, Shared, Source, Stack, State, View, address, told, view};
use crate::Service;
use crate::at_once::AtOnce;
use crate::error::{Error, Result};
use crate::face::{moment, tag};
use crate::page::{Page, PageArgs};
use crate::portfolio;

/// Changes when the drawing changes, so that nobody keeps an old one.
const EDITION: &str = concat!(env!("CARGO_PKG_VERSION"), "-1");
/// Most credentials that are printed: as many as a holder can choose.
const MOST_CREDENTIALS: usize = 500;
/// Most of each other part.
const MOST: i32 = 100;
/// How many paragraphs a project has; what goes on stands in the last one.
const MOST_PARAGRAPHS: usize = 40;
/// One at a time, and none in the place of the files of single credentials: it may have hundreds of pages.
static DRAWING: AtOnce = AtOnce::new(1, "this server has too many passports to draw");
/// How many skills are printed.
const MOST_SKILLS: usize = 300;
/// What stands out in it, as on its page.
const ACCENT: Color = Color::new(0x0b, 0x3d, 0x6e);

/// A booklet before it is drawn.
pub struct Printed {
    /// Tells its content from every other of the same day.
    pub tag: String,
    booklet: Booklet,
    fonts: cairn_render::Fonts,
}

impl Printed {
    /// Draws the file, on a thread that may be busy.
    ///
    /// # Errors
    /// A fault of the server where drawing fails.
    pub async fn draw(self) -> Result<Vec<u8>> {
        let draw = move || {
            let drawn = self.booklet.render(&self.fonts);
            drawn.map_err(|error| Error::internal("a passport was not drawn", error))
        };
        DRAWING.run(draw).await?
    }
}

/// The booklet of a shared passport with the record that stands for it, ready to be drawn.
#[crate::boxed]
pub async fn booklet(
    service: &Service,
    shared: &Shared,
    record: Option<&learner_record::Model>,
    (words, paper): (Words, Paper),
) -> Result<Printed> {
    let (view, entries) = whole(service, shared).await?;
    let today = view.as_of.date_naive();
    let name = shared.name.as_deref().unwrap_or(words.passport_unnamed());
    let count = words.passport_count(usize::try_from(view.count).unwrap_or(usize::MAX));
    let mut lines = vec![
        format!("{count} · {}", words.verdict_as_of(&words.day(today))),
        words.passport_chosen().to_owned(),
    ];
    let skills_left = view.skills.len() > MOST_SKILLS;
    if skills_left || entries.has_next || view.stacks.has_next || view.projects.has_next {
        lines.push(words.passport_printed_in_part().to_owned());
    }
    let language = words.language();
    let booklet = Booklet {
        paper,
        language: language.tag().to_owned(),
        right_to_left: language.is_right_to_left(),
        color: ACCENT,
        title: name.to_owned(),
        author: name.to_owned(),
        lines,
        words: Labels {
            kind: words.passport_kind().to_owned(),
            check: words.passport_scan().to_owned(),
            code: words.passport_code().to_owned(),
            entry: words.certificate_code().to_owned(),
            page: words.passport_page("{1}", "{2}"),
        },
        sections: sections(words, &view, &entries)?,
        address: address(service, &shared.share),
        id: format!("urn:uuid:{}", record.map_or(shared.share.id, |record| record.id)),
        made: moment(today.and_time(NaiveTime::MIN).and_utc()),
        attachment: record.map(|record| attached(words, record)),
    };
    let shown = json!([EDITION, format!("{booklet:?}")]).to_string();
    Ok(Printed { tag: tag(&[shown.as_bytes()]), booklet, fonts: service.config.fonts.clone() })
}

fn attached(words: Words, record: &learner_record::Model) -> Attachment {
    Attachment {
        name: "learner-record.json".to_owned(),
        media: "application/vc+ld+json".to_owned(),
        description: words.passport_attachment().to_owned(),
        bytes: record.document.clone().into_bytes(),
    }
}

/// Everything that is shared, and all of its credentials.
async fn whole(service: &Service, shared: &Shared) -> Result<(View, Page<Entry>)> {
    let page = |after| Some(PageArgs { first: Some(MOST), after, ..PageArgs::default() });
    let all = Places { credentials: page(None), skills: true, stacks: page(None), projects: page(None) };
    let mut whole = view(service, shared, &all).await?;
    let mut entries = std::mem::replace(&mut whole.credentials, Page::empty());
    while entries.has_next && entries.items.len() < MOST_CREDENTIALS {
        let after = entries.items.last().map(|(_, cursor)| cursor.clone());
        let places = Places { credentials: page(after), ..Places::default() };
        let next = view(service, shared, &places).await?.credentials;
        entries.items.extend(next.items);
        entries.has_next = next.has_next;
    }
    Ok((whole, entries))
}

fn sections(words: Words, view: &View, entries: &Page<Entry>) -> Result<Vec<Section>> {
    let section = |heading: &str, entries: Vec<Block>| Section { heading: heading.to_owned(), entries };
    let credentials = entries.items.iter().map(|(entry, _)| credential(words, entry, view.as_of));
    let skills = view.skills.iter().take(MOST_SKILLS).map(|(earned, sources)| skill(words, earned, sources));
    let stacks = view.stacks.items.iter().map(|((row, issuer), _)| stack(words, row, issuer));
    let projects = view.projects.items.iter().map(|(row, _)| project(words, row));
    Ok(vec![
        section(words.passport_credentials(), credentials.collect()),
        section(words.achievement_skills(), skills.collect::<Result<_>>()?),
        section(words.achievement_stacks(), stacks.collect()),
        section(words.project_title(), projects.collect::<Result<_>>()?),
    ])
}

fn credential(words: Words, entry: &Entry, now: DateTime<Utc>) -> Block {
    let facts = [entry.kind(words)].into_iter().chain(told::facts(words, entry, now));
    Block {
        title: entry.title.clone(),
        lines: vec![entry.issuer.name.clone(), facts.collect::<Vec<_>>().join(" · ")],
        standing: Some((tone(entry.state), words.passport_state(entry.state.name()))),
        percent: None,
        address: entry.page.clone(),
    }
}

fn tone(state: State) -> Tone {
    match state {
        State::Stands => Tone::Good,
        State::Revoked | State::Unreliable => Tone::Bad,
        State::Expiring
        | State::NotYet
        | State::Expired
        | State::Renewed
        | State::Suspended
        | State::Replaced => Tone::Open,
    }
}

fn skill(words: Words, earned: &EarnedSkill, sources: &[Source]) -> Result<Block> {
    let source = |source: &Source| -> Result<String> {
        let levels = told::levels(words, &source.version)?;
        let said = [source.version.title.clone(), levels].into_iter().filter(|part| !part.is_empty());
        Ok(said.collect::<Vec<_>>().join(" · "))
    };
    Ok(Block {
        title: format!("{} · {}", earned.skill.name, earned.framework),
        lines: sources.iter().map(source).collect::<Result<_>>()?,
        ..Block::default()
    })
}

fn stack(words: Words, stack: &Stack, issuer: &issuer::Model) -> Block {
    let mut lines = vec![issuer.name.clone(), told::progress(words, stack, issuer)];
    lines.extend(
        stack.parts.iter().map(|part| format!("{} · {}", part.title, told::part(words, part, issuer))),
    );
    Block {
        title: stack.version.title.clone(),
        lines,
        percent: u8::try_from(stack.percent / 10_000).ok(),
        ..Block::default()
    }
}

/// The paragraphs of a text, the last of which takes up all that would be too many.
fn paragraphs(text: &str) -> Vec<String> {
    let mut all: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let rest = all.split_off(all.len().min(MOST_PARAGRAPHS - 1));
    let rest = Some(rest.join(" ")).filter(|rest| !rest.is_empty());
    all.into_iter().map(str::to_owned).chain(rest).collect()
}

/// What the holder made. Paragraphs are theirs, so each stays one.
fn project(words: Words, of: &Project) -> Result<Block> {
    let row = &of.project;
    let mut lines: Vec<String> = told::made(words, row).into_iter().collect();
    let texts = [&row.description, &row.text].into_iter().flatten();
    lines.extend(texts.flat_map(|text| paragraphs(text)));
    lines.extend(portfolio::links(row)?.into_iter().map(|link| format!("{} · {}", link.title, link.url)));
    for file in portfolio::files(row)? {
        lines.push(format!("{} · {} · {}", file.name, file.media_type, told::size(words, file.size)));
        lines.extend(file.url);
        lines.push(words.project_digest(&file.digest));
    }
    let outcomes = of.outcomes.iter().map(|one| one.statement.as_str());
    let named = |heading: &str, names: Vec<&str>| {
        (!names.is_empty()).then(|| format!("{heading}: {}", names.join(" · ")))
    };
    let shows = outcomes.chain(of.skills.iter().map(|one| one.name.as_str())).collect();
    lines.extend(named(words.project_shows(), shows));
    lines.extend(named(
        words.project_belongs(),
        of.credentials.iter().map(|(title, _)| title.as_str()).collect(),
    ));
    lines.retain(|line| !line.trim().is_empty());
    Ok(Block { title: row.title.clone(), lines, ..Block::default() })
}
