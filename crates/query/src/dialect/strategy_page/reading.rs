//! Reads a text as a printed strategy, step by step.

use super::page_lines::StrategyPage;
use super::platforms::system_named;
use super::{labels, line_kinds, plain, site, stacked, strategy_table, wrapped_words};
use crate::dialect::systems::Dialect;

impl StrategyPage {
    /// Reads a text. In our own language (`dialect` is `None`) `1<TAB>words`
    /// has no number, lines without one are wrong where they begin the text,
    /// and all that is no number or count is part of a search.
    pub(crate) fn read(text: &str, dialect: Option<Dialect>) -> Self {
        let mut passed_over = Vec::new();
        let rows = match dialect {
            None => plain::lines(text),
            Some(of) => {
                let rows = strategy_table::arranged(&plain::plain(text), of, &mut passed_over);
                let rows = site::without(rows, of, &mut passed_over);
                stacked::arranged(rows, &mut passed_over)
            }
        };
        let mut page = line_kinds::read(&rows, dialect);
        page.passed_over.extend(passed_over);
        if dialect == Some(Dialect::WebOfScience) {
            page.without_counts_before();
        }
        if let Some(of) = dialect {
            page.part_additions(of);
            page.entries.iter_mut().for_each(strategy_table::refuse_unclear);
            page.entries.iter_mut().for_each(wrapped_words::mend);
            page.without_labels(of);
            page.refuse_titles(of);
        }
        page.without_counts(dialect);
        page.add_additions();
        page.passed_over.sort_by_key(|passed| passed.at);
        page.in_order();
        match dialect {
            Some(of) => {
                page.note_other_systems(of);
                page.part_operators();
                page.refuse_open(of);
                page.with_names(of);
            }
            None => page.entries.iter_mut().for_each(|entry| {
                entry.typed.clone_from(&entry.text);
                labels::refuse_label(entry);
            }),
        }
        page
    }

    /// Says where the first line below the name of a database is read as
    /// another system's. Databases that several systems have say nothing.
    fn note_other_systems(&mut self, of: Dialect) {
        let first = self.entries.first().map_or(0, |entry| entry.at);
        for heading in self.passed_over.iter().filter(|heading| heading.at > first) {
            let Some(named) = system_named(&heading.typed) else { continue };
            if named == of || matches!(named, Dialect::Embase | Dialect::PubMed) {
                continue;
            }
            if let Some(entry) = self.entries.iter_mut().find(|entry| entry.at > heading.at) {
                entry.remarks.push(format!(
                    "`{}` above it names {}, and it is read as of {}: put each system's strategy \
                     into a file of its own",
                    heading.typed,
                    named.name(),
                    of.name()
                ));
            }
        }
    }

    /// Puts what limits a line behind it.
    fn add_additions(&mut self) {
        for entry in &mut self.entries {
            for addition in std::mem::take(&mut entry.additions) {
                entry.text.push(' ');
                entry.text.push_str(&addition);
            }
        }
    }
}
