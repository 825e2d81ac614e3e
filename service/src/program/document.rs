//! A program as one document: what a provider sends, and the whole that results from laying it over what is there.

use cairn_entity::enums::{
    AwardKind, ComponentOrder, DeliveryMode, FlagPolicy, PartyRole, RegradePolicy, RenewalStart,
};

use super::assessment::NewAssessment;
use super::terms::{
    Branding, ComponentGroup, Credit, Level, Price, PriorLearning, QualityAssurance, Recognition,
};
use crate::completion::rule::Rule;
use crate::patch::Patch;
use crate::reference::{IssuerReference, Reference};
use crate::skill::SkillReference;

/// The external id of the award that a program has when it names none.
pub const DEFAULT_AWARD: &str = "credential";

/// A program as its provider sends it: found again by its external id; absent members keep what is there, `null` clears it. Lists are
/// replaced as a whole; within them modules, outcomes, assessments and awards are found again by their own ids.
#[derive(Clone, Debug, Default)]
pub struct NewProgram {
    /// The caller's own id.
    pub external_id: String,
    /// The issuer, for operators.
    pub issuer: Option<IssuerReference>,
    /// Short name in addresses; made from the issuer's and the title where absent; never changes.
    pub slug: Option<String>,
    /// Title.
    pub title: String,
    /// Open Badges `achievementType`.
    pub achievement_type: String,
    /// In a line or two.
    pub summary: Patch<String>,
    /// At length, Markdown.
    pub description: Patch<String>,
    /// How it is earned, Markdown.
    pub criteria: Patch<String>,
    /// BCP 47 tag; `en` at first.
    pub language: Patch<String>,
    /// How one takes part.
    pub delivery_mode: Patch<DeliveryMode>,
    /// How long it usually takes, in ten-thousandths of a week.
    pub duration_weeks: Patch<i64>,
    /// Notional hours, in ten-thousandths.
    pub workload_hours: Patch<i64>,
    /// A picture of it.
    pub image_url: Patch<String>,
    /// The code that people know it by.
    pub human_code: Patch<String>,
    /// Field of study.
    pub field_of_study: Patch<String>,
    /// Focus within the field.
    pub specialization: Patch<String>,
    /// Tags.
    pub tags: Patch<Vec<String>>,
    /// Ways to pay.
    pub prices: Patch<Vec<Price>>,
    /// Credit that it gives.
    pub credits: Patch<Vec<Credit>>,
    /// Levels it lies at.
    pub levels: Patch<Vec<Level>>,
    /// Ways to take part.
    pub tracks: Patch<Vec<NewTrack>>,
    /// What the learner can do after.
    pub learning_outcomes: Patch<Vec<NewOutcome>>,
    /// What is needed before.
    pub prerequisites: Patch<NewPrerequisites>,
    /// Places, in order.
    pub components: Patch<Vec<NewComponent>>,
    /// Whether components open one after the other.
    pub component_order: Patch<ComponentOrder>,
    /// Groups of components to choose from.
    pub component_groups: Patch<Vec<ComponentGroup>>,
    /// Whether who has done what it asks for by its component programs alone is enrolled in it, and completes it.
    pub enrolls_by_itself: Patch<bool>,
    /// How it looks, where it differs from its issuer.
    pub branding: Patch<Branding>,
    /// How much may be recognized as learned before.
    pub prior_learning: Patch<PriorLearning>,
    /// How it is assessed.
    pub assessments: Patch<Vec<NewAssessment>>,
    /// What decides an award.
    pub completion_rule: Patch<Rule>,
    /// Overall pass mark, percent in ten-thousandths.
    pub pass_mark: Patch<i64>,
    /// How long a credential lasts.
    pub validity: Patch<Validity>,
    /// Whether its credentials may be suspended.
    pub may_suspend: Patch<bool>,
    /// What becomes of a credential that a changed grade no longer supports.
    pub on_regrade: Patch<RegradePolicy>,
    /// What becomes of issued credentials while what they rest on is in doubt.
    pub on_integrity_flag: Patch<FlagPolicy>,
    /// What others count it as.
    pub recognitions: Patch<Vec<Recognition>>,
    /// Who assures quality.
    pub quality_assurance: Patch<Vec<QualityAssurance>>,
    /// What it gives when its rule is met.
    pub awards: Patch<Vec<NewAward>>,
    /// Who has a part in it.
    pub parties: Patch<Vec<NewParty>>,
}

/// How long a credential lasts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Validity {
    /// Months from the award.
    pub months: i32,
    /// How many months before the end renewal opens; none: at once.
    pub renewal_opens_months_before: Option<i32>,
    /// How many months after the end renewal closes; none: never.
    pub renewal_closes_months_after: Option<i32>,
    /// From when a renewed credential holds.
    pub renewal_start: RenewalStart,
    /// Whether renewing it renews the credentials of the programs that it contains.
    pub renews_contained: bool,
    /// What the cycle that ends must have brought; none: nothing.
    pub renewal_rule: Option<Rule>,
}

/// A way to take part, with what it costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTrack {
    /// Code to enroll with.
    pub code: String,
    /// Name.
    pub name: String,
    /// Ways to pay for it.
    pub prices: Vec<Price>,
    /// Whether identity must be checked.
    pub identity_check_required: bool,
    /// Whether it leads to the program's awards.
    pub leads_to_awards: bool,
}

/// What the learner can do after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOutcome {
    /// The program's own code.
    pub code: String,
    /// In words.
    pub statement: String,
    /// Skills it aligns to.
    pub skills: Vec<SkillReference>,
}

/// What is needed before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewPrerequisites {
    /// In words.
    pub description: Option<String>,
    /// Programs to have completed.
    pub programs: Vec<Reference>,
}

/// A place in a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewComponent {
    /// Whether it must be done.
    pub required: bool,
    /// The group of electives it belongs to.
    pub group_code: Option<String>,
    /// What fills it.
    pub item: NewItem,
}

/// What fills a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewItem {
    /// A module, made or found by external id.
    Module(NewModule),
    /// A program that exists.
    Program(Reference),
}

/// A unit of learning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewModule {
    /// The caller's own id.
    pub external_id: String,
    /// Title.
    pub title: String,
    /// Notional hours, in ten-thousandths.
    pub workload_hours: Option<i64>,
    /// Codes of outcomes.
    pub outcomes: Vec<String>,
}

/// One thing that a program gives when its rule is met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAward {
    /// The issuer's own id.
    pub external_id: String,
    /// What it is.
    pub kind: AwardKind,
    /// Title.
    pub title: String,
    /// What it is good for.
    pub description: Option<String>,
    /// For how long it is valid, in months; none for ever.
    pub valid_months: Option<i32>,
    /// The credit given, where it is credit.
    pub credits: Vec<Credit>,
    /// Whether it is issued as soon as it is earned, without being asked for.
    pub issued_by_itself: bool,
}

/// An organization that has a part in a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewParty {
    /// What it does.
    pub role: PartyRole,
    /// Its name; that of the issuer, where it is one here and no name is given.
    pub name: Option<String>,
    /// Its site.
    pub url: Option<String>,
    /// The issuer here.
    pub issuer: Option<IssuerReference>,
}

/// A program whole: every member has its value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Document {
    pub title: String,
    pub achievement_type: String,
    pub summary: Option<String>,
    pub description: Option<String>,
    pub criteria: Option<String>,
    pub language: String,
    pub delivery_mode: Option<DeliveryMode>,
    pub duration_weeks: Option<i64>,
    pub workload_hours: Option<i64>,
    pub image_url: Option<String>,
    pub human_code: Option<String>,
    pub field_of_study: Option<String>,
    pub specialization: Option<String>,
    pub tags: Vec<String>,
    pub prices: Vec<Price>,
    pub credits: Vec<Credit>,
    pub levels: Vec<Level>,
    pub tracks: Vec<NewTrack>,
    pub learning_outcomes: Vec<NewOutcome>,
    pub prerequisites: Option<NewPrerequisites>,
    pub components: Vec<NewComponent>,
    pub component_order: ComponentOrder,
    pub component_groups: Vec<ComponentGroup>,
    pub enrolls_by_itself: bool,
    pub branding: Option<Branding>,
    pub prior_learning: Option<PriorLearning>,
    pub assessments: Vec<NewAssessment>,
    pub completion_rule: Option<Rule>,
    pub pass_mark: Option<i64>,
    pub validity: Option<Validity>,
    pub may_suspend: bool,
    pub on_regrade: RegradePolicy,
    pub on_integrity_flag: FlagPolicy,
    pub recognitions: Vec<Recognition>,
    pub quality_assurance: Vec<QualityAssurance>,
    pub awards: Vec<NewAward>,
    pub parties: Vec<NewParty>,
}

impl Document {
    /// Nothing yet.
    pub fn empty() -> Self {
        Self {
            title: String::new(),
            achievement_type: String::new(),
            summary: None,
            description: None,
            criteria: None,
            language: "en".to_owned(),
            delivery_mode: None,
            duration_weeks: None,
            workload_hours: None,
            image_url: None,
            human_code: None,
            field_of_study: None,
            specialization: None,
            tags: Vec::new(),
            prices: Vec::new(),
            credits: Vec::new(),
            levels: Vec::new(),
            tracks: Vec::new(),
            learning_outcomes: Vec::new(),
            prerequisites: None,
            components: Vec::new(),
            component_order: ComponentOrder::Free,
            component_groups: Vec::new(),
            enrolls_by_itself: false,
            branding: None,
            prior_learning: None,
            assessments: Vec::new(),
            completion_rule: None,
            pass_mark: None,
            validity: None,
            may_suspend: false,
            on_regrade: RegradePolicy::Keep,
            on_integrity_flag: FlagPolicy::Keep,
            recognitions: Vec::new(),
            quality_assurance: Vec::new(),
            awards: Vec::new(),
            parties: Vec::new(),
        }
    }

    /// Lays what a provider sent over what is there.
    pub fn with(mut self, new: NewProgram) -> Self {
        let default_award = self.has_default_award();
        self.title = new.title;
        self.achievement_type = new.achievement_type;
        new.summary.apply(&mut self.summary);
        new.description.apply(&mut self.description);
        new.criteria.apply(&mut self.criteria);
        match new.language {
            Patch::Keep => {}
            Patch::Clear => self.language = "en".to_owned(),
            Patch::Set(language) => self.language = canonical_language(&language),
        }
        new.delivery_mode.apply(&mut self.delivery_mode);
        new.duration_weeks.apply(&mut self.duration_weeks);
        new.workload_hours.apply(&mut self.workload_hours);
        new.image_url.apply(&mut self.image_url);
        new.human_code.apply(&mut self.human_code);
        new.field_of_study.apply(&mut self.field_of_study);
        new.specialization.apply(&mut self.specialization);
        new.tags.apply_or_default(&mut self.tags);
        self.lay_prices(new.prices, new.tracks);
        new.credits.apply_or_default(&mut self.credits);
        new.levels.apply_or_default(&mut self.levels);
        new.learning_outcomes.apply_or_default(&mut self.learning_outcomes);
        new.prerequisites.apply(&mut self.prerequisites);
        new.components.apply_or_default(&mut self.components);
        new.component_order.apply_or_default(&mut self.component_order);
        new.component_groups.apply_or_default(&mut self.component_groups);
        new.enrolls_by_itself.apply_or_default(&mut self.enrolls_by_itself);
        new.branding.apply(&mut self.branding);
        new.prior_learning.apply(&mut self.prior_learning);
        new.assessments.apply_or_default(&mut self.assessments);
        new.completion_rule.apply(&mut self.completion_rule);
        new.pass_mark.apply(&mut self.pass_mark);
        new.validity.apply(&mut self.validity);
        new.may_suspend.apply_or_default(&mut self.may_suspend);
        new.on_regrade.apply_or_default(&mut self.on_regrade);
        new.on_integrity_flag.apply_or_default(&mut self.on_integrity_flag);
        new.recognitions.apply_or_default(&mut self.recognitions);
        new.quality_assurance.apply_or_default(&mut self.quality_assurance);
        if default_award {
            self.awards.clear();
        }
        new.awards.apply_or_default(&mut self.awards);
        new.parties.apply_or_default(&mut self.parties);
        self.complete();
        self
    }

    /// Tracks bring their own prices; those that are kept must still belong to a track that does not.
    fn lay_prices(&mut self, prices: Patch<Vec<Price>>, tracks: Patch<Vec<NewTrack>>) {
        let kept = prices.is_keep();
        prices.apply_or_default(&mut self.prices);
        if tracks.is_keep() {
            return;
        }
        tracks.apply_or_default(&mut self.tracks);
        if kept {
            let bare: Vec<&str> = self
                .tracks
                .iter()
                .filter(|track| track.prices.is_empty())
                .map(|track| track.code.as_str())
                .collect();
            self.prices.retain(|price| price.track.as_deref().is_none_or(|track| bare.contains(&track)));
        }
    }

    /// Every price, those of tracks with the track's code.
    pub fn all_prices(&self) -> Vec<Price> {
        let of_tracks = self.tracks.iter().flat_map(|track| {
            track.prices.iter().map(|price| Price { track: Some(track.code.clone()), ..price.clone() })
        });
        self.prices.iter().cloned().chain(of_tracks).collect()
    }

    /// One credential, where no award is named.
    fn default_award(&self) -> NewAward {
        NewAward {
            external_id: DEFAULT_AWARD.to_owned(),
            kind: AwardKind::Credential,
            title: self.title.clone(),
            description: None,
            valid_months: self.validity.as_ref().map(|validity| validity.months),
            credits: Vec::new(),
            issued_by_itself: false,
        }
    }

    /// Whether its award is the one that it has when it names none: that one follows the title.
    pub fn has_default_award(&self) -> bool {
        matches!(self.awards.as_slice(), [award] if *award == self.default_award())
    }

    fn complete(&mut self) {
        if self.awards.is_empty() {
            self.awards.push(self.default_award());
        }
        if self.prerequisites == Some(NewPrerequisites::default()) {
            self.prerequisites = None;
        }
        if self.branding == Some(Branding::default()) {
            self.branding = None;
        }
    }
}

/// A language tag in the customary case: `pt-BR`, `zh-Hant`.
pub(crate) fn canonical_language(tag: &str) -> String {
    let parts = tag.split('-').enumerate().map(|(place, part)| match (place, part.len()) {
        (0, _) => part.to_ascii_lowercase(),
        (_, 2) => part.to_ascii_uppercase(),
        (_, 4) if part.bytes().all(|b| b.is_ascii_alphabetic()) => {
            let lower = part.to_ascii_lowercase();
            lower[..1].to_ascii_uppercase() + &lower[1..]
        }
        _ => part.to_ascii_lowercase(),
    });
    parts.collect::<Vec<_>>().join("-")
}

impl Document {
    /// Its rules, each with its path in the input.
    pub fn rules(&self) -> impl Iterator<Item = (&'static str, &Rule)> {
        let renewal = self.validity.as_ref().and_then(|validity| validity.renewal_rule.as_ref());
        let completion = self.completion_rule.as_ref().map(|rule| ("completionRule", rule));
        completion.into_iter().chain(renewal.map(|rule| ("validity.renewalRule", rule)))
    }

    /// Its own modules, in order.
    pub fn modules(&self) -> impl Iterator<Item = &NewModule> {
        self.components.iter().filter_map(|component| match &component.item {
            NewItem::Module(module) => Some(module),
            NewItem::Program(_) => None,
        })
    }
}
