//! Where a page begins, as the opaque text that the page before it ends with.

use super::api_error::ApiError;

/// What the first byte of a token says.
const VERSION: u8 = 1;

/// Bytes: version, state of the index, offset, check.
const LENGTH: usize = 1 + STATE + 8 + CHECK;
const STATE: usize = 8;
const CHECK: usize = 4;

/// A place in the hits of a search. It does not say of which search, as that of the registry
/// does not: the next request repeats the parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PageToken {
    /// The first bytes of the digest of the index's state.
    pub(crate) state: [u8; STATE],
    /// Hits before the page.
    pub(crate) offset: u64,
}

impl PageToken {
    /// A place in what an index finds in a state, which is given by its digest in hexadecimal.
    pub(crate) fn new(digest: &str, offset: usize) -> Self {
        Self { state: state(digest), offset: offset as u64 }
    }

    /// Whether it is of a state of the index.
    pub(crate) fn is_of(&self, digest: &str) -> bool {
        self.state == state(digest)
    }

    /// The text that clients send back.
    pub(crate) fn text(self) -> String {
        let mut bytes = vec![VERSION];
        bytes.extend(self.state);
        bytes.extend(self.offset.to_be_bytes());
        bytes.extend(check(&bytes));
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Reads what a client sent.
    pub(crate) fn read(text: &str) -> Result<Self, ApiError> {
        Self::parsed(text).ok_or_else(|| ApiError::value("pageToken", text))
    }

    fn parsed(text: &str) -> Option<Self> {
        if text.len() != 2 * LENGTH || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let bytes = (0..LENGTH).map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16));
        let bytes: Vec<u8> = bytes.collect::<Result<_, _>>().ok()?;
        let (content, checked) = bytes.split_at(LENGTH - CHECK);
        let (version, rest) = content.split_first()?;
        let (state, offset) = rest.split_at(STATE);
        if *version != VERSION || check(content) != checked {
            return None;
        }
        let (state, offset) = (state.try_into().ok()?, offset.try_into().ok()?);
        Some(Self { state, offset: u64::from_be_bytes(offset) })
    }
}

fn state(digest: &str) -> [u8; STATE] {
    let mut state = [0; STATE];
    let hashed = blake3::hash(digest.as_bytes());
    state.copy_from_slice(&hashed.as_bytes()[..STATE]);
    state
}

/// The last bytes, which a token that was cut or typed by hand does not have.
fn check(content: &[u8]) -> [u8; CHECK] {
    let mut last = [0; CHECK];
    last.copy_from_slice(&blake3::hash(content).as_bytes()[..CHECK]);
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_as_it_was_written_and_not_otherwise() {
        let token = PageToken::new("one state", 1_000);
        let text = token.text();
        assert_eq!(PageToken::read(&text), Ok(token));
        assert!(token.is_of("one state") && !token.is_of("another"));
        for at in 0..text.len() {
            let other = if text.as_bytes()[at] == b'0' { '1' } else { '0' };
            let mut changed = text.clone();
            changed.replace_range(at..=at, &other.to_string());
            assert!(PageToken::read(&changed).is_err(), "{changed}");
        }
        for wrong in ["", "é", &text[1..], "abracadabra"] {
            let text = PageToken::read(wrong).expect_err(wrong).text;
            assert_eq!(text, format!("Invalid value in parameter `pageToken`: `{wrong}`"));
        }
    }
}
