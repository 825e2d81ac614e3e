//! Questions put in attempts and the answers to them: drawn when an attempt starts, marked when it is handed in.

use std::collections::HashMap;

use cairn_entity::enums::QuestionKind;
use cairn_entity::{answer, attempt, question};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::mark::{self, Choice, Given, Key};
use crate::completion::Assessment;
use crate::error::{Result, UserErrorCode};
use crate::program::terms::list;
use crate::random::Random;
use crate::validate::Checks;
use crate::{Service, Work, save};

/// An answer to a question.
#[derive(Clone, Debug)]
pub struct NewAnswer {
    /// To which; none where the id is no question's.
    pub question: Option<Uuid>,
    /// What was answered.
    pub given: Given,
}

/// A question as it is shown to whoever answers it, and what was answered.
#[derive(Clone, Debug)]
pub struct Put {
    /// The question.
    pub shown: Shown,
    /// What there is to choose from.
    pub choices: Vec<Choice>,
    /// What was answered.
    pub given: Option<Given>,
    /// Points for it; none while not marked.
    pub points: Option<i64>,
}

/// A question without its key.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Shown {
    /// The question.
    pub id: Uuid,
    /// How it is answered.
    pub kind: QuestionKind,
    /// What is asked.
    pub prompt: String,
    /// Points to be had.
    pub points: i64,
    /// What there is to choose from.
    pub choices: serde_json::Value,
}

/// Whether an assessment has questions.
pub(super) async fn has_questions(work: &Work<'_>, assessment: Uuid) -> Result<bool> {
    let one = question::Entity::find()
        .select_only()
        .column(question::Column::Id)
        .filter(question::Column::AssessmentId.eq(assessment))
        .limit(1)
        .into_tuple::<Uuid>()
        .one(work.tx())
        .await?;
    Ok(one.is_some())
}

/// Puts the questions of an assessment in an attempt: all, or as many as are drawn.
pub(super) async fn put(
    work: &Work<'_>,
    random: &dyn Random,
    attempt: &attempt::Model,
    assessment: &Assessment,
) -> Result<()> {
    let mut ids: Vec<Uuid> = question::Entity::find()
        .select_only()
        .column(question::Column::Id)
        .filter(question::Column::AssessmentId.eq(assessment.id))
        .order_by_asc(question::Column::Position)
        .into_tuple()
        .all(work.tx())
        .await?;
    if let Some(draw) = assessment.rules.draw.and_then(|draw| usize::try_from(draw).ok()) {
        ids = drawn(ids, draw, random)?;
    }
    let rows = ids.into_iter().zip(1..).map(|(question_id, position)| {
        Ok(answer::Model {
            id: work.new_id()?,
            issuer_id: attempt.issuer_id,
            attempt_id: attempt.id,
            question_id,
            position,
            given: None,
            points: None,
        })
    });
    save::rows::<answer::Entity>(work.tx(), rows.collect::<Result<_>>()?).await
}

/// So many of these, each as likely as any other (the first steps of Fisher and Yates).
fn drawn(mut ids: Vec<Uuid>, draw: usize, random: &dyn Random) -> Result<Vec<Uuid>> {
    let draw = draw.min(ids.len());
    for place in 0..draw {
        let mut bytes = [0; 8];
        random.fill(&mut bytes)?;
        let left = u64::try_from(ids.len() - place).unwrap_or(1);
        let step = usize::try_from(u64::from_le_bytes(bytes) % left).unwrap_or(0);
        ids.swap(place, place + step);
    }
    ids.truncate(draw);
    Ok(ids)
}

/// Takes the answers of an attempt in and marks them. The points of the attempt, on the assessment's scale; none where no question was put.
pub(super) async fn take(
    work: &Work<'_>,
    attempt: &attempt::Model,
    assessment: &Assessment,
    new: Vec<NewAnswer>,
) -> Result<Option<i64>> {
    let mut rows =
        answer::Entity::find().filter(answer::Column::AttemptId.eq(attempt.id)).all(work.tx()).await?;
    let mut given = check(&rows, new)?;
    if rows.is_empty() {
        return Ok(None);
    }
    let questions = question::Entity::find()
        .filter(question::Column::Id.is_in(rows.iter().map(|row| row.question_id)))
        .all(work.tx())
        .await?;
    let questions: HashMap<Uuid, question::Model> = questions.into_iter().map(|row| (row.id, row)).collect();
    let (mut sum, mut most) = (0_i128, 0_i128);
    for row in &mut rows {
        let Some(question) = questions.get(&row.question_id) else { continue };
        let answer = given.remove(&row.question_id);
        let key = Key::deserialize(&question.answer_key)?;
        let said = answer.clone().unwrap_or_default();
        let points = mark::mark(&key, question.points, &said, assessment.rules.partial_credit);
        sum += i128::from(points);
        most += i128::from(question.points);
        row.given = answer.map(|answer| json!(answer));
        row.points = Some(points);
    }
    save::rows::<answer::Entity>(work.tx(), rows).await?;
    let score = sum * i128::from(attempt.max_score) / most.max(1);
    Ok(Some(i64::try_from(score).unwrap_or(attempt.max_score)))
}

/// The answers by question; refused where one is to no question of the attempt, or to one that has an answer already.
fn check(rows: &[answer::Model], new: Vec<NewAnswer>) -> Result<HashMap<Uuid, Given>> {
    let mut checks = Checks::default();
    checks.at_most("answers", new.len(), rows.len());
    let mut given = HashMap::new();
    for (index, answer) in new.into_iter().enumerate() {
        let at = |name: &str| format!("answers.{index}.{name}");
        let known = rows.iter().find(|row| Some(row.question_id) == answer.question);
        checks.at_most(&at("choices"), answer.given.choices.len(), 50);
        checks.optional_text(&at("text"), answer.given.text.as_deref(), 10_000);
        match known {
            None => {
                checks.fail(&at("question"), UserErrorCode::NotFound, "this attempt has no such question");
            }
            Some(row) => {
                if given.insert(row.question_id, answer.given).is_some() {
                    checks.fail(
                        &at("question"),
                        UserErrorCode::Conflict,
                        "this question has an answer already",
                    );
                }
            }
        }
    }
    checks.finish()?;
    Ok(given)
}

/// The questions put in attempts, in order, with the answers; never a key. For whoever may see the attempts. Two statements.
#[crate::boxed]
pub async fn answers(service: &Service, attempts: &[Uuid]) -> Result<HashMap<Uuid, Vec<Put>>> {
    use question::Column;
    let rows = answer::Entity::find()
        .filter(answer::Column::AttemptId.is_in(attempts.iter().copied()))
        .order_by_asc(answer::Column::Position)
        .all(service.db.reader())
        .await?;
    let questions: Vec<Shown> = question::Entity::find()
        .select_only()
        .columns([Column::Id, Column::Kind, Column::Prompt, Column::Points, Column::Choices])
        .filter(Column::Id.is_in(rows.iter().map(|row| row.question_id)))
        .into_model()
        .all(service.db.reader())
        .await?;
    let questions: HashMap<Uuid, Shown> = questions.into_iter().map(|row| (row.id, row)).collect();
    let mut by_attempt: HashMap<Uuid, Vec<Put>> = HashMap::new();
    for row in rows {
        let Some(shown) = questions.get(&row.question_id).cloned() else { continue };
        let put = Put {
            choices: list(&shown.choices)?,
            given: row.given.map(serde_json::from_value).transpose()?,
            points: row.points,
            shown,
        };
        by_attempt.entry(row.attempt_id).or_default().push(put);
    }
    Ok(by_attempt)
}
