//! The directory of the search index, as tantivy sees it.
//!
//! Like tantivy's own, but that
//!
//! * an index on a disk that cannot be written to can be read. tantivy locks
//!   a file before it opens the segments, and for that creates it;
//! * the list of tantivy's files, `.managed.json`, has exactly the files that
//!   are there, whatever the file says: files on it are removed once they are
//!   of no use;
//! * a commit is on the disk when it is done: the directory is synced after
//!   `meta.json` has been replaced, too;
//! * whoever may read the files of segments may read all others: tantivy's
//!   own `meta.json` is for its owner alone;
//! * files that are read in small parts are read, not mapped: pages of mapped
//!   files count as memory of the process. Stored studies are always read this
//!   way; while an index is written, so are the files of merges. A check reads
//!   all of them: if the disk fails to read a part of a file, that is an error,
//!   but nothing can be done about a mapped part;
//! * other metas can be shown than those on the disk, until the next commit:
//!   a repair leaves damaged segments out, and they stay in the index for
//!   everybody else until the repair is done.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::Directory;
use tantivy::directory::error::{DeleteError, LockError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    DirectoryLock, FileHandle, INDEX_WRITER_LOCK, Lock, MmapDirectory, WatchCallback, WatchHandle,
    WritePtr,
};
use tantivy::index::SegmentComponent;

use crate::index::files::read_file::{ReadFile, twice};
use trialdex_files::DraftFile;

/// The file that says what belongs to the search index.
pub(in crate::index) const METAS: &str = "meta.json";

/// The file that lists all files that tantivy has written.
pub(in crate::index) const MANAGED: &str = ".managed.json";

/// The files that every segment has.
pub(in crate::index) const COMPONENTS: [SegmentComponent; 6] = [
    SegmentComponent::Terms,
    SegmentComponent::Postings,
    SegmentComponent::Positions,
    SegmentComponent::FastFields,
    SegmentComponent::FieldNorms,
    SegmentComponent::Store,
];

/// How names of files begin that tantivy replaces others with; those of killed
/// runs are left behind.
const TEMPORARY: &str = ".tmp";

/// Endings of files that a search needs some entries of: dictionaries, postings,
/// positions, values and lengths. What a system reads ahead beside these (up to eight
/// megabytes) would take most of the time of a search in files that are not in
/// memory.
const SCATTERED: [&str; 5] = ["term", "idx", "pos", "fast", "fieldnorm"];

/// The directory of a search index.
#[derive(Debug, Clone)]
pub(in crate::index) struct IndexDirectory {
    inner: MmapDirectory,
    /// The same for files whose parts are asked for here and there.
    scattered: MmapDirectory,
    root: PathBuf,
    /// Endings of the files that are read and not mapped.
    read: &'static [&'static str],
    /// What is shown in place of `meta.json`.
    metas: Arc<Mutex<Option<Vec<u8>>>>,
}

impl IndexDirectory {
    /// A directory to be searched.
    pub(in crate::index) fn open(root: &Path) -> tantivy::Result<Self> {
        let inner = MmapDirectory::open(root)?;
        let scattered = open_scattered(root)?;
        let (root, metas) = (root.to_owned(), Arc::default());
        Ok(Self { inner, scattered, root, read: &["store"], metas })
    }

    /// A directory for writing and merging segments.
    pub(in crate::index) fn open_to_write(root: &Path) -> tantivy::Result<Self> {
        let searched = Self::open(root)?;
        // A merge goes through whole files.
        let scattered = searched.inner.clone();
        Ok(Self { read: &["store", "pos", "idx"], scattered, ..searched })
    }

    /// A directory whose files may be damaged.
    pub(in crate::index) fn open_to_check(root: &Path) -> tantivy::Result<Self> {
        let read = &["store", "pos", "idx", "term", "fast", "fieldnorm", "del"];
        Ok(Self { read, ..Self::open(root)? })
    }

    /// Shows other metas than those on the disk until the next commit.
    pub(in crate::index) fn showing(self, metas: Vec<u8>) -> Self {
        *self.shown() = Some(metas);
        self
    }

    fn shown(&self) -> std::sync::MutexGuard<'_, Option<Vec<u8>>> {
        self.metas.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Removes what killed runs have left behind while they replaced a file.
    /// To be called by the one process that writes.
    pub(in crate::index) fn sweep(root: &Path) {
        for entry in std::fs::read_dir(root).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(TEMPORARY) {
                // What cannot be removed does no harm.
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }
}

/// A directory whose files are mapped to be read here and there, where the
/// system can be told so.
fn open_scattered(root: &Path) -> tantivy::Result<MmapDirectory> {
    #[cfg(unix)]
    let directory = MmapDirectory::open_with_madvice(root, tantivy::directory::Advice::Random);
    #[cfg(not(unix))]
    let directory = MmapDirectory::open(root);
    Ok(directory?)
}

/// The segment that a file belongs to, by its name: 32 hexadecimal digits.
pub(in crate::index) fn segment_of(name: &str) -> Option<&str> {
    let (segment, _) = name.split_once('.')?;
    let digits = segment.bytes().all(|byte| byte.is_ascii_hexdigit());
    (digits && segment.len() == 32).then_some(segment)
}

/// Files of segments that are there, those that end so, in their order.
pub(in crate::index) fn segments(root: &Path, ending: &str) -> BTreeSet<PathBuf> {
    let entries = std::fs::read_dir(root).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let files = names.filter(|name| segment_of(name).is_some() && name.ends_with(ending));
    files.map(PathBuf::from).collect()
}

fn is_forbidden(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}

impl Directory for IndexDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        let ending = path.extension().and_then(|ending| ending.to_str());
        if ending.is_none_or(|ending| !self.read.contains(&ending)) {
            let is_scattered = ending.is_some_and(|ending| SCATTERED.contains(&ending));
            let directory = if is_scattered { &self.scattered } else { &self.inner };
            return directory.get_file_handle(path);
        }
        let opened = twice(|| File::open(self.root.join(path)).and_then(ReadFile::new));
        let file = opened.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => OpenReadError::FileDoesNotExist(path.to_owned()),
            _ => OpenReadError::wrap_io_error(error, path.to_owned()),
        })?;
        Ok(Arc::new(file))
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.inner.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.inner.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        self.inner.open_write(path)
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        if path == Path::new(METAS)
            && let Some(shown) = self.shown().clone()
        {
            return Ok(shown);
        }
        if path != Path::new(MANAGED) {
            return self.inner.atomic_read(path);
        }
        let mut files = segments(&self.root, "");
        // Without it, the next commit writes the list again, as a repair must.
        if self.inner.exists(path)? && self.shown().is_none() {
            files.insert(METAS.into());
        }
        serde_json::to_vec(&files)
            .map_err(|error| OpenReadError::wrap_io_error(error.into(), path.to_owned()))
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        let mut draft = DraftFile::named(&self.root.join(path), TEMPORARY, "")?;
        draft.write_all(data)?;
        draft.replace()?;
        if path == Path::new(METAS) {
            *self.shown() = None;
        }
        Ok(())
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.inner.sync_directory()
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        match self.inner.acquire_lock(lock) {
            // Who cannot write there does without the lock, which keeps files
            // from being removed while they are opened.
            Err(LockError::IoError(error))
                if is_forbidden(&error) && lock.filepath != INDEX_WRITER_LOCK.filepath =>
            {
                Ok(DirectoryLock::from(Box::new(())))
            }
            outcome => outcome,
        }
    }

    fn watch(&self, watch_callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.inner.watch(watch_callback)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_told_by_their_names() {
        let segment = "0123456789abcdef0123456789abcdef";
        assert_eq!(segment_of(&format!("{segment}.17.del")), Some(segment));
        assert_eq!(segment_of(METAS), None);
        assert_eq!(segment_of(&format!(".{segment}.store")), None);
    }
}
