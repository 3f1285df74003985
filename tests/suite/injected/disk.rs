//! A file system that drops unsynced data, made from a trace of system calls.
//!
//! Two trees are kept: the one that programs see, and the one that is on the
//! disk for certain. A name gets there when its directory is synced, bytes
//! when their file is. After a power cut, a disk may hold any mixture of both.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::Chance;

/// The calls to be traced.
pub(super) const CALLS: &str = "openat,write,pwrite64,writev,pwritev,ftruncate,fallocate,rename,\
    renameat,renameat2,link,linkat,unlink,unlinkat,mkdir,mkdirat,rmdir,fsync,fdatasync,close,lseek,\
    dup,dup2,dup3,fcntl,copy_file_range,sendfile,msync,symlink";

/// Bytes that a disk writes at once.
const PAGE: usize = 4096;

/// A call that has succeeded: its name, arguments and result.
#[derive(Debug)]
pub(super) struct Call {
    name: String,
    arguments: String,
    result: i64,
}

/// The calls of a trace, in the order of their ends.
pub(super) fn calls(trace: &str) -> Vec<Call> {
    let (mut calls, mut begun) = (Vec::new(), BTreeMap::new());
    for line in trace.lines() {
        let Some((process, rest)) = line.split_once(' ') else { continue };
        let rest = rest.trim_start();
        if let Some(start) = rest.strip_suffix(" <unfinished ...>") {
            begun.insert(process, start.to_owned());
            continue;
        }
        let whole = match rest.strip_prefix("<... ").and_then(|rest| rest.split_once(" resumed>")) {
            Some((_, end)) => begun.remove(process).unwrap_or_default() + end,
            None => rest.to_owned(),
        };
        calls.extend(call(&whole));
    }
    calls
}

fn call(line: &str) -> Option<Call> {
    let (name, rest) = line.split_once('(')?;
    let (arguments, result) = rest.rsplit_once(" = ")?;
    let arguments = arguments.trim_end().strip_suffix(')')?.to_owned();
    let result = result.split(' ').next()?.parse().ok()?;
    (result >= 0).then(|| Call { name: name.to_owned(), arguments, result })
}

/// The texts among the arguments of a call, which are all in hexadecimal.
fn texts(arguments: &str) -> Vec<Vec<u8>> {
    let quoted = arguments.split('"').skip(1).step_by(2);
    let bytes = |text: &str| {
        let bytes = text.split("\\x").skip(1).map(|hex| u8::from_str_radix(hex, 16));
        bytes.collect::<Result<Vec<u8>, _>>().expect("bytes in hexadecimal")
    };
    quoted.map(bytes).collect()
}

#[derive(Debug, Clone)]
struct ModelFile {
    seen: Vec<u8>,
    synced: Vec<u8>,
    is_directory: bool,
}

/// A file that is open.
#[derive(Debug, Clone)]
struct OpenHandle {
    file: usize,
    path: PathBuf,
    at: usize,
    append: bool,
}

/// What a disk may hold after a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum PowerCutRemainder {
    /// All that programs see: the process was killed.
    Seen,
    /// Synced data only.
    Synced,
    /// Names that programs see, and bytes that were synced.
    Names,
    /// Names that were synced, and bytes that programs see.
    Bytes,
    /// Any of both for each name and each page, by chance.
    Mixed(u64),
}

/// Files and directories with their content.
pub(super) type DiskTree = BTreeMap<PathBuf, Option<Vec<u8>>>;

/// The file system below a directory.
pub(super) struct ModelDisk {
    root: PathBuf,
    files: Vec<ModelFile>,
    seen: BTreeMap<PathBuf, usize>,
    synced: BTreeMap<PathBuf, usize>,
    open: BTreeMap<i64, Option<OpenHandle>>,
}

impl ModelDisk {
    /// The file system as it is, all of it synced.
    pub(super) fn of(root: &Path) -> Self {
        let (mut files, mut seen) = (Vec::new(), BTreeMap::new());
        for entry in walkdir::WalkDir::new(root) {
            let entry = entry.expect("an entry");
            let is_directory = entry.file_type().is_dir();
            let bytes =
                if is_directory { Vec::new() } else { fs::read(entry.path()).expect("a file") };
            seen.insert(entry.path().to_owned(), files.len());
            files.push(ModelFile { seen: bytes.clone(), synced: bytes, is_directory });
        }
        let synced = seen.clone();
        Self { root: root.to_owned(), files, seen, synced, open: BTreeMap::new() }
    }

    /// Does what a call did; whether that changed anything but bytes.
    pub(super) fn apply(&mut self, call: &Call) -> bool {
        let paths = || -> Vec<PathBuf> {
            texts(&call.arguments).iter().map(|text| self.path(text)).collect()
        };
        match call.name.as_str() {
            "openat" => self.open(call, &paths()[0]),
            "rename" | "renameat" | "renameat2" => {
                let [from, to] = [0, 1].map(|at| paths()[at].clone());
                let moved = self.seen.remove(&from);
                moved.is_some_and(|file| self.seen.insert(to, file) != Some(file))
            }
            "link" | "linkat" => {
                let [from, to] = [0, 1].map(|at| paths()[at].clone());
                let file = self.seen.get(&from).copied();
                file.is_some_and(|file| self.seen.insert(to, file).is_none())
            }
            "unlink" | "unlinkat" | "rmdir" => self.seen.remove(&paths()[0]).is_some(),
            "mkdir" | "mkdirat" => {
                let path = paths()[0].clone();
                let below = path.starts_with(&self.root);
                below && self.make(path, true).is_some()
            }
            "symlink" => panic!("links are not modelled"),
            _ => self.of_open_file(call),
        }
    }

    fn path(&self, text: &[u8]) -> PathBuf {
        let directory = self.root.parent().expect("a directory");
        let path = directory.join(String::from_utf8_lossy(text).as_ref());
        let mut plain = PathBuf::new();
        path.components().filter(|part| part.as_os_str() != ".").for_each(|part| plain.push(part));
        plain
    }

    fn make(&mut self, path: PathBuf, is_directory: bool) -> Option<usize> {
        self.files.push(ModelFile { seen: Vec::new(), synced: Vec::new(), is_directory });
        self.seen.insert(path, self.files.len() - 1);
        Some(self.files.len() - 1)
    }

    fn open(&mut self, call: &Call, path: &Path) -> bool {
        let flags = |flag| call.arguments.contains(flag);
        if !path.starts_with(&self.root) {
            self.open.insert(call.result, None);
            return false;
        }
        assert!(!flags("O_TMPFILE"), "files without a name are not modelled below the root");
        let known = self.seen.get(path).copied();
        let file = match known {
            Some(file) => Some(file),
            None if flags("O_CREAT") => self.make(path.to_owned(), false),
            None => None,
        };
        let append = flags("O_APPEND");
        let open = file.map(|file| OpenHandle { file, path: path.to_owned(), at: 0, append });
        self.open.insert(call.result, open);
        let cut = flags("O_TRUNC") && file.is_some_and(|file| !self.files[file].seen.is_empty());
        if let Some(file) = file.filter(|_| cut) {
            self.files[file].seen.clear();
        }
        known.is_none() && file.is_some() || cut
    }

    fn of_open_file(&mut self, call: &Call) -> bool {
        let first = call.arguments.split(',').next().unwrap_or_default();
        let Ok(descriptor) = first.trim().parse::<i64>() else { return false };
        let last = || call.arguments.rsplit(',').next().and_then(|last| last.trim().parse().ok());
        match call.name.as_str() {
            "close" => {
                self.open.remove(&descriptor);
                return false;
            }
            "dup" | "dup2" | "dup3" => {
                let same = self.open.get(&descriptor).cloned().flatten();
                self.open.insert(call.result, same);
                return false;
            }
            "fcntl" => {
                if call.arguments.contains("F_DUPFD") {
                    let same = self.open.get(&descriptor).cloned().flatten();
                    self.open.insert(call.result, same);
                }
                return false;
            }
            _ => {}
        }
        let Some(Some(open)) = self.open.get_mut(&descriptor) else { return false };
        let result = usize::try_from(call.result).expect("a length");
        let file = &mut self.files[open.file];
        match call.name.as_str() {
            "lseek" => open.at = result,
            "write" => {
                let from = if open.append { file.seen.len() } else { open.at };
                put(&mut file.seen, from, &texts(&call.arguments)[0][..result]);
                open.at = from + result;
            }
            "pwrite64" => {
                let from = last().expect("an offset");
                put(&mut file.seen, from, &texts(&call.arguments)[0][..result]);
            }
            "ftruncate" => file.seen.resize(last().expect("a length"), 0),
            "fsync" | "fdatasync" => {
                let (file, path) = (open.file, open.path.clone());
                self.sync(file, &path);
                return true;
            }
            other => panic!("{other} is not modelled"),
        }
        false
    }

    fn sync(&mut self, file: usize, path: &Path) {
        if !self.files[file].is_directory {
            self.files[file].synced = self.files[file].seen.clone();
            return;
        }
        let within = |name: &PathBuf| name.parent() == Some(path);
        self.synced.retain(|name, _| !within(name));
        let names = self.seen.iter().filter(|(name, _)| within(name));
        self.synced.extend(names.map(|(name, file)| (name.clone(), *file)));
    }

    /// What is left after a power cut at this moment, by paths from the root.
    pub(super) fn left(&self, how: PowerCutRemainder) -> DiskTree {
        let mut chance = Chance(if let PowerCutRemainder::Mixed(seed) = how { seed } else { 1 });
        let mut tree = DiskTree::new();
        let all: BTreeSet<&PathBuf> = self.seen.keys().chain(self.synced.keys()).collect();
        for path in all {
            let (seen, synced) = (self.seen.get(path), self.synced.get(path));
            let named = match how {
                PowerCutRemainder::Seen | PowerCutRemainder::Names => seen,
                PowerCutRemainder::Synced | PowerCutRemainder::Bytes => synced,
                PowerCutRemainder::Mixed(_) => [seen, synced][chance.below(2)],
            };
            let Some(file) = named.map(|file| &self.files[*file]) else { continue };
            let bytes = match how {
                PowerCutRemainder::Seen | PowerCutRemainder::Bytes => file.seen.clone(),
                PowerCutRemainder::Synced | PowerCutRemainder::Names => file.synced.clone(),
                PowerCutRemainder::Mixed(_) => mixed(file, &mut chance),
            };
            // What is in a directory that is not there is not there either.
            let above = path.parent().and_then(|above| above.strip_prefix(&self.root).ok());
            if above.is_none_or(|above| above == Path::new("") || tree.contains_key(above)) {
                let below = path.strip_prefix(&self.root).expect("below the root");
                tree.insert(below.to_owned(), (!file.is_directory).then_some(bytes));
            }
        }
        tree
    }
}

fn put(bytes: &mut Vec<u8>, from: usize, more: &[u8]) {
    let end = from + more.len();
    if bytes.len() < end {
        bytes.resize(end, 0);
    }
    bytes[from..end].copy_from_slice(more);
}

/// Pages that were synced, and some of those that were not.
fn mixed(file: &ModelFile, chance: &mut Chance) -> Vec<u8> {
    match chance.below(3) {
        0 => file.seen.clone(),
        1 => file.synced.clone(),
        _ => {
            let length = file.seen.len().max(file.synced.len());
            let mut bytes = Vec::new();
            for from in (0..length).step_by(PAGE) {
                let of = if chance.below(2) == 0 { &file.seen } else { &file.synced };
                let end = of.len().min(from + PAGE);
                bytes.extend_from_slice(of.get(from..end).unwrap_or_default());
            }
            bytes
        }
    }
}

/// Writes such files into an empty directory.
pub(super) fn write(tree: &DiskTree, directory: &Path) {
    for (path, bytes) in tree {
        let path = directory.join(path);
        match bytes {
            None => fs::create_dir_all(path).expect("a directory"),
            Some(bytes) => fs::write(path, bytes).expect("a file"),
        }
    }
}
