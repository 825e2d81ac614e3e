//! What credit component programs give, and for what: each program within them once, so that what two programs contain is not counted
//! twice. Read level by level, a fixed number of statements each.

use std::collections::{HashMap, HashSet};

use cairn_entity::{component, program, program_version};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::error::Result;
use crate::program::terms::{Credit, CreditScheme, Level, Terms};

/// How deep programs within programs are followed.
const DEEPEST: usize = 10;

/// A program that fills a component, as the version that it shows states it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Nested {
    pub external_id: String,
    pub title: String,
    pub levels: Vec<Level>,
    /// Notional hours, in ten-thousandths.
    pub hours: Option<i64>,
    pub credits: Vec<Credit>,
    /// The programs that fill its own components, in order; known where credit was asked for.
    pub parts: Vec<Uuid>,
}

impl Nested {
    /// The credit in a scheme that it states, in ten-thousandths.
    pub fn credit_in(&self, scheme: CreditScheme) -> i64 {
        let stated = self.credits.iter().filter(|credit| credit.scheme == scheme);
        stated.map(|credit| credit.amount).sum()
    }
}

/// Programs by id, and where `deep` those within them.
pub(super) async fn nested(
    connection: &impl ConnectionTrait,
    ids: HashSet<Uuid>,
    deep: bool,
) -> Result<HashMap<Uuid, Nested>> {
    let mut found = HashMap::new();
    let mut wanted = ids;
    for _ in 0..DEEPEST {
        if wanted.is_empty() {
            break;
        }
        let programs =
            program::Entity::find().filter(program::Column::Id.is_in(wanted.drain())).all(connection).await?;
        let shown = |row: &program::Model| row.current_version_id.or(row.draft_version_id);
        let versions = program_version::Entity::find()
            .filter(program_version::Column::Id.is_in(programs.iter().filter_map(shown)))
            .all(connection)
            .await?;
        let mut parts = if deep { parts(connection, &versions).await? } else { HashMap::new() };
        let mut versions: HashMap<Uuid, program_version::Model> =
            versions.into_iter().map(|row| (row.program_id, row)).collect();
        for program in programs {
            let Some(version) = versions.remove(&program.id) else { continue };
            let parts = parts.remove(&version.id).unwrap_or_default();
            wanted.extend(parts.iter().copied());
            let nested = Nested {
                external_id: program.external_id.unwrap_or_default(),
                levels: version.levels()?,
                hours: version.workload_hours,
                credits: version.credits()?,
                title: version.title,
                parts,
            };
            found.insert(program.id, nested);
        }
        wanted.retain(|id| !found.contains_key(id));
    }
    Ok(found)
}

/// The programs that fill components, by version, in order.
async fn parts(
    connection: &impl ConnectionTrait,
    versions: &[program_version::Model],
) -> Result<HashMap<Uuid, Vec<Uuid>>> {
    let rows = component::Entity::find()
        .filter(component::Column::VersionId.is_in(versions.iter().map(|row| row.id)))
        .filter(component::Column::ComponentProgramId.is_not_null())
        .order_by_asc(component::Column::Position)
        .all(connection)
        .await?;
    let mut parts: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for row in rows {
        parts.entry(row.version_id).or_default().extend(row.component_program_id);
    }
    Ok(parts)
}

/// What a program gives, by scheme: so much for each of these programs within it and the rest for itself, together what it states.
pub(crate) fn given_by(
    program: Uuid,
    all: &HashMap<Uuid, Nested>,
    is_in: &dyn Fn(Uuid) -> bool,
) -> HashMap<String, Vec<(Uuid, i64)>> {
    let stated = all.get(&program).map(|nested| nested.credits.as_slice()).unwrap_or_default();
    let schemes: HashSet<CreditScheme> = stated.iter().map(|credit| credit.scheme).collect();
    let given =
        |scheme: CreditScheme| (scheme.name().to_owned(), given_in(program, scheme, (all, is_in), DEEPEST));
    schemes.into_iter().map(given).collect()
}

/// The programs within a program, at whatever depth.
pub(super) fn within(program: Uuid, all: &HashMap<Uuid, Nested>) -> HashSet<Uuid> {
    let mut found = HashSet::new();
    let mut open = vec![program];
    while let Some(next) = open.pop() {
        let parts = all.get(&next).map(|nested| nested.parts.as_slice()).unwrap_or_default();
        open.extend(parts.iter().filter(|part| found.insert(**part)));
    }
    found
}

fn given_in(
    program: Uuid,
    scheme: CreditScheme,
    (all, is_in): (&HashMap<Uuid, Nested>, &dyn Fn(Uuid) -> bool),
    depth: usize,
) -> Vec<(Uuid, i64)> {
    let Some(nested) = all.get(&program) else { return Vec::new() };
    let mut left = nested.credit_in(scheme);
    let mut given: Vec<(Uuid, i64)> = Vec::new();
    for part in nested.parts.iter().filter(|part| depth > 0 && is_in(**part)) {
        for (thing, amount) in given_in(*part, scheme, (all, is_in), depth - 1) {
            let place = given.iter().position(|(known, _)| *known == thing);
            let known = place.map_or(0, |place| given[place].1);
            let more = (amount - known).clamp(0, left);
            left -= more;
            match place {
                Some(place) => given[place].1 += more,
                None if more > 0 => given.push((thing, more)),
                None => {}
            }
        }
    }
    if left > 0 {
        given.push((program, left));
    }
    given
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::completion::condition::together;

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    fn nested(n: u128, ects: i64, parts: &[u128]) -> (Uuid, Nested) {
        let nested = Nested {
            external_id: String::new(),
            title: String::new(),
            levels: Vec::new(),
            hours: None,
            credits: vec![Credit { amount: ects, scheme: CreditScheme::Ects }],
            parts: parts.iter().map(|n| id(*n)).collect(),
        };
        (id(n), nested)
    }

    #[test]
    fn a_program_gives_what_it_states_and_for_what_it_contains_once() {
        // Two specializations of 30 share the course 2; the third states less than its courses; 9 is a degree of both.
        let all: HashMap<Uuid, Nested> = [
            nested(1, 15, &[]),
            nested(2, 15, &[]),
            nested(3, 15, &[]),
            nested(4, 30, &[1, 2]),
            nested(5, 35, &[2, 3]),
            nested(6, 20, &[1, 2]),
            nested(9, 100, &[4, 5]),
        ]
        .into();
        let given = |n: u128| given_by(id(n), &all, &|_| true).remove("ECTS").unwrap_or_default();
        assert_eq!(given(1), [(id(1), 15)]);
        assert_eq!(given(4), [(id(1), 15), (id(2), 15)]);
        assert_eq!(given(5), [(id(2), 15), (id(3), 15), (id(5), 5)]);
        assert_eq!(given(6), [(id(1), 15), (id(2), 5)]);
        let both = [given(4), given(5)];
        assert_eq!(together(both.iter().map(Vec::as_slice)), 50, "the shared course counts once");
        assert_eq!(given(9).iter().map(|(_, amount)| amount).sum::<i64>(), 100);
        assert_eq!(given(9).last(), Some(&(id(9), 50)), "the rest is its own");
    }

    #[test]
    fn what_was_completed_by_other_parts_is_credit_for_those_and_the_rest_for_itself() {
        // A certificate of 60 by any four of eight units of 15; the learner completed the last three, and the fourth elsewhere.
        let parts: Vec<u128> = (1..=8).collect();
        let mut all: HashMap<Uuid, Nested> = parts.iter().map(|n| nested(*n, 15, &[])).collect();
        all.extend([nested(9, 60, &parts)]);
        let learned = |part: Uuid| part > id(5);
        let mut given = given_by(id(9), &all, &learned).remove("ECTS").unwrap_or_default();
        given.sort_unstable();
        assert_eq!(given, [(id(6), 15), (id(7), 15), (id(8), 15), (id(9), 15)]);
        assert_eq!(within(id(9), &all), parts.into_iter().map(id).collect());
    }
}
