//! The sources of a configuration, and how several become one authority.

mod compressed;
mod damaged;
mod deletions;
mod empty_lists;
mod folders;
mod merging;
mod parts;
mod sources;
mod windows;

use crate::common::{Run, Workspace};

pub(crate) const ROUTER: &str = "
router:
  - {name: r1, node: [{name: n1, asset-id: a}], loopback-static-routes: {learn-from-services: true, metric: 5}}
";
pub(crate) const SERVICE: &str = "service dns\n    address 192.0.2.1\n    access-policy _internal_\n";

pub(crate) const LEARNED: [&str; 1] = ["192.0.2.1/32 via 169.254.127.126 dev kni254 metric 5"];

pub(crate) fn routes(workspace: &Workspace) -> Vec<String> {
    workspace.read("out/routers/r1/n1/route-kni254").lines().skip(1).map(str::to_owned).collect()
}

pub(crate) fn generate(workspace: &Workspace, configs: &[&str]) -> Run {
    workspace.run(&[&["generate"], configs, &["--out", "out"]].concat())
}
