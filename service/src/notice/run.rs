//! Has notices sent, until told to stop: where the operator has named a mail server. Any number of nodes may do so beside each other.

use std::sync::Arc;
use std::time::Duration;

use cairn_entity::enums::NoticeKind;
use cairn_entity::notice_delivery;
use chrono::TimeDelta;
use futures_util::StreamExt;
use futures_util::stream;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect};
use tokio::sync::watch;
use tokio::time::Instant;
use uuid::Uuid;

use super::compose::{Composed, compose};
use super::mailer::{CONNECTIONS, MailConfig, Post};
use super::{claim, queue, record, setting};
use crate::error::Result;
use crate::issuance::interruption;
use crate::{Service, feed, save};

/// How long one sleeps whom nobody wakes: what other nodes have left, and what is due by time, is found this late.
const PATIENCE: Duration = Duration::from_millis(500);
/// How often it is looked for credentials that end soon.
const LOOK: Duration = Duration::from_secs(2);
/// How long messages that are under way may take when the node stops; what is left over is sent again by another.
const GRACE: Duration = Duration::from_secs(5);
/// Most notices that a node takes at once.
const BATCH: u32 = 20;
/// Most notices that are removed in one transaction.
const REMOVED: u64 = 1_000;

/// Runs until `stopping` turns true; at once done where no mail is sent.
#[crate::boxed]
pub async fn run(service: Arc<Service>, mut stopping: watch::Receiver<bool>) {
    let Some(mail) = service.config.mail.clone() else { return };
    let post = match Post::open(&service, &mail) {
        Ok(post) => post,
        Err(error) => return tracing::error!(?error, "notices cannot be sent"),
    };
    let mut pace = Pace::of(mail.per_minute, Instant::now());
    let mut looked: Option<Instant> = None;
    let mut turn = Uuid::nil();
    loop {
        let woken = service.wake.notified();
        tokio::pin!(woken);
        // From here on a wake is not missed.
        woken.as_mut().enable();
        let look = looked.is_none_or(|at| at.elapsed() >= LOOK);
        let found = tokio::select! {
            _ = stopping.wait_for(|stop| *stop) => break,
            found = prepare(&service, look, pace.room(Instant::now()), &mut turn) => found,
        };
        if look {
            looked = Some(Instant::now());
        }
        let claimed = found.unwrap_or_else(|error| {
            tracing::error!(?error, "notices could not be looked after");
            Vec::new()
        });
        if claimed.is_empty() {
            tokio::select! {
                _ = stopping.wait_for(|stop| *stop) => break,
                _ = tokio::time::timeout(PATIENCE, woken) => {}
            }
            continue;
        }
        pace.spend(claimed.len());
        let mut sending = Box::pin(send(&service, &mail, &post, claimed));
        let stopped = tokio::select! {
            () = &mut sending => false,
            _ = stopping.wait_for(|stop| *stop) => true,
        };
        if stopped {
            // What is left over is sent again by whoever finds its lease run out.
            let _ = tokio::time::timeout(GRACE, sending).await;
            break;
        }
    }
    post.close().await;
}

/// Makes notices of what has happened and, where that is asked for, of credentials that end soon.
#[crate::boxed]
pub async fn gather(service: &Service, ends: bool) -> Result<()> {
    while queue::fan_out(service).await? {}
    if ends {
        queue::expiring(service).await?;
    }
    Ok(())
}

/// Makes what is to be told into notices, and takes some of those that are due.
async fn prepare(
    service: &Service,
    look: bool,
    room: usize,
    turn: &mut Uuid,
) -> Result<Vec<notice_delivery::Model>> {
    gather(service, look).await?;
    if room == 0 {
        return Ok(Vec::new());
    }
    claim::claim(service, room, turn).await
}

/// Sends notices, a few at the same time.
async fn send(service: &Service, mail: &MailConfig, post: &Post, claimed: Vec<notice_delivery::Model>) {
    interruption::point("notice-after-claim");
    let each = stream::iter(claimed).for_each_concurrent(CONNECTIONS, async |notice| {
        if let Err(error) = deliver(service, mail, post, &notice).await {
            tracing::error!(notice = %notice.id, ?error, "a notice was broken off; it will be sent again");
        }
    });
    each.await;
}

/// One try, from the message to the line in the log.
async fn deliver(
    service: &Service,
    mail: &MailConfig,
    post: &Post,
    notice: &notice_delivery::Model,
) -> Result<()> {
    let at = service.now();
    match compose(service, mail, notice).await? {
        Composed::Nothing(reason) => record::dropped(service, notice, reason).await,
        Composed::Mail(message) => {
            let outcome = post.send(*message).await;
            interruption::point("notice-after-send");
            record::tried(service, notice, at, outcome).await
        }
    }
}

/// How fast messages may go out: what is not used is saved up for a moment, and no longer.
struct Pace {
    per_second: f64,
    most: f64,
    saved: f64,
    at: Instant,
}

impl Pace {
    fn of(per_minute: u32, at: Instant) -> Self {
        let per_second = f64::from(per_minute) / 60.0;
        let most = per_second.clamp(1.0, f64::from(BATCH));
        Self { per_second, most, saved: most, at }
    }

    /// How many may go out at a moment.
    fn room(&mut self, now: Instant) -> usize {
        let gained = now.duration_since(self.at).as_secs_f64() * self.per_second;
        (self.saved, self.at) = ((self.saved + gained).min(self.most), now);
        self.saved as usize
    }

    fn spend(&mut self, count: usize) {
        self.saved = (self.saved - count as f64).max(0.0);
    }
}

/// Removes notices that have ended and are no longer kept. Those of an end are kept until that has come for sure, so that nobody is told of it twice.
#[crate::boxed]
pub async fn drop_old(service: &Service) -> Result<()> {
    use notice_delivery::{Column, Entity};
    let since = feed::kept_since(service);
    let over = since.min(service.now() - TimeDelta::days(i64::from(setting::MOST_DAYS) + 1));
    let old = Condition::any()
        .add(Condition::all().add(Column::Kind.ne(NoticeKind::Expiring)).add(Column::CreatedAt.lt(since)))
        .add(Column::CreatedAt.lt(over));
    loop {
        let ids: Vec<Uuid> = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(old.clone())
            .filter(Column::NextAttemptAt.is_null())
            .limit(REMOVED)
            .into_tuple()
            .all(service.db.reader())
            .await?;
        if ids.is_empty() {
            return Ok(());
        }
        let tx = service.db.write().await?;
        save::delete::<Entity>(&tx, Column::Id, &ids).await?;
        tx.commit().await?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_go_out_in_a_minute_than_may() {
        let begin = Instant::now();
        for per_minute in [1, 60, 600, 60_000] {
            let mut pace = Pace::of(per_minute, begin);
            let mut sent = 0;
            for tenth in 0..600 {
                let room = pace.room(begin + Duration::from_millis(tenth * 100));
                pace.spend(room);
                sent += room;
            }
            let most = per_minute as usize + BATCH as usize;
            assert!(sent > 0 && sent <= most, "{sent} of {per_minute}");
        }
    }
}
