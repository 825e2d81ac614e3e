//! Users with the role student: each becomes a learner.

use super::Import;
use super::files::File;
use super::lookups::is_there;
use super::report::{Bad, Fate};
use super::table::Row;
use crate::bulk::UpsertOutcome;
use crate::error::Result;
use crate::learner::{self, LearnerRow};
use crate::patch::Patch;
use crate::reference::IssuerReference;

impl Import<'_> {
    pub(super) async fn users(&mut self, rows: Vec<Row>) -> Result<()> {
        let students = self.students.take();
        let rows = self.sift(File::Users, &rows, |row| {
            let id = row.id("sourcedId")?;
            let is_student = match &students {
                Some(students) => students.has(id.as_bytes()),
                None => row.required("role")?.eq_ignore_ascii_case("student"),
            };
            if !is_student || !is_there(row)? {
                return Ok(None);
            }
            read(row, id).map(Some)
        });
        self.students = students;
        let (lines, rows): (Vec<u64>, Vec<LearnerRow>) = rows.into_iter().unzip();
        let issuer = IssuerReference::Id(self.issuer.id);
        for outcome in learner::upsert(self.service, self.actor, Some(&issuer), rows).await? {
            let fate = match outcome.outcome {
                UpsertOutcome::Created => Fate::Created,
                UpsertOutcome::Updated => Fate::Updated,
                UpsertOutcome::Unchanged => Fate::Unchanged,
                UpsertOutcome::Failed => {
                    self.report.fail(File::Users, lines[outcome.index], bad(&outcome.errors));
                    continue;
                }
            };
            self.report.count(File::Users, fate);
        }
        Ok(())
    }
}

fn read(row: &Row, id: &str) -> Result<LearnerRow, Bad> {
    let part = |column| Ok::<_, Bad>(row.words(column, 150)?.map(str::to_owned));
    let (given_name, family_name) = (part("givenName")?, part("familyName")?);
    if given_name.is_none() && family_name.is_none() {
        return Err(Bad::at("familyName", "is required"));
    }
    let middle_name = part("middleName")?;
    let parts = [&given_name, &middle_name, &family_name].into_iter().flatten();
    let name = parts.map(String::as_str).collect::<Vec<_>>().join(" ");
    Ok(LearnerRow {
        external_id: id.to_owned(),
        name: Patch::Set(name),
        given_name: given_name.map_or(Patch::Clear, Patch::Set),
        family_name: family_name.map_or(Patch::Clear, Patch::Set),
        email: row.given("email").map_or(Patch::Clear, |email| Patch::Set(email.to_owned())),
        language: Patch::Keep,
        did: Patch::Keep,
    })
}

/// The first thing that is wrong with a learner, in the terms of the file.
fn bad(errors: &[crate::error::UserError]) -> Bad {
    let Some(error) = errors.first() else { return Bad::row("was refused") };
    let column = match error.field.last().map(String::as_str) {
        Some("externalId") => "sourcedId",
        Some("name") => "familyName",
        Some(other) => other,
        None => return Bad::row(error.message.clone()),
    };
    Bad::at(column, error.message.clone())
}
