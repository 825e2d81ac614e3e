//! The events of one enrollment, and which of them count: what a later event names is void, or another stands in its place. Pure.

use cairn_entity::enums::EventType;
use cairn_entity::learning_event;
use uuid::Uuid;

use super::fold;
use crate::completion::ComponentFact;

/// All events of one enrollment. An event that any other of the same sender names counts no more, in whatever order the two came, and whatever
/// became of the one that names it; a void itself cannot be undone.
#[derive(Clone, Debug, Default)]
pub(super) struct History(Vec<learning_event::Model>);

impl History {
    pub(super) fn new(events: Vec<learning_event::Model>) -> Self {
        Self(events)
    }

    /// The event of a sender.
    pub(super) fn find(&self, source: Uuid, event_id: &str) -> Option<&learning_event::Model> {
        self.0.iter().find(|event| event.source_id == source && event.event_id == event_id)
    }

    /// The first of the sender's events that names this one.
    pub(super) fn naming(&self, source: Uuid, event_id: &str) -> Option<Uuid> {
        let names = |event: &&learning_event::Model| {
            event.source_id == source && event.corrects.as_deref() == Some(event_id)
        };
        self.0.iter().find(names).map(|event| event.id)
    }

    /// Takes an event in. Gives the one that counts no more because of it, if there is one.
    pub(super) fn add(&mut self, mut event: learning_event::Model) -> Option<learning_event::Model> {
        if event.event_type != EventType::Voided && event.annulled_by_id.is_none() {
            event.annulled_by_id = self.naming(event.source_id, &event.event_id);
        }
        let named = event.corrects.as_deref().and_then(|name| {
            let is_named =
                |other: &learning_event::Model| other.source_id == event.source_id && other.event_id == name;
            self.0.iter().position(is_named)
        });
        let by = event.id;
        self.0.push(event);
        let named = self.0.get_mut(named?)?;
        if named.event_type == EventType::Voided || named.annulled_by_id.is_some() {
            return None;
        }
        named.annulled_by_id = Some(by);
        Some(named.clone())
    }

    /// What the events that count say of a component, or (none) of the whole.
    pub(super) fn fact(&self, component: Option<Uuid>) -> ComponentFact {
        let about = |event: &&learning_event::Model| {
            event.component_id == component
                && (component.is_some() || event.assessment_id.is_none())
                && event.event_type != EventType::Scored
        };
        let mut fact = ComponentFact::default();
        for event in self.counting().filter(about) {
            fold::take(&mut fact, fold::said(event.event_type, event.percent, event.occurred_at));
        }
        fact
    }

    /// The scores that count at an assessment.
    pub(super) fn scores(&self, assessment: Uuid) -> impl Iterator<Item = &learning_event::Model> {
        self.counting().filter(move |event| {
            event.event_type == EventType::Scored && event.assessment_id == Some(assessment)
        })
    }

    fn counting(&self) -> impl Iterator<Item = &learning_event::Model> {
        self.0.iter().filter(|event| event.annulled_by_id.is_none())
    }
}

#[cfg(test)]
mod tests {
    use cairn_entity::enums::EventOutcome;
    use chrono::{DateTime, TimeDelta, Utc};
    use proptest::prelude::*;

    use super::*;
    use crate::amount;

    const COMPONENT: Uuid = Uuid::from_u128(1);
    const ASSESSMENT: Uuid = Uuid::from_u128(2);

    /// Event number `n`: of some kind, and naming another (or none).
    fn event(
        n: usize,
        kind: EventType,
        minutes: i64,
        amount: i64,
        names: Option<usize>,
    ) -> learning_event::Model {
        let at = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::minutes(minutes);
        let scored = kind == EventType::Scored;
        let about = kind != EventType::Voided;
        learning_event::Model {
            id: Uuid::from_u128(100 + n as u128),
            issuer_id: Uuid::nil(),
            source_id: Uuid::nil(),
            event_id: n.to_string(),
            content_hash: Vec::new(),
            event_type: kind,
            enrollment_id: Uuid::nil(),
            component_id: (about && !scored).then_some(COMPONENT),
            assessment_id: scored.then_some(ASSESSMENT),
            occurred_at: at,
            received_at: at,
            percent: Some(amount * amount::ONE),
            score: scored.then_some(amount),
            max_score: None,
            corrects: names.filter(|other| *other != n).map(|other| other.to_string()),
            annulled_by_id: None,
            outcome: EventOutcome::Applied,
        }
    }

    /// Kind, minute, amount, and which other it names.
    type Statement = (EventType, i64, i64, Option<usize>);

    fn statement() -> impl Strategy<Value = Statement> {
        let kind = prop_oneof![
            Just(EventType::Started),
            Just(EventType::Progressed),
            Just(EventType::Completed),
            Just(EventType::Scored),
            Just(EventType::Voided),
        ];
        (kind, 0..500_i64, 0..=100_i64, prop::option::weighted(0.5, 0..10_usize))
    }

    fn events(statements: Vec<Statement>) -> Vec<learning_event::Model> {
        let made = statements.into_iter().enumerate();
        made.map(|(n, (kind, at, amount, names))| event(n, kind, at, amount, names)).collect()
    }

    type Scores = Vec<(DateTime<Utc>, Option<i64>)>;

    /// What counts in the end: the fact of the component, and the scores in order of time.
    fn outcome(history: &History) -> (ComponentFact, Scores) {
        let mut scores: Vec<_> =
            history.scores(ASSESSMENT).map(|event| (event.occurred_at, event.score)).collect();
        scores.sort_unstable();
        (history.fact(Some(COMPONENT)), scores)
    }

    /// Takes events in as a desk does: what is known already is not taken again.
    fn told(events: &[learning_event::Model]) -> History {
        let mut history = History::default();
        for event in events {
            if history.find(event.source_id, &event.event_id).is_none() {
                history.add(event.clone());
            }
        }
        history
    }

    proptest! {
        #[test]
        fn voids_and_corrections_in_any_order_come_to_the_same(
            (made, shuffled) in prop::collection::vec(statement(), 0..10)
                .prop_map(events)
                .prop_flat_map(|events| (Just(events.clone()), Just(events).prop_shuffle())),
            again in 0..10_usize,
        ) {
            let repeated: Vec<_> = shuffled.iter().chain(shuffled.iter().take(again)).cloned().collect();
            prop_assert_eq!(outcome(&told(&repeated)), outcome(&told(&made)));
        }

        #[test]
        fn only_a_void_or_a_correction_takes_anything_back(made in prop::collection::vec(statement(), 0..10)) {
            let mut history = History::default();
            for event in events(made) {
                let before = history.fact(Some(COMPONENT));
                let annulled = history.add(event);
                let after = history.fact(Some(COMPONENT));
                prop_assert!(annulled.is_some() || after.percent >= before.percent);
                prop_assert!(annulled.is_some() || before.completed_at.is_none() || after.completed_at.is_some());
            }
        }
    }

    #[test]
    fn a_void_cannot_be_voided_and_a_voided_correction_brings_nothing_back() {
        let done = event(0, EventType::Completed, 1, 100, None);
        let corrected = event(1, EventType::Progressed, 2, 40, Some(0));
        let void = event(2, EventType::Voided, 3, 0, Some(1));
        let void_of_void = event(3, EventType::Voided, 4, 0, Some(2));
        let history = told(&[void_of_void, void, done, corrected]);
        assert_eq!(history.fact(Some(COMPONENT)), ComponentFact::default());
    }
}
