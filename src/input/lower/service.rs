//! Services, with their access policies and `applies-to`.

use super::element_reader::ElementReader;
use super::entries::{ListEntry, entries};
use super::notes::Notes;
use super::reserve::reserve_first;
use super::{list, shape_in};
use crate::diagnostics::has_alike_tenant;
use crate::model::address::{PolicySource, SourceKind};
use crate::model::authority::{AppliesToKind, Scope};
use crate::model::tree::{Content, FaultKind, Member};
use crate::model::{
    AccessPolicy, AppliesTo, Element, ElementPath, INTERNAL_TENANT, Located, Permission, Service, Subject,
};
use crate::rules::confusable_word;

/// Returns a service without elements.
pub(super) fn new(name: &Located<String>) -> Service {
    Service {
        name: name.clone(),
        enabled: None,
        scope: None,
        addresses: Vec::new(),
        access_policies: Vec::new(),
        applies_to: Vec::new(),
    }
}

/// Removes duplicate values of leaf-lists.
pub(super) fn remove_duplicates(service: &mut Service) {
    super::remove_duplicates(&mut service.addresses);
    service.applies_to.iter_mut().for_each(|applies| super::remove_duplicates(&mut applies.names));
}

/// Adds elements to a service.
pub(super) fn merge(service: &mut Service, members: &[Member<'_>], notes: &mut Notes) {
    let subject = Subject::Service(service.name.value.clone());
    let path = ElementPath::authority().entry(Element::Service, &service.name.value);
    let mut reader = ElementReader::new(&subject, &path, notes);
    for member in members {
        if !reader.accept(member) {
            continue;
        }
        match &*member.name {
            "name" => reader.key(&service.name, member),
            "enabled" => reader.boolean(&mut service.enabled, member),
            "scope" => reader.word(&mut service.scope, member, Scope::WORDS, Scope::of),
            "address" => reader.addresses(&mut service.addresses, member),
            "access-policy" => {
                let entries = entries(member, shape_in(list("service"), "access-policy"), &mut reader);
                reserve_first(&mut service.access_policies, entries.len());
                for entry in entries {
                    access_policy(&mut service.access_policies, &entry, &path, &mut reader);
                }
            }
            "applies-to" => {
                let entries = entries(member, shape_in(list("service"), "applies-to"), &mut reader);
                reserve_first(&mut service.applies_to, entries.len());
                for entry in entries {
                    applies_to(&mut service.applies_to, &entry, &path, &mut reader);
                }
            }
            _ => {}
        }
    }
}

fn access_policy(
    policies: &mut Vec<AccessPolicy>,
    entry: &ListEntry<'_>,
    path: &ElementPath,
    reader: &mut ElementReader<'_>,
) {
    let list = || path.child(Element::AccessPolicy);
    let position = reader.notes.position(list, policies, &entry.key.value, |policy| policy.source.value.as_str());
    let index = position.unwrap_or_else(|| {
        let source = Located::new(PolicySource::parse(&entry.key.value), entry.key.at);
        if source.value.kind() == SourceKind::Other && has_alike_tenant(&entry.key.value, INTERNAL_TENANT) {
            let (subject, path) = (reader.subject.clone(), path.entry(Element::AccessPolicy, &entry.key.value));
            reader.report(confusable_word::of_value(&entry.key.value, INTERNAL_TENANT, subject, path, entry.key.at));
        }
        policies.push(AccessPolicy { source, permission: None });
        policies.len() - 1
    });
    let policy = &mut policies[index];
    let path = path.entry(Element::AccessPolicy, &entry.key.value);
    // Policies for other tenants have no effect on routes, so the faults of their values are not
    // reported. An invalid edit may delete the policy of a tenant.
    let mut ignored = Notes::default();
    let is_reported = policy.source.value.kind() != SourceKind::Other || entry.members.iter().any(is_invalid_edit);
    let notes = if is_reported { &mut *reader.notes } else { &mut ignored };
    let mut reader = ElementReader::new(reader.subject, &path, notes);
    for member in entry.members {
        if !reader.accept(member) {
            continue;
        }
        match &*member.name {
            "source" => reader.key(&entry.key, member),
            "permission" => reader.word(&mut policy.permission, member, Permission::WORDS, Permission::of),
            _ => {}
        }
    }
}

fn is_invalid_edit(member: &Member<'_>) -> bool {
    matches!(&member.tree.content, Content::Fault(fault) if matches!(fault.kind, FaultKind::Value | FaultKind::Shape))
}

fn applies_to(list: &mut Vec<AppliesTo>, entry: &ListEntry<'_>, path: &ElementPath, reader: &mut ElementReader<'_>) {
    let at_entry = path.entry(Element::AppliesTo, &entry.key.value);
    if reader.report_confusable(&entry.key.value, AppliesToKind::WORDS, at_entry, entry.key.at) {
        return;
    }
    let kind = AppliesToKind::of(&entry.key.value);
    let names_in = kind.names_in();
    let named = || path.child(Element::AppliesTo);
    let position = reader.notes.position(named, list, kind.as_str(), |applies| applies.kind.value.as_str());
    let index = position.unwrap_or_else(|| {
        list.push(AppliesTo { kind: Located::new(kind, entry.key.at), names: Vec::new() });
        list.len() - 1
    });
    let path = path.entry(Element::AppliesTo, &entry.key.value);
    let mut reader = ElementReader::new(reader.subject, &path, reader.notes);
    for member in entry.members {
        if !reader.accept(member) {
            continue;
        }
        match &*member.name {
            "type" => reader.key(&entry.key, member),
            name if names_in.is_some_and(|list| list.name() == name) => {
                reader.leaf_list(&mut list[index].names, member, str::to_owned)
            }
            _ => {}
        }
    }
}
