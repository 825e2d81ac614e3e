//! Where the events of one call are taken in, one after the other: what is known of each enrollment, and what is to be written in the end.

use std::collections::{HashMap, HashSet};

use cairn_entity::enums::{self, EventType};
use cairn_entity::{component_progress, enrollment, learning_event};
use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::json;
use uuid::Uuid;

use super::event::{EventOutcome, Figures, NewEvent, Refused};
use super::history::History;
use super::known::{self as recorded, Named};
use super::place::{Place, place};
use super::{fold, source};
use crate::attempt::{Ledger, scored};
use crate::completion::{self, ComponentFact, Told, known, load};
use crate::error::{Result, UserError, UserErrorCode};
use crate::ids::Kind;
use crate::reference::EnrollmentReference;
use crate::{Work, chunk, enrollment as enrollments, save};

/// What is known while the events of a call are taken in.
pub(super) struct Desk {
    found: HashMap<EnrollmentReference, enrollment::Model>,
    plans: load::Plans,
    sources: source::Sources,
    /// Digests by source and event id: of earlier calls and of this one.
    seen: HashMap<Named, Vec<u8>>,
    /// Events of earlier calls that name one which had not come yet.
    waiting: HashMap<Named, Vec<(Uuid, Uuid)>>,
    /// All events of the enrollments in which something is voided or corrected.
    histories: HashMap<Uuid, History>,
    /// Progress by enrollment and component; none stands for the whole.
    facts: HashMap<(Uuid, Option<Uuid>), ComponentFact>,
    rows: HashMap<(Uuid, Uuid), component_progress::Model>,
    moved: HashSet<(Uuid, Uuid)>,
    ledger: Ledger,
    kept: Vec<learning_event::Model>,
    /// Events that count no more.
    annulled: Vec<learning_event::Model>,
    /// Enrollments of which the event that had begun them counts no more: they began with the first of what is left.
    unstarted: HashSet<Uuid>,
    told: HashMap<Uuid, Told>,
}

/// What an event did; or, that no more attempts are allowed.
type Done = std::result::Result<bool, ()>;

impl Desk {
    /// Locks the enrollments and reads what is known of them.
    pub(super) async fn open(
        work: &Work<'_>,
        found: HashMap<EnrollmentReference, enrollment::Model>,
        events: &[NewEvent],
    ) -> Result<Self> {
        let ids: HashSet<Uuid> = found.values().map(|row| row.id).collect();
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let rows = enrollments::lock(work, &ids).await?;
        let plans = load::plans(work.tx(), &rows).await?;
        let sources = source::ensure(work, rows.iter().map(|row| row.issuer_id)).await?;
        let seen = recorded::seen(work, &sources, events).await?;
        let waiting = recorded::waiting(work, &sources, events).await?;
        let histories = recorded::histories(work, &found, events).await?;
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
            waiting,
            histories,
            facts,
            rows: progress,
            moved: HashSet::new(),
            ledger,
            kept: Vec::new(),
            annulled: Vec::new(),
            unstarted: HashSet::new(),
            told: HashMap::new(),
        })
    }

    /// Takes one event in.
    pub(super) fn take(
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
        if let Some(error) = self.cannot_correct(event, source, &enrollment, &path) {
            return Ok(Err(vec![error]));
        }
        let mut row = row(work, &enrollment, event, figures, &place, source, digest.clone())?;
        row.annulled_by_id = self.annuller(&row);
        let Ok(news) = self.apply(work, &enrollment, &row, &place)? else {
            let message = "no more attempts are allowed at this assessment";
            return Ok(Err(refuse("assessment", UserErrorCode::LimitReached, message)));
        };
        self.hear(work, &row);
        self.seen.insert((source, event.event_id.clone()), digest);
        row.outcome = if news { enums::EventOutcome::Applied } else { enums::EventOutcome::Stale };
        self.kept.push(row);
        Ok(Ok(if news { EventOutcome::Applied } else { EventOutcome::Stale }))
    }

    /// Why an event cannot void or correct the one that it names.
    fn cannot_correct(
        &self,
        event: &NewEvent,
        source: Uuid,
        enrollment: &enrollment::Model,
        path: &str,
    ) -> Option<UserError> {
        let named = event.corrects.as_deref()?;
        let known = self.histories.get(&enrollment.id).and_then(|history| history.find(source, named));
        let at = format!("{path}.corrects");
        match known {
            Some(known) if known.event_type == EventType::Voided => {
                let message = "a void cannot be undone: send what it voided anew";
                Some(UserError::at(&at, UserErrorCode::Conflict, message))
            }
            None if self.seen.contains_key(&(source, named.to_owned())) => {
                let message = "the event that it names is about another enrollment";
                Some(UserError::at(&at, UserErrorCode::Conflict, message))
            }
            _ => None,
        }
    }

    /// The event that voids or corrects one which comes only now.
    fn annuller(&self, row: &learning_event::Model) -> Option<Uuid> {
        if row.event_type == EventType::Voided {
            return None;
        }
        let earlier = self.waiting.get(&(row.source_id, row.event_id.clone())).into_iter().flatten();
        let earlier = earlier.copied().find(|(enrollment, _)| *enrollment == row.enrollment_id);
        let history = self.histories.get(&row.enrollment_id);
        earlier
            .map(|(_, id)| id)
            .or_else(|| history.and_then(|history| history.naming(row.source_id, &row.event_id)))
    }

    /// Folds an event into what is known; whether it said anything new, or that no more attempts are allowed.
    fn apply(
        &mut self,
        work: &mut Work<'_>,
        enrollment: &enrollment::Model,
        row: &learning_event::Model,
        place: &Place,
    ) -> Result<Done> {
        if row.corrects.is_some() {
            return self.correct(work, enrollment, row, place);
        }
        let done = match (row.annulled_by_id, row.event_type, &place.assessment) {
            (Some(_), ..) => Ok(false),
            (None, EventType::Scored, Some(assessment)) => {
                let score = scored::Score::of(row, assessment);
                match scored::take(&mut self.ledger, work, enrollment, assessment, score)? {
                    scored::Taken::Made => Ok(true),
                    scored::Taken::Corrected => {
                        self.telling(row).regraded = true;
                        Ok(true)
                    }
                    scored::Taken::Older => Ok(false),
                    scored::Taken::Full => Err(()),
                }
            }
            _ => {
                let fact = self.facts.entry((enrollment.id, place.component)).or_default();
                let news = fold::take(fact, fold::said(row.event_type, row.percent, row.occurred_at));
                if news && let Some(component) = place.component {
                    self.moved.insert((enrollment.id, component));
                }
                Ok(news)
            }
        };
        if done.is_ok()
            && let Some(history) = self.histories.get_mut(&enrollment.id)
        {
            history.add(row.clone());
        }
        Ok(done)
    }

    /// Takes in an event that voids or corrects another: what both speak of is folded anew from all that counts.
    fn correct(
        &mut self,
        work: &mut Work<'_>,
        enrollment: &enrollment::Model,
        row: &learning_event::Model,
        place: &Place,
    ) -> Result<Done> {
        let counts = row.annulled_by_id.is_none();
        if let Some(assessment) = place.assessment.as_ref().filter(|_| row.event_type == EventType::Scored)
            && counts
            && !scored::has_room(&self.ledger, enrollment.id, assessment)
        {
            return Ok(Err(()));
        }
        let history = self.histories.entry(enrollment.id).or_default();
        let named = row.corrects.as_deref().unwrap_or_default();
        let to_come = history.find(row.source_id, named).is_none();
        let annulled = history.add(row.clone());
        let mut news = to_come || annulled.is_some();
        let own = counts.then_some(row).filter(|row| row.event_type != EventType::Voided);
        if let (Some(event), Some(own)) = (&annulled, own) {
            self.ledger.stays_disqualified(work, event.id, own.id);
        }
        for event in annulled.iter().chain(own) {
            news |= self.fold_anew(work, enrollment, event)?;
        }
        if let Some(event) = annulled {
            self.telling(&event).regraded = true;
            if enrollment.started_at == Some(event.occurred_at) {
                self.unstarted.insert(enrollment.id);
            }
            self.annulled.push(event);
        }
        Ok(Ok(news))
    }

    /// Folds what an event speaks of anew, from all events that count; whether that changed anything.
    fn fold_anew(
        &mut self,
        work: &mut Work<'_>,
        enrollment: &enrollment::Model,
        event: &learning_event::Model,
    ) -> Result<bool> {
        let Some(history) = self.histories.get(&enrollment.id) else { return Ok(false) };
        if event.event_type == EventType::Scored {
            let plan = self.plans.of(enrollment);
            let at = |assessment: &&completion::Assessment| Some(assessment.id) == event.assessment_id;
            let Some(assessment) = plan.assessments.iter().find(at) else { return Ok(false) };
            let scores =
                history.scores(assessment.id).map(|row| scored::Score::of(row, assessment)).collect();
            return scored::settle(&mut self.ledger, work, enrollment, assessment, scores);
        }
        let mut fact = history.fact(event.component_id);
        let key = (enrollment.id, event.component_id);
        if let Some(component) = event.component_id {
            // What was waived stays waived, whatever is said of it.
            let row = self.rows.get(&(enrollment.id, component)).map(known::fact);
            if let Some(waived) = row.filter(|row| row.waived) {
                fact = waived;
            }
            self.moved.insert((enrollment.id, component));
        }
        Ok(self.facts.insert(key, fact) != Some(fact))
    }

    /// What is to be told of an event's enrollment.
    fn telling(&mut self, row: &learning_event::Model) -> &mut Told {
        let heard_at = row.occurred_at.min(row.received_at);
        self.told.entry(row.enrollment_id).or_insert(Told { heard_at, regraded: false })
    }

    /// Notes when the enrollment was last heard of.
    fn hear(&mut self, work: &Work<'_>, row: &learning_event::Model) {
        let heard_at = row.occurred_at.min(work.now);
        let told = self.telling(row);
        told.heard_at = told.heard_at.max(heard_at);
    }

    /// Writes events, progress and attempts; what it tells of each enrollment.
    pub(super) async fn write(mut self, work: &mut Work<'_>) -> Result<HashMap<Uuid, Told>> {
        let issuers: HashMap<Uuid, Uuid> = self.found.values().map(|row| (row.id, row.issuer_id)).collect();
        let mut earlier = Vec::new();
        for event in self.annulled {
            tell(work, &event)?;
            match self.kept.iter_mut().find(|row| row.id == event.id) {
                Some(row) => row.annulled_by_id = event.annulled_by_id,
                None => earlier.push(event),
            }
        }
        for rows in chunk::rows(self.kept, 17) {
            let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
            learning_event::Entity::insert_many(rows).exec_without_returning(work.tx()).await?;
        }
        save::rows::<learning_event::Entity>(work.tx(), earlier).await?;
        let mut progress = Vec::new();
        for (enrollment, component) in self.moved {
            let fact = self.facts.get(&(enrollment, Some(component))).copied().unwrap_or_default();
            let issuer = issuers.get(&enrollment).copied().unwrap_or_default();
            let present = self.rows.get(&(enrollment, component));
            progress.push(completion::progress_row(work, (issuer, enrollment, component), present, fact)?);
        }
        save::rows::<component_progress::Entity>(work.tx(), progress).await?;
        self.ledger.write(work).await?;
        if !self.unstarted.is_empty() {
            // The refresh that follows finds the first of what is left.
            enrollment::Entity::update_many()
                .col_expr(enrollment::Column::StartedAt, Expr::value(None::<DateTime<Utc>>))
                .filter(enrollment::Column::Id.is_in(self.unstarted))
                .exec(work.tx())
                .await?;
        }
        Ok(self.told)
    }
}

/// Notes and tells that an event counts no more: progress never goes back in silence.
fn tell(work: &mut Work<'_>, event: &learning_event::Model) -> Result<()> {
    let detail = json!({ "event": event.id, "type": event.event_type, "by": event.annulled_by_id });
    let subject = (Kind::Enrollment, event.enrollment_id);
    work.audit(Some(event.issuer_id), "learning_event.annulled", subject, detail)?;
    let payload = json!({ "enrollment": event.enrollment_id, "event": event.id, "by": event.annulled_by_id });
    work.emit(Some(event.issuer_id), "learning_event.annulled", subject, payload);
    Ok(())
}

/// The row of an event.
fn row(
    work: &Work<'_>,
    enrollment: &enrollment::Model,
    event: &NewEvent,
    figures: Figures,
    place: &Place,
    source: Uuid,
    digest: Vec<u8>,
) -> Result<learning_event::Model> {
    Ok(learning_event::Model {
        id: work.new_id()?,
        issuer_id: enrollment.issuer_id,
        source_id: source,
        event_id: event.event_id.clone(),
        content_hash: digest,
        event_type: event.kind,
        enrollment_id: enrollment.id,
        component_id: place.component,
        assessment_id: place.assessment.as_ref().map(|assessment| assessment.id),
        occurred_at: event.occurred_at,
        received_at: work.now,
        percent: figures.percent,
        score: figures.score,
        max_score: figures.max_score,
        corrects: event.corrects.clone(),
        annulled_by_id: None,
        outcome: enums::EventOutcome::Stale,
    })
}
