//! YAML: anchors, merge keys, and values that YAML 1.1 reads differently.

use crate::common::Workspace;
use crate::input::{LEARNED, ROUTER, SERVICE, generate, routes};

#[test]
fn anchors_and_merge_keys_are_resolved() {
    let workspace = Workspace::new();
    workspace.write(
        "a.yaml",
        "
defaults: &defaults {learn-from-services: true, metric: 9}
first: &first {metric: 5}
authority:
  router:
    - name: r1
      node: [{name: n1, asset-id: a}]
      loopback-static-routes:
        <<: [*first, *defaults]
  service:
    - {name: dns, address: 192.0.2.1, access-policy: &policy [{source: _internal_}]}
    - {name: ntp, address: 192.0.2.1, access-policy: *policy}
",
    );
    let run = generate(&workspace, &["a.yaml"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(routes(&workspace), LEARNED);
}

#[test]
fn values_that_yaml_1_1_reads_differently_are_reported() {
    let workspace = Workspace::new();
    workspace.write("a.yaml", &ROUTER.replace("asset-id: a", "asset-id: on"));
    workspace.write("b.txt", SERVICE);
    let run = generate(&workspace, &["a.yaml", "b.txt"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.reports("a.yaml:3:44: warning[yaml-1-1-value]: YAML 1.1 tools read \"on\" as a boolean"),
        "{}",
        run.stderr
    );
    assert!(workspace.path("out/pillar/loopback_static_routes/on.sls").exists(), "the asset-id is not read as text");
}
