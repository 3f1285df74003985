//! Indexes a dump and prints the studies that a query finds.
//!
//! ```console
//! $ cargo run --example search_a_dump -- corpus "aplastic anemia mesenchymal"
//! ```

#![expect(clippy::print_stdout, reason = "what it prints is what it is for")]

use std::error::Error;
use std::path::PathBuf;
use std::time::SystemTime;

use trialdex_engine::index::{Store, UpdateOptions, UpdateProgress, update};
use trialdex_engine::search::{HitWindow, SearchOptions, search};
use trialdex_plan::SearchRequest;
use trialdex_query::{Parameter, Request};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(dump), Some(query)) = (arguments.next(), arguments.next()) else {
        return Err("type a file or directory of study records, and a query".into());
    };

    // An index is a directory.
    let directory = tempfile::tempdir()?;
    let options = UpdateOptions::new(SystemTime::now());
    let audit =
        update(directory.path(), &[PathBuf::from(dump)], &options, &UpdateProgress::default())?;
    println!("{} studies, {} rejects", audit.studies, audit.rejected);

    let store = Store::open(directory.path())?;
    let request = Request { queries: vec![(Parameter::Words, query)], ..Request::default() };
    let asked = SearchRequest { request, ..SearchRequest::default() }.understand()?;
    let window = HitWindow { offset: 0, limit: Some(10) };
    let hits = search(&store, &SearchOptions { window, ..SearchOptions::asked(&asked, None) })?;
    println!("{} studies found", hits.total);
    for hit in &hits.hits {
        let study = hits.study(hit)?;
        println!("{:.2} {} {}", hit.score, hit.nct_id, study.text("BriefTitle").unwrap_or(""));
    }
    Ok(())
}
