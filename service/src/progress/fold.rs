//! Progress as a fold over events: what one event says of a component, joined to what is known. Pure.

use cairn_entity::enums::EventType;
use chrono::{DateTime, Utc};

use crate::amount;
use crate::completion::ComponentFact;

/// What one event says. A moment of any kind shows that the component had been begun by then.
pub(super) fn said(kind: EventType, percent: Option<i64>, at: DateTime<Utc>) -> ComponentFact {
    let begun = ComponentFact { started_at: Some(at), ..ComponentFact::default() };
    match kind {
        EventType::Progressed => ComponentFact { percent: percent.unwrap_or(0), ..begun },
        EventType::Completed => ComponentFact { percent: amount::HUNDRED, completed_at: Some(at), ..begun },
        EventType::Started | EventType::Scored => begun,
        EventType::Voided => ComponentFact::default(),
    }
}

/// Takes an event in; whether it said anything new.
pub(super) fn take(fact: &mut ComponentFact, said: ComponentFact) -> bool {
    let before = *fact;
    fact.join(said);
    *fact != before
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    fn event() -> impl Strategy<Value = ComponentFact> {
        let kind =
            prop_oneof![Just(EventType::Started), Just(EventType::Progressed), Just(EventType::Completed),];
        (kind, 0..=100_i64, 0..1_000_i64).prop_map(|(kind, percent, minutes)| {
            let at = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::minutes(minutes);
            said(kind, Some(percent * amount::ONE), at)
        })
    }

    fn fold(events: &[ComponentFact]) -> ComponentFact {
        events.iter().fold(ComponentFact::default(), |mut fact, event| {
            take(&mut fact, *event);
            fact
        })
    }

    proptest! {
        #[test]
        fn late_repeated_and_shuffled_events_come_to_the_same(
            (events, shuffled) in prop::collection::vec(event(), 0..12)
                .prop_flat_map(|events| (Just(events.clone()), Just(events).prop_shuffle())),
            again in 0..12_usize,
        ) {
            let once = fold(&events);
            let repeated: Vec<_> = shuffled.iter().chain(shuffled.iter().take(again)).copied().collect();
            prop_assert_eq!(fold(&repeated), once);
        }

        #[test]
        fn progress_never_goes_back(events in prop::collection::vec(event(), 1..12)) {
            let mut fact = ComponentFact::default();
            for event in events {
                let before = fact;
                let news = take(&mut fact, event);
                prop_assert!(fact.percent >= before.percent);
                prop_assert!(before.completed_at.is_none() || fact.completed_at <= before.completed_at);
                prop_assert_eq!(news, fact != before);
            }
        }
    }
}
