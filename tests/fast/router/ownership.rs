//! The ownership rule of `docs/router.md`, in every combination.

use std::collections::BTreeSet;

use loopback_static_routes::router::confirm::Intent;
use loopback_static_routes::router::kernel::{Form, KernelRoute, OtherForm, Protocol};
use loopback_static_routes::router::machine::Now;
use loopback_static_routes::router::ownership::{Claim, Owner, Ownership};
use loopback_static_routes::router::{self, ApplyOptions};

use crate::common::ownership::{Row, file, rows};
use crate::common::router::{FOLDER, document};
use crate::common::site::NoNetwork;
use crate::common::twin::{KNI, OTHER, Twin, elsewhere, odd, plain, to};
use crate::common::wait;

fn protocol(name: &str) -> Protocol {
    let numbers = [3, 4, 11, 128].map(Protocol);
    numbers.into_iter().find(|protocol| protocol.to_string() == name).expect("a protocol of the table")
}

/// The route of a row, and its twin.
fn routes(row: &Row) -> Vec<KernelRoute> {
    let twin = plain(&row.prefix(), 5, Protocol::OURS);
    let route = if row.is_plain { twin.clone() } else { odd(&row.prefix(), 5) };
    let route = KernelRoute { protocol: protocol(row.protocol), ..route };
    if row.has_twin { vec![route, twin] } else { vec![route] }
}

/// Returns the routes of a row's place, as the table names them.
fn in_place(table: &[KernelRoute], row: &Row) -> Vec<String> {
    let place = to(&row.prefix(), 5);
    let name = |route: &KernelRoute| match route.form {
        Form::Plain => route.protocol.to_string(),
        Form::Other(_) => format!("{}*", route.protocol),
    };
    let mut names: Vec<String> = table.iter().filter(|route| route.route == place).map(name).collect();
    names.sort();
    names
}

#[test]
fn every_route_has_one_owner() {
    for row in rows() {
        let route = to(&row.prefix(), 5);
        let lines = row.is_below.then_some(route).into_iter().collect::<Vec<_>>();
        let claims = row.is_above.then_some(Claim { route, is_exact: true }).into_iter().collect::<Vec<_>>();
        let ownership = Ownership::new(&lines, &claims);
        let table = routes(&row);
        let owner = match ownership.owners(Some(KNI), &table).of(&table[0]) {
            Owner::Ours => "ours",
            Owner::Copy => "copy",
            Owner::Another => "another",
        };
        assert_eq!(owner, row.owner, "{row:?}");
    }
}

#[test]
fn every_route_becomes_what_its_owner_expects() {
    let rows = rows();
    let folder = tempfile::tempdir().expect("a folder");
    let scripts = folder.path().join(FOLDER);
    std::fs::create_dir_all(&scripts).expect("made");
    let prefixes: Vec<String> = rows.iter().map(Row::prefix).collect();
    let wanted: Vec<(&str, u32)> = prefixes.iter().map(|prefix| (prefix.as_str(), 5)).collect();
    for last in [document(true, &[]), document(false, &[])] {
        std::fs::write(scripts.join("route-kni254"), file(&rows)).expect("written");
        let mut kernel = Twin::new(rows.iter().flat_map(routes).collect());
        let mut apply = |document: &str| {
            std::fs::write(folder.path().join("config.json"), document).expect("written");
            let options = ApplyOptions {
                root: folder.path().to_owned(),
                config: "/config.json".into(),
                intent: Intent::Apply,
                wait: wait::LOCK,
                quiet: false,
            };
            let applied = router::apply(&mut kernel, &mut NoNetwork, &Now::default(), &options, &mut |_| {})
                .expect("nothing fails");
            (kernel.table.clone(), applied.has_conflicts())
        };
        let (table, has_conflicts) = apply(&document(true, &wanted));
        assert!(has_conflicts);
        rows.iter().for_each(|row| assert_eq!(in_place(&table, row), row.wanted(), "{row:?}"));
        let (table, has_conflicts) = apply(&last);
        assert!(!has_conflicts);
        rows.iter().for_each(|row| assert_eq!(in_place(&table, row), row.dropped(), "{row:?}"));
        assert_eq!(apply(&last).0, table, "a further run had something to do");
    }
}

#[test]
fn a_route_through_another_interface_is_ours_if_it_leads_to_our_gateway() {
    let ownership = Ownership::new(&[to("192.0.2.0/24", 5)], &[]);
    let renamed = |route: KernelRoute| KernelRoute { interface: Some(OTHER), ..route };
    let multipath = Form::Other(Box::new(OtherForm { service_type: 0, gateway: None, nexthop: None, message: vec![] }));
    for (route, is_ours) in [
        (renamed(plain("192.0.2.0/24", 5, Protocol::OURS)), true),
        (renamed(plain("10.1.0.0/16", 0, Protocol::OURS)), true),
        (renamed(plain("192.0.2.0/24", 5, Protocol::BOOT)), false),
        (renamed(odd("192.0.2.0/24", 5)), false),
        (elsewhere("192.0.2.0/24", 5), false),
        (KernelRoute { protocol: Protocol::OURS, ..elsewhere("192.0.2.0/24", 5) }, false),
        (KernelRoute { interface: None, form: multipath, ..plain("192.0.2.0/24", 5, Protocol::OURS) }, false),
    ] {
        for interface in [Some(KNI), None] {
            let owners = ownership.owners(interface, std::slice::from_ref(&route));
            assert_eq!(owners.is_ours(&route), is_ours, "{route:?}");
        }
    }
}

#[test]
fn a_route_is_a_line_if_destination_and_metric_agree() {
    let ownership = Ownership::new(&[to("192.0.2.0/24", 5)], &[]);
    let ours: BTreeSet<&str> = ["192.0.2.0/24 5"].into();
    for (prefix, metric) in [("192.0.2.0/24", 5), ("192.0.2.0/24", 6), ("192.0.2.0/25", 5), ("0.0.0.0/0", 5)] {
        let route = plain(prefix, metric, Protocol::STATIC);
        let owners = ownership.owners(Some(KNI), std::slice::from_ref(&route));
        assert_eq!(owners.is_ours(&route), ours.contains(format!("{prefix} {metric}").as_str()), "{route:?}");
    }
}
