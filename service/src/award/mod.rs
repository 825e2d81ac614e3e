//! What a completion brings beside a credential that is asked for: vouchers, and credentials that come by themselves.

mod follow;
mod voucher;

pub(crate) use follow::follow;
pub(crate) use voucher::sealed_for;
pub use voucher::{Status, code_of, of_enrollments, redeem, status, visible_by_ids};
