//! A shared passport as its page tells it: credentials with where they stand, skills with what gave them, progress, projects; each with the titles and
//! addresses that people need.

use std::collections::{HashMap, HashSet};

use cairn_entity::enums::Visibility;
use cairn_entity::{
    credential, enrollment, issuer, learner, learning_outcome, passport_share, portfolio_attachment,
    portfolio_project, program_version, skill,
};
use cairn_words::Words;
use chrono::{DateTime, Utc};
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::shared::{self, Shared};
use super::state::{State, States};
use super::{EarnedSkill, Stack, earned_skills, stacks};
use crate::actor::Reach;
use crate::credential::{Window, is_open, is_shown, page_address, page_of, window};
use crate::error::Result;
use crate::face::statement;
use crate::page::{Page, PageArgs};
use crate::{Service, portfolio, read, skill as skills, tenancy};

/// A credential of a passport.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The credential.
    pub credential: credential::Model,
    /// Its issuer.
    pub issuer: issuer::Model,
    /// Its title, as it was signed.
    pub title: String,
    /// The language of its title (BCP 47).
    pub language: String,
    /// Where it stands.
    pub state: State,
    /// Between which moments it may be renewed, where it is expiring or has expired.
    pub renewable: Option<Window>,
    /// Its page, where that is shown.
    pub page: Option<String>,
}

impl Entry {
    /// What kind of thing it is, as people write it.
    pub fn kind(&self, words: Words) -> String {
        statement::kind(words, &self.credential.claims["subject"]["achievement"])
    }
}

/// A program that gave a skill.
#[derive(Clone, Debug)]
pub struct Source {
    /// The version that was completed.
    pub version: program_version::Model,
    /// The page of the credential that it gave, where one is shown.
    pub page: Option<String>,
}

/// A project with the names of what it shows.
#[derive(Clone, Debug)]
pub struct Project {
    /// The project.
    pub project: portfolio_project::Model,
    /// The outcomes that it shows.
    pub outcomes: Vec<learning_outcome::Model>,
    /// The skills that it shows.
    pub skills: Vec<skill::Model>,
    /// Titles and pages of those credentials that it belongs to which the passport shows.
    pub credentials: Vec<(String, Option<String>)>,
}

/// A shared passport, or a page of it.
#[derive(Clone, Debug)]
pub struct View {
    /// The moment of which all of it tells.
    pub as_of: DateTime<Utc>,
    /// How many credentials it shows in all.
    pub count: u64,
    /// Credentials, the newest first.
    pub credentials: Page<Entry>,
    /// Skills, by name, with what gave them.
    pub skills: Vec<(EarnedSkill, Vec<Source>)>,
    /// What it counts towards, each with who offers it; none where its holder does not show progress.
    pub stacks: Page<(Stack, issuer::Model)>,
    /// Projects, the newest first; none where its holder shows none.
    pub projects: Page<Project>,
}

/// Which pages of its parts are asked for; a part that is not is left empty.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// Of the credentials.
    pub credentials: Option<PageArgs>,
    /// Whether skills are asked for.
    pub skills: bool,
    /// Of what they count towards.
    pub stacks: Option<PageArgs>,
    /// Of the projects.
    pub projects: Option<PageArgs>,
}

/// Reads a shared passport for its page. A number of statements that does not depend on how much there is in it.
#[crate::boxed]
pub async fn view(service: &Service, shared: &Shared, places: &Places) -> Result<View> {
    let share = &shared.share;
    let (person, within) = (share.person_id, shared::within(service, share).await?);
    let found = match &places.credentials {
        Some(args) => shared::credentials(service, share, args).await?,
        None => Page::empty(),
    };
    let earned = match places.skills {
        true => earned_skills(service, person, &within).await?,
        false => Vec::new(),
    };
    let found_stacks = match &places.stacks {
        Some(args) if share.shows_progress => stacks(service, person, &within, args).await?,
        _ => Page::empty(),
    };
    let issuers = issuers(service, share, &found_stacks).await?;
    let projects = match &places.projects {
        Some(args) => projects(service, share, args, &issuers).await?,
        None => Page::empty(),
    };
    let stack = |stack: Stack| {
        let issuer = issuers.get(&stack.program.issuer_id)?.clone();
        Some((stack, issuer))
    };
    Ok(View {
        as_of: service.now(),
        count: shared::count_credentials(service, share).await?,
        credentials: entries(service, share, found, &issuers).await?,
        skills: with_sources(service, share, earned, &issuers).await?,
        stacks: keep(found_stacks, stack),
        projects,
    })
}

/// Credentials with where they stand and where they are found.
async fn entries(
    service: &Service,
    share: &passport_share::Model,
    found: Page<credential::Model>,
    issuers: &HashMap<Uuid, issuer::Model>,
) -> Result<Page<Entry>> {
    let now = service.now();
    let states = States::read(service, share, &found).await?;
    let versions = versions(service, found.items.iter().map(|(row, _)| row.version_id)).await?;
    let entry = |row: credential::Model| {
        let (issuer, version) = (issuers.get(&row.issuer_id)?.clone(), versions.get(&row.version_id)?);
        let state = states.of(&row, now);
        let end = row.valid_until.filter(|_| matches!(state, State::Expiring | State::Expired));
        Some(Entry {
            title: row.claims["name"].as_str().unwrap_or_default().to_owned(),
            language: version.language.clone(),
            state,
            renewable: end.map(|end| window(end, version)),
            page: is_shown(&row, now).then(|| page_address(&issuer, &row)),
            credential: row,
            issuer,
        })
    };
    Ok(keep(found, entry))
}

/// Versions by id.
async fn versions(
    service: &Service,
    ids: impl Iterator<Item = Uuid>,
) -> Result<HashMap<Uuid, program_version::Model>> {
    let ids: HashSet<Uuid> = ids.collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let rows = read::by_ids::<program_version::Entity>(service, &ids).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// The same page of what becomes of its items; foreign keys say that none is lost.
fn keep<T, U>(page: Page<T>, mut change: impl FnMut(T) -> Option<U>) -> Page<U> {
    let Page { items, has_next, has_previous } = page;
    let items = items.into_iter().filter_map(|(item, cursor)| Some((change(item)?, cursor))).collect();
    Page { items, has_next, has_previous }
}

/// Those who issued what is shown, and who offer what it counts towards, by id.
async fn issuers(
    service: &Service,
    share: &passport_share::Model,
    stacks: &Page<Stack>,
) -> Result<HashMap<Uuid, issuer::Model>> {
    let own = tenancy::learners(Reach::Own { person: share.person_id });
    let own: Vec<Uuid> = learner::Entity::find()
        .select_only()
        .column(learner::Column::IssuerId)
        .filter(own)
        .into_tuple()
        .all(service.db.reader())
        .await?;
    let ids: HashSet<Uuid> =
        own.into_iter().chain(stacks.items.iter().map(|(stack, _)| stack.program.issuer_id)).collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let rows = read::by_ids::<issuer::Entity>(service, &ids).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// What is told of a credential beside its own entry.
struct Brief {
    id: Uuid,
    enrollment_id: Option<Uuid>,
    version_id: Uuid,
    /// Its page, where that is shown.
    page: Option<String>,
}

type BriefRow = (Uuid, Uuid, Option<Uuid>, Uuid, String, Visibility, Option<DateTime<Utc>>);

/// Those of the shown credentials that a condition covers, without their documents.
async fn briefs(
    service: &Service,
    share: &passport_share::Model,
    of: SimpleExpr,
    issuers: &HashMap<Uuid, issuer::Model>,
) -> Result<Vec<Brief>> {
    use credential::Column;
    let rows: Vec<BriefRow> = shared::select(service, share)?
        .select_only()
        .columns([
            Column::Id,
            Column::IssuerId,
            Column::EnrollmentId,
            Column::VersionId,
            Column::ShareToken,
            Column::Visibility,
            Column::SharedUntil,
        ])
        .filter(of)
        .order_by_asc(Column::Id)
        .into_tuple()
        .all(service.db.reader())
        .await?;
    let now = service.now();
    let brief = |(id, issuer, enrollment_id, version_id, token, visibility, until): BriefRow| {
        let issuer = issuers.get(&issuer).filter(|_| is_open(visibility, until, now));
        Brief { id, enrollment_id, version_id, page: issuer.map(|issuer| page_of(issuer, &token)) }
    };
    Ok(rows.into_iter().map(brief).collect())
}

/// Skills with the titles of what gave them, and the pages of credentials for that.
async fn with_sources(
    service: &Service,
    share: &passport_share::Model,
    earned: Vec<EarnedSkill>,
    issuers: &HashMap<Uuid, issuer::Model>,
) -> Result<Vec<(EarnedSkill, Vec<Source>)>> {
    let enrollments = || earned.iter().flat_map(|one| &one.sources).map(|source| &source.enrollment);
    let versions = versions(service, enrollments().map(|row| row.version_id)).await?;
    let gave: HashSet<Uuid> = enrollments().map(|row| row.id).collect();
    let gave = credential::Column::EnrollmentId.is_in(gave);
    let briefs = briefs(service, share, gave, issuers).await?;
    // Of several credentials of one enrollment the newest.
    let pages: HashMap<Uuid, Option<String>> =
        briefs.into_iter().filter_map(|one| Some((one.enrollment_id?, one.page))).collect();
    let sources = |one: &EarnedSkill| {
        let source = |row: &enrollment::Model| {
            let version = versions.get(&row.version_id)?.clone();
            Some(Source { version, page: pages.get(&row.id).cloned().flatten() })
        };
        one.sources.iter().filter_map(|one| source(&one.enrollment)).collect()
    };
    Ok(earned.iter().map(|one| (one.clone(), sources(one))).collect())
}

/// Projects with the names of what they show. Of credentials those are named that the passport shows.
async fn projects(
    service: &Service,
    share: &passport_share::Model,
    args: &PageArgs,
    issuers: &HashMap<Uuid, issuer::Model>,
) -> Result<Page<Project>> {
    let found = shared::projects(service, share, args).await?;
    let ids: Vec<Uuid> = found.items.iter().map(|(row, _)| row.id).collect();
    let mut attached = portfolio::attachments(service, &ids).await?;
    let all = |of: fn(&portfolio_attachment::Model) -> Option<Uuid>| -> Vec<Uuid> {
        let ids: HashSet<Uuid> = attached.values().flatten().filter_map(of).collect();
        ids.into_iter().collect()
    };
    let outcomes =
        read::by_ids::<learning_outcome::Entity>(service, &all(|one| one.outcome_id)).await?.into_iter();
    let outcomes: HashMap<Uuid, learning_outcome::Model> = outcomes.map(|row| (row.id, row)).collect();
    let skills = skills::by_ids(service, &all(|one| one.skill_id)).await?.into_iter();
    let skills: HashMap<Uuid, skill::Model> = skills.map(|(row, _)| (row.id, row)).collect();
    let named = credential::Column::Id.is_in(all(|one| one.credential_id));
    let briefs = briefs(service, share, named, issuers).await?;
    let versions = versions(service, briefs.iter().map(|one| one.version_id)).await?;
    let credentials: HashMap<Uuid, (String, Option<String>)> = briefs
        .into_iter()
        .filter_map(|one| Some((one.id, (versions.get(&one.version_id)?.title.clone(), one.page))))
        .collect();
    Ok(found.map(|project| {
        let shows = attached.remove(&project.id).unwrap_or_default();
        Project {
            outcomes: named_by(&shows, &outcomes, |one| one.outcome_id),
            skills: named_by(&shows, &skills, |one| one.skill_id),
            credentials: named_by(&shows, &credentials, |one| one.credential_id),
            project,
        }
    }))
}

/// What attachments of one kind name, in their order.
fn named_by<T: Clone>(
    attached: &[portfolio_attachment::Model],
    known: &HashMap<Uuid, T>,
    of: fn(&portfolio_attachment::Model) -> Option<Uuid>,
) -> Vec<T> {
    attached.iter().filter_map(of).filter_map(|id| known.get(&id).cloned()).collect()
}
