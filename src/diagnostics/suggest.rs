//! Suggestions for unknown names.

/// The maximum number of unknown names that get suggestions. Nobody reads more of them, and the
/// search would take longer than everything else.
pub(crate) const MOST_HINTS: usize = 200;

/// Returns `; did you mean "allow"?`, or nothing.
pub(crate) fn hint<'k>(written: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    did_you_mean(written, known).map_or_else(String::new, |near| format!("; did you mean {near:?}?"))
}

/// Longer names are not typing errors, and would take long to compare.
const LONGEST_NAME: usize = 256;

/// Returns the name among `known` that was probably intended.
pub(crate) fn did_you_mean<'k>(written: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    if written.len() > LONGEST_NAME {
        return None;
    }
    let known: Vec<&str> = known.into_iter().filter(|name| name.len() <= LONGEST_NAME).collect();
    let near = known
        .iter()
        .copied()
        .filter(|name| name.len().abs_diff(written.len()) <= 2.max(name.len() / 4))
        .map(|name| (strsim::damerau_levenshtein(written, name), name))
        .filter(|(distance, name)| *distance <= 2.max(name.len() / 4))
        .min()
        .map(|(_, name)| name);
    // The name may end at a hyphen of the known one.
    near.or_else(|| known.into_iter().find(|name| name.strip_prefix(written).is_some_and(|rest| rest.starts_with('-'))))
}

#[cfg(test)]
mod tests {
    use super::did_you_mean;

    #[test]
    fn near_misses_are_named_and_far_ones_are_not() {
        let known = ["default-route", "enabled", "learn-from-services", "metric", "static-route"];
        for (written, expected) in [
            ("metrics", Some("metric")),
            ("enable", Some("enabled")),
            ("learn-from-servces", Some("learn-from-services")),
            ("static-routes", Some("static-route")),
            ("colour", None),
        ] {
            assert_eq!(did_you_mean(written, known), expected, "{written}");
        }
    }
}
