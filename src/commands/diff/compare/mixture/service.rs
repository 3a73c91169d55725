//! Mixtures of services.

use super::{List, Mixer};
use crate::commands::diff::compare::edit::{NameKind, Reach};
use crate::commands::exclusions::{LocalPath, Owner};
use crate::model::address::{PolicySource, SourceKind};
use crate::model::authority::{AppliesToKind, Scope};
use crate::model::{AccessPolicy, AppliesTo, Element, ElementPath, Located, Permission, Service};

impl Mixer<'_> {
    /// Mixes a service.
    pub(in crate::commands::diff::compare) fn service(
        &mut self,
        old: Option<&Service>,
        new: Option<&Service>,
    ) -> Option<Service> {
        let name = &old.or(new)?.name.value;
        let path = LocalPath { owner: Owner::Service(name.clone()), path: ElementPath::default() };
        self.element((old, new), (path.clone(), Reach::All), |mixer, old, new| mixer.content(old, new, &path))
    }

    fn content(&mut self, old: &Service, new: &Service, path: &LocalPath) -> Service {
        let flag = |enabled: &Located<bool>| enabled.value.to_string();
        let word = |scope: &Located<Scope>| scope.value.as_str().to_owned();
        Service {
            name: old.name.clone(),
            applies_to: self.applies_to(old, new, path),
            enabled: self.leaf(
                (old.enabled.as_ref(), new.enabled.as_ref()),
                path.child(Element::Enabled),
                &flag,
                Reach::Service,
            ),
            scope: self.leaf(
                (old.scope.as_ref(), new.scope.as_ref()),
                path.child(Element::Scope),
                &word,
                Reach::Nothing,
            ),
            addresses: self.addresses((&old.addresses, &new.addresses), &path.child(Element::Address), &|address| {
                Reach::Address(address.canonical())
            }),
            access_policies: self.policies(old, new, path),
        }
    }

    fn policies(&mut self, old: &Service, new: &Service, path: &LocalPath) -> Vec<AccessPolicy> {
        let source = |policy: &AccessPolicy| policy.source.value.as_str().to_owned();
        let of_policy = |policy: &AccessPolicy| path.entry(Element::AccessPolicy, &source(policy));
        let list = List { key: &|policy| PolicySource::canonical(&source(policy)), path: &of_policy, reach: &reach };
        self.list((&old.access_policies, &new.access_policies), &list, |mixer, old, new| {
            let word = |permission: &Located<Permission>| permission.value.as_str().to_owned();
            let permissions = (old.permission.as_ref(), new.permission.as_ref());
            let permission = mixer.leaf(permissions, of_policy(old).child(Element::Permission), &word, reach(old));
            AccessPolicy { source: old.source.clone(), permission }
        })
    }

    fn applies_to(&mut self, old: &Service, new: &Service, path: &LocalPath) -> Vec<AppliesTo> {
        let of_type = |applies: &AppliesTo| path.entry(Element::AppliesTo, applies.kind.value.as_str());
        let key = |applies: &AppliesTo| applies.kind.value.as_str().to_owned();
        let list = List { key: &key, path: &of_type, reach: &|_| Reach::All };
        self.list((&old.applies_to, &new.applies_to), &list, |mixer, old, new| {
            let Some((element, kind)) = names_of(&old.kind.value) else { return old.clone() };
            let path = of_type(old).child(element);
            let names = mixer.names((&old.names, &new.names), &path, &|name| Reach::Name(kind, name.to_owned()));
            AppliesTo { kind: old.kind.clone(), names }
        })
    }
}

/// Returns the reach of a policy. Those of other tenants change no route.
fn reach(policy: &AccessPolicy) -> Reach {
    if policy.source.value.kind() == SourceKind::Internal { Reach::All } else { Reach::Nothing }
}

fn names_of(kind: &AppliesToKind) -> Option<(&'static Element, NameKind)> {
    let meaning = match kind {
        AppliesToKind::Router => NameKind::Router,
        AppliesToKind::RouterGroup => NameKind::RouterGroup,
        AppliesToKind::ResourceGroup => NameKind::ResourceGroup,
        AppliesToKind::Authority | AppliesToKind::Unknown(_) => return None,
    };
    Some((kind.names_in()?, meaning))
}
