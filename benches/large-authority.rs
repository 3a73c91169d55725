//! Prints a large authority, the same bytes every time:
//!
//! ```text
//! cargo run --release --example large-authority -- -o authority.json
//! cargo run --release --example large-authority -- --routers 100 --services 50 --format pcli
//! ```
//!
//! At the defaults, 10,000 routers of two nodes and 5,000 services, of which 300 are for tenant `_internal_` on every router and
//! 1,000 on twenty routers each. Most of it are elements that the product does not read, as in real configurations.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::{Parser, ValueEnum};

#[derive(Parser)]
struct Arguments {
    /// Where to write to; standard output by default
    #[arg(short)]
    output: Option<PathBuf>,
    #[arg(long, default_value_t = 10_000)]
    routers: u64,
    /// Nodes of each router
    #[arg(long, default_value_t = 2)]
    nodes: u64,
    /// Device interfaces of each node
    #[arg(long, default_value_t = 4)]
    interfaces: u64,
    #[arg(long, default_value_t = 5_000)]
    services: u64,
    /// Services for tenant _internal_ that apply everywhere
    #[arg(long, default_value_t = 300)]
    internal: u64,
    /// Services for tenant _internal_ that apply to twenty routers each
    #[arg(long, default_value_t = 1_000)]
    limited: u64,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[arg(long, value_enum, default_value_t = Format::Json)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Json,
    Yaml,
    Pcli,
}

/// An element's content; list entries carry their key as first member.
enum Tree {
    Scalar(String),
    Number(u64),
    Bool(bool),
    Values(Vec<String>),
    Entries(Vec<Members>),
    Container(Members),
}

type Members = Vec<(&'static str, Tree)>;

/// SplitMix64, seeded for each element, so that one does not depend on those before it.
struct Random(u64);

impl Random {
    fn new(seed: u64, kind: u64, index: u64) -> Self {
        Self(seed.wrapping_mul(0x1000_0001).wrapping_add(kind << 48).wrapping_add(index))
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }

    fn prefix(&mut self) -> String {
        let (a, b, c, d) = (self.below(126) + 1, self.below(256), self.below(256), self.below(254) + 1);
        match self.below(100) {
            0..70 => format!("{a}.{b}.{c}.{d}/32"),
            70..92 => format!("{a}.{b}.{c}.0/24"),
            _ => format!("172.{}.0.0/16", 16 + d % 16),
        }
    }
}

fn text(text: impl Into<String>) -> Tree {
    Tree::Scalar(text.into())
}

fn interface(router: u64, node: u64, port: u64, random: &mut Random) -> Members {
    let address = vec![
        ("ip-address", text(format!("10.{}.{}.{}", router >> 8 & 255, router & 255, port * 16 + node + 1))),
        ("prefix-length", Tree::Number(28)),
        ("gateway", text(format!("10.{}.{}.{}", router >> 8 & 255, router & 255, port * 16 + 14))),
    ];
    let network = vec![
        ("name", text(format!("net-{port}"))),
        ("global-id", Tree::Number(router * 16 + node * 8 + port)),
        ("type", text(if port == 0 { "external" } else { "internal" })),
        ("conductor", Tree::Bool(port == 0)),
        ("default-route", Tree::Bool(port == 0)),
        ("vlan", Tree::Number(if port == 0 { 0 } else { 100 + port })),
        ("inter-router-security", text("internal")),
        ("source-nat", Tree::Bool(port == 0)),
        ("mtu", Tree::Number(1500)),
        ("prioritization-mode", text("local")),
        ("tenant", text(format!("tenant{}", random.below(200)))),
        ("icmp", text("allow")),
        (
            "neighborhood",
            Tree::Entries(vec![vec![
                ("name", text(format!("hood-{}", random.below(100)))),
                ("topology", text("spoke")),
                ("vector", Tree::Values(vec!["broadband".to_owned()])),
                ("peer-connectivity", text("bidirectional")),
            ]]),
        ),
        ("address", Tree::Entries(vec![address])),
    ];
    vec![
        ("name", text(format!("ge-0-{port}"))),
        ("description", text(format!("uplink {port} of node {node}"))),
        ("type", text("ethernet")),
        ("pci-address", text(format!("0000:00:{:02x}.0", port + 3))),
        ("enabled", Tree::Bool(true)),
        ("vmbus-uuid", text(format!("{:08x}-0000-4000-8000-{:012x}", random.below(1 << 32), random.below(1 << 48)))),
        ("link-settings", text("auto")),
        ("forwarding", Tree::Bool(true)),
        ("lldp", Tree::Container(vec![("mode", text("disabled")), ("hold-multiplier", Tree::Number(4))])),
        (
            "traffic-engineering",
            Tree::Container(vec![("enabled", Tree::Bool(false)), ("transmit-cap", Tree::Number(1_000_000_000))]),
        ),
        ("network-interface", Tree::Entries(vec![network])),
    ]
}

/// Some routers have no block, some are off, some have the default route; most learn, and half of these have static routes too.
fn block(random: &mut Random) -> Option<Members> {
    let metric = [0, 100, 128, 128, 128][random.below(5) as usize];
    let kind = random.below(100);
    match kind {
        0..3 => return None,
        3..6 => return Some(vec![("enabled", Tree::Bool(false))]),
        6..14 => {
            let (on, metric) = (Tree::Bool(true), Tree::Number(metric + 1));
            return Some(vec![("enabled", on), ("default-route", Tree::Bool(true)), ("metric", metric)]);
        }
        _ => {}
    }
    let mut block = vec![
        ("enabled", Tree::Bool(true)),
        ("default-route", Tree::Bool(false)),
        ("learn-from-services", Tree::Bool(kind < 94)),
        ("metric", Tree::Number(metric)),
    ];
    if kind >= 94 || random.below(2) == 0 {
        let mut prefixes: Vec<String> = (0..random.below(5) + 1).map(|_| random.prefix()).collect();
        prefixes.sort();
        prefixes.dedup();
        let routes = prefixes.into_iter().map(|prefix| vec![("address", text(prefix)), ("metric", Tree::Number(200))]);
        block.push(("static-route", Tree::Entries(routes.collect())));
    }
    Some(block)
}

fn router(index: u64, arguments: &Arguments) -> Members {
    let mut random = Random::new(arguments.seed, 1, index);
    let node = |node: u64, random: &mut Random| {
        // A quarter of the ids have dots, as host names have.
        let id = if index.is_multiple_of(4) {
            format!("r{index:05}n{node}.store{:03}.example", index % 997)
        } else {
            format!("r{index:05}-n{node}")
        };
        let interfaces = (0..arguments.interfaces).map(|port| interface(index, node, port, random)).collect();
        vec![
            ("name", text(format!("node{node}"))),
            ("asset-id", text(id)),
            ("role", text("combo")),
            ("enabled", Tree::Bool(true)),
            ("forwarding-core-mode", text("automatic")),
            ("device-interface", Tree::Entries(interfaces)),
        ]
    };
    let nodes = (1..=arguments.nodes).map(|number| node(number, &mut random)).collect();
    let mut router = vec![
        ("name", text(format!("router{index:05}"))),
        ("location", text(format!("+{:02}.{:05}/", random.below(90), random.below(100_000)))),
        ("description", text(format!("store {index}"))),
        ("router-group", Tree::Values(vec![format!("group{:03}", index % 50)])),
        ("system", Tree::Container(vec![("contact", text("noc@example.com"))])),
        ("node", Tree::Entries(nodes)),
    ];
    router.extend(block(&mut random).map(|block| ("loopback-static-routes", Tree::Container(block))));
    router
}

fn service(index: u64, arguments: &Arguments) -> Members {
    let mut random = Random::new(arguments.seed, 2, index);
    // 7919 is prime: it spreads the kinds over the list.
    let kind = index * 7919 % arguments.services;
    let mut sources = vec![format!("tenant{}", random.below(200))];
    if kind < arguments.internal + arguments.limited {
        sources.push("_internal_".to_owned());
    }
    let policies =
        sources.into_iter().map(|source| vec![("source", text(source)), ("permission", text("allow"))]).collect();
    let address =
        if random.below(100) < 5 { format!("2001:db8:{:x}::/64", random.below(65536)) } else { random.prefix() };
    let mut service = vec![
        ("name", text(format!("svc{index:05}"))),
        ("description", text(format!("service {index}"))),
        ("enabled", Tree::Bool(true)),
        ("scope", text("private")),
        ("security", text("internal")),
        ("address", Tree::Values(vec![address])),
        ("service-policy", text("default-policy")),
        ("access-policy", Tree::Entries(policies)),
    ];
    if (arguments.internal..arguments.internal + arguments.limited).contains(&kind) {
        let mut names: Vec<String> =
            (0..20).map(|_| format!("router{:05}", random.below(arguments.routers.max(1)))).collect();
        names.sort();
        names.dedup();
        let applies_to = vec![("type", text("router")), ("router-name", Tree::Values(names))];
        service.push(("applies-to", Tree::Entries(vec![applies_to])));
    }
    service
}

fn json_value(out: &mut impl Write, tree: &Tree) -> io::Result<()> {
    match tree {
        // All text is of our own making, and needs no escapes.
        Tree::Scalar(text) => write!(out, "\"{text}\""),
        Tree::Number(number) => write!(out, "{number}"),
        Tree::Bool(value) => write!(out, "{value}"),
        Tree::Values(values) => json_items(out, values, |out, value| write!(out, "\"{value}\"")),
        Tree::Entries(entries) => json_items(out, entries, json),
        Tree::Container(members) => json(out, members),
    }
}

fn json_items<W: Write, T>(out: &mut W, items: &[T], print: impl Fn(&mut W, &T) -> io::Result<()>) -> io::Result<()> {
    write!(out, "[")?;
    for (index, item) in items.iter().enumerate() {
        write!(out, "{}", if index == 0 { "" } else { "," })?;
        print(out, item)?;
    }
    write!(out, "]")
}

fn json(out: &mut impl Write, members: &Members) -> io::Result<()> {
    for (index, (name, tree)) in members.iter().enumerate() {
        write!(out, "{}\"{name}\":", if index == 0 { "{" } else { "," })?;
        json_value(out, tree)?;
    }
    write!(out, "}}")
}

/// A list entry's members, the first behind a dash; or a container's, with no dash.
fn yaml(out: &mut impl Write, members: &Members, depth: usize, dash: bool) -> io::Result<()> {
    for (index, (name, tree)) in members.iter().enumerate() {
        let lead = if dash && index == 0 { "- " } else { "" };
        write!(out, "{:1$}{lead}{name}:", "", 2 * depth - lead.len())?;
        match tree {
            Tree::Scalar(text) if text.contains([':', '@', '+', ' ']) => writeln!(out, " \"{text}\"")?,
            Tree::Scalar(text) => writeln!(out, " {text}")?,
            Tree::Number(number) => writeln!(out, " {number}")?,
            Tree::Bool(value) => writeln!(out, " {value}")?,
            Tree::Values(values) => {
                writeln!(out)?;
                values.iter().try_for_each(|value| writeln!(out, "{:1$}- \"{value}\"", "", 2 * depth))?;
            }
            Tree::Entries(entries) => {
                writeln!(out)?;
                entries.iter().try_for_each(|entry| yaml(out, entry, depth + 1, true))?;
            }
            Tree::Container(members) => {
                writeln!(out)?;
                yaml(out, members, depth + 1, false)?;
            }
        }
    }
    Ok(())
}

fn pcli(out: &mut impl Write, members: &Members, depth: usize) -> io::Result<()> {
    let word = |text: &String| if text.contains(' ') { format!("\"{text}\"") } else { text.clone() };
    for (name, tree) in members {
        let indent = " ".repeat(4 * depth);
        match tree {
            Tree::Scalar(text) => writeln!(out, "{indent}{name}  {}", word(text))?,
            Tree::Number(number) => writeln!(out, "{indent}{name}  {number}")?,
            Tree::Bool(value) => writeln!(out, "{indent}{name}  {value}")?,
            Tree::Values(values) => {
                values.iter().try_for_each(|value| writeln!(out, "{indent}{name}  {}", word(value)))?;
            }
            Tree::Entries(entries) => {
                for entry in entries {
                    let key = match &entry[0].1 {
                        Tree::Scalar(key) => word(key),
                        _ => String::new(),
                    };
                    writeln!(out, "\n{indent}{name}  {key}")?;
                    pcli(out, entry, depth + 1)?;
                    writeln!(out, "{indent}exit")?;
                }
            }
            Tree::Container(members) => {
                writeln!(out, "\n{indent}{name}")?;
                pcli(out, members, depth + 1)?;
                writeln!(out, "{indent}exit")?;
            }
        }
    }
    Ok(())
}

/// Prints one entry after another, so that memory stays small.
fn print(out: &mut impl Write, arguments: &Arguments) -> io::Result<()> {
    type Entry = fn(u64, &Arguments) -> Members;
    let lists: [(&'static str, u64, Entry); 2] =
        [("router", arguments.routers, router), ("service", arguments.services, service)];
    match arguments.format {
        Format::Json => write!(out, "{{\"authority\":{{\"name\":\"Large\"")?,
        Format::Yaml => writeln!(out, "authority:\n  name: Large")?,
        Format::Pcli => writeln!(out, "config\n    authority\n        name  Large")?,
    }
    for (list, count, entry) in lists {
        match arguments.format {
            Format::Json => write!(out, ",\n\"{list}\":[")?,
            Format::Yaml => writeln!(out, "  {list}:")?,
            Format::Pcli => {}
        }
        for index in 0..count {
            let entry = entry(index, arguments);
            match arguments.format {
                Format::Json => {
                    write!(out, "{}", if index == 0 { "\n" } else { ",\n" })?;
                    json(out, &entry)?;
                }
                Format::Yaml => yaml(out, &entry, 3, true)?,
                Format::Pcli => pcli(out, &vec![(list, Tree::Entries(vec![entry]))], 2)?,
            }
        }
        if arguments.format == Format::Json {
            write!(out, "\n]")?;
        }
    }
    match arguments.format {
        Format::Json => writeln!(out, "}}}}"),
        Format::Yaml => Ok(()),
        Format::Pcli => writeln!(out, "    exit\nexit"),
    }
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let output: Box<dyn Write> = match &arguments.output {
        Some(path) => Box::new(File::create(path)?),
        None => Box::new(io::stdout().lock()),
    };
    let mut out = BufWriter::with_capacity(1 << 20, output);
    print(&mut out, &arguments)?;
    Ok(out.flush()?)
}
