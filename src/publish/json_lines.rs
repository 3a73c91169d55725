//! JSON with one entry per line, so that two versions of a file can be compared line by line.

use serde::Serialize;

/// The usual number of bytes per artefact, including its share of the other lines.
pub(crate) const USUAL_LINE_LENGTH: usize = 256;

/// Appends the items of a JSON list.
pub(crate) fn push_items<T: Serialize>(text: &mut Vec<u8>, items: impl Iterator<Item = T>) {
    for (index, item) in items.enumerate() {
        push_line_break(text, index);
        push_json(text, &item);
    }
}

/// Appends the members of a JSON object.
pub(crate) fn push_members<K: Serialize, V: Serialize>(text: &mut Vec<u8>, members: impl Iterator<Item = (K, V)>) {
    for (index, (key, value)) in members.enumerate() {
        push_line_break(text, index);
        push_json(text, &key);
        text.extend_from_slice(b": ");
        push_json(text, &value);
    }
}

/// Appends a value as JSON.
pub(crate) fn push_json<T: Serialize + ?Sized>(text: &mut Vec<u8>, value: &T) {
    serde_json::to_writer(text, value).expect("plain data serializes to memory");
}

fn push_line_break(text: &mut Vec<u8>, index: usize) {
    text.extend_from_slice(if index == 0 { b"\n" } else { b",\n" });
}
