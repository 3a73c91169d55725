//! Random authorities in which most services are learned, and similar ones.

use serde_json::{Map, Value, json};

/// A generator of random numbers: SplitMix64.
pub(crate) struct Random(pub(crate) u64);

/// The IPv4 prefixes of services and static routes, in several spellings.
const PREFIXES: [&str; 6] =
    ["192.0.2.0/28", "192.0.2.16/28", "198.51.100.1", "198.51.100.1/32", "192.0.2.7", "0.0.0.0/0"];

/// Addresses of services that make no route, or through a mapping alone.
const OTHERS: [&str; 4] = ["a.example.com", "b.example.com", "2001:db8::/32", "169.254.127.126"];

/// Addresses that routers map host names to.
const MAPPED: [&str; 4] = ["192.0.2.7", "198.51.100.1", "2001:db8::1", "169.254.127.126"];

/// The lists of the model, and the key of their entries.
pub(crate) const KEYS: [(&str, &str); 7] = [
    ("router", "name"),
    ("node", "name"),
    ("service", "name"),
    ("access-policy", "source"),
    ("applies-to", "type"),
    ("static-entry", "hostname"),
    ("static-route", "address"),
];

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Returns true in one of `count` cases.
    fn one_of(&mut self, count: u64) -> bool {
        self.next().is_multiple_of(count)
    }

    fn pick<T: Copy>(&mut self, values: &[T]) -> T {
        values[usize::try_from(self.next() % values.len() as u64).expect("an index")]
    }

    /// Returns some of the values, in their order.
    fn some(&mut self, values: &[&str], one_of: u64) -> Value {
        values.iter().copied().filter(|_| self.one_of(one_of)).collect()
    }

    fn flag(&mut self, usual: bool) -> Option<Value> {
        match self.next() % 8 {
            0..5 => None,
            5 => Some(json!(!usual)),
            _ => Some(json!(usual)),
        }
    }

    /// Returns an authority in kebab-case JSON.
    pub(crate) fn authority(&mut self) -> Value {
        let routers: Vec<Value> = ["r1", "r2", "r3"].into_iter().filter_map(|name| self.router(name)).collect();
        let services: Vec<Value> =
            ["a", "b", "c", "x.a", "y.x.a", "z.b"].into_iter().filter_map(|name| self.service(name)).collect();
        json!({"authority": {"router": routers, "service": services}})
    }

    fn router(&mut self, name: &str) -> Option<Value> {
        if name != "r1" && self.one_of(3) {
            return None;
        }
        let mut hosts = Vec::new();
        for host in &OTHERS[..2] {
            if !self.one_of(3) {
                hosts.push(json!({"hostname": host, "ip-address": self.some(&MAPPED, 2)}));
            }
        }
        let names = if self.one_of(3) { &["n1", "n2"][..] } else { &["n1"] };
        let nodes: Vec<Value> = names.iter().map(|name| self.node(name)).collect();
        let block = (!self.one_of(8)).then(|| self.block());
        Some(object([
            ("name", Some(json!(name))),
            ("router-group", Some(self.some(&["g1", "g2"], 2))),
            ("resource-group", Some(self.some(&["g1", "x1"], 3))),
            ("static-hostname-mapping", Some(json!({"static-entry": hosts}))),
            ("node", Some(json!(nodes))),
            ("loopback-static-routes", block),
        ]))
    }

    fn node(&mut self, name: &str) -> Value {
        let role = self.one_of(8).then(|| json!(self.pick(&["combo", "conductor"])));
        let block = self.one_of(6).then(|| self.block());
        object([("name", Some(json!(name))), ("role", role), ("loopback-static-routes", block)])
    }

    fn block(&mut self) -> Value {
        let metric = |random: &mut Self| (!random.one_of(3)).then(|| json!(random.pick(&[0, 5, 9])));
        if self.one_of(8) {
            return object([("default-route", Some(json!(true))), ("metric", metric(self))]);
        }
        let mut routes: Vec<Value> = Vec::new();
        for address in ["192.0.2.0/28", "198.51.100.1", "203.0.113.0/24", "0.0.0.0/0"] {
            if self.one_of(5) {
                routes.push(object([("address", Some(json!(address))), ("metric", metric(self))]));
            }
        }
        object([
            ("enabled", self.flag(true)),
            ("learn-from-services", Some(json!(!self.one_of(5)))),
            ("metric", metric(self)),
            ("static-route", (!routes.is_empty()).then(|| json!(routes))),
        ])
    }

    fn service(&mut self, name: &str) -> Option<Value> {
        if self.one_of(4) {
            return None;
        }
        let mut addresses = self.some(&PREFIXES, 3);
        if let (Value::Array(addresses), Value::Array(others)) = (&mut addresses, self.some(&OTHERS, 4)) {
            // The two spellings of a prefix are the same address.
            addresses.extend(others);
            addresses.dedup_by(|a, b| *a == json!("198.51.100.1/32") && *b == json!("198.51.100.1"));
        }
        let mut policies = Vec::new();
        for source in ["_internal_", "_internal_@169.254.0.0/16", "red"] {
            if self.one_of(if source == "_internal_" && !name.contains('.') { 1 } else { 4 }) {
                let permission = match self.next() % 6 {
                    0 => Some(json!("deny")),
                    1 => Some(json!("allow")),
                    _ => None,
                };
                policies.push(object([("source", Some(json!(source))), ("permission", permission)]));
            }
        }
        let applies = self.one_of(3).then(|| self.applies_to());
        Some(object([
            ("name", Some(json!(name))),
            ("enabled", self.flag(true)),
            ("scope", self.one_of(4).then(|| json!("public"))),
            ("address", Some(addresses)),
            ("access-policy", Some(json!(policies))),
            ("applies-to", applies),
        ]))
    }

    fn applies_to(&mut self) -> Value {
        let mut applies = Vec::new();
        for (kind, list, names) in [
            ("router", "router-name", ["r1", "r2"]),
            ("router-group", "group-name", ["g1", "g2"]),
            ("resource-group", "resource-group", ["g1", "x1"]),
        ] {
            if self.one_of(2) {
                applies.push(object([("type", Some(json!(kind))), (list, Some(self.some(&names, 2)))]));
            }
        }
        json!(applies)
    }

    /// Returns a mixture: some elements of the first value are replaced by those of the second one.
    pub(crate) fn mixture(&mut self, first: &Value, second: &Value, one_of: u64) -> Value {
        self.mixed("", Some(first), Some(second), one_of).expect("a value")
    }

    fn mixed(&mut self, name: &str, first: Option<&Value>, second: Option<&Value>, one_of: u64) -> Option<Value> {
        match (first, second) {
            (Some(Value::Object(first)), Some(Value::Object(second))) => {
                let key = KEYS.iter().find(|(list, _)| *list == name).map(|(_, key)| *key);
                let mut names: Vec<&String> = first.keys().chain(second.keys()).collect();
                names.sort();
                names.dedup();
                let member = |name: &String| {
                    let (first, second) = (first.get(name), second.get(name));
                    let value =
                        if key == Some(name) { first.cloned() } else { self.mixed(name, first, second, one_of) };
                    Some((name.clone(), value?))
                };
                Some(Value::Object(names.into_iter().filter_map(member).collect()))
            }
            (Some(Value::Array(first)), Some(Value::Array(second))) => {
                let key = KEYS.iter().find(|(list, _)| *list == name).map(|(_, key)| *key);
                let key_of = |item: &Value| key.and_then(|key| item.get(key)).unwrap_or(item).clone();
                let mut keys: Vec<Value> = first.iter().chain(second).map(key_of).collect();
                keys.sort_by_key(Value::to_string);
                keys.dedup();
                let find = |items: &[Value], key: &Value| items.iter().find(|item| key_of(item) == *key).cloned();
                let item =
                    |key: &Value| self.mixed(name, find(first, key).as_ref(), find(second, key).as_ref(), one_of);
                Some(Value::Array(keys.iter().filter_map(item).collect()))
            }
            _ if self.one_of(one_of) => second.cloned(),
            _ => first.cloned(),
        }
    }
}

fn object(members: impl IntoIterator<Item = (&'static str, Option<Value>)>) -> Value {
    let members = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(members.collect::<Map<_, _>>())
}
