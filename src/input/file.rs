//! The bytes of a file.

use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use crate::input::text::{Bytes, LARGE};

/// All of a file. What a large one costs is the kernel's copying, which two threads do in half the time.
pub(crate) fn read(path: &Path) -> io::Result<Bytes> {
    let mut file = File::open(path)?;
    let metadata = file.metadata()?;
    let size = usize::try_from(metadata.len()).unwrap_or(0);
    if metadata.is_file() && size >= LARGE {
        match read_by_two(&file, size) {
            // It is being written to, and has another size by now; or it is larger than memory.
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {}
            other => return other,
        }
    }
    let mut bytes = Vec::with_capacity(size);
    file.read_to_end(&mut bytes)?;
    Ok(Bytes::Heap(bytes))
}

fn read_by_two(file: &File, size: usize) -> io::Result<Bytes> {
    let mut bytes = Bytes::large(size).ok_or(ErrorKind::UnexpectedEof)?;
    let (first, second) = bytes.split_at_mut(size / 2);
    let start = first.len() as u64;
    std::thread::scope(|scope| {
        let second = scope.spawn(move || file.read_exact_at(second, start));
        file.read_exact_at(first, 0)?;
        second.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })?;
    match file.read_at(&mut [0], size as u64)? {
        0 => Ok(Bytes::Own(bytes)),
        _ => Err(ErrorKind::UnexpectedEof.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::{LARGE, read};

    #[test]
    fn a_large_file_is_read_like_a_small_one() {
        let folder = tempfile::tempdir().expect("a folder");
        for size in [0, 1, LARGE - 1, LARGE, LARGE + 1] {
            let bytes: Vec<u8> = (0..size).map(|index| (index % 251) as u8).collect();
            let path = folder.path().join(size.to_string());
            std::fs::write(&path, &bytes).expect("writes");
            assert!(*read(&path).expect("reads") == *bytes, "{size}");
        }
    }
}
