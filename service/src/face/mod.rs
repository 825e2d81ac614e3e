//! A credential as files that people keep and hand on: the image of its badge with the signed credential baked in, and a certificate to print with the signed credential
//! attached. How they are drawn is the business of `cairn_render`; here is what they show.

mod badge;
mod certificate;
mod logo;
pub mod stated;
pub mod statement;
mod template;

use std::fmt::Write;
use std::sync::Arc;

use cairn_credential::bake;
pub(crate) use certificate::moment;

pub use cairn_render::Fonts;
use cairn_render::badge::{Badge, Form};
use cairn_render::certificate::Certificate;
pub use cairn_render::certificate::Paper;
use cairn_render::{Picture, RenderError};
use cairn_words::Words;
use serde_json::json;
use sha2::{Digest, Sha256};
pub use template::{
    NewSignature, NewTemplate, Translation, set_template, signatures, templates, translations,
};

use crate::Service;
use crate::at_once::AtOnce;
use crate::credential::{self, Published};
use crate::error::{Error, Result};

/// Each costs tens of milliseconds of processor time, and whoever has the link may ask for it.
static DRAWING: AtOnce = AtOnce::new(2, "this server has too much to draw");

/// Changes when the drawing changes, so that nobody keeps an old one.
const EDITION: &str = concat!(env!("CARGO_PKG_VERSION"), "-3");

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The badge's image as SVG, with the credential baked in.
    Svg,
    /// The badge's image as PNG, with the credential baked in.
    Png,
    /// The certificate as PDF, with the credential attached.
    Pdf(Certified),
}

/// How a certificate is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Certified {
    /// The paper that was asked for.
    pub asked: Option<Paper>,
    /// The paper where none was asked for, and the issuer has chosen none.
    pub usual: Paper,
    /// What it says beside what the credential states.
    pub words: Words,
}

/// A file before it is drawn.
pub struct Face {
    /// Tells its content from every other: whoever has a file of this tag has this one.
    pub tag: String,
    drawing: Drawing,
    logo: Option<Arc<[u8]>>,
    fonts: Fonts,
}

enum Drawing {
    Badge { badge: Badge, form: Form, document: String },
    Certificate(Box<Certificate>, Vec<NewSignature>),
}

/// A face of a credential, ready to be drawn.
#[crate::boxed]
pub async fn of(service: &Service, published: &Published, kind: Kind) -> Result<Face> {
    let statement = statement::Statement::read(&published.document)?;
    let branding = credential::branding(service, published).await?.unwrap_or_default();
    let template = templates(service, &[published.issuer.id]).await?.remove(&published.issuer.id);
    let colors = badge::colors(&branding, template.as_ref());
    let logo = logo::find(service, &published.issuer, &branding).await;
    let standing = credential::standing(&published.credential, service.now());
    let replaced = credential::is_replaced(service, &published.credential).await?;
    let document = published.document.clone();
    let badge = || badge::badge(&statement, colors);
    let drawing = match kind {
        Kind::Svg => Drawing::Badge { badge: badge(), form: Form::Svg, document },
        Kind::Png => Drawing::Badge { badge: badge(), form: Form::Png, document },
        Kind::Pdf(Certified { asked, usual, words }) => {
            let template = template.as_ref();
            let translations = template.map(translations).transpose()?.unwrap_or_default();
            let own = translations.into_iter().find(|own| own.language == words.language().tag());
            let own = own.unwrap_or_default();
            let of = certificate::Source {
                published,
                statement: &statement,
                colors,
                template,
                own,
                standing,
                replaced,
                words,
            };
            let paper = asked.or(template.and_then(template::paper)).unwrap_or(usual);
            let signatures = template.map(signatures).transpose()?.unwrap_or_default();
            Drawing::Certificate(Box::new(certificate::certificate(&of, paper)), signatures)
        }
    };
    let shown = json!([
        EDITION,
        format!("{kind:?}{standing:?}{replaced}"),
        branding,
        template.as_ref().map(|row| (row.id, row.updated_at)),
        published.issuer.name,
        published.document
    ]);
    let tag = tag(&[shown.to_string().as_bytes(), logo.as_deref().unwrap_or_default()]);
    Ok(Face { tag, drawing, logo, fonts: service.config.fonts.clone() })
}

impl Face {
    /// Draws the file, on a thread that may be busy. The same credential always gives the same bytes while it stands as it does.
    ///
    /// # Errors
    /// A fault of the server where drawing fails.
    pub async fn draw(self) -> Result<Vec<u8>> {
        DRAWING.run(move || self.drawn()).await?
    }

    fn drawn(self) -> Result<Vec<u8>> {
        let failed = |error: RenderError| Error::internal("a file of a credential was not drawn", error);
        // What is no picture that can be drawn is left out, as where there is none.
        let logo = self.logo.as_deref().and_then(|bytes| Picture::read(bytes).ok());
        match self.drawing {
            Drawing::Badge { badge, form, document } => {
                let image = Badge { logo, ..badge }.render(form, &self.fonts).map_err(failed)?;
                bake::bake(&image, &document)
                    .map_err(|error| Error::internal("a credential could not be baked into its image", error))
            }
            Drawing::Certificate(certificate, signatures) => {
                let signatures = template::drawn(signatures);
                Certificate { logo, signatures, ..*certificate }.render(&self.fonts).map_err(failed)
            }
        }
    }
}

/// A QR code of an address, as SVG.
///
/// # Errors
/// A fault of the server where the address does not fit.
pub fn code(words: Words, address: &str) -> Result<String> {
    cairn_render::qr::svg(address, words.certificate_code())
        .map_err(|error| Error::internal("a QR code was not drawn", error))
}

/// A digest over parts, each told from the next.
pub(crate) fn tag(parts: &[&[u8]]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    digest.finalize().iter().take(16).fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
