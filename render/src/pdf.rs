//! Drawings as the pages of a PDF file: PDF/A-3a with embedded fonts, a structure for screen readers, and one attached file (ISO 19005-3).

use std::collections::HashMap;
use std::num::NonZeroU16;

use krilla::action::LinkAction;
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::color::rgb;
use krilla::configure::validate::Archival;
use krilla::configure::{Configuration, ConfigurationBuilder};
use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
use krilla::error::KrillaError;
use krilla::geom::{Path, PathBuilder, Point, Rect, Size, Transform};
use krilla::image::Image;
use krilla::metadata::{DateTime, Metadata, TextDirection};
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, Node, SpanTag, Tag, TagGroup, TagKind, TagTree,
};
use krilla::text::{Font, GlyphId, KrillaGlyph};
use krilla::{Document, SerializeSettings};
use tiny_skia::PathSegment;

use crate::RenderError;
use crate::certificate::{Attachment, Moment};
use crate::color::Color;
use crate::drawing::{Drawing, Item, Role};
use crate::text::Block;

/// What a file says about itself.
pub(crate) struct About<'a> {
    /// Its title.
    pub title: &'a str,
    /// Who answers for it.
    pub author: &'a str,
    /// Its language (BCP 47).
    pub language: &'a str,
    /// Whether that is written from the right.
    pub right_to_left: bool,
    /// What it is about, for good and without another.
    pub id: &'a str,
    /// When what it shows was made.
    pub made: Moment,
    /// The file within, if any.
    pub attachment: Option<&'a Attachment>,
}

/// Writes drawings, each as a page. Where some character has no glyph in any font, the file is a plain PDF, since archives refuse such.
pub(crate) fn write(pages: &[Drawing], about: &About<'_>) -> Result<Vec<u8>, RenderError> {
    let archival = ConfigurationBuilder::new().with_archival_validator(Archival::A3_A).finish();
    let failed = |error: &dyn std::fmt::Debug| RenderError::File("PDF", format!("{error:?}"));
    let archival = archival.map_err(|error| failed(&error))?;
    let written = match attempt(pages, about, archival)? {
        Err(KrillaError::Validation(_)) => attempt(pages, about, Configuration::default())?,
        written => written,
    };
    written.map(unsuspected).map_err(|error| failed(&error))
}

/// The file without its statement that nothing of its structure is suspect, which is what its absence means, too: poppler (22.12) complains of it. The
/// blanks keep every other byte in its place; the catalog comes after all streams, so that no content is touched.
fn unsuspected(mut file: Vec<u8>) -> Vec<u8> {
    const STATEMENT: &[u8] = b"/Suspects false";
    let last = |part: &[u8]| file.windows(part.len()).rposition(|window| window == part);
    let place = last(STATEMENT).filter(|place| last(b"endstream").is_some_and(|end| end < *place));
    if let Some(place) = place {
        file[place..place + STATEMENT.len()].fill(b' ');
    }
    file
}

fn attempt(
    pages: &[Drawing],
    about: &About<'_>,
    configuration: Configuration,
) -> Result<Result<Vec<u8>, KrillaError>, RenderError> {
    let failed = |reason: &str| RenderError::File("PDF", reason.to_owned());
    let mut document =
        Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    document.set_metadata(metadata(about));
    if let Some(attachment) = about.attachment {
        let file = embedded(attachment, about.made);
        document.embed_file(file.ok_or_else(|| failed("the attachment has no media type"))?);
    }
    let mut fonts = HashMap::new();
    let mut tags = Vec::new();
    for drawing in pages {
        tags.extend(page(&mut document, drawing, &mut fonts)?);
    }
    document.set_tag_tree(TagTree::from(tags).with_lang(Some(about.language.to_owned())));
    Ok(document.finish())
}

/// Writes one page, and answers its structure.
fn page(
    document: &mut Document,
    drawing: &Drawing,
    fonts: &mut HashMap<u64, Font>,
) -> Result<Vec<Node>, RenderError> {
    let failed = |reason: &str| RenderError::File("PDF", reason.to_owned());
    let size =
        PageSettings::from_wh(drawing.width, drawing.height).ok_or_else(|| failed("it has no size"))?;
    let mut page = document.start_page_with(size);
    let mut sheet = Sheet { surface: page.surface(), fonts, tags: Vec::new() };
    for item in &drawing.items {
        sheet.draw(item).ok_or_else(|| failed("a part cannot be drawn"))?;
    }
    let mut tags = sheet.finish();
    for item in &drawing.items {
        if let Item::Link { place, address, words } = item {
            let place = Rect::from_ltrb(place.left(), place.top(), place.right(), place.bottom());
            let place = place.ok_or_else(|| failed("a link has no size"))?;
            let link = LinkAnnotation::new(place, Target::Action(LinkAction::new(address.clone()).into()));
            let link = page.add_tagged_annotation(Annotation::new_link(link, Some(words.clone())));
            tags.push(group(Tag::Link.with_alt_text(Some(words.clone())).into(), link));
        }
    }
    page.finish();
    Ok(tags)
}

fn metadata(about: &About<'_>) -> Metadata {
    let direction = if about.right_to_left { TextDirection::RightToLeft } else { TextDirection::LeftToRight };
    Metadata::new()
        .title(about.title.to_owned())
        .authors(vec![about.author.to_owned()])
        .language(about.language.to_owned())
        .creator("Cairn".to_owned())
        .document_id(about.id.to_owned())
        .creation_date(date(about.made))
        .text_direction(direction)
}

fn date(moment: Moment) -> DateTime {
    DateTime::new(moment.year)
        .month(moment.month)
        .day(moment.day)
        .hour(moment.hour)
        .minute(moment.minute)
        .second(moment.second)
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}

fn embedded(attachment: &Attachment, made: Moment) -> Option<EmbeddedFile> {
    Some(EmbeddedFile {
        path: attachment.name.clone(),
        mime_type: Some(MimeType::new(&attachment.media)?),
        description: Some(attachment.description.clone()),
        association_kind: AssociationKind::Source,
        data: attachment.bytes.clone().into(),
        modification_date: Some(date(made)),
        // As it is, so that the signed bytes can be found by the plainest of tools.
        compress: Some(false),
        location: None,
    })
}

/// The page that is being drawn on, with its structure so far.
struct Sheet<'a, 'f> {
    surface: Surface<'a>,
    /// By the fonts of texts; each is read once a file.
    fonts: &'f mut HashMap<u64, Font>,
    tags: Vec<Node>,
}

impl Sheet<'_, '_> {
    /// Ends the drawing, and answers its structure.
    fn finish(self) -> Vec<Node> {
        self.surface.finish();
        self.tags
    }

    /// Draws one part. None where it has no size, or its font is damaged.
    fn draw(&mut self, item: &Item) -> Option<()> {
        match item {
            Item::Area { path, color, role } => {
                let place = bounds(path)?;
                let path = converted(path)?;
                let tag = self.begin(role, place);
                self.surface.set_fill(Some(fill(*color)));
                self.surface.draw_path(&path);
                self.end(role, tag);
            }
            Item::Text { block, x, y, color, role } => {
                let place = Rect::from_xywh(*x, *y, block.width.max(1.0), block.height.max(1.0))?;
                let fonts = self.fonts_of(block)?;
                let tag = self.begin(role, place);
                self.surface.set_fill(Some(fill(*color)));
                self.text(block, &fonts, *x, *y);
                self.end(role, tag);
            }
            Item::Picture { picture, place, role } => {
                let (pixels, width, height) = picture.straight();
                let size = Size::from_wh(place.width(), place.height())?;
                let bounds = Rect::from_ltrb(place.left(), place.top(), place.right(), place.bottom())?;
                let tag = self.begin(role, bounds);
                self.surface.push_transform(&Transform::from_translate(place.left(), place.top()));
                self.surface.draw_image(Image::from_rgba8(pixels, width, height), size);
                self.surface.pop();
                self.end(role, tag);
            }
            Item::Link { .. } => {}
        }
        Some(())
    }

    fn begin(&mut self, role: &Role, place: Rect) -> Identifier {
        self.surface.start_tagged(match role {
            Role::Artifact => ContentTag::Artifact(Artifact::new(ArtifactType::Page, Some(place))),
            Role::Heading | Role::Section | Role::Subsection | Role::Paragraph => {
                ContentTag::Span(SpanTag::empty())
            }
            Role::Figure(_) => ContentTag::Other,
        })
    }

    fn end(&mut self, role: &Role, tag: Identifier) {
        self.surface.end_tagged();
        let kind: TagKind = match role {
            Role::Artifact => return,
            Role::Heading => heading(1),
            Role::Section => heading(2),
            Role::Subsection => heading(3),
            Role::Paragraph => Tag::P.into(),
            Role::Figure(words) => Tag::Figure(Some(words.clone())).into(),
        };
        self.tags.push(group(kind, tag));
    }

    /// The font of each run, read once a file.
    fn fonts_of(&mut self, block: &Block) -> Option<Vec<Font>> {
        let mut fonts = Vec::with_capacity(block.runs.len());
        for run in &block.runs {
            let (data, id) = run.font.data.clone().into_raw_parts();
            let font = match self.fonts.get(&id) {
                Some(font) => font.clone(),
                None => Font::new(data.into(), run.font.index)?,
            };
            self.fonts.insert(id, font.clone());
            fonts.push(font);
        }
        Some(fonts)
    }

    fn text(&mut self, block: &Block, fonts: &[Font], x: f32, y: f32) {
        for (run, font) in block.runs.iter().zip(fonts) {
            let glyph = |glyph: &crate::text::Glyph| {
                let of_size = |length: f32| length / run.size;
                KrillaGlyph::new(
                    GlyphId::new(glyph.id),
                    of_size(glyph.advance),
                    of_size(glyph.x),
                    of_size(-glyph.y),
                    0.0,
                    glyph.text.clone(),
                    None,
                )
            };
            let glyphs: Vec<KrillaGlyph> = run.glyphs.iter().map(glyph).collect();
            let from = Point::from_xy(x + run.x, y + run.y);
            self.surface.draw_glyphs(from, &glyphs, font.clone(), &block.text, run.size, false);
        }
    }
}

/// A heading of a level, from 1.
fn heading(level: u16) -> TagKind {
    Tag::Hn(NonZeroU16::new(level).unwrap_or(NonZeroU16::MIN), None).into()
}

fn group(kind: TagKind, tag: Identifier) -> Node {
    Node::Group(TagGroup::with_children(kind, vec![Node::Leaf(tag)]))
}

fn fill(color: Color) -> Fill {
    Fill { paint: rgb::Color::new(color.red, color.green, color.blue).into(), ..Fill::default() }
}

fn bounds(path: &tiny_skia::Path) -> Option<Rect> {
    let bounds = path.bounds();
    Rect::from_ltrb(bounds.left(), bounds.top(), bounds.right(), bounds.bottom())
}

fn converted(path: &tiny_skia::Path) -> Option<Path> {
    let mut built = PathBuilder::new();
    for segment in path.segments() {
        match segment {
            PathSegment::MoveTo(to) => built.move_to(to.x, to.y),
            PathSegment::LineTo(to) => built.line_to(to.x, to.y),
            PathSegment::QuadTo(a, to) => built.quad_to(a.x, a.y, to.x, to.y),
            PathSegment::CubicTo(a, b, to) => built.cubic_to(a.x, a.y, b.x, b.y, to.x, to.y),
            PathSegment::Close => built.close(),
        }
    }
    built.finish()
}
