//! Words of the schema with characters that people do not see, or take for other ones. None of them
//! changes a route silently, in any syntax.

use crate::common::planned::{Planned, plan_of_all};
use crate::common::sample;

/// Characters that are added to a word, one of each kind.
const ADDED: &[&str] = &[
    "\u{200b}",
    "\u{200d}",
    "\u{ad}",
    "\u{2060}",
    "\u{feff}",
    "\u{202e}",
    "\u{2066}",
    "\u{61c}",
    "\u{301}",
    "\u{fe0f}",
    "\u{115f}",
    "\u{e0041}",
    "\u{fffd}",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{2003}",
    "\u{202f}",
    "\u{3000}",
    "\u{2028}",
];

/// Letters that look like ASCII letters.
const LOOK_ALIKE: &[(char, &[char])] = &[
    ('a', &['а', 'ａ', '𝐚', 'α', 'ⓐ']),
    ('e', &['е', 'ｅ', 'é', '𝑒']),
    ('o', &['о', 'ο', 'ｏ', 'ö']),
    ('c', &['с', 'ⅽ', 'ｃ']),
    ('i', &['і', 'ı', 'ｉ']),
    ('d', &['ԁ', 'ｄ', 'đ']),
    ('l', &['ⅼ', 'ｌ', 'ł']),
    ('r', &['ｒ', '𝗋']),
    ('t', &['ｔ', 'т']),
    ('-', &['\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}', '\u{2212}', '\u{fe63}', '－']),
];

/// A configuration in each syntax. Each of the words in braces decides about the route.
const TEMPLATES: &[(&str, &str)] = &[
    (
        "json",
        r#"{"{authority}": {"{router}": [{"{name}": "r1", "{node}": [{"name": "n", "{asset-id}": "a"}],
"{loopback-static-routes}": {"{learn-from-services}": true, "{static-route}": [{"{address}": "203.0.113.0/24"}]}}],
"{service}": [{"name": "s", "address": "192.0.2.1", "{enabled}": false, "{access-policy}": [{"{source}": "{_internal_}"}]},
{"name": "t", "{address}": "192.0.2.2", "{access-policy}": [{"source": "{_internal_}", "{permission}": "{deny}"}],
"{applies-to}": [{"{type}": "{router}", "{router-name}": "other"}]}]}}"#,
    ),
    (
        "yaml",
        r#""{authority}":
  "{router}":
    - {"{name}": r1, "{node}": [{name: n, "{asset-id}": a}], "{loopback-static-routes}": {"{learn-from-services}": true, "{static-route}": [{"{address}": 203.0.113.0/24}]}}
  "{service}":
    - {name: s, address: 192.0.2.1, "{enabled}": false, "{access-policy}": [{"{source}": "{_internal_}"}]}
    - {name: t, "{address}": 192.0.2.2, access-policy: {source: "{_internal_}", "{permission}": "{deny}"}, "{applies-to}": [{"{type}": "{router}", "{router-name}": other}]}
"#,
    ),
    (
        "pcli",
        "{config}
    {authority}
        {router}  r1
            {node}  n
                {asset-id}  a
            exit
            {loopback-static-routes}
                {learn-from-services}  true
                {static-route}  203.0.113.0/24
                exit
            exit
        exit
        {service}  s
            address  192.0.2.1
            {enabled}  false
            {access-policy}  {_internal_}
            exit
        exit
        {service}  t
            {address}  192.0.2.2
            {access-policy}  {_internal_}
                {permission}  {deny}
            exit
            {applies-to}  {router}
                {router-name}  other
            exit
        exit
    exit
exit
",
    ),
    (
        "flat PCLI",
        "{config} {authority} {router} r1 {node} n {asset-id}  a
config authority router r1 {loopback-static-routes} {learn-from-services}  true
config authority router r1 loopback-static-routes {static-route} 203.0.113.0/24
config authority service s address  192.0.2.1
{config} {authority} {service} s {enabled}  false
config authority service s {access-policy} {_internal_} source  _internal_
config authority service t {address}  192.0.2.2
config authority service t access-policy _internal_ {permission}  {deny}
config authority service t {applies-to} {router} type  router
config authority service t applies-to router {router-name}  other
",
    ),
    (
        "xml",
        "<{config}><{authority}>
<{router}><name>r1</name><{node}><name>n</name><{asset-id}>a</{asset-id}></{node}><{loopback-static-routes}><{learn-from-services}>true</{learn-from-services}><{static-route}><{address}>203.0.113.0/24</{address}></{static-route}></{loopback-static-routes}></{router}>
<{service}><name>s</name><address>192.0.2.1</address><{enabled}>false</{enabled}><{access-policy}><{source}>{_internal_}</{source}></{access-policy}></{service}>
<{service}><name>t</name><{address}>192.0.2.2</{address}><access-policy><source>{_internal_}</source><{permission}>{deny}</{permission}></access-policy><{applies-to}><{type}>{router}</{type}><{router-name}>other</{router-name}></{applies-to}></{service}>
</{authority}></{config}>
",
    ),
];

/// Returns the words in braces with their places, braces included.
fn words(template: &str) -> Vec<(usize, &str)> {
    let is_word = |word: &str| word.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'-' | b'_'));
    let starts = template.match_indices('{').filter_map(|(start, _)| {
        let end = template[start..].find('}')?;
        Some((start, &template[start + 1..start + end])).filter(|(_, word)| !word.is_empty() && is_word(word))
    });
    starts.collect()
}

/// Returns the template with one word replaced. In XML, the end tag of an element is replaced too.
fn with_word(template: &str, start: usize, word: &str, other: &str) -> String {
    let mut text = String::new();
    let mut rest = 0;
    let mut is_open = false;
    for (at, found) in words(template) {
        let is_end_tag = template[..at].ends_with("</");
        let is_same = at == start || (is_open && is_end_tag && found == word);
        is_open = (is_open || at == start) && !(is_end_tag && is_same);
        text.push_str(&template[rest..at]);
        text.push_str(if is_same { other } else { found });
        rest = at + found.len() + 2;
    }
    text + &template[rest..]
}

/// Returns the spellings of a word that look like it.
fn disguises(word: &str, syntax: &str) -> Vec<String> {
    let mut disguises = Vec::new();
    for (index, added) in ADDED.iter().enumerate() {
        // A no-break space separates words of PCLI text.
        if *added == "\u{a0}" && syntax.to_ascii_lowercase().ends_with("pcli") {
            continue;
        }
        let at = [0, word.len() / 2, word.len()][(index + word.len()) % 3];
        disguises.push(format!("{}{added}{}", &word[..at], &word[at..]));
    }
    for (letter, others) in LOOK_ALIKE {
        if let Some(at) = word.find(*letter) {
            disguises.extend(others.iter().map(|other| format!("{}{other}{}", &word[..at], &word[at + 1..])));
        }
    }
    if syntax.to_ascii_lowercase().ends_with("pcli") {
        disguises.push(format!("\u{1b}[1m{word}\u{1b}[0m"));
        disguises.push(format!("{word}\u{1b}[K"));
    }
    disguises.push(word.to_ascii_uppercase());
    disguises.push(format!("{}{}", word[..1].to_ascii_uppercase(), &word[1..]));
    disguises.push(word.replacen('-', "_", 1));
    disguises.retain(|disguise| disguise != word);
    disguises
}

#[test]
fn no_disguised_word_changes_a_route_silently() {
    let mut failures = Vec::new();
    for (syntax, template) in TEMPLATES {
        let plain = words(template).into_iter().rev().fold((*template).to_owned(), |text, (at, word)| {
            format!("{}{word}{}", &text[..at], &text[at + word.len() + 2..])
        });
        let Planned { nodes, findings, .. } = plan_of_all(&[&plain]);
        assert_eq!(nodes, ["r1/n on: 203.0.113.0/24 0"], "{syntax}: {findings:?}\n{plain}");
        for (at, word) in words(template).into_iter().filter(|(at, _)| !template[..*at].ends_with("</")) {
            let disguises = disguises(word, syntax);
            for position in sample::positions(disguises.len(), &format!("{syntax} {word}")) {
                let disguise = &disguises[position - 1];
                let text = with_word(template, at, word, disguise);
                // A byte order mark may start a text.
                if text.starts_with('\u{feff}') {
                    continue;
                }
                let planned = plan_of_all(&[&text]);
                let is_error = |(_, finding): &&(_, String)| {
                    ["confusable-word", "unknown-key", "invalid-syntax", "invalid-value"]
                        .iter()
                        .any(|code| finding.starts_with(code))
                };
                let errors = planned.findings.iter().filter(is_error).count();
                let is_kept = planned.refused
                    || planned.nodes.iter().all(|node| *node == "r1/n held:" || *node == "r1/n on: 203.0.113.0/24 0");
                if errors != 1 || !is_kept {
                    failures.push(format!("{syntax} {disguise:?}: {:?} {:?}", planned.nodes, planned.findings));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}
