//! The memory of the process.

use rustix::thread::{disable_transparent_huge_pages, transparent_huge_pages_are_disabled};

/// Lets the kernel use only its smallest pages for new memory, until this value is dropped.
///
/// Huge pages make it a twentieth faster to read 76 MB of JSON. To publish is not slower without
/// them, and a run that changes one block needs 107 instead of 123 MB.
pub(super) struct SmallPages(());

impl SmallPages {
    /// Begins to use small pages. `None` if they are used already, or the kernel cannot do that:
    /// then only more memory is used.
    pub(super) fn begin() -> Option<Self> {
        let can_change = transparent_huge_pages_are_disabled().is_ok_and(|are_disabled| !are_disabled);
        (can_change && disable_transparent_huge_pages(true).is_ok()).then_some(Self(()))
    }
}

impl Drop for SmallPages {
    fn drop(&mut self) {
        // Programs that this one starts would inherit it.
        let _ = disable_transparent_huge_pages(false);
    }
}
