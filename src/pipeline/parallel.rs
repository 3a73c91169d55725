//! Does the same work for many items, on all cores.

use rayon::prelude::*;

use crate::diagnostics::Finding;

/// The smallest number of items for which another thread saves time.
const LEAST: usize = 64;

/// Returns the results of `work` in the order of the items. The findings have the same order, for
/// any number of threads.
pub(crate) fn map<'i, T: Sync, R: Send>(
    items: &'i [T],
    findings: &mut Vec<Finding>,
    work: impl Fn(&'i T, &mut Vec<Finding>) -> R + Sync,
) -> Vec<R> {
    let done: Vec<(R, Vec<Finding>)> = items
        .par_iter()
        .with_min_len(LEAST)
        .map(|item| {
            let mut findings = Vec::new();
            (work(item, &mut findings), findings)
        })
        .collect();
    let take = |(result, mut own): (R, Vec<Finding>)| {
        findings.append(&mut own);
        result
    };
    done.into_iter().map(take).collect()
}
