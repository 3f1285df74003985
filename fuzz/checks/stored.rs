//! What the program wrote itself and reads back.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::SystemTime;

use trialdex_engine::index::{
    LockOwner, PruneMode, Store, UpdateOptions, UpdateProgress, rewritten_ledger,
    rewritten_payload, update,
};
use trialdex_engine::search::SearchOptions;
use trialdex_engine::search::receipt::verify;
use trialdex_plan::SearchRequest;
use trialdex_plan::receipt::{Receipt, ReplayedSearch};
use trialdex_plan::watch::WatchList;
use trialdex_query::LanguageVersion;
use trialdex_records::source::ReadLimits;

/// The unpacked bytes of a ledger, and the payload of a commit.
pub(super) fn ledger(bytes: &[u8]) {
    if let Some(written) = rewritten_ledger(bytes) {
        // Lists of nothing cost as little as a byte each.
        assert!(written.len() <= bytes.len() * 4 + 64, "{} of {}", written.len(), bytes.len());
        assert_eq!(rewritten_ledger(&written), Some(written), "written and read again");
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Some(written) = rewritten_payload(text) {
        assert_eq!(rewritten_payload(&written), Some(written), "written and read again");
    }
}

/// An index of the sample corpus.
fn sample() -> &'static Store {
    static STORE: OnceLock<Store> = OnceLock::new();
    STORE.get_or_init(|| {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR"));
        let corpus: PathBuf = ["corpus/v2", "../corpus/v2"]
            .iter()
            .map(|at| corpus.join(at))
            .find(|at| at.is_dir())
            .expect("the corpus");
        let directory = tempfile::tempdir().expect("a directory").keep();
        let options = UpdateOptions {
            holder: LockOwner::default(),
            prune: PruneMode::Nothing,
            limits: ReadLimits::default(),
            threads: 1,
            memory: 50_000_000,
            now: SystemTime::UNIX_EPOCH,
        };
        update(&directory, &[corpus], &options, &UpdateProgress::default()).expect("an index");
        Store::open(&directory).expect("an index")
    })
}

/// A search as data: written as it was read, in both of its forms.
fn search_request(request: &SearchRequest) {
    let json = serde_json::to_string(request).expect("JSON");
    assert_eq!(&SearchRequest::from_json(&json).expect("a request"), request);
    let mut today = request.clone();
    today.request.sense = LanguageVersion::Today;
    assert_eq!(SearchRequest::from_pairs(&request.pairs()).expect("pairs"), today);
}

/// Watched searches, which have receipts: written as they were read.
fn watch_list(list: &WatchList) {
    let json = list.to_json().expect("JSON");
    assert_eq!(&WatchList::from_json(&json).expect("a list"), list);
    for search in &list.searches {
        for fact in search.facts.hits.values() {
            let _ = search.facts.digest(fact, search.facts.digested.len());
            let _ = search.facts.value(fact, "BriefTitle");
        }
    }
}

/// A receipt, the search of one or a list of them: written as it was read, and compared with an index.
pub(super) fn receipt(bytes: &[u8]) {
    if let Ok(request) = SearchRequest::from_json(&String::from_utf8_lossy(bytes)) {
        search_request(&request);
        let _ = request.understand();
    }
    if let Ok(list) = WatchList::from_json(&String::from_utf8_lossy(bytes)) {
        watch_list(&list);
    }
    let Ok(receipt) = serde_json::from_slice::<Receipt>(bytes) else { return };
    let written = serde_json::to_string(&receipt).expect("JSON");
    let again: Receipt = serde_json::from_str(&written).expect("a receipt");
    assert_eq!(receipt, again, "written and read again");
    if let Ok(request) = receipt.request() {
        search_request(&request);
    }
    let Ok(ReplayedSearch { search, order, .. }) = receipt.replay() else { return };
    let wish = SearchOptions { order: &order, ..SearchOptions::asked(&search, None) };
    let text = &search.understood.text;
    let Ok(verified) = verify(&receipt, sample(), &wish, text) else { return };
    assert_eq!(verified.same_query, *text == receipt.understood);
    assert_eq!(verified.totals.0, receipt.total);
    assert!(verified.went.len() <= receipt.hits.len());
}
