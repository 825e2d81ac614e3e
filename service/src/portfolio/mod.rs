//! Portfolios: what persons made themselves and keep beside what they earned. A project belongs to the person who signs in and to no issuer; nobody
//! else sees it, but for what a shared passport shows of it.

mod attach;
mod check;
mod keep;
mod read;

use cairn_credential::multihash;
use cairn_entity::portfolio_project;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub(crate) use attach::forget;
pub use keep::{create, delete, update};
pub use read::{attachments, count_of_person, of_person, own_by_ids};

use crate::error::Result;
use crate::patch::Patch;
use crate::program::terms;
use crate::reference::Reference;
use crate::skill::SkillReference;

/// Most projects of a person.
pub const MOST: u64 = 100;

/// Where a project, or a part of it, is to be seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// What is there.
    pub title: String,
    /// An https address.
    pub url: String,
}

/// A file that belongs to a project. Only what it is told apart by is kept, never the file itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct File {
    /// Name.
    pub name: String,
    /// Media type (RFC 6838).
    pub media_type: String,
    /// Size in bytes.
    pub size: i64,
    /// Digest of the content, as a multihash in multibase (Verifiable Credentials 2.0, section 5.3).
    pub digest: String,
    /// Where it is to be had: an https address.
    pub url: Option<String>,
}

impl File {
    /// Its digest as subresource integrity: `sha256-…`.
    pub fn integrity(&self) -> Option<String> {
        multihash::integrity(&self.digest)
    }
}

/// What is to be said of a project; of one that is there, what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Title.
    pub title: Option<String>,
    /// In a line or two.
    pub description: Patch<String>,
    /// At length.
    pub text: Patch<String>,
    /// When begun.
    pub started_on: Patch<NaiveDate>,
    /// When finished.
    pub ended_on: Patch<NaiveDate>,
    /// Where to see it.
    pub links: Patch<Vec<Link>>,
    /// What belongs to it. A digest may be given as subresource integrity, too.
    pub files: Patch<Vec<File>>,
    /// The learning outcomes that it shows, by id; none for a text that is no such id.
    pub outcomes: Patch<Vec<Option<Uuid>>>,
    /// The skills that it shows.
    pub skills: Patch<Vec<SkillReference>>,
    /// The credentials that it belongs to.
    pub credentials: Patch<Vec<Reference>>,
    /// Whether the shared passport shows it.
    pub shown: Option<bool>,
}

/// Where a project is to be seen.
pub fn links(row: &portfolio_project::Model) -> Result<Vec<Link>> {
    terms::list(&row.links)
}

/// The files that belong to a project.
pub fn files(row: &portfolio_project::Model) -> Result<Vec<File>> {
    terms::list(&row.files)
}
