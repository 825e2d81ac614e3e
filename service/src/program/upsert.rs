//! Making and changing programs: one document, all or nothing. A published version never changes: a change opens a draft of the next.

use std::collections::HashSet;

use cairn_entity::enums::ProgramStatus;
use cairn_entity::{award, issuer, program, program_version};
use sea_orm::sea_query::LockType;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use super::document::{Document, NewProgram};
use super::facet;
use super::resolve::{Named, resolve};
use super::stored::Stored;
use super::terms::{Prerequisites, Track};
use super::write::Draft;
use super::{check, text};
use crate::actor::{Actor, Scope};
use crate::bulk::UpsertOutcome;
use crate::error::Result;
use crate::error::UserErrorCode::{Conflict, Taken};
use crate::idempotency::kept_as;
use crate::ids::Kind;
use crate::reference::Reference;
use crate::validate::Checks;
use crate::{Service, Work, save, work};

/// What became of a program document.
#[derive(Clone, Debug)]
pub struct Upserted {
    /// The program.
    pub program: program::Model,
    /// The draft that the document was written into; the published version where nothing was to change.
    pub version: program_version::Model,
    /// Whether anything was made or changed.
    pub outcome: UpsertOutcome,
}

kept_as!(
    Upserted,
    ((program::Model, program_version::Model), UpsertOutcome),
    |done| ((done.program.clone(), done.version.clone()), done.outcome),
    |((program, version), outcome)| Self { program, version, outcome }
);

/// Makes or changes a program of the caller's issuer. Needs `programs:write`.
#[crate::boxed]
pub async fn upsert(service: &Service, actor: &Actor, new: NewProgram) -> Result<Upserted> {
    let reach = actor.reach_whole(Scope::ProgramsWrite)?;
    let issuer = crate::issuer::target(service, reach, new.issuer.as_ref()).await?;
    // Slugs are unique across issuers: another one's program may take the same in this moment.
    work::again(|| async {
        let mut work = Work::begin(service, actor).await?;
        let upserted = upsert_in(&mut work, &issuer, new.clone()).await?;
        work.answer(upserted).await
    })
    .await
}

/// As `upsert`, within a command that has made sure that the caller may write programs of the issuer.
#[crate::boxed]
pub async fn upsert_in(work: &mut Work<'_>, issuer: &issuer::Model, new: NewProgram) -> Result<Upserted> {
    lock(work, issuer.id).await?;
    let existing = program::Entity::find()
        .filter(program::Column::IssuerId.eq(issuer.id))
        .filter(program::Column::ExternalId.eq(&new.external_id))
        .one(work.tx())
        .await?;
    let before = Before::load(work.tx(), existing).await?;
    let mut checks = Checks::default();
    checks.external_id("externalId", &new.external_id);
    let (external_id, slug) = (new.external_id.clone(), new.slug.clone());
    let document = before.document.clone().unwrap_or_else(Document::empty).with(new);
    check::check(&mut checks, &document);
    let own = before.program.as_ref().map(|row| row.id);
    let named = resolve(work.tx(), issuer.id, own, &document, &mut checks).await?;
    check_awards(work.tx(), own, &document, &mut checks).await?;
    let slug = settle_slug(work.tx(), issuer, &before, slug, &document, &mut checks).await?;
    checks.finish()?;
    let document = named.settle(document);
    match before {
        Before { program: Some(program), version: Some(version), document: Some(stated), .. }
            if stated == document =>
        {
            Ok(Upserted { program, version, outcome: UpsertOutcome::Unchanged })
        }
        before => Writing { issuer, external_id, slug, document, named }.run(work, before).await,
    }
}

/// Lets one command at a time write programs of an issuer: two that bring the same new one must not both make it.
async fn lock(work: &Work<'_>, issuer: Uuid) -> Result<()> {
    issuer::Entity::find_by_id(issuer).lock(LockType::NoKeyUpdate).one(work.tx()).await?;
    Ok(())
}

/// What there is of the program.
struct Before {
    program: Option<program::Model>,
    /// The version that the document is laid over: the draft, else the current one.
    version: Option<program_version::Model>,
    document: Option<Document>,
    /// The draft's rows; none where there is no draft.
    stored: Stored,
}

impl Before {
    async fn load(on: &impl ConnectionTrait, program: Option<program::Model>) -> Result<Self> {
        let base = program.as_ref().and_then(|row| row.draft_version_id.or(row.current_version_id));
        let Some(base) = base else {
            return Ok(Self { program, version: None, document: None, stored: Stored::default() });
        };
        let version = program_version::Entity::find_by_id(base).one(on).await?;
        let stored = Stored::load(on, base).await?;
        let document = version.as_ref().map(|version| stored.document(version)).transpose()?;
        let is_draft = program.as_ref().is_some_and(|row| row.draft_version_id.is_some());
        let stored = if is_draft { stored } else { Stored::default() };
        Ok(Self { program, version, document, stored })
    }
}

/// An award is one thing for life: its kind does not change from version to version.
async fn check_awards(
    on: &impl ConnectionTrait,
    program: Option<Uuid>,
    document: &Document,
    checks: &mut Checks,
) -> Result<()> {
    let Some(program) = program else { return Ok(()) };
    let rows = award::Entity::find().filter(award::Column::ProgramId.eq(program)).all(on).await?;
    for (index, new) in document.awards.iter().enumerate() {
        if rows.iter().any(|row| row.external_id == new.external_id && row.kind != new.kind) {
            let path = format!("awards.{index}.kind");
            checks.fail(&path, Conflict, "an award keeps its kind; give another external id");
        }
    }
    Ok(())
}

/// The slug that the program has or gets.
async fn settle_slug(
    on: &impl ConnectionTrait,
    issuer: &issuer::Model,
    before: &Before,
    asked: Option<String>,
    document: &Document,
    checks: &mut Checks,
) -> Result<String> {
    if let Some(row) = &before.program {
        if asked.is_some_and(|slug| slug != row.slug) {
            checks.fail("slug", Conflict, "a program's slug never changes");
        }
        return Ok(row.slug.clone());
    }
    if let Some(slug) = asked {
        checks.slug("slug", &slug);
        if !taken(on, &slug).await?.is_empty() {
            checks.fail("slug", Taken, "another program has this slug");
        }
        return Ok(slug);
    }
    let slug = match text::slug(&[&document.title]).is_empty() {
        true => text::slug(&[&issuer.slug, "program"]),
        false => text::slug(&[&issuer.slug, &document.title]),
    };
    let taken = taken(on, &slug).await?;
    if !taken.contains(&slug) {
        return Ok(slug);
    }
    let free = (2..).map(|number| text::numbered(&slug, number)).find(|slug| !taken.contains(slug));
    Ok(free.unwrap_or(slug))
}

/// Slugs of all issuers' programs that are this one or begin with most of it.
async fn taken(on: &impl ConnectionTrait, slug: &str) -> Result<HashSet<String>> {
    // A number may take the place of the last characters of a long slug.
    let stem = &slug[..slug.len().min(70)];
    let rows = program::Entity::find()
        .select_only()
        .column(program::Column::Slug)
        .filter(program::Column::Slug.gte(stem))
        .filter(program::Column::Slug.lt(format!("{stem}~")))
        .into_tuple::<String>()
        .all(on)
        .await?;
    Ok(rows.into_iter().collect())
}

/// A checked document on its way into the database.
struct Writing<'a> {
    issuer: &'a issuer::Model,
    external_id: String,
    slug: String,
    document: Document,
    named: Named,
}

impl Writing<'_> {
    async fn run(self, work: &mut Work<'_>, before: Before) -> Result<Upserted> {
        let outcome = match before.program {
            Some(_) => UpsertOutcome::Updated,
            None => UpsertOutcome::Created,
        };
        let draft = before.version.as_ref().filter(|row| row.status == ProgramStatus::Draft);
        let version = self.version(work, &before, draft)?;
        let program = program::Model {
            id: version.program_id,
            issuer_id: self.issuer.id,
            external_id: Some(self.external_id.clone()),
            slug: self.slug.clone(),
            current_version_id: before.program.as_ref().and_then(|row| row.current_version_id),
            draft_version_id: Some(version.id),
            created_at: before.program.as_ref().map_or(work.now, |row| row.created_at),
            updated_at: work.now,
        };
        save::rows::<program::Entity>(work.tx(), vec![program.clone()]).await?;
        save::rows::<program_version::Entity>(work.tx(), vec![version.clone()]).await?;
        let parts = Draft {
            work,
            issuer: self.issuer.id,
            program: program.id,
            version: version.id,
            stored: &before.stored,
        };
        parts.write(&self.document, &self.named).await?;
        let action = match outcome {
            UpsertOutcome::Created => "program.created",
            _ => "program.updated",
        };
        let detail = json!({ "version": version.id, "number": version.number });
        work.audit(Some(self.issuer.id), action, (Kind::Program, program.id), detail)?;
        Ok(Upserted { program, version, outcome })
    }

    /// The row of the draft: the one there is, or the next after the published one. A published row is never written.
    fn version(
        &self,
        work: &Work<'_>,
        before: &Before,
        draft: Option<&program_version::Model>,
    ) -> Result<program_version::Model> {
        let document = &self.document;
        let program_id = match &before.program {
            Some(row) => row.id,
            None => work.new_id()?,
        };
        let id = match draft {
            Some(row) => row.id,
            None => work.new_id()?,
        };
        let number = match (draft, &before.version) {
            (Some(row), _) => row.number,
            (None, Some(current)) => current.number + 1,
            (None, None) => 1,
        };
        let created_at = draft.map_or(work.now, |row| row.created_at);
        let validity = document.validity.clone().unwrap_or_default();
        Ok(program_version::Model {
            id,
            issuer_id: self.issuer.id,
            program_id,
            number,
            status: ProgramStatus::Draft,
            title: document.title.clone(),
            summary: document.summary.clone(),
            description: document.description.clone(),
            achievement_type: document.achievement_type.clone(),
            criteria: document.criteria.clone(),
            language: document.language.clone(),
            delivery_mode: document.delivery_mode,
            duration_weeks: document.duration_weeks,
            workload_hours: document.workload_hours,
            image_url: document.image_url.clone(),
            human_code: document.human_code.clone(),
            field_of_study: document.field_of_study.clone(),
            specialization: document.specialization.clone(),
            tags: json!(document.tags),
            prices: json!(document.prices),
            credits: json!(document.credits),
            levels: json!(document.levels),
            tracks: json!(self.tracks()),
            recognitions: json!(document.recognitions),
            quality_assurance: json!(document.quality_assurance),
            prerequisites: json!(self.prerequisites()),
            component_order: document.component_order,
            component_groups: json!(document.component_groups),
            branding: document.branding.as_ref().map(|branding| json!(branding)),
            prior_learning: document.prior_learning.as_ref().map(|prior| json!(prior)),
            enrolls_by_itself: document.enrolls_by_itself,
            completion_rule: document.completion_rule.as_ref().map(|rule| json!(rule)),
            pass_mark: document.pass_mark,
            validity_months: document.validity.as_ref().map(|validity| validity.months),
            renewal_opens_months_before: validity.renewal_opens_months_before,
            renewal_closes_months_after: validity.renewal_closes_months_after,
            renewal_start: validity.renewal_start,
            renews_contained: validity.renews_contained,
            renewal_rule: validity.renewal_rule.as_ref().map(|rule| json!(rule)),
            may_suspend: document.may_suspend,
            on_regrade: document.on_regrade,
            on_integrity_flag: document.on_integrity_flag,
            search_text: facet::words_of(document, &self.named.skills_of(document)),
            sort_workload: document.workload_hours.unwrap_or(i64::MAX),
            sort_price: facet::sort_price(document),
            created_at,
            published_at: None,
            sort_published_at: created_at,
            updated_at: work.now,
        })
    }

    fn tracks(&self) -> Vec<Track> {
        let tracks = self.document.tracks.iter().map(|track| Track {
            code: track.code.clone(),
            name: track.name.clone(),
            identity_check_required: track.identity_check_required,
            leads_to_awards: track.leads_to_awards,
        });
        tracks.collect()
    }

    fn prerequisites(&self) -> Option<Prerequisites> {
        self.document.prerequisites.as_ref().map(|prerequisites| Prerequisites {
            description: prerequisites.description.clone(),
            programs: prerequisites
                .programs
                .iter()
                .filter_map(|reference| match reference {
                    Reference::Id(id) => Some(*id),
                    _ => None,
                })
                .collect(),
        })
    }
}
