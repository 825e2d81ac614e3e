//! What is in doubt about enrollments: open flags keep what they are on from counting until they are resolved.

use std::collections::{HashMap, HashSet};

use cairn_entity::enums::FlagStatus;
use cairn_entity::integrity_flag;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::error::Result;

/// Where a doubt stands that keeps an award from being made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// It was right.
    Upheld,
    /// It is being looked into.
    Open,
}

/// What is in doubt about one enrollment.
#[derive(Clone, Debug, Default)]
pub(super) struct Doubts {
    /// The enrollment as a whole.
    pub whole: Option<Doubt>,
    /// Attempts that are being looked into.
    pub attempts: HashSet<Uuid>,
    /// Anything at all, what was found right among it; of several the one that is open.
    pub any: Option<Doubt>,
}

impl Doubts {
    /// Notes a doubt.
    pub fn add(&mut self, doubt: Doubt) {
        self.any = self.any.max(Some(doubt));
    }
}

/// Reads what is in doubt about enrollments; those of which nothing is are left out. One statement.
pub(super) async fn of(connection: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, Doubts>> {
    let rows = integrity_flag::Entity::find()
        .filter(integrity_flag::Column::EnrollmentId.is_in(ids.iter().copied()))
        .filter(integrity_flag::Column::Status.ne(FlagStatus::Dismissed))
        .all(connection)
        .await?;
    let mut all: HashMap<Uuid, Doubts> = HashMap::new();
    for row in rows {
        let doubts = all.entry(row.enrollment_id).or_default();
        let doubt = if row.status == FlagStatus::Open { Doubt::Open } else { Doubt::Upheld };
        doubts.add(doubt);
        match row.attempt_id {
            None => doubts.whole = doubts.whole.max(Some(doubt)),
            Some(attempt) if doubt == Doubt::Open => drop(doubts.attempts.insert(attempt)),
            Some(_) => {}
        }
    }
    Ok(all)
}
