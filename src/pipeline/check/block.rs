//! One plugin block: as written → checked.

use std::collections::BTreeMap;

use ipnet::Ipv4Net;

use crate::diagnostics::{Code, Finding, Subject};
use crate::model::address::Address;
use crate::model::tree::{Content, Member, Tree};
use crate::model::{Block, ElementPath, GATEWAY, Located, Metric, Span, StaticRoute};
use crate::pipeline::check::schema::Schema;

/// Judges a block; all that is wrong with it is reported. `None` where there is an error.
pub(crate) fn check(
    written: &Tree<'static>,
    owner: &Subject,
    path: &ElementPath,
    schema: &Schema,
    findings: &mut Vec<Finding>,
) -> Option<Block> {
    let before = findings.len();
    let mut check = Check { written, owner, path, findings };
    check.schema(schema);
    check.spellings();
    let block = check.block();
    check.default_route_alone(&block);
    let good = findings[before..].iter().all(|finding| !finding.is_error());
    good.then_some(block)
}

struct Check<'c> {
    written: &'c Tree<'static>,
    owner: &'c Subject,
    path: &'c ElementPath,
    findings: &'c mut Vec<Finding>,
}

/// The elements that the product's page spells in two ways: the preferred spelling first.
const DEFAULT_ROUTE: [&str; 2] = ["default-route", "default"];
const LEARN_FROM_SERVICES: [&str; 2] = ["learn-from-services", "learn-from-service"];

impl<'c> Check<'c> {
    fn report(&mut self, code: Code, path: ElementPath, at: Span, message: impl Into<String>) {
        self.findings.push(Finding::new(code, self.owner.clone(), path, message).at(at));
    }

    /// The same, with another place that has part in it.
    fn report_both(&mut self, code: Code, path: ElementPath, at: Span, other: (&str, Span), message: String) {
        let finding = Finding::new(code, self.owner.clone(), path, message);
        self.findings.push(finding.at(at).related(other.0, other.1));
    }

    fn schema(&mut self, schema: &Schema) {
        for violation in schema.violations(self.written) {
            let path = self.path_of(&violation.location);
            self.report(violation.code, path, violation.at, violation.message);
        }
    }

    /// The path of an element by keys, given its location by positions.
    fn path_of(&self, location: &[String]) -> ElementPath {
        match location {
            [list, index, rest @ ..] if list == "static-route" => {
                let route = index.parse().ok().and_then(|index: usize| self.static_routes().get(index));
                let key = route.map_or("", |route| address_of(route).value);
                rest.iter().fold(self.path.entry(list, key), |path, step| path.child(step))
            }
            _ => location.iter().fold(self.path.clone(), |path, step| path.child(step)),
        }
    }

    fn spellings(&mut self) {
        for [preferred, other] in [DEFAULT_ROUTE, LEARN_FROM_SERVICES] {
            let Some(written) = self.member(other) else { continue };
            let (at, path) = (written.name_at, self.path.child(other));
            match self.member(preferred) {
                Some(both) => {
                    let message = format!("`{preferred}` and `{other}` are one element; remove `{other}`");
                    let other = ("the preferred spelling", both.name_at);
                    self.report_both(Code::BothSpellings, path, at, other, message);
                }
                None => {
                    let message = format!("`{other}` is read as `{preferred}`, which is the preferred spelling");
                    self.report(Code::OtherSpelling, path, at, message);
                }
            }
        }
    }

    /// The typed block. What the schema refused takes its default here: the block is thrown away in the end.
    fn block(&mut self) -> Block {
        let empty = self.written.members().iter().all(|member| member.tree.is_null());
        if empty {
            let message = "the block is empty, so the plugin is off; set `enabled` to say what is meant";
            self.report(Code::EmptyBlock, self.path.clone(), self.written.at, message);
        }
        let metric = metric(self.text("metric")).unwrap_or_default();
        let static_routes = self.check_static_routes(metric);
        Block {
            at: self.written.at,
            enabled: !empty && self.text("enabled").is_none_or(|enabled| enabled.value == "true"),
            default_route: self.switched_on(DEFAULT_ROUTE),
            learn_from_services: self.switched_on(LEARN_FROM_SERVICES).is_some(),
            metric,
            static_routes,
        }
    }

    /// The default route covers everything, so nothing else may stand beside it (`docs/rules.md`).
    fn default_route_alone(&mut self, block: &Block) {
        let Some(default_route) = &block.default_route else { return };
        let other = if block.learn_from_services {
            "`learn-from-services`"
        } else if !self.static_routes().is_empty() {
            "`static-route`"
        } else {
            return;
        };
        let message = format!(
            "`default-route` excludes {other}; set `default-route` to false, or remove {other}. \
             A static route to 0.0.0.0/0 is a default route that may stand beside others"
        );
        self.report(Code::DefaultRouteNotAlone, self.path.child("default-route"), default_route.at, message);
    }

    fn check_static_routes(&mut self, of_block: Metric) -> Vec<StaticRoute> {
        let mut checked = Vec::new();
        let mut by_prefix: BTreeMap<Ipv4Net, Vec<Located<&str>>> = BTreeMap::new();
        for route in self.static_routes() {
            let address = address_of(route);
            let path = self.path.entry("static-route", address.value);
            let Some(prefix) = self.static_prefix(&address, &path) else { continue };
            if prefix == Ipv4Net::from(GATEWAY) {
                let message = format!("{GATEWAY} is the gateway itself, which is on the link; the route is left out");
                self.report(Code::GatewayAddress, path, address.at, message);
                continue;
            }
            let own = route.members().iter().find(|member| member.name == "metric");
            let metric = metric(own.and_then(|member| text_of(&member.tree))).unwrap_or(of_block);
            checked.push(StaticRoute { prefix, metric, address: Located::new(address.value.to_owned(), address.at) });
            by_prefix.entry(prefix).or_default().push(address);
        }
        by_prefix.into_iter().for_each(|(prefix, addresses)| self.report_duplicates(prefix, addresses));
        checked
    }

    /// Which of several routes is one too many must not depend on their order.
    fn report_duplicates(&mut self, prefix: Ipv4Net, mut addresses: Vec<Located<&str>>) {
        addresses.sort_by_key(|address| (address.value, address.at));
        let Some((first, others)) = addresses.split_first() else { return };
        for address in others {
            let message = format!("a second static route to {prefix}; remove one of them");
            let path = self.path.entry("static-route", address.value);
            self.report_both(Code::DuplicateStaticRoute, path, address.at, ("the other one", first.at), message);
        }
    }

    fn static_prefix(&mut self, address: &Located<&str>, path: &ElementPath) -> Option<Ipv4Net> {
        let written = address.value;
        let (code, message) = match Address::parse(written) {
            Address::Ipv4 { network, host_bits } => {
                if host_bits {
                    let message = format!("{written} has host bits set, and is routed as {network}; write {network}");
                    self.report(Code::HostBitsSet, path.clone(), address.at, message);
                }
                return Some(network);
            }
            Address::Ipv6(_) => (
                Code::Ipv6StaticRoute,
                format!("{written} is IPv6, and route-kni254 holds IPv4 routes only; remove it"),
            ),
            Address::HostName(_) | Address::Invalid => (
                Code::InvalidStaticRoute,
                format!("{written:?} is no IPv4 prefix; write one such as 192.0.2.0/24, or an address"),
            ),
        };
        self.report(code, path.clone(), address.at, message);
        None
    }

    fn member(&self, name: &str) -> Option<&'c Member<'static>> {
        self.written.members().iter().find(|member| member.name == name && !member.tree.is_null())
    }

    fn text(&self, name: &str) -> Option<Located<&'c str>> {
        text_of(&self.member(name)?.tree)
    }

    /// Whether an element is true in either of its spellings, and where.
    fn switched_on(&self, spellings: [&str; 2]) -> Option<Located<()>> {
        let text = spellings.iter().find_map(|name| self.text(name).filter(|text| text.value == "true"))?;
        Some(Located::new((), text.at))
    }

    fn static_routes(&self) -> &'c [Tree<'static>] {
        match self.member("static-route").map(|member| &member.tree.content) {
            Some(Content::Sequence(routes)) => routes,
            _ => &[],
        }
    }
}

fn text_of<'t>(tree: &'t Tree<'_>) -> Option<Located<&'t str>> {
    match &tree.content {
        Content::Scalar(scalar) if !tree.is_null() => Some(Located::new(&*scalar.text, tree.at)),
        _ => None,
    }
}

/// The address of a static route: the readers see to it that it is there and comes first.
fn address_of<'t>(route: &'t Tree<'_>) -> Located<&'t str> {
    route.members().first().and_then(|member| text_of(&member.tree)).unwrap_or(Located::new("", route.at))
}

fn metric(text: Option<Located<&str>>) -> Option<Metric> {
    text?.value.parse().ok().map(Metric)
}
