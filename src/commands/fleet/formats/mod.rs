//! The output formats of a comparison (`docs/commands/fleet.md`).

mod html;
mod json;
mod openmetrics;
mod text;

use crate::commands::formats::formats;
use crate::fleet::FleetReport;

formats! {
    pub(crate) fn(&FleetReport) -> String;
    /// The minions that are not up to date, for people
    Text: text,
    /// JSON of this program
    Json: json,
    /// A single page without external resources
    Html: html,
    /// Metrics for Prometheus
    Openmetrics: openmetrics,
}

impl Format {
    /// Renders a report.
    pub(super) fn render(self, report: &FleetReport) -> String {
        self.renderer()(report)
    }
}
