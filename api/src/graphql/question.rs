//! Questions of assessments: as they are put in attempts, without keys, and as staff see them, with keys.

use std::collections::HashMap;

use async_graphql::{ID, InputObject, Object, SimpleObject};
use cairn_service::attempt::{self, Asked, Choice, Given, Key, Put};
use cairn_service::error::Result as ServiceResult;
use cairn_service::ids::{self, Kind};
use cairn_service::program::terms;
use cairn_service::{amount, rows};
use uuid::Uuid;

use super::context::{Batch, Request};
use super::enums::QuestionKind;
use super::scalar::global_id;

/// Something to choose.
#[derive(SimpleObject, Clone)]
pub struct QuestionChoice {
    /// The author's own id, unique in the question; answers name it.
    external_id: String,
    /// What it says.
    text: String,
}

impl From<Choice> for QuestionChoice {
    fn from(choice: Choice) -> Self {
        Self { external_id: choice.id, text: choice.text }
    }
}

/// A question of an assessment.
#[derive(Clone)]
pub struct Question {
    id: Uuid,
    external_id: Option<String>,
    kind: rows::enums::QuestionKind,
    prompt: String,
    points: i64,
    choices: Vec<QuestionChoice>,
    key: Option<Key>,
}

/// A question of an assessment.
#[Object]
impl Question {
    /// Global id.
    async fn id(&self) -> ID {
        global_id(Kind::Question, self.id)
    }

    /// The issuer's own id, unique in the assessment; null where it was put in an attempt.
    async fn external_id(&self) -> Option<&str> {
        self.external_id.as_deref()
    }

    /// How it is answered.
    async fn kind(&self) -> QuestionKind {
        self.kind.into()
    }

    /// What is asked.
    async fn prompt(&self) -> &str {
        &self.prompt
    }

    /// Points to be had.
    async fn points(&self) -> f64 {
        amount::to_f64(self.points)
    }

    /// What there is to choose from.
    async fn choices(&self) -> Vec<QuestionChoice> {
        self.choices.clone()
    }

    /// What is right: under `Assessment.questions`, which is for staff; null wherever a question was put in an attempt.
    async fn key(&self) -> Option<QuestionKey> {
        self.key.clone().map(QuestionKey::from)
    }
}

/// What is right.
#[derive(SimpleObject)]
pub struct QuestionKey {
    /// The right choices, by external id.
    choices: Vec<String>,
    /// The right number.
    number: Option<f64>,
    /// How far an answer may lie from it.
    tolerance: Option<f64>,
    /// Texts that are accepted.
    accepted: Vec<String>,
    /// Whether capitals count in texts.
    case_sensitive: bool,
}

impl From<Key> for QuestionKey {
    fn from(key: Key) -> Self {
        let empty = Self {
            choices: Vec::new(),
            number: None,
            tolerance: None,
            accepted: Vec::new(),
            case_sensitive: false,
        };
        match key {
            Key::SingleChoice(right) => Self { choices: vec![right], ..empty },
            Key::MultipleChoice(choices) => Self { choices, ..empty },
            Key::Numeric { value, tolerance } => {
                Self { number: Some(value), tolerance: Some(tolerance), ..empty }
            }
            Key::ShortAnswer { accepted, case_sensitive } => Self { accepted, case_sensitive, ..empty },
        }
    }
}

/// A question put in an attempt, and the answer to it.
#[derive(Clone)]
pub struct AttemptAnswer {
    put: Put,
}

/// A question put in an attempt, and the answer to it.
#[Object]
impl AttemptAnswer {
    /// The question.
    async fn question(&self) -> Question {
        let shown = &self.put.shown;
        Question {
            id: shown.id,
            external_id: None,
            kind: shown.kind,
            prompt: shown.prompt.clone(),
            points: shown.points,
            choices: self.put.choices.iter().cloned().map(Into::into).collect(),
            key: None,
        }
    }

    /// The choices taken, by external id.
    async fn choices(&self) -> Vec<String> {
        self.put.given.as_ref().map(|given| given.choices.clone()).unwrap_or_default()
    }

    /// The number given.
    async fn number(&self) -> Option<f64> {
        self.put.given.as_ref()?.number
    }

    /// The text given.
    async fn text(&self) -> Option<String> {
        self.put.given.as_ref()?.text.clone()
    }

    /// Points for it; null until the attempt is handed in.
    async fn points(&self) -> Option<f64> {
        self.put.points.map(amount::to_f64)
    }
}

/// An answer to a question.
#[derive(InputObject)]
pub struct AnswerInput {
    /// To which: an id under `Attempt.answers`.
    question: ID,
    /// The choices taken, by external id.
    #[graphql(default)]
    choices: Vec<String>,
    /// The number.
    number: Option<f64>,
    /// The text.
    text: Option<String>,
}

impl From<AnswerInput> for attempt::NewAnswer {
    fn from(answer: AnswerInput) -> Self {
        Self {
            question: ids::decode_as(Kind::Question, &answer.question),
            given: Given { choices: answer.choices, number: answer.number, text: answer.text },
        }
    }
}

/// Questions with their keys by assessment, for staff.
pub struct QuestionsOfAssessment;

impl Batch for QuestionsOfAssessment {
    type Key = Uuid;
    type Value = Vec<Question>;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Vec<Question>>> {
        let lists = attempt::questions_of(&request.service, &request.actor, keys).await?;
        let mut shown = HashMap::new();
        for (assessment, asked) in lists {
            shown.insert(assessment, asked.into_iter().map(question).collect::<ServiceResult<_>>()?);
        }
        Ok(shown)
    }
}

fn question(Asked { row, key }: Asked) -> ServiceResult<Question> {
    let choices: Vec<Choice> = terms::list(&row.choices)?;
    Ok(Question {
        id: row.id,
        external_id: Some(row.external_id),
        kind: row.kind,
        prompt: row.prompt,
        points: row.points,
        choices: choices.into_iter().map(Into::into).collect(),
        key: Some(key),
    })
}

/// How many questions assessments have.
pub struct QuestionCount;

impl Batch for QuestionCount {
    type Key = Uuid;
    type Value = i64;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, i64>> {
        attempt::question_counts(&request.service, keys).await
    }
}

/// Questions and answers by attempt.
pub struct AnswersOf;

impl Batch for AnswersOf {
    type Key = Uuid;
    type Value = Vec<AttemptAnswer>;

    async fn load(request: &Request, keys: &[Uuid]) -> ServiceResult<HashMap<Uuid, Vec<AttemptAnswer>>> {
        let lists = attempt::answers(&request.service, keys).await?;
        let shown = |list: Vec<Put>| list.into_iter().map(|put| AttemptAnswer { put }).collect();
        Ok(lists.into_iter().map(|(id, list)| (id, shown(list))).collect())
    }
}

/// Registers this domain's loaders.
pub fn register(request: &std::sync::Arc<Request>, data: &mut async_graphql::Data) {
    super::schema::register!(request, data, QuestionsOfAssessment, QuestionCount, AnswersOf);
}
