//! Documents of the router: which are accepted, and what is reported of the others.

use loopback_static_routes::router::document::parse;

const GOOD: &str = r#"{"format-version": 1, "router": "r", "node": "n", "enabled": true, "interface": "kni254",
        "gateway": "169.254.127.126", "routes": [{"prefix": "192.0.2.0/24", "metric": 5}]}"#;

fn problems(text: &str) -> Vec<String> {
    match parse(text.as_bytes()) {
        Ok(_) => Vec::new(),
        Err(invalid) => invalid.problems.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn a_document_is_accepted_bare_and_under_its_key() {
    let desired = parse(GOOD.as_bytes()).expect("good");
    assert_eq!((desired.router.as_str(), desired.routes.as_ref().map(Vec::len)), ("r", Some(1)));
    for text in [
        format!(r#"{{"loopback-static-routes": {GOOD}}}"#),
        format!("#!json\n{{\n\"loopback-static-routes\": {GOOD}}}\n"),
        // The peers are read from their own file.
        format!(r#"{{"loopback-static-routes": {GOOD}, "loopback-static-routes-peers": {{"format-version": 2}}}}"#),
    ] {
        assert_eq!(parse(text.as_bytes()), Ok(desired.clone()), "{text}");
    }
}

#[test]
fn off_and_an_empty_list_differ() {
    let off = GOOD.replace("true", "false").replace(r#"{"prefix": "192.0.2.0/24", "metric": 5}"#, "");
    assert_eq!(parse(off.as_bytes()).expect("good").routes, None);
    let empty = GOOD.replace(r#"{"prefix": "192.0.2.0/24", "metric": 5}"#, "");
    assert_eq!(parse(empty.as_bytes()).expect("good").routes, Some(Vec::new()));
}

#[test]
fn each_problem_is_reported_with_its_location() {
    let edited = |from: &str, to: &str| {
        assert!(GOOD.contains(from), "{from}");
        GOOD.replacen(from, to, 1)
    };
    let sha = |digest: &str| edited("\"routes\"", &format!("\"route-file-sha256\": \"{digest}\", \"routes\""));
    let cases = [
        (String::new(), "1:1: EOF while parsing a value; the document is truncated or empty"),
        (GOOD[..40].to_owned(), "1:40: EOF while parsing a string; the document is truncated or empty"),
        ("[]".to_owned(), "1:1: invalid type: sequence, expected an object"),
        (
            edited("{\"prefix\": \"192.0.2.0/24\", \"metric\": 5}", "[\"192.0.2.0/24\", 5]"),
            "2:49: invalid type: sequence, expected an object",
        ),
        (
            edited("1,", "2,"),
            "/format-version: unsupported format version 2: this program reads version 1; update the router's package, or generate with the release that it came with",
        ),
        (
            edited("1, \"router\": \"r\"", "2, \"rooter\": \"r\""),
            "/format-version: unsupported format version 2: this program reads version 1; update the router's package, or generate with the release that it came with",
        ),
        (edited("1,", "0,"), "/format-version: unsupported format version 0: this program reads version 1"),
        (
            edited("\"router\"", "\"rooter\""),
            "1:30: unknown field `rooter`, expected one of `format-version`, `router`, `node`, `enabled`, `interface`, `gateway`, `route-file-sha256`, `routes`",
        ),
        (edited("\"node\": \"n\", ", ""), "2:90: missing field `node`"),
        (edited("true", "\"true\""), "1:67: invalid type: string \"true\", expected a boolean"),
        (edited("kni254", "eth0"), "/interface: invalid interface \"eth0\": expected \"kni254\""),
        (edited("127.126", "127.127"), "/gateway: invalid gateway 169.254.127.127: expected 169.254.127.126"),
        (
            edited("2.0/24", "2.1/24"),
            "/routes/0/prefix: invalid prefix 192.0.2.1/24: host bits are set; the network is 192.0.2.0/24",
        ),
        (
            edited("192.0.2.0/24", "169.254.127.126/32"),
            "/routes/0/prefix: invalid prefix 169.254.127.126/32: it is the link to the gateway 169.254.127.126 itself",
        ),
        (edited("192.0.2.0/24", "2001:db8::/32"), "2:75: invalid IP address syntax"),
        (edited("5}", "-5}"), "2:88: invalid value: integer `-5`, expected u32"),
        (edited("5}", "4294967296}"), "2:96: invalid value: integer `4294967296`, expected u32"),
        (edited("true", "false"), "/routes: unexpected routes: \"enabled\" is false"),
        (
            edited("[{", r#"[{"prefix": "192.0.2.0/24", "metric": 9}, {"#),
            "/routes/1/prefix: duplicate prefix 192.0.2.0/24: it is at /routes/0 too",
        ),
        (format!("{GOOD} more"), "2:92: trailing characters"),
    ];
    for (text, expected) in cases {
        assert_eq!(problems(&text), [expected], "{text}");
    }
    assert!(problems(&sha("00"))[0].starts_with("/route-file-sha256: invalid digest 00: that of the route file is "));
}

#[test]
fn the_digest_is_that_of_the_route_file() {
    let with = |digest: &str| GOOD.replace("\"routes\"", &format!("\"route-file-sha256\": \"{digest}\", \"routes\""));
    // printf '…' | sha256sum
    let digest = "c193852859cb07831142c5e57fa34bf0792e133924cdeec91d915682a7dfcf2a";
    assert_eq!(problems(&with(digest)), Vec::<String>::new());
    assert!(problems(&with("0000"))[0].contains(digest));
}

#[test]
fn all_problems_are_reported() {
    let text = GOOD.replace("kni254", "eth0").replace("127.126", "127.127").replace("2.0/24", "2.1/24");
    assert_eq!(problems(&text).len(), 3);
}
