//! What a file is, and what to do with one that cannot be read.

use super::zipped::{self, ZipContent};

const REFERENCES: &str = "export the references as RIS or CSV";

/// Files that are known and not read: how they begin, what they are, and what
/// to export instead.
const REFUSED: [(&[u8], &str, &str); 9] = [
    (b"%PDF", "a PDF", REFERENCES),
    (
        b"\xd0\xcf\x11\xe0",
        "an Excel workbook of before 2007, or another old Office file",
        "save it as `.xlsx` or CSV",
    ),
    (b"\x1f\x8b", "compressed by gzip", "unpack it with `gunzip`"),
    (b"SQLite format 3\0", "a database", "export the decisions from the program that made it"),
    (b"\x89PNG", "a picture", REFERENCES),
    (b"\xff\xd8\xff", "a picture", REFERENCES),
    (b"PAR1", "a Parquet table", "write it as CSV"),
    (b"{\\rtf", "a Rich Text document", REFERENCES),
    (b"7z\xbc\xaf", "a 7-Zip archive", "unpack it and give the files in it"),
];

/// The same for texts: what a line of them begins with.
const TEXTS: [(&str, &str, &str); 9] = [
    ("@", "BibTeX", "export RIS instead, which every reference manager can"),
    ("%0 ", "EndNote's tagged format (`.enw`)", "export RIS or EndNote XML instead"),
    ("RT ", "RefWorks' tagged format", "export RIS instead"),
    ("FN Clarivate", "Web of Science's tagged format", "export RIS instead"),
    ("FN Thomson", "Web of Science's tagged format", "export RIS instead"),
    ("PT J", "Web of Science's tagged format", "export RIS instead"),
    ("<!DOCTYPE html", "a web page", REFERENCES),
    ("<html", "a web page", REFERENCES),
    ("<?xml", "XML of no known kind", "export EndNote XML, RIS or CSV instead"),
];

/// What a file is that is known by its first bytes, and what to export
/// instead.
pub(super) fn refused(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    match zipped::what(bytes) {
        Some(ZipContent::Workbook) => return None,
        Some(ZipContent::Binary) => {
            return Some(("an Excel binary workbook (`.xlsb`)", "save it as `.xlsx` or CSV"));
        }
        Some(ZipContent::Document) => return Some(("a Word document", REFERENCES)),
        Some(ZipContent::OpenDocument) => {
            return Some(("an OpenDocument file", "save it as `.xlsx` or CSV"));
        }
        Some(ZipContent::Asreview) => {
            return Some(("a project of ASReview", "export its data as RIS or CSV"));
        }
        None => {}
    }
    if zipped::is_archive(bytes) {
        return Some(("a zip archive", "unpack it and give the files in it"));
    }
    let known = REFUSED.iter().find(|(start, _, _)| bytes.starts_with(start));
    known.map(|(_, what, instead)| (*what, *instead))
}

/// The same for a text.
pub(super) fn refused_text(text: &str) -> Option<(&'static str, &'static str)> {
    let first = text.lines().find(|line| !line.trim().is_empty())?.trim_start();
    let begins =
        |start: &str| first.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start));
    let known = TEXTS.iter().find(|(start, _, _)| begins(start));
    known.map(|(_, what, instead)| (*what, *instead))
}
