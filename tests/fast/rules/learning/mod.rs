//! Learning from services: rules 3 to 9 and 12.

/// Returns a YAML configuration with these services and a router that learns with metric 128.
macro_rules! learning {
    ($services:literal) => {
        concat!(
            "
router: [{name: r1, router-group: [east, west], resource-group: gold, node: [{name: n, asset-id: a}],
          loopback-static-routes: {learn-from-services: true, metric: 128, static-route: [{address: 203.0.113.1}]}}]
service:
",
            $services
        )
    };
}

mod addresses;
mod admission;
mod applies_to;
mod inheritance;
mod management;
mod switched_off;

/// The plan with the static route of [`learning`] alone. The route prevents the warning about
/// missing routes.
const NOTHING: &[&str] = &["r1/n on: 203.0.113.1/32 128"];

const LEARNED: &[&str] = &["r1/n on: 192.0.2.1/32 128, 203.0.113.1/32 128"];
