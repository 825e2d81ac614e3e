//! Recording learning events: each counts once, in whatever order they come.

use std::collections::HashSet;

use super::desk::Desk;
use super::event::{EventOutcome, NewEvent, Receipt};
use crate::actor::{Actor, Reach, Scope};
use crate::bulk;
use crate::completion;
use crate::error::Result;
use crate::reference::EnrollmentReference;
use crate::{Service, Work, enrollment as enrollments, work};

/// Records up to 1,000 events, each with a receipt. A bad event never stops a good one. The number of statements does not depend on how many
/// events there are.
#[crate::boxed]
pub async fn record(service: &Service, actor: &Actor, events: Vec<NewEvent>) -> Result<Vec<Receipt>> {
    let reach = actor.reach(Scope::ProgressWrite)?;
    bulk::check_count("events", events.len())?;
    if events.is_empty() {
        return Ok(Vec::new());
    }
    // Another call may bring an event of the same id for another enrollment in this moment.
    work::again(|| take_in(service, actor, reach, &events)).await
}

async fn take_in(
    service: &Service,
    actor: &Actor,
    reach: Reach,
    events: &[NewEvent],
) -> Result<Vec<Receipt>> {
    let mut work = Work::begin(service, actor).await?;
    let named: HashSet<EnrollmentReference> = events.iter().map(|event| event.enrollment.clone()).collect();
    let named: Vec<EnrollmentReference> = named.into_iter().collect();
    let found = enrollments::resolve(work.tx(), actor, reach, &named).await?;
    let mut desk = Desk::open(&work, found, events).await?;
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
    work.answer(receipts).await
}
