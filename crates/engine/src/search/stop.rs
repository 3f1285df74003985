//! Stops a search from outside.

use std::sync::atomic::{AtomicBool, Ordering};

use tantivy::TantivyError;

/// An error where somebody asks to stop.
pub(super) fn go_on(stop: Option<&AtomicBool>) -> tantivy::Result<()> {
    match stop.is_some_and(|stop| stop.load(Ordering::Relaxed)) {
        true => Err(TantivyError::InternalError("stopped from outside".to_owned())),
        false => Ok(()),
    }
}
