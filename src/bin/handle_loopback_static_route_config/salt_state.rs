//! The command `salt-state`, the last step of the Salt state.

use loopback_static_routes::router::netlink::Netlink;
use loopback_static_routes::router::report::{Failed, SaltResult};
use loopback_static_routes::router::salt_state::{Snapshot, look};
use loopback_static_routes::router::{ApplyOptions, report};

use crate::args::{Arguments, SaltStateArguments};
use crate::{Exit, status, systemd};

/// Runs the service, so that the sandbox and the journal are those of the unit. Returns the result
/// for Salt.
pub(crate) fn run(
    kernel: &mut Netlink,
    options: &ApplyOptions,
    salt: SaltStateArguments,
    arguments: &Arguments,
) -> (Exit, String) {
    let before = Snapshot::take(kernel, options);
    let service = if salt.test { Ok(()) } else { systemd::run_service() };
    let after = Snapshot::take(kernel, options);
    let look = look(kernel, options, !salt.test);
    let surroundings = status::surroundings(arguments);
    let changes = before.changes_to(&after);
    let result = SaltResult { look, service, changes, is_strict: salt.strict, is_test: salt.test };
    let (failed, text) = report::salt_json(&result, &surroundings);
    let exit = match failed {
        None => Exit::Done,
        Some(Failed::Verdict) => Exit::Findings,
        Some(Failed::System) => Exit::Failure,
    };
    (exit, text)
}
