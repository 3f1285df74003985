//! An index that stays open while others write to it.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use trialdex_plan::{SearchRequest, SearchRequestError};
use trialdex_text::vocabulary::OwnSynonyms;

use crate::any_error::AnyError;
use crate::any_index::AnyIndex;
use crate::asked_search::AskedSearch;
use crate::open_index::OpenIndex;

/// Opens the latest state of an index.
type Opener = Box<dyn Fn() -> Result<AnyIndex, AnyError> + Send + Sync>;

/// An index that stays open. Threads share it.
pub struct Session {
    open: Opener,
    own: Option<Arc<OwnSynonyms>>,
    current: RwLock<Arc<OpenIndex>>,
    /// Held by the one who opens the index again.
    refreshing: Mutex<()>,
}

/// Why a request is not run.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// It cannot be understood.
    #[error(transparent)]
    Request(#[from] SearchRequestError),
    /// It names a file. Whoever sends requests to a session has no files with it.
    #[error("`{0}` names a file, and requests from elsewhere cannot name files")]
    NamesFile(&'static str),
}

impl Session {
    /// Opens an index in a directory. All searches use the user's own synonyms, where there are
    /// any.
    ///
    /// # Errors
    ///
    /// Where there is none, or none that this program can read.
    pub fn open(directory: &Path, own: Option<OwnSynonyms>) -> Result<Self, AnyError> {
        let directory = directory.to_owned();
        Self::with(move || AnyIndex::in_directory(&directory), own)
    }

    /// The same with any index, of which `open` opens the latest state.
    ///
    /// # Errors
    ///
    /// Those of `open`.
    pub fn with(
        open: impl Fn() -> Result<AnyIndex, AnyError> + Send + Sync + 'static,
        own: Option<OwnSynonyms>,
    ) -> Result<Self, AnyError> {
        let current = RwLock::new(Arc::new(OpenIndex::of(open()?)?));
        let (own, refreshing) = (own.map(Arc::new), Mutex::new(()));
        Ok(Self { open: Box::new(open), own, current, refreshing })
    }

    /// The index as it was at the last refresh. Whoever holds it goes on seeing the same studies.
    #[must_use]
    pub fn current(&self) -> Arc<OpenIndex> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Goes over to the latest state of the index; whether there is one that is later. To look
    /// for it takes less than a millisecond in a directory, and one request to a cluster. While
    /// another thread opens it, this returns at once.
    ///
    /// # Errors
    ///
    /// Where the index cannot be read: the state before goes on being used.
    pub fn refresh(&self) -> Result<bool, AnyError> {
        let Ok(_alone) = self.refreshing.try_lock() else { return Ok(false) };
        if self.current().is_latest()? {
            return Ok(false);
        }
        let latest = Arc::new(OpenIndex::of((self.open)()?)?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = latest;
        Ok(true)
    }

    /// Understands a request that came from elsewhere.
    ///
    /// # Errors
    ///
    /// What cannot be understood; files that it names.
    pub fn ask(&self, request: SearchRequest) -> Result<AskedSearch, AskError> {
        if request.strategy.is_some() {
            return Err(AskError::NamesFile("strategy"));
        }
        if request.ranking.synonyms.is_some() {
            return Err(AskError::NamesFile("synonyms"));
        }
        Ok(AskedSearch::new(request.understand()?, self.own.clone())?)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;
    use std::time::{Duration, SystemTime};

    use trialdex_engine::index::{UpdateOptions, UpdateProgress, update};
    use trialdex_engine::search::HitWindow;
    use trialdex_text::vocabulary::OwnSynonyms;

    use super::*;

    fn indexed(scratch: &Path, titles: &[&str]) -> PathBuf {
        let (dump, directory) = (scratch.join("dump.json"), scratch.join("index"));
        let studies = (1..).zip(titles).map(|(number, title)| {
            format!(
                r#"{{"protocolSection": {{"identificationModule":
                {{"nctId": "NCT9000000{number}", "briefTitle": "{title}"}}}}}}"#
            )
        });
        let studies: Vec<String> = studies.collect();
        fs::write(&dump, format!("[{}]", studies.join(","))).expect("a dump");
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        update(&directory, &[dump], &UpdateOptions::new(now), &UpdateProgress::default())
            .expect("an index");
        directory
    }

    fn words(typed: &str) -> SearchRequest {
        let json = format!(r#"{{"version": 1, "request": {{"queries": [["words", "{typed}"]]}}}}"#);
        SearchRequest::from_json(&json).expect("a request")
    }

    fn total(index: &OpenIndex, asked: &AskedSearch) -> usize {
        let window = HitWindow { offset: 0, limit: Some(1) };
        index.search(asked, window).expect("an answer").hits.total()
    }

    #[test]
    fn threads_share_a_session() {
        fn shared<T: Send + Sync>() {}
        shared::<Session>();
        shared::<AskedSearch>();
    }

    #[test]
    fn a_refresh_is_seen_by_who_asks_next_and_not_by_who_asked_before() {
        let scratch = tempfile::tempdir().expect("a directory");
        let directory = indexed(scratch.path(), &["Light for insomnia"]);
        let session = Session::open(&directory, None).expect("a session");
        let (before, asked) = (session.current(), session.ask(words("insomnia")).expect("asked"));
        assert!(!session.refresh().expect("looked at"));
        indexed(scratch.path(), &["Light for insomnia", "Melatonin for insomnia"]);
        assert_eq!(total(&session.current(), &asked), 1);
        assert!(session.refresh().expect("opened"));
        assert!(!session.refresh().expect("looked at"));
        let after = session.current();
        assert_eq!((total(&before, &asked), total(&after, &asked)), (1, 2));
        assert_ne!(before.state().digest, after.state().digest);
        assert_eq!((before.state().studies, after.state().studies), (1, 2));
        // What was open when the index was damaged goes on being used.
        fs::remove_file(directory.join("tantivy/meta.json")).expect("removed");
        session.refresh().expect_err("damaged");
        assert_eq!(total(&session.current(), &asked), 2);
    }

    #[test]
    fn requests_name_no_files_and_use_the_synonyms_of_the_session() {
        let scratch = tempfile::tempdir().expect("a directory");
        let directory = indexed(scratch.path(), &["Light for insomnia"]);
        let own = OwnSynonyms::read("gloom lamp = insomnia").expect("synonyms");
        let session = Session::open(&directory, Some(own)).expect("a session");
        let mut named = words("insomnia");
        named.ranking.synonyms = Some("/etc/passwd".to_owned());
        let refused = session.ask(named).expect_err("a file");
        assert_eq!(
            refused.to_string(),
            "`synonyms` names a file, and requests from elsewhere cannot name files"
        );
        let named = SearchRequest { strategy: Some("/etc/passwd".to_owned()), ..words("x") };
        assert!(matches!(session.ask(named), Err(AskError::NamesFile("strategy"))));
        let asked = session.ask(words("gloom lamp")).expect("asked");
        assert_eq!(total(&session.current(), &asked), 1);
    }
}
