//! Prints the number and the title of every study of a dump, and what cannot be read.
//!
//! ```console
//! $ cargo run --example titles -- corpus
//! ```

#![expect(clippy::print_stdout, reason = "what it prints is what it is for")]
#![expect(clippy::print_stderr, reason = "what cannot be read is said aside")]

use std::error::Error;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;

use trialdex_records::format::convert;
use trialdex_records::source::{ReadLimits, SourceItem, WalkOptions, read, walk};

fn main() -> Result<(), Box<dyn Error>> {
    let inputs: Vec<PathBuf> = std::env::args().skip(1).map(PathBuf::from).collect();
    let mut print = |found| {
        match found {
            SourceItem::Record(record) => match convert(&record) {
                Ok(converted) => {
                    let title = converted.study.text("BriefTitle").unwrap_or("");
                    println!("{} {title}", converted.nct_id);
                }
                Err(error) => eprintln!("{}: {error}", record.location),
            },
            SourceItem::Reject(place, problem) | SourceItem::Unread(place, problem) => {
                eprintln!("{place}: {problem}");
            }
            SourceItem::NotStudy(..) | SourceItem::SetAside | SourceItem::Member => {}
        }
        ControlFlow::Continue(())
    };
    for input in &inputs {
        for file in walk(input, &WalkOptions::default()) {
            let _ = read(&file?, &ReadLimits::default(), &AtomicU64::new(0), &mut print);
        }
    }
    Ok(())
}
