//! What belongs to an attempt: evidence, points by criterion, earlier scores and who gave them.

use std::collections::HashMap;

use async_graphql::{Context, ID, Object};
use cairn_service::error::Result as ServiceResult;
use cairn_service::ids::Kind;
use cairn_service::{amount, attempt, rows};
use uuid::Uuid;

use super::super::context::{Batch, Request, load, load_required};
use super::super::error::Result;
use super::super::rubric::{CriterionById, LevelById, RubricCriterion, RubricLevel};
use super::super::scalar::{DateTime, Url, global_id};

/// Something that was handed in.
#[derive(Clone)]
pub struct Evidence {
    row: rows::evidence::Model,
}

/// Something that was handed in.
#[Object]
impl Evidence {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::Evidence, self.row.id)
    }

    /// Name.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// Where it is.
    async fn url(&self) -> Option<Url> {
        self.row.url.clone().map(Url)
    }

    /// In words.
    async fn description(&self) -> Option<&str> {
        self.row.description.as_deref()
    }

    /// Digest of the content, as a multihash in multibase.
    async fn digest(&self) -> Option<&str> {
        self.row.digest.as_deref()
    }
}

/// Points for a criterion.
#[derive(Clone)]
pub struct RubricScore {
    row: rows::rubric_score::Model,
}

impl From<rows::rubric_score::Model> for RubricScore {
    fn from(row: rows::rubric_score::Model) -> Self {
        Self { row }
    }
}

/// Points for a criterion.
#[Object]
impl RubricScore {
    /// Which.
    async fn criterion(&self, ctx: &Context<'_>) -> Result<RubricCriterion> {
        load_required::<CriterionById>(ctx, self.row.criterion_id).await
    }

    /// The level reached: the highest whose points are reached.
    async fn level(&self, ctx: &Context<'_>) -> Result<Option<RubricLevel>> {
        match self.row.level_id {
            Some(id) => load_required::<LevelById>(ctx, id).await.map(Some),
            None => Ok(None),
        }
    }

    /// In words.
    async fn feedback(&self) -> Option<&str> {
        self.row.feedback.as_deref()
    }

    /// Points.
    async fn points(&self) -> f64 {
        amount::to_f64(self.row.points)
    }
}

/// A score that was given.
#[derive(Clone)]
pub struct ScoreRevision {
    row: rows::score_revision::Model,
}

/// A score that was given.
#[Object]
impl ScoreRevision {
    /// Points.
    async fn score(&self) -> f64 {
        amount::to_f64(self.row.score)
    }

    /// Whether it passed.
    async fn passed(&self) -> Option<bool> {
        self.row.passed
    }

    /// When.
    async fn graded_at(&self) -> DateTime {
        DateTime(self.row.graded_at)
    }

    /// By whom; null for the server itself.
    async fn graded_by(&self, ctx: &Context<'_>) -> Result<Option<Grader>> {
        match self.row.grader_id {
            Some(id) => load::<GraderById>(ctx, id).await,
            None => Ok(None),
        }
    }

    /// Why it was changed.
    async fn reason(&self) -> Option<&str> {
        self.row.reason.as_deref()
    }
}

/// Who graded.
#[derive(Clone)]
pub struct Grader {
    grader: attempt::Grader,
}

/// Who graded.
#[Object]
impl Grader {
    /// Global id.
    pub async fn id(&self) -> ID {
        global_id(Kind::Grader, self.grader.id)
    }

    /// Name: of the person (where it is not known, what they sign in as), or of the API key.
    async fn name(&self) -> Option<&str> {
        self.grader.name.as_deref()
    }
}

macro_rules! lists {
    ($(#[$doc:meta])* $batch:ident of $value:ident by $read:path) => {
        $(#[$doc])*
        pub struct $batch;

        impl Batch for $batch {
            type Key = Uuid;
            type Value = Vec<$value>;

            async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Vec<$value>>> {
                let lists = $read(&request.service, keys).await?;
                let shown = |rows: Vec<_>| rows.into_iter().map(|row| $value { row }).collect();
                Ok(lists.into_iter().map(|(id, rows)| (id, shown(rows))).collect())
            }
        }
    };
}

lists!(
    /// Evidence by attempt.
    EvidenceOf of Evidence by attempt::evidence
);
lists!(
    /// Points by attempt.
    RubricScoresOf of RubricScore by attempt::rubric_scores
);
lists!(
    /// Earlier scores by attempt.
    HistoryOf of ScoreRevision by attempt::history
);

/// Graders by id, for those who may see what they graded.
pub struct GraderById;

impl Batch for GraderById {
    type Key = Uuid;
    type Value = Grader;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Grader>> {
        let graders = attempt::graders(&request.service, keys).await?;
        Ok(graders.into_iter().map(|grader| (grader.id, Grader { grader })).collect())
    }
}

/// Graders by id, of something that the caller may see.
pub struct VisibleGrader;

impl Batch for VisibleGrader {
    type Key = Uuid;
    type Value = Grader;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Grader>> {
        let graders = attempt::visible_graders(&request.service, &request.actor, keys).await?;
        Ok(graders.into_iter().map(|grader| (grader.id, Grader { grader })).collect())
    }
}

/// Evidence by id among what the caller may see.
pub struct VisibleEvidence;

impl Batch for VisibleEvidence {
    type Key = Uuid;
    type Value = Evidence;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Evidence>> {
        let rows = attempt::visible_evidence(&request.service, &request.actor, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, Evidence { row })).collect())
    }
}
