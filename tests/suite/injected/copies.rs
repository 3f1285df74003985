//! A review is copied by any program while somebody decides.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{events, report, reviewed};
use crate::suite::invented::nct;

/// Decisions that are made meanwhile; all, and where not all are.
const DECISIONS: [u32; 2] = [200, 25];

#[test]
fn a_torn_copy_of_a_review_loses_nothing() {
    let sandbox = reviewed();
    let review = sandbox.path("before/r.review");
    let (done, mut copies) = (AtomicBool::new(false), 0);
    let decisions = DECISIONS[usize::from(!super::all())];
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in 0..decisions {
                let (nct, verdict) =
                    (nct(number % 60 + 1), ["--include", "--exclude"][number as usize / 60 % 2]);
                let decide = ["review", "decide", "before/r.review", &nct, verdict, "--again"];
                sandbox.run(&decide).success();
            }
            done.store(true, Ordering::Relaxed);
        });
        while !done.load(Ordering::Relaxed) {
            fs::copy(&review, sandbox.path(&format!("copy{copies}.review"))).expect("a copy");
            copies += 1;
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    });
    let whole = events(&review);
    let mut harmed = Vec::new();
    for at in 0..copies {
        let copy = format!("copy{at}.review");
        // It is refused, or nothing is missing after a merge.
        let run = sandbox.run(&["review", "merge", &copy, "before/r.review"]);
        let missing = run.code == Some(0) && events(&sandbox.path(&copy)) != whole;
        if missing || !matches!(run.code, Some(0 | 2)) {
            harmed.push(format!("{copy}: {run:?}"));
        }
    }
    report("review: copied while somebody decides", copies, &harmed);
}
