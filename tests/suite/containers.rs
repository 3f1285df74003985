//! The content of containers is read whatever their ends and headers say of it,
//! and unread parts are named.

use std::io::Write;

use super::harness::{JsonAudit, Sandbox};
use super::invented::{nct, record, tar, zip};

/// The audit of a run over these bytes, which holds so many studies.
fn read(name: &str, bytes: &[u8], studies: u64) -> JsonAudit {
    let sandbox = Sandbox::with(&[(name, bytes)]);
    let audit = sandbox.index(&[name]);
    assert_eq!(audit.count("studies"), studies, "{name}: {audit:?}");
    audit
}

/// As [`read`], with nothing lost.
fn whole(name: &str, bytes: &[u8], studies: u64) {
    let audit = read(name, bytes, studies);
    assert_eq!(audit.counts(["rejected", "notStudies"]), [0, 0], "{name}: {:?}", audit.rejects());
}

fn zip_of(numbers: &[u32]) -> Vec<u8> {
    let members: Vec<(String, String)> =
        numbers.iter().map(|number| (format!("{number}.json"), record(*number, "One"))).collect();
    let members: Vec<(&str, &[u8])> =
        members.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    zip(&members)
}

/// The archive with a number of two bytes put that many before its end.
fn with_number(mut archive: Vec<u8>, before_end: usize, number: u16) -> Vec<u8> {
    let at = archive.len() - before_end;
    archive[at..at + 2].copy_from_slice(&number.to_le_bytes());
    archive
}

/// Where the directory of an archive without a comment starts.
fn directory(archive: &[u8]) -> usize {
    let at = archive.len() - 6;
    u32::from_le_bytes(archive[at..at + 4].try_into().expect("four bytes")) as usize
}

#[test]
fn a_zip_is_walked_by_its_directory() {
    let three = zip_of(&[1, 2, 3]);
    for count in [0, 1, 2] {
        whole("a.zip", &with_number(three.clone(), 12, count), 3);
    }
    let size = u16::try_from(three.len() - 22 - directory(&three)).expect("small");
    whole("a.zip", &with_number(three.clone(), 10, size / 3), 3);
    let promised = read("a.zip", &with_number(three, 12, 5), 3).reject();
    assert!(promised.contains("promises 5 members, its directory has 3"), "{promised}");
}

#[test]
fn archives_one_behind_the_other_are_read() {
    let joined = [zip_of(&[1, 2]), zip_of(&[3]), zip_of(&[4])].concat();
    whole("a.zip", &joined, 4);
    whole("a.tar", &tar(&[("b.zip", &joined)]), 4);
    whole("a.zip", &[b"PK\x07\x08".to_vec(), zip_of(&[1])].concat(), 1);
    whole("a.exe", &[b"MZ a program".to_vec(), zip_of(&[1])].concat(), 1);
    let behind = [zip_of(&[1]), b"text behind it".to_vec()].concat();
    let reject = read("a.zip", &behind, 1).reject();
    assert!(
        reject.contains("14 bytes from byte ") && reject.contains("in no zip archive"),
        "{reject}"
    );
    let mut cut = zip_of(&[1, 2]);
    cut.truncate(cut.len() - 30);
    let reject = read("a.zip", &[cut, zip_of(&[3])].concat(), 1).reject();
    assert!(reject.contains(" bytes from byte 0 on are in no zip archive"), "{reject}");
}

#[test]
fn a_comment_that_looks_like_an_end_is_a_comment() {
    let mut archive = zip_of(&[1]);
    let comment = [&b"PK\x05\x06"[..], &[0; 18]].concat();
    archive = with_number(archive, 2, 22);
    whole("a.zip", &[archive, comment].concat(), 1);
}

#[test]
fn members_with_content_are_read_whatever_they_are_called() {
    let archive = zip_of(&[1]);
    let renamed = |name: &[u8; 6]| {
        let mut bytes = archive.clone();
        for at in (0..bytes.len() - 6).rev() {
            if &bytes[at..at + 6] == b"1.json" {
                bytes[at..at + 6].copy_from_slice(name);
            }
        }
        bytes
    };
    whole("a.zip", &renamed(b"1.jso/"), 1);
    let twice = [record(1, "One"), record(2, "Two")];
    let twice = zip(&[("a.json", twice[0].as_bytes()), ("b.json", twice[1].as_bytes())]);
    let text: Vec<u8> = twice.clone();
    let same: Vec<u8> =
        text.windows(6).enumerate().filter(|(_, part)| *part == b"b.json").map(|(at, _)| at).fold(
            text.clone(),
            |mut bytes, at| {
                bytes[at] = b'a';
                bytes
            },
        );
    whole("a.zip", &same, 2);
    let mut unlisted = zip_of(&[1]);
    unlisted.truncate(directory(&unlisted));
    let mut listed = zip_of(&[2]);
    let (start, shift) = (directory(&listed), u32::try_from(unlisted.len()).expect("small"));
    let entry = start + 42;
    listed[entry..entry + 4].copy_from_slice(&shift.to_le_bytes());
    let end = listed.len() - 6;
    listed[end..end + 4].copy_from_slice(&(shift + start as u32).to_le_bytes());
    let reject = read("a.zip", &[unlisted, listed].concat(), 1).reject();
    assert!(reject.contains("in no zip archive of this file"), "{reject}");
}

/// A tar archive with one member of that kind, and a file behind it.
fn tar_of(kind: u8, text: &str) -> Vec<u8> {
    let mut header = tar::Header::new_ustar();
    header.set_path("a.json").expect("a name");
    header.set_entry_type(tar::EntryType::new(kind));
    header.set_size(text.len() as u64);
    header.set_cksum();
    let mut archive = tar::Builder::new(Vec::new());
    archive.append(&header, text.as_bytes()).expect("a member");
    let second = record(2, "Two");
    header.set_entry_type(tar::EntryType::Regular);
    header.set_size(second.len() as u64);
    header.set_cksum();
    archive.append(&header, second.as_bytes()).expect("a member");
    archive.into_inner().expect("an archive")
}

#[test]
fn members_of_a_tar_are_read_whatever_their_kind() {
    for kind in *b"0\x00127ADNVXZs" {
        whole("a.tar", &tar_of(kind, &record(1, "One")), 2);
    }
    for kind in *b"1256" {
        whole("a.tar", &tar_of(kind, ""), 1);
    }
    let reject = read("a.tar", &tar_of(b'M', &record(1, "One")), 1).reject();
    assert!(reject.ends_with("the rest of a member that begins in another volume of the archive"));
    let mut old = tar_of(b'0', &record(1, "One"));
    old.truncate(512 + 512);
    old[257..263].fill(0);
    let sum: u32 = old[..148].iter().chain(&old[156..512]).map(|byte| u32::from(*byte)).sum();
    old[148..156].copy_from_slice(format!("{:06o}\0 ", sum + 8 * 32).as_bytes());
    old.extend([0; 1024]);
    whole("a.tar", &old, 1);
    whole("a.tar", &[vec![0; 1024], old].concat(), 1);
}

#[test]
fn holes_of_a_pax_archive_are_filled() {
    let (one, two) = (record(1, "One") + "\n", record(2, "Two") + "\n");
    let size = (4096 + two.len()).to_string();
    let map = format!("0,{},4096,{}", one.len(), two.len());
    let mut archive = tar::Builder::new(Vec::new());
    let records = [
        ("GNU.sparse.map", map.as_bytes()),
        ("GNU.sparse.size", size.as_bytes()),
        ("GNU.sparse.name", b"with-holes.json"),
    ];
    archive.append_pax_extensions(records).expect("headers");
    let mut header = tar::Header::new_ustar();
    header.set_path("part").expect("a name");
    header.set_size((one.len() + two.len()) as u64);
    header.set_cksum();
    archive.append(&header, [one, two].concat().as_bytes()).expect("a member");
    whole("a.tar", &archive.into_inner().expect("an archive"), 2);
}

const XZ: &[u8] =
    b"\xfd7zXZ\x00\x00\x01i\x22\xde6\x02\x00!\x01\x16\x00\x00\x00t/\xe5\xa3\xe0\x00W\x00Q]\x00\
    =\x88\x8a\x07c\xfcNZ\x06\x93\x11\xc8}\xec'\xb9\xe5V\xd949e\xb0y\xd6\x03\x8e\xe4\x01\x87\
    \xb0!\xc2\xf6Z\x8d\x0a\xcd\xdd\x09\x1bZ\xd7\x85\x85-Cv\xe5\x04~G\xcb\x18|uMF>-I\x95\x9e\
    \xca@\x18%\x1d\x90\xd7\xf8%\xbf\xee\x08*\xbe\x0f\xa0\x00\x00\x00\x00\x00\x00\xd1e0\xef\
    \x00\x01iX\x03\xbc\x09\xf1\x90B\x99\x0d\x01\x00\x00\x00\x00\x01YZ";

const LZMA: &[u8] =
    b"]\x00\x00\x80\x00\xff\xff\xff\xff\xff\xff\xff\xff\x00=\x88\x8a\x07c\xfcNZ\x06\x93\x11\
    \xc8}\xec'\xb9\xe5V\xd949e\xb0y\xd6\x03\x8e\xe4\x01\x87\xb0!\xc2\xf6Z\x8d\x0a\xcd\xdd\
    \x09\x1bZ\xd7\x85\x85-Cv\xe5\x04~G\xcb\x18|uMF>-I\x95\x9e\xca@\x18%\x1d\x90\xd7\xf8%\xbf\
    \xee\x08*\xbe>\x07\xc7\xff\xff\xe7\xa2\x08\x00";

fn zlib(text: &str) -> Vec<u8> {
    let level = flate2::Compression::default();
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), level);
    packed.write_all(text.as_bytes()).expect("packed");
    packed.finish().expect("packed")
}

#[test]
fn what_git_stores_of_older_files_is_no_study() {
    let text = record(1, "One");
    let audit = read("9bafeb", &zlib(&format!("blob {}\0{text}", text.len())), 0);
    assert_eq!(audit.counts(["rejected", "notStudies"]), [0, 1], "{audit:?}");
    assert_eq!(audit.reject(), "9bafeb: an object in the store of a git repository");
}

#[test]
fn streams_are_unpacked_whatever_packed_them() {
    let bzip2 = |text: &str| {
        let mut packed = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
        packed.write_all(text.as_bytes()).expect("packed");
        packed.finish().expect("packed")
    };
    let lz4 = |text: &str| {
        let mut packed = lz4_flex::frame::FrameEncoder::new(Vec::new());
        packed.write_all(text.as_bytes()).expect("packed");
        packed.finish().expect("packed")
    };
    let (one, two) = (record(1, "One") + "\n", record(2, "Two") + "\n");
    whole("a.bz2", &[bzip2(&one), bzip2(&two)].concat(), 2);
    whole("a.lz4", &[lz4(&one), lz4(&two)].concat(), 2);
    whole("a.zlib", &zlib(&one), 1);
    whole("a.xz", XZ, 1);
    whole("a.lzma", LZMA, 1);
    for packed in [bzip2(&one), lz4(&one), XZ.to_vec(), LZMA.to_vec()] {
        let sandbox = Sandbox::with(&[("a", &packed[..packed.len() - 12])]);
        let rejects = sandbox.index(&["a"]).rejects().join("\n");
        assert!(rejects.contains("cannot be read: "), "{rejects}");
    }
}

#[test]
fn archives_that_are_not_read_are_lost() {
    for (start, kind) in [
        (&b"7z\xbc\xaf\x27\x1c"[..], "7z"),
        (b"LZIP\x01", "lzip"),
        (b"\x1f\x9d\x90", "compress (.Z)"),
        (b"MSCF\0\0\0\0", "cabinet"),
        (b"!<arch>\n", "ar"),
        (b"070701", "cpio"),
    ] {
        let reject = read("a", &[start, nct(1).as_bytes()].concat(), 0).reject();
        assert_eq!(reject, format!("a: an archive of {kind}, which is not read; unpack it first"));
    }
}
