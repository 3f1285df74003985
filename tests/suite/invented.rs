//! Invented studies, and the files and archives that they come in.

use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;

/// The number of an invented study.
pub(super) fn nct(number: u32) -> String {
    format!("NCT{}", 90_000_000 + number)
}

/// A small v2 study, which the word `invented` finds.
pub(super) fn study(number: u32, title: &str) -> Value {
    updated(number, title, "2024-03-01")
}

/// A small v2 study that was last updated on that day.
pub(super) fn updated(number: u32, title: &str, day: &str) -> Value {
    json!({"protocolSection": {
        "identificationModule": {"nctId": nct(number), "briefTitle": title},
        "statusModule": {
            "overallStatus": "COMPLETED",
            "lastUpdatePostDateStruct": {"date": day, "type": "ACTUAL"},
        },
        "descriptionModule": {"briefSummary": "An invented study."},
    }})
}

/// A v2 study with a status, posted and updated on those days.
pub(super) fn dated(number: u32, title: &str, status: &str, posted: &str, updated: &str) -> Value {
    json!({"protocolSection": {
        "identificationModule": {"nctId": nct(number), "briefTitle": title},
        "statusModule": {
            "overallStatus": status,
            "studyFirstPostDateStruct": {"date": posted},
            "lastUpdatePostDateStruct": {"date": updated},
        },
    }})
}

/// Studies, one a line.
pub(super) fn records(studies: &[Value]) -> String {
    studies.iter().map(|study| format!("{study}\n")).collect()
}

/// The text of a small study.
pub(super) fn record(number: u32, title: &str) -> String {
    study(number, title).to_string()
}

/// Small studies, one a line.
pub(super) fn lines(studies: &[(u32, &str)]) -> String {
    studies.iter().map(|(number, title)| record(*number, title) + "\n").collect()
}

/// A small study as legacy XML.
pub(super) fn xml(number: u32, title: &str) -> String {
    format!(
        "<clinical_study>\n  <id_info><nct_id>{}</nct_id></id_info>\n  \
         <brief_title>{title}</brief_title>\n  \
         <brief_summary><textblock>An invented study.</textblock></brief_summary>\n\
         </clinical_study>\n",
        nct(number)
    )
}

/// A page with the module's lines of a study.
pub(super) fn page(number: u32, module: &str, lines: &str) -> String {
    let nct = nct(number);
    format!(
        "{module}\n\n{module}\n\nWhat the module is about: it is explained here.\n\n\
         {module} path is as follows:\n\nStudy -> Protocol Section -> {module}\n\n{module}\n\n\n\
         NCT ID: {nct}\n{lines}Study: {nct}\nStudy Brief:\nProtocol Section: {nct}\n"
    )
}

pub(super) fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(bytes).expect("bytes packed");
    packed.finish().expect("a gzip file")
}

pub(super) fn zst(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).expect("a zstd file")
}

/// A tar archive; names are written as they are, `..` and all.
pub(super) fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        archive.append(&tar_header(name, bytes.len()), *bytes).expect("a member added");
    }
    archive.into_inner().expect("a tar archive")
}

/// A header with any name: the usual way refuses those that lead outside.
fn tar_header(name: &str, size: usize) -> tar::Header {
    let mut header = tar::Header::new_ustar();
    let field = &mut header.as_old_mut().name;
    field[..name.len()].copy_from_slice(name.as_bytes());
    header.set_size(size as u64);
    header.set_mode(0o644);
    header.set_entry_type(if name.ends_with('/') {
        tar::EntryType::Directory
    } else {
        tar::EntryType::Regular
    });
    header.set_cksum();
    header
}

pub(super) fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        if name.ends_with('/') {
            archive.add_directory(*name, SimpleFileOptions::default()).expect("a directory added");
            continue;
        }
        archive.start_file(*name, SimpleFileOptions::default()).expect("a member begun");
        archive.write_all(bytes).expect("a member written");
    }
    archive.finish().expect("a zip archive").into_inner()
}
