//! Loads the bytes of sources.
//!
//! Two tricks for large files are here: two threads read a file, and its bytes are in memory
//! outside of the allocator.

use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::ops::Deref;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::str;

use memmap2::{Advice, MmapMut};

/// The size from which bytes are large.
const LARGE: usize = 16 << 20;

/// The bytes of a source.
///
/// Large bytes have separate memory. It returns to the system as soon as it is dropped, while the
/// allocator keeps freed memory for a while. This reduces the peak memory of a run from 200 to 150
/// MB.
#[derive(Debug)]
pub(super) enum Bytes {
    Heap(Vec<u8>),
    Mapped(MmapMut),
}

impl Bytes {
    /// Reads a file.
    ///
    /// Most of the time for a large file is copying in the kernel. Two threads take half of the
    /// time: 24 instead of 47 ms for 76 MB.
    pub(super) fn of_file(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let metadata = file.metadata()?;
        let size = usize::try_from(metadata.len()).unwrap_or(0);
        if metadata.is_file() && size >= LARGE {
            match read_by_two_threads(&file, size) {
                // The size changed while reading, or the system has no such memory.
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => {}
                other => return other.map(Self::Mapped),
            }
        }
        let mut bytes = Vec::with_capacity(size);
        file.read_to_end(&mut bytes)?;
        Ok(Self::Heap(bytes))
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Heap(bytes) => bytes,
            Self::Mapped(map) => map,
        }
    }
}

/// Reads a file of a known size. If it has another size, or memory is missing, the error is
/// `UnexpectedEof`.
fn read_by_two_threads(file: &File, size: usize) -> io::Result<MmapMut> {
    let mut bytes = map(size).ok_or(ErrorKind::UnexpectedEof)?;
    let (first, second) = bytes.split_at_mut(size / 2);
    let start = first.len() as u64;
    std::thread::scope(|scope| {
        let second = scope.spawn(move || file.read_exact_at(second, start));
        file.read_exact_at(first, 0)?;
        second.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })?;
    match file.read_at(&mut [0], size as u64)? {
        0 => Ok(bytes),
        _ => Err(ErrorKind::UnexpectedEof.into()),
    }
}

/// Returns separate memory, or `None` if the system refuses it.
fn map(size: usize) -> Option<MmapMut> {
    let map = MmapMut::map_anon(size).ok()?;
    // Huge pages make the first access to the memory faster. Not all systems have them.
    let _ = map.advise(Advice::HugePage);
    Some(map)
}

/// The text of a source: bytes that are UTF-8.
#[derive(Debug)]
pub(crate) struct SourceText(Memory);

#[derive(Debug)]
enum Memory {
    Heap(String),
    Mapped(MmapMut),
}

impl SourceText {
    /// Checks that bytes are UTF-8. An error has the bytes and the length of their valid part.
    pub(super) fn new(bytes: Bytes) -> Result<Self, (Bytes, usize)> {
        match bytes {
            Bytes::Heap(bytes) => String::from_utf8(bytes).map(Self::from).map_err(|error| {
                let valid = error.utf8_error().valid_up_to();
                (Bytes::Heap(error.into_bytes()), valid)
            }),
            Bytes::Mapped(map) => match str::from_utf8(&map).map_err(|error| error.valid_up_to()) {
                Ok(_) => Ok(Self(Memory::Mapped(map))),
                Err(valid) => Err((Bytes::Mapped(map), valid)),
            },
        }
    }

    /// Returns the text. A large text is checked again, which takes milliseconds.
    pub(super) fn get(&self) -> &str {
        match &self.0 {
            Memory::Heap(text) => text,
            Memory::Mapped(map) => str::from_utf8(map).expect("checked in `new`"),
        }
    }
}

impl From<String> for SourceText {
    fn from(text: String) -> Self {
        Self(Memory::Heap(text))
    }
}

#[cfg(test)]
mod tests {
    use super::{Bytes, LARGE};

    #[test]
    fn a_large_file_has_the_same_bytes_as_a_small_one() {
        let folder = tempfile::tempdir().expect("a folder");
        for size in [0, 1, LARGE - 1, LARGE, LARGE + 1] {
            let bytes: Vec<u8> = (0..size).map(|index| (index % 251) as u8).collect();
            let path = folder.path().join(size.to_string());
            std::fs::write(&path, &bytes).expect("writes");
            assert!(*Bytes::of_file(&path).expect("reads") == *bytes, "{size}");
        }
    }
}
