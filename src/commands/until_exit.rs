//! Values that are never freed.

use std::mem::ManuallyDrop;

/// Keeps a value until the process ends, which frees all memory at once.
///
/// To free the authority and the plan of 10,000 routers one by one would take `validate` 17 ms more
/// of the processor's time, after 237 ms (76 MB of JSON).
pub(crate) fn until_exit<T>(value: T) -> ManuallyDrop<T> {
    ManuallyDrop::new(value)
}
