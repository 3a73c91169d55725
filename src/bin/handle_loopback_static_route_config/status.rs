//! The output of `status`: its format, extent and colours.

use std::path::Path;

use loopback_static_routes::router::report::{self, Extent, Style, Surroundings};
use loopback_static_routes::router::{Error, Status};

use crate::args::{Arguments, Format, StatusArguments};
use crate::{clock, colours, systemd};

/// Returns the output of `status`.
pub(crate) fn text(arguments: &Arguments, options: StatusArguments, status: &Status) -> String {
    let surroundings = surroundings(arguments);
    match (format(arguments, options), options.summary) {
        (Format::Text, _) => report::status_text(status, &surroundings, &style(arguments, options)),
        (Format::Json, false) => report::status_json(status, &surroundings),
        (Format::Json, true) => report::summary_json(status, &surroundings),
        (Format::Openmetrics, _) => report::status_metrics(status, &surroundings),
    }
}

/// Returns the output of `status` after an error, apart from the error itself.
pub(crate) fn error_text(arguments: &Arguments, options: StatusArguments, error: &Error) -> String {
    match format(arguments, options) {
        Format::Text => report::status_error_text(error, &style(arguments, options)),
        Format::Json => report::error_json(error),
        Format::Openmetrics => report::status_error_metrics(error, &surroundings(arguments)),
    }
}

fn format(arguments: &Arguments, options: StatusArguments) -> Format {
    if arguments.json { Format::Json } else { options.format }
}

fn style(arguments: &Arguments, options: StatusArguments) -> Style<'_> {
    let extent = match (options.all, options.summary) {
        (true, _) => Extent::All,
        (false, true) => Extent::Summary,
        (false, false) => Extent::Differences,
    };
    Style { extent, has_colours: colours::on_stdout(arguments.color), root: &arguments.root }
}

/// Returns the time, and the state of the units. They belong to this machine, and not to an image.
pub(crate) fn surroundings(arguments: &Arguments) -> Surroundings {
    let units = if arguments.root == Path::new("/") { systemd::units() } else { None };
    Surroundings { now: clock::epoch(), moment: Some(clock::moment(arguments)), units }
}
