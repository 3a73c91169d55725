//! The reason of a decision as text, and the elements that decide.

use super::{Exclusion, LocalPath, ServiceRef, View};
use crate::model::{Element, ElementPath, Key, ServiceIndex};

impl Exclusion {
    /// Returns the reason as text.
    pub(crate) fn reason(self, view: &View<'_>) -> String {
        let name = |service: ServiceIndex| view.learned.name(service);
        let text = match self {
            Self::NoRouter => "the router does not exist",
            Self::NoNode => "the node does not exist",
            Self::ConductorNode => "the node is a conductor node",
            Self::NoBlock => "neither the node nor its router has a plugin block",
            Self::EmptyBlock => "the plugin block is empty",
            Self::Disabled => "the plugin block has `enabled false`",
            Self::NoDefaultRoute => "`default-route` is off",
            Self::NoStaticRoute => "there is no `static-route` to this prefix",
            Self::LearningOff => "`learn-from-services` is off",
            Self::NoService => "the service does not exist",
            Self::ServiceDisabled => "the service has `enabled false`",
            Self::NoPolicy { public: false } => {
                "no access policy of the service or its ancestors allows tenant `_internal_`"
            }
            Self::NoPolicy { public: true } => {
                "no access policy of the service or its ancestors allows tenant `_internal_`, \
                 and `scope public` does not either"
            }
            Self::Denied(policy) => {
                let (source, by) = (view.learned.policy(policy).source.value.as_str(), name(policy.service));
                return format!("the access policy {source:?} of service {by} denies tenant `_internal_`");
            }
            Self::PoliciesInError => "its access policies have errors",
            Self::AppliesElsewhere(by) => {
                let by = name(by);
                return format!("the `applies-to` of service {by} names neither this router nor one of its groups");
            }
            Self::ServiceInError => "the service has errors",
            Self::NoAddress => "the service has no `address`",
            Self::Gateway => "it is the address of the gateway, which is on the link",
            Self::Ipv6 => "it is IPv6, but route-kni254 has IPv4 routes only",
            Self::InvalidAddress => "it is not a valid IP address, IP prefix or host name",
            Self::NotMapped => "the router's `static-hostname-mapping` has no IPv4 address for it",
            Self::Replaced => "a static route to the same prefix replaces it",
        };
        text.to_owned()
    }

    /// Returns the elements that decide, present or missing. `service` is the service in question.
    pub(crate) fn elements(self, view: &View<'_>, service: Option<&ServiceRef<'_>>) -> Vec<LocalPath> {
        let here = || ElementPath::default();
        let of_block = |element: Element| vec![LocalPath::of_router(view.block_path().child(element))];
        let of_service = |path: ElementPath| service.map(|service| LocalPath::of_service(service.name, path));
        match self {
            Self::NoRouter => vec![LocalPath::of_router(here())],
            Self::NoNode => vec![LocalPath::of_router(view.node_path())],
            Self::ConductorNode => vec![LocalPath::of_router(view.node_path().child(Element::Role))],
            Self::NoBlock => [here(), view.node_path()]
                .map(|owner| LocalPath::of_router(owner.child(Element::LoopbackStaticRoutes)))
                .into(),
            Self::EmptyBlock => vec![LocalPath::of_router(view.block_path())],
            Self::Disabled => of_block(Key::Enabled.into()),
            Self::NoDefaultRoute => of_block(Key::DefaultRoute.into()),
            Self::NoStaticRoute | Self::Replaced => of_block(Element::StaticRoute),
            Self::LearningOff => of_block(Key::LearnFromServices.into()),
            Self::NoService | Self::ServiceInError => of_service(here()).into_iter().collect(),
            Self::ServiceDisabled => of_service(here().child(Element::Enabled)).into_iter().collect(),
            Self::NoPolicy { .. } | Self::PoliciesInError => view.of_chain(service, &Element::AccessPolicy),
            Self::Denied(policy) => {
                let (by, source) =
                    (view.learned.name(policy.service), view.learned.policy(policy).source.value.as_str());
                vec![LocalPath::of_service(by, here().entry(Element::AccessPolicy, source))]
            }
            Self::AppliesElsewhere(by) => {
                let of_router = |element| LocalPath::of_router(here().child(element));
                let by = LocalPath::of_service(view.learned.name(by), here().child(Element::AppliesTo));
                vec![by, of_router(Element::RouterGroup), of_router(Element::ResourceGroup)]
            }
            Self::NoAddress | Self::Gateway | Self::Ipv6 | Self::InvalidAddress => {
                of_service(here().child(Element::Address)).into_iter().collect()
            }
            Self::NotMapped => vec![LocalPath::of_router(here().child(Element::StaticHostNameMapping))],
        }
    }
}
