//! Each kind of request to the kernel fails once, at each position. The run undoes its changes or
//! finishes, and reports which; the next run converges.

use std::collections::BTreeSet;

use loopback_static_routes::model::Route;
use loopback_static_routes::router;
use loopback_static_routes::router::confirm::Intent;
use loopback_static_routes::router::kernel::{KernelRoute, Protocol};
use loopback_static_routes::router::machine::Now;
use loopback_static_routes::router::{ApplyOptions, Error, Event};

use crate::common::router::{FOLDER, document, part};
use crate::common::site::NoNetwork;
use crate::common::twin::{Fault, KNI, Twin, elsewhere, odd, plain, to};
use crate::common::wait;

/// A router whose change has every kind of step.
struct Change {
    root: tempfile::TempDir,
    table: Vec<KernelRoute>,
    file: String,
    document: String,
    /// The document's routes without the conflict.
    wanted: BTreeSet<Route>,
}

fn places(table: &[KernelRoute]) -> BTreeSet<Route> {
    table.iter().map(|route| route.route).collect()
}

/// A route through kni254 that no run changes.
fn operators_route() -> KernelRoute {
    plain("10.2.0.0/16", 0, Protocol(4))
}

impl Change {
    /// From an installed state to another one.
    fn new() -> Self {
        let table = vec![
            plain("192.0.2.0/24", 5, Protocol::OURS),
            plain("198.51.100.0/24", 5, Protocol::OURS),
            plain("203.0.113.0/24", 0, Protocol::BOOT),
            plain("10.1.0.0/16", 0, Protocol::BOOT),
            operators_route(),
            odd("10.3.0.0/16", 5),
            plain("10.4.0.0/16", 0, Protocol::OURS),
            elsewhere("10.5.0.0/16", 5),
            elsewhere("10.1.0.0/16", 9),
        ];
        let file = part(&["10.1.0.0/16", "192.0.2.0/24 metric 5", "203.0.113.0/24", "10.4.0.0/16"]);
        let document = document(
            true,
            &[
                ("192.0.2.0/24", 5),    // stays
                ("203.0.113.0/24", 0),  // stays, added by the network scripts
                ("10.4.0.0/16", 128),   // gets another metric, from 0
                ("198.51.100.0/24", 0), // gets another metric, to 0
                ("10.3.0.0/16", 5),     // is there in a wrong form
                ("10.5.0.0/16", 5),     // is a conflict
                ("10.6.0.0/16", 5),     // comes
                ("0.0.0.0/0", 7),       // comes
            ],
        );
        let wanted = [
            to("192.0.2.0/24", 5),
            to("203.0.113.0/24", 0),
            to("10.4.0.0/16", 128),
            to("198.51.100.0/24", 0),
            to("10.3.0.0/16", 5),
            to("10.6.0.0/16", 5),
            to("0.0.0.0/0", 7),
        ];
        Self { root: tempfile::tempdir().expect("a folder"), table, file, document, wanted: wanted.into() }
    }

    /// Off: the operator's file and routes are restored.
    fn off() -> Self {
        Self { document: document(false, &[]), wanted: BTreeSet::new(), ..Self::new() }
    }

    fn prepare(&self, backup: Option<&str>) {
        let folder = self.root.path().join(FOLDER);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("made");
        std::fs::write(folder.join("route-kni254"), &self.file).expect("written");
        if let Some(backup) = backup {
            std::fs::write(folder.join("route-kni254.before-loopback-static-routes"), backup).expect("written");
        }
        std::fs::write(self.root.path().join("config.json"), &self.document).expect("written");
    }

    fn file(&self) -> Option<String> {
        std::fs::read_to_string(self.root.path().join(FOLDER).join("route-kni254")).ok()
    }

    fn names(&self) -> usize {
        std::fs::read_dir(self.root.path().join(FOLDER)).expect("there").count()
    }

    fn apply(&self, kernel: &mut Twin) -> Result<router::Applied, Error> {
        let options = ApplyOptions {
            root: self.root.path().to_owned(),
            config: "/config.json".into(),
            intent: Intent::Apply,
            wait: wait::LOCK,
            quiet: false,
        };
        router::apply(kernel, &mut NoNetwork, &Now::default(), &options, &mut |_: Event<'_>| {})
    }

    /// Tries every fault at every position. Returns the number of faults that struck.
    fn every_fault(&self, backup: Option<&str>) -> usize {
        self.prepare(backup);
        let names = self.names();
        let mut undisturbed = Twin::new(self.table.clone());
        self.apply(&mut undisturbed).expect("nothing fails");
        let (new_table, new_file) = (undisturbed.table.clone(), self.file());
        assert_ne!(new_table, Twin::new(self.table.clone()).table);

        let mut struck = 0;
        for fault in Fault::ALL {
            for occasion in 0.. {
                let context = format!("{fault:?} at {occasion}");
                self.prepare(backup);
                let mut kernel = Twin::failing(self.table.clone(), fault, occasion);
                let result = self.apply(&mut kernel);
                if !kernel.struck {
                    break;
                }
                struck += 1;
                // An undone run may differ.
                for gap in kernel.gaps.iter().filter(|_| result.is_ok() && fault != Fault::Ignored) {
                    let is_wanted = self.wanted.iter().any(|route| route.prefix == *gap);
                    assert!(!is_wanted, "{context}: {gap} was without a route");
                }
                let old = (Twin::new(self.table.clone()).table, Some(self.file.clone()));
                let now = (kernel.table.clone(), self.file());
                let new = (new_table.clone(), new_file.clone());
                let flushed: Vec<KernelRoute> =
                    old.0.iter().filter(|route| route.interface != Some(KNI)).cloned().collect();
                match result {
                    // Success: a request was repeated, or the failure did not matter.
                    Ok(applied) if fault == Fault::Down => {
                        assert_eq!(now, (flushed.clone(), new_file.clone()), "{context}");
                        assert!(applied.waiting > 0 || (backup.is_none() && self.wanted.is_empty()), "{context}");
                    }
                    // The operator's route went with the link.
                    Ok(_) if fault == Fault::Flap => {
                        let expected: Vec<KernelRoute> =
                            new.0.iter().filter(|route| **route != operators_route()).cloned().collect();
                        assert_eq!((places(&now.0), now.1), (places(&expected), new.1), "{context}");
                    }
                    Ok(_) => assert_eq!(now, new, "{context}"),
                    Err(error) => {
                        assert!(!error.is_finding(), "{context}: {error}");
                        // The state is the old one or, if all was done but could not be verified,
                        // the new one.
                        assert!(now == old || now == new, "{context}: {error}\n{now:#?}");
                        // The message says which.
                        let is_undone = error.to_string().contains("were undone: kernel and route file are as before");
                        let is_installed = error.to_string().contains("the route file is installed");
                        assert_eq!((is_undone, is_installed), (now == old, now != old), "{context}: {error}");
                        if now == old {
                            assert_eq!(self.names(), names, "{context}: something is left");
                        }
                    }
                }
                kernel.interface = undisturbed.interface;
                let table = kernel.table.clone();
                self.apply(&mut kernel).unwrap_or_else(|error| panic!("{context}: {error}"));
                assert_eq!(self.file(), new_file, "{context}: the next run");
                if fault == Fault::Flap {
                    assert_eq!(kernel.table, table, "{context}: the next run");
                } else if fault == Fault::Down {
                    // The operator's routes went with the link. The network scripts add them again.
                    assert_eq!(
                        places(&kernel.table),
                        places(&flushed).union(&self.wanted).copied().collect(),
                        "{context}"
                    );
                } else {
                    assert_eq!(kernel.table, new_table, "{context}: the next run");
                }
                let requests = kernel.requests;
                self.apply(&mut kernel).expect("nothing to do");
                assert_eq!(kernel.requests, requests, "{context}: a run after that had something to do");
            }
        }
        struck
    }
}

#[test]
fn a_change_with_every_fault() {
    let struck = Change::new().every_fault(None);
    assert!(struck > 40, "only {struck} faults");
}

#[test]
fn off_with_every_fault() {
    let struck = Change::off().every_fault(None);
    assert!(struck > 20, "only {struck} faults");
}

#[test]
fn off_with_a_backup_and_every_fault() {
    let backup = "10.1.0.0/16 via 169.254.127.126 dev kni254\n10.8.0.0/16 via 169.254.127.126 metric 3\n";
    let struck = Change::off().every_fault(Some(backup));
    assert!(struck > 25, "only {struck} faults");
}

#[test]
fn a_table_that_never_agrees_is_an_error_that_lists_the_difference() {
    struct Stubborn(Twin);
    use loopback_static_routes::router::error::KernelError;
    use loopback_static_routes::router::kernel::{Answers, Interface, Kernel, Request};
    impl Kernel for Stubborn {
        fn interface(&mut self) -> Result<Interface, KernelError> {
            self.0.interface()
        }
        fn routes_through(&mut self, interface: u32) -> Result<Vec<KernelRoute>, KernelError> {
            self.0.routes_through(interface)
        }
        fn holders(&mut self, routes: &[Route]) -> Result<Vec<KernelRoute>, KernelError> {
            self.0.holders(routes)
        }
        fn strays(&mut self, interface: Option<u32>) -> Result<Vec<KernelRoute>, KernelError> {
            self.0.strays(interface)
        }
        fn change(&mut self, requests: &[Request]) -> Result<Answers, KernelError> {
            let willing: Vec<Request> = requests
                .iter()
                .filter(|request| request.route().route.prefix.to_string() != "10.6.0.0/16")
                .cloned()
                .collect();
            self.0.change(&willing)
        }
        fn interface_name(&mut self, interface: u32) -> String {
            self.0.interface_name(interface)
        }
    }
    let change = Change::new();
    change.prepare(None);
    let options = ApplyOptions {
        root: change.root.path().to_owned(),
        config: "/config.json".into(),
        intent: Intent::Apply,
        wait: wait::LOCK,
        quiet: false,
    };
    let mut kernel = Stubborn(Twin::new(change.table.clone()));
    let error = router::apply(&mut kernel, &mut NoNetwork, &Now::default(), &options, &mut |_| {})
        .expect_err("it never agrees")
        .to_string();
    assert!(
        error.contains("remaining: add 10.6.0.0/16 metric 5 protocol 128; the changes of this run were undone"),
        "{error}"
    );
    assert_eq!((kernel.0.table, change.file()), (Twin::new(change.table.clone()).table, Some(change.file.clone())));
}
