//! Courses: each becomes a program with one published version and one award. What was imported once is the issuer's to change; the import leaves it.

use std::collections::HashMap;

use cairn_entity::{program, program_version};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::Import;
use super::files::File;
use super::lookups::is_there;
use super::report::{Bad, Fate};
use super::table::Row;
use crate::completion::rule::Rule;
use crate::error::{Error, Result};
use crate::patch::Patch;
use crate::program::{self as domain, NewComponent, NewItem, NewModule, NewProgram};

/// A course as its row states it.
struct Course {
    id: String,
    title: String,
    code: Option<String>,
}

impl Import<'_> {
    pub(super) async fn courses(&mut self, rows: Vec<Row>) -> Result<()> {
        let rows = self.sift(File::Courses, &rows, |row| {
            let id = row.id("sourcedId")?.to_owned();
            row.required("title")?;
            let title = row.words("title", 300)?.unwrap_or_default().to_owned();
            let code = row.words("courseCode", 100)?.map(str::to_owned);
            Ok(is_there(row)?.then_some(Course { id, title, code }))
        });
        let present = self.known_programs(rows.iter().map(|(_, course)| course.id.as_str())).await?;
        for (line, course) in rows {
            let id = course.id.clone();
            match present.get(&course.id) {
                Some(Some(rule)) => {
                    self.compare_rule(&course.id, rule.as_ref());
                    self.report.programs.push(id);
                    self.report.count(File::Courses, Fate::Unchanged);
                }
                Some(None) => {
                    let bad = Bad::at("sourcedId", "names a program that was never published");
                    self.report.fail(File::Courses, line, bad);
                }
                None => match self.make_program(course).await? {
                    Ok(()) => {
                        self.report.programs.push(id);
                        self.report.count(File::Courses, Fate::Created);
                    }
                    Err(bad) => self.report.fail(File::Courses, line, bad),
                },
            }
        }
        Ok(())
    }

    /// Makes the program of a course and publishes it, both or neither.
    async fn make_program(&self, course: Course) -> Result<Result<(), Bad>> {
        let mut work = self.begin().await?;
        let made = match domain::upsert_in(&mut work, &self.issuer, self.document(course)).await {
            Ok(upserted) => domain::publish_in(&mut work, upserted.program).await,
            Err(error) => Err(error),
        };
        match made {
            Ok(_) => work.commit().await.map(Ok),
            Err(Error::User(errors)) => {
                let why = errors.first().map_or_else(String::new, |error| error.message.clone());
                Ok(Err(Bad::row(format!("its program was refused: {why}"))))
            }
            Err(other) => Err(other),
        }
    }

    /// The program of a course. Where no category decides, the course is the one thing to be done, and whoever runs it tells when it is.
    fn document(&self, course: Course) -> NewProgram {
        let (criteria, components) = match &self.final_category {
            Some(category) => (format!("A pass in the category {category} of the course."), Vec::new()),
            None => {
                let module = NewModule {
                    external_id: course.id.clone(),
                    title: course.title.clone(),
                    workload_hours: None,
                    outcomes: Vec::new(),
                };
                let whole = NewComponent { required: true, group_code: None, item: NewItem::Module(module) };
                ("Completion of the course.".to_owned(), vec![whole])
            }
        };
        NewProgram {
            external_id: course.id,
            title: course.title,
            achievement_type: "Course".to_owned(),
            criteria: Patch::Set(criteria),
            human_code: Patch::from(course.code),
            components: Patch::Set(components),
            completion_rule: Patch::from(self.rule()),
            ..NewProgram::default()
        }
    }

    /// The rule that this import would give a program.
    fn rule(&self) -> Option<Rule> {
        self.final_category.clone().map(Rule::CategoryPassed)
    }

    /// The rule of each program that there is, by external id; nothing where none of its versions is published.
    async fn known_programs(
        &self,
        ids: impl Iterator<Item = &str>,
    ) -> Result<HashMap<String, Option<Option<Rule>>>> {
        let reader = self.service.db.reader();
        let programs = program::Entity::find()
            .filter(program::Column::IssuerId.eq(self.issuer.id))
            .filter(program::Column::ExternalId.is_in(ids))
            .all(reader)
            .await?;
        let versions: Vec<(Uuid, Option<serde_json::Value>)> = program_version::Entity::find()
            .select_only()
            .columns([program_version::Column::Id, program_version::Column::CompletionRule])
            .filter(
                program_version::Column::Id.is_in(programs.iter().filter_map(|row| row.current_version_id)),
            )
            .into_tuple()
            .all(reader)
            .await?;
        let mut rules = HashMap::new();
        for (version, rule) in versions {
            rules.insert(version, rule.map(serde_json::from_value).transpose()?);
        }
        Ok(programs
            .into_iter()
            .filter_map(|row| {
                Some((row.external_id?, row.current_version_id.map(|id| rules.remove(&id).flatten())))
            })
            .collect())
    }

    fn compare_rule(&mut self, course: &str, rule: Option<&Rule>) {
        if let Some(asked) = self.rule().filter(|asked| Some(asked) != rule) {
            let Rule::CategoryPassed(category) = asked else { return };
            self.report.warnings.push(format!(
                "the program of course {course} keeps its own completion rule, which is not the category {category}"
            ));
        }
    }
}
