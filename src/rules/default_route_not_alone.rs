//! `default-route-not-alone`: `default-route` combined with learning or static routes.

use super::BlockContext;
use crate::diagnostics::{Finding, Rule, rule};
use crate::model::Key;

/// The rule.
pub(crate) static RULE: Rule =
    rule!("default-route-not-alone", Error, "`default-route` combined with learning or static routes.");

/// Reports `default-route` with another source of routes. It covers every destination
/// (`docs/rules.md`).
pub(super) fn check(context: &BlockContext<'_>, findings: &mut Vec<Finding>) {
    let Some(at) = context.block.default_route else { return };
    let other = if context.block.learn_from_services {
        "learn-from-services"
    } else if !context.raw.static_routes().is_empty() {
        "static-route"
    } else {
        return;
    };
    let message = format!(
        "`default-route` cannot be combined with `{other}`; remove one of them. \
         For a default route beside others, write a static route to 0.0.0.0/0"
    );
    findings.push(context.finding(&RULE, context.path.child(Key::DefaultRoute), message).at(at));
}
