//! Files that other rows refer to: categories, terms and roles, which write nothing, and organizations, which are attributes of the issuer.

use std::io::{Read, Seek};

use cairn_entity::issuer;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::bundle::Bundle;
use super::files::File;
use super::report::{Bad, Fate, Report};
use super::table::{Row, Status};
use super::{BATCH, Import};
use crate::error::{Error, Result, UserErrorCode};

/// Most terms, and most categories.
const MOST_LOOKUPS: usize = 100_000;
/// Most organizations.
const MOST_ORGS: usize = 1_000;

impl Import<'_> {
    pub(super) fn categories(&mut self, rows: Vec<Row>) {
        let rows = self.sift(File::Categories, &rows, category);
        for (line, (id, title)) in rows {
            if self.categories.len() >= MOST_LOOKUPS {
                self.report.fail(File::Categories, line, Bad::row("too many categories"));
                continue;
            }
            self.categories.insert(id, title);
            self.report.count(File::Categories, Fate::Used);
        }
    }

    pub(super) fn sessions(&mut self, rows: Vec<Row>) {
        let rows = self.sift(File::AcademicSessions, &rows, |row| {
            let id = row.id("sourcedId")?.to_owned();
            let first = row.day("startDate")?.ok_or_else(|| Bad::at("startDate", "is required"))?;
            let last = row.day("endDate")?.ok_or_else(|| Bad::at("endDate", "is required"))?;
            if last < first {
                return Err(Bad::at("endDate", "lies before startDate"));
            }
            Ok(is_there(row)?.then_some((id, (first, last))))
        });
        for (line, (id, days)) in rows {
            if self.sessions.len() >= MOST_LOOKUPS {
                self.report.fail(File::AcademicSessions, line, Bad::row("too many sessions"));
                continue;
            }
            self.sessions.insert(id, days);
            self.report.count(File::AcademicSessions, Fate::Used);
        }
    }

    /// Who is a student was found when the bundle was looked through; here the rows are only checked.
    pub(super) fn roles(&mut self, rows: Vec<Row>) {
        let rows = self.sift(File::Roles, &rows, |row| {
            row.id("userSourcedId")?;
            let role = row.required("role")?;
            Ok((is_there(row)? && role.eq_ignore_ascii_case("student")).then_some(()))
        });
        for _ in rows {
            self.report.count(File::Roles, Fate::Used);
        }
    }

    pub(super) async fn orgs(&mut self, rows: Vec<Row>) -> Result<()> {
        let rows = self.sift(File::Orgs, &rows, |row| {
            row.id("sourcedId")?;
            row.required("name")?;
            let text = |column| Ok::<_, Bad>(row.words(column, 300)?.map(str::to_owned));
            let org = json!({
                "sourcedId": text("sourcedId")?,
                "name": text("name")?,
                "type": text("type")?,
                "identifier": text("identifier")?,
                "parentSourcedId": text("parentSourcedId")?,
            });
            Ok(is_there(row)?.then_some(org))
        });
        let work = self.begin().await?;
        let Some(issuer) = issuer::Entity::find_by_id(self.issuer.id).one(work.tx()).await? else {
            return Ok(());
        };
        let mut attributes = match issuer.attributes.clone() {
            Value::Object(attributes) => attributes,
            _ => serde_json::Map::new(),
        };
        let mut orgs = match attributes.get_mut("oneroster").and_then(|known| known.get_mut("orgs")) {
            Some(Value::Array(orgs)) => std::mem::take(orgs),
            _ => Vec::new(),
        };
        for (line, org) in rows {
            let known = orgs.iter().position(|known| known.get("sourcedId") == org.get("sourcedId"));
            let fate = match known {
                Some(place) if orgs[place] == org => Fate::Unchanged,
                Some(place) => {
                    orgs[place] = org;
                    Fate::Updated
                }
                None if orgs.len() >= MOST_ORGS => {
                    self.report.fail(File::Orgs, line, Bad::row("too many organizations"));
                    continue;
                }
                None => {
                    orgs.push(org);
                    Fate::Created
                }
            };
            self.report.count(File::Orgs, fate);
        }
        attributes.insert("oneroster".to_owned(), json!({ "orgs": orgs }));
        let attributes = Value::Object(attributes);
        if attributes != issuer.attributes {
            issuer::Entity::update_many()
                .col_expr(issuer::Column::Attributes, Expr::value(attributes))
                .col_expr(issuer::Column::UpdatedAt, Expr::value(work.now))
                .filter(issuer::Column::Id.eq(self.issuer.id))
                .exec(work.tx())
                .await?;
        }
        work.commit().await
    }
}

/// Id and title of a category that is still there.
fn category(row: &Row) -> Result<Option<(String, String)>, Bad> {
    let id = row.id("sourcedId")?.to_owned();
    row.required("title")?;
    let title = row.words("title", 300)?.unwrap_or_default().to_owned();
    Ok(is_there(row)?.then_some((id, title)))
}

/// The category that decides, as the bundle spells it. It must be one of the bundle's: a slip of the pen would leave everyone unfinished.
pub(super) fn final_category<R: Read + Seek>(bundle: &mut Bundle<R>, asked: &str) -> Result<String> {
    let mut titles = Vec::new();
    if bundle.has(File::Categories) {
        let mut table = bundle.table(File::Categories)?;
        while let Some(rows) = table.batch(BATCH, &mut Report::default())? {
            titles.extend(rows.iter().filter_map(|row| category(row).ok().flatten()).map(|(_, title)| title));
        }
    }
    let alike = |title: &&String| title.to_lowercase() == asked.trim().to_lowercase();
    let exact = titles.iter().find(|title| *title == asked);
    exact.or_else(|| titles.iter().find(alike)).cloned().ok_or_else(|| {
        let why = format!("no category of the bundle has the title `{asked}`");
        Error::user("finalCategory", UserErrorCode::Invalid, why)
    })
}

/// Whether the row says that it is still there.
pub(super) fn is_there(row: &Row) -> Result<bool, Bad> {
    Ok(row.status()? == Status::Active)
}
