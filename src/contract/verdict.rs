//! The result of `status` in one word.

use serde::{Deserialize, Serialize};

/// The result in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Document, file and kernel agree, and the routes are used.
    InAgreement,
    /// There are differences.
    Drift,
    /// An operator holds the plugin off this node.
    Held,
    /// The routes are tried, or a trial was reverted and its verdict is not known yet.
    InTrial,
    /// A change of routes to peers waits.
    Postponed,
    /// The routes of the document are in quarantine.
    Quarantined,
    /// The node never had a document.
    NoDocument,
    /// The document or the route file is invalid.
    Refused,
    /// The system fails.
    Failed,
}

impl Verdict {
    /// All verdicts.
    pub const ALL: [Self; 9] = [
        Self::InAgreement,
        Self::Drift,
        Self::Held,
        Self::InTrial,
        Self::Postponed,
        Self::Quarantined,
        Self::NoDocument,
        Self::Refused,
        Self::Failed,
    ];

    /// Returns the name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::InAgreement => "in-agreement",
            Self::Drift => "drift",
            Self::Held => "held",
            Self::InTrial => "in-trial",
            Self::Postponed => "postponed",
            Self::Quarantined => "quarantined",
            Self::NoDocument => "no-document",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Verdict;

    #[test]
    fn the_code_is_what_json_has() {
        for verdict in Verdict::ALL {
            assert_eq!(serde_json::to_value(verdict).expect("JSON"), verdict.code());
        }
    }
}
