//! Programs: what can be earned, in versions that are frozen once published.

mod assessment;
mod check;
mod document;
mod facet;
mod list;
mod observed;
pub mod parts;
mod publish;
mod read;
mod resolve;
mod rigor;
mod rule_check;
mod stored;
pub mod terms;
pub(crate) mod tested;
mod text;
mod upsert;
mod write;

pub use assessment::{NewAssessment, NewCriterion, NewLevel, NewQuestion};
pub(crate) use check::prices as check_prices;
pub use document::{
    DEFAULT_AWARD, NewAward, NewComponent, NewItem, NewModule, NewOutcome, NewParty, NewPrerequisites,
    NewProgram, NewTrack, Validity,
};
pub use list::{ProgramFilter, ProgramOrder, Range, achievements, count, count_of_issuers, list, of_issuers};
pub use observed::{Observed, Of, observed};
pub use publish::{publish, publish_in};
pub use read::{
    Shown, by_ids, by_slug, resolve, versions_visible_by_ids, visible, visible_by_ids, visible_versions,
};
pub use rigor::{Rigor, rigors};
pub(crate) use stored::{awards_of, parties_of};
pub use text::fold;
pub use upsert::{Upserted, upsert, upsert_in};
