//! Reading what a row says, column by column, and gathering what is wrong with it.

use chrono::{DateTime, SubsecRound, Utc};
use serde_json::Value;

use super::sheet::Members;
use crate::error::{UserError, UserErrorCode};
use crate::patch::Patch;
use crate::reference::{EnrollmentReference, Reference};

/// A row that is being read.
pub struct Fields {
    members: Members,
    errors: Vec<UserError>,
}

impl Fields {
    /// A row as it stands in the file.
    pub fn of(members: Members) -> Self {
        Self { members, errors: Vec::new() }
    }

    /// What was read, or everything that is wrong.
    pub fn done<T>(self, value: T) -> Result<T, Vec<UserError>> {
        if self.errors.is_empty() { Ok(value) } else { Err(self.errors) }
    }

    fn fail(&mut self, name: &str, code: UserErrorCode, message: &str) {
        self.errors.push(UserError::at(name, code, message));
    }

    /// A text that may be cleared.
    pub fn patch(&mut self, name: &str) -> Patch<String> {
        match self.members.remove(name) {
            None => Patch::Keep,
            Some(Value::Null) => Patch::Clear,
            Some(Value::String(text)) => Patch::Set(text),
            Some(Value::Number(number)) => Patch::Set(number.to_string()),
            Some(_) => {
                self.fail(name, UserErrorCode::Invalid, "must be a text");
                Patch::Keep
            }
        }
    }

    /// A text.
    pub fn text(&mut self, name: &str) -> Option<String> {
        match self.patch(name) {
            Patch::Set(text) => Some(text),
            Patch::Keep | Patch::Clear => None,
        }
    }

    /// What must be there; `otherwise` stands for it where it is missing or wrong, which is noted.
    fn must<T>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> Option<T>, otherwise: T) -> T {
        let wrong_before = self.errors.len();
        read(self).unwrap_or_else(|| {
            if self.errors.len() == wrong_before {
                self.fail(name, UserErrorCode::Required, "must be there");
            }
            otherwise
        })
    }

    /// A text that must be there.
    pub fn required(&mut self, name: &str) -> String {
        self.must(name, |fields| fields.text(name), String::new())
    }

    /// A text read as something else; where it is not, `form` says what it must be.
    pub fn parsed<T>(&mut self, name: &str, form: &str, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let text = self.text(name)?;
        let value = read(text.trim());
        if value.is_none() {
            self.fail(name, UserErrorCode::Invalid, form);
        }
        value
    }

    /// A number.
    pub fn number(&mut self, name: &str) -> Option<f64> {
        let read = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite());
        self.parsed(name, "must be a number", read)
    }

    /// A number that must be there.
    pub fn required_number(&mut self, name: &str) -> f64 {
        self.must(name, |fields| fields.number(name), 0.0)
    }

    /// A whole number.
    pub fn whole(&mut self, name: &str) -> Option<i32> {
        self.parsed(name, "must be a whole number", |text| text.parse().ok())
    }

    /// A moment.
    pub fn moment(&mut self, name: &str) -> Option<DateTime<Utc>> {
        self.parsed(name, MOMENT, moment)
    }

    /// A moment that may be cleared.
    pub fn moment_patch(&mut self, name: &str) -> Patch<DateTime<Utc>> {
        match self.members.get(name) {
            Some(Value::Null) => Patch::Clear,
            _ => self.moment(name).map_or(Patch::Keep, Patch::Set),
        }
    }

    /// A word of a list, as the API spells it.
    pub fn word<T: sea_orm::ActiveEnum<Value = String>>(&mut self, name: &str) -> Option<T> {
        let read = |text: &str| {
            let spelled = !text.chars().any(char::is_lowercase);
            spelled.then(|| T::try_from_value(&text.to_lowercase()).ok()).flatten()
        };
        self.parsed(name, "must be one of the API's words, such as COMPLETED", read)
    }

    /// An external id that names something, where there is one.
    pub fn reference(&mut self, name: &str) -> Option<Reference> {
        self.text(name).map(Reference::ExternalId)
    }

    /// An enrollment: by its own id, or by learner and program, and cohort where one is told.
    pub fn enrollment(&mut self) -> EnrollmentReference {
        if let Some(own) = self.reference("enrollmentExternalId") {
            return EnrollmentReference::By(own);
        }
        let cohort = self.reference("cohortExternalId");
        match (self.reference("learnerExternalId"), self.reference("programExternalId")) {
            (Some(learner), Some(program)) => {
                EnrollmentReference::LearnerInProgram { learner, program, cohort }
            }
            _ => {
                let message = "must be there, or `learnerExternalId` and `programExternalId`";
                self.fail("enrollmentExternalId", UserErrorCode::Required, message);
                EnrollmentReference::By(Reference::NoSuchId)
            }
        }
    }

    /// A moment that must be there.
    pub fn required_moment(&mut self, name: &str) -> DateTime<Utc> {
        self.must(name, |fields| fields.moment(name), DateTime::UNIX_EPOCH)
    }

    /// A word that must be there.
    pub fn required_word<T: sea_orm::ActiveEnum<Value = String>>(&mut self, name: &str, otherwise: T) -> T {
        self.must(name, |fields| fields.word(name), otherwise)
    }
}

const MOMENT: &str = "must be a moment with a zone, such as 2026-03-01T09:30:00Z, in the years 1900 to 9998";

fn moment(text: &str) -> Option<DateTime<Utc>> {
    let moment = DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc).trunc_subsecs(6);
    (1900..=9998).contains(&chrono::Datelike::year(&moment)).then_some(moment)
}
