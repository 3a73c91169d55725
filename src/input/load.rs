//! Loads the bytes of sources.
//!
//! It has optimisations for large files: all cores read a file, and the bytes have separate
//! memory.

use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read as _};
use std::ops::Deref;
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::Path;
use std::str;
use std::sync::Arc;
use std::time::Duration;

use memmap2::{Advice, MmapMut};
use rayon::prelude::*;
use yoke::Yoke;

/// The number of times that a changing file is read.
const ATTEMPTS: usize = 5;

/// The time between two attempts, in which the other program can finish.
const PAUSE: Duration = Duration::from_millis(100);

/// The size from which bytes get separate memory, and a file is read in windows.
pub(super) const LARGE: usize = 16 << 20;

/// The number of bytes that a thread reads at a time: those of a huge page.
const PIECE: usize = 2 << 20;

/// The bytes of a source.
///
/// Large bytes have separate memory. It returns to the system as soon as it is dropped, while the
/// allocator keeps freed memory for a while. This reduced the peak of a run from 200 to 150 MB.
#[derive(Debug)]
pub(super) enum Bytes {
    Heap(Vec<u8>),
    Mapped(MmapMut),
}

impl Bytes {
    /// Reads a file. If it changes in the meantime, it is read again, and refused in the end.
    pub(super) fn of_file(path: &Path) -> io::Result<Self> {
        steady(|| Self::attempt(path, || ()), || std::thread::sleep(PAUSE))
    }

    /// Reads a file once. Returns `None` if it is another file or has another state at the end.
    ///
    /// Only a regular file has a state: a pipe is read to its end. `before_end` runs between
    /// reading and the last look at the state.
    fn attempt(path: &Path, before_end: impl FnOnce()) -> io::Result<Option<Self>> {
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Self::of_reader(file, 0).map(Some);
        }
        let bytes = Self::of_regular(&file, usize::try_from(metadata.len()).unwrap_or(usize::MAX))?;
        before_end();
        Ok((state(&metadata) == state(&std::fs::metadata(path)?)).then_some(bytes))
    }

    /// Reads a regular file of a known size.
    ///
    /// Most of the time for a large file is copying in the kernel. Two cores take half of the
    /// time: 24 instead of 47 ms for 76 MB.
    fn of_regular(file: &File, size: usize) -> io::Result<Self> {
        if size >= LARGE {
            match read_on_all_cores(file, size) {
                // The size changed while reading, or the system has no such memory.
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => {}
                other => return other.map(Self::Mapped),
            }
        }
        match size {
            // The files of `/proc` have no size.
            0 => Self::of_reader(file, 0),
            // A file that grows must not keep the reader busy.
            _ => Self::of_reader(file.take(size as u64 + 1), size),
        }
    }

    fn of_reader(mut reader: impl io::Read, size: usize) -> io::Result<Self> {
        let mut bytes = Vec::with_capacity(size);
        reader.read_to_end(&mut bytes)?;
        Ok(Self::Heap(bytes))
    }
}

/// Attempts to read until the file stays the same, with a pause between two attempts.
fn steady<T>(mut attempt: impl FnMut() -> io::Result<Option<T>>, mut pause: impl FnMut()) -> io::Result<T> {
    for number in 0..ATTEMPTS {
        if number > 0 {
            pause();
        }
        if let Some(read) = attempt()? {
            return Ok(read);
        }
    }
    let message = "another program is writing it; read it again when it is complete";
    Err(io::Error::new(ErrorKind::ResourceBusy, message))
}

/// The metadata that change when a file is written or replaced.
pub(super) type State = [i64; 6];

/// Returns the state of a file.
pub(super) fn state(metadata: &Metadata) -> State {
    let (ino, size) = (metadata.ino().cast_signed(), metadata.size().cast_signed());
    [ino, size, metadata.mtime(), metadata.mtime_nsec(), metadata.ctime(), metadata.ctime_nsec()]
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

/// Reads a file of a known size. If it has another size, or the system refuses memory, the error is
/// `UnexpectedEof`.
fn read_on_all_cores(file: &File, size: usize) -> io::Result<MmapMut> {
    let mut bytes = map(size).ok_or(ErrorKind::UnexpectedEof)?;
    let pieces = bytes.par_chunks_mut(PIECE).enumerate();
    pieces.try_for_each(|(number, piece)| file.read_exact_at(piece, (number * PIECE) as u64))?;
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

/// The memory of a text.
#[derive(Debug)]
enum Memory {
    Heap(String),
    /// Separate memory, with the text in it. Without the text beside it, each use would check the
    /// bytes again, which takes 6 ms for 76 MB.
    Mapped(Yoke<&'static str, Arc<MmapMut>>),
}

impl SourceText {
    /// Checks that bytes are UTF-8. An error has the bytes and the length of their valid part.
    pub(super) fn new(bytes: Bytes) -> Result<Self, (Bytes, usize)> {
        match bytes {
            Bytes::Heap(bytes) => String::from_utf8(bytes).map(Self::from).map_err(|error| {
                let valid = error.utf8_error().valid_up_to();
                (Bytes::Heap(error.into_bytes()), valid)
            }),
            Bytes::Mapped(map) => {
                let map = Arc::new(map);
                match Yoke::try_attach_to_cart(Arc::clone(&map), |map| str::from_utf8(map)) {
                    Ok(text) => Ok(Self(Memory::Mapped(text))),
                    Err(error) => {
                        let map = Arc::into_inner(map).expect("the other owner is gone with the error");
                        Err((Bytes::Mapped(map), error.valid_up_to()))
                    }
                }
            }
        }
    }

    /// Returns the text.
    pub(super) fn get(&self) -> &str {
        match &self.0 {
            Memory::Heap(text) => text,
            Memory::Mapped(text) => text.get(),
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
    use std::fs::{self, File, OpenOptions};
    use std::io::{self, ErrorKind, Write as _};
    use std::path::Path;
    use std::sync::mpsc;

    use super::{ATTEMPTS, Bytes, LARGE, steady};

    #[test]
    fn a_large_file_has_the_same_bytes_as_a_small_one() {
        let folder = tempfile::tempdir().expect("a folder");
        for size in [0, 1, LARGE - 1, LARGE, LARGE + 1] {
            let bytes: Vec<u8> = (0..size).map(|index| (index % 251) as u8).collect();
            let path = folder.path().join(size.to_string());
            fs::write(&path, &bytes).expect("writes");
            assert!(*Bytes::of_file(&path).expect("reads") == *bytes, "{size}");
        }
    }

    #[test]
    fn a_file_is_read_until_it_stays_the_same_and_then_refused() {
        for changes in 0..=ATTEMPTS {
            let (mut attempts, mut pauses) = (0, 0);
            let attempt = || {
                attempts += 1;
                Ok((attempts > changes).then_some(attempts))
            };
            let read = steady(attempt, || pauses += 1);
            match changes < ATTEMPTS {
                true => assert_eq!(read.expect("read"), changes + 1),
                false => assert_eq!(read.expect_err("refused").kind(), ErrorKind::ResourceBusy),
            }
            assert_eq!(pauses, changes.min(ATTEMPTS - 1));
        }
        let failed = steady(|| Err::<Option<()>, _>(io::Error::from(ErrorKind::NotFound)), || ());
        assert_eq!(failed.expect_err("an error of the system ends reading").kind(), ErrorKind::NotFound);
    }

    /// A change of a file, and its name.
    type Change = (&'static str, fn(&Path));

    #[test]
    fn each_change_of_a_file_is_noticed() {
        let changes: [Change; 5] = [
            ("nothing", |_| ()),
            ("longer", |path| append(path)),
            ("shorter", |path| open(path).set_len(9).expect("shorter")),
            ("written with the same size", |path| {
                open(path).write_all(b"x").expect("written");
                // Two writes within a tick of the kernel's clock have the same time.
                let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1);
                open(path).set_modified(time).expect("another time");
            }),
            ("replaced", |path| {
                let other = path.with_extension("new");
                fs::copy(path, &other).expect("copied");
                fs::rename(&other, path).expect("replaced");
            }),
        ];
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("f");
        for size in [10, LARGE] {
            for (what, change) in changes {
                fs::write(&path, vec![b'a'; size]).expect("written");
                let read = Bytes::attempt(&path, || change(&path)).expect("reads");
                assert_eq!(read.is_some(), what == "nothing", "{what}, {size} bytes");
            }
        }
    }

    #[test]
    fn a_file_that_a_thread_keeps_changing_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("f");
        for size in [10, LARGE] {
            fs::write(&path, vec![b'a'; size]).expect("written");
            let (read, reads) = mpsc::channel();
            let (write, writes) = mpsc::channel();
            std::thread::scope(|scope| {
                let path = &path;
                scope.spawn(move || {
                    for () in reads {
                        append(path);
                        write.send(()).expect("the reader waits");
                    }
                });
                let change = || {
                    read.send(()).expect("the writer waits");
                    writes.recv().expect("written");
                };
                let error = steady(|| Bytes::attempt(path, change), || ()).expect_err("refused");
                assert!(error.to_string().starts_with("another program is writing it"), "{error}");
                drop(read);
            });
            let length = fs::metadata(&path).expect("there").len();
            assert_eq!(length, (size + ATTEMPTS) as u64);
            assert!(Bytes::of_file(&path).is_ok_and(|bytes| bytes.len() as u64 == length), "the writer ended");
        }
    }

    fn open(path: &Path) -> File {
        OpenOptions::new().write(true).open(path).expect("opens")
    }

    fn append(path: &Path) {
        OpenOptions::new().append(true).open(path).and_then(|mut file| file.write_all(b"x")).expect("appends");
    }
}
