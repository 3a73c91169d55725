//! Reads a large file in windows, and keeps nothing of its text.
//!
//! Each thread reads a window into its buffer, and lowers the entries in it before it reads the
//! next one. So a window is lowered while it is in the processor's cache, and the kernel need not
//! clear memory for the text. Only the text around the entries is kept, until the parts are joined.
//!
//! `validate` of 76 MB takes 36 instead of 120 ms of the kernel's time with it, and 59 instead of
//! 133 MB. If there are findings, the file is read again for their places.

use std::io;
use std::ops::Range;
use std::path::Path;
use std::str;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::large_file::{FileState, LargeFile};
use super::lower::Lowering;
use super::recognize::is_blank;
use super::{concurrent, gzip, utf_16};
use crate::model::SourceId;
use crate::syntaxes::Syntax;
use crate::syntaxes::parts::{LOOK, PART, Part, Parts, Shift, Windows};

/// The share of a window that is read after it, for the end of its last entry.
const SHARE_AFTER: usize = 8;

/// The number of bytes that show the syntax of a text.
const START: usize = 64 << 10;

/// The share of a text that may be kept, and the number of bytes that may always be kept. The text
/// around the parts is read on one core.
const SHARE_KEPT: usize = 4;
const KEPT: usize = 64 << 10;

/// A text of which any bytes can be read.
struct Text<'t> {
    length: usize,
    /// Fills a buffer with the bytes from an offset on.
    read: &'t (dyn Fn(&mut [u8], usize) -> io::Result<()> + Sync),
}

/// A text that was lowered in windows.
pub(super) struct Lowered {
    pub(super) syntax: Syntax,
    pub(super) lowering: Lowering,
}

/// Lowers a large file, and returns the state that it had. `None` if it must be read as a whole: it
/// is small or unusual, or it changed in the meantime.
pub(super) fn lower_file(path: &Path, id: SourceId, syntax: Option<Syntax>) -> Option<(Lowered, FileState)> {
    let file = LargeFile::open(path)?;
    let read = |buffer: &mut [u8], at: usize| file.read(buffer, at);
    let lowered = lower(&Text { length: file.length(), read: &read }, PART, id, syntax)?;
    Some((lowered, file.finish()?))
}

/// Lowers bytes as [`lower_file`] does, in windows of this size.
pub(super) fn lower_bytes(bytes: &[u8], size: usize, id: SourceId) -> Option<Lowered> {
    let read = |buffer: &mut [u8], at: usize| {
        buffer.copy_from_slice(&bytes[at..at + buffer.len()]);
        Ok(())
    };
    lower(&Text { length: bytes.len(), read: &read }, size, id, None)
}

/// Lowers a text in windows of this size. `None` if it must be read as a whole.
fn lower(text: &Text<'_>, size: usize, id: SourceId, syntax: Option<Syntax>) -> Option<Lowered> {
    u32::try_from(text.length).ok()?;
    let count = text.length.div_ceil(size);
    let syntax = syntax_of(text, syntax).filter(|_| count > 1)?;
    let parts = syntax.definition().parts.as_ref()?;
    let windows = parts.windows.as_ref()?;
    let reader = WindowReader { text, size, id, parts, windows, kept: AtomicUsize::new(0) };
    let next = AtomicUsize::new(0);
    let read = rayon::broadcast(|_| {
        let mut buffer = vec![0; size + size / SHARE_AFTER];
        let numbers =
            std::iter::from_fn(|| Some(next.fetch_add(1, Ordering::Relaxed)).filter(|number| *number < count));
        let windows = numbers.map(|number| reader.window(number, &mut buffer)).collect::<Option<Vec<Window>>>();
        if windows.is_none() {
            next.store(count, Ordering::Relaxed);
        }
        windows
    });
    let mut windows: Vec<Window> = read.into_iter().collect::<Option<Vec<_>>>()?.into_iter().flatten().collect();
    windows.sort_unstable_by_key(|window| window.start);
    reader.join(windows).map(|lowering| Lowered { syntax, lowering })
}

/// Returns the syntax of a text. `None` if it is not text in UTF-8, or is too unusual to say.
fn syntax_of(text: &Text<'_>, syntax: Option<Syntax>) -> Option<Syntax> {
    let mut start = vec![0; START.min(text.length)];
    (text.read)(&mut start, 0).ok()?;
    if gzip::is_gzip(&start) || utf_16::encoding(&start).is_some() {
        return None;
    }
    let start = valid(&start, start.len() < text.length)?;
    (!is_blank(start)).then(|| syntax.unwrap_or_else(|| Syntax::of_text(start)))
}

/// Returns bytes as text. `None` if they are not UTF-8. If they are `cut_off`, an incomplete
/// character at the end is left out.
fn valid(bytes: &[u8], cut_off: bool) -> Option<&str> {
    match str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) if cut_off && error.error_len().is_none() => str::from_utf8(&bytes[..error.valid_up_to()]).ok(),
        Err(_) => None,
    }
}

/// A window that was read.
struct Window {
    /// The offset of its first byte.
    start: usize,
    /// Its bytes before its part; all of them if it has none.
    before: Vec<u8>,
    /// Its entries, with the bytes that they have in the whole text. The last entry may end in the
    /// next window.
    part: Option<(Part, Lowering)>,
    /// Its bytes after the part.
    after: Vec<u8>,
}

/// Reads windows, and joins them.
struct WindowReader<'r> {
    text: &'r Text<'r>,
    size: usize,
    id: SourceId,
    parts: &'r Parts,
    windows: &'r Windows,
    /// The number of bytes that are kept.
    kept: AtomicUsize,
}

impl WindowReader<'_> {
    /// Reads a window, and lowers its entries. `None` if it is not UTF-8, or cannot be read, or too
    /// much of the text would be kept.
    fn window(&self, number: usize, buffer: &mut [u8]) -> Option<Window> {
        let start = number * self.size;
        let end = self.text.length.min(start + self.size);
        let limit = self.text.length.min(end + self.size / SHARE_AFTER);
        let bytes = &mut buffer[..limit - start];
        (self.text.read)(bytes, start).ok()?;
        let own = end - start;
        // The window before this one has the start of the first character.
        let skipped = bytes.iter().take(3).take_while(|byte| number > 0 && **byte & 0xc0 == 0x80).count();
        let text = valid(&bytes[skipped..], limit < self.text.length)?;
        let offset = start + skipped;
        let part = self.part(text, offset, end);
        let (before, after) = match &part {
            Some((part, _)) => (part.bytes.start - start, part.bytes.end - start),
            None => (own, own),
        };
        let (before, after) = (&bytes[..before], bytes[..own].get(after..).unwrap_or_default());
        let size = before.len() + after.len();
        if self.kept.fetch_add(size, Ordering::Relaxed) + size > KEPT + self.text.length / SHARE_KEPT {
            return None;
        }
        Some(Window { start, before: before.to_vec(), part, after: after.to_vec() })
    }

    /// Lowers the entries that start before the offset `end`. `text` starts at `offset`.
    fn part(&self, text: &str, offset: usize, end: usize) -> Option<(Part, Lowering)> {
        let look = LOOK.min(self.size);
        let end = end - offset;
        // The first part starts soon, because the text before it is read on one core.
        let target = if offset == 0 { look.min(text.len()) } else { 0 };
        let (first, kind) = (self.windows.start_after)(text, target, look).filter(|(first, _)| *first < end)?;
        let stop = (self.windows.start_after)(text, end.min(text.len()), look).map_or(end, |(next, _)| next);
        let part = Part { kind, bytes: first..stop, offset: offset + first };
        let mut lowering = Lowering::default();
        let part = (self.parts.read)(self.id, text, &part, &mut |tree| lowering.document(&tree))?;
        let bytes = offset + part.bytes.start..offset + part.bytes.end;
        Some((Part { bytes, ..part }, lowering))
    }

    /// Joins all windows. `None` if the text must be read as a whole.
    fn join(&self, windows: Vec<Window>) -> Option<Lowering> {
        let (mut rest, mut parts, mut lowerings) = (Rest::default(), Vec::new(), Vec::new());
        for window in windows {
            rest.keep(&window.before, window.start);
            if let Some((part, lowering)) = window.part {
                let bytes = rest.leave_out(&part.bytes, self.windows.placeholder)?;
                parts.push(Some(Part { bytes, ..part }));
                lowerings.push(lowering);
            }
            rest.keep(&window.after, rest.end);
        }
        let Rest { text, shifts, .. } = rest;
        let text = String::from_utf8(text).ok()?;
        // A part that no reader came to may not be a part of a list. Its text is missing then.
        let least = parts.len().max(1);
        concurrent::joined(lowerings, least, |add| (self.windows.join)(self.id, &text, &shifts, &parts, add))
    }
}

/// The text around the parts, with a placeholder for each part.
#[derive(Default)]
struct Rest {
    text: Vec<u8>,
    /// The places of the pieces in the whole text, in ascending order.
    shifts: Vec<Shift>,
    /// The end of the last part that was left out.
    end: usize,
}

impl Rest {
    /// Adds the bytes from the offset `start` on, without those of the last part.
    fn keep(&mut self, bytes: &[u8], start: usize) {
        let bytes = bytes.get(self.end.saturating_sub(start)..).unwrap_or_default();
        self.shifts.push(Shift { from: self.text.len(), offset: start.max(self.end) });
        self.text.extend_from_slice(bytes);
    }

    /// Leaves out a part. Returns the bytes of its placeholder. `None` if it overlaps with the last
    /// one.
    fn leave_out(&mut self, part: &Range<usize>, placeholder: &str) -> Option<Range<usize>> {
        if part.start < self.end {
            return None;
        }
        let at = self.text.len();
        self.text.extend_from_slice(placeholder.as_bytes());
        self.end = part.end;
        Some(at..self.text.len())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::os::fd::AsRawFd as _;

    use super::super::load::LARGE;
    use super::super::{Input, Search, read, read_in_windows, read_leaving_texts};
    use super::lower_bytes;
    use crate::model::SourceId;

    /// Returns a text with this many routers and services.
    fn text(entries: usize) -> String {
        let router = |n| format!(r#"{{"name": "r{n}€", "node": [{{"name": "é", "role": "combo"}}]}}"#);
        let service = |n| format!(r#"{{"name": "s{n}", "address": ["192.0.2.{n}/32", "😀"], "x": "ß"}}"#);
        let joined = |entry: &dyn Fn(usize) -> String| (0..entries).map(entry).collect::<Vec<_>>().join(" ,\n");
        format!("{{\"authority\": {{\"router\": [{}\n], \"service\": [{}]}}}}", joined(&router), joined(&service))
    }

    /// Characters and entries are cut at each of their bytes.
    #[test]
    fn usual_texts_are_read_in_windows_of_any_size() {
        let text = text(40);
        let input = Input::Text { name: "f".to_owned(), bytes: text.clone().into_bytes() };
        let plain = format!("{:?}", read(vec![input], None).expect("read").authority);
        for size in 1..400 {
            let reading = read_in_windows("f".to_owned(), text.clone().into_bytes(), size).expect("read");
            let Some(reading) = reading else {
                assert!(size < 80, "not in windows of {size} bytes");
                continue;
            };
            assert!(format!("{:?}", reading.authority) == plain, "in windows of {size} bytes");
        }
    }

    #[test]
    fn no_byte_that_is_not_utf_8_is_overlooked() {
        let text = text(12);
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] = 0xff;
            assert!(lower_bytes(&bytes, 200, SourceId(0)).is_none(), "{at}");
        }
    }

    /// Read from the second string on, this has two routers in a list. Without them, it is valid.
    #[test]
    fn a_text_that_is_invalid_only_in_a_part_is_read_as_a_whole() {
        let routers = r#"{"name": "a", "node": []},{"name": "b", "node": []}"#;
        for before in 0..200 {
            let blank = " ".repeat(before);
            let text = format!("{{\"x\": [{blank}\":\", \",{routers},\", \"z\"], {}", &text(12)[1..]);
            assert!(serde_json::from_str::<serde_json::Value>(&text.replace(routers, "{}")).is_ok(), "{text}");
            assert!(lower_bytes(text.as_bytes(), 100, SourceId(0)).is_none(), "{before}");
        }
    }

    /// An authority without a router needs the text of the file. The pipe cannot be read again.
    #[test]
    fn a_pipe_is_read_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("f.json");
        let service = |n| format!("{{\"name\": \"s{n}\", \"address\": [], \"x\": \"{}\"}}", "x".repeat(2000));
        let count = LARGE / 2000;
        let services = (0..count).map(service).collect::<Vec<_>>().join(",");
        std::fs::write(&path, format!("{{\"service\": [{services}]}}")).expect("written");
        let (reader, mut writer) = std::io::pipe().expect("a pipe");
        writer.write_all(b"{\"service\": [{\"name\": \"t\"}]}").expect("written");
        drop(writer);
        let pipe = format!("/dev/fd/{}", reader.as_raw_fd());
        let inputs = vec![Input::Path(path), Input::Path(pipe.into())];
        let reading = read_leaving_texts(inputs, None, &Search::default()).expect("read");
        assert_eq!(reading.authority.services.len(), count + 1, "{:?}", reading.findings);
    }

    #[test]
    fn a_text_is_loaded_only_from_a_file_that_did_not_change() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("f.json");
        let router = |n| format!("{{\"name\": \"r{n}\", \"description\": \"{}\", \"node\": []}}", "x".repeat(2000));
        let text = |count| format!("{{\"router\": [{}]}}", (0..count).map(router).collect::<Vec<_>>().join(","));
        let count = LARGE / 2000;
        let whole = text(count);
        let read = || {
            let reading = read_leaving_texts(vec![Input::Path(path.clone())], None, &Search::default());
            let reading = reading.expect("read");
            assert_eq!(reading.authority.routers.len(), count);
            reading.sources
        };
        std::fs::write(&path, &whole).expect("written");
        let mut sources = read();
        assert!(sources.lack_texts() && sources.load() && !sources.lack_texts());
        assert!(sources.iter().all(|(_, source)| source.text() == whole));
        let mut sources = read();
        std::fs::write(&path, text(count - 1)).expect("written");
        assert!(!sources.load(), "another text");
        std::fs::write(&path, &whole).expect("written");
        let mut sources = read();
        std::fs::remove_file(&path).expect("removed");
        assert!(!sources.load(), "no file");
    }
}
