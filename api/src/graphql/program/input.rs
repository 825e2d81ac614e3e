//! The whole-program document as clients write it.

use async_graphql::{InputObject, MaybeUndefined, OneofObject};
use cairn_service::amount;
use cairn_service::error::UserErrorCode;
use cairn_service::program as service;
use cairn_service::validate::Checks;

use super::assessment_input::{AssessmentInput, assessments};
use super::prior_learning::PriorLearningInput;
use super::rule::CompletionRuleInput;
use super::terms::{BrandingInput, ComponentGroupInput, PriceInput, QualityAssurance, RecognitionInput};
use crate::graphql::enums::{
    AwardKind, ComponentOrder, DeliveryMode, IntegrityFlagPolicy, PartyRole, RegradePolicy, RenewalStart,
};
use crate::graphql::learner::patch;
use crate::graphql::reference::{IssuerRef, ProgramRef, SkillRef};
use crate::graphql::scalar::Url;
use crate::graphql::terms::{CreditInput, LevelInput};

/// A program as its provider keeps it: found again by `externalId`. An absent member keeps what is there, `null` clears it; lists are
/// replaced as a whole, and in them modules, outcomes, assessments and awards keep their ids where their own ids match.
#[derive(InputObject)]
pub struct UpsertProgramInput {
    /// The caller's own id; found again by it.
    external_id: String,
    /// Issuer, for operators.
    issuer: Option<IssuerRef>,
    /// Short name in addresses; made from the issuer's and the title where absent. Never changes.
    slug: Option<String>,
    /// Title.
    title: String,
    /// In a line or two.
    summary: MaybeUndefined<String>,
    /// At length, Markdown.
    description: MaybeUndefined<String>,
    /// Open Badges `achievementType`, as the standard spells it, `ext:` ones too.
    achievement_type: String,
    /// How it is earned, Markdown.
    criteria: MaybeUndefined<String>,
    /// BCP 47 tag; `en` at first.
    language: MaybeUndefined<String>,
    /// How one takes part.
    delivery_mode: MaybeUndefined<DeliveryMode>,
    /// How long it usually takes.
    duration_weeks: MaybeUndefined<f64>,
    /// Notional hours.
    workload_hours: MaybeUndefined<f64>,
    /// A picture of it.
    image_url: MaybeUndefined<Url>,
    /// The code that people know it by.
    human_code: MaybeUndefined<String>,
    /// Field of study.
    field_of_study: MaybeUndefined<String>,
    /// Focus within the field.
    specialization: MaybeUndefined<String>,
    /// Tags.
    tags: MaybeUndefined<Vec<String>>,
    /// What it costs; several terms where it may be paid in several ways.
    prices: MaybeUndefined<Vec<PriceInput>>,
    /// What credit it gives.
    credits: MaybeUndefined<Vec<CreditInput>>,
    /// Levels it lies at.
    levels: MaybeUndefined<Vec<LevelInput>>,
    /// Ways to take part.
    tracks: MaybeUndefined<Vec<TrackInput>>,
    /// What the learner can do after.
    learning_outcomes: MaybeUndefined<Vec<LearningOutcomeInput>>,
    /// What is needed before.
    prerequisites: MaybeUndefined<PrerequisitesInput>,
    /// Places, in order.
    components: MaybeUndefined<Vec<ComponentInput>>,
    /// Whether components open one after the other; FREE at first.
    component_order: MaybeUndefined<ComponentOrder>,
    /// Groups of components to choose from.
    component_groups: MaybeUndefined<Vec<ComponentGroupInput>>,
    /// Whether who has done what it asks for by its component programs alone is enrolled in it, and completes it. False at first.
    enrolls_by_itself: MaybeUndefined<bool>,
    /// How it looks, where it differs from its issuer.
    branding: MaybeUndefined<BrandingInput>,
    /// How much of it may be recognized as learned before; nothing at first. `{}` sets no limit.
    prior_learning: MaybeUndefined<PriorLearningInput>,
    /// How it is assessed.
    assessments: MaybeUndefined<Vec<AssessmentInput>>,
    /// What decides an award; without one, every required component and every assessment.
    completion_rule: MaybeUndefined<CompletionRuleInput>,
    /// Overall pass mark, 0 to 100, to be shown; what decides is the rule.
    pass_mark: MaybeUndefined<f64>,
    /// How long a credential lasts.
    validity: MaybeUndefined<ValidityInput>,
    /// Whether its credentials may be suspended: they then carry a second status entry. False at first.
    may_suspend: MaybeUndefined<bool>,
    /// What becomes of a credential that a changed grade no longer supports; KEEP at first. SUSPEND needs `maySuspend`.
    on_regrade: MaybeUndefined<RegradePolicy>,
    /// What becomes of issued credentials while what they rest on is in doubt; KEEP at first. SUSPEND needs `maySuspend`.
    on_integrity_flag: MaybeUndefined<IntegrityFlagPolicy>,
    /// What others count it as.
    recognitions: MaybeUndefined<Vec<RecognitionInput>>,
    /// Who assures quality.
    quality_assurance: MaybeUndefined<Vec<QualityAssurance>>,
    /// What it gives when its rule is met; one credential named as the program where empty.
    awards: MaybeUndefined<Vec<AwardInput>>,
    /// Who has a part in it.
    parties: MaybeUndefined<Vec<PartyInput>>,
}

/// A way to take part.
#[derive(InputObject)]
pub struct TrackInput {
    /// Code to enroll with.
    code: String,
    /// Name.
    name: String,
    /// What it costs; several terms where it may be paid in several ways.
    #[graphql(default)]
    prices: Vec<PriceInput>,
    /// Whether identity must be checked.
    #[graphql(default)]
    identity_check_required: bool,
    /// Whether it leads to the program's awards.
    #[graphql(default = true)]
    leads_to_awards: bool,
}

/// What the learner can do after.
#[derive(InputObject)]
pub struct LearningOutcomeInput {
    /// The program's own code.
    code: String,
    /// In words.
    statement: String,
    /// Skills it aligns to.
    #[graphql(default)]
    skills: Vec<SkillRef>,
}

/// What is needed before.
#[derive(InputObject)]
pub struct PrerequisitesInput {
    /// In words.
    description: Option<String>,
    /// Programs to have completed.
    #[graphql(default)]
    programs: Vec<ProgramRef>,
}

/// A place in a program.
#[derive(InputObject)]
pub struct ComponentInput {
    /// Whether it must be done.
    #[graphql(default = true)]
    required: bool,
    /// The group of electives it belongs to.
    group_code: Option<String>,
    /// What fills it.
    item: ComponentItemInput,
}

/// What fills a place, one of these.
#[derive(OneofObject)]
pub enum ComponentItemInput {
    /// A module, made or found by external id.
    Module(ModuleInput),
    /// A program that exists: the issuer's own, or a published one of another.
    Program(ProgramRef),
}

/// A unit of learning.
#[derive(InputObject)]
pub struct ModuleInput {
    /// The caller's own id.
    external_id: String,
    /// Title.
    title: String,
    /// Notional hours.
    workload_hours: Option<f64>,
    /// Codes of outcomes.
    #[graphql(default)]
    outcomes: Vec<String>,
}

/// How long a credential lasts.
#[derive(InputObject)]
pub struct ValidityInput {
    /// Months.
    months: i32,
    /// How many months before the end renewal opens; at once where absent.
    renewal_opens_months_before: Option<i32>,
    /// How many months after the end renewal closes; never where absent.
    renewal_closes_months_after: Option<i32>,
    /// From when a renewed credential holds.
    #[graphql(default_with = "RenewalStart::Renewal")]
    renewal_start: RenewalStart,
    /// Whether renewing it renews the learner's credentials of the programs that it contains.
    #[graphql(default)]
    renews_contained: bool,
    /// What the cycle that ends must have brought for a renewal: only what was done in it counts. Nothing where absent.
    renewal_rule: Option<CompletionRuleInput>,
}

/// One thing that a program gives when its rule is met.
#[derive(InputObject)]
pub struct AwardInput {
    /// The issuer's own id; the same award in every version.
    external_id: String,
    /// What it is; never changes.
    kind: AwardKind,
    /// Title.
    title: String,
    /// What it is good for.
    description: Option<String>,
    /// For how long it is valid, in months; absent for ever.
    valid_months: Option<i32>,
    /// The credit given, where it is credit.
    #[graphql(default)]
    credits: Vec<CreditInput>,
    /// Whether it is issued as soon as it is earned, without being asked for. Vouchers always are.
    #[graphql(default)]
    issued_by_itself: bool,
}

/// An organization that has a part in a program.
#[derive(InputObject)]
pub struct PartyInput {
    /// What it does.
    role: PartyRole,
    /// Its name, where it is no issuer here.
    name: Option<String>,
    /// Its site.
    url: Option<Url>,
    /// The issuer here.
    issuer: Option<IssuerRef>,
}

fn list<T, U: From<T>>(values: Vec<T>) -> Vec<U> {
    values.into_iter().map(U::from).collect()
}

/// Reads numbers into ten-thousandths, and notes those that are none.
#[derive(Default)]
pub(super) struct Numbers(Checks);

impl Numbers {
    pub(super) fn scaled(&mut self, path: &str, value: f64) -> i64 {
        amount::from_f64(value).unwrap_or_else(|| {
            self.0.fail(path, UserErrorCode::Invalid, "is too large a number");
            0
        })
    }

    pub(super) fn optional(&mut self, path: &str, value: Option<f64>) -> Option<i64> {
        value.map(|value| self.scaled(path, value))
    }

    fn patch(&mut self, path: &str, value: MaybeUndefined<f64>) -> cairn_service::patch::Patch<i64> {
        patch(value).map(|value| self.scaled(path, value))
    }
}

impl UpsertProgramInput {
    /// The service's document, or what is wrong with its numbers.
    pub fn read(self) -> cairn_service::error::Result<service::NewProgram> {
        let mut numbers = Numbers::default();
        let new = service::NewProgram {
            external_id: self.external_id,
            issuer: self.issuer.map(Into::into),
            slug: self.slug,
            title: self.title,
            achievement_type: self.achievement_type,
            summary: patch(self.summary),
            description: patch(self.description),
            criteria: patch(self.criteria),
            language: patch(self.language),
            delivery_mode: patch(self.delivery_mode).map(Into::into),
            duration_weeks: numbers.patch("durationWeeks", self.duration_weeks),
            workload_hours: numbers.patch("workloadHours", self.workload_hours),
            image_url: patch(self.image_url).map(|url| url.0),
            human_code: patch(self.human_code),
            field_of_study: patch(self.field_of_study),
            specialization: patch(self.specialization),
            tags: patch(self.tags),
            prices: patch(self.prices).map(list),
            credits: patch(self.credits).map(list),
            levels: patch(self.levels).map(list),
            tracks: patch(self.tracks).map(list),
            learning_outcomes: patch(self.learning_outcomes).map(list),
            prerequisites: patch(self.prerequisites).map(Into::into),
            components: patch(self.components).map(|all| components(all, &mut numbers)),
            component_order: patch(self.component_order).map(Into::into),
            component_groups: patch(self.component_groups).map(list),
            enrolls_by_itself: patch(self.enrolls_by_itself),
            branding: patch(self.branding).map(Into::into),
            prior_learning: patch(self.prior_learning).map(|prior| prior.read(&mut numbers)),
            assessments: patch(self.assessments).map(|all| assessments(all, &mut numbers)),
            completion_rule: patch(self.completion_rule).map(Into::into),
            pass_mark: numbers.patch("passMark", self.pass_mark),
            validity: patch(self.validity).map(|validity| service::Validity {
                months: validity.months,
                renewal_opens_months_before: validity.renewal_opens_months_before,
                renewal_closes_months_after: validity.renewal_closes_months_after,
                renewal_start: validity.renewal_start.into(),
                renews_contained: validity.renews_contained,
                renewal_rule: validity.renewal_rule.map(Into::into),
            }),
            may_suspend: patch(self.may_suspend),
            on_regrade: patch(self.on_regrade).map(Into::into),
            on_integrity_flag: patch(self.on_integrity_flag).map(Into::into),
            recognitions: patch(self.recognitions).map(list),
            quality_assurance: patch(self.quality_assurance).map(list),
            awards: patch(self.awards).map(list),
            parties: patch(self.parties).map(list),
        };
        numbers.0.finish()?;
        Ok(new)
    }
}

impl From<TrackInput> for service::NewTrack {
    fn from(track: TrackInput) -> Self {
        Self {
            code: track.code,
            name: track.name,
            prices: list(track.prices),
            identity_check_required: track.identity_check_required,
            leads_to_awards: track.leads_to_awards,
        }
    }
}

impl From<LearningOutcomeInput> for service::NewOutcome {
    fn from(outcome: LearningOutcomeInput) -> Self {
        Self { code: outcome.code, statement: outcome.statement, skills: list(outcome.skills) }
    }
}

impl From<PrerequisitesInput> for service::NewPrerequisites {
    fn from(prerequisites: PrerequisitesInput) -> Self {
        Self { description: prerequisites.description, programs: list(prerequisites.programs) }
    }
}

impl From<AwardInput> for service::NewAward {
    fn from(award: AwardInput) -> Self {
        Self {
            external_id: award.external_id,
            kind: award.kind.into(),
            title: award.title,
            description: award.description,
            valid_months: award.valid_months,
            credits: list(award.credits),
            issued_by_itself: award.issued_by_itself,
        }
    }
}

impl From<PartyInput> for service::NewParty {
    fn from(party: PartyInput) -> Self {
        Self {
            role: party.role.into(),
            name: party.name,
            url: party.url.map(|url| url.0),
            issuer: party.issuer.map(Into::into),
        }
    }
}

fn components(all: Vec<ComponentInput>, numbers: &mut Numbers) -> Vec<service::NewComponent> {
    let components = all.into_iter().enumerate().map(|(index, component)| service::NewComponent {
        required: component.required,
        group_code: component.group_code,
        item: match component.item {
            ComponentItemInput::Program(reference) => service::NewItem::Program(reference.into()),
            ComponentItemInput::Module(module) => {
                let path = format!("components.{index}.item.module.workloadHours");
                service::NewItem::Module(service::NewModule {
                    external_id: module.external_id,
                    title: module.title,
                    workload_hours: numbers.optional(&path, module.workload_hours),
                    outcomes: module.outcomes,
                })
            }
        },
    });
    components.collect()
}
