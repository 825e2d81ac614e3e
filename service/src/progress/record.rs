//! Recording learning events: each counts once, in whatever order they come.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use cairn_entity::enums::{self, EventType};
use cairn_entity::{component_progress, enrollment, learning_event};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::event::{EventOutcome, Figures, NewEvent, Receipt};
use super::{fold, source};
use crate::actor::{Actor, Scope};
use crate::attempt::{Ledger, scored};
use crate::bulk;
use crate::completion::{self, Assessment, ComponentFact, Plan, Told, known, load};
use crate::error::{Error, Result, UserError, UserErrorCode};
use crate::reference::{EnrollmentReference, Reference};
use crate::{Service, Work, chunk, enrollment as enrollments, save};

/// Records up to 1,000 events, each with a receipt. A bad event never stops a good one. The number of statements does not depend on how many
/// events there are.
#[crate::boxed]
pub async fn record(service: &Service, actor: &Actor, events: Vec<NewEvent>) -> Result<Vec<Receipt>> {
    let reach = actor.reach(Scope::ProgressWrite)?;
    bulk::check_count("events", events.len())?;
    if events.is_empty() {
        return Ok(Vec::new());
    }
    let mut work = Work::begin(service, actor).await?;
    let named: HashSet<EnrollmentReference> = events.iter().map(|event| event.enrollment.clone()).collect();
    let named: Vec<EnrollmentReference> = named.into_iter().collect();
    let found = enrollments::resolve(work.tx(), actor, reach, &named).await?;
    let mut desk = Desk::open(&work, found, &events).await?;
    let mut receipts = Vec::with_capacity(events.len());
    for (index, event) in events.iter().enumerate() {
        let (outcome, errors) = match desk.take(&mut work, index, event)? {
            Ok(outcome) => (outcome, Vec::new()),
            Err(errors) => (EventOutcome::Rejected, errors),
        };
        receipts.push(Receipt { index, event_id: event.event_id.clone(), outcome, errors });
    }
    let told = desk.write(&mut work).await?;
    completion::refresh_told(&mut work, &told).await?;
    work.commit().await?;
    Ok(receipts)
}

type Refused = Vec<UserError>;

/// What is known while the events of a call are taken in.
struct Desk {
    found: HashMap<EnrollmentReference, enrollment::Model>,
    plans: load::Plans,
    sources: source::Sources,
    /// Digests by source and event id: of earlier calls and of this one.
    seen: HashMap<(Uuid, String), Vec<u8>>,
    /// Progress by enrollment and component; none stands for the whole.
    facts: HashMap<(Uuid, Option<Uuid>), ComponentFact>,
    rows: HashMap<(Uuid, Uuid), component_progress::Model>,
    moved: HashSet<(Uuid, Uuid)>,
    ledger: Ledger,
    kept: Vec<learning_event::ActiveModel>,
    told: HashMap<Uuid, Told>,
    regraded: HashSet<Uuid>,
}

impl Desk {
    async fn open(
        work: &Work<'_>,
        found: HashMap<EnrollmentReference, enrollment::Model>,
        events: &[NewEvent],
    ) -> Result<Self> {
        let ids: HashSet<Uuid> = found.values().map(|row| row.id).collect();
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let rows = enrollments::lock(work, &ids).await?;
        let plans = load::plans(work.tx(), &rows).await?;
        let sources = source::ensure(work, rows.iter().map(|row| row.issuer_id)).await?;
        let seen = seen(work, &sources, events).await?;
        let known = known::facts(work.tx(), &rows, &plans).await?;
        let mut facts = HashMap::new();
        let mut progress = HashMap::new();
        for (id, known) in known {
            facts.insert((id, None), known.facts.whole);
            for (component, row) in known.rows {
                facts.insert((id, Some(component)), known::fact(&row));
                progress.insert((id, component), row);
            }
        }
        let ledger = Ledger::read(work, ids).await?;
        Ok(Self {
            found,
            plans,
            sources,
            seen,
            facts,
            rows: progress,
            moved: HashSet::new(),
            ledger,
            kept: Vec::new(),
            told: HashMap::new(),
            regraded: HashSet::new(),
        })
    }

    /// Takes one event in.
    fn take(
        &mut self,
        work: &mut Work<'_>,
        index: usize,
        event: &NewEvent,
    ) -> Result<std::result::Result<EventOutcome, Refused>> {
        let path = format!("events.{index}");
        let refuse =
            |name: &str, code, message: &str| vec![UserError::at(&format!("{path}.{name}"), code, message)];
        let figures = match event.check(&path, work.now) {
            Ok(figures) => figures,
            Err(errors) => return Ok(Err(errors)),
        };
        let enrollment = self.found.get(&event.enrollment).cloned();
        let digest = event.digest();
        let source = self.sources.of(work.actor(), enrollment.as_ref().map(|row| row.issuer_id));
        if let Some(known) = source.and_then(|source| self.seen.get(&(source, event.event_id.clone()))) {
            return Ok(if *known == digest {
                Ok(EventOutcome::Duplicate)
            } else {
                Err(refuse("eventId", UserErrorCode::Conflict, "an event with this id said something else"))
            });
        }
        let (Some(enrollment), Some(source)) = (enrollment, source) else {
            let message = "there is no such enrollment, or it is not yours";
            return Ok(Err(refuse("enrollment", UserErrorCode::NotFound, message)));
        };
        let place = match place(&self.plans.of(&enrollment), event, &figures, &path) {
            Ok(place) => place,
            Err(errors) => return Ok(Err(errors)),
        };
        let event_row = work.new_id()?;
        let news = match self.apply(work, &enrollment, event, &figures, &place, event_row)? {
            Ok(news) => news,
            Err(()) => {
                let message = "no more attempts are allowed at this assessment";
                return Ok(Err(refuse("assessment", UserErrorCode::LimitReached, message)));
            }
        };
        self.seen.insert((source, event.event_id.clone()), digest.clone());
        self.kept.push(row(work, event_row, &enrollment, event, figures, &place, source, digest, news));
        Ok(Ok(if news { EventOutcome::Applied } else { EventOutcome::Stale }))
    }

    /// Folds an event into what is known; whether it said anything new, or that no more attempts are allowed.
    fn apply(
        &mut self,
        work: &mut Work<'_>,
        enrollment: &enrollment::Model,
        event: &NewEvent,
        figures: &Figures,
        place: &Place,
        event_row: Uuid,
    ) -> Result<std::result::Result<bool, ()>> {
        let news = if let (EventType::Scored, Some(assessment)) = (event.kind, &place.assessment) {
            let score = scored::Score {
                score: figures.score.unwrap_or(0),
                max_score: figures.max_score.unwrap_or(assessment.max_score),
                at: event.occurred_at,
                event: event_row,
            };
            match scored::take(&mut self.ledger, work, enrollment, assessment, score)? {
                scored::Taken::Made => true,
                scored::Taken::Corrected => {
                    self.regraded.insert(enrollment.id);
                    true
                }
                scored::Taken::Older => false,
                scored::Taken::Full => return Ok(Err(())),
            }
        } else {
            let fact = self.facts.entry((enrollment.id, place.component)).or_default();
            let news = fold::take(fact, fold::said(event.kind, figures.percent, event.occurred_at));
            if news && let Some(component) = place.component {
                self.moved.insert((enrollment.id, component));
            }
            news
        };
        let heard_at = event.occurred_at.min(work.now);
        let told = self.told.entry(enrollment.id).or_insert(Told { heard_at, regraded: false });
        told.heard_at = told.heard_at.max(heard_at);
        told.regraded = self.regraded.contains(&enrollment.id);
        Ok(Ok(news))
    }

    /// Writes events, progress and attempts; what it tells of each enrollment.
    async fn write(self, work: &mut Work<'_>) -> Result<HashMap<Uuid, Told>> {
        let issuers: HashMap<Uuid, Uuid> = self.found.values().map(|row| (row.id, row.issuer_id)).collect();
        for rows in chunk::rows(self.kept, 15) {
            learning_event::Entity::insert_many(rows).exec_without_returning(work.tx()).await?;
        }
        let mut progress = Vec::new();
        for (enrollment, component) in self.moved {
            let fact = self.facts.get(&(enrollment, Some(component))).copied().unwrap_or_default();
            let issuer = issuers.get(&enrollment).copied().unwrap_or_default();
            let present = self.rows.get(&(enrollment, component));
            progress.push(completion::progress_row(work, (issuer, enrollment, component), present, fact)?);
        }
        save::rows::<component_progress::Entity>(work.tx(), progress).await?;
        self.ledger.write(work).await?;
        Ok(self.told)
    }
}

/// What an event is about, within its enrollment.
struct Place {
    component: Option<Uuid>,
    assessment: Option<Assessment>,
}

/// Looks up the component and assessment that an event names.
fn place(
    plan: &Arc<Plan>,
    event: &NewEvent,
    figures: &Figures,
    path: &str,
) -> std::result::Result<Place, Refused> {
    let refuse =
        |name: &str, code, message: &str| Err(vec![UserError::at(&format!("{path}.{name}"), code, message)]);
    let component = match &event.component {
        None => None,
        Some(name) => match plan.components.iter().find(|component| component.external_id == *name) {
            Some(component) => Some(component.id),
            None => {
                let message = "the enrollment's version has no component of this external id";
                return refuse("component", UserErrorCode::NotFound, message);
            }
        },
    };
    let assessment = match &event.assessment {
        None => None,
        Some(named) => match plan.assessment(named) {
            Some(assessment) => Some(assessment.clone()),
            None => {
                let message = "neither the enrollment's version nor its cohort has such an assessment";
                return refuse("assessment", UserErrorCode::NotFound, message);
            }
        },
    };
    if let (Some(score), Some(assessment)) = (figures.score, &assessment) {
        let most = figures.max_score.unwrap_or(assessment.max_score);
        if !(0..=most).contains(&score) {
            return refuse("score", UserErrorCode::Invalid, "must be 0 to the points to be had");
        }
    }
    Ok(Place { component, assessment })
}

impl Plan {
    /// The assessment that a reference names: of the version, or a line item of the cohort, which comes first where both have the name.
    pub(crate) fn assessment(&self, named: &Reference) -> Option<&Assessment> {
        match named {
            Reference::Id(id) => self.assessments.iter().find(|assessment| assessment.id == *id),
            Reference::ExternalId(name) | Reference::InIssuer { external_id: name, .. } => {
                let named = |assessment: &&Assessment| assessment.external_id == *name;
                let line_item = |assessment: &&Assessment| assessment.of_cohort && named(assessment);
                self.assessments.iter().find(line_item).or_else(|| self.assessments.iter().find(named))
            }
            Reference::NoSuchId => None,
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "the columns of a row")]
fn row(
    work: &Work<'_>,
    id: Uuid,
    enrollment: &enrollment::Model,
    event: &NewEvent,
    figures: Figures,
    place: &Place,
    source: Uuid,
    digest: Vec<u8>,
    news: bool,
) -> learning_event::ActiveModel {
    learning_event::ActiveModel {
        id: Set(id),
        issuer_id: Set(enrollment.issuer_id),
        source_id: Set(source),
        event_id: Set(event.event_id.clone()),
        content_hash: Set(digest),
        event_type: Set(event.kind),
        enrollment_id: Set(enrollment.id),
        component_id: Set(place.component),
        assessment_id: Set(place.assessment.as_ref().map(|assessment| assessment.id)),
        occurred_at: Set(event.occurred_at),
        received_at: Set(work.now),
        percent: Set(figures.percent),
        score: Set(figures.score),
        max_score: Set(figures.max_score),
        corrects: Set(None),
        outcome: Set(if news { enums::EventOutcome::Applied } else { enums::EventOutcome::Stale }),
    }
}

/// Digests of the events that earlier calls recorded under the ids of this one.
async fn seen(
    work: &Work<'_>,
    sources: &source::Sources,
    events: &[NewEvent],
) -> Result<HashMap<(Uuid, String), Vec<u8>>> {
    let rows: Vec<(Uuid, String, Vec<u8>)> = learning_event::Entity::find()
        .select_only()
        .columns([
            learning_event::Column::SourceId,
            learning_event::Column::EventId,
            learning_event::Column::ContentHash,
        ])
        .filter(learning_event::Column::SourceId.is_in(sources.all()))
        .filter(learning_event::Column::EventId.is_in(events.iter().map(|event| event.event_id.as_str())))
        .into_tuple()
        .all(work.tx())
        .await
        .map_err(Error::from)?;
    Ok(rows.into_iter().map(|(source, event_id, digest)| ((source, event_id), digest)).collect())
}
