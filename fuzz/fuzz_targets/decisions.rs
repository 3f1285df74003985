//! The check `decisions` with any bytes.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../checks/mod.rs"]
mod checks;

fuzz_target!(|bytes: &[u8]| checks::run("decisions", bytes));
