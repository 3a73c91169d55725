//! The record of the states that were reported, which survives between runs.
//!
//! The record is only about messages. If it is lost, the states are reported once more.

use serde::{Deserialize, Serialize};

use crate::fs::FileError;
use crate::router::files::Files;
use crate::router::state::State;

/// The name of the record in the plugin's own folder.
pub const NAME: &str = "state.json";

/// The version of the record's format.
const FORMAT_VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Record {
    format_version: u32,
    states: Vec<State>,
}

/// The states that were reported.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    states: Vec<State>,
}

/// The difference between the states of the last run and of this one.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Transitions<'t> {
    /// The states that begin.
    pub(crate) begun: Vec<&'t State>,
    /// The states that ended.
    pub(crate) ended: Vec<&'t State>,
}

impl Memory {
    /// Reads the record. If it is missing, damaged or of another version, no state was reported.
    pub(crate) fn read(files: &dyn Files) -> Self {
        let Ok(Some(bytes)) = files.record(NAME) else { return Self::default() };
        match serde_json::from_slice::<Record>(&bytes) {
            Ok(Record { format_version: FORMAT_VERSION, states }) => Self { states },
            _ => Self::default(),
        }
    }

    /// Returns the states that were reported.
    pub(crate) fn states(&self) -> &[State] {
        &self.states
    }

    /// Returns true if this state was reported.
    pub(crate) fn has(&self, state: &State) -> bool {
        self.states.iter().any(|known| state.continues(known))
    }

    /// Compares the reported states with those of this run.
    pub(crate) fn transitions<'t>(&'t self, now: &'t [State]) -> Transitions<'t> {
        let mut before: Vec<&State> = self.states.iter().collect();
        before.sort_by_key(|state| state.subject());
        let find = |sorted: &[&'t State], state: &State| {
            let found = sorted.binary_search_by_key(&state.subject(), |other| other.subject());
            found.ok().map(|index| sorted[index])
        };
        let mut sorted: Vec<&State> = now.iter().collect();
        sorted.sort_by_key(|state| state.subject());
        let begun = now.iter().filter(|state| !find(&before, state).is_some_and(|known| state.continues(known)));
        let ended = self.states.iter().filter(|state| find(&sorted, state).is_none());
        Transitions { begun: begun.collect(), ended: ended.collect() }
    }

    /// Replaces the record with these states. Without any, it is removed.
    ///
    /// # Errors
    ///
    /// The record cannot be written. The states will be reported again.
    pub(crate) fn write(files: &mut dyn Files, states: Vec<State>) -> Result<(), FileError> {
        if states.is_empty() {
            return files.remove_record(NAME);
        }
        let record = Record { format_version: FORMAT_VERSION, states };
        files.write_record(NAME, &serde_json::to_vec(&record).expect("names and numbers are JSON"))
    }
}

impl Transitions<'_> {
    /// Returns true if no state begins or ends.
    pub(crate) fn is_empty(&self) -> bool {
        self.begun.is_empty() && self.ended.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::Memory;
    use crate::model::{Metric, Route};
    use crate::router::state::{State, Unready};

    fn conflict(prefix: &str, interface: &str, shared: bool) -> State {
        let route = Route { prefix: prefix.parse().expect("a prefix"), metric: Metric(5) };
        State::Conflict { route, interface: Some(interface.to_owned()), protocol: 16, shared }
    }

    #[test]
    fn a_transition_is_reported_once() {
        let down = |routes| State::Waiting { interface: Unready::Down, routes };
        let missing = State::Waiting { interface: Unready::Missing, routes: 2 };
        let (a, b) = (conflict("192.0.2.0/24", "eth0", false), conflict("203.0.113.0/24", "eth0", false));
        let failing = |error: &str| State::Failing { error: error.to_owned() };
        let cases = [
            (vec![], vec![], 0, 0),
            (vec![], vec![a.clone(), b.clone()], 2, 0),
            (vec![a.clone(), b.clone()], vec![b.clone(), a.clone()], 0, 0),
            (vec![a.clone(), b.clone()], vec![b], 0, 1),
            // Another holder is a new state, and so is the loss of the route.
            (vec![conflict("192.0.2.0/24", "eth0", true)], vec![a.clone()], 1, 0),
            (vec![a.clone()], vec![conflict("192.0.2.0/24", "eth1", false)], 1, 0),
            (vec![down(2)], vec![down(3)], 0, 0),
            (vec![down(2)], vec![missing], 1, 0),
            (vec![down(2)], vec![State::NoCarrier { routes: 2 }], 1, 0),
            (vec![State::NoCarrier { routes: 2 }], vec![], 0, 1),
            (vec![failing("a")], vec![failing("a")], 0, 0),
            (vec![failing("a")], vec![failing("b")], 1, 0),
            (vec![failing("a")], vec![a], 1, 1),
        ];
        for (before, now, begun, ended) in cases {
            let memory = Memory { states: before };
            let transitions = memory.transitions(&now);
            let counts = (transitions.begun.len(), transitions.ended.len());
            assert_eq!(counts, (begun, ended), "{memory:?} {now:?}");
        }
    }
}
