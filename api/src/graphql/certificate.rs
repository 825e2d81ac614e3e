//! How an issuer's certificates look: type, mutation, loader.

use std::collections::HashMap;

use async_graphql::{Context, InputObject, Object, SimpleObject};
use cairn_service::error::Result as ServiceResult;
use cairn_service::face::{self, NewSignature, NewTemplate, Translation};
use cairn_service::rows;
use uuid::Uuid;

use super::command::outcome;
use super::context::{Batch, ContextExt, Request};
use super::enums::Paper;
use super::error::{Result, UserError};
use super::reference::IssuerRef;
use super::scalar::DateTime;

/// How an issuer's certificates look, where it has chosen.
#[derive(Clone)]
pub struct CertificateTemplate {
    row: rows::certificate_template::Model,
}

/// How an issuer's certificates look, where it has chosen; what is null is as the server has it.
#[Object]
impl CertificateTemplate {
    /// At the top.
    async fn heading(&self) -> Option<&str> {
        self.row.heading.as_deref()
    }

    /// Before the holder's name.
    async fn introduction(&self) -> Option<&str> {
        self.row.introduction.as_deref()
    }

    /// Between the holder's name and the title.
    async fn statement(&self) -> Option<&str> {
        self.row.statement.as_deref()
    }

    /// The same three in further languages, for readers of these.
    async fn translations(&self) -> Result<Vec<CertificateTranslation>> {
        Ok(face::translations(&self.row)?.into_iter().map(CertificateTranslation::from).collect())
    }

    /// Color of what stands out, as `#rrggbb`; the badge bears it, too. A program's own branding comes first.
    async fn primary_color(&self) -> Option<&str> {
        self.row.primary_color.as_deref()
    }

    /// Color beside it.
    async fn secondary_color(&self) -> Option<&str> {
        self.row.secondary_color.as_deref()
    }

    /// On which paper where nobody asks for another.
    async fn paper(&self) -> Option<Paper> {
        self.row.paper.map(Paper::from)
    }

    /// Who signs by hand, from where lines begin.
    async fn signatures(&self) -> Result<Vec<CertificateSignature>> {
        Ok(face::signatures(&self.row)?.into_iter().map(CertificateSignature::from).collect())
    }

    /// When last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.row.updated_at)
    }
}

/// An issuer's sentences in one language; what is null is as for all languages.
#[derive(SimpleObject)]
pub struct CertificateTranslation {
    /// Its tag (BCP 47).
    language: String,
    /// At the top.
    heading: Option<String>,
    /// Before the holder's name.
    introduction: Option<String>,
    /// Between the holder's name and the title.
    statement: Option<String>,
}

impl From<Translation> for CertificateTranslation {
    fn from(from: Translation) -> Self {
        let Translation { language, heading, introduction, statement } = from;
        Self { language, heading, introduction, statement }
    }
}

/// An issuer's sentences in one language; what is absent or null is as for all languages.
#[derive(InputObject)]
pub struct CertificateTranslationInput {
    /// Its tag: `en`, `de` or `ar`.
    language: String,
    /// At the top.
    heading: Option<String>,
    /// Before the holder's name.
    introduction: Option<String>,
    /// Between the holder's name and the title.
    statement: Option<String>,
}

impl From<CertificateTranslationInput> for Translation {
    fn from(from: CertificateTranslationInput) -> Self {
        let CertificateTranslationInput { language, heading, introduction, statement } = from;
        Self { language, heading, introduction, statement }
    }
}

/// Somebody who signs certificates by hand.
#[derive(SimpleObject)]
pub struct CertificateSignature {
    /// Who.
    name: String,
    /// As what.
    role: String,
    /// Whether there is a picture of the handwriting; it is seen on certificates alone.
    has_picture: bool,
}

impl From<NewSignature> for CertificateSignature {
    fn from(from: NewSignature) -> Self {
        Self { name: from.name, role: from.role, has_picture: from.picture.is_some() }
    }
}

/// Somebody who signs certificates by hand.
#[derive(InputObject)]
pub struct CertificateSignatureInput {
    /// Who.
    name: String,
    /// As what.
    role: String,
    /// The handwriting: PNG in base64, at most 100 KiB and 2048 pixels.
    picture: Option<String>,
}

/// Input of setCertificateTemplate. The template is set as a whole: what is absent or null is as the server has it.
#[derive(InputObject)]
pub struct SetCertificateTemplateInput {
    /// Whose; operators name it.
    issuer: Option<IssuerRef>,
    /// At the top.
    heading: Option<String>,
    /// Before the holder's name.
    introduction: Option<String>,
    /// Between the holder's name and the title.
    statement: Option<String>,
    /// The same three in further languages, each at most once; readers of other languages get those above.
    #[graphql(default)]
    translations: Vec<CertificateTranslationInput>,
    /// Color of what stands out, as `#rrggbb`.
    primary_color: Option<String>,
    /// Color beside it.
    secondary_color: Option<String>,
    /// On which paper where nobody asks for another.
    paper: Option<Paper>,
    /// Who signs by hand, from where lines begin; at most three.
    #[graphql(default)]
    signatures: Vec<CertificateSignatureInput>,
}

impl From<SetCertificateTemplateInput> for NewTemplate {
    fn from(from: SetCertificateTemplateInput) -> Self {
        let signature = |from: CertificateSignatureInput| NewSignature {
            name: from.name,
            role: from.role,
            picture: from.picture,
        };
        Self {
            issuer: from.issuer.map(Into::into),
            heading: from.heading,
            introduction: from.introduction,
            statement: from.statement,
            translations: from.translations.into_iter().map(Translation::from).collect(),
            primary_color: from.primary_color,
            secondary_color: from.secondary_color,
            paper: from.paper.map(Into::into),
            signatures: from.signatures.into_iter().map(signature).collect(),
        }
    }
}

/// Answer of setCertificateTemplate.
#[derive(SimpleObject)]
pub struct SetCertificateTemplatePayload {
    /// The template.
    certificate_template: Option<CertificateTemplate>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Changing how certificates look.
#[derive(Default)]
pub struct CertificateMutations;

#[Object]
impl CertificateMutations {
    /// Sets how the issuer's certificates look, as a whole; it holds from the next one that is drawn, for credentials that were issued before, too.
    async fn set_certificate_template(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: SetCertificateTemplateInput,
    ) -> Result<Option<SetCertificateTemplatePayload>> {
        let set = face::set_template(ctx.service(), ctx.actor(), input.into());
        let (row, user_errors) = outcome(ctx, set).await?;
        let certificate_template = row.map(|row| CertificateTemplate { row });
        Ok(Some(SetCertificateTemplatePayload { certificate_template, user_errors }))
    }
}

/// Templates by issuer; what certificates look like is public.
pub struct TemplateOfIssuer;

impl Batch for TemplateOfIssuer {
    type Key = Uuid;
    type Value = CertificateTemplate;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, CertificateTemplate>> {
        let rows = face::templates(&request.service, keys).await?;
        Ok(rows.into_iter().map(|(issuer, row)| (issuer, CertificateTemplate { row })).collect())
    }
}

/// Registers this domain's loaders.
pub fn register(request: &std::sync::Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(request, data, TemplateOfIssuer);
}
