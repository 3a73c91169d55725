//! The destinations that routes cover.

use std::collections::HashSet;

use ipnet::Ipv4Net;

use crate::model::{Learned, RouteSet};

/// A set of prefixes that finds those that contain a destination.
#[derive(Debug, Default)]
struct PrefixTable {
    prefixes: HashSet<Ipv4Net>,
    /// The lengths of the prefixes, one bit each. Few lengths are in use, so few are looked up.
    lengths: u64,
}

impl PrefixTable {
    /// Returns true if a prefix equals the destination or contains it.
    fn covers(&self, destination: Ipv4Net) -> bool {
        let lengths = (0..=destination.prefix_len()).rev().filter(|length| self.lengths >> length & 1 == 1);
        let mut supernets = lengths.filter_map(|length| Ipv4Net::new(destination.addr(), length).ok());
        supernets.any(|supernet| self.prefixes.contains(&supernet.trunc()))
    }
}

impl FromIterator<Ipv4Net> for PrefixTable {
    fn from_iter<I: IntoIterator<Item = Ipv4Net>>(prefixes: I) -> Self {
        let prefixes: HashSet<Ipv4Net> = prefixes.into_iter().collect();
        let lengths = prefixes.iter().fold(0, |lengths, prefix| lengths | 1 << prefix.prefix_len());
        Self { prefixes, lengths }
    }
}

/// The destinations that the route sets of a plan cover.
pub(crate) struct Coverage {
    /// The prefixes that every learning router has.
    shared: PrefixTable,
}

impl Coverage {
    /// Returns the coverage of the sets that learn from these services.
    pub(crate) fn new(learned: &Learned<'_>) -> Self {
        Self { shared: learned.everywhere.prefixes.iter().map(|shared| shared.prefix).collect() }
    }

    /// Returns the destinations that no route of a set covers.
    pub(crate) fn uncovered(&self, set: &RouteSet, destinations: &[Ipv4Net]) -> Vec<Ipv4Net> {
        let own: PrefixTable = set.own.iter().map(|own| own.route.prefix).collect();
        let is_covered = |to| own.covers(to) || (set.learns && self.shared.covers(to));
        destinations.iter().copied().filter(|to| !is_covered(*to)).collect()
    }
}

#[cfg(test)]
mod tests {
    use ipnet::Ipv4Net;
    use proptest::prelude::*;

    use super::PrefixTable;

    fn prefix(text: &str) -> Ipv4Net {
        text.parse().expect("a prefix")
    }

    #[test]
    fn a_prefix_covers_itself_and_the_longer_ones_within() {
        for (routes, destination, expected) in [
            (&[][..], "192.0.2.1/32", false),
            (&["192.0.2.1/32"], "192.0.2.1/32", true),
            (&["192.0.2.2/32"], "192.0.2.1/32", false),
            (&["192.0.2.0/24"], "192.0.2.1/32", true),
            (&["192.0.2.0/24"], "192.0.2.0/24", true),
            (&["192.0.2.0/25", "192.0.2.128/25"], "192.0.2.0/24", false),
            (&["192.0.2.0/25"], "192.0.2.128/32", false),
            (&["198.51.100.0/24", "192.0.0.0/16"], "192.0.2.0/24", true),
            (&["0.0.0.0/0"], "192.0.2.1/32", true),
            (&["0.0.0.0/0"], "0.0.0.0/0", true),
            (&["0.0.0.0/1", "128.0.0.0/1"], "0.0.0.0/0", false),
        ] {
            let table: PrefixTable = routes.iter().map(|route| prefix(route)).collect();
            assert_eq!(table.covers(prefix(destination)), expected, "{routes:?} {destination}");
        }
    }

    /// Returns a prefix of few addresses, so that many contain each other.
    fn any_prefix() -> impl Strategy<Value = Ipv4Net> {
        let length = prop_oneof![0_u8..=4, 28_u8..=32];
        (0_u32..32, length).prop_map(|(bits, length)| {
            let address = bits.reverse_bits() | bits;
            Ipv4Net::new(address.into(), length).expect("a length").trunc()
        })
    }

    proptest! {
        #[test]
        fn a_table_finds_what_a_search_of_all_prefixes_finds(
            routes in prop::collection::vec(any_prefix(), 0..6),
            destination in any_prefix(),
        ) {
            let table: PrefixTable = routes.iter().copied().collect();
            let expected = routes.iter().any(|route| route.contains(&destination));
            prop_assert_eq!(table.covers(destination), expected);
        }
    }
}
