//! Writes a large authority, with little memory. The same options give the same bytes:
//!
//! ```text
//! cargo run --profile dist --example large-authority -- -o authority.json
//! cargo run --profile dist --example large-authority -- \
//!     --format pcli --routers 100 --services 50 --faulty 8
//! ```
//!
//! As in a real export, most elements are not read by the product.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use anyhow::Context;
use clap::{Parser, ValueEnum, value_parser};

macro_rules! options {
    ($($number:ident: $least:literal.. = $default:literal, $help:literal;)*) => {
        /// Write a large authority
        #[derive(Parser)]
        pub(crate) struct Options {
            #[arg(short, value_name = "FILE", help = "Write to this file instead of standard output")]
            output: Option<PathBuf>,
            #[arg(long, value_enum, default_value = "json", help = "Syntax")]
            format: Format,
            #[arg(long, value_enum, help = "Write an authority with a single large element instead of a usual one")]
            shape: Option<Shape>,
            #[arg(long, help = "Write an authority without findings")]
            clean: bool,
            $(#[arg(long, default_value_t = $default, value_parser = value_parser!(u64).range($least..), help = $help)]
            $number: u64,)*
        }
    };
}
options! {
    routers: 1.. = 10_000, "Routers";
    nodes: 1.. = 2, "Nodes of each router";
    interfaces: 1.. = 4, "Device interfaces of each node";
    services: 0.. = 5_000, "Services in all, including the next three kinds";
    internal: 0.. = 300, "Services for tenant _internal_ that apply everywhere";
    limited: 0.. = 1_000, "Services for _internal_ that apply to some routers by name";
    group_limited: 0.. = 0, "Services for _internal_ that apply to one router group";
    routers_per_limited: 1.. = 20, "Routers that a service names, at most all";
    groups: 1.. = 50, "Router groups";
    ipv6_percent: 0.. = 5, "Share of IPv6 among the addresses of services";
    faulty: 0.. = 0, "Routers whose block has one error, spread evenly";
    edited: 0.. = 0, "Number of the router whose block is replaced, from 1";
    size: 1.. = 1_000, "Size of the shape";
    seed: 0.. = 1, "Seed of the random numbers";
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Json,
    Yaml,
    Pcli,
    Flat,
    Xml,
}

#[derive(Clone, Copy, ValueEnum)]
enum Shape {
    /// One router with SIZE static routes
    StaticRoutes,
    /// SIZE services that apply to all of ten routers
    Services,
    /// One service whose applies-to names SIZE routers
    AppliesTo,
    /// Child services, nested SIZE deep
    Children,
    /// A description of SIZE bytes
    Description,
}

/// The beginning of an XML export.
const XML: &str = "\
<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<t128:config xmlns:t128=\"http://128technology.com/t128\" xmlns:authy=\"http://128technology.com/t128/config/authority-config\"
    xmlns:sys=\"http://128technology.com/t128/config/system-config\" xmlns:svc=\"http://128technology.com/t128/config/service-config\">
  <authy:authority>
    <authy:name>Large</authy:name>";

/// The generator SplitMix64. Each element has its own, so that elements do not depend on each
/// other.
struct Random(u64);

impl Random {
    fn of(seed: u64, kind: u64, index: u64) -> Self {
        Self([seed, kind, index].into_iter().fold(0, |state, part| Self(state ^ part).below(u64::MAX)))
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn prefix(&mut self, ipv6_percent: u64) -> String {
        let [a, b, c, d] = [1 + self.below(126), self.below(256), self.below(256), 1 + self.below(254)];
        match self.below(100) {
            _ if self.below(100) < ipv6_percent => format!("2001:db8:{a:x}{b:02x}:{c:x}{d:02x}::/64"),
            0..70 => format!("{a}.{b}.{c}.{d}/32"),
            70..92 => format!("{a}.{b}.{c}.0/24"),
            _ => format!("172.{}.0.0/16", 16 + b % 16),
        }
    }
}

/// The content of an element, with scalars in JSON syntax. No text needs escapes, and no list is
/// empty.
enum Tree {
    Scalar(String),
    Scalars(Vec<String>),
    /// The names of the keys, separated by spaces, and the entries. The keys are the first members.
    Entries(&'static str, Vec<Members>),
    Container(Members),
}

type Members = Vec<(&'static str, Tree)>;

macro_rules! trees {
    ($($of:ty, $from:pat => $tree:expr;)*) => { $(impl From<$of> for Tree { fn from($from: $of) -> Self { $tree } })* };
}
trees! {
    &str, text => Tree::Scalar(format!("\"{text}\""));
    String, text => text.as_str().into();
    u64, number => Tree::Scalar(number.to_string());
    bool, flag => Tree::Scalar(flag.to_string());
    BTreeSet<String>, texts => Tree::Scalars(texts.into_iter().map(|text| format!("\"{text}\"")).collect());
    (&'static str, Vec<Members>), (keys, entries) => Tree::Entries(keys, entries);
    Members, members => Tree::Container(members);
}

macro_rules! members {
    ($($name:literal: $from:expr),* $(,)?) => { vec![$(($name, Tree::from($from))),*] };
}

fn router(index: u64, options: &Options) -> Members {
    let mut random = Random::of(options.seed, 1, index);
    // One asset-id in four has dots, like a host name.
    let domain = if index.is_multiple_of(4) { format!(".store{:03}.example", index % 997) } else { String::new() };
    let mut router = members! {
        "name": format!("router{index:05}"), "description": format!("store {index}"), "inter-node-security": "internal",
        "location-coordinates": format!("+{:02}.{:05}-{:03}.00000/", index % 90, index * 31 % 100_000, index % 180),
        "router-group": BTreeSet::from([format!("group{:03}", index % options.groups)]),
        "dns-config": ("mode", vec![members! { "mode": "static", "address": BTreeSet::from(["8.8.8.8".to_owned()]) }]),
        "system": members! { "ntp": members! { "server":
            ("ip-address", vec![members! { "ip-address": "172.16.1.1" }]) } },
        "node": ("name", (1..=options.nodes).map(|node| members! {
            "name": format!("node{node}"), "asset-id": format!("r{index:05}-n{node}{domain}"), "role": "combo",
            "enabled": true, "forwarding-core-mode": "automatic", "device-interface":
                ("name", (0..options.interfaces).map(|k| interface(index, node, k, options, &mut random)).collect()),
        }).collect()),
        "service-route": ("name", (0..2).map(|number| members! {
            "name": format!("route-{number}"), "type": "service-agent",
            "service-name": format!("svc{:05}", random.below(options.services.max(1))), "next-hop":
                ("node-name interface", vec![members! { "node-name": "node1", "interface": format!("net-{number}") }]),
        }).collect()),
    };
    // The n-th of F faults is at the router where index * F / routers steps from n to n + 1.
    let faults_before = |index| index * options.faulty / options.routers;
    let fault = (faults_before(index) < faults_before(index + 1)).then(|| faults_before(index) % 4);
    let edited = (index + 1 == options.edited).then(|| learning(7));
    router.extend(
        edited.or_else(|| block(fault, options, &mut random)).map(|block| ("loopback-static-routes", block.into())),
    );
    router
}

fn interface(router: u64, node: u64, port: u64, options: &Options, random: &mut Random) -> Members {
    let (wan, segment) = (port == 0, router * options.interfaces + port);
    let ip = |host| format!("10.{}.{}.{}", segment >> 12 & 255, segment >> 4 & 255, (segment & 15) << 4 | host);
    let network = members! {
        "name": format!("net-{port}"), "global-id": segment * options.nodes + node, "conductor": wan,
        "default-route": wan, "source-nat": wan, "type": if wan { "external" } else { "shared" }, "icmp": "allow",
        "inter-router-security": "internal", "prioritization-mode": "local", "vlan": if wan { 0 } else { 100 + port },
        "mtu": 1500, "tenant": format!("tenant{}", random.below(200)), "neighborhood": ("name", vec![members! {
            "name": format!("hood-{}", random.below(100)), "topology": "spoke", "peer-connectivity": "bidirectional",
            "vector": BTreeSet::from([if wan { "broadband" } else { "mpls" }.to_owned()]),
        }]),
        "address": ("ip-address", vec![members! { "ip-address": ip(node), "prefix-length": 28, "gateway": ip(14) }]),
    };
    members! {
        "name": format!("ge-0-{port}"), "description": format!("uplink {port} of node {node}"), "type": "ethernet",
        "pci-address": format!("0000:00:{:02x}.0", port + 3), "enabled": true, "forwarding": true,
        "vmbus-uuid": format!("{:08x}-0000-4000-8000-{:012x}", random.below(1 << 32), random.below(1 << 48)),
        "link-settings": "auto", "traffic-engineering": members! { "enabled": false, "transmit-cap": 1_000_000_000 },
        "lldp": members! { "mode": "disabled", "advertisement-interval": 120, "hold-multiplier": 4 },
        "network-interface": ("name", vec![network]),
    }
}

/// Returns a router's block. Of 100 blocks without a fault, 3 are missing, 3 are off, 8 are default
/// routes and 80 learn. Half of those that learn have static routes too. In a clean authority, the
/// other 6 learn as well, no default route has metric 0, and no static route is of a service.
fn block(fault: Option<u64>, options: &Options, random: &mut Random) -> Option<Members> {
    let (kind, metric) = (random.below(100), [0, 100, 128, 128, 128][random.below(5) as usize]);
    let (clean, backup) = (options.clean, if options.clean { metric.max(100) } else { metric });
    let mut block = match (fault, kind) {
        (Some(0), _) => members! { "enabled": true, "learn-from-services": true, "metric": 1 << 33 },
        (Some(1), _) => members! { "enabled": true, "learn-from-services": true, "metrics": metric },
        (Some(2), _) => members! { "enabled": true, "learn-from-services": true, "default-route": true },
        (Some(_), _) => members! { "static-route": ("address", vec![members! { "address": "192.0.2.256/32" }]) },
        (None, 0..3) => return None,
        (None, 3..6) => members! { "enabled": false },
        (None, 6..14) => members! { "enabled": true, "default-route": true, "metric": backup },
        (None, _) => members! { "enabled": true, "learn-from-services": clean || kind < 94, "metric": metric },
    };
    if fault.is_none() && (kind >= 94 || kind >= 14 && random.below(2) == 0) {
        let addresses = (0..=random.below(5)).map(|_| random.prefix(0));
        let addresses: BTreeSet<_> = addresses.filter(|prefix| !clean || !prefix.starts_with("172.")).collect();
        let route = |address| members! { "address": address, "metric": 100 * random.below(3) };
        let routes: Vec<Members> = addresses.into_iter().map(route).collect();
        if !routes.is_empty() {
            block.push(("static-route", ("address", routes).into()));
        }
    }
    Some(block)
}

fn service(index: u64, options: &Options) -> Members {
    let mut random = Random::of(options.seed, 2, index);
    // Multiplying by a large prime spreads the kinds over the list.
    let kind = index * 104_729 % options.services;
    let by_router = options.internal..options.internal + options.limited;
    let by_group = by_router.end..by_router.end + options.group_limited;
    let internal = if kind < by_group.end { Some("allow") } else { (random.below(20) == 0).then_some("deny") };
    let tenants: BTreeSet<_> = (0..=random.below(3)).map(|_| format!("tenant{}", random.below(200))).collect();
    let policy = |name| members! { "source": name, "permission": if random.below(3) == 0 { "deny" } else { "allow" } };
    let internal = internal.map(|permission| members! { "source": "_internal_", "permission": permission });
    let mut service = members! {
        "name": format!("svc{index:05}"), "description": format!("service {index}"), "enabled": true,
        "scope": "private", "security": "internal", "service-policy": "default-policy",
        "access-policy": ("source", tenants.into_iter().map(policy).chain(internal).collect()),
        "address": (0..if kind < by_group.end { 1 } else { 1 + random.below(3) })
            .map(|_| random.prefix(if options.clean { 0 } else { options.ipv6_percent })).collect::<BTreeSet<_>>(),
        "transport": ("protocol", vec![members! { "protocol": "tcp", "port-range":
            ("start-port", vec![members! { "start-port": 443, "end-port": 443 }]) }]),
    };
    let applies_to = if by_router.contains(&kind) {
        let (first, count) = (random.below(options.routers), options.routers_per_limited.min(options.routers));
        let router = |n| format!("router{:05}", (first + n * (options.routers / count)) % options.routers);
        Some(members! { "type": "router", "router-name": (0..count).map(router).collect::<BTreeSet<_>>() })
    } else {
        let group = format!("group{:03}", random.below(options.groups));
        by_group.contains(&kind).then(|| members! { "type": "router-group", "group-name": BTreeSet::from([group]) })
    };
    service.extend(applies_to.map(|entry| ("applies-to", ("type", vec![entry]).into())));
    service
}

/// Returns a block that learns.
fn learning(metric: u64) -> Members {
    members! { "enabled": true, "learn-from-services": true, "metric": metric }
}

/// A function that makes an entry of a list.
type Entry = fn(u64, &Options) -> Members;

/// The numbers of routers and services, with the functions that make them.
type Lists = [(&'static str, u64, Entry); 2];

fn lists(options: &Options) -> Lists {
    let size = options.size;
    let (routers, services): ((u64, Entry), (u64, Entry)) = match options.shape {
        None => ((options.routers, router), (options.services, service)),
        Some(Shape::StaticRoutes) => ((1, router_of_shape), (0, service_of_shape)),
        Some(Shape::Services) => ((10, router_of_shape), (size, service_of_shape)),
        Some(Shape::AppliesTo) => ((size, router_of_shape), (1, service_of_shape)),
        Some(Shape::Children) => ((1, router_of_shape), (size, service_of_shape)),
        Some(Shape::Description) => ((1, router_of_shape), (1, service_of_shape)),
    };
    [("router", routers.0, routers.1), ("service", services.0, services.1)]
}

fn address_of_shape(index: u64) -> String {
    format!("{}.{}.{}.0/24", 1 + index / 65_536, index / 256 % 256, index % 256)
}

fn router_of_shape(index: u64, options: &Options) -> Members {
    let description = if matches!(options.shape, Some(Shape::Description)) { options.size } else { 1 };
    let mut block = learning(5);
    if matches!(options.shape, Some(Shape::StaticRoutes)) {
        let route = |index| members! { "address": address_of_shape(index), "metric": 5 };
        block.push(("static-route", ("address", (0..options.size).map(route).collect()).into()));
    }
    members! {
        "name": format!("router{index:05}"),
        "description": "x".repeat(usize::try_from(description).expect("the size fits into memory")),
        "node": ("name", vec![members! { "name": "node1", "asset-id": format!("r{index:05}"), "role": "combo" }]),
        "loopback-static-routes": block,
    }
}

fn service_of_shape(index: u64, options: &Options) -> Members {
    // The name of a child includes the names of all its ancestors.
    let name = match options.shape {
        Some(Shape::Children) => (0..=index).rev().map(|level| format!("s{level}")).collect::<Vec<_>>().join("."),
        _ => format!("svc{index:06}"),
    };
    let mut service = members! {
        "name": name, "scope": "private", "address": BTreeSet::from([address_of_shape(index)]),
        "access-policy": ("source", vec![members! { "source": "_internal_", "permission": "allow" }]),
    };
    if matches!(options.shape, Some(Shape::AppliesTo)) {
        let routers: BTreeSet<_> = (0..options.size).map(|index| format!("router{index:05}")).collect();
        let applies_to = ("type", vec![members! { "type": "router", "router-name": routers }]);
        service.push(("applies-to", applies_to.into()));
    }
    service
}

fn json(members: &Members) -> String {
    let join = |items: Vec<String>| items.join(",");
    let member = |(name, tree): &(&str, Tree)| match tree {
        Tree::Scalar(scalar) => format!("\"{name}\":{scalar}"),
        Tree::Scalars(scalars) => format!("\"{name}\":[{}]", scalars.join(",")),
        Tree::Entries(_, entries) => format!("\"{name}\":[{}]", join(entries.iter().map(json).collect())),
        Tree::Container(members) => format!("\"{name}\":{}", json(members)),
    };
    format!("{{{}}}", join(members.iter().map(member).collect()))
}

/// Returns a JSON scalar, without quotes if they are not needed.
fn word(scalar: &str, needs_quotes: impl Fn(&str) -> bool) -> String {
    let text = scalar.trim_matches('"');
    if needs_quotes(text) { scalar.to_owned() } else { text.to_owned() }
}

/// Returns members as YAML. A line break precedes each line.
fn yaml(members: &Members, column: usize) -> String {
    // Numbers and times begin with a digit and have no slash. No text is a boolean or null.
    let number = |text: &str| text.as_bytes()[0].is_ascii_digit() && !text.contains('/');
    let quotes = |text: &str| number(text) || text.contains([':', ' ', '+']);
    let pad = " ".repeat(column);
    let entry = |entry: &Members| format!("\n{pad}  - {}", yaml(entry, column + 4).trim_start());
    let content = |tree: &Tree| match tree {
        Tree::Scalar(scalar) => format!(" {}", word(scalar, quotes)),
        Tree::Scalars(scalars) => scalars.iter().map(|scalar| format!("\n{pad}  - {}", word(scalar, quotes))).collect(),
        Tree::Entries(_, entries) => entries.iter().map(entry).collect(),
        Tree::Container(members) => yaml(members, column + 2),
    };
    members.iter().map(|(name, tree)| format!("\n{pad}{name}:{}", content(tree))).collect()
}

/// Returns members as PCLI text. Values are aligned, and a blank line precedes each block.
fn pcli(members: &Members, column: usize) -> String {
    let quotes = |text: &str| text.contains(' ');
    let (pad, width) = (" ".repeat(column), members.iter().map(|(name, _)| name.len()).max().unwrap_or_default());
    let line = |name: &str, words: &str| format!("\n{pad}{name:width$}  {words}");
    let member = |(name, tree): &(&str, Tree)| match tree {
        Tree::Scalar(scalar) => line(name, &word(scalar, quotes)),
        Tree::Scalars(scalars) => scalars.iter().map(|scalar| line(name, &word(scalar, quotes))).collect(),
        Tree::Entries(keys, entries) => {
            let key =
                |(_, tree): &_| if let Tree::Scalar(key) = tree { word(key, quotes) + " " } else { String::new() };
            let keys = |entry: &Members| entry.iter().take(keys.split(' ').count()).map(key).collect::<String>();
            let block =
                |entry| format!("\n{}{}\n{pad}exit", line(name, keys(entry).trim_end()), pcli(entry, column + 4));
            entries.iter().map(block).collect()
        }
        Tree::Container(members) => format!("\n\n{pad}{name}{}\n{pad}exit", pcli(members, column + 4)),
    };
    members.iter().map(member).collect()
}

/// Returns members as XML, with each element in the namespace of its module.
fn xml(members: &Members, prefix: &str, column: usize) -> String {
    let pad = " ".repeat(column);
    let leaf = |name: &str, text: &str| format!("\n{pad}<{prefix}:{name}>{}</{prefix}:{name}>", text.trim_matches('"'));
    let block = |name: &str, members: &Members| {
        let prefix = if name == "node" { "sys" } else { prefix };
        format!("\n{pad}<{prefix}:{name}>{}\n{pad}</{prefix}:{name}>", xml(members, prefix, column + 2))
    };
    let member = |(name, tree): &(&str, Tree)| match tree {
        Tree::Scalar(scalar) => leaf(name, scalar),
        Tree::Scalars(scalars) => scalars.iter().map(|scalar| leaf(name, scalar)).collect(),
        Tree::Entries(_, entries) => entries.iter().map(|entry| block(name, entry)).collect(),
        Tree::Container(members) => block(name, members),
    };
    members.iter().map(member).collect()
}

fn flat(members: &Members, path: &str) -> String {
    let line = |name: &str, scalar: &str| format!("\n{path} {name}  {}", word(scalar, |text| text.contains(' ')));
    let key =
        |(_, tree): &(&str, Tree)| if let Tree::Scalar(key) = tree { word(key, |_| false) } else { String::new() };
    let member = |(name, tree): &(&str, Tree)| match tree {
        Tree::Scalar(scalar) => line(name, scalar),
        Tree::Scalars(scalars) => scalars.iter().map(|scalar| line(name, scalar)).collect(),
        Tree::Entries(keys, entries) => {
            let keys =
                |entry: &Members| entry.iter().take(keys.split(' ').count()).map(key).collect::<Vec<_>>().join(" ");
            entries.iter().map(|entry| flat(entry, &format!("{path} {name} {}", keys(entry)))).collect()
        }
        Tree::Container(members) => flat(members, &format!("{path} {name}")),
    };
    members.iter().map(member).collect()
}

pub(crate) fn write(out: &mut impl Write, options: &Options) -> io::Result<()> {
    let (head, tail) = match options.format {
        Format::Json => ("{\"authority\":{\"name\":\"Large\"", "\n]}}\n"),
        Format::Yaml => ("authority:\n  name: Large", "\n"),
        Format::Pcli => ("config\n\n    authority\n        name  Large", "\n    exit\nexit\n"),
        Format::Flat => ("config authority name  Large", "\n"),
        Format::Xml => (XML, "\n  </authy:authority>\n</t128:config>\n"),
    };
    write!(out, "{head}")?;
    for ((list, count, entry), lead) in lists(options).into_iter().zip([",", "\n],"]) {
        for index in 0..count {
            let (entry, first) = (entry(index, options), index == 0);
            match options.format {
                Format::Json if first => write!(out, "{lead}\n\"{list}\":[\n{}", json(&entry))?,
                Format::Json => write!(out, ",\n{}", json(&entry))?,
                Format::Yaml if first => write!(out, "{}", yaml(&vec![(list, Tree::Entries("", vec![entry]))], 2))?,
                Format::Yaml => write!(out, "\n    - {}", yaml(&entry, 6).trim_start())?,
                Format::Flat => {
                    write!(out, "{}", flat(&vec![(list, Tree::Entries("name", vec![entry]))], "config authority"))?
                }
                Format::Xml => {
                    let prefix = if list == "service" { "svc" } else { "authy" };
                    write!(out, "{}", xml(&vec![(list, Tree::Entries("name", vec![entry]))], prefix, 4))?;
                }
                Format::Pcli => write!(out, "{}", pcli(&vec![(list, Tree::Entries("name", vec![entry]))], 8))?,
            }
        }
    }
    write!(out, "{tail}")?;
    out.flush()
}

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let output: Box<dyn Write> = match &options.output {
        Some(path) => Box::new(File::create(path).with_context(|| format!("cannot create {}", path.display()))?),
        None => Box::new(io::stdout().lock()),
    };
    Ok(write(&mut BufWriter::with_capacity(1 << 18, output), &options)?)
}
