//! Where an object ends, and where scanning goes on after one that does not.

use std::io;

use memchr::memmem;

use super::super::container::{reading, too_long};
use super::Splitter;
use super::nesting::{Nesting, Progress};

/// Where scanning goes on after a broken record: at an object that begins with
/// a key that ends like this.
const RESUME_KEY: &[u8] = b"rotocolSection\"";

/// How often the end of a file may be run into before the rest is given up:
/// sections inside each other would else be looked through again and again.
const LAST_ATTEMPTS: u32 = 20;

/// Why the end of an object was not found.
pub(super) enum Unclosed {
    /// The text ends.
    End,
    /// The line ends and another object starts: the record was cut.
    CutLine(usize),
    /// A bracket closes what is not open, at this position.
    Mismatch(usize),
    TooLong,
    Read(io::Error),
}

impl Splitter<'_> {
    /// The end of the object that the window starts with.
    pub(super) fn object_end(&mut self) -> Result<usize, Unclosed> {
        let mut nesting = Nesting::default();
        loop {
            match nesting.scan(self.window.bytes()) {
                Progress::Closed(end) => return Ok(end),
                Progress::CutLine(at) => return Err(Unclosed::CutLine(at)),
                Progress::Mismatch(at) => return Err(Unclosed::Mismatch(at)),
                Progress::More => {}
            }
            if self.window.bytes().len() > self.limits.record {
                return Err(Unclosed::TooLong);
            }
            match self.window.extend() {
                Ok(true) => {}
                Ok(false) => return Err(Unclosed::End),
                Err(error) => return Err(Unclosed::Read(error)),
            }
        }
    }

    /// Says why a record was not closed, and moves to where others may start.
    pub(super) fn give_up(&mut self, unclosed: Unclosed) -> String {
        let kept = self.window.bytes().len();
        match unclosed {
            Unclosed::CutLine(at) => {
                self.at = at;
                "cut: the line ends inside the study".to_owned()
            }
            Unclosed::End => {
                self.run_out += 1;
                self.resume(if self.run_out < LAST_ATTEMPTS { 1 } else { kept });
                format!("cut: the file ends {kept} bytes into the study")
            }
            Unclosed::Mismatch(at) => {
                let (line, byte) = self.window.position(at);
                self.resume(at);
                format!("not valid JSON: a bracket at line {line}, byte {byte} closes nothing")
            }
            Unclosed::TooLong => {
                self.resume(kept);
                too_long(self.limits.record)
            }
            Unclosed::Read(error) => {
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
            // A key may lie across the end of what has been read.
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
