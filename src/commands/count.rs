//! Counts of findings by severity.

use crate::diagnostics::Severity;
use crate::model::count::counted;

/// Returns `2 errors, 1 warning`, or an empty string if there are no severities.
pub(crate) fn by_severity(severities: impl IntoIterator<Item = Severity>) -> String {
    let mut counts = [Severity::Error, Severity::Warning, Severity::Notice].map(|severity| (severity, 0));
    for severity in severities {
        for (_, count) in counts.iter_mut().filter(|(of, _)| *of == severity) {
            *count += 1;
        }
    }
    let counts = counts.into_iter().filter(|(_, count)| *count > 0);
    counts.map(|(severity, count)| counted(count, &severity.to_string())).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::by_severity;
    use crate::diagnostics::Severity::{Error, Notice};

    #[test]
    fn severities_are_counted_from_errors_to_notices() {
        assert_eq!(by_severity([Notice, Error, Error]), "2 errors, 1 notice");
        assert_eq!(by_severity([]), "");
    }
}
