//! Host names (RFC 1123, section 2.1).

/// Returns true for host names of RFC 1123. They may also have `_`, which service records use. A
/// name whose last label has only digits is a mistyped address (`10.0.0`, `300.1.1.1`; RFC 3696,
/// section 2).
pub(crate) fn is_host_name(name: &str) -> bool {
    let label = |l: &str| {
        !l.is_empty()
            && l.len() <= 63
            && !l.starts_with('-')
            && !l.ends_with('-')
            && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    let numeric_top = name.rsplit('.').next().is_some_and(|l| l.bytes().all(|b| b.is_ascii_digit()));
    !name.is_empty() && name.len() <= 253 && name.split('.').all(label) && !numeric_top
}
