//! The text of a source. A large one has memory of its own, which goes back to the system as soon as it is dropped, while an allocator would keep it.

use std::ops::Deref;
use std::str;

use memmap2::{Advice, MmapMut};

/// From this size on, bytes have memory of their own.
pub(crate) const LARGE: usize = 16 << 20;

/// The bytes of a source.
#[derive(Debug)]
pub(crate) enum Bytes {
    Heap(Vec<u8>),
    Own(MmapMut),
}

impl Bytes {
    /// So many zeros, of a large source. None: the system gives no such memory, and the heap has to do.
    pub(crate) fn large(size: usize) -> Option<MmapMut> {
        let map = MmapMut::map_anon(size).ok()?;
        // Fewer and larger pages; without them it only takes longer.
        let _ = map.advise(Advice::HugePage);
        Some(map)
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Heap(bytes) => bytes,
            Self::Own(map) => map,
        }
    }
}

/// Bytes that are UTF-8.
#[derive(Debug)]
pub(crate) struct Text(Content);

#[derive(Debug)]
enum Content {
    Heap(String),
    Own(MmapMut),
}

impl Text {
    /// The text of these bytes; or the bytes, and where they cease to be UTF-8.
    pub(crate) fn new(bytes: Bytes) -> Result<Self, (Bytes, usize)> {
        match bytes {
            Bytes::Heap(bytes) => String::from_utf8(bytes).map(Self::from).map_err(|error| {
                let valid = error.utf8_error().valid_up_to();
                (Bytes::Heap(error.into_bytes()), valid)
            }),
            Bytes::Own(map) => match str::from_utf8(&map).map_err(|error| error.valid_up_to()) {
                Ok(_) => Ok(Self(Content::Own(map))),
                Err(valid) => Err((Bytes::Own(map), valid)),
            },
        }
    }

    /// The text. Of a large one this takes milliseconds: ask once.
    pub(crate) fn get(&self) -> &str {
        match &self.0 {
            Content::Heap(text) => text,
            Content::Own(map) => str::from_utf8(map).expect("it was when it was made"),
        }
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(Content::Heap(text))
    }
}
