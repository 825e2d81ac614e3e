//! The passport: all that one person holds, across issuers. Only that person sees it, and others what of it they share; it is one of the few
//! lawful reads across tenants.

mod booklet;
mod earned;
mod share;
mod shared;
mod stack;
mod state;
pub mod told;
mod view;

use std::collections::{BTreeMap, HashMap, HashSet};

use cairn_entity::enums::{ActorKind, AwardKind, CredentialStatus, EnrollmentStatus};
use cairn_entity::{
    award, component, credential, enrollment, learner, learning_outcome, learning_outcome_skill, person,
    portfolio_project, program_version, program_version_award, skill,
};
use sea_orm::sea_query::LockType;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};
use uuid::Uuid;

use crate::actor::{Actor, Reach};
use crate::completion::{self, Nested};
use crate::error::{Error, Result};
use crate::program::terms::{Credit, CreditScheme, Terms};
use crate::{Service, Work, skill as skills_of_frameworks, tenancy};

pub use booklet::{Printed, booklet};
pub use earned::{EarnedSkill, SkillSource, earned_skills};
pub(crate) use share::forget;
pub use share::{Sharing, address, share, shares, viewed};
pub use shared::{Shared, by_token, count_credentials, credentials, projects};
pub(crate) use shared::{shown, within};
pub use stack::{Stack, StackPart, count_stacks, stacks};
pub use state::State;
pub use view::{Entry, Places, Project, Source, View, view};

/// Whether a passport is the caller's own; nobody else sees it.
pub fn is_own(actor: &Actor, person: Uuid) -> bool {
    actor.person() == Some(person)
}

/// The person who signs in, for what only they do with what is theirs; refuses everybody else.
pub(crate) fn holder(actor: &Actor) -> Result<Uuid> {
    match (actor.person(), actor.kind) {
        (Some(person), _) => Ok(person),
        (None, ActorKind::Anonymous) => {
            Err(Error::Unauthenticated("sign in first: send `Authorization: Bearer …`"))
        }
        (None, _) => Err(Error::Forbidden("only the person whose it is may do this".to_owned())),
    }
}

/// Refuses a person of whom no issuer has a record: what they keep would go with the last one.
pub(crate) async fn require_learner(work: &Work<'_>, person: Uuid) -> Result<()> {
    let records = learner::Entity::find().filter(tenancy::learners(Reach::Own { person }));
    // Erasing the last one waits, or was first.
    let records = records.order_by_asc(learner::Column::Id).lock(LockType::Share).all(work.tx()).await?;
    match records.iter().filter(|row| row.erased_at.is_none()).count() {
        0 => Err(Error::Forbidden("only who learns with an issuer here has a passport to fill".to_owned())),
        _ => Ok(()),
    }
}

/// Whether a person keeps anything of their own: projects, or a link to their passport.
pub(crate) async fn is_kept(work: &Work<'_>, person: Uuid) -> Result<bool> {
    let projects = tenancy::portfolio_projects(Reach::Own { person });
    let projects = portfolio_project::Entity::find().filter(projects).count(work.tx()).await?;
    Ok(projects > 0 || share::locked(work, person).await?.is_some())
}

/// On which of a person's enrollments it rests what is told.
#[derive(Clone, Debug)]
pub enum Within {
    /// On these alone.
    Only(HashSet<Uuid>),
    /// On all but these.
    AllBut(HashSet<Uuid>),
}

impl Within {
    /// On all.
    pub fn everything() -> Self {
        Self::AllBut(HashSet::new())
    }

    fn has(&self, enrollment: Uuid) -> bool {
        match self {
            Self::Only(ids) => ids.contains(&enrollment),
            Self::AllBut(ids) => !ids.contains(&enrollment),
        }
    }
}

/// The person's name: their own, else that of the learner record that changed last.
#[crate::boxed]
pub async fn name(service: &Service, person: Uuid) -> Result<Option<String>> {
    let on = service.db.reader();
    let own = person::Entity::find_by_id(person).one(on).await?.and_then(|row| row.name);
    let recorded = learner::Entity::find()
        .filter(tenancy::learners(Reach::Own { person }))
        .filter(learner::Column::Name.is_not_null())
        .order_by_desc(learner::Column::UpdatedAt)
        .order_by_desc(learner::Column::Id)
        .one(on)
        .await?;
    Ok(own.or_else(|| recorded.and_then(|row| row.name)))
}

/// Credit that a person earned, by scheme, over all their records. It is what completed enrollments gave: the credit of the version's awards of
/// credit, or, where it has none, what the version states. Each program counts once, by its latest completion; a program that is part of a
/// completed stack with credit of its own counts in the stack alone, and what two stacks share counts once; a completion whose credentials were all revoked counts no more.
#[crate::boxed]
pub async fn credit_totals(service: &Service, person: Uuid) -> Result<Vec<Credit>> {
    let completed = completed(service, tenancy::enrollments(Reach::Own { person })).await?;
    let given = Given::read(service, &completed).await?;
    Ok(given.totals(completed.iter()))
}

/// The same of learner records, each for itself, in a number of statements that does not depend on how many they are.
#[crate::boxed]
pub async fn credit_totals_of(service: &Service, learners: &[Uuid]) -> Result<HashMap<Uuid, Vec<Credit>>> {
    let completed = completed(service, of_learners(learners)).await?;
    let given = Given::read(service, &completed).await?;
    let of = |learner: &Uuid| given.totals(completed.iter().filter(|row| row.learner_id == *learner));
    Ok(learners.iter().map(|learner| (*learner, of(learner))).collect())
}

fn of_learners(learners: &[Uuid]) -> Condition {
    Condition::all().add(enrollment::Column::LearnerId.is_in(learners.iter().copied()))
}

/// What versions give, and what they are made of.
struct Given {
    credits: HashMap<Uuid, Vec<Credit>>,
    parts: HashMap<Uuid, Vec<Uuid>>,
}

impl Given {
    async fn read(service: &Service, completed: &[enrollment::Model]) -> Result<Self> {
        let versions: HashSet<Uuid> = completed.iter().map(|row| row.version_id).collect();
        let versions: Vec<Uuid> = versions.into_iter().collect();
        Ok(Self { credits: credits(service, &versions).await?, parts: parts(service, &versions).await? })
    }

    /// Totals over completed enrollments, which come in the order of completion.
    fn totals<'a>(&self, completed: impl Iterator<Item = &'a enrollment::Model>) -> Vec<Credit> {
        let of_program: HashMap<Uuid, Uuid> = completed.map(|row| (row.program_id, row.version_id)).collect();
        let mut covered = HashSet::new();
        for version in of_program.values() {
            if self.credits.get(version).is_some_and(|credits| !credits.is_empty()) {
                cover(*version, &self.parts, &of_program, &mut covered);
            }
        }
        let all: HashMap<Uuid, Nested> = of_program
            .iter()
            .map(|(program, version)| (*program, self.nested(*version, &of_program)))
            .collect();
        let mut by_scheme: BTreeMap<String, Vec<Vec<(Uuid, i64)>>> = BTreeMap::new();
        for program in of_program.keys().filter(|program| !covered.contains(*program)) {
            for (scheme, given) in completion::given_by(*program, &all, &|_| true) {
                by_scheme.entry(scheme).or_default().push(given);
            }
        }
        let total = |(scheme, given): (String, Vec<Vec<(Uuid, i64)>>)| {
            let amount = completion::together(given.iter().map(Vec::as_slice));
            Some(Credit { amount, scheme: CreditScheme::of_name(&scheme)? })
        };
        by_scheme.into_iter().filter_map(total).collect()
    }

    /// A completed program with those within it that were completed, too.
    fn nested(&self, version: Uuid, of_program: &HashMap<Uuid, Uuid>) -> Nested {
        let parts = self.parts.get(&version).into_iter().flatten().copied();
        Nested {
            credits: self.credits.get(&version).cloned().unwrap_or_default(),
            parts: parts.filter(|program| of_program.contains_key(program)).collect(),
            ..Nested::default()
        }
    }
}

/// Skills that the outcomes of a person's completed programs align to, by name, each once, with the name of its framework.
#[crate::boxed]
pub async fn skills(service: &Service, person: Uuid) -> Result<Vec<(skill::Model, String)>> {
    let completed = completed(service, tenancy::enrollments(Reach::Own { person })).await?;
    let versions: HashSet<Uuid> = completed.iter().map(|row| row.version_id).collect();
    let gained = gained(service, &versions).await?;
    let ids: HashSet<Uuid> = gained.into_values().flatten().collect();
    by_name(service, &ids).await
}

/// The same of learner records, each for itself, in a number of statements that does not depend on how many they are.
#[crate::boxed]
pub async fn skills_of(
    service: &Service,
    learners: &[Uuid],
) -> Result<HashMap<Uuid, Vec<(skill::Model, String)>>> {
    let completed = completed(service, of_learners(learners)).await?;
    let versions: HashSet<Uuid> = completed.iter().map(|row| row.version_id).collect();
    let gained = gained(service, &versions).await?;
    let ids: HashSet<Uuid> = gained.values().flatten().copied().collect();
    let all = by_name(service, &ids).await?;
    let of = |learner: &Uuid| -> Vec<(skill::Model, String)> {
        let own: HashSet<Uuid> = completed
            .iter()
            .filter(|row| row.learner_id == *learner)
            .flat_map(|row| gained.get(&row.version_id).into_iter().flatten().copied())
            .collect();
        all.iter().filter(|(skill, _)| own.contains(&skill.id)).cloned().collect()
    };
    Ok(learners.iter().map(|learner| (*learner, of(learner))).collect())
}

async fn by_name(service: &Service, ids: &HashSet<Uuid>) -> Result<Vec<(skill::Model, String)>> {
    let ids: Vec<Uuid> = ids.iter().copied().collect();
    let mut skills = skills_of_frameworks::by_ids(service, &ids).await?;
    skills.sort_by(|(a, _), (b, _)| (&a.name, a.id).cmp(&(&b.name, b.id)));
    Ok(skills)
}

/// The skills that versions' outcomes align to, by version.
async fn gained(service: &Service, versions: &HashSet<Uuid>) -> Result<HashMap<Uuid, HashSet<Uuid>>> {
    let mut gained: HashMap<Uuid, HashSet<Uuid>> = HashMap::new();
    for one in aligned(service, versions).await? {
        gained.entry(one.version).or_default().insert(one.skill);
    }
    Ok(gained)
}

/// An outcome of a version that aligns to a skill.
#[derive(Clone, Copy)]
struct Aligned {
    version: Uuid,
    outcome: Uuid,
    skill: Uuid,
}

/// What versions' outcomes align to, in the order of the outcomes.
async fn aligned(service: &Service, versions: &HashSet<Uuid>) -> Result<Vec<Aligned>> {
    let on = service.db.reader();
    let outcomes: Vec<(Uuid, Uuid)> = learning_outcome::Entity::find()
        .select_only()
        .column(learning_outcome::Column::Id)
        .column(learning_outcome::Column::VersionId)
        .filter(learning_outcome::Column::VersionId.is_in(versions.iter().copied()))
        .order_by_asc(learning_outcome::Column::Position)
        .into_tuple()
        .all(on)
        .await?;
    let links: Vec<(Uuid, Uuid)> = learning_outcome_skill::Entity::find()
        .select_only()
        .column(learning_outcome_skill::Column::OutcomeId)
        .column(learning_outcome_skill::Column::SkillId)
        .filter(learning_outcome_skill::Column::OutcomeId.is_in(outcomes.iter().map(|(id, _)| *id)))
        .into_tuple()
        .all(on)
        .await?;
    let mut skills: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for (outcome, skill) in links {
        skills.entry(outcome).or_default().push(skill);
    }
    let of = |(outcome, version): (Uuid, Uuid)| {
        let skills = skills.remove(&outcome).unwrap_or_default();
        skills.into_iter().map(move |skill| Aligned { version, outcome, skill })
    };
    Ok(outcomes.into_iter().flat_map(of).collect())
}

/// Completed enrollments in the order of completion, without those whose credentials were all revoked.
async fn completed(service: &Service, whose: Condition) -> Result<Vec<enrollment::Model>> {
    let on = service.db.reader();
    let mut rows = enrollment::Entity::find()
        .filter(whose)
        .filter(enrollment::Column::Status.eq(EnrollmentStatus::Completed))
        .order_by_asc(enrollment::Column::CompletedAt)
        .order_by_asc(enrollment::Column::Id)
        .all(on)
        .await?;
    let credentials: Vec<(Option<Uuid>, CredentialStatus)> = credential::Entity::find()
        .select_only()
        .column(credential::Column::EnrollmentId)
        .column(credential::Column::Status)
        .filter(credential::Column::EnrollmentId.is_in(rows.iter().map(|row| row.id)))
        .into_tuple()
        .all(on)
        .await?;
    let mut stands: HashMap<Uuid, bool> = HashMap::new();
    for (enrollment, status) in credentials {
        let Some(enrollment) = enrollment else { continue };
        *stands.entry(enrollment).or_default() |= status != CredentialStatus::Revoked;
    }
    rows.retain(|row| stands.get(&row.id).copied().unwrap_or(true));
    Ok(rows)
}

/// What versions give.
async fn credits(service: &Service, versions: &[Uuid]) -> Result<HashMap<Uuid, Vec<Credit>>> {
    let on = service.db.reader();
    let of_credit = award::Entity::find()
        .select_only()
        .column(award::Column::Id)
        .filter(award::Column::Kind.eq(AwardKind::Credits))
        .into_query();
    let awards = program_version_award::Entity::find()
        .filter(program_version_award::Column::VersionId.is_in(versions.iter().copied()))
        .filter(program_version_award::Column::AwardId.in_subquery(of_credit))
        .all(on)
        .await?;
    let mut credits: HashMap<Uuid, Vec<Credit>> = HashMap::new();
    for row in awards {
        let given: Vec<Credit> = serde_json::from_value(row.credits)?;
        credits.entry(row.version_id).or_default().extend(given);
    }
    let stated = program_version::Entity::find()
        .filter(program_version::Column::Id.is_in(versions.iter().copied()))
        .all(on)
        .await?;
    for row in stated {
        let given = credits.entry(row.id).or_default();
        if given.is_empty() {
            *given = row.credits()?;
        }
    }
    Ok(credits)
}

/// The programs that versions are made of.
pub(crate) async fn parts(service: &Service, versions: &[Uuid]) -> Result<HashMap<Uuid, Vec<Uuid>>> {
    let rows: Vec<(Uuid, Option<Uuid>)> = component::Entity::find()
        .select_only()
        .column(component::Column::VersionId)
        .column(component::Column::ComponentProgramId)
        .filter(component::Column::VersionId.is_in(versions.iter().copied()))
        .filter(component::Column::ComponentProgramId.is_not_null())
        .order_by_asc(component::Column::Position)
        .into_tuple()
        .all(service.db.reader())
        .await?;
    let mut parts: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for (version, program) in rows {
        parts.entry(version).or_default().extend(program);
    }
    Ok(parts)
}

/// Notes all completed programs within a version, at whatever depth.
fn cover(
    version: Uuid,
    parts: &HashMap<Uuid, Vec<Uuid>>,
    of_program: &HashMap<Uuid, Uuid>,
    covered: &mut HashSet<Uuid>,
) {
    for program in parts.get(&version).into_iter().flatten() {
        if covered.insert(*program)
            && let Some(version) = of_program.get(program)
        {
            cover(*version, parts, of_program, covered);
        }
    }
}
