//! Prior learning as completion sees it: what is recognized of an enrollment, what it frees from, and how much more may be. Pure.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::granted;
use super::plan::{Assessment, Component, Facts, Plan};
use crate::amount;

impl Facts {
    /// Notes that a component is recognized since a moment, once all that was learned of it is known.
    pub fn recognize(&mut self, component: Uuid, at: DateTime<Utc>) {
        let fact = self.components.entry(component).or_default();
        let learned = self.repeated.entry(component).or_default();
        if learned.is_empty() {
            learned.extend(fact.completed_at);
        }
        fact.join(granted::done(at));
        self.recognized.insert(component, at);
    }

    /// Since when an assessment need not be taken: where no rule names it, that of a module that is recognized. A rule is taken by its word.
    pub fn excused_since(&self, plan: &Plan, assessment: &Assessment) -> Option<DateTime<Utc>> {
        let module = assessment.module_id.filter(|_| plan.rule.is_none())?;
        let place = plan.components.iter().find(|component| component.module_id == Some(module))?;
        let recognized = *self.recognized.get(&place.id)?;
        let done = self.components.get(&place.id)?.completed_at?;
        Some(recognized.max(done))
    }

    /// The share of a plan that is recognized, percent in ten-thousandths.
    pub fn recognized_share(&self, plan: &Plan) -> i64 {
        plan.share_of(|component| self.recognized.contains_key(&component.id))
    }

    /// Whether a component may be recognized beside those that are; none where the plan recognizes nothing.
    pub fn may_recognize(&self, plan: &Plan, component: &Component) -> Option<bool> {
        let most = plan.recognizes?;
        let with = |other: &Component| other.id == component.id || self.recognized.contains_key(&other.id);
        Some(plan.share_of(with) <= most)
    }
}

impl Plan {
    /// The share that components have of the whole, percent in ten-thousandths. The whole is what is required and, of each group, the weightiest of as
    /// many as it asks for; where nothing is required, everything.
    pub fn share_of(&self, chosen: impl Fn(&Component) -> bool) -> i64 {
        let worth = |components: &mut dyn Iterator<Item = &Component>| -> i64 {
            components.map(|component| component.worth).sum()
        };
        let mut whole = worth(&mut self.components.iter().filter(|component| component.required));
        for group in &self.groups {
            let mut of_group: Vec<i64> = self.components_of(group).map(|component| component.worth).collect();
            of_group.sort_unstable_by_key(|worth| std::cmp::Reverse(*worth));
            whole += of_group.iter().take(group.choose).sum::<i64>();
        }
        if whole == 0 {
            whole = worth(&mut self.components.iter());
        }
        amount::percent(worth(&mut self.components.iter().filter(|component| chosen(component))), whole)
    }
}

/// What each component is worth: in the first of these measures that all of them state, else all alike.
pub(super) fn worths<const N: usize>(measures: [Vec<Option<i64>>; N], count: usize) -> Vec<i64> {
    let stated = |measure: Vec<Option<i64>>| -> Option<Vec<i64>> {
        measure.into_iter().map(|figure| figure.filter(|figure| *figure > 0)).collect()
    };
    measures.into_iter().find_map(stated).unwrap_or_else(|| vec![1; count])
}
