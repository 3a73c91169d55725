//! Mixtures of routers.

use super::{List, Mixer};
use crate::commands::diff::compare::edit::{NameKind, Reach};
use crate::commands::exclusions::LocalPath;
use crate::model::authority::NodeRole;
use crate::model::{Element, ElementPath, HostMapping, Located, Node, Router};

impl Mixer<'_> {
    /// Mixes a router.
    pub(in crate::commands::diff::compare) fn router(
        &mut self,
        old: Option<&Router>,
        new: Option<&Router>,
    ) -> Option<Router> {
        let path = LocalPath::of_router(ElementPath::default());
        self.element((old, new), (path.clone(), Reach::All), |mixer, old, new| mixer.content_of_router(old, new, &path))
    }

    fn content_of_router(&mut self, old: &Router, new: &Router, path: &LocalPath) -> Router {
        let group = |kind: NameKind| move |name: &str| Reach::Name(kind, name.to_owned());
        let conductors = (&*old.conductor_addresses, &*new.conductor_addresses);
        Router {
            name: old.name.clone(),
            conductor_addresses: self
                .addresses(conductors, &path.child(Element::ConductorAddress), &|_| Reach::Nothing),
            router_groups: self.names(
                (&old.router_groups, &new.router_groups),
                &path.child(Element::RouterGroup),
                &group(NameKind::RouterGroup),
            ),
            resource_groups: self.names(
                (&old.resource_groups, &new.resource_groups),
                &path.child(Element::ResourceGroup),
                &group(NameKind::ResourceGroup),
            ),
            host_mappings: self.host_mappings(old, new, path),
            nodes: self.nodes(old, new, path),
            block: self.block((old.block.as_ref(), new.block.as_ref()), path, None),
        }
    }

    fn host_mappings(&mut self, old: &Router, new: &Router, path: &LocalPath) -> Vec<HostMapping> {
        let list = path.child(Element::StaticHostNameMapping);
        let of_host = |mapping: &HostMapping| list.entry(Element::StaticEntry, &mapping.host_name.value);
        let key = |mapping: &HostMapping| mapping.host_name.value.clone();
        let reach = |mapping: &HostMapping| Reach::HostName(mapping.host_name.value.clone());
        let list = List { key: &key, path: &of_host, reach: &reach };
        self.list((&old.host_mappings, &new.host_mappings), &list, |mixer, old, new| {
            let lists = (&*old.addresses, &*new.addresses);
            let addresses = mixer.addresses(lists, &of_host(old).child(Element::IpAddress), &|_| reach(old));
            HostMapping { host_name: old.host_name.clone(), addresses }
        })
    }

    fn nodes(&mut self, old: &Router, new: &Router, path: &LocalPath) -> Vec<Node> {
        let of_node = |node: &Node| path.entry(Element::Node, &node.name.value);
        let key = |node: &Node| node.name.value.clone();
        let reach = |node: &Node| Reach::Node(node.name.value.clone());
        let list = List { key: &key, path: &of_node, reach: &reach };
        self.list((&old.nodes, &new.nodes), &list, |mixer, old, new| {
            let path = of_node(old);
            let asset_ids = (old.asset_id.as_ref(), new.asset_id.as_ref());
            let roles = (old.role.as_ref(), new.role.as_ref());
            let word = |role: &Located<NodeRole>| role.value.as_str().to_owned();
            let text = |text: &Located<String>| text.value.clone();
            Node {
                name: old.name.clone(),
                asset_id: mixer.leaf(asset_ids, path.child(Element::AssetId), &text, Reach::Nothing),
                role: mixer.leaf(roles, path.child(Element::Role), &word, reach(old)),
                block: mixer.block((old.block.as_ref(), new.block.as_ref()), &path, Some(&old.name.value)),
            }
        })
    }
}
