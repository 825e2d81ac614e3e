//! Deciding on notices: whether, of what, in which words; a message to oneself.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use cairn_service::notice::{self, NewSetting, NewWords};

use super::super::command::outcome;
use super::super::context::ContextExt;
use super::super::enums::NoticeKind;
use super::super::error::{Result, UserError};
use super::super::reference::IssuerRef;
use super::{NoticeSettings, NoticeWords, NoticeWordsInput};

/// Input of setNoticeSettings. The settings are set as a whole.
#[derive(InputObject)]
pub struct SetNoticeSettingsInput {
    /// Whose; operators name it.
    issuer: Option<IssuerRef>,
    /// Whether notices are sent. What happened before they are switched on is not told afterwards.
    enabled: bool,
    /// What is told; everything where absent.
    kinds: Option<Vec<NoticeKind>>,
    /// How many days before its end a credential is told of: 1 to 365.
    #[graphql(default = 30)]
    days_before_expiry: i32,
    /// Where answers go; to the issuer's own address where absent.
    reply_to: Option<String>,
    /// The language for learners whose own is not known, or has no words. BCP 47.
    #[graphql(default = "en")]
    language: String,
}

/// Answer of setNoticeSettings.
#[derive(SimpleObject)]
pub struct SetNoticeSettingsPayload {
    /// The settings.
    notice_settings: Option<NoticeSettings>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Input of setNoticeWords.
#[derive(InputObject)]
pub struct SetNoticeWordsInput {
    /// Whose; operators name it.
    issuer: Option<IssuerRef>,
    /// For what.
    kind: NoticeKind,
    /// In which language, BCP 47. Learners of a language that is a kind of it (`de-AT` of `de`) get these words, too, where theirs has none.
    language: String,
    /// The words; null or absent: the server's own again.
    words: Option<NoticeWordsInput>,
}

/// Answer of setNoticeWords.
#[derive(SimpleObject)]
pub struct SetNoticeWordsPayload {
    /// The issuer's own words; null where it has none now.
    words: Option<NoticeWords>,
    /// What the caller can mend; empty where all went well.
    user_errors: Vec<UserError>,
}

/// Input of sendTestNotice.
#[derive(InputObject)]
pub struct SendTestNoticeInput {
    /// Whose; operators name it.
    issuer: Option<IssuerRef>,
    /// Of what.
    kind: NoticeKind,
    /// In which language, BCP 47.
    #[graphql(default = "en")]
    language: String,
}

/// Answer of sendTestNotice.
#[derive(SimpleObject)]
pub struct SendTestNoticePayload {
    /// Whether the mail server took it; null where it was not tried.
    accepted: Option<bool>,
    /// What the mail server answered: an SMTP reply code; null where it did not.
    code: Option<i32>,
    /// What the caller can mend; empty where it was tried.
    user_errors: Vec<UserError>,
}

/// Deciding on notices.
#[derive(Default)]
pub struct NoticeMutations;

#[Object]
impl NoticeMutations {
    /// Decides whether and of what an issuer's learners are told by e-mail. Takes `keys:manage`.
    async fn set_notice_settings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: SetNoticeSettingsInput,
    ) -> Result<Option<SetNoticeSettingsPayload>> {
        let new = NewSetting {
            issuer: input.issuer.map(Into::into),
            enabled: input.enabled,
            kinds: input.kinds.map(|kinds| kinds.into_iter().map(Into::into).collect()),
            days_before_expiry: input.days_before_expiry,
            reply_to: input.reply_to,
            language: input.language,
        };
        let (row, user_errors) = outcome(ctx, notice::set(ctx.service(), ctx.actor(), new)).await?;
        let notice_settings = row.map(|row| NoticeSettings { issuer: row.issuer_id, row: Some(row) });
        Ok(Some(SetNoticeSettingsPayload { notice_settings, user_errors }))
    }

    /// Sets the words of an issuer's own for one kind of notice in one language, or has the server's own said again. Takes `keys:manage`.
    async fn set_notice_words(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: SetNoticeWordsInput,
    ) -> Result<Option<SetNoticeWordsPayload>> {
        let new = NewWords {
            issuer: input.issuer.map(Into::into),
            kind: input.kind.into(),
            language: input.language,
            words: input.words.map(Into::into),
        };
        let (row, user_errors) = outcome(ctx, notice::set_words(ctx.service(), ctx.actor(), new)).await?;
        Ok(Some(SetNoticeWordsPayload { words: row.flatten().map(NoticeWords::from), user_errors }))
    }

    /// Sends a notice with made-up values to where answers to the issuer's notices go, at once and once. Takes `keys:manage`.
    async fn send_test_notice(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to do it with.")] input: SendTestNoticeInput,
    ) -> Result<Option<SendTestNoticePayload>> {
        let issuer = input.issuer.map(Into::into);
        let what = (input.kind.into(), input.language.as_str());
        let sent = notice::send_trial(ctx.service(), ctx.actor(), issuer.as_ref(), what);
        let (trial, user_errors) = outcome(ctx, sent).await?;
        Ok(Some(SendTestNoticePayload {
            accepted: trial.map(|trial| trial.accepted),
            code: trial.and_then(|trial| trial.code).map(i32::from),
            user_errors,
        }))
    }
}
