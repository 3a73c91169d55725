//! XML: documents that are not well-formed, and the operations of edits.

use loopback_static_routes::input::{self, Input, Locator};
use loopback_static_routes::syntaxes::Syntax;

/// Returns the codes found in an XML text with their lines, and the names of its routers.
fn read_xml(text: &str) -> (Vec<(&'static str, usize)>, Vec<String>) {
    let input = Input::Text { name: "config".to_owned(), bytes: text.as_bytes().to_vec() };
    let reading = input::read(vec![input], Some(Syntax::Xml)).expect("text can be read");
    let mut locator = Locator::new(&reading.sources);
    let found = reading.findings.iter().map(|finding| {
        let line = finding.at.map_or(0, |at| locator.position(at).line);
        (finding.rule.code, line)
    });
    (found.collect(), reading.authority.routers.iter().map(|router| router.name.value.clone()).collect())
}

/// The places of content: in elements that are read, and in one that is not.
const PLACES: [&str; 8] = [
    "<authority>\nCONTENT\n<router><name>r</name></router></authority>",
    "<router><name>r</name>\nCONTENT\n</router>",
    "<router><name>r</name><router-group>\nCONTENT\n</router-group></router>",
    "<router><name>r</name><loopback-static-routes>\nCONTENT\n</loopback-static-routes></router>",
    "<router><name>r</name><description>\nCONTENT\n</description></router>",
    "<router><name>r</name><a>\n<b>1</b>CONTENT\n<c>2</c></a></router>",
    "<router><name>r</name><a><b><![CDATA[]]></b>\n<c>1</c> CONTENT\n<d>2</d></a></router>",
    "<data xmlns='urn:ietf:params:xml:ns:netconf:base:1.0'>\nCONTENT\n</data>",
];

#[test]
fn content_that_is_not_well_formed_is_one_error_in_each_place() {
    for content in [
        "]]>",
        "x]]>y",
        "<a>]]></a>",
        "<a>x]]></a>",
        "&",
        "a & b",
        "&;",
        "&amp",
        "&unknown;",
        "&AMP;",
        "&#x;",
        "&#0;",
        "&#xB;",
        "&#xFFFE;",
        "&#xD800;",
        "&#1114112;",
        "&#X41;",
        "\u{0}",
        "\u{c}",
        "\u{1b}[0m",
        "\u{fffe}",
        "<a>\u{7}</a>",
        "<a b='\u{7}'/>",
        "<!--\u{7}-->",
        "<",
        "<>",
        "</>",
        "< a/>",
        "<a",
        "<a<b/>",
        "<1/>",
        "<-a/>",
        "<a$/>",
        "<é×/>",
        "<a></b>",
        "<a></a b=''>",
        "<a></ a>",
        "<a/ >",
        "<a / b=''/>",
        "<a b/>",
        "<a b=c/>",
        "<a b=/>",
        "<a b='c' b='d'/>",
        "<a b='c'd='e'/>",
        "<a 1b='c'/>",
        "<a ='c'/>",
        "<a b='<'/>",
        "<a b='&'/>",
        "<a b='&c'/>",
        "<a b='&c;'/>",
        "<a b='&#1;'/>",
        "<a 'b'/>",
        "<!-- -- -->",
        "<!-- --->",
        "<!-->",
        "<!- a -->",
        "<!a>",
        "<![cdata[a]]>",
        "<![CDATA [a]]>",
        "<?xml version='1.0'?>",
        "<?XML a?>",
        "<??>",
        "<? a?>",
        "<?a",
        "<!DOCTYPE a>",
        "<!ENTITY a 'b'>",
    ] {
        for place in PLACES {
            let text = place.replace("CONTENT", content);
            let (found, routers) = read_xml(&text);
            assert!(matches!(&found[..], [("invalid-syntax", 1..=4)]), "{text}: {found:?}");
            assert!(routers.is_empty(), "{text}");
        }
    }
}

#[test]
fn well_formed_content_has_no_syntax_error() {
    for content in [
        "]] >",
        "]]&gt;",
        "&#9;&#xA;&#13;&#x10FFFF;",
        "\u{7f}\u{85}\u{fffd}\u{10ffff}",
        "<![CDATA[<a> & ]] > ]]>",
        "<a.b-1_c/>",
        "<é·/>",
        "<a\n\tb = 'c>\"'\r\nd=\"'&lt;&#60;\" ></a >",
        "<a xml:lang='en' xmlns:p='urn:p' p:lang=''/>",
        "<!-- - -->",
        "<!---->",
        "<!-->-->",
        "<?a?>",
        "<?a b='c' ?>",
        "<?xml-stylesheet a?>",
    ] {
        for place in PLACES {
            let (found, _) = read_xml(&place.replace("CONTENT", content));
            assert!(found.iter().all(|(code, _)| *code != "invalid-syntax"), "{content:?} in {place}: {found:?}");
        }
    }
}

#[test]
fn the_parts_before_the_first_element_have_an_order() {
    let root = "<router><name>r</name></router>";
    for (before, is_valid) in [
        ("", true),
        ("\n", true),
        ("\u{feff}", true),
        ("<?xml version='1.0'?>", true),
        ("\u{feff}<?xml version='1.0' encoding='utf-8'?>", true),
        ("<?xml version=\"1.1\" encoding='ISO-8859-1' standalone='no' ?>\n<!-- a --><?b?>", true),
        ("<?xml version='1.0'?><!DOCTYPE a [<!ELEMENT a ANY>]>", true),
        ("]]>]]>\n<?xml version='1.0'?>", true),
        ("\n#31\n<?xml version='1.0'?>", true),
        (" <?xml version='1.0'?>", false),
        ("<!-- a --><?xml version='1.0'?>", false),
        ("<?xml version='1.0'?><?xml version='1.0'?>", false),
        ("\u{feff}<?xml version='1.0' encoding='iso-8859-1'?>", false),
        ("<?xml?>", false),
        ("<?xml ?>", false),
        ("<?xml version='1'?>", false),
        ("<?xml version='2.0'?>", false),
        ("<?xml version=1.0?>", false),
        ("<?xml version='1.0'encoding='UTF-8'?>", false),
        ("<?xml encoding='UTF-8' version='1.0'?>", false),
        ("<?xml version='1.0' encoding=''?>", false),
        ("<?xml version='1.0' encoding='8bit'?>", false),
        ("<?xml version='1.0' encoding='UTF-16LE'?>", false),
        ("<?xml version='1.0' standalone='true'?>", false),
        ("<?xml version='1.0' valid='yes'?>", false),
        ("<!DOCTYPE a><!DOCTYPE a>", false),
        ("<!DOCTYPE>", false),
        ("<!DOCTYPEa>", false),
        ("&#32;", false),
        ("<![CDATA[ ]]>", false),
        ("text", false),
    ] {
        let (found, routers) = read_xml(&format!("{before}{root}"));
        let codes: Vec<_> = found.iter().map(|(code, _)| *code).collect();
        assert_eq!(codes, if is_valid { vec![] } else { vec!["invalid-syntax"] }, "{before}");
        assert_eq!(routers.len(), usize::from(is_valid), "{before}");
    }
}

#[test]
fn an_operation_counts_in_each_spelling_and_only_in_the_namespace_of_netconf() {
    let netconf = "urn:ietf:params:xml:ns:netconf:base:1.0";
    for (attributes, is_deleted, code) in [
        ("operation='delete'".to_owned(), true, None),
        ("operation=\"remove\"".to_owned(), true, None),
        ("operation = 'del&#101;t&#x65;'".to_owned(), true, None),
        (format!("nc:operation='delete' xmlns:nc='{netconf}'"), true, None),
        (format!("xmlns:f=\"{}\" f:operation='delete'", netconf.replace(':', "&#58;")), true, None),
        ("operation='merge'".to_owned(), false, None),
        ("operation='create'".to_owned(), false, None),
        ("operations='delete'".to_owned(), false, None),
        ("xmlns:operation='delete'".to_owned(), false, None),
        ("xmlns:f='urn:example:f' f:operation='delete'".to_owned(), false, Some("unread-text")),
        ("xmlns:f='urn:example:f' f:operation='delete' operation='delete'".to_owned(), true, Some("unread-text")),
        ("operation='destroy'".to_owned(), false, Some("invalid-value")),
        ("operation='delete '".to_owned(), false, Some("invalid-value")),
        ("operation='&lt;'".to_owned(), false, Some("invalid-value")),
    ] {
        let text = format!(
            "<authority><router><name>q</name></router>\n<router {attributes}><name>r</name></router></authority>"
        );
        let (found, routers) = read_xml(&text);
        assert_eq!(found, code.map(|code| (code, 2)).into_iter().collect::<Vec<_>>(), "{text}");
        assert_eq!(routers.contains(&"r".to_owned()), !is_deleted, "{text}");
    }
    let (found, routers) =
        read_xml("<router><name>q</name></router>\n<router f:operation='delete'><name>r</name></router>");
    assert_eq!((found, routers.len()), (vec![("invalid-syntax", 2)], 0));
}
