//! Searches for prefixes that contain, or are inside, another prefix.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

/// A set of prefixes.
pub(crate) struct Prefixes {
    sorted: Vec<Ipv4Net>,
    /// The lengths, longest first.
    lengths: Vec<u8>,
}

impl Prefixes {
    pub(crate) fn new(prefixes: impl Iterator<Item = Ipv4Net>) -> Self {
        let mut sorted: Vec<Ipv4Net> = prefixes.collect();
        sorted.sort_unstable();
        let mut lengths: Vec<u8> = sorted.iter().map(Ipv4Net::prefix_len).collect();
        lengths.sort_unstable_by(|a, b| b.cmp(a));
        lengths.dedup();
        Self { sorted, lengths }
    }

    pub(super) fn contains(&self, prefix: &Ipv4Net) -> bool {
        self.sorted.binary_search(prefix).is_ok()
    }

    /// Returns the longest prefix that contains another one, except itself and the default route.
    pub(super) fn around(&self, prefix: Ipv4Net) -> Option<Ipv4Net> {
        let shorter = self.lengths.iter().filter(|length| **length > 0 && **length < prefix.prefix_len());
        shorter
            .filter_map(|length| Some(Ipv4Net::new(prefix.network(), *length).ok()?.trunc()))
            .find(|wider| self.contains(wider))
    }

    /// Returns true if any prefix contains an address.
    pub(super) fn leads_to(&self, address: Ipv4Addr) -> bool {
        let of_length = |length: &u8| Ipv4Net::new(address, *length).is_ok_and(|net| self.contains(&net.trunc()));
        self.lengths.iter().any(of_length)
    }

    /// Returns the prefixes inside another one, except itself.
    pub(super) fn within(&self, prefix: Ipv4Net) -> impl Iterator<Item = Ipv4Net> + '_ {
        let start = self.sorted.partition_point(|other| other.network() < prefix.network());
        let inside = self.sorted[start..].iter().copied().take_while(move |other| prefix.contains(&other.network()));
        inside.filter(move |other| other.prefix_len() > prefix.prefix_len())
    }
}
