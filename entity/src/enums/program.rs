//! Programs, what they give, and who has a part in them.

use super::text_enum;

text_enum! {
    /// Where a program version stands.
    pub enum ProgramStatus {
        /// Stored as `draft`.
        Draft,
        /// Stored as `published`.
        Published,
        /// Stored as `retired`.
        Retired,
    }
}

text_enum! {
    /// How a program is taken part in.
    pub enum DeliveryMode {
        /// Stored as `online`.
        Online,
        /// Stored as `on_site`.
        OnSite,
        /// Stored as `blended`.
        Blended,
        /// Stored as `work_based`.
        WorkBased,
    }
}

text_enum! {
    /// What a program can give.
    pub enum AwardKind {
        /// Stored as `credential`.
        Credential,
        /// Stored as `credits`.
        Credits,
        /// Stored as `voucher`.
        Voucher,
    }
}

text_enum! {
    /// What a party does for a program.
    pub enum PartyRole {
        /// Stored as `offers`.
        Offers,
        /// Stored as `awards`.
        Awards,
        /// Stored as `assesses`.
        Assesses,
        /// Stored as `accredits`.
        Accredits,
        /// Stored as `hosts`.
        Hosts,
        /// Stored as `partners`.
        Partners,
    }
}

text_enum! {
    /// By what a program version can be filtered.
    pub enum FacetKind {
        /// Stored as `level`.
        Level,
        /// Stored as `credit`.
        Credit,
        /// Stored as `price`.
        Price,
        /// Stored as `skill`.
        Skill,
        /// Stored as `supervision`.
        Supervision,
        /// Stored as `tag`.
        Tag,
    }
}

text_enum! {
    /// From when a renewed credential holds.
    #[derive(Default)]
    pub enum RenewalStart {
        /// Stored as `renewal`.
        #[default]
        Renewal,
        /// Stored as `old_end`.
        OldEnd,
    }
}

text_enum! {
    /// What becomes of a credential that a changed grade no longer supports.
    #[derive(Default)]
    pub enum RegradePolicy {
        /// Stored as `keep`.
        #[default]
        Keep,
        /// Stored as `suspend`.
        Suspend,
        /// Stored as `revoke`.
        Revoke,
    }
}

text_enum! {
    /// What becomes of issued credentials while what they rest on is in doubt.
    #[derive(Default)]
    pub enum FlagPolicy {
        /// Stored as `keep`.
        #[default]
        Keep,
        /// Stored as `suspend`.
        Suspend,
    }
}

text_enum! {
    /// Whether components open one after the other.
    #[derive(Default)]
    pub enum ComponentOrder {
        /// Stored as `free`.
        #[default]
        Free,
        /// Stored as `sequential`.
        Sequential,
    }
}
