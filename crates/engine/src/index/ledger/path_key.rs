//! Paths in UTF-8, as the ledger writes them.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The path as the ledger writes it: bytes that are no UTF-8 as `\xff`, and a
/// backslash as `\x5c` where it would be taken for the start of such a byte,
/// so that different paths stay different.
pub(in crate::index) fn path_key(path: &Path) -> String {
    let chunks = path.as_os_str().as_encoded_bytes().utf8_chunks();
    chunks.fold(String::new(), |mut key, chunk| {
        let valid = chunk.valid();
        for (at, character) in valid.char_indices() {
            if escaped(&valid.as_bytes()[at..]).is_some() {
                key.push_str("\\x5c");
            } else {
                key.push(character);
            }
        }
        for byte in chunk.invalid() {
            key.push_str(&format!("\\x{byte:02x}"));
        }
        key
    })
}

/// The path that has this key.
pub(in crate::index) fn key_path(key: &str) -> PathBuf {
    let mut rest = key.as_bytes();
    let mut path = Vec::with_capacity(rest.len());
    while let [first, after @ ..] = rest {
        let byte = escaped(rest);
        path.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &rest[4..] } else { after };
    }
    PathBuf::from(os_string(path))
}

/// The byte of an escape at the start of the text. Only bytes that are not
/// ASCII, and the backslash, are escaped.
fn escaped(text: &[u8]) -> Option<u8> {
    let [b'\\', b'x', high, low, ..] = text else { return None };
    let digit = |digit: &u8| b"0123456789abcdef".iter().position(|known| known == digit);
    let byte = u8::try_from(digit(high)? * 16 + digit(low)?).ok()?;
    (byte >= 0x80 || byte == b'\\').then_some(byte)
}

#[cfg(unix)]
fn os_string(bytes: Vec<u8>) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes)
}

/// On other systems names are sequences of UTF-16; those that are not well
/// formed cannot be restored.
#[cfg(not(unix))]
fn os_string(bytes: Vec<u8>) -> OsString {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_of_the_path() {
        let texts = ["/a/b c", r"C:\data\x.json", r"\xff", r"\x5cxff", r"\\xff\x5", r"é\x5c\xFF"];
        for text in texts {
            assert_eq!(key_path(&path_key(Path::new(text))), Path::new(text), "{text}");
        }
        assert_eq!(path_key(Path::new(r"C:\data\x.json")), r"C:\data\x.json");
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_no_text_have_keys_of_their_own() {
        let names: [&[u8]; 6] =
            [b"\xff", b"\\xff", b"\\\xff", b"\\x5cxff", b"\\x5\xc3", b"\xc3\xa9\xc3"];
        let keys: Vec<String> =
            names.iter().map(|name| path_key(Path::new(&os_string(name.to_vec())))).collect();
        for (key, name) in keys.iter().zip(names) {
            assert_eq!(key_path(key), Path::new(&os_string(name.to_vec())), "{key}");
            assert_eq!(keys.iter().filter(|other| *other == key).count(), 1, "{key}");
        }
    }
}
