//! Where the zip archives in a file are, and what their directories list
//! (PKWARE, APPNOTE.TXT 6.3.10, 4.3).
//!
//! Archives can follow one another, follow other bytes, or precede some. A
//! directory is walked from its start to its end. The number of members that
//! its end gives is not relied on, since programs write it modulo 65,536.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use memchr::memmem;

/// The record behind a directory, with its length without the comment.
const END: &[u8] = b"PK\x05\x06";
const END_LENGTH: u64 = 22;

/// The record before it where numbers do not fit there, and where it is.
const END_64: &[u8] = b"PK\x06\x06";
const LOCATOR: &[u8] = b"PK\x06\x07";
const LOCATOR_LENGTH: u64 = 20;

/// The record of a member in a directory, without names.
const LISTED: &[u8] = b"PK\x01\x02";
const LISTED_LENGTH: usize = 46;

/// The header before the content of a member.
pub(super) const MEMBER: &[u8] = b"PK\x03\x04";

/// Bytes that a comment can have.
const COMMENT: u64 = 0xffff;

/// Archives that are looked for in a file.
const ARCHIVES: usize = 1000;

/// Records that look like the end of a directory and are tried, each.
const ATTEMPTS: usize = 64;

/// Bytes that are read at a time.
const STEP: usize = 64 << 10;

/// A directory of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ZipDirectory {
    /// Where it is in the file.
    pub(super) place: Range<u64>,
    /// What the places of its members count from.
    pub(super) base: u64,
    /// Members that it lists.
    pub(super) members: u64,
    /// Members that its end promises.
    pub(super) promised: u64,
    /// Where the first of its members is in the file.
    pub(super) first: u64,
}

/// What a file with zip archives is made of.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ZipLayout {
    /// The directories, in the order of the file.
    pub(super) directories: Vec<ZipDirectory>,
    /// What is in no archive.
    pub(super) outside: Vec<Range<u64>>,
}

/// Finds the archives in a file of that size.
pub(super) fn layout(file: &mut (impl Read + Seek), size: u64) -> io::Result<ZipLayout> {
    let mut layout = ZipLayout::default();
    let mut end = size;
    while end > 0 {
        let found = match layout.directories.len() {
            ARCHIVES => None,
            _ => last_directory(file, end)?,
        };
        let Some((directory, behind)) = found else {
            layout.outside.push(0..end);
            break;
        };
        if behind < end {
            layout.outside.push(behind..end);
        }
        end = directory.first;
        layout.directories.push(directory);
    }
    layout.directories.reverse();
    layout.outside.reverse();
    Ok(layout)
}

/// The last directory before that end, and where its archive ends.
fn last_directory(
    file: &mut (impl Read + Seek),
    end: u64,
) -> io::Result<Option<(ZipDirectory, u64)>> {
    // Without a comment, as nearly all are.
    let bare = end.checked_sub(END_LENGTH);
    if let Some(at) = bare
        && let Some(directory) = directory_at(file, at)?
    {
        return Ok(Some((directory, end)));
    }
    // A comment may hold what looks like another end: the first one counts.
    let from = end.saturating_sub(END_LENGTH + COMMENT);
    let tail = range(file, from..end)?;
    for at in memmem::find_iter(&tail, END).take(ATTEMPTS) {
        let length = number(&tail, at + 20, 2);
        let place = from + at as u64;
        if length.is_some_and(|length| place + END_LENGTH + length == end)
            && let Some(directory) = directory_at(file, place)?
        {
            return Ok(Some((directory, end)));
        }
    }
    before_other_bytes(file, end)
}

/// The last directory that has other bytes behind it.
fn before_other_bytes(
    file: &mut (impl Read + Seek),
    end: u64,
) -> io::Result<Option<(ZipDirectory, u64)>> {
    let (mut to, mut attempts) = (end, 0);
    while to > 0 && attempts < ATTEMPTS {
        let from = to.saturating_sub(STEP as u64);
        // A record may lie across the border.
        let part = range(file, from..(to + END_LENGTH).min(end))?;
        let starts: Vec<usize> = memmem::rfind_iter(&part, END).collect();
        for at in starts.into_iter().filter(|at| from + (*at as u64) < to) {
            attempts += 1;
            let place = from + at as u64;
            if let Some(directory) = directory_at(file, place)? {
                let comment = number(&part, at + 20, 2).unwrap_or_default();
                let behind = place + END_LENGTH + comment;
                return Ok(Some((directory, if behind > end { end } else { behind })));
            }
            if attempts == ATTEMPTS {
                break;
            }
        }
        to = from;
    }
    Ok(None)
}

/// The directory that a record at that place ends, if it is one.
fn directory_at(file: &mut (impl Read + Seek), at: u64) -> io::Result<Option<ZipDirectory>> {
    let record = range(file, at..at + END_LENGTH)?;
    if !record.starts_with(END) || record.len() < END_LENGTH as usize {
        return Ok(None);
    }
    let field = |at, length| number(&record, at, length).unwrap_or_default();
    let narrow = (at, field(12, 4), field(16, 4), field(10, 2));
    let wide = end_64(file, at)?;
    for (end, size, offset, promised) in wide.into_iter().chain([narrow]) {
        if size == 0 && offset == 0 && promised == 0 {
            let (place, base) = (end..end, end);
            return Ok(Some(ZipDirectory { place, base, members: 0, promised, first: end }));
        }
        // The size may be as wrong as the number.
        let by_size =
            end.checked_sub(size).and_then(|start| Some((start, start.checked_sub(offset)?)));
        let by_place = Some((offset, 0)).filter(|place| place.0 < end && Some(*place) != by_size);
        for (start, base) in by_size.into_iter().chain(by_place) {
            if let Some((members, first)) = walked(file, start..end, base)? {
                let place = start..end;
                return Ok(Some(ZipDirectory { place, base, members, promised, first }));
            }
        }
    }
    Ok(None)
}

/// Where the directory ends, its size, its place and the number of its members,
/// by the record with wide numbers before the end.
fn end_64(file: &mut (impl Read + Seek), end: u64) -> io::Result<Option<(u64, u64, u64, u64)>> {
    let Some(at) = end.checked_sub(LOCATOR_LENGTH) else { return Ok(None) };
    let locator = range(file, at..end)?;
    if !locator.starts_with(LOCATOR) {
        return Ok(None);
    }
    let told = number(&locator, 8, 8).unwrap_or_default();
    for place in [at.checked_sub(56), Some(told).filter(|told| *told < at)].into_iter().flatten() {
        let record = range(file, place..place + 56)?;
        if record.starts_with(END_64) && record.len() == 56 {
            let field = |at| number(&record, at, 8).unwrap_or_default();
            return Ok(Some((place, field(40), field(48), field(32))));
        }
    }
    Ok(None)
}

/// Goes through a directory: the number of its members, and where the first of
/// them begins in the file. `None` if this is no directory.
fn walked(
    file: &mut (impl Read + Seek),
    place: Range<u64>,
    base: u64,
) -> io::Result<Option<(u64, u64)>> {
    let mut listing = ZipDirectoryReader::new(place.clone());
    let (mut members, mut first) = (0, u64::MAX);
    while let Some(member) = listing.next(file)? {
        let at = base.saturating_add(member.offset);
        if members == 0 && range(file, at..at.saturating_add(4))? != MEMBER {
            return Ok(None);
        }
        members += 1;
        first = first.min(at);
    }
    let whole = members > 0 && listing.is_at_end() && first < place.start;
    Ok(whole.then_some((members, first)))
}

/// A member as a directory lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ZipEntry {
    pub(super) name: String,
    pub(super) encrypted: bool,
    pub(super) method: u16,
    /// CRC-32 of the content.
    pub(super) check: u32,
    /// Bytes of the content, packed and as it is.
    pub(super) packed: u64,
    pub(super) size: u64,
    /// Where it begins, from the base of the archive.
    pub(super) offset: u64,
    /// A directory, which has no content.
    pub(super) nothing: bool,
    /// A link to another member.
    pub(super) link: bool,
}

/// Reads a directory, which may be of any length.
pub(super) struct ZipDirectoryReader {
    place: Range<u64>,
    bytes: Vec<u8>,
    used: usize,
    /// Something else than a member came.
    ended: bool,
}

impl ZipDirectoryReader {
    pub(super) fn new(place: Range<u64>) -> Self {
        Self { place, bytes: Vec::new(), used: 0, ended: false }
    }

    /// Whether all of it was read, but for a signature.
    fn is_at_end(&self) -> bool {
        let rest = &self.bytes[self.used..];
        self.place.is_empty() && rest.is_empty() || rest.starts_with(b"PK\x05\x05")
    }

    /// The next member.
    pub(super) fn next(&mut self, file: &mut (impl Read + Seek)) -> io::Result<Option<ZipEntry>> {
        self.fill(file, LISTED_LENGTH)?;
        let fixed = &self.bytes[self.used..];
        if self.ended || !fixed.starts_with(LISTED) || fixed.len() < LISTED_LENGTH {
            self.ended = true;
            return Ok(None);
        }
        let lengths = [28, 30, 32].map(|at| number(fixed, at, 2).unwrap_or_default() as usize);
        let whole = LISTED_LENGTH + lengths.iter().sum::<usize>();
        self.fill(file, whole)?;
        let record = &self.bytes[self.used..];
        if record.len() < whole {
            self.ended = true;
            return Ok(None);
        }
        let listed = listed(&record[..whole], lengths[0], lengths[1]);
        self.used += whole;
        Ok(Some(listed))
    }

    /// Reads on until so many bytes are there, or the directory ends.
    fn fill(&mut self, file: &mut (impl Read + Seek), wanted: usize) -> io::Result<()> {
        if self.bytes.len() - self.used >= wanted {
            return Ok(());
        }
        self.bytes.drain(..self.used);
        self.used = 0;
        let end = self.place.end.min(self.place.start + STEP.max(wanted) as u64);
        let more = range(file, self.place.start..end)?;
        // What is not there ends it.
        self.place.start =
            if more.is_empty() { self.place.end } else { self.place.start + more.len() as u64 };
        self.bytes.extend(more);
        Ok(())
    }
}

fn listed(record: &[u8], name: usize, extra: usize) -> ZipEntry {
    let field = |at, length| number(record, at, length).unwrap_or_default();
    let flags = field(8, 2);
    let (bytes, rest) = record[LISTED_LENGTH..].split_at(name);
    let mut wide = [field(24, 4), field(20, 4), field(42, 4)];
    widen(&mut wide, &rest[..extra]);
    let [size, packed, offset] = wide;
    let name = self::name(bytes, flags & 0x800 != 0);
    // Unix's kind of file, where the system that made it has one.
    let kind = field(38, 4) >> 16 & 0o170_000;
    let is_unix = matches!(field(5, 1), 3 | 19);
    ZipEntry {
        encrypted: flags & 1 != 0,
        method: field(10, 2) as u16,
        check: field(16, 4) as u32,
        packed,
        size,
        offset,
        nothing: size == 0 && name.ends_with(['/', '\\']),
        link: is_unix && kind == 0o120_000,
        name,
    }
}

/// Puts the wide numbers of a member in the place of those that did not fit.
fn widen(numbers: &mut [u64; 3], mut extra: &[u8]) {
    while let (Some(kind), Some(length)) = (number(extra, 0, 2), number(extra, 2, 2)) {
        let Some(content) = extra.get(4..4 + length as usize) else { return };
        if kind == 1 {
            let mut wide = content.chunks_exact(8);
            for narrow in numbers.iter_mut().filter(|number| **number == 0xffff_ffff) {
                let Some(bytes) = wide.next() else { return };
                *narrow = number(bytes, 0, 8).unwrap_or(*narrow);
            }
            return;
        }
        extra = &extra[4 + length as usize..];
    }
}

/// The upper half of code page 437, which names are in that do not say
/// otherwise.
const CODE_PAGE: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

fn name(bytes: &[u8], says_utf8: bool) -> String {
    match std::str::from_utf8(bytes) {
        Ok(name) => name.to_owned(),
        Err(_) if says_utf8 => String::from_utf8_lossy(bytes).into_owned(),
        Err(_) => {
            let upper = |byte: u8| CODE_PAGE.chars().nth(usize::from(byte) - 0x80).unwrap_or('?');
            let each = bytes
                .iter()
                .map(|byte| if byte.is_ascii() { char::from(*byte) } else { upper(*byte) });
            each.collect()
        }
    }
}

/// A number of up to eight bytes, the lowest first.
pub(super) fn number(bytes: &[u8], at: usize, length: usize) -> Option<u64> {
    let bytes = bytes.get(at..at + length)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

/// The bytes of a stretch of a file, as far as they are there.
pub(super) fn range(file: &mut (impl Read + Seek), place: Range<u64>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(place.start))?;
    file.take(place.end.saturating_sub(place.start)).read_to_end(&mut bytes)?;
    Ok(bytes)
}
