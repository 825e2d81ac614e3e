//! Gathering: the batches of keys that a request's resolvers wait for run one at a time, in the request's own task, each once no resolver can
//! go on without it. So the number of statements depends on a query's shape and not on timing, one request never has two batches' connections,
//! and the work ends with the request.

use std::any::TypeId;
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use async_graphql::{Data, Executor, Response};
use futures_util::future::BoxFuture;
use futures_util::stream::{BoxStream, Stream, StreamExt};

use super::context::Request;
use super::schema::CairnSchema;

/// What runs one batch of a request when its turn has come.
type Batch = Box<dyn FnOnce(Arc<Request>) -> BoxFuture<'static, ()> + Send>;

/// The batches that a request has to run, in the order in which they were first asked for.
#[derive(Default)]
pub struct Queue(Mutex<VecDeque<Batch>>);

impl Queue {
    /// Adds a batch. The task that runs the request comes to it by itself: whoever asked is polled within it.
    pub fn push(&self, batch: Batch) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push_back(batch);
    }

    fn pop(&self) -> Option<Batch> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}

/// The schema, executed so that keys gather.
#[derive(Clone)]
pub struct Gathering(pub CairnSchema);

impl Executor for Gathering {
    async fn execute(&self, request: async_graphql::Request) -> Response {
        let mut turns = Turns::of(&request.data);
        let mut answer = Box::pin(Executor::execute(&self.0, request));
        std::future::poll_fn(move |task| turns.poll(task, |task| answer.as_mut().poll(task))).await
    }

    fn execute_stream(
        &self,
        request: async_graphql::Request,
        session_data: Option<Arc<Data>>,
    ) -> BoxStream<'static, Response> {
        let turns = Turns::of(&request.data);
        Answers { turns, answers: Executor::execute_stream(&self.0, request, session_data) }.boxed()
    }
}

/// A subscription's answers, each with the batches that it waits for.
struct Answers {
    turns: Turns,
    answers: BoxStream<'static, Response>,
}

impl Stream for Answers {
    type Item = Response;

    fn poll_next(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<Response>> {
        let Self { turns, answers } = self.get_mut();
        turns.poll(task, |task| answers.as_mut().poll_next(task))
    }
}

/// Wakes the request's task, and remembers that it was for the resolvers.
struct Bell {
    rung: AtomicBool,
    task: Mutex<Option<Waker>>,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.rung.store(true, Ordering::Release);
        if let Some(task) = self.task.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            task.wake_by_ref();
        }
    }
}

/// Who has the turn: the resolvers as long as any can go on, then a batch.
struct Turns {
    request: Option<Arc<Request>>,
    running: Option<BoxFuture<'static, ()>>,
    bell: Arc<Bell>,
}

impl Turns {
    fn of(data: &Data) -> Self {
        let request = data.get(&TypeId::of::<Arc<Request>>());
        let request = request.and_then(|any| any.downcast_ref()).cloned();
        // The first time nobody has to ring.
        let bell = Bell { rung: AtomicBool::new(true), task: Mutex::default() };
        Self { request, running: None, bell: Arc::new(bell) }
    }

    fn poll<T>(
        &mut self,
        task: &mut Context<'_>,
        mut resolvers: impl FnMut(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        *self.bell.task.lock().unwrap_or_else(PoisonError::into_inner) = Some(task.waker().clone());
        let waker = Waker::from(self.bell.clone());
        loop {
            if self.bell.rung.swap(false, Ordering::AcqRel)
                && let Poll::Ready(answer) = resolvers(&mut Context::from_waker(&waker))
            {
                // A stream is asked for its next answer without anybody ringing.
                self.bell.rung.store(true, Ordering::Release);
                return Poll::Ready(answer);
            }
            // Many at once give way to other tasks now and then (Tokio's budget): they can still go on, and come first.
            if self.bell.rung.load(Ordering::Acquire) {
                return Poll::Pending;
            }
            if self.running.is_none() {
                let next = self.request.as_ref().and_then(|request| Some((request, request.batches.pop()?)));
                self.running = next.map(|(request, batch)| batch(request.clone()));
            }
            let Some(batch) = &mut self.running else { return Poll::Pending };
            if batch.as_mut().poll(task).is_pending() {
                return Poll::Pending;
            }
            self.running = None;
        }
    }
}
