//! The nodes of a page, and the sets of nodes that its data refers to.

use std::collections::HashMap;

use serde::Serialize;

use super::{shown, to_i64};
use crate::model::NodeId;

/// A reference to nodes: the index of one node, or -1 minus the index of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub(crate) struct NodesRef(i64);

/// Nodes, and sets of them.
#[derive(Debug, Serialize)]
pub(crate) struct NodesTable<'n> {
    /// Each router: its name, and the names of its nodes. The index of a node counts all of them.
    routers: Vec<Vec<String>>,
    /// Sets of nodes: gaps and lengths of the runs of indices, in turn.
    sets: Vec<Vec<usize>>,
    #[serde(skip)]
    indices: HashMap<&'n NodeId, usize>,
    #[serde(skip)]
    known: HashMap<Vec<usize>, i64>,
}

impl<'n> NodesTable<'n> {
    /// Returns a table of these nodes, which are sorted, without sets.
    pub(crate) fn new(nodes: &[&'n NodeId]) -> Self {
        let names = |nodes: &[&NodeId]| {
            std::iter::once(&nodes[0].router).chain(nodes.iter().map(|id| &id.node)).map(|name| shown(name)).collect()
        };
        let routers = nodes.chunk_by(|a, b| a.router == b.router).map(names).collect();
        let indices = nodes.iter().enumerate().map(|(index, id)| (*id, index)).collect();
        Self { routers, sets: Vec::new(), indices, known: HashMap::new() }
    }

    /// Returns the index of a node of the table.
    pub(crate) fn index(&self, id: &NodeId) -> usize {
        self.indices[id]
    }

    /// Returns a reference to nodes of the table, which can be in any order.
    pub(crate) fn refer<'i>(&mut self, nodes: impl IntoIterator<Item = &'i NodeId>) -> NodesRef {
        let mut indices: Vec<usize> = nodes.into_iter().map(|id| self.index(id)).collect();
        indices.sort_unstable();
        indices.dedup();
        if let [index] = indices.as_slice() {
            return NodesRef(to_i64(*index));
        }
        let runs = runs(&indices);
        let next = to_i64(self.sets.len());
        let reference = *self.known.entry(runs.clone()).or_insert(-1 - next);
        if reference == -1 - next {
            self.sets.push(runs);
        }
        NodesRef(reference)
    }
}

/// Returns the runs of sorted indices: the gap before each run, and its length.
pub(crate) fn runs(indices: &[usize]) -> Vec<usize> {
    let (mut runs, mut next) = (Vec::new(), 0);
    for index in indices {
        match runs.last_mut() {
            Some(length) if *index == next => *length += 1,
            _ => runs.extend([index - next, 1]),
        }
        next = index + 1;
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::{NodesTable, runs};
    use crate::model::NodeId;

    #[test]
    fn sets_are_runs() {
        assert_eq!(runs(&[]), [] as [usize; 0]);
        assert_eq!(runs(&[0, 1, 2, 5, 7, 8]), [0, 3, 2, 1, 1, 2]);
        assert_eq!(runs(&[3]), [3, 1]);
    }

    #[test]
    fn nodes_are_listed_by_router_and_sets_once() {
        let id = |router: &str, node: &str| NodeId { router: router.to_owned(), node: node.to_owned() };
        let ids = [id("a", "n1"), id("a", "n2"), id("b", "n1")];
        let mut table = NodesTable::new(&ids.iter().collect::<Vec<_>>());
        assert_eq!(table.refer(&ids[2..]).0, 2);
        assert_eq!(table.refer([&ids[2], &ids[0]]).0, -1);
        assert_eq!(table.refer([&ids[0], &ids[2]]).0, -1);
        assert_eq!(table.refer(&ids).0, -2);
        let expected = r#"{"routers":[["a","n1","n2"],["b","n1"]],"sets":[[0,1,1,1],[0,3]]}"#;
        assert_eq!(serde_json::to_string(&table).expect("JSON"), expected);
    }
}
