//! How an issuer's certificates look: texts, colors, paper and signatures of its choice, where it has chosen.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cairn_entity::{certificate_template, enums};
use cairn_render::certificate::{MAX_SIGNATURES, Signature};
use cairn_render::{Color, Picture};
use cairn_words::Language;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::actor::{Actor, Scope};
use crate::error::{Result, UserErrorCode};
use crate::ids::Kind;
use crate::reference::IssuerReference;
use crate::validate::Checks;
use crate::{Service, Work, issuer};

/// The largest picture of a signature, in bytes.
pub const MAX_PICTURE: usize = 100 * 1024;
/// The longest sentence, in characters.
const MAX_TEXT: usize = 200;

/// A whole template; what is absent is as the server has it.
#[derive(Clone, Debug, Default)]
pub struct NewTemplate {
    /// Whose; operators name it.
    pub issuer: Option<IssuerReference>,
    /// At the top.
    pub heading: Option<String>,
    /// Before the holder's name.
    pub introduction: Option<String>,
    /// Between the holder's name and the title.
    pub statement: Option<String>,
    /// The same three in further languages.
    pub translations: Vec<Translation>,
    /// Color of what stands out, as `#rrggbb`.
    pub primary_color: Option<String>,
    /// Color beside it.
    pub secondary_color: Option<String>,
    /// On which paper where nobody asks for another.
    pub paper: Option<enums::Paper>,
    /// Who signs by hand.
    pub signatures: Vec<NewSignature>,
}

/// An issuer's sentences in one language; an absent one is as for all languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Translation {
    /// Its tag: one of those that certificates are in.
    pub language: String,
    /// At the top.
    pub heading: Option<String>,
    /// Before the holder's name.
    pub introduction: Option<String>,
    /// Between the holder's name and the title.
    pub statement: Option<String>,
}

/// Somebody who signs by hand.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewSignature {
    /// Who.
    pub name: String,
    /// As what.
    pub role: String,
    /// The handwriting: PNG in base64.
    pub picture: Option<String>,
}

/// Sets an issuer's template as a whole. Certificates look so from the next one that is drawn.
#[crate::boxed]
pub async fn set_template(
    service: &Service,
    actor: &Actor,
    new: NewTemplate,
) -> Result<certificate_template::Model> {
    let reach = actor.reach_whole(Scope::ProgramsWrite)?;
    check(&new)?;
    let issuer = issuer::target(service, reach, new.issuer.as_ref()).await?.id;
    let mut work = Work::begin(service, actor).await?;
    let known = certificate_template::Entity::find()
        .filter(certificate_template::Column::IssuerId.eq(issuer))
        .one(work.tx())
        .await?;
    let row = certificate_template::Model {
        id: known.as_ref().map_or_else(|| work.new_id(), |row| Ok(row.id))?,
        issuer_id: issuer,
        heading: new.heading,
        introduction: new.introduction,
        statement: new.statement,
        translations: Some(json!(new.translations)).filter(|_| !new.translations.is_empty()),
        primary_color: new.primary_color,
        secondary_color: new.secondary_color,
        paper: new.paper,
        signatures: json!(new.signatures),
        created_at: known.as_ref().map_or(work.now, |row| row.created_at),
        updated_at: work.now,
    };
    let active = row.into_active_model().reset_all();
    let row = match known {
        Some(_) => active.update(work.tx()).await?,
        None => active.insert(work.tx()).await?,
    };
    work.audit(Some(issuer), "issuer.certificate_template_set", (Kind::Issuer, issuer), json!({}))?;
    work.answer(row).await
}

fn check(new: &NewTemplate) -> Result<()> {
    let mut checks = Checks::default();
    sentences(&mut checks, "", [&new.heading, &new.introduction, &new.statement]);
    translated(&mut checks, &new.translations);
    checks.color("primaryColor", new.primary_color.as_deref());
    checks.color("secondaryColor", new.secondary_color.as_deref());
    checks.at_most("signatures", new.signatures.len(), MAX_SIGNATURES);
    for (index, signature) in new.signatures.iter().enumerate() {
        let at = |member: &str| format!("signatures.{index}.{member}");
        checks.text(&at("name"), &signature.name, MAX_TEXT);
        checks.text(&at("role"), &signature.role, MAX_TEXT);
        if let Some(picture) = &signature.picture
            && let Err(reason) = read(picture)
        {
            checks.fail(&at("picture"), UserErrorCode::Invalid, reason);
        }
    }
    checks.finish()
}

/// Heading, introduction and statement below a path.
fn sentences(checks: &mut Checks, path: &str, texts: [&Option<String>; 3]) {
    for (member, text) in ["heading", "introduction", "statement"].into_iter().zip(texts) {
        checks.optional_text(&format!("{path}{member}"), text.as_deref(), MAX_TEXT);
    }
}

/// Each language is known, and there once.
fn translated(checks: &mut Checks, translations: &[Translation]) {
    for (index, one) in translations.iter().enumerate() {
        let path = format!("translations.{index}.");
        let field = format!("{path}language");
        if !Language::ALL.iter().any(|language| language.tag() == one.language) {
            let tags = Language::ALL.map(Language::tag).join(", ");
            checks.fail(&field, UserErrorCode::Invalid, format!("must be one of {tags}"));
        } else if translations[..index].iter().any(|before| before.language == one.language) {
            checks.fail(&field, UserErrorCode::Invalid, "this language is there already");
        }
        sentences(checks, &path, [&one.heading, &one.introduction, &one.statement]);
    }
}

/// The sentences by language, as they were stored.
pub fn translations(row: &certificate_template::Model) -> Result<Vec<Translation>> {
    Ok(row.translations.as_ref().map(Vec::deserialize).transpose()?.unwrap_or_default())
}

/// The picture of a signature, or what is wrong with it.
fn read(picture: &str) -> std::result::Result<Picture, String> {
    if picture.len() > MAX_PICTURE * 4 / 3 + 4 {
        return Err("must be no larger than 100 KiB".to_owned());
    }
    let bytes = STANDARD.decode(picture).map_err(|_| "must be a PNG picture in base64".to_owned())?;
    Picture::read(&bytes).map_err(|error| format!("must be a PNG picture in base64: {error}"))
}

/// The templates of issuers, in one statement.
#[crate::boxed]
pub async fn templates(
    service: &Service,
    issuers: &[Uuid],
) -> Result<HashMap<Uuid, certificate_template::Model>> {
    let rows = certificate_template::Entity::find()
        .filter(certificate_template::Column::IssuerId.is_in(issuers.iter().copied()))
        .all(service.db.reader())
        .await?;
    Ok(rows.into_iter().map(|row| (row.issuer_id, row)).collect())
}

/// Who signs, as it was stored.
pub fn signatures(row: &certificate_template::Model) -> Result<Vec<NewSignature>> {
    Ok(Vec::deserialize(&row.signatures)?)
}

/// The same with their pictures; this takes processor time.
pub(super) fn drawn(signatures: Vec<NewSignature>) -> Vec<Signature> {
    let drawn = |signature: NewSignature| Signature {
        picture: signature.picture.as_deref().and_then(|picture| read(picture).ok()),
        name: signature.name,
        role: signature.role,
    };
    signatures.into_iter().map(drawn).collect()
}

/// The colors of a template.
pub(super) fn colors(row: &certificate_template::Model) -> [Option<Color>; 2] {
    [&row.primary_color, &row.secondary_color].map(|color| color.as_deref().and_then(Color::parse))
}

/// The paper of a template.
pub(super) fn paper(row: &certificate_template::Model) -> Option<cairn_render::certificate::Paper> {
    row.paper.map(|paper| match paper {
        enums::Paper::A4 => cairn_render::certificate::Paper::A4,
        enums::Paper::Letter => cairn_render::certificate::Paper::Letter,
    })
}
