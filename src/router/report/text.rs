//! The result of `status` as text, in 80 columns.

use std::fmt::Write as _;
use std::path::Path;

use super::next::{steps, steps_after};
use super::surroundings::duration;
use super::{DocumentFacts, Surroundings, guard};
use crate::contract::Verdict;
use crate::model::count::{counted, plural};
use crate::model::{INTERFACE, Metric};
use crate::router::error::Error;
use crate::router::kernel::{Described, Protocol};
use crate::router::status::{Row, Status};

/// The width of the output.
const WIDTH: usize = 80;

/// The width of the labels.
const LABELS: usize = 10;

/// The most rows that are printed without `--all`.
const ROWS: usize = 20;

/// The longest name in a summary, in characters.
const NAME: usize = 30;

/// The part of a state that is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// The facts, without routes: less than 1 kB.
    Summary,
    /// The facts, and the routes that differ.
    Differences,
    /// The facts, and all routes.
    All,
}

/// The appearance of the text.
#[derive(Clone, Debug)]
pub struct Style<'s> {
    /// The part that is printed.
    pub extent: Extent,
    /// True for a terminal with colours.
    pub has_colours: bool,
    /// The root, which is left out of paths.
    pub root: &'s Path,
}

/// A text in the making.
struct Text<'s> {
    text: String,
    style: &'s Style<'s>,
}

/// Returns the output of `status`.
#[must_use]
pub fn status_text(status: &Status, surroundings: &Surroundings, style: &Style<'_>) -> String {
    let mut text = Text { text: String::new(), style };
    let rows = status.rows();
    text.verdict(status.verdict(), &summary_of(status, &rows));
    facts(&mut text, status, surroundings);
    if style.extent != Extent::Summary {
        table(&mut text, &rows);
    }
    let steps = steps(status, surroundings);
    let shown = if style.extent == Extent::Summary { &steps[..steps.len().min(1)] } else { &steps };
    text.next(shown);
    text.text
}

/// Returns the output of `status` after an error.
#[must_use]
pub fn status_error_text(error: &Error, style: &Style<'_>) -> String {
    let mut text = Text { text: String::new(), style };
    let verdict = error.verdict();
    let words = match verdict {
        Verdict::Refused => "the document or the route file is invalid",
        _ => "the state cannot be read",
    };
    text.verdict(verdict, words);
    text.next(&steps_after(error));
    text.text
}

/// Returns the words after the verdict.
pub(super) fn summary_of(status: &Status, rows: &[Row]) -> String {
    let differing = rows.iter().filter(|row| !row.drift.is_empty()).count();
    if let Some(words) = guard::words(status) {
        return words.to_owned();
    }
    match status.verdict() {
        Verdict::Held => "an operator holds the plugin off this node".to_owned(),
        Verdict::NoDocument => "this node never had a configuration".to_owned(),
        Verdict::InAgreement if status.desired.routes.is_none() => {
            "the plugin is off, and its routes are removed".to_owned()
        }
        Verdict::InAgreement => "document, file and kernel agree".to_owned(),
        _ if status.survey.lacks_carrier => format!("{INTERFACE} has no carrier"),
        _ if !status.observation.waiting.is_empty() => status.observation.interface.to_string(),
        _ if status.conflicts.len() == differing && differing > 0 => {
            let verb = plural(differing, "is", "are");
            format!("{} {verb} held by other routes", counted(differing, "route"))
        }
        _ if differing == 0 => "the route file differs from the configuration".to_owned(),
        _ => {
            let verb = plural(differing, "differs", "differ");
            format!("{} {verb} from the configuration", counted(differing, "route"))
        }
    }
}

fn facts(text: &mut Text<'_>, status: &Status, surroundings: &Surroundings) {
    let (inputs, observation) = (&status.inputs, &status.observation);
    text.text.push('\n');
    if text.style.root != Path::new("/") {
        text.fact("root", &text.style.root.display().to_string());
    }
    if status.has_document {
        let desired = &status.desired;
        let switch = if desired.routes.is_some() { "on" } else { "off" };
        let (router, node) = (text.name(&desired.router), text.name(&desired.node));
        text.fact("node", &format!("{router} {node}, the plugin is {switch}"));
    }
    text.fact("document", &text.path(&status.document));
    let facts = DocumentFacts::of(status);
    if let Some(digest) = &facts.digest {
        text.fact("digest", digest);
    }
    if let Some(modified) = facts.modified {
        text.fact("age", &format!("{}, from Salt's pillar", duration(surroundings.age(modified))));
    }
    if let Some(words) = returned(status) {
        text.fact("", &words);
    }
    text.fact("file", &format!("{}: {}", text.path(&inputs.path), inputs.plan.step));
    let foreign_routes = match status.foreign_routes() {
        0 => String::new(),
        count => {
            let routes = counted(count, "route");
            let owner = plural(count, "another program, which is", "other programs, which are");
            format!("; {routes} of {owner} left alone")
        }
    };
    let carrier = if status.survey.lacks_carrier { ", without carrier" } else { "" };
    text.fact("kernel", &format!("{}{carrier}{foreign_routes}", observation.interface));
    for (label, value) in guard::lines(status, surroundings) {
        text.fact(label, &value);
    }
    units(text, surroundings);
    if text.style.extent != Extent::Summary {
        if !inputs.plan.uncovered.is_empty() {
            let uncovered = guard::listed(inputs.plan.uncovered.iter().map(|route| Described(*route)));
            text.fact("uncovered", &format!("{uncovered}: routes of the file before the plugin"));
        }
        for foreign in &inputs.plan.foreign {
            text.fact("drift", &format!("unknown line below the marker: {foreign:?}"));
        }
    }
}

/// Says that the document came back after another one; `None` if it did not.
pub(super) fn returned(status: &Status) -> Option<String> {
    let times = counted(usize::try_from(status.returns).ok().filter(|times| *times > 0)?, "time");
    Some(format!("came back {times} after another document; two conductors may have different configurations"))
}

fn units(text: &mut Text<'_>, surroundings: &Surroundings) {
    let Some(units) = &surroundings.units else {
        let is_image = text.style.root != Path::new("/");
        let why = if is_image { "with --root" } else { "because systemd does not answer" };
        return text.fact("units", &format!("unknown, {why}"));
    };
    for (index, unit) in units.starters.iter().enumerate() {
        let enabled = if unit.enabled.is_empty() { "not installed" } else { &unit.enabled };
        let label = if index == 0 { "units" } else { "" };
        text.fact(label, &format!("{}: {}, {enabled}", unit.name, unit.active));
    }
    let ended = units.last_run.map(|run| format!("{} ago, exit code {}", duration(run.age), run.code));
    let last_run = match (ended, units.is_run_under_way) {
        (None, false) => "none known to systemd".to_owned(),
        (None, true) => "under way".to_owned(),
        (Some(ended), false) => ended,
        (Some(ended), true) => format!("{ended}; another is under way"),
    };
    text.fact("last run", &last_run);
}

fn table(text: &mut Text<'_>, rows: &[Row]) {
    let is_all = text.style.extent == Extent::All;
    let shown: Vec<&Row> = rows.iter().filter(|row| is_all || !row.drift.is_empty()).collect();
    if shown.is_empty() {
        return;
    }
    let limit = if is_all { shown.len() } else { ROWS };
    let heading = ["DESTINATION", "METRIC", "DESIRED", "FILE", "KERNEL", "DRIFT"].map(str::to_owned);
    let lines: Vec<[String; 6]> =
        std::iter::once(heading).chain(shown.iter().take(limit).map(|row| cells(row))).collect();
    let widths: Vec<usize> =
        (0..5).map(|column| lines.iter().map(|line| line[column].len()).max().unwrap_or(0)).collect();
    text.text.push('\n');
    for line in lines {
        let padded: String =
            line.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}  ", width = *width)).collect();
        text.wrapped(&padded, &line[5]);
    }
    if shown.len() > limit {
        let _ = writeln!(text.text, "… and {} more; status --all lists all", shown.len() - limit);
    }
}

fn cells(row: &Row) -> [String; 6] {
    let yes = |is: bool| if is { "yes" } else { "-" }.to_owned();
    let kernel = match row.kernel {
        None => "-".to_owned(),
        Some(Protocol::OURS) => "ours".to_owned(),
        Some(protocol) => protocol.to_string(),
    };
    let drift: Vec<String> = row.drift.iter().map(ToString::to_string).collect();
    let Metric(metric) = row.route.metric;
    let (desired, stored) = (yes(row.is_desired), yes(row.is_stored));
    [row.route.prefix.to_string(), metric.to_string(), desired, stored, kernel, drift.join("; ")]
}

impl Text<'_> {
    fn verdict(&mut self, verdict: Verdict, words: &str) {
        let colour = match verdict {
            Verdict::InAgreement => "32",
            Verdict::NoDocument | Verdict::Held | Verdict::InTrial | Verdict::Postponed => "33",
            Verdict::Drift | Verdict::Quarantined | Verdict::Refused | Verdict::Failed => "31",
        };
        let code = verdict.code();
        let code = if self.style.has_colours { format!("\u{1b}[1;{colour}m{code}\u{1b}[0m") } else { code.to_owned() };
        let _ = writeln!(self.text, "{code}: {words}");
    }

    fn next(&mut self, steps: &[String]) {
        for (index, step) in steps.iter().enumerate() {
            if index == 0 {
                self.text.push('\n');
            }
            self.fact(if index == 0 { "next" } else { "" }, step);
        }
    }

    fn fact(&mut self, label: &str, value: &str) {
        self.wrapped(&format!("{label:<LABELS$}"), value);
    }

    /// Writes a value after the text before it. Further lines are indented.
    fn wrapped(&mut self, before: &str, value: &str) {
        let columns = before.chars().count();
        let width = WIDTH - columns.min(WIDTH / 2 + 20);
        let mut line = before.to_owned();
        let mut used = 0;
        for word in value.split(' ').flat_map(|word| pieces(word, width)) {
            let length = word.chars().count();
            if used > 0 && used + 1 + length > width {
                let _ = writeln!(self.text, "{}", line.trim_end());
                line = format!("{:columns$}", "");
                used = 0;
            }
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            line.push_str(&word);
            used += length;
        }
        let _ = writeln!(self.text, "{}", line.trim_end());
    }

    /// Returns a path beneath the root.
    fn path(&self, path: &Path) -> String {
        let beneath = path.strip_prefix(self.style.root).unwrap_or(path);
        Path::new("/").join(beneath).display().to_string().escape_debug().to_string()
    }

    /// Returns a name of the document, without control characters.
    fn name(&self, name: &str) -> String {
        let limit = if self.style.extent == Extent::Summary { NAME } else { usize::MAX };
        let mut escaped: String = name.escape_debug().take(limit).collect();
        if escaped.chars().count() == limit {
            escaped.push('…');
        }
        escaped
    }
}

/// Splits a word that is wider than a line.
fn pieces(word: &str, width: usize) -> Vec<String> {
    let characters: Vec<char> = word.chars().collect();
    if characters.is_empty() {
        return vec![String::new()];
    }
    characters.chunks(width).map(|piece| piece.iter().collect()).collect()
}
