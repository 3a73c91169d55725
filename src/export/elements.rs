//! The elements of an authority, to print.

use std::borrow::Cow;

use crate::model::authority::AppliesTo;
use crate::model::block::{RawKey, RawStaticRoute, RawValue};
use crate::model::{
    AccessPolicy, Address, Authority, Element, ElementPath, HostMapping, Key, Located, Node, RawBlock, Router, Service,
};
use crate::syntaxes::printed::{PrintedElement, PrintedMembers};
use crate::syntaxes::{PrintFormat, Unprintable};

/// Returns the authority as the only element of a configuration.
pub(super) fn of(authority: &Authority, format: PrintFormat) -> Result<PrintedMembers<'_>, Unprintable> {
    let mut members = PrintedMembers::new();
    leaf_list(&mut members, "conductor-address", &authority.conductor_addresses, Address::as_str);
    let routers: Vec<_> = authority.routers.iter().map(|r| router(r, format)).collect::<Result<_, _>>()?;
    list(&mut members, "router", routers);
    list(&mut members, "service", authority.services.iter().map(service).collect());
    Ok(vec![("authority", PrintedElement::Container(members))])
}

/// Returns the elements of a router.
fn router(router: &Router, format: PrintFormat) -> Result<PrintedMembers<'_>, Unprintable> {
    let path = ElementPath::authority().entry(Element::Router, &router.name.value);
    let mut members = vec![leaf("name", &router.name.value)];
    leaf_list(&mut members, "conductor-address", &router.conductor_addresses, Address::as_str);
    leaf_list(&mut members, "router-group", &router.router_groups, String::as_str);
    leaf_list(&mut members, "resource-group", &router.resource_groups, String::as_str);
    if !router.host_mappings.is_empty() {
        let entries = PrintedElement::List(router.host_mappings.iter().map(host_mapping).collect());
        members.push(("static-hostname-mapping", PrintedElement::Container(vec![("static-entry", entries)])));
    }
    let nodes: Vec<_> = router.nodes.iter().map(|n| node(n, &path, format)).collect::<Result<_, _>>()?;
    list(&mut members, "node", nodes);
    block(&mut members, router.block.as_ref(), &path, format)?;
    Ok(members)
}

fn host_mapping(mapping: &HostMapping) -> PrintedMembers<'_> {
    let mut members = vec![leaf("hostname", &mapping.host_name.value)];
    leaf_list(&mut members, "ip-address", &mapping.addresses, Address::as_str);
    members
}

fn node<'a>(node: &'a Node, router: &ElementPath, format: PrintFormat) -> Result<PrintedMembers<'a>, Unprintable> {
    let mut members = vec![leaf("name", &node.name.value)];
    members.extend(node.asset_id.as_ref().map(|id| leaf("asset-id", &id.value)));
    members.extend(node.role.as_ref().map(|role| leaf("role", role.value.as_str())));
    block(&mut members, node.block.as_ref(), &router.entry(Element::Node, &node.name.value), format)?;
    Ok(members)
}

/// Returns the elements of a service.
fn service(service: &Service) -> PrintedMembers<'_> {
    let mut members = vec![leaf("name", &service.name.value)];
    list(&mut members, "applies-to", service.applies_to.iter().map(applies_to).collect());
    members.extend(service.enabled.as_ref().map(|on| leaf("enabled", if on.value { "true" } else { "false" })));
    members.extend(service.scope.as_ref().map(|scope| leaf("scope", scope.value.as_str())));
    leaf_list(&mut members, "address", &service.addresses, Address::as_str);
    list(&mut members, "access-policy", service.access_policies.iter().map(access_policy).collect());
    members
}

fn applies_to(applies: &AppliesTo) -> PrintedMembers<'_> {
    let mut members = vec![leaf("type", applies.kind.value.as_str())];
    if let Some(names_in) = applies.kind.value.names_in() {
        leaf_list(&mut members, names_in.name(), &applies.names, String::as_str);
    }
    members
}

fn access_policy(policy: &AccessPolicy) -> PrintedMembers<'_> {
    let mut members = vec![leaf("source", policy.source.value.as_str())];
    members.extend(policy.permission.as_ref().map(|permission| leaf("permission", permission.value.as_str())));
    members
}

/// Adds a plugin block as it was written.
fn block<'a>(
    members: &mut PrintedMembers<'a>,
    block: Option<&'a RawBlock>,
    owner: &ElementPath,
    format: PrintFormat,
) -> Result<(), Unprintable> {
    if let Some(block) = block {
        let keys = keys_of(&block.keys, &owner.child(Element::LoopbackStaticRoutes), format)?;
        members.push(("loopback-static-routes", PrintedElement::Container(keys)));
    }
    Ok(())
}

fn keys_of<'a>(keys: &'a [RawKey], path: &ElementPath, format: PrintFormat) -> Result<PrintedMembers<'a>, Unprintable> {
    keys.iter().filter(|key| !key.is_null()).map(|key| Ok((&*key.name, element(key, path, format)?))).collect()
}

fn element<'a>(key: &'a RawKey, path: &ElementPath, format: PrintFormat) -> Result<PrintedElement<'a>, Unprintable> {
    let here = path.child_named(&key.name);
    format.check(key, &here)?;
    match &key.value {
        RawValue::Text { text, .. } => Ok(PrintedElement::Leaf(Cow::Borrowed(text))),
        RawValue::StaticRoutes(routes) => {
            let entry = |route: &'a RawStaticRoute| {
                let mut members = vec![leaf(Key::Address.name(), route.address.value.as_str())];
                members.extend(keys_of(&route.keys, &here, format)?);
                Ok(members)
            };
            Ok(PrintedElement::List(routes.iter().map(entry).collect::<Result<_, _>>()?))
        }
        RawValue::Unexpected(_) => unreachable!("no format passes it"),
    }
}

fn leaf<'a>(name: &'a str, value: &'a str) -> (&'a str, PrintedElement<'a>) {
    (name, PrintedElement::Leaf(Cow::Borrowed(value)))
}

fn leaf_list<'a, T>(
    members: &mut PrintedMembers<'a>,
    name: &'a str,
    values: &'a [Located<T>],
    text: impl Fn(&'a T) -> &'a str,
) {
    if !values.is_empty() {
        members.push((name, PrintedElement::LeafList(values.iter().map(|value| text(&value.value)).collect())));
    }
}

fn list<'a>(members: &mut PrintedMembers<'a>, name: &'a str, entries: Vec<PrintedMembers<'a>>) {
    if !entries.is_empty() {
        members.push((name, PrintedElement::List(entries)));
    }
}
