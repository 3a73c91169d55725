//! The order of a push.

use std::collections::BTreeMap;

use super::due::Due;

/// Divides minions into parts of at most `batch`. The nodes of a router are in different parts, and
/// the second nodes follow after the first nodes of all routers: while one node applies its
/// document, the other one carries the traffic.
pub(super) fn parts(due: Vec<Due>, batch: usize) -> Vec<Vec<Due>> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut waves: Vec<Vec<Due>> = Vec::new();
    for minion in due {
        let wave = match &minion.router {
            None => 0,
            Some(router) => {
                let count = seen.entry(router.clone()).or_default();
                *count += 1;
                *count - 1
            }
        };
        if waves.len() <= wave {
            waves.push(Vec::new());
        }
        waves[wave].push(minion);
    }
    waves.iter().flat_map(|wave| wave.chunks(batch.max(1)).map(<[Due]>::to_vec)).collect()
}

#[cfg(test)]
mod tests {
    use super::{Due, parts};

    #[test]
    fn the_nodes_of_a_router_are_never_in_one_part() {
        let due = |minion: &str, router: Option<&str>| Due {
            minion: minion.to_owned(),
            router: router.map(str::to_owned),
            sha256: None,
        };
        let all = ["a1", "a2", "b1", "b2", "c1"].map(|minion| due(minion, Some(&minion[..1])));
        let names = |batch| -> Vec<String> {
            let all = [&all[..], &[due("gone1", None), due("gone2", None)]].concat();
            let names = |part: Vec<Due>| part.into_iter().map(|due| due.minion).collect::<Vec<_>>().join(" ");
            parts(all, batch).into_iter().map(names).collect()
        };
        assert_eq!(names(9), ["a1 b1 c1 gone1 gone2", "a2 b2"]);
        assert_eq!(names(2), ["a1 b1", "c1 gone1", "gone2", "a2 b2"]);
        assert_eq!(names(0).len(), 7);
    }
}
