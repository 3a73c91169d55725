//! Two configurations to compare, for the tests of `diff`.

use super::{Run, Workspace};

/// A name that tries to end an attribute, an element, a code span, a table cell and a line.
pub(crate) const HOSTILE: &str = "\\\"><img src=x onerror=forged=1><script>forged=1</script>``|{{ 7*7 }}\\u202e\\n## x";

/// Two similar routers, and one that differs from them.
pub(crate) const OLD: &str = "\
router:
  - {name: branch-1, router-group: [stores], node: [{name: n1, asset-id: a1}], loopback-static-routes: {learn-from-services: true, metric: 5}}
  - {name: branch-2, router-group: [stores], node: [{name: n1, asset-id: a2}], loopback-static-routes: {learn-from-services: true, metric: 5}}
  - name: hub
    node: [{name: n1, asset-id: a3}]
    loopback-static-routes: {metric: 9, static-route: [{address: 198.51.100.0/24}, {address: 203.0.113.0/24, metric: 7}]}
service:
  - {name: dns, address: [192.0.2.53], access-policy: {source: _internal_}}
  - {name: lab, address: [192.0.2.128/25], access-policy: {source: _internal_}, applies-to: {type: router-group, group-name: [stores]}}
";

pub(crate) fn compare(new: &str, arguments: &[&str]) -> (Workspace, Run) {
    let workspace = Workspace::new();
    workspace.write("old.yaml", OLD);
    workspace.write("new.yaml", new);
    let run = workspace.run(&[&["diff", "old.yaml", "new.yaml"], arguments].concat());
    (workspace, run)
}
