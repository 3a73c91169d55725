//! Memory for the values of a list.

/// Reserves memory for the first values of a list. Most lists get no others, and would otherwise
/// have room for four values at least.
pub(super) fn reserve_first<T>(values: &mut Vec<T>, count: usize) {
    if values.is_empty() {
        values.reserve_exact(count);
    }
}
