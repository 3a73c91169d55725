//! Decides whether a file that was found in a folder is configuration.
//!
//! A folder may hold other files in the same syntaxes: compose files, charts, playbooks, settings
//! of tools. Such a file is skipped only if no word of its first levels is, or resembles, an
//! element that is read. A word that other files use too, such as `services`, counts only if its
//! content may be that of the element.
//!
//! The tree that the reader returns is enough for nearly all configurations. Only the names of
//! other texts are looked at ([`super::names`]), and nothing is parsed twice.

use super::names::{self, Event};
use crate::elements::{AUTHORITY, Elements, MARKS, Meaning, ROOT, Shape};
use crate::model::tree::{Content, FaultKind, Member, Tree};
use crate::syntaxes::Syntax;

/// The number of levels in which a name counts.
const LEVELS: usize = 3;

/// Returns true if a tree is that of a configuration. Otherwise, the text decides.
pub(super) fn is_evident(tree: &Tree<'_>, syntax: Syntax) -> bool {
    match &tree.content {
        Content::Mapping(members) => members.iter().any(|member| syntax == Syntax::Pcli || is_element(member)),
        Content::Deleted(_) => true,
        Content::Scalar(_) | Content::Sequence(_) | Content::Fault(_) => false,
    }
}

/// Returns true if a member of a document is an element with the content of one.
fn is_element(member: &Member<'_>) -> bool {
    match &member.tree.content {
        Content::Fault(fault) => !matches!(fault.kind, FaultKind::UnknownName(_)),
        Content::Deleted(_) | Content::Scalar(_) => true,
        Content::Mapping(_) | Content::Sequence(_) => {
            member.name == "authority"
                || is_mark(&member.name)
                || elements(&member.name).is_some_and(|elements| fits(&member.tree, elements, 1))
        }
    }
}

/// Returns true if a tree has an element of a list or a container, at most `depth` levels below.
fn fits(tree: &Tree<'_>, elements: &Elements, depth: usize) -> bool {
    match &tree.content {
        Content::Mapping(members) => members.iter().any(|member| {
            elements.find(&member.name).is_some()
                || matches!(member.tree.content, Content::Fault(_) | Content::Deleted(_))
                || depth > 0 && fits(&member.tree, elements, depth - 1)
        }),
        Content::Sequence(items) => items.is_empty() || items.iter().any(|item| fits(item, elements, depth)),
        Content::Deleted(_) | Content::Fault(_) => true,
        Content::Scalar(_) => false,
    }
}

/// Returns the elements in an element of the outermost level.
fn elements(name: &str) -> Option<&'static Elements> {
    match ROOT.find(name)?.1 {
        Shape::Container(elements) | Shape::List { entry: elements, .. } => Some(elements),
        Shape::Leaf | Shape::LeafList => None,
    }
}

fn is_mark(name: &str) -> bool {
    matches!(MARKS.meaning(name), Meaning::Element(..) | Meaning::Misspelled(_))
}

/// Returns true if a text without an evident tree is configuration. PCLI text may contain any
/// sentence, so there the reader's findings decide. A text of comments is not skipped either.
pub(super) fn is_configuration(text: &str, syntax: Syntax, has_findings: bool) -> bool {
    match syntax {
        Syntax::Pcli => {
            has_findings || text.lines().map(str::trim).all(|line| line.is_empty() || line.starts_with('#'))
        }
        Syntax::Json | Syntax::Yaml | Syntax::Xml => resembles_configuration(text, syntax),
    }
}

/// Returns true if the names in a text are those of a configuration, or if it has no words. An
/// empty text and a text that was cut are not skipped.
fn resembles_configuration(text: &str, syntax: Syntax) -> bool {
    let mut judge = Judge::default();
    names::scan(text, syntax, &mut |event| {
        judge.take(&event);
        !judge.is_configuration
    });
    judge.finish()
}

/// The evidence in a text, in the order of its names.
#[derive(Default)]
struct Judge {
    is_configuration: bool,
    has_words: bool,
    /// The last name of the outermost level that is or resembles an element.
    candidate: Option<Candidate>,
    /// The level of the last `authority` in another element.
    wrapped: Option<usize>,
    /// True if the text is a JSON Schema, whose inner names are those of what it describes.
    is_schema: bool,
    /// The kinds of names in a list that is the whole document.
    has_elements_in_list: bool,
    has_others_in_list: bool,
}

/// A name of the outermost level that is or resembles an element.
struct Candidate {
    elements: &'static Elements,
    key: Option<&'static str>,
    is_service: bool,
    is_exact: bool,
    has_value: bool,
    /// The number of names in it, and how many of them are the key or another element.
    names: usize,
    keys: usize,
    others: usize,
}

impl Judge {
    fn take(&mut self, event: &Event<'_>) {
        self.has_words = true;
        match event {
            Event::Value => {
                if let Some(candidate) = &mut self.candidate {
                    candidate.has_value = true;
                }
            }
            Event::Name { level: 1, name, in_list } => self.outermost(name, *in_list),
            Event::Name { level, name, .. } => self.inner(*level, name),
        }
    }

    fn outermost(&mut self, name: &str, in_list: bool) {
        self.close();
        self.wrapped = None;
        self.is_schema |= matches!(name, "$schema" | "$id" | "$defs");
        self.is_configuration |= is_mark(name);
        let candidate = Candidate::of(name);
        if in_list {
            self.has_elements_in_list |= candidate.is_some();
            self.has_others_in_list |= candidate.is_none();
        }
        // A list of tasks has other names besides `service`.
        self.candidate = candidate.filter(|candidate| !in_list || !candidate.is_service);
    }

    fn inner(&mut self, level: usize, name: &str) {
        if level > LEVELS {
            return;
        }
        if let Some(candidate) = &mut self.candidate {
            candidate.take(name);
        }
        if self.is_schema {
            return;
        }
        self.wrapped = self.wrapped.filter(|wrapped| *wrapped < level);
        let is_wrapped = self.wrapped.is_some_and(|wrapped| wrapped + 1 == level);
        let is_in_authority = is_wrapped && !matches!(AUTHORITY.meaning(name), Meaning::Skipped);
        if matches!(ROOT.meaning(name), Meaning::Element("authority", _) | Meaning::Misspelled("authority")) {
            self.wrapped = Some(level);
        } else {
            self.is_configuration |= is_in_authority || is_mark(name);
        }
    }

    fn close(&mut self) {
        self.is_configuration |= self.candidate.take().is_some_and(|candidate| candidate.is_configuration());
    }

    fn finish(mut self) -> bool {
        self.close();
        let is_list_of_elements = self.has_elements_in_list && !self.has_others_in_list;
        self.is_configuration || is_list_of_elements || !self.has_words
    }
}

impl Candidate {
    fn of(name: &str) -> Option<Self> {
        let (known, is_exact) = match ROOT.meaning(name) {
            Meaning::Element(known, _) => (known, true),
            // The plural of an element that does not belong here is most often a word of others.
            Meaning::Misspelled(known) if ROOT.holds(known) => (known, false),
            _ => return None,
        };
        let (elements, key) = match ROOT.find(known)?.1 {
            Shape::Container(elements) => (elements, None),
            Shape::List { key, entry } => (entry, Some(key)),
            Shape::Leaf | Shape::LeafList => return None,
        };
        let is_service = known == "service";
        Some(Self { elements, key, is_service, is_exact, has_value: false, names: 0, keys: 0, others: 0 })
    }

    fn take(&mut self, name: &str) {
        self.names += 1;
        match self.elements.meaning(name) {
            Meaning::Element(known, _) | Meaning::Misspelled(known) if Some(known) == self.key => self.keys += 1,
            Meaning::Element(..) | Meaning::Misspelled(_) | Meaning::Unknown => self.others += 1,
            Meaning::Skipped => {}
        }
    }

    /// Returns true if the content may be that of the element. A word that only resembles it needs
    /// more than a `name`, which any file may have.
    fn is_configuration(&self) -> bool {
        match (self.is_exact, self.names) {
            _ if self.is_exact && std::ptr::eq(self.elements, &raw const AUTHORITY) => true,
            (true, 0) => true,
            (false, 0) => !self.has_value,
            (true, _) => self.keys + self.others > 0,
            (false, names) => self.others > 0 || self.keys == names,
        }
    }
}

/// Returns true for a text of white space, byte order marks, and the NULs that a file system may
/// leave after a crash.
pub(super) fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || matches!(c, '\u{feff}' | '\0'))
}

#[cfg(test)]
mod tests {
    use super::resembles_configuration;
    use crate::syntaxes::Syntax;

    fn judged(text: &str) -> bool {
        resembles_configuration(text, Syntax::of_text(text))
    }

    #[test]
    fn files_of_other_programs_are_no_configuration() {
        for text in [
            "services:\n  web: {image: x}\n",
            "version: '3'\nservices:\n  name:\n    image: x\n    ports: [\"80:80\"]\n  db:\n    image: y\nvolumes: {}\n",
            "services:\n- docker:dind\n",
            "{\"services\": {\"web\": {\"image\": \"x\"}}, \"configs\": {\"a\": {\"file\": \"b\"}}}",
            "apiVersion: v2\nname: x\ntype: application\nversion: 0.1.0\n",
            "replicaCount: 1\nservice:\n  type: ClusterIP\n  port: 80\n",
            "service: {type: ClusterIP, port: 80}\n",
            "{{- if .Values.service.enabled }}\nkind: Service\nspec:\n  ports: [{name: x}]\n{{- end }}\n",
            "- hosts: all\n  tasks:\n  - name: x\n    service: {name: nginx, state: started}\n",
            "- name: x\n  service:\n    name: nginx\n    enabled: true\n",
            "all:\n  children:\n    routers:\n      hosts: {r1: {}}\n",
            "routers:\n  hosts:\n    r1: {}\n",
            "{\"name\": \"x\", \"config\": {\"port\": \"80\"}}",
            "{\n  // x\n  \"compilerOptions\": {\"strict\": true}\n}\n",
            "[metadata]\nname = x\n[options]\npackages = find:\n",
            "jobs:\n  a:\n    services: {db: {image: x}}\n    steps:\n    - run: |\n        authority: 1\n        router: 2\n",
            "kind: Cluster\nnodes:\n- role: control-plane\n",
            "{\"$schema\": \"x\", \"properties\": {\"loopback-static-routes\": {}}}",
            "{\"oidc\": {\"authority\": \"https://192.0.2.1\"}}",
            "node: {id: x, cluster: y}\n",
            "- a\n- b\n",
            "<project><name>x</name></project>",
            "<?xml version=\"1.0\"?><!-- authority --><service><short>x</short><port port=\"1\"/></service>",
        ] {
            assert!(!judged(text), "{text}");
        }
    }

    #[test]
    fn texts_with_the_names_of_elements_are_configuration() {
        for text in [
            "router: [{name: r1}]\n",
            "router:\n- name: r1\n  node: {name: n1\n",
            "router: r1\n",
            "router:\n",
            "routers: []\n",
            "routers: [{name: r1}]\n",
            "routers:\n  r1:\n    node: {name: n1}\n",
            "services:\n- name: dns\n  adress: 192.0.2.53\n",
            "services: {dns: {address: 192.0.2.53}}\n",
            "Service: {dns: {accessPolicy: []}}\n",
            "'router': {'name': 'r1'}\n",
            "---\nkind: x\n---\nrouter: {name: r1}\n",
            "- router: {name: r1}\n- service: {name: s}\n",
            "- {name: r1, node: {name: n1, asset-id: m1}}\n",
            "- name: r1\n  node: {name: n1}\n",
            "[{\"authority\": {}}]",
            "- name: r1\n  loopback-static-route: {}\n",
            "{\"data\": {\"authority\": {\"router\": []}}}",
            "data:\n  t128:authority:\n    routers: []\n",
            "{\"authority\": {\"rou",
            "{\"auth",
            "{",
            "---\n",
            "{\"router\": [{\"name\": \"r1\", }]}",
            "config: {authority: {}}\n",
            "authority: {tenant: []}\n",
            "<config><authority><router/></authority></config>",
            "<rpc-reply><data><t128:config><a:authority/></t128:config></data></rpc-reply>",
            "<router><name>r1</router>",
            "<filter xmlns=\"urn:ietf:params:xml:ns:netconf:base:1.0\"><router/></filter>",
            "<?xml version=\"1.0\"?>",
        ] {
            assert!(judged(text), "{text}");
        }
    }
}
