//! The file of learners, who all of it is about: it takes the right to read them.

use cairn_entity::learner;

use super::cell::Cell;
use super::table::{Column, personal, plain};
use crate::ids::Kind;

/// Its columns.
pub fn columns() -> Vec<Column<learner::Model>> {
    vec![
        plain("id", |row, _| Cell::id(Kind::Learner, row.id)),
        plain("externalId", |row, _| Cell::text(Some(&row.external_id))),
        personal("name", |row, _| Cell::text(row.name.as_deref())),
        personal("givenName", |row, _| Cell::text(row.given_name.as_deref())),
        personal("familyName", |row, _| Cell::text(row.family_name.as_deref())),
        personal("email", |row, _| Cell::text(row.email.as_deref())),
        plain("language", |row, _| Cell::text(row.language.as_deref())),
        personal("did", |row, _| Cell::text(row.did.as_deref())),
        plain("linked", |row, _| Cell::Switch(row.person_id.is_some())),
        plain("createdAt", |row, _| Cell::moment(row.created_at)),
        plain("updatedAt", |row, _| Cell::moment(row.updated_at)),
    ]
}
