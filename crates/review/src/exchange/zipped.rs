//! Files in a zip archive, as Rayyan exports them.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::ImportError;

/// Bytes that the files of an archive may have in all.
const LARGEST: u64 = 1 << 30;

/// Files that an archive may have.
const MOST: usize = 1000;

/// Whether a file is a zip archive, and no workbook or document.
#[must_use]
pub fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") && what(bytes).is_none()
}

/// What a zip archive is that is no archive of files: a workbook, a project of
/// ASReview and others.
pub(super) fn what(bytes: &[u8]) -> Option<ZipContent> {
    if !bytes.starts_with(b"PK\x03\x04") {
        return None;
    }
    let archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let has = |name: &str| archive.index_for_name(name).is_some();
    Some(match () {
        () if has("xl/workbook.xml") => ZipContent::Workbook,
        () if has("xl/workbook.bin") => ZipContent::Binary,
        () if has("word/document.xml") => ZipContent::Document,
        () if has("content.xml") && has("mimetype") => ZipContent::OpenDocument,
        () if has("project.json") => ZipContent::Asreview,
        () => return None,
    })
}

/// What a zip archive can be.
pub(super) enum ZipContent {
    Workbook,
    Binary,
    Document,
    OpenDocument,
    Asreview,
}

/// The files of an archive, each with its name.
///
/// # Errors
///
/// Where it is damaged or larger than can be read.
pub fn members(bytes: &[u8]) -> Result<Vec<(String, Vec<u8>)>, ImportError> {
    let damaged = |error: String| ImportError::Damaged(error);
    let mut archive =
        ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(error.to_string()))?;
    let (mut left, mut files) = (LARGEST, Vec::new());
    if archive.len() > MOST {
        return Err(ImportError::TooLarge);
    }
    for at in 0..archive.len() {
        let member = archive.by_index(at).map_err(|error| damaged(error.to_string()))?;
        let name = member.name().map_err(|error| damaged(error.to_string()))?.into_owned();
        // What a Mac adds of its own.
        let hidden = name.split('/').any(|part| part.starts_with('.') || part == "__MACOSX");
        if member.is_dir() || hidden {
            continue;
        }
        let mut bytes = Vec::new();
        let read = member.take(left + 1).read_to_end(&mut bytes);
        read.map_err(|error| damaged(format!("{name}: {error}")))?;
        left = left.checked_sub(bytes.len() as u64).ok_or(ImportError::TooLarge)?;
        files.push((name, bytes));
    }
    Ok(files)
}
