//! Where an object ends, and where scanning goes on after one that does not.

use std::io;

use memchr::memmem;

use super::super::stream_context::{reading, too_long};
use super::JsonSplitter;
use super::nesting::{BracketNesting, NestingProgress};

/// Where scanning goes on after a broken record: at an object that begins with
/// a key that ends like this.
const RESUME_KEY: &[u8] = b"rotocolSection\"";

/// How often the end of a file may be run into before the rest is given up:
/// sections inside each other would else be looked through again and again.
const LAST_ATTEMPTS: u32 = 20;

/// Why the end of an object was not found.
pub(super) enum UnclosedObject {
    /// The text ends.
    End,
    /// The line ends and another object starts: the record was cut.
    CutLine(usize),
    /// A bracket closes another than the open one, at this position.
    Mismatch(usize),
    TooLong,
    Read(io::Error),
}

impl JsonSplitter<'_> {
    /// The end of the object that the window starts with.
    pub(super) fn object_end(&mut self) -> Result<usize, UnclosedObject> {
        let mut nesting = BracketNesting::default();
        loop {
            match nesting.scan(self.window.bytes()) {
                NestingProgress::Closed(end) => return Ok(end),
                NestingProgress::CutLine(at) => return Err(UnclosedObject::CutLine(at)),
                NestingProgress::Mismatch(at) => return Err(UnclosedObject::Mismatch(at)),
                NestingProgress::More => {}
            }
            if self.window.bytes().len() > self.limits.record {
                return Err(UnclosedObject::TooLong);
            }
            match self.window.extend() {
                Ok(true) => {}
                Ok(false) => return Err(UnclosedObject::End),
                Err(error) => return Err(UnclosedObject::Read(error)),
            }
        }
    }

    /// Says why a record was not closed, and moves to where others may start.
    pub(super) fn give_up(&mut self, unclosed: UnclosedObject) -> String {
        let kept = self.window.bytes().len();
        match unclosed {
            UnclosedObject::CutLine(at) => {
                self.at = at;
                "cut: the line ends inside the study".to_owned()
            }
            UnclosedObject::End => {
                self.run_out += 1;
                self.resume(if self.run_out < LAST_ATTEMPTS { 1 } else { kept });
                format!("cut: the file ends {kept} bytes into the study")
            }
            UnclosedObject::Mismatch(at) => {
                let (line, byte) = self.window.position(at);
                self.resume(at);
                format!("not valid JSON: a bracket at line {line}, byte {byte} closes nothing")
            }
            UnclosedObject::TooLong => {
                self.resume(kept);
                too_long(self.limits.record)
            }
            UnclosedObject::Read(error) => {
                self.resume(kept);
                reading(&error)
            }
        }
    }

    /// Goes on at the next object that begins with a section, as if at the
    /// top of the text.
    fn resume(&mut self, mut from: usize) {
        while let Some(open) = self.open.pop() {
            self.take_others(open);
        }
        self.resumed = true;
        self.at = from;
        loop {
            let bytes = self.window.bytes();
            if let Some(found) = memmem::find(&bytes[self.at..], RESUME_KEY) {
                let key = self.at + found;
                let quote = key.saturating_sub(2);
                let brace = bytes[..quote].trim_ascii_end();
                let is_key = matches!(&bytes[quote..key], b"\"p" | b"\"P");
                if is_key && brace.last() == Some(&b'{') && brace.len() > from {
                    self.at = brace.len() - 1;
                    return;
                }
                self.at = key + 1;
                continue;
            }
            // A key may continue after the bytes that have been read.
            let tail = self.window.bytes().len().saturating_sub(64).max(self.at);
            self.window.forget(tail);
            (self.at, from) = (0, from.saturating_sub(tail));
            if !matches!(self.window.extend(), Ok(true)) {
                self.at = self.window.bytes().len();
                return;
            }
        }
    }
}
