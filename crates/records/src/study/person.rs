//! Names of people.

/// A person as reference managers read names, `Last, First`. A name with
/// degrees, `First Last, MD`, is a person and no institution; other names stay
/// as they are.
pub fn author(name: &str) -> String {
    let Some((person, _degrees)) = name.split_once(',') else {
        return name.to_owned();
    };
    match person.trim().rsplit_once(' ') {
        Some((first, last)) => format!("{last}, {}", first.trim()),
        None => person.trim().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_told_from_institutions() {
        assert_eq!(author("Ana Maria Silva-Reis, MD, PhD"), "Silva-Reis, Ana Maria");
        assert_eq!(author("Acme Clinical Desk"), "Acme Clinical Desk");
    }
}
