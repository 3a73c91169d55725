//! The command line.

use std::path::PathBuf;
use std::str::FromStr as _;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum};
use ipnet::Ipv4Net;
use loopback_static_routes::conductor::schemas;
use loopback_static_routes::diagnostic::Code;
use loopback_static_routes::export::Format;
use loopback_static_routes::input::Syntax;
use loopback_static_routes::model::prefix::Address;
use loopback_static_routes::report::{comparison, validation};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Manages a Session Smart Router's Linux routes through kni254: from an authority configuration to route files and Salt
/// pillar data.
#[derive(Debug, Parser)]
#[command(
    version,
    styles = STYLES,
    after_help = "Exit codes: 0 done, 1 findings of severity error (or a difference, with --check), 2 usage, 3 failure."
)]
pub(crate) struct Arguments {
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true,
        display_order = 900
    )]
    #[arg(help = "When to print colours: auto, always or never; auto heeds NO_COLOR")]
    pub(crate) color: clap::ColorChoice,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Generate(Generate),
    Validate(Validate),
    Diff(Diff),
    Why(Why),
    Convert(Convert),
    Rule(Rule),
    Schema(Schema),
    SaltSetup(SaltSetup),
    /// Print the completions of a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or that of a command, as roff
    Man {
        /// The command
        command: Option<String>,
    },
}

/// Write each node's route file and Salt pillar data
#[derive(Debug, Args)]
#[command(after_help = "\
Only files whose bytes change are written. A router with errors keeps what it has, and the others are generated.
Nothing is written at all where a CONFIG cannot be read, or holds no router.

Examples:
  loopback-static-routes generate authority.json --out /var/lib/routes
  loopback-static-routes generate fragments/ --out /var/lib/routes --check --diff
  loopback-static-routes generate --example")]
pub(crate) struct Generate {
    #[command(flatten)]
    pub(crate) configuration: Configuration,

    /// The folder to write to; with --example it has a default, and the files written are shown
    #[arg(long, value_name = "DIR", required_unless_present = "example")]
    #[arg(default_value_if("example", "true", "loopback-static-routes-example"))]
    pub(crate) out: Option<PathBuf>,

    /// Write nothing; exit 1 if DIR is not what would be generated
    #[arg(long)]
    pub(crate) check: bool,

    /// Print the change as a unified diff
    #[arg(long, conflicts_with = "json")]
    pub(crate) diff: bool,

    /// Print the run's summary as JSON
    #[arg(long)]
    pub(crate) json: bool,

    /// Say nothing but errors
    #[arg(long, short)]
    pub(crate) quiet: bool,

    /// Remove even more than half of the nodes that are published
    #[arg(long)]
    pub(crate) allow_removals: bool,

    /// How long to wait for another run on DIR
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub(crate) wait: u64,
}

/// Find what is wrong with a configuration, and what is probably not meant
#[derive(Debug, Args)]
#[command(after_help = "\
Nothing is written, and nothing but CONFIG and the settings is read. Each code has a page: loopback-static-routes rule CODE.
In GitHub Actions, annotations are the default format; with --output they are printed beside the report.

Examples:
  loopback-static-routes validate fragments/
  loopback-static-routes validate authority.yaml --format sarif --output report.sarif
  loopback-static-routes validate authority.json --ignore unusual-name,ipv6-address --warn-as-error")]
pub(crate) struct Validate {
    #[command(flatten)]
    pub(crate) configuration: Configuration,

    /// The report's format; text is the default
    #[arg(long)]
    pub(crate) format: Option<ReportFormat>,

    /// Write the report to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Report these codes only
    #[arg(long, value_name = "CODES", value_delimiter = ',', value_parser = Code::from_str)]
    pub(crate) select: Vec<Code>,

    /// Do not report these codes
    #[arg(long, value_name = "CODES", value_delimiter = ',', value_parser = Code::from_str)]
    pub(crate) ignore: Vec<Code>,

    /// Let warnings count as errors
    #[arg(long)]
    pub(crate) warn_as_error: bool,

    /// Read the settings from this file instead of the nearest .loopback-static-routes.toml
    #[arg(long, value_name = "FILE")]
    pub(crate) settings: Option<PathBuf>,

    /// Read no settings
    #[arg(long, conflicts_with = "settings")]
    pub(crate) no_settings: bool,
}

/// Tell which nodes' routes change between two configurations, and because of which edits
#[derive(Debug, Args)]
#[command(
    override_usage = "loopback-static-routes diff [OPTIONS] <OLD> <NEW>\n       loopback-static-routes diff [OPTIONS] --base <REV> <CONFIG>",
    after_help = "\
Exits 0 where no route changes, 1 where one does.

Examples:
  loopback-static-routes diff old.json new.json
  loopback-static-routes diff --base origin/main fragments/ --format html --output diff.html"
)]
pub(crate) struct Diff {
    /// The old and the new configuration: files, or folders of fragments
    #[arg(value_name = "CONFIG", required = true, num_args = 1..=2)]
    pub(crate) configs: Vec<PathBuf>,

    /// Compare CONFIG with what it was in this revision of its git repository
    #[arg(long, value_name = "REV")]
    pub(crate) base: Option<String>,

    /// The format; text is the default
    #[arg(long)]
    pub(crate) format: Option<DiffFormat>,

    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Read both in this syntax instead of telling it from the content
    #[arg(long, value_name = "SYNTAX")]
    pub(crate) input_format: Option<InputFormat>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum DiffFormat {
    /// For a terminal
    Text,
    /// JSON
    Json,
    /// Markdown, for a comment on a pull request
    Markdown,
    /// One page that needs nothing else
    Html,
}

impl From<DiffFormat> for comparison::Format {
    fn from(format: DiffFormat) -> Self {
        match format {
            DiffFormat::Text => Self::Text,
            DiffFormat::Json => Self::Json,
            DiffFormat::Markdown => Self::Markdown,
            DiffFormat::Html => Self::Html,
        }
    }
}

/// Print the page about a code: what it means, why it matters, and what to do
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  loopback-static-routes rule learning-off
  loopback-static-routes rule --list")]
pub(crate) struct Rule {
    /// The code, as validate and generate print it
    #[arg(required_unless_present = "list", value_parser = Code::from_str)]
    pub(crate) code: Option<Code>,

    /// List all codes with their severities
    #[arg(long, conflicts_with = "code")]
    pub(crate) list: bool,
}

/// Print a JSON Schema, for editors and other programs
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  loopback-static-routes schema authority > authority.schema.json
  loopback-static-routes schema pillar")]
pub(crate) struct Schema {
    /// What the schema is of
    #[arg(default_value = "plugin")]
    pub(crate) of: SchemaOf,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum SchemaOf {
    /// The plugin block
    Plugin,
    /// An authority configuration in YAML or JSON, as far as it is read
    Authority,
    /// A minion's pillar data
    Pillar,
    /// manifest.json of a folder that generate publishes to
    Manifest,
    /// What validate --format json prints
    Findings,
    /// What diff --format json prints
    Diff,
}

impl From<SchemaOf> for schemas::Schema {
    fn from(of: SchemaOf) -> Self {
        match of {
            SchemaOf::Plugin => Self::Plugin,
            SchemaOf::Authority => Self::Authority,
            SchemaOf::Pillar => Self::Pillar,
            SchemaOf::Manifest => Self::Manifest,
            SchemaOf::Findings => Self::Findings,
            SchemaOf::Diff => Self::Diff,
        }
    }
}

/// Tell where each route of a router's nodes comes from, and why something is not routed
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  loopback-static-routes why --example --router hub-chicago
  loopback-static-routes why authority.json --router branch-1 --node node1 --prefix 8.8.8.8
  loopback-static-routes why authority.json --router branch-1 --service dns")]
pub(crate) struct Why {
    #[command(flatten)]
    pub(crate) configuration: Configuration,

    /// The router
    #[arg(long, value_name = "NAME")]
    pub(crate) router: String,

    /// Only this node
    #[arg(long, value_name = "NAME")]
    pub(crate) node: Option<String>,

    /// Only what concerns this IPv4 prefix or address
    #[arg(long, value_name = "PREFIX", value_parser = prefix)]
    pub(crate) prefix: Option<Ipv4Net>,

    /// Only what concerns this service
    #[arg(long, value_name = "NAME", conflicts_with = "prefix")]
    pub(crate) service: Option<String>,

    /// Print the answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Print the elements that make routes in another syntax
#[derive(Debug, Args)]
#[command(after_help = "\
What makes no routes is left out: other elements, comments, noise. Where something could not be read, nothing is printed.

Examples:
  loopback-static-routes convert session.txt --to yaml > authority.yaml
  loopback-static-routes convert export.xml.gz --to flat | grep loopback-static-routes
  loopback-static-routes convert fragments/ --to json")]
pub(crate) struct Convert {
    #[command(flatten)]
    pub(crate) configuration: Configuration,

    /// The syntax to print
    #[arg(long, value_name = "SYNTAX")]
    pub(crate) to: OutputFormat,
}

/// Connect what is published with the Salt master's pillar, or disconnect it
#[derive(Debug, Args)]
#[command(after_help = "\
A file that finds DIR's documents and a stanza in top.sls are all that the master needs. What else is in top.sls stays as it is; where the
stanza cannot be put in safely, nothing is changed, and it is said where and why.

Examples:
  loopback-static-routes salt-setup --out /var/lib/routes
  loopback-static-routes salt-setup --out /var/lib/routes --check
  loopback-static-routes salt-setup --out /var/lib/routes --undo")]
pub(crate) struct SaltSetup {
    /// The folder that generate publishes to
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,

    /// The pillar root of the master's environment base
    #[arg(long, value_name = "DIR", default_value = "/srv/pillar")]
    pub(crate) pillar_root: PathBuf,

    /// Change nothing; exit 1 if something would be changed
    #[arg(long)]
    pub(crate) check: bool,

    /// Take file and stanza out again
    #[arg(long)]
    pub(crate) undo: bool,
}

/// The authority configuration, and how to read it.
#[derive(Debug, Args)]
pub(crate) struct Configuration {
    /// Files, folders of fragments, or - for standard input; several are one authority
    #[arg(required_unless_present = "example")]
    pub(crate) config: Vec<PathBuf>,

    /// Use the embedded example authority
    #[arg(long, conflicts_with = "config")]
    pub(crate) example: bool,

    /// Read every CONFIG in this syntax instead of telling it from the content
    #[arg(long, value_name = "SYNTAX")]
    pub(crate) input_format: Option<InputFormat>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ReportFormat {
    /// The line and a caret under the place, for people
    Text,
    /// A line a finding
    Concise,
    /// JSON of our own
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// GitLab's code quality report
    Gitlab,
    /// JUnit XML
    Junit,
}

impl From<ReportFormat> for validation::Format {
    fn from(format: ReportFormat) -> Self {
        match format {
            ReportFormat::Text => Self::Text,
            ReportFormat::Concise => Self::Concise,
            ReportFormat::Json => Self::Json,
            ReportFormat::Sarif => Self::Sarif,
            ReportFormat::Github => Self::Github,
            ReportFormat::Gitlab => Self::Gitlab,
            ReportFormat::Junit => Self::Junit,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum InputFormat {
    /// REST JSON, in any of its dialects
    Json,
    /// YAML in the shapes of the JSON
    Yaml,
    /// The text of `show config running`, nested or flat, or a session
    Pcli,
    /// NETCONF XML, as in an export
    Xml,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum OutputFormat {
    /// As `show config running` prints it
    Pcli,
    /// As `show config running flat` prints it
    Flat,
    /// REST JSON with the names of the PCLI
    Json,
    /// YAML in the shape of the JSON
    Yaml,
    /// NETCONF XML
    Xml,
}

impl From<OutputFormat> for Format {
    fn from(format: OutputFormat) -> Self {
        match format {
            OutputFormat::Pcli => Self::Pcli,
            OutputFormat::Flat => Self::Flat,
            OutputFormat::Json => Self::Json,
            OutputFormat::Yaml => Self::Yaml,
            OutputFormat::Xml => Self::Xml,
        }
    }
}

impl From<InputFormat> for Syntax {
    fn from(format: InputFormat) -> Self {
        match format {
            InputFormat::Json => Self::Json,
            InputFormat::Yaml => Self::Yaml,
            InputFormat::Pcli => Self::Pcli,
            InputFormat::Xml => Self::Xml,
        }
    }
}

fn prefix(text: &str) -> Result<Ipv4Net, String> {
    match Address::parse(text) {
        Address::Ipv4 { network, .. } => Ok(network),
        _ => Err("no IPv4 prefix; give one such as 192.0.2.0/24, or an address".to_owned()),
    }
}
