//! Any text as a query: it is understood or refused, never a panic, and what
//! is understood is printed as text that is understood in the same way.

#![no_main]

use libfuzzer_sys::fuzz_target;

use trialdex::query::meaning::Question;
use trialdex::query::{Parameter, Request};

fn understood(typed: &str) -> Option<(String, Question)> {
    let queries = vec![(Parameter::Words, typed.to_owned())];
    let understood = Request { queries, ..Request::default() }.understand().ok()?;
    Some((understood.text, understood.question))
}

fuzz_target!(|typed: &str| {
    if let Some((text, _)) = understood(typed) {
        let again = understood(&text).expect("what was printed is understood");
        assert_eq!(text, again.0, "printed and understood again");
    }
});
