//! What an event is about: the component and assessment that it names, in the plan of its enrollment.

use std::sync::Arc;

use uuid::Uuid;

use super::event::{Figures, NewEvent, Refused};
use crate::completion::{Assessment, Plan};
use crate::error::{UserError, UserErrorCode};
use crate::reference::Reference;

/// What an event is about, within its enrollment.
pub(super) struct Place {
    pub(super) component: Option<Uuid>,
    pub(super) assessment: Option<Assessment>,
}

/// Looks up the component and assessment that an event names.
pub(super) fn place(
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
