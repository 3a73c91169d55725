//! The inputs of a run, and the goal and plan that follow from them without a request to the
//! kernel.

use std::net::Ipv4Addr;
use std::path::PathBuf;

use crate::model::Route;
use crate::router::backend::{Backend, Confirmed, Step, StoragePlan};
use crate::router::confirm::peer;
use crate::router::confirm::record::Former;
use crate::router::diff::{Conflict, Goal, leave_out};
use crate::router::document::{self, Desired};
use crate::router::error::Error;
use crate::router::files::{DocumentBytes, Files};
use crate::router::kernel::Protocol;

/// The document and the stored routes, with the plan and the goal that follow from both.
#[derive(Clone, Debug)]
pub(crate) struct Inputs {
    /// The document's bytes, to detect that it changed during the run.
    pub(crate) document: DocumentBytes,
    /// The desired routes: those of the document, or others that a trial or a hold asks for.
    pub(crate) desired: Desired,
    /// The path of the backend's storage.
    pub(crate) path: PathBuf,
    /// The addresses of the conductors and Salt masters, if the storage is to be taken over.
    keep: Vec<Ipv4Addr>,
    /// Routes of the document to peers that are left out, because they are in conflict. They could
    /// not be tried.
    pub(crate) blocked: Vec<Conflict>,
    /// The change of the backend's storage.
    pub(crate) plan: StoragePlan,
    /// The routes that the kernel should have.
    pub(crate) goal: Goal,
}

impl Inputs {
    /// Reads the document and the stored routes. Without a document, the plugin is off.
    ///
    /// # Errors
    ///
    /// One of them cannot be read, or is invalid. In this case nothing may be changed.
    pub(crate) fn read(storage: &mut dyn Backend, files: &dyn Files) -> Result<Self, Error> {
        let Some(document) = files.document()? else { return Self::off(storage) };
        let desired = parse(&document.bytes, files)?;
        let inputs = Self::planned(storage, document, desired, Vec::new())?;
        if !inputs.plan.is_takeover {
            return Ok(inputs);
        }
        // Without a list, no route is known to lead to a peer.
        let listed = peer::listed(files).ok().flatten().unwrap_or_default();
        let keep = listed.peers.iter().filter(|peer| peer.is_management()).map(|peer| peer.address).collect();
        Self::planned(storage, inputs.document, inputs.desired, keep)
    }

    /// Returns the inputs without a document: the plugin is off.
    ///
    /// # Errors
    ///
    /// See [`Self::read`].
    pub(crate) fn off(storage: &mut dyn Backend) -> Result<Self, Error> {
        let desired = Desired { router: String::new(), node: String::new(), routes: None };
        Self::planned(storage, DocumentBytes::default(), desired, Vec::new())
    }

    /// Returns the inputs with these routes instead of those of the document.
    ///
    /// # Errors
    ///
    /// See [`Self::read`].
    pub(crate) fn with_routes(&self, storage: &mut dyn Backend, routes: Option<Vec<Route>>) -> Result<Self, Error> {
        let desired = Desired { routes, ..self.desired.clone() };
        Self::planned(storage, self.document.clone(), desired, self.keep.clone())
    }

    /// Returns the inputs without the routes of these conflicts.
    ///
    /// # Errors
    ///
    /// See [`Self::read`].
    pub(crate) fn without(&self, storage: &mut dyn Backend, blocked: Vec<Conflict>) -> Result<Self, Error> {
        let mut routes = self.desired.routes.clone();
        routes.iter_mut().for_each(|routes| leave_out(routes, &blocked));
        Ok(Self { blocked, ..self.with_routes(storage, routes)? })
    }

    /// Returns the inputs of a trial of these routes, which does not change the storage.
    ///
    /// # Errors
    ///
    /// See [`Self::read`].
    pub(crate) fn trying(&self, storage: &mut dyn Backend, routes: Option<Vec<Route>>) -> Result<Self, Error> {
        let mut inputs = self.with_routes(storage, routes)?;
        inputs.plan.step = Step::default();
        Ok(inputs)
    }

    fn planned(
        storage: &mut dyn Backend,
        document: DocumentBytes,
        desired: Desired,
        keep: Vec<Ipv4Addr>,
    ) -> Result<Self, Error> {
        let plan = storage.plan(desired.routes.as_deref(), &keep)?;
        let goal = goal(&desired, &plan, &plan.vouched);
        Ok(Self { document, desired, path: storage.path(), keep, blocked: Vec::new(), plan, goal })
    }

    /// Returns the inputs of a run that keeps these routes, which the storage has.
    pub(crate) fn keeping(&self, confirmed: &Confirmed) -> Self {
        self.with_goal(self.goal_of(confirmed, &[]), confirmed)
    }

    /// Returns the inputs of a run that restores the routes from before a trial of these inputs.
    pub(crate) fn restoring(&self, former: &Former) -> Self {
        let Former { confirmed, extra } = former;
        // The other routes of a storage that is not ours have another protocol.
        let added = if confirmed.is_ours { &extra[..] } else { &[] };
        self.with_goal(self.goal_of(confirmed, added).exactly(extra.clone()), confirmed)
    }

    /// Returns the goal of the routes of a storage, and further ones. The removal of the plugin's
    /// routes adds those of the operator's storage, so these are ours to delete.
    fn goal_of(&self, confirmed: &Confirmed, added: &[Route]) -> Goal {
        let vouched = [&self.plan.vouched[..], &self.plan.restored].concat();
        let protocol = if confirmed.is_ours { Protocol::OURS } else { Protocol::BOOT };
        Goal::new([&confirmed.routes, added].concat(), protocol, &vouched, &self.plan.claims)
    }

    /// Returns the goal of restoring further routes of the plugin beside a storage that it did not
    /// take over.
    pub(crate) fn goal_of_extra(&self, former: &Former) -> Goal {
        Goal::new(former.extra.clone(), Protocol::OURS, &[], &self.plan.claims)
    }

    /// Returns the inputs of a run that changes nothing.
    pub(crate) fn keeping_all(&self) -> Self {
        Self {
            document: self.document.clone(),
            desired: Desired { router: String::new(), node: String::new(), routes: None },
            path: self.path.clone(),
            keep: self.keep.clone(),
            blocked: self.blocked.clone(),
            plan: StoragePlan::default(),
            goal: Goal::new(Vec::new(), Protocol::BOOT, &[], &self.plan.claims),
        }
    }

    fn with_goal(&self, goal: Goal, confirmed: &Confirmed) -> Self {
        let routes = confirmed.is_ours.then(|| confirmed.routes.clone());
        let desired = Desired { routes, ..self.desired.clone() };
        let StoragePlan { stored, foreign, vouched, claims, uncovered, .. } = self.plan.clone();
        let plan = StoragePlan { stored, foreign, vouched, claims, uncovered, ..StoragePlan::default() };
        Self {
            document: self.document.clone(),
            desired,
            path: self.path.clone(),
            keep: self.keep.clone(),
            blocked: self.blocked.clone(),
            plan,
            goal,
        }
    }

    /// Returns the inputs for these routes without a plan for the storage, which cannot be read or
    /// planned. They can only change the kernel.
    pub(crate) fn without_storage(storage: &dyn Backend, routes: Option<Vec<Route>>) -> Self {
        let desired = Desired { router: String::new(), node: String::new(), routes };
        let plan = StoragePlan::default();
        let goal = goal(&desired, &plan, &[]);
        Self {
            document: DocumentBytes::default(),
            desired,
            path: storage.path(),
            keep: Vec::new(),
            blocked: Vec::new(),
            plan,
            goal,
        }
    }

    /// Returns the goal if the storage cannot be written. Routes that a takeover would make ours
    /// stay, because their lines have no backup.
    pub(crate) fn goal_without_file(&self) -> Goal {
        goal(&self.desired, &self.plan, &self.plan.stored)
    }

    /// Returns true if the document did not change since it was read. A path unit misses changes
    /// that happen while its service runs.
    pub(crate) fn is_current(&self, files: &dyn Files) -> bool {
        match files.document() {
            Ok(document) => document.is_none_or(|document| document.bytes == self.document.bytes),
            Err(_) => self.document.bytes.is_empty(),
        }
    }
}

/// Returns the goal of desired routes. `vouched` are ours to delete.
fn goal(desired: &Desired, plan: &StoragePlan, vouched: &[Route]) -> Goal {
    match &desired.routes {
        Some(routes) => Goal::new(routes.clone(), Protocol::OURS, vouched, &plan.claims),
        // As the network scripts would add them.
        None => Goal::new(plan.restored.clone(), Protocol::BOOT, vouched, &plan.claims),
    }
}

fn parse(bytes: &[u8], files: &dyn Files) -> Result<Desired, Error> {
    document::parse(bytes).map_err(|invalid| Error::Document { path: files.document_path(), invalid })
}
