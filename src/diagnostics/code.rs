//! The codes of all findings: a closed set, each with one severity. `docs/rules.md` explains each.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Holds back what it concerns; exit code 1.
    Error,
    /// Generated all the same, but probably not what was meant.
    Warning,
    /// Worth knowing.
    Notice,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
        })
    }
}

macro_rules! codes {
    ($($severity:ident { $($(#[doc = $doc:literal])+ $variant:ident = $name:literal,)+ })+) => {
        /// A stable kebab-case code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($($(#[doc = $doc])+ $variant,)+)+
        }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Code] = &[$($(Code::$variant,)+)+];

            /// The code as printed.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $($(Code::$variant => $name,)+)+ }
            }

            /// The page about the code: what it means, why it matters, and what to do (`docs/rules/`).
            #[must_use]
            pub const fn page(self) -> &'static str {
                match self { $($(Code::$variant => include_str!(concat!("../../docs/rules/", $name, ".md")),)+)+ }
            }

            /// What was found, in a line.
            #[must_use]
            pub fn summary(self) -> &'static str {
                match self { $($(Code::$variant => concat!($($doc),+).trim(),)+)+ }
            }

            /// How much a finding with this code matters.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self { $($(Code::$variant => Severity::$severity,)+)+ }
            }
        }
    };
}

codes! {
    Error {
        /// Text with a syntax error.
        InvalidSyntax = "invalid-syntax",
        /// Text that is not valid UTF-8.
        InvalidUtf8 = "invalid-utf-8",
        /// A syntax that this version does not support.
        UnsupportedSyntax = "unsupported-syntax",
        /// A line that could belong to more than one block.
        AmbiguousNesting = "ambiguous-nesting",
        /// An element that must be inside a router or service.
        MisplacedElement = "misplaced-element",
        /// A folder without configuration files.
        EmptyFolder = "empty-folder",
        /// A configuration without a router.
        NoRouter = "no-router",
        /// A duplicate name in a JSON object or a YAML mapping.
        DuplicateKey = "duplicate-key",
        /// A leaf with two different values.
        ConflictingValues = "conflicting-values",
        /// A list entry without its key.
        MissingKey = "missing-key",
        /// A list, block or value where another kind is expected.
        UnexpectedShape = "unexpected-shape",
        /// A value of the wrong type, or out of range.
        InvalidValue = "invalid-value",
        /// An unknown or misspelled element name.
        UnknownKey = "unknown-key",
        /// Both spellings of the same element.
        BothSpellings = "both-spellings",
        /// `default-route` combined with learning or static routes.
        DefaultRouteNotAlone = "default-route-not-alone",
        /// A static route to an invalid IPv4 prefix.
        InvalidStaticRoute = "invalid-static-route",
        /// A static route to an IPv6 prefix.
        Ipv6StaticRoute = "ipv6-static-route",
        /// Two static routes with the same destination.
        DuplicateStaticRoute = "duplicate-static-route",
        /// An invalid address of a service.
        InvalidAddress = "invalid-address",
        /// An unknown permission in an access policy.
        UnknownPermission = "unknown-permission",
        /// An unknown type of `applies-to`.
        UnknownAppliesToType = "unknown-applies-to-type",
        /// A router that would learn from a service with errors.
        ServiceInError = "service-in-error",
        /// A name that cannot be a folder name.
        UnsafeName = "unsafe-name",
        /// A name that is too long for a folder or file.
        NameTooLong = "name-too-long",
        /// Two names that are easily confused.
        NameClash = "name-clash",
        /// An asset-id that Salt rejects.
        InvalidAssetId = "invalid-asset-id",
        /// Two nodes with the same asset-id.
        DuplicateAssetId = "duplicate-asset-id",
    }
    Warning {
        /// A block of PCLI text without its `exit`.
        MissingExit = "missing-exit",
        /// An `exit` that closes no block.
        SurplusExit = "surplus-exit",
        /// A line with indentation that contradicts the `exit`s.
        MisleadingIndentation = "misleading-indentation",
        /// Text that is not a known element.
        UnreadText = "unread-text",
        /// A source without a router or service.
        NothingRead = "nothing-read",
        /// An unquoted value that YAML 1.1 tools read differently.
        Yaml11Value = "yaml-1-1-value",
        /// A name that does not match the product's pattern.
        UnusualName = "unusual-name",
        /// A node with an unknown role.
        UnknownRole = "unknown-role",
        /// A node without an asset-id, which gets no pillar data.
        NoAssetId = "no-asset-id",
        /// A router with a plugin block but no node.
        RouterWithoutNode = "router-without-node",
        /// An address with host bits set.
        HostBitsSet = "host-bits-set",
        /// A host name without a mapping to an IPv4 address.
        UnroutedHostName = "unrouted-host-name",
        /// A child service without its parent.
        MissingParentService = "missing-parent-service",
        /// Learning is off, but services for `_internal_` exist.
        LearningOff = "learning-off",
        /// The plugin is enabled, but has no routes.
        NoRoutes = "no-routes",
        /// An access policy with an invalid prefix after `_internal_@`.
        InvalidSourcePrefix = "invalid-source-prefix",
        /// An `applies-to` that names an unknown router or group.
        AppliesToNothing = "applies-to-nothing",
        /// A longer prefix with a worse metric than the shorter prefix around it.
        WorseMetricWithin = "worse-metric-within",
        /// A route that can replace the route to the `kni254` link.
        CoversLink = "covers-link",
        /// A route to the conductor through `kni254` without a matching service.
        ConductorCutOff = "conductor-cut-off",
    }
    Notice {
        /// An alternative spelling of an element.
        OtherSpelling = "other-spelling",
        /// An empty plugin block.
        EmptyBlock = "empty-block",
        /// A conductor node with a plugin block.
        ConductorNode = "conductor-node",
        /// An IPv6 address of a service.
        Ipv6Address = "ipv6-address",
        /// A route to the address of the gateway.
        GatewayAddress = "gateway-address",
        /// A prefix that is both static and learned.
        AlsoStatic = "also-static",
        /// A default route with metric 0.
        DefaultMetricZero = "default-metric-zero",
        /// A static route inside a learned prefix.
        ShadowedRoute = "shadowed-route",
        /// A service for `_internal_` that no router learns.
        UnlearnedService = "unlearned-service",
        /// A silencing that matches no finding.
        UnusedSilencing = "unused-silencing",
    }
}

/// A name that is no code's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} is no code of a rule; {hint}")]
pub struct UnknownCode {
    /// What was given.
    pub name: String,
    hint: String,
}

impl FromStr for Code {
    type Err = UnknownCode;

    fn from_str(name: &str) -> Result<Self, UnknownCode> {
        if let Some(code) = Self::ALL.iter().find(|code| code.name() == name) {
            return Ok(*code);
        }
        let near = crate::diagnostics::did_you_mean(name, Self::ALL.iter().map(|code| code.name()));
        let hint = near.map_or_else(
            || "`loopback-static-routes rule --list` shows all".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        Err(UnknownCode { name: name.to_owned(), hint })
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn codes_are_kebab_case_and_unique() {
        let mut names: Vec<_> = Code::ALL.iter().map(|code| code.name()).collect();
        for name in &names {
            assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{name}");
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Code::ALL.len());
    }
}
