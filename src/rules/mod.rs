//! The rules, each in a separate file. For example, `duplicate_key.rs` has code, severity and logic
//! of `duplicate-key`, and `docs/rules/` has its page.
//!
//! If a rule needs a whole block, service or plan, a stage calls its function through the registry.
//! If other code detects the fault, such as a reader, the rule only creates the finding, and that
//! code calls the rule by name.

mod addresses;
mod context;
mod error;
mod names;
mod prefixes;
mod roles;

pub(crate) mod also_static;
pub(crate) mod ambiguous_nesting;
pub(crate) mod applies_to_nothing;
pub(crate) mod both_spellings;
pub(crate) mod conductor_cut_off;
pub(crate) mod conductor_node;
pub(crate) mod conflicting_values;
pub(crate) mod confusable_word;
pub(crate) mod covers_link;
pub(crate) mod default_metric_zero;
pub(crate) mod default_route_not_alone;
pub(crate) mod duplicate_asset_id;
pub(crate) mod duplicate_key;
pub(crate) mod duplicate_static_route;
pub(crate) mod empty_block;
pub(crate) mod empty_folder;
pub(crate) mod empty_source;
pub(crate) mod gateway_address;
pub(crate) mod host_bits_set;
pub(crate) mod invalid_address;
pub(crate) mod invalid_asset_id;
pub(crate) mod invalid_source_prefix;
pub(crate) mod invalid_static_route;
pub(crate) mod invalid_syntax;
pub(crate) mod invalid_utf_8;
pub(crate) mod invalid_value;
pub(crate) mod ipv6_address;
pub(crate) mod ipv6_static_route;
pub(crate) mod learning_off;
pub(crate) mod merge_conflict;
pub(crate) mod misleading_indentation;
pub(crate) mod misplaced_element;
pub(crate) mod missing_exit;
pub(crate) mod missing_key;
pub(crate) mod missing_parent_service;
pub(crate) mod name_clash;
pub(crate) mod name_too_long;
pub(crate) mod no_asset_id;
pub(crate) mod no_router;
pub(crate) mod no_routes;
pub(crate) mod nothing_read;
pub(crate) mod other_spelling;
pub(crate) mod router_without_node;
pub(crate) mod service_in_error;
pub(crate) mod shadowed_route;
pub(crate) mod surplus_exit;
pub(crate) mod truncated_text;
pub(crate) mod uncommitted_changes;
pub(crate) mod unexpected_shape;
pub(crate) mod unknown_applies_to_type;
pub(crate) mod unknown_key;
pub(crate) mod unknown_permission;
pub(crate) mod unknown_role;
pub(crate) mod unlearned_service;
pub(crate) mod unread_text;
pub(crate) mod unrouted_host_name;
pub(crate) mod unsafe_name;
pub(crate) mod unsupported_syntax;
pub(crate) mod unused_silencing;
pub(crate) mod unusual_name;
pub(crate) mod worse_metric_within;
pub(crate) mod yaml_1_1_value;

use std::fmt::Write as _;

use rayon::prelude::*;

pub(crate) use self::context::{AdviceContext, BlockContext, RouterContext, RoutesContext, SetContext};
pub use self::error::UnknownCode;
pub(crate) use self::prefixes::Prefixes;
use crate::diagnostics::{Finding, Rule, did_you_mean};
use crate::model::count::plural;
use crate::model::{Checked, CheckedRouter, Learned};

/// A rule and the stages that run it.
struct Entry {
    rule: &'static Rule,
    checks: &'static [Check],
}

/// The stage that runs a rule, and its function.
enum Check {
    /// Run by no stage. The code that finds the fault calls the rule by name: a reader, the merge
    /// of the sources, the check against the schema, or the silencing of findings.
    WhereFound,
    /// Run by `check` for each plugin block.
    Block(fn(&BlockContext<'_>, &mut Vec<Finding>)),
    /// Run by `check` for the names and nodes of each router.
    Router(fn(&CheckedRouter<'_>, &mut Vec<Finding>)),
    /// Run by `check` for the whole authority.
    Checked(fn(&Checked<'_>, &mut Vec<Finding>)),
    /// Run by `learn` for all services, if any router learns.
    Learned(fn(&Learned<'_>, &mut Vec<Finding>)),
    /// Run by `plan` for each router.
    Planned(fn(&RouterContext<'_>, &mut Vec<Finding>)),
    /// Run by `advise` for the whole authority.
    Advice(fn(&AdviceContext<'_>, &mut Vec<Finding>)),
    /// Run by `advise` for each set of routes.
    Routes(fn(&RoutesContext<'_>, &mut Vec<Finding>)),
}

/// Declares the rules, one per line, with the module and the checks of each.
macro_rules! registry {
    ($($module:ident: $($check:ident $(($function:path))?),+;)+) => {
        static REGISTRY: &[Entry] = &[
            $(Entry { rule: &$module::RULE, checks: &[$(Check::$check $(($function))?),+] },)+
        ];
    };
}

registry! {
    invalid_syntax: WhereFound;
    invalid_utf_8: WhereFound;
    unsupported_syntax: WhereFound;
    truncated_text: WhereFound;
    ambiguous_nesting: WhereFound;
    misplaced_element: WhereFound;
    empty_folder: WhereFound;
    empty_source: WhereFound;
    merge_conflict: WhereFound;
    no_router: Checked(no_router::check);
    duplicate_key: WhereFound;
    conflicting_values: WhereFound;
    missing_key: WhereFound;
    unexpected_shape: WhereFound;
    invalid_value: WhereFound, Planned(invalid_value::check);
    unknown_key: WhereFound;
    confusable_word: WhereFound;
    both_spellings: Block(both_spellings::check);
    default_route_not_alone: Block(default_route_not_alone::check);
    invalid_static_route: Block(invalid_static_route::check);
    ipv6_static_route: Block(ipv6_static_route::check);
    duplicate_static_route: Block(duplicate_static_route::check);
    invalid_address: Learned(invalid_address::check);
    unknown_permission: Learned(unknown_permission::check);
    unknown_applies_to_type: Learned(unknown_applies_to_type::check);
    unsafe_name: Router(unsafe_name::check);
    name_too_long: Router(name_too_long::check);
    name_clash: Router(name_clash::check_router), Checked(name_clash::check_authority);
    invalid_asset_id: Router(invalid_asset_id::check);
    duplicate_asset_id: Checked(duplicate_asset_id::check);
    missing_exit: WhereFound;
    surplus_exit: WhereFound;
    misleading_indentation: WhereFound;
    unread_text: WhereFound;
    nothing_read: WhereFound;
    yaml_1_1_value: WhereFound;
    unusual_name: Router(unusual_name::check);
    unknown_role: Router(unknown_role::check);
    no_asset_id: Planned(no_asset_id::check);
    router_without_node: Router(router_without_node::check);
    host_bits_set: Block(host_bits_set::check_block), Learned(host_bits_set::check_services), Planned(host_bits_set::check_mappings);
    unrouted_host_name: Planned(unrouted_host_name::check);
    missing_parent_service: Learned(missing_parent_service::check);
    learning_off: Planned(learning_off::check);
    no_routes: Planned(no_routes::check);
    invalid_source_prefix: Learned(invalid_source_prefix::check);
    applies_to_nothing: Advice(applies_to_nothing::check);
    worse_metric_within: Routes(worse_metric_within::check);
    covers_link: Routes(covers_link::check);
    conductor_cut_off: Routes(conductor_cut_off::check);
    service_in_error: Planned(service_in_error::check);
    other_spelling: Block(other_spelling::check);
    empty_block: Block(empty_block::check);
    conductor_node: Router(conductor_node::check);
    uncommitted_changes: WhereFound;
    ipv6_address: Learned(ipv6_address::check_services), Planned(ipv6_address::check_mappings);
    gateway_address: Block(gateway_address::check_block), Learned(gateway_address::check_services), Planned(gateway_address::check_mappings);
    also_static: Planned(also_static::check);
    default_metric_zero: Planned(default_metric_zero::check);
    shadowed_route: Routes(shadowed_route::check);
    unlearned_service: Advice(unlearned_service::check);

    unused_silencing: WhereFound;
}

/// Returns all rules, sorted by severity.
pub fn all() -> impl ExactSizeIterator<Item = &'static Rule> + Clone {
    REGISTRY.iter().map(|entry| entry.rule)
}

/// Returns the rule with this code.
///
/// # Errors
///
/// No rule has this code.
pub fn named(code: &str) -> Result<&'static Rule, UnknownCode> {
    all().find(|rule| rule.code == code).ok_or_else(|| {
        let mut hint = String::from("`loopback-static-routes rule --list` shows all codes");
        if let Some(near) = did_you_mean(code, all().map(|rule| rule.code)) {
            hint.clear();
            let _ = write!(hint, "did you mean `{near}`?");
        }
        UnknownCode { code: code.to_owned(), hint }
    })
}

/// Declares the function that runs the rules of a stage. The rules of `all` look at the whole
/// authority, and run on all cores.
macro_rules! runner {
    ($(#[doc = $doc:literal] $scope:ident $name:ident $check:ident($context:ty);)+) => {
        $(
            #[doc = $doc]
            pub(crate) fn $name(context: &$context, findings: &mut Vec<Finding>) {
                runner!(@$scope $check(context, findings))
            }
        )+
    };
    (@one $check:ident($context:ident, $findings:ident)) => {
        for check in REGISTRY.iter().flat_map(|entry| entry.checks) {
            if let Check::$check(run) = check {
                run($context, $findings);
            }
        }
    };
    (@all $check:ident($context:ident, $findings:ident)) => {{
        let checks = REGISTRY.par_iter().flat_map_iter(|entry| entry.checks);
        let found = checks.map(|check| {
            let mut findings = Vec::new();
            if let Check::$check(run) = check {
                run($context, &mut findings);
            }
            findings
        });
        $findings.extend(found.flatten_iter().collect::<Vec<_>>());
    }};
}

runner! {
    /// Checks a plugin block.
    one check_block Block(BlockContext<'_>);
    /// Checks the names and nodes of a router.
    one check_names Router(CheckedRouter<'_>);
    /// Checks the whole authority.
    all check_authority Checked(Checked<'_>);
    /// Checks the services.
    all check_services Learned(Learned<'_>);
    /// Checks a planned router.
    one check_router Planned(RouterContext<'_>);
    /// Gives advice about the whole plan.
    all advise_plan Advice(AdviceContext<'_>);
    /// Gives advice about a set of routes.
    one advise_routes Routes(RoutesContext<'_>);
}

/// The maximum number of services that a message names.
const NAMED: usize = 3;

/// Returns `services a, b, c and others`.
fn some_of(names: &[&str]) -> String {
    let shown = names[..names.len().min(NAMED)].join(", ");
    let noun = plural(names.len(), "service", "services");
    format!("{noun} {shown}{}", if names.len() > NAMED { " and others" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::all;

    #[test]
    fn codes_are_kebab_case_and_unique() {
        let mut codes: Vec<_> = all().map(|rule| rule.code).collect();
        for code in &codes {
            assert!(code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{code}");
        }
        let count = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), count);
    }

    #[test]
    fn rules_are_sorted_by_severity() {
        assert!(all().map(|rule| rule.severity).is_sorted());
    }
}
