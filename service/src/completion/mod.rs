//! Completion: the rule that decides an award.

pub mod rule;
