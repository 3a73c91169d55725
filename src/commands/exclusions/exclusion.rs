//! The decisions that exclude a route.

use crate::model::ServiceIndex;
use crate::model::learned::ServicePolicy;

/// A decision of a configuration that alone excludes a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exclusion {
    /// The authority does not have the router.
    NoRouter,
    /// The router does not have the node.
    NoNode,
    /// The node is a conductor's.
    ConductorNode,
    /// Neither the node nor its router has a plugin block.
    NoBlock,
    /// The block is empty.
    EmptyBlock,
    /// The block has `enabled false`.
    Disabled,
    /// The block does not switch on `default-route`.
    NoDefaultRoute,
    /// The block has no `static-route` to the prefix.
    NoStaticRoute,
    /// The block does not switch on `learn-from-services`.
    LearningOff,
    /// The authority does not have the service.
    NoService,
    /// The service has `enabled false`.
    ServiceDisabled,
    /// No access policy matches the tenant.
    NoPolicy {
        /// True if the scope is public, which has no effect for this tenant.
        public: bool,
    },
    /// An access policy denies the tenant.
    Denied(ServicePolicy),
    /// The access policies have errors.
    PoliciesInError,
    /// The `applies-to` of this service does not match the router.
    AppliesElsewhere(ServiceIndex),
    /// The service has errors.
    ServiceInError,
    /// The service does not have the address.
    NoAddress,
    /// The address is the gateway's.
    Gateway,
    /// The address is IPv6.
    Ipv6,
    /// The address is neither an IP address nor a host name.
    InvalidAddress,
    /// The router does not map the host name to the address.
    NotMapped,
    /// A static route to the same prefix replaces the learned one.
    Replaced,
}

impl Exclusion {
    /// Returns a name for JSON.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::NoRouter => "no-router",
            Self::NoNode => "no-node",
            Self::ConductorNode => "conductor-node",
            Self::NoBlock => "no-block",
            Self::EmptyBlock => "empty-block",
            Self::Disabled => "disabled",
            Self::NoDefaultRoute => "no-default-route",
            Self::NoStaticRoute => "no-static-route",
            Self::LearningOff => "learning-off",
            Self::NoService => "no-service",
            Self::ServiceDisabled => "service-disabled",
            Self::NoPolicy { .. } => "no-policy",
            Self::Denied(_) => "denied",
            Self::PoliciesInError => "policies-in-error",
            Self::AppliesElsewhere(_) => "applies-elsewhere",
            Self::ServiceInError => "service-in-error",
            Self::NoAddress => "no-address",
            Self::Gateway => "gateway",
            Self::Ipv6 => "ipv6",
            Self::InvalidAddress => "invalid-address",
            Self::NotMapped => "not-mapped",
            Self::Replaced => "replaced",
        }
    }

    /// Returns true if the service does not concern the tenant on this router.
    pub(crate) fn is_foreign(self) -> bool {
        matches!(self, Self::NoPolicy { .. } | Self::AppliesElsewhere(_))
    }
}
