//! A published authority, for the tests of publishing.

use super::{Run, Workspace};

/// A router with two nodes, a router with one, and a service that both may learn.
pub(crate) const AUTHORITY: &str = "
authority:
  router:
    - name: r1
      node: [{name: n1, asset-id: r1.n1}, {name: n2, asset-id: r1.n2}]
      loopback-static-routes: {learn-from-services: true, metric: 5}
    - name: r2
      node: [{name: n1, asset-id: r2}]
      loopback-static-routes: {static-route: [{address: 198.51.100.0/24}, {address: 192.0.2.1}]}
  service:
    - {name: dns, address: 192.0.2.1, access-policy: [{source: _internal_}]}
";

pub(crate) const ROUTE_FILE_R2: &str = "out/routers/r2/n1/route-kni254";

/// Returns a workspace with the authority published in `out`.
pub(crate) fn published() -> Workspace {
    published_in(Workspace::new())
}

/// Publishes the authority in `out` of a workspace.
pub(crate) fn published_in(workspace: Workspace) -> Workspace {
    let run = generate(&workspace, AUTHORITY, &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    workspace
}

pub(crate) fn generate(workspace: &Workspace, authority: &str, options: &[&str]) -> Run {
    workspace.write("authority.yaml", authority);
    workspace.run(&[&["generate", "authority.yaml", "--out", "out"], options].concat())
}

/// Returns the authority without its router r2.
pub(crate) fn without_r2() -> String {
    let start = AUTHORITY.find("    - name: r2").expect("there");
    let end = AUTHORITY.find("  service:").expect("there");
    format!("{}{}", &AUTHORITY[..start], &AUTHORITY[end..])
}

/// An action on a workspace.
pub(crate) type Act<'a> = &'a dyn Fn(&Workspace);
