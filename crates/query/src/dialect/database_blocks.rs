//! Strategies for several databases in one file: each below the name of its
//! database, and in the language of its system.

use super::guess::guess;
use super::guess::or_else;
use super::strategy_page::names_platform;
use super::strategy_page::system_named;
use super::systems::Dialect;

/// A part of a text that is written for one system.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct DatabaseBlock {
    /// The name of the database above it, or empty.
    pub(super) heading: String,
    pub(super) dialect: Dialect,
    /// With as many blank lines before it as the text has lines there.
    pub(super) text: String,
}

/// Blocks of a text at most; what follows belongs to the last one.
const MOST: usize = 40;

/// The blocks of a text that is read as written for a system.
pub(super) fn of(text: &str, dialect: Dialect) -> Vec<DatabaseBlock> {
    let lines: Vec<&str> = text.lines().collect();
    let begins = beginnings(&lines);
    if begins.len() < 2 {
        let (heading, text) = (String::new(), text.to_owned());
        return vec![DatabaseBlock { heading, dialect, text }];
    }
    let ends = begins.iter().skip(1).copied().chain([lines.len()]);
    let block = |(begin, end): (&usize, usize)| {
        let part = lines[*begin..end].join("\n");
        let heading = lines[*begin].trim().to_owned();
        let dialect = written_for(&part, &heading, dialect);
        DatabaseBlock { heading, dialect, text: "\n".repeat(*begin) + &part + "\n" }
    };
    begins.iter().zip(ends).map(block).collect()
}

/// Where blocks begin: at the name of a database behind a search, of another
/// system than the one above.
fn beginnings(lines: &[&str]) -> Vec<usize> {
    let mut begins = vec![0];
    let (mut above, mut searched) = (None, false);
    for (at, line) in lines.iter().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        if !names_platform(line) {
            searched = true;
            continue;
        }
        let named = system_named(line);
        if searched && named.is_some() && named != above && begins.len() < MOST {
            begins.push(at);
            searched = false;
        }
        above = named.or(above);
    }
    begins
}

/// The system of a block: its signs say more than the name of a database that
/// several systems have.
fn written_for(text: &str, heading: &str, otherwise: Dialect) -> Dialect {
    let named = system_named(heading);
    match guess(text) {
        Some(guessed) if or_else(text, guessed) == named => named.unwrap_or(guessed),
        Some(guessed) => guessed,
        None => named.unwrap_or(otherwise),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_block_is_read_by_its_own_name() {
        let text = "MEDLINE (Ovid)\n1 exp Gout/\n\nEmbase (Embase.com)\n#1 'gout'/exp\n\nPubMed\n\
                    gout OR tophi AND pain\n";
        let found: Vec<Dialect> =
            of(text, Dialect::Ovid).into_iter().map(|block| block.dialect).collect();
        assert_eq!(found, [Dialect::Ovid, Dialect::Embase, Dialect::PubMed]);
        let shared = "Ovid MEDLINE\n1 exp Gout/\nCochrane Library\n#1 gout:ti,ab\n";
        assert_eq!(of(shared, Dialect::Ovid)[1].dialect, Dialect::Cochrane);
        assert_eq!(of("Ovid MEDLINE\n1 exp Gout/\n", Dialect::Ovid).len(), 1);
    }
}
