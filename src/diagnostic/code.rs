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
        /// Text that is not in the syntax it was recognised as.
        InvalidSyntax = "invalid-syntax",
        /// Text that is not UTF-8.
        InvalidUtf8 = "invalid-utf-8",
        /// A syntax that this version does not read.
        UnsupportedSyntax = "unsupported-syntax",
        /// A line that stands in one block by its indentation, and in another by the `exit`s.
        AmbiguousNesting = "ambiguous-nesting",
        /// An element of a router or a service that stands in none.
        MisplacedElement = "misplaced-element",
        /// A folder that holds no file that can be read.
        EmptyFolder = "empty-folder",
        /// A configuration without a single router.
        NoRouter = "no-router",
        /// One name twice in a JSON object or a YAML mapping.
        DuplicateKey = "duplicate-key",
        /// One leaf with two values.
        ConflictingValues = "conflicting-values",
        /// A list entry without its key.
        MissingKey = "missing-key",
        /// A list where a value is expected, or the like.
        UnexpectedShape = "unexpected-shape",
        /// A value of another type, or out of range.
        InvalidValue = "invalid-value",
        /// An element that the plugin block does not have.
        UnknownKey = "unknown-key",
        /// Both spellings of one element.
        BothSpellings = "both-spellings",
        /// `default-route` together with learning or static routes.
        DefaultRouteNotAlone = "default-route-not-alone",
        /// A static route's address that is no IPv4 prefix.
        InvalidStaticRoute = "invalid-static-route",
        /// A static route to an IPv6 prefix.
        Ipv6StaticRoute = "ipv6-static-route",
        /// Two static routes to one destination.
        DuplicateStaticRoute = "duplicate-static-route",
        /// A service's address that is no prefix, no address and no host name.
        InvalidAddress = "invalid-address",
        /// A permission other than allow and deny.
        UnknownPermission = "unknown-permission",
        /// An `applies-to` type that this version does not know.
        UnknownAppliesToType = "unknown-applies-to-type",
        /// A router that would learn from a service that has errors.
        ServiceInError = "service-in-error",
        /// A name that cannot be a folder's.
        UnsafeName = "unsafe-name",
        /// A name too long for a folder's.
        NameTooLong = "name-too-long",
        /// Names that cannot be told apart.
        NameClash = "name-clash",
        /// An asset-id that Salt refuses.
        InvalidAssetId = "invalid-asset-id",
        /// One asset-id for two nodes.
        DuplicateAssetId = "duplicate-asset-id",
    }
    Warning {
        /// A block of PCLI text without its `exit`.
        MissingExit = "missing-exit",
        /// An `exit` that closes no block.
        SurplusExit = "surplus-exit",
        /// A line that stands in another block by the `exit`s than its indentation shows.
        MisleadingIndentation = "misleading-indentation",
        /// Text in the place of an element that is none.
        UnreadText = "unread-text",
        /// A source without an element that is read.
        NothingRead = "nothing-read",
        /// A value without quotes that tools of YAML 1.1 take for another one.
        Yaml11Value = "yaml-1-1-value",
        /// A name outside the product's own pattern.
        UnusualName = "unusual-name",
        /// A role that this version does not know.
        UnknownRole = "unknown-role",
        /// A node that gets no pillar data.
        NoAssetId = "no-asset-id",
        /// A router with a block and no node to have it.
        RouterWithoutNode = "router-without-node",
        /// An address with host bits set.
        HostBitsSet = "host-bits-set",
        /// A host name that no mapping resolves.
        UnroutedHostName = "unrouted-host-name",
        /// A child service whose parent does not exist.
        MissingParentService = "missing-parent-service",
        /// Learning off while services for `_internal_` exist.
        LearningOff = "learning-off",
        /// Enabled, and no route at all.
        NoRoutes = "no-routes",
        /// An access policy `_internal_@…` whose prefix is none.
        InvalidSourcePrefix = "invalid-source-prefix",
        /// An `applies-to` that names no router and no group of the authority.
        AppliesToNothing = "applies-to-nothing",
        /// A longer prefix with a worse metric than the shorter one around it.
        WorseMetricWithin = "worse-metric-within",
        /// A route that takes the place of the link's own.
        CoversLink = "covers-link",
        /// A route that leads to the conductor through kni254, where no service takes it further.
        ConductorCutOff = "conductor-cut-off",
    }
    Notice {
        /// The other spelling of an element.
        OtherSpelling = "other-spelling",
        /// A plugin block without an element.
        EmptyBlock = "empty-block",
        /// A node of role conductor.
        ConductorNode = "conductor-node",
        /// A service's IPv6 address.
        Ipv6Address = "ipv6-address",
        /// A route to the gateway's own address.
        GatewayAddress = "gateway-address",
        /// A prefix both static and learned.
        AlsoStatic = "also-static",
        /// A default route of metric 0.
        DefaultMetricZero = "default-metric-zero",
        /// A static route within a learned prefix.
        ShadowedRoute = "shadowed-route",
        /// A service for `_internal_` that no router learns.
        UnlearnedService = "unlearned-service",
        /// A silencing of something that was not found.
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
        let near = super::did_you_mean(name, Self::ALL.iter().map(|code| code.name()));
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
