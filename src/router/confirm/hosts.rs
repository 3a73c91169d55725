//! The table of host names (`hosts(5)`).

use std::net::Ipv4Addr;

/// Returns the IPv4 addresses of a host name. Letter case does not matter.
pub(crate) fn addresses_of(name: &str, hosts: &[u8]) -> Vec<Ipv4Addr> {
    let text = String::from_utf8_lossy(hosts);
    let address = |line: &str| {
        let mut words = line.split('#').next().unwrap_or_default().split_ascii_whitespace();
        let address = words.next()?.parse().ok()?;
        words.any(|word| word.eq_ignore_ascii_case(name)).then_some(address)
    };
    text.lines().filter_map(address).collect()
}

#[cfg(test)]
mod tests {
    use super::addresses_of;

    #[test]
    fn a_name_has_the_addresses_of_its_lines() {
        let hosts = b"127.0.0.1 localhost\n\
            192.0.2.10\tconductor.example  Conductor # conductor2\n\
            2001:db8::1 conductor\n\
            # 192.0.2.11 conductor\n\
            192.0.2.12 other conductor\n\xff\n";
        for (name, expected) in [
            ("conductor", vec!["192.0.2.10", "192.0.2.12"]),
            ("CONDUCTOR.example", vec!["192.0.2.10"]),
            ("conductor2", vec![]),
            ("192.0.2.10", vec![]),
        ] {
            let found: Vec<String> = addresses_of(name, hosts).iter().map(ToString::to_string).collect();
            assert_eq!(found, expected, "{name}");
        }
    }
}
