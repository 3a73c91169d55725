//! A question about the route of a node to a prefix: how it depends on the edits.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::mem::{Discriminant, discriminant};
use std::rc::Rc;

use ipnet::Ipv4Net;

use super::candidates::Candidate;
use super::edit::{Edit, NameKind, Reach};
use super::edits::{EditId, EditSet, Edits, Pair};
use super::mixture::Mixer;
use super::part;
use crate::commands::exclusions::{Exclusion, LocalPath, OwnedBlock, ServiceRef, View};
use crate::model::authority::parent_name;
use crate::model::{AddressKind, Authority, Block, Element, ElementPath, Metric, Router, Service};
use crate::pipeline::learned_from;

/// The route of a node to a prefix, and everything that it depends on.
pub(super) struct Question<'q> {
    edits: &'q Edits<'q>,
    node: &'q str,
    prefix: Ipv4Net,
    pub(super) candidates: Vec<Candidate>,
    /// The parts of the router and of the services that can change the route, in both
    /// configurations.
    router: [Option<Router>; 2],
    services: Vec<[Option<Service>; 2]>,
    /// The edits of these parts.
    pub(super) relevant: EditSet,
    known: RefCell<HashMap<EditSet, Rc<Answer>>>,
}

/// The answer for a mixture of both configurations.
pub(super) struct Answer {
    /// The metric of the route, if it exists.
    pub(super) metric: Option<Metric>,
    /// The decisions that exclude the route of each candidate.
    pub(super) exclusions: Vec<Vec<Excluded>>,
    /// The element that gives the metric.
    pub(super) metric_element: LocalPath,
}

/// A decision that excludes a route, and the elements that decide.
pub(super) struct Excluded {
    pub(super) kind: Discriminant<Exclusion>,
    pub(super) elements: Vec<LocalPath>,
    /// True if the block that is in effect decides.
    pub(super) is_of_block: bool,
}

impl Answer {
    /// Returns true if a candidate gives the route.
    pub(super) fn gives(&self, candidate: usize) -> bool {
        self.exclusions[candidate].is_empty()
    }

    /// Returns true if a decision of this kind excludes the route of a candidate.
    pub(super) fn excludes(&self, candidate: usize, kind: Discriminant<Exclusion>) -> bool {
        self.exclusions[candidate].iter().any(|excluded| excluded.kind == kind)
    }
}

impl<'q> Question<'q> {
    pub(super) fn new(
        edits: &'q Edits<'q>,
        (router, node): (&str, &'q str),
        prefix: Ipv4Net,
        candidates: Vec<Candidate>,
    ) -> Self {
        let chain = chain(&candidates);
        let of_router = edits.router(router);
        let of_services: Vec<&Pair<'_, Service>> = chain.iter().filter_map(|name| edits.service(name)).collect();
        let scope = Scope { router, node, prefix, candidates: &candidates, of_router, of_services: &of_services };
        let relevant = scope.edits(edits);
        let mut question = Self {
            edits,
            node,
            prefix,
            router: [None, None],
            services: Vec::new(),
            candidates: Vec::new(),
            relevant,
            known: RefCell::default(),
        };
        // One edit that can change the route is its cause, and is not asked about.
        if question.relevant.len() > 1 {
            let sides = of_router.map_or([None, None], |pair| pair.sides);
            question.router = sides.map(|side| Some(part::of_router(side?, node, prefix, &candidates)));
            let of_service = |pair: &&Pair<'_, Service>| {
                pair.sides.map(|side| Some(part::of_service(side?, &candidates, router, sides)))
            };
            question.services = of_services.iter().map(of_service).collect();
        }
        question.candidates = candidates;
        question
    }

    pub(super) fn edit(&self, id: EditId) -> &Edit {
        self.edits.get(id)
    }

    /// Returns the answer for the old configuration with some of the edits.
    pub(super) fn with(&self, made: &EditSet) -> Rc<Answer> {
        if let Some(known) = self.known.borrow().get(made) {
            return Rc::clone(known);
        }
        let answer = Rc::new(self.answer(made));
        self.known.borrow_mut().insert(made.clone(), Rc::clone(&answer));
        answer
    }

    fn answer(&self, made: &EditSet) -> Answer {
        let mut is_made = |edit: &Edit| self.edits.is_made(edit, made);
        let mut mixer = Mixer::new(&mut is_made);
        let router = mixer.router(self.router[0].as_ref(), self.router[1].as_ref());
        let services = self.services.iter().filter_map(|[old, new]| mixer.service(old.as_ref(), new.as_ref()));
        let authority = Authority { services: services.collect(), ..Authority::default() };
        let learned = learned_from(&authority);
        let node = router.as_ref().and_then(|router| router.nodes.iter().find(|node| node.name.value == self.node));
        let of_node = node.and_then(|node| node.block.as_ref());
        let raw = of_node.or_else(|| router.as_ref()?.block.as_ref());
        let block = raw.and_then(Block::of);
        let block = block.as_ref().map(|block| OwnedBlock { block, is_of_node: of_node.is_some() });
        self.look(&View::new(&learned, router.as_ref(), self.node, block))
    }

    fn look(&self, view: &View<'_>) -> Answer {
        let found: Vec<Vec<Exclusion>> =
            self.candidates.iter().map(|candidate| candidate.exclusions(self.prefix, view)).collect();
        // A static route replaces learned ones, so those are excluded.
        let giving = self.candidates.iter().zip(&found).find(|(_, exclusions)| exclusions.is_empty());
        let excluded = |(candidate, found): (&Candidate, &Vec<Exclusion>)| {
            let service = match candidate {
                Candidate::Service { service, .. } => Some(view.service(service)),
                _ => None,
            };
            found.iter().map(|exclusion| excluded(*exclusion, view, service.as_ref())).collect()
        };
        Answer {
            metric: giving.and_then(|(candidate, _)| candidate.metric(self.prefix, view)),
            exclusions: self.candidates.iter().zip(&found).map(excluded).collect(),
            metric_element: view.metric_element(self.prefix),
        }
    }

    /// Returns true if an edit is one of these elements, contains one, or is inside of one.
    pub(super) fn concerns(&self, edit: &Edit, excluded: &Excluded) -> bool {
        let block = |owner: ElementPath| LocalPath::of_router(owner.child(Element::LoopbackStaticRoutes));
        let of_node = || ElementPath::default().entry(Element::Node, self.node);
        let is_block = || [block(ElementPath::default()), block(of_node())].contains(&edit.element);
        excluded.elements.iter().any(|element| element.overlaps(&edit.element)) || excluded.is_of_block && is_block()
    }
}

fn excluded(exclusion: Exclusion, view: &View<'_>, service: Option<&ServiceRef<'_>>) -> Excluded {
    let mut elements = exclusion.elements(view, service);
    match exclusion {
        // The policy of a nearer service can replace this one.
        Exclusion::Denied(_) => elements.extend(view.of_chain(service, &Element::AccessPolicy)),
        Exclusion::AppliesElsewhere(_) => elements.extend(view.of_chain(service, &Element::AppliesTo)),
        _ => {}
    }
    let is_of_block = matches!(
        exclusion,
        Exclusion::Disabled
            | Exclusion::NoDefaultRoute
            | Exclusion::NoStaticRoute
            | Exclusion::LearningOff
            | Exclusion::Replaced
    );
    Excluded { kind: discriminant(&exclusion), elements, is_of_block }
}

/// Returns the names of the services of the candidates, and of their ancestors.
fn chain(candidates: &[Candidate]) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    for candidate in candidates {
        let Candidate::Service { service, .. } = candidate else { continue };
        let mut next = Some(service.as_str());
        while let Some(name) = next.filter(|name| names.insert(*name)) {
            next = parent_name(name);
        }
    }
    names
}

/// The elements that can change a route.
struct Scope<'s> {
    router: &'s str,
    node: &'s str,
    prefix: Ipv4Net,
    candidates: &'s [Candidate],
    of_router: Option<&'s Pair<'s, Router>>,
    of_services: &'s [&'s Pair<'s, Service>],
}

impl Scope<'_> {
    /// Returns the edits that can change the route.
    fn edits(&self, edits: &Edits<'_>) -> EditSet {
        let mut relevant = EditSet::new();
        let routers = || self.of_router.iter().flat_map(|pair| pair.sides).flatten();
        let is_of_node = |id: &EditId| match &edits.get(*id).reach {
            Reach::Node(node) => node == self.node,
            _ => true,
        };
        if let Some(pair) = self.of_router {
            relevant.extend(pair.wide().iter().copied().filter(is_of_node));
            let reaches = [self.static_routes(), self.host_names(), self.names_of_services()].concat();
            relevant.extend(pair.narrow(&reaches));
        }
        let mut names = vec![Reach::Name(NameKind::Router, self.router.to_owned())];
        for kind in [NameKind::RouterGroup, NameKind::ResourceGroup] {
            let groups = routers().flat_map(|router| part::groups(router, kind));
            names.extend(groups.map(|group| Reach::Name(kind, group.to_owned())));
        }
        for pair in self.of_services {
            relevant.extend(pair.narrow(&names));
            let Some(service) = pair.sides.into_iter().flatten().next() else { continue };
            let addresses = self.addresses_of(&service.name.value);
            let is_candidate = !addresses.is_empty();
            relevant.extend(pair.narrow(&addresses));
            let decides = |id: &&EditId| is_candidate || edits.get(**id).reach != Reach::Service;
            relevant.extend(pair.wide().iter().filter(decides));
        }
        relevant
    }

    fn static_routes(&self) -> Vec<Reach> {
        [None, Some(self.node.to_owned())].map(|node| Reach::StaticRoute { prefix: self.prefix, node }).into()
    }

    fn host_names(&self) -> Vec<Reach> {
        let host_name = |candidate: &Candidate| match candidate {
            Candidate::Service { address, .. } => match address.kind() {
                AddressKind::HostName(name) => Some(Reach::HostName(name.clone())),
                _ => None,
            },
            _ => None,
        };
        self.candidates.iter().filter_map(host_name).collect()
    }

    /// Returns the names of the groups that the services apply to, in any configuration.
    fn names_of_services(&self) -> Vec<Reach> {
        let services = self.of_services.iter().flat_map(|pair| pair.sides).flatten();
        let reaches = services.flat_map(|service| &service.applies_to).flat_map(|applies| {
            let kind = part::name_kind(&applies.kind.value);
            let groups = kind.filter(|kind| *kind != NameKind::Router);
            groups
                .into_iter()
                .flat_map(|kind| applies.names.iter().map(move |name| Reach::Name(kind, name.value.clone())))
        });
        reaches.collect()
    }

    /// Returns the addresses of a service that are candidates.
    fn addresses_of(&self, wanted: &str) -> Vec<Reach> {
        let address = |candidate: &Candidate| match candidate {
            Candidate::Service { service, address } if service == wanted => Some(Reach::Address(address.canonical())),
            _ => None,
        };
        self.candidates.iter().filter_map(address).collect()
    }
}
