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
    let Some(at) = context.raw.switched_on(Key::DefaultRoute) else { return };
    let other = if context.raw.switched_on(Key::LearnFromServices).is_some() {
        "learn-from-services"
    } else if !context.raw.static_routes().is_empty() {
        "static-route"
    } else {
        return;
    };
    let message = format!(
        "`default-route` cannot be combined with `{other}`; remove one of them, or replace `default-route` with a \
         static route to 0.0.0.0/0"
    );
    findings.push(context.finding(&RULE, context.path.child(Key::DefaultRoute), message).at(at));
}
