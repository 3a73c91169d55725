//! Findings: faults of a configuration, as values. A failure of the system or of this program is
//! an error, not a finding.

mod alike;
mod characters;
mod finding;
mod held;
mod rule;
mod suggest;

pub(crate) use alike::{
    alike, alike_plain, appearances, escaped, has_alike_tenant, is_disguised, is_plain, unusual_character,
};
pub(crate) use characters::is_invisible;
pub(crate) use finding::{AlsoJson, sort_by_place};
pub use finding::{Finding, Related, by_content};
pub use held::Held;
pub(crate) use rule::rule;
pub use rule::{Rule, Severity};
pub(crate) use suggest::{MOST_HINTS, did_you_mean, hint};
