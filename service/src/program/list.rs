//! The catalogue: programs by filter, search words, order and page.

use cairn_entity::enums::{AwardKind, DeliveryMode, FacetKind, IssuerKind, ProgramStatus, Supervision};
use cairn_entity::{issuer, program, program_version, program_version_facet};
use chrono::{DateTime, Utc};
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, LikeExpr, Query, SelectStatement};
use sea_orm::{ActiveEnum, ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, Select};
use std::collections::HashMap;
use uuid::Uuid;

use super::facet::level_value;
use super::read::Shown;
use super::stored::awards_of;
use super::terms::{CreditScheme, Level};
use super::text::{fold, words};
use crate::actor::{Actor, Scope};
use crate::error::{Error, Result};
use crate::page::{self, ExpressionSort, KeyKind, Page, PageArgs, Sort, SortKey};
use crate::reference::IssuerReference;
use crate::skill::{self, SkillReference};
use crate::{Service, tenancy};

/// Which programs; all members narrow, and an empty list does not restrict.
#[derive(Clone, Debug, Default)]
pub struct ProgramFilter {
    /// Words in title, summary, outcomes, modules, skills and tags; all of them, each at least in part.
    pub search: Option<String>,
    /// Of these issuers.
    pub issuers: Vec<IssuerReference>,
    /// Of issuers of these kinds.
    pub issuer_kinds: Vec<IssuerKind>,
    /// Of these achievement types.
    pub achievement_types: Vec<String>,
    /// In these languages; `en` covers `en-GB`.
    pub languages: Vec<String>,
    /// Taken in these ways.
    pub delivery_modes: Vec<DeliveryMode>,
    /// With one of these skills.
    pub skills: Vec<SkillReference>,
    /// At one of these levels.
    pub levels: Vec<Level>,
    /// With one of these tags.
    pub tags: Vec<String>,
    /// With credit in this scheme.
    pub credit_scheme: Option<CreditScheme>,
    /// With so much credit, in ten-thousandths; in that scheme, where one is given.
    pub credits: Range,
    /// With so much work, in ten-thousandths of an hour.
    pub workload_hours: Range,
    /// Of such length, in ten-thousandths of a week.
    pub duration_weeks: Range,
    /// At no more than this price for the whole: ten-thousandths and currency.
    pub max_price: Option<(i64, String)>,
    /// With at least one assessment so supervised.
    pub supervision: Vec<Supervision>,
    /// At these stages; published ones where none is given.
    pub statuses: Vec<ProgramStatus>,
    /// Changed since.
    pub updated_since: Option<DateTime<Utc>>,
}

/// A span of numbers, both ends included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Range {
    /// At least.
    pub min: Option<i64>,
    /// At most.
    pub max: Option<i64>,
}

impl Range {
    fn is_open(self) -> bool {
        self.min.is_none() && self.max.is_none()
    }

    fn holds(self, value: Expr) -> Condition {
        Condition::all()
            .add_option(self.min.map(|min| value.clone().gte(min)))
            .add_option(self.max.map(|max| value.lte(max)))
    }
}

/// What programs are ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgramOrder {
    /// Title.
    Title,
    /// When published.
    PublishedAt,
    /// Workload; unknown ones as if they were endless.
    Workload,
    /// Price of the whole; unknown ones as if they were beyond all.
    Price,
    /// Distance from the search words; without any, title.
    Relevance,
}

/// A page of the programs that the caller may see. Anyone may read published ones; the other stages need `programs:read`.
#[crate::boxed]
pub async fn list(
    service: &Service,
    actor: &Actor,
    filter: &ProgramFilter,
    (order, descending): (ProgramOrder, bool),
    args: &PageArgs,
) -> Result<Page<Shown>> {
    let select = select(service, actor, filter).await?;
    let words = filter.search.as_deref().map(words).unwrap_or_default();
    let (sort, key) = sort(order, descending, &words);
    let page =
        page::fetch_by(service.db.reader(), select, &sort, args, |row| (key(row, &words), row.id)).await?;
    with_programs(service, page).await
}

/// How many programs the filter leaves.
#[crate::boxed]
pub async fn count(service: &Service, actor: &Actor, filter: &ProgramFilter) -> Result<u64> {
    Ok(select(service, actor, filter).await?.count(service.db.reader()).await?)
}

/// A page of each issuer's published programs by title.
#[crate::boxed]
pub async fn of_issuers(
    service: &Service,
    issuers: &[Uuid],
    args: &PageArgs,
) -> Result<HashMap<Uuid, Page<Shown>>> {
    let column = program_version::Column::Title;
    let sort =
        Sort { tag: "title", column: Some(column), id: program_version::Column::Id, descending: false };
    let read = (
        |row: &program_version::Model| row.issuer_id,
        |row: &program_version::Model| (SortKey::Text(row.title.clone()), row.id),
    );
    let parent = program_version::Column::IssuerId;
    let pages = page::fetch_each(service.db.reader(), offered(), parent, issuers, &sort, args, read).await?;
    let ids: Vec<Uuid> =
        pages.values().flat_map(|page| page.items.iter().map(|(row, _)| row.program_id)).collect();
    let programs = programs(service, &ids).await?;
    Ok(pages.into_iter().map(|(issuer, page)| (issuer, pair(page, &programs))).collect())
}

/// What each version is first of all awarded for: the achievement of its first credential, by the version's id. Its page is `/achievements/{id}`.
#[crate::boxed]
pub async fn achievements(service: &Service, versions: &[Uuid]) -> Result<HashMap<Uuid, Uuid>> {
    let mut first = HashMap::new();
    for (given, award) in awards_of(service.db.reader(), versions).await? {
        if award.kind == AwardKind::Credential {
            first.entry(given.version_id).or_insert(given.id);
        }
    }
    Ok(first)
}

/// How many programs each issuer offers.
#[crate::boxed]
pub async fn count_of_issuers(service: &Service, issuers: &[Uuid]) -> Result<HashMap<Uuid, u64>> {
    page::count_each(service.db.reader(), offered(), program_version::Column::IssuerId, issuers).await
}

fn offered() -> Select<program_version::Entity> {
    program_version::Entity::find()
        .filter(program_version::Column::Status.eq(ProgramStatus::Published))
        .filter(shown())
}

async fn with_programs(service: &Service, page: Page<program_version::Model>) -> Result<Page<Shown>> {
    let ids: Vec<Uuid> = page.items.iter().map(|(row, _)| row.program_id).collect();
    Ok(pair(page, &programs(service, &ids).await?))
}

async fn programs(service: &Service, ids: &[Uuid]) -> Result<HashMap<Uuid, program::Model>> {
    let rows = crate::read::by_ids::<program::Entity>(service, ids).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

fn pair(page: Page<program_version::Model>, programs: &HashMap<Uuid, program::Model>) -> Page<Shown> {
    let items = page.items.into_iter().filter_map(|(version, cursor)| {
        let program = programs.get(&version.program_id)?.clone();
        Some(((program, version), cursor))
    });
    Page { items: items.collect(), has_next: page.has_next, has_previous: page.has_previous }
}

type Key = fn(&program_version::Model, &[String]) -> SortKey;

fn sort(order: ProgramOrder, descending: bool, words: &[String]) -> (ExpressionSort, Key) {
    let column = |column: program_version::Column| Some(Expr::col(column.as_column_ref()));
    let (tag, by, key): (&'static str, Option<Expr>, Key) = match order {
        ProgramOrder::Relevance if !words.is_empty() => {
            ("relevance", Some(distance_expression(words)), |row, words| {
                SortKey::Number(distance(&row.search_text, words))
            })
        }
        ProgramOrder::Title | ProgramOrder::Relevance => {
            ("title", column(program_version::Column::Title), |row, _| SortKey::Text(row.title.clone()))
        }
        ProgramOrder::PublishedAt => {
            ("published", column(program_version::Column::SortPublishedAt), |row, _| {
                row.sort_published_at.into()
            })
        }
        ProgramOrder::Workload => ("workload", column(program_version::Column::SortWorkload), |row, _| {
            SortKey::Number(row.sort_workload)
        }),
        ProgramOrder::Price => {
            ("price", column(program_version::Column::SortPrice), |row, _| SortKey::Number(row.sort_price))
        }
    };
    let id = Expr::col(program_version::Column::Id.as_column_ref());
    let keys = match order {
        ProgramOrder::Relevance if !words.is_empty() => KeyKind::Number,
        ProgramOrder::Title | ProgramOrder::Relevance => KeyKind::Text,
        ProgramOrder::PublishedAt => KeyKind::Time,
        ProgramOrder::Workload | ProgramOrder::Price => KeyKind::Number,
    };
    (ExpressionSort { tag, by, keys, id, descending }, key)
}

/// Points for how a word is found: at the head of a word of the title, of any word, or within one.
const IN_TITLE: i64 = 0;
const WORD: i64 = 2;
const WITHIN: i64 = 3;

/// How far a text is from the words, 0 being closest. Must tell the same as `distance_expression`.
fn distance(text: &str, words: &[String]) -> i64 {
    let points = words.iter().map(|word| {
        if text.contains(&format!(" ^{word}")) {
            IN_TITLE
        } else if text.contains(&format!(" {word}")) {
            WORD
        } else {
            WITHIN
        }
    });
    points.sum()
}

fn distance_expression(words: &[String]) -> Expr {
    let points = words.iter().map(|word| {
        let case = CaseStatement::new()
            .case(contains(&format!(" ^{word}")), Expr::value(IN_TITLE))
            .case(contains(&format!(" {word}")), Expr::value(WORD))
            .finally(Expr::value(WITHIN));
        Expr::Case(Box::new(case))
    });
    points.reduce(|sum, points| sum.add(points)).unwrap_or_else(|| Expr::value(0i64))
}

/// Whether the search text contains this text; both are folded, so that how `LIKE` treats case does not matter.
fn contains(text: &str) -> Expr {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    Expr::col(program_version::Column::SearchText.as_column_ref()).like(LikeExpr::new(pattern).escape('\\'))
}

/// The version that its program shows.
fn shown() -> Condition {
    let id = || Expr::col(program_version::Column::Id.as_column_ref());
    let draft_alone = Condition::all()
        .add(program::Column::CurrentVersionId.is_null())
        .add(Expr::col(program::Column::DraftVersionId.as_column_ref()).eq(id()));
    let shows = Condition::any()
        .add(Expr::col(program::Column::CurrentVersionId.as_column_ref()).eq(id()))
        .add(draft_alone);
    let programs = Query::select()
        .expr(Expr::value(1))
        .from(program::Entity)
        .and_where(
            Expr::col(program::Column::Id.as_column_ref())
                .eq(Expr::col(program_version::Column::ProgramId.as_column_ref())),
        )
        .cond_where(shows)
        .to_owned();
    Condition::all().add(Expr::exists(programs))
}

async fn select(
    service: &Service,
    actor: &Actor,
    filter: &ProgramFilter,
) -> Result<Select<program_version::Entity>> {
    let mut condition = Condition::all().add(shown()).add(stages(actor, filter)?);
    condition = condition.add(plain(filter)).add(facets(service, filter).await?);
    if !filter.issuers.is_empty() {
        condition = condition.add(program_version::Column::IssuerId.is_in(issuers(service, filter).await?));
    }
    Ok(program_version::Entity::find().filter(condition))
}

/// Published ones for everybody; other stages within the caller's own issuer.
fn stages(actor: &Actor, filter: &ProgramFilter) -> Result<Condition> {
    let published = program_version::Column::Status.eq(ProgramStatus::Published);
    let hidden: Vec<ProgramStatus> =
        filter.statuses.iter().copied().filter(|status| *status != ProgramStatus::Published).collect();
    let mut any = Condition::any();
    if filter.statuses.is_empty() || filter.statuses.contains(&ProgramStatus::Published) {
        any = any.add(published);
    }
    if !hidden.is_empty() {
        let reach = actor.reach(Scope::ProgramsRead)?;
        let own = tenancy::of_issuer(reach, program_version::Column::IssuerId);
        any = any.add(own.add(program_version::Column::Status.is_in(hidden)));
    }
    Ok(any)
}

/// What the version's own columns tell.
fn plain(filter: &ProgramFilter) -> Condition {
    use program_version::Column;
    let mut all = Condition::all();
    for word in filter.search.as_deref().map(words).unwrap_or_default() {
        all = all.add(contains(&word));
    }
    if !filter.issuer_kinds.is_empty() {
        let issuers = Query::select()
            .column(issuer::Column::Id)
            .from(issuer::Entity)
            .and_where(issuer::Column::Kind.is_in(filter.issuer_kinds.iter().copied()))
            .to_owned();
        all = all.add(Column::IssuerId.in_subquery(issuers));
    }
    if !filter.achievement_types.is_empty() {
        all = all.add(Column::AchievementType.is_in(filter.achievement_types.iter().cloned()));
    }
    if !filter.languages.is_empty() {
        all = all.add(languages(&filter.languages));
    }
    if !filter.delivery_modes.is_empty() {
        all = all.add(Column::DeliveryMode.is_in(filter.delivery_modes.iter().copied()));
    }
    for (range, column) in
        [(filter.workload_hours, Column::WorkloadHours), (filter.duration_weeks, Column::DurationWeeks)]
    {
        if !range.is_open() {
            all = all.add(range.holds(Expr::col(column.as_column_ref())));
        }
    }
    all.add_option(filter.updated_since.map(|moment| Column::UpdatedAt.gte(moment)))
}

/// A language and all its variants (RFC 4647, section 3.3.1): the range of texts that begin with the tag and a hyphen.
fn languages(tags: &[String]) -> Condition {
    use program_version::Column::Language;
    let mut any = Condition::any();
    for tag in tags.iter().map(|tag| super::document::canonical_language(tag)) {
        let variants =
            Condition::all().add(Language.gte(format!("{tag}-"))).add(Language.lt(format!("{tag}."))); // '.' comes right after '-'
        any = any.add(Language.eq(tag)).add(variants);
    }
    any
}

/// What is told by the version's facets.
async fn facets(service: &Service, filter: &ProgramFilter) -> Result<Condition> {
    let mut all = Condition::all();
    let mut add = |kind, condition| all = all.clone().add(facet(kind, condition));
    let value =
        |values: Vec<String>| Condition::all().add(program_version_facet::Column::Value.is_in(values));
    let amount = || Expr::col(program_version_facet::Column::Amount.as_column_ref());
    if !filter.levels.is_empty() {
        let levels = filter.levels.iter().map(|level| level_value(&level.framework, &level.value));
        add(FacetKind::Level, value(levels.collect()));
    }
    if !filter.tags.is_empty() {
        add(FacetKind::Tag, value(filter.tags.iter().map(|tag| fold(tag)).collect()));
    }
    if !filter.supervision.is_empty() {
        let names = filter.supervision.iter().map(ActiveEnum::to_value);
        add(FacetKind::Supervision, value(names.collect()));
    }
    if filter.credit_scheme.is_some() || !filter.credits.is_open() {
        let scheme = filter.credit_scheme.map(|scheme| value(vec![scheme.name().to_owned()]));
        add(FacetKind::Credit, Condition::all().add_option(scheme).add(filter.credits.holds(amount())));
    }
    if let Some((most, currency)) = &filter.max_price {
        add(FacetKind::Price, value(vec![currency.clone()]).add(amount().lte(*most)));
    }
    if !filter.skills.is_empty() {
        let skills = skills(service, filter).await?;
        add(FacetKind::Skill, value(skills.into_iter().map(|id| id.to_string()).collect()));
    }
    Ok(all)
}

fn facet(kind: FacetKind, condition: Condition) -> Condition {
    let versions: SelectStatement = Query::select()
        .column(program_version_facet::Column::VersionId)
        .from(program_version_facet::Entity)
        .and_where(program_version_facet::Column::Kind.eq(kind))
        .cond_where(condition)
        .to_owned();
    Condition::all().add(program_version::Column::Id.in_subquery(versions))
}

async fn skills(service: &Service, filter: &ProgramFilter) -> Result<Vec<Uuid>> {
    let found = skill::resolve(service.db.reader(), &filter.skills).await?;
    let ids = filter.skills.iter().map(|reference| {
        found
            .get(reference)
            .map(|row| row.id)
            .ok_or_else(|| Error::NotFound("`skills` names a skill that is not on this server".to_owned()))
    });
    ids.collect()
}

async fn issuers(service: &Service, filter: &ProgramFilter) -> Result<Vec<Uuid>> {
    let references: Vec<&IssuerReference> = filter.issuers.iter().collect();
    let found = crate::issuer::by_references(service.db.reader(), &references).await?;
    let ids = references.into_iter().map(|reference| {
        found
            .get(reference)
            .map(|row| row.id)
            .ok_or_else(|| Error::NotFound("`issuers` names an issuer that does not exist".to_owned()))
    });
    ids.collect()
}
