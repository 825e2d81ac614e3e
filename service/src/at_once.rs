//! Work for a processor that anybody may ask for, a few at once: on threads that may be busy, and never on all of them.

use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::error::{Error, Result};

/// How long somebody waits for a place.
const PATIENCE: Duration = Duration::from_secs(10);

/// Places for one kind of work.
pub(crate) struct AtOnce {
    places: Semaphore,
    patience: Duration,
    /// Told where none gets free in time.
    busy: &'static str,
}

impl AtOnce {
    /// So many places; `busy` is told to who finds none.
    pub(crate) const fn new(places: usize, busy: &'static str) -> Self {
        Self { places: Semaphore::const_new(places), patience: PATIENCE, busy }
    }

    /// Does the work once there is a place. The place is taken until the work has ended, even where nobody waits for it any more.
    ///
    /// # Errors
    /// `Unavailable` where no place gets free in time; a fault of ours where the work is broken off.
    pub(crate) async fn run<T: Send + 'static>(
        &'static self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let place = timeout(self.patience, self.places.acquire())
            .await
            .map_err(|error| Error::Unavailable(self.busy, error.into()))?
            .map_err(|error| Error::internal("there are no places any more", error))?;
        let done = spawn_blocking(move || {
            let _place = place;
            work()
        });
        done.await.map_err(|error| Error::internal("work for a processor was broken off", error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_finds_no_place_in_time_is_told() {
        static ONE: AtOnce =
            AtOnce { patience: Duration::from_millis(20), ..AtOnce::new(1, "this server draws enough") };
        let (release, wait) = std::sync::mpsc::channel::<()>();
        let first = tokio::spawn(ONE.run(move || wait.recv().is_ok()));
        tokio::task::yield_now().await;
        let second = ONE.run(|| ()).await;
        assert!(matches!(second, Err(Error::Unavailable("this server draws enough", _))));
        release.send(()).unwrap();
        assert!(first.await.unwrap().unwrap());
        assert!(ONE.run(|| true).await.unwrap());
    }

    #[tokio::test]
    async fn a_place_stays_taken_until_the_work_has_ended() {
        static ONE: AtOnce = AtOnce::new(1, "busy");
        let (release, wait) = std::sync::mpsc::channel::<()>();
        let asked = tokio::spawn(ONE.run(move || wait.recv().is_ok()));
        while ONE.places.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        asked.abort();
        assert!(asked.await.is_err());
        assert_eq!(ONE.places.available_permits(), 0);
        release.send(()).unwrap();
        assert!(ONE.run(|| true).await.unwrap());
    }
}
