//! The order of the lines of a route file.

use ipnet::Ipv4Net;

/// The place of a prefix in the order of a route file's lines.
///
/// The lines are sorted bytewise, as `LC_ALL=C sort` sorts them, so `10.0.0.0/8` is before
/// `9.0.0.0/8`. Published files have this order, and another one would change all of them.
///
/// The key needs no text. `.`, `/` and the end of a prefix sort before all digits. So the order of
/// two prefixes is the order of the first number that differs, as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LineOrder(u64);

impl LineOrder {
    /// Returns the place of a prefix.
    pub(crate) fn of(prefix: Ipv4Net) -> Self {
        let [a, b, c, d] = prefix.addr().octets();
        let numbers = [a, b, c, d, prefix.prefix_len()];
        Self(numbers.into_iter().fold(0, |key, number| key << 8 | u64::from(RANKS[usize::from(number)])))
    }
}

/// The rank of each number from 0 to 255, sorted as text: 0, 1, 10, 100, 101, …
static RANKS: [u8; 256] = ranks();

const fn ranks() -> [u8; 256] {
    let mut ranks = [0; 256];
    let mut number = 0;
    while number < 256 {
        let mut other = 0;
        while other < 256 {
            if digits(other) < digits(number) {
                ranks[number] += 1;
            }
            other += 1;
        }
        number += 1;
    }
    ranks
}

/// Returns a key that sorts numbers as text: three digits, each plus 1, or 0 after the last one.
const fn digits(number: usize) -> usize {
    let (first, second, third) = match number {
        0..10 => (number + 1, 0, 0),
        10..100 => (number / 10 + 1, number % 10 + 1, 0),
        _ => (number / 100 + 1, number / 10 % 10 + 1, number % 10 + 1),
    };
    first * 121 + second * 11 + third
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use ipnet::Ipv4Net;

    use super::LineOrder;

    /// Returns prefixes with every number in every place, next to numbers that sort differently.
    fn prefixes() -> Vec<Ipv4Net> {
        let prefix = |[a, b, c, d]: [u8; 4], length| Ipv4Net::new(Ipv4Addr::new(a, b, c, d), length).expect("valid");
        let mut prefixes = Vec::new();
        for number in 0..=255 {
            for other in [0, 1, 2, 9, 10, 19, 99, 100, 200, 255] {
                for octets in
                    [[number, other, 1, 10], [other, number, 10, 1], [1, 10, number, other], [10, 1, other, number]]
                {
                    prefixes.extend([0, 1, 2, 8, 9, 10, 24, 30, 31, 32].map(|length| prefix(octets, length)));
                }
            }
        }
        prefixes
    }

    #[test]
    fn the_order_is_that_of_the_printed_prefixes() {
        let mut by_order = prefixes();
        let mut by_text: Vec<(String, Ipv4Net)> = by_order.iter().map(|prefix| (prefix.to_string(), *prefix)).collect();
        by_order.sort_by_key(|prefix| LineOrder::of(*prefix));
        by_text.sort();
        assert_eq!(by_order, by_text.into_iter().map(|(_, prefix)| prefix).collect::<Vec<_>>());
    }
}
