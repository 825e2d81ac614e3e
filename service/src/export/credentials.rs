//! The file of credentials.

use cairn_entity::{award, credential, enrollment};
use sea_orm::prelude::DateTimeUtc;
use uuid::Uuid;

use super::around::{Around, by_id};
use super::cell::Cell;
use super::table::{Column, Placed, personal, plain, where_in, who};
use crate::Service;
use crate::credential::{Standing, page_address, standing};
use crate::error::Result;
use crate::ids::Kind;

/// A credential at the moment of its page.
pub struct Seen {
    pub row: credential::Model,
    pub now: DateTimeUtc,
}

impl Placed for Seen {
    fn learner(&self) -> Uuid {
        self.row.learner_id
    }

    fn program(&self) -> Uuid {
        self.row.program_id
    }

    fn version(&self) -> Uuid {
        self.row.version_id
    }

    fn cohort(&self) -> Option<Uuid> {
        self.row.cohort_id
    }
}

/// What stands around them.
pub(super) async fn around(service: &Service, issuer: Uuid, rows: &[Seen]) -> Result<Around> {
    let mut around = Around::placed(service, rows).await?;
    let enrollments = rows.iter().filter_map(|one| one.row.enrollment_id);
    around.enrollments = by_id::<enrollment::Entity>(service, enrollments, |row| row.id).await?;
    let awards = rows.iter().map(|one| one.row.award_id);
    around.awards = by_id::<award::Entity>(service, awards, |row| row.id).await?;
    around.issuer = crate::issuer::by_ids(service, &[issuer]).await?.pop();
    Ok(around)
}

fn stands(row: &Seen) -> Cell {
    let name = match standing(&row.row, row.now) {
        Standing::Active => "ACTIVE",
        Standing::Suspended => "SUSPENDED",
        Standing::Revoked => "REVOKED",
        Standing::Expired => "EXPIRED",
    };
    Cell::Word(name.to_owned())
}

/// Its columns. The page of a credential names its holder.
pub fn columns() -> Vec<Column<Seen>> {
    let mut columns = vec![
        plain("id", |one: &Seen, _| Cell::id(Kind::Credential, one.row.id)),
        plain("documentId", |one, _| Cell::Word(format!("urn:uuid:{}", one.row.id))),
        plain("status", |one, _| stands(one)),
        plain("issuedAt", |one, _| Cell::moment(one.row.issued_at)),
        plain("validFrom", |one, _| Cell::moment(one.row.valid_from)),
        plain("validUntil", |one, _| Cell::moment(one.row.valid_until)),
        plain("revokedAt", |one, _| Cell::moment(one.row.revoked_at)),
        plain("revocationReason", |one, _| {
            one.row.revocation_reason.as_ref().map_or(Cell::None, Cell::named)
        }),
        plain("suspendedAt", |one, _| Cell::moment(one.row.suspended_at)),
        plain("visibility", |one, _| Cell::named(&one.row.visibility)),
        personal("pageUrl", |one, around| {
            around.issuer.as_ref().map_or(Cell::None, |issuer| Cell::Word(page_address(issuer, &one.row)))
        }),
    ];
    columns.extend(who());
    columns.extend(where_in());
    columns.extend([
        plain("awardExternalId", |one: &Seen, around| {
            Cell::text(around.awards.get(&one.row.award_id).map(|award| award.external_id.as_str()))
        }),
        plain("enrollmentId", |one, _| {
            one.row.enrollment_id.map_or(Cell::None, |id| Cell::id(Kind::Enrollment, id))
        }),
        plain("enrollmentExternalId", |one, around| {
            let enrollment = one.row.enrollment_id.and_then(|id| around.enrollments.get(&id));
            Cell::text(enrollment.and_then(|row| row.external_id.as_deref()))
        }),
        plain("cycle", |one, _| Cell::Whole(one.row.cycle.into())),
        plain("revision", |one, _| Cell::Whole(one.row.revision.into())),
        plain("updatedAt", |one, _| Cell::moment(one.row.updated_at)),
    ]);
    columns
}
