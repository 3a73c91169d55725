//! A site in memory: a router with its kernel, files and clock, and the peers around it. Each part
//! behaves as the real one does in the respects that matter to a trial.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use loopback_static_routes::model::Route;
use loopback_static_routes::router::backend::route_file::{FileStep, confirmed, plan_keeping};
use loopback_static_routes::router::backend::{Backend, Confirmed, StoragePlan};
use loopback_static_routes::router::confirm::Intent;
use loopback_static_routes::router::error::{Error, FileError, KernelError};
use loopback_static_routes::router::files::{DocumentBytes, Files};
use loopback_static_routes::router::kernel::{Answers, Interface, Kernel, KernelRoute, Path, Protocol, Request};
use loopback_static_routes::router::machine::{Machine, Moment, Now};
use loopback_static_routes::router::network::{Network, Session};
use loopback_static_routes::router::{self, Applied, ApplyOptions};

use crate::common::router::document;
use crate::common::twin::{KNI, Twin};

/// A machine without connections, whose peers never answer.
pub(crate) struct NoNetwork;

impl Network for NoNetwork {
    fn sessions(&mut self) -> Result<Vec<Session>, KernelError> {
        Ok(Vec::new())
    }

    fn connect(&mut self, peers: &[SocketAddrV4]) -> Vec<bool> {
        vec![false; peers.len()]
    }
}

/// A machine outside the router.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Outside {
    pub(crate) address: Ipv4Addr,
    /// True if it runs.
    pub(crate) is_up: bool,
    /// The interfaces through which it can be reached.
    pub(crate) reached_by: Vec<u32>,
}

/// A defect that is planted, to show that the exploration finds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Defect {
    /// Every peer seems to answer.
    AnswersInvented,
    /// The ways to peers seem to stay the same.
    WaysFrozen,
    /// The clock does not advance.
    ClockStopped,
    /// The record loses its quarantine.
    QuarantineForgotten,
    /// The record of a trial has no deadline.
    DeadlineEndless,
    /// A hold is not written.
    HoldForgotten,
    /// The file is written when a trial begins.
    FileWrittenEarly,
    /// A deletion hits the route of another program too.
    DeletionTooWide,
}

impl Defect {
    pub(crate) const ALL: [Self; 8] = [
        Self::AnswersInvented,
        Self::WaysFrozen,
        Self::ClockStopped,
        Self::QuarantineForgotten,
        Self::DeadlineEndless,
        Self::HoldForgotten,
        Self::FileWrittenEarly,
        Self::DeletionTooWide,
    ];
}

/// The state of a site.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) kernel: Twin,
    pub(crate) has_carrier: bool,
    pub(crate) file: Option<Vec<u8>>,
    pub(crate) backup: Option<Vec<u8>>,
    pub(crate) records: BTreeMap<String, Vec<u8>>,
    pub(crate) document: Option<Vec<u8>>,
    pub(crate) peers: Option<Vec<u8>>,
    pub(crate) outside: Vec<Outside>,
    pub(crate) boot: u32,
    pub(crate) seconds: u64,
    pub(crate) defect: Option<Defect>,
    /// The number of effects after which the run is killed.
    fuse: Option<usize>,
    step: FileStep,
    staged: bool,
}

/// A site.
#[derive(Clone, Debug)]
pub(crate) struct Site(Rc<RefCell<World>>);

/// The run was killed.
struct Killed;

/// The result of a run.
#[derive(Debug)]
pub(crate) enum Ran {
    /// It was killed.
    Killed,
    /// It ended.
    Ended(Box<Result<Applied, Error>>),
}

impl World {
    pub(crate) fn new(table: Vec<KernelRoute>) -> Self {
        Self {
            kernel: Twin::new(table),
            has_carrier: true,
            file: None,
            backup: None,
            records: BTreeMap::new(),
            document: None,
            peers: None,
            outside: Vec::new(),
            boot: 0,
            seconds: 1000,
            defect: None,
            fuse: None,
            step: FileStep::Keep,
            staged: false,
        }
    }

    /// Returns true if packets to a machine outside leave through an interface by which it can be
    /// reached, and it runs.
    pub(crate) fn reaches(&self, outside: &Outside) -> bool {
        outside.is_up && self.has_way(&self.kernel.table, outside)
    }

    /// Returns true if a table leads to a machine outside.
    pub(crate) fn has_way(&self, table: &[KernelRoute], outside: &Outside) -> bool {
        let covering = table.iter().filter(|route| route.route.prefix.contains(&outside.address));
        let key = |route: &&KernelRoute| (std::cmp::Reverse(route.route.prefix.prefix_len()), route.route.metric);
        covering
            .min_by_key(key)
            .and_then(|route| route.interface)
            .is_some_and(|interface| outside.reached_by.contains(&interface) && (interface != KNI || self.has_carrier))
    }

    /// Boots the machine: the network scripts add the routes of the file.
    pub(crate) fn boot(&mut self) {
        self.boot += 1;
        self.seconds = 100;
        self.kernel.interface = Interface::Ready(KNI);
        self.has_carrier = true;
        self.kernel.table.retain(|route| route.interface != Some(KNI));
        self.scripts();
    }

    /// kni254 goes down and up, and the network scripts do not run.
    pub(crate) fn flap(&mut self) {
        self.kernel.interface = Interface::Ready(KNI);
        self.kernel.table.retain(|route| route.interface != Some(KNI));
    }

    /// The network scripts add the routes of the file.
    fn scripts(&mut self) {
        for route in confirmed(self.file.as_deref()).routes {
            let is_taken = self.kernel.table.iter().any(|other| other.route == route);
            if !is_taken {
                self.kernel.table.push(KernelRoute { protocol: Protocol::BOOT, ..KernelRoute::ours(route, KNI) });
            }
        }
        self.kernel.table.sort();
    }

    /// Counts an effect, and kills the run if it is the last one.
    fn effect(&mut self) {
        match self.fuse {
            Some(0) => resume_unwind(Box::new(Killed)),
            Some(left) => self.fuse = Some(left - 1),
            None => {}
        }
    }

    pub(crate) fn set_document(&mut self, enabled: bool, routes: &[(&str, u32)]) {
        self.document = Some(document(enabled, routes).into_bytes());
    }

    fn install(&mut self) {
        match std::mem::take(&mut self.step) {
            FileStep::Keep => {}
            FileStep::Write { bytes, back_up } => {
                if back_up {
                    self.backup = self.file.clone();
                }
                self.file = Some(bytes);
            }
            FileStep::Restore => self.file = self.backup.take(),
            FileStep::Compose { bytes } => {
                self.file = Some(bytes);
                self.backup = None;
            }
            FileStep::Remove => self.file = None,
            FileStep::DropBackup => self.backup = None,
        }
    }
}

impl Site {
    pub(crate) fn new(world: World) -> Self {
        Self(Rc::new(RefCell::new(world)))
    }

    pub(crate) fn world(&self) -> std::cell::RefMut<'_, World> {
        self.0.borrow_mut()
    }

    /// Runs the program. It is killed before the effect of this number, if there is one.
    pub(crate) fn run(&self, intent: Intent, fuse: Option<usize>, log: &mut dyn FnMut(String)) -> Ran {
        self.world().fuse = fuse;
        let is_removal = matches!(intent, Intent::Remove { .. });
        let options = ApplyOptions {
            root: PathBuf::from("/"),
            config: PathBuf::from("/config.json"),
            intent,
            wait: Duration::ZERO,
            quiet: true,
        };
        let now = {
            let world = self.world();
            let seconds = if world.defect == Some(Defect::ClockStopped) { 1000 } else { world.seconds };
            Now { moment: Moment { boot: world.boot.to_string(), seconds }, epoch: 0 }
        };
        let (mut kernel, mut storage, mut network) = (self.clone(), self.clone(), self.clone());
        let mut files = SiteFiles { site: self.clone(), is_removal };
        let run = || {
            let mut machine = Machine {
                kernel: &mut kernel,
                storage: &mut storage,
                files: &mut files,
                network: &mut network,
                now: now.clone(),
            };
            router::apply_to(&mut machine, &options, &mut |event| log(event.to_string()))
        };
        let result = catch_unwind(AssertUnwindSafe(run));
        self.world().fuse = None;
        match result {
            Ok(result) => Ran::Ended(Box::new(result)),
            Err(cause) if cause.is::<Killed>() => Ran::Killed,
            Err(cause) => resume_unwind(cause),
        }
    }
}

impl Kernel for Site {
    fn interface(&mut self) -> Result<Interface, KernelError> {
        self.world().kernel.interface()
    }

    fn routes_through(&mut self, interface: u32) -> Result<Vec<KernelRoute>, KernelError> {
        self.world().kernel.routes_through(interface)
    }

    fn holders(&mut self, routes: &[Route]) -> Result<Vec<KernelRoute>, KernelError> {
        self.world().kernel.holders(routes)
    }

    fn strays(&mut self, interface: Option<u32>) -> Result<Vec<KernelRoute>, KernelError> {
        self.world().kernel.strays(interface)
    }

    fn has_carrier(&mut self, _interface: u32) -> Result<bool, KernelError> {
        Ok(self.world().has_carrier)
    }

    fn path_to(&mut self, address: Ipv4Addr, source: Option<Ipv4Addr>) -> Result<Option<Path>, KernelError> {
        let mut world = self.world();
        if world.defect == Some(Defect::WaysFrozen) {
            return Ok(None);
        }
        world.kernel.path_to(address, source)
    }

    fn change(&mut self, requests: &[Request]) -> Result<Answers, KernelError> {
        let mut world = self.world();
        let mut answers = Answers { refused: Vec::new(), complete: true };
        for (index, request) in requests.iter().enumerate() {
            world.effect();
            if world.defect == Some(Defect::DeletionTooWide)
                && let Request::Delete(route) = request
            {
                let place = world.kernel.table.iter().position(|other| other.route.prefix == route.route.prefix);
                place.map(|place| world.kernel.table.remove(place));
                continue;
            }
            let Answers { refused, .. } = world.kernel.change(std::slice::from_ref(request))?;
            answers.refused.extend(refused.into_iter().map(|mut refusal| {
                refusal.request = index;
                refusal
            }));
        }
        Ok(answers)
    }

    fn interface_name(&mut self, interface: u32) -> String {
        self.world().kernel.interface_name(interface)
    }
}

impl Backend for Site {
    fn path(&self) -> PathBuf {
        PathBuf::from("/route-kni254")
    }

    fn is_present(&self) -> bool {
        true
    }

    fn prepare(&mut self) {}

    fn confirmed(&mut self) -> Result<Confirmed, Error> {
        Ok(confirmed(self.world().file.as_deref()))
    }

    fn plan(&mut self, desired: Option<&[Route]>, keep: &[Ipv4Addr]) -> Result<StoragePlan, Error> {
        let mut world = self.world();
        let plan = plan_keeping(world.file.as_deref(), world.backup.as_deref(), desired, keep);
        let plan = plan.expect("no line is sourced");
        world.staged = false;
        Ok(plan.map_step(|step| {
            let description = step.describe();
            world.step = step;
            description
        }))
    }

    fn stage(&self) -> Result<(), FileError> {
        let mut world = self.world();
        world.effect();
        world.staged = true;
        Ok(())
    }

    fn discard(&self) {
        self.world().staged = false;
    }

    fn install(&self, _log: &mut dyn FnMut(router::Event<'_>)) -> Result<(), FileError> {
        let mut world = self.world();
        world.effect();
        assert!(world.staged, "a file is staged before it is installed");
        world.install();
        Ok(())
    }

    fn flush(&self) -> Result<(), FileError> {
        self.world().effect();
        Ok(())
    }
}

/// The files of a site.
struct SiteFiles {
    site: Site,
    is_removal: bool,
}

impl Files for SiteFiles {
    fn document_path(&self) -> PathBuf {
        PathBuf::from("/config.json")
    }

    fn document(&self) -> Result<Option<DocumentBytes>, FileError> {
        if self.is_removal {
            return Ok(None);
        }
        let bytes = self.site.world().document.clone().expect("a document was delivered");
        Ok(Some(DocumentBytes { bytes, modified: None }))
    }

    fn peers_path(&self) -> PathBuf {
        PathBuf::from("/peers.json")
    }

    fn peers(&self) -> Result<Option<Vec<u8>>, FileError> {
        Ok(self.site.world().peers.clone())
    }

    fn hosts(&self) -> Vec<u8> {
        Vec::new()
    }

    fn record(&self, name: &str) -> Result<Option<Vec<u8>>, FileError> {
        Ok(self.site.world().records.get(name).cloned())
    }

    fn write_record(&mut self, name: &str, bytes: &[u8]) -> Result<(), FileError> {
        let mut world = self.site.world();
        world.effect();
        let mut bytes = bytes.to_vec();
        match world.defect {
            Some(Defect::HoldForgotten) if name == "hold.json" => return Ok(()),
            Some(Defect::QuarantineForgotten) if name == "trial.json" => {
                bytes = edited(&bytes, "/quarantine", serde_json::json!([]));
            }
            Some(Defect::DeadlineEndless) if name == "trial.json" => {
                bytes = edited(&bytes, "/phase/trial/deadline", serde_json::json!(1_000_000));
            }
            Some(Defect::FileWrittenEarly) if name == "trial.json" => {
                let record: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
                if record.pointer("/phase/trial").is_some() {
                    world.install();
                }
            }
            _ => {}
        }
        world.records.insert(name.to_owned(), bytes);
        Ok(())
    }

    fn remove_record(&mut self, name: &str) -> Result<(), FileError> {
        let mut world = self.site.world();
        world.effect();
        world.records.remove(name);
        Ok(())
    }
}

/// Returns a record with another value at a JSON Pointer.
fn edited(record: &[u8], pointer: &str, value: serde_json::Value) -> Vec<u8> {
    let mut json: serde_json::Value = serde_json::from_slice(record).expect("JSON");
    if let Some(place) = json.pointer_mut(pointer) {
        *place = value;
    }
    json.to_string().into_bytes()
}

impl Network for Site {
    fn sessions(&mut self) -> Result<Vec<Session>, KernelError> {
        Ok(Vec::new())
    }

    fn connect(&mut self, peers: &[SocketAddrV4]) -> Vec<bool> {
        let world = self.world();
        let answers = |peer: &SocketAddrV4| {
            world.defect == Some(Defect::AnswersInvented)
                || world.outside.iter().any(|outside| outside.address == *peer.ip() && world.reaches(outside))
        };
        peers.iter().map(answers).collect()
    }
}
