//! The command `salt-setup`.

use loopback_static_routes::conductor::salt_setup::{Changes, Setup};

use crate::Exit;
use crate::args::SaltSetup;
use crate::output::Output;

pub(crate) fn run(arguments: &SaltSetup, output: &mut Output) -> anyhow::Result<Exit> {
    let setup = Setup { out: arguments.out.clone(), pillar_root: arguments.pillar_root.clone() };
    let changes = if arguments.undo { setup.undone() } else { setup.wanted() };
    let changes = match changes {
        Err(error) if error.is_finding() => {
            output.message(&format!("error: {error}"));
            return Ok(Exit::Findings);
        }
        other => other?,
    };
    output.result(&told(&changes, &setup))?;
    if arguments.check {
        return Ok(if changes.is_empty() { Exit::Done } else { Exit::Findings });
    }
    setup.make(&changes)?;
    Ok(Exit::Done)
}

/// What is changed, a line each.
fn told(changes: &Changes, setup: &Setup) -> String {
    let at = |name: &str| setup.pillar_root.join(name).display().to_string();
    let mut text = String::new();
    match &changes.finder {
        None => {}
        Some(Some(_)) => text += &format!("write {}\n", at("loopback_static_routes.sls")),
        Some(None) => text += &format!("remove {}\n", at("loopback_static_routes.sls")),
    }
    match &changes.top {
        None => {}
        Some(Some(_)) => text += &format!("edit {}\n", at("top.sls")),
        Some(None) => text += &format!("remove {}\n", at("top.sls")),
    }
    if text.is_empty() { "nothing to do\n".to_owned() } else { text }
}
