//! The lines and characters of a text, counted in blocks.
//!
//! A line can be as long as the text, and a text can have as many lines as bytes. So each block
//! knows where the lines around it start and end, and nothing is searched outside of one block.

use memchr::{memchr, memchr_iter, memrchr};
use rayon::prelude::*;

use crate::syntaxes::Offsets;

/// The number of bytes of a block.
pub(super) const BLOCK: usize = 8192;

/// The number of bytes in which characters are searched one by one.
const CHUNK: usize = 256;

/// The minimum number of blocks that a thread counts at a time.
const AT_A_TIME: usize = 128;

/// The blocks of a text.
#[derive(Debug)]
pub(super) struct Blocks<'s> {
    text: &'s str,
    blocks: Vec<Block>,
    /// True if each character is one byte.
    is_ascii: bool,
    offsets: Offsets,
    /// The end of the text, as an offset.
    end: usize,
    /// The end of the text without white space, as an offset.
    last: usize,
}

/// A block, by the numbers before it and the line ends around it.
#[derive(Debug)]
struct Block {
    /// The number of newlines before it.
    newlines: usize,
    /// The number of characters before it.
    characters: usize,
    /// The start of the line that its first byte is on.
    line_start: usize,
    /// The first newline after it, or the end of the text.
    line_end: usize,
}

/// The content of a block.
struct Content {
    newlines: usize,
    characters: usize,
    /// The first and the last newline, as bytes of the text.
    ends: Option<(usize, usize)>,
}

impl<'s> Blocks<'s> {
    /// Counts the lines and characters of a text, on all cores.
    pub(super) fn of(text: &'s str, offsets: Offsets) -> Self {
        let pieces = text.as_bytes().par_chunks(BLOCK).with_min_len(AT_A_TIME).enumerate();
        let contents: Vec<Content> = pieces.map(|(number, bytes)| Content::of(number * BLOCK, bytes)).collect();
        let (mut newlines, mut characters, mut line_start) = (0, 0, 0);
        let mut blocks = Vec::with_capacity(contents.len() + 1);
        for content in &contents {
            blocks.push(Block { newlines, characters, line_start, line_end: text.len() });
            newlines += content.newlines;
            characters += content.characters;
            line_start = content.ends.map_or(line_start, |(_, last)| last + 1);
        }
        // The end of the text has a block too, so that an empty text has one.
        blocks.push(Block { newlines, characters, line_start, line_end: text.len() });
        let mut line_end = text.len();
        for (block, content) in blocks.iter_mut().zip(&contents).rev() {
            block.line_end = line_end;
            line_end = content.ends.map_or(line_end, |(first, _)| first);
        }
        let mut all = Self { text, blocks, is_ascii: characters == text.len(), offsets, end: 0, last: 0 };
        (all.end, all.last) = (all.offset(text.len()), all.offset(text.trim_end().len()));
        all
    }

    /// Limits offsets to the text. Some parsers report a fault after the end of the text. It is
    /// shown after the last word.
    pub(super) fn inside(&self, start: u32, end: u32) -> (usize, usize) {
        let start = start as usize;
        if start >= self.end {
            return (self.last, self.last);
        }
        (start, (end as usize).min(self.end).max(start))
    }

    /// Returns the line and the column of a byte, from 1.
    pub(super) fn locate(&self, byte: usize) -> (usize, usize) {
        let (block, before) = self.before(byte);
        let newlines = memchr_iter(b'\n', before).count();
        let column = self.characters_before(byte) - self.characters_before(self.line_start(byte));
        (block.newlines + newlines + 1, column + 1)
    }

    /// Returns the line of a byte, without its line ending, and the start of the line.
    pub(super) fn line(&self, byte: usize) -> (&'s str, usize) {
        let start = self.line_start(byte);
        let block = byte / BLOCK;
        let rest = &self.text.as_bytes()[byte..self.text.len().min((block + 1) * BLOCK)];
        let end = memchr(b'\n', rest).map_or(self.blocks[block].line_end, |newline| byte + newline);
        let line = &self.text[start..end];
        (line.strip_suffix('\r').unwrap_or(line), start)
    }

    /// Converts an offset into bytes, at the start of a character.
    pub(super) fn byte(&self, offset: usize) -> usize {
        if self.offsets == Offsets::Bytes || self.is_ascii {
            let mut bytes = (0..=offset.min(self.text.len())).rev();
            return bytes.find(|byte| self.text.is_char_boundary(*byte)).unwrap_or(0);
        }
        let block = self.blocks.partition_point(|block| block.characters <= offset) - 1;
        let start = self.text.len().min(block * BLOCK);
        let mut within = offset - self.blocks[block].characters;
        let mut chunks = self.text.as_bytes()[start..].chunks(CHUNK).zip((start..).step_by(CHUNK));
        let chunk = chunks.find(|(bytes, _)| {
            let characters = characters_in(bytes);
            let is_here = within < characters;
            within -= if is_here { 0 } else { characters };
            is_here
        });
        let byte = chunk.and_then(|(bytes, start)| {
            let starts = bytes.iter().enumerate().filter(|(_, byte)| is_start(**byte));
            starts.map(|(index, _)| start + index).nth(within)
        });
        byte.unwrap_or(self.text.len())
    }

    /// Returns the offset of a byte.
    fn offset(&self, byte: usize) -> usize {
        match self.offsets {
            Offsets::Bytes => byte,
            Offsets::Characters => self.characters_before(byte),
        }
    }

    /// Returns the start of the line of a byte.
    fn line_start(&self, byte: usize) -> usize {
        let (block, before) = self.before(byte);
        memrchr(b'\n', before).map_or(block.line_start, |newline| byte - before.len() + newline + 1)
    }

    /// Returns the number of characters before a byte.
    fn characters_before(&self, byte: usize) -> usize {
        if self.is_ascii {
            return byte;
        }
        let (block, before) = self.before(byte);
        block.characters + characters_in(before)
    }

    /// Returns the block of a byte, and the bytes before it in the block.
    fn before(&self, byte: usize) -> (&Block, &'s [u8]) {
        let number = byte / BLOCK;
        (&self.blocks[number], &self.text.as_bytes()[number * BLOCK..byte])
    }
}

impl Content {
    /// Counts the content of a block that starts at a byte.
    fn of(start: usize, bytes: &[u8]) -> Self {
        // Most blocks of a text with long lines have no newline, and are searched only once.
        let first = memchr(b'\n', bytes);
        let ends = first.and_then(|first| Some((first, memrchr(b'\n', bytes)?)));
        let newlines = ends.map_or(0, |(first, last)| memchr_iter(b'\n', &bytes[first..=last]).count());
        let ends = ends.map(|(first, last)| (start + first, start + last));
        Self { newlines, characters: characters_in(bytes), ends }
    }
}

/// Returns the number of characters: the bytes that are not continuation bytes.
fn characters_in(bytes: &[u8]) -> usize {
    if bytes.is_ascii() {
        return bytes.len();
    }
    bytes.iter().filter(|byte| is_start(**byte)).count()
}

/// Returns true for the first byte of a character.
fn is_start(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}
