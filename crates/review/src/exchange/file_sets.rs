//! Several files that are read together: those of an archive or a folder, and
//! articles of Rayyan with its log.

use super::log::{self, ScreeningLog};
use super::read::{ImportedFile, read_with};
use super::{ColumnChoice, ImportError, ImportProblem, ImportedRecord};

/// A file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportInput {
    /// Its name, as it is reported.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
    /// Whether it was named; a file of an archive or a folder that cannot be
    /// read is skipped.
    pub named: bool,
}

/// What several files have.
#[derive(Debug, Default)]
pub struct Imports {
    /// Each file with records.
    pub files: Vec<ImportedFile>,
    /// Further remarks, each with the name of its file.
    pub remarks: Vec<(String, String)>,
}

/// Reads files together: what a log of Rayyan says goes to the records of the
/// others that have its numbers as keys, and no decisions of their own.
///
/// # Errors
///
/// With the name of its file: where one that was named cannot be read, or
/// there is a log and no file of articles.
pub fn read_all(
    inputs: &[ImportInput],
    choice: &ColumnChoice,
) -> Result<Imports, (String, ImportError)> {
    let (logs, others): (Vec<&ImportInput>, Vec<&ImportInput>) =
        inputs.iter().partition(|input| log::is_one(&input.bytes));
    let mut all = Imports::default();
    for input in others {
        match read_with(&input.bytes, &input.name, choice) {
            Ok(import) => all.files.push(import),
            Err(error) if input.named => return Err((input.name.clone(), error)),
            Err(error) => all.remarks.push((input.name.clone(), format!("not read: {error}"))),
        }
    }
    for input in logs {
        let Some(log) = log::read(&input.bytes) else { continue };
        if all.files.is_empty() {
            let articles = log.articles().map(str::to_owned).collect();
            return Err((input.name.clone(), ImportError::LogAlone { articles }));
        }
        all.join(&input.name, &log);
    }
    Ok(all)
}

impl Imports {
    /// Gives what a log says to the records that it is about.
    fn join(&mut self, name: &str, log: &ScreeningLog) {
        let (mut taken, mut there) = (0, 0);
        let mut missing: Vec<&str> = log.articles().collect();
        for import in &mut self.files {
            let mut decided = 0;
            for record in import.studies.iter_mut().chain(&mut import.unnumbered) {
                let Some(decisions) = record.key.as_deref().and_then(|key| log.decisions(key))
                else {
                    continue;
                };
                missing.retain(|article| !is_article(record, article));
                if record.decisions.is_decided() {
                    there += 1;
                } else {
                    taken += 1;
                    decided += usize::from(decisions.is_decided());
                    record.decisions.opinions.extend(decisions.opinions);
                }
            }
            import.decided += decided;
        }
        let mut say = |what: String| self.remarks.push((name.to_owned(), what));
        say(format!(
            "Rayyan's log of {} lines: what it says of {taken} articles is taken, {there} have \
             their decisions in the file of articles",
            log.lines
        ));
        if !missing.is_empty() {
            let shown: Vec<&str> = missing.iter().take(20).copied().collect();
            let more = if missing.len() > shown.len() { ", ..." } else { "" };
            say(format!(
                "{} articles of the log are in no file that was given: {}{more}",
                missing.len(),
                shown.join(", ")
            ));
        }
        for ImportProblem { line, what } in &log.problems {
            say(format!("line {line}: {what}"));
        }
    }
}

fn is_article(record: &ImportedRecord, article: &str) -> bool {
    record.key.as_deref().is_some_and(|key| log::number_of(key) == article)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Verdict;

    fn input(name: &str, text: &str) -> ImportInput {
        ImportInput { name: name.to_owned(), bytes: text.as_bytes().to_vec(), named: true }
    }

    const LOG: &str = "article_id,key,value,user_id,user_email,created_at\n\
        7,included,1,1,ann,2026-01-05\n8,included,-1,1,ann,2026-01-05\n9,included,1,1,ann,2026-01-06\n";

    const ARTICLES: &str = "key,title,url,notes\n\
        rayyan-7,A,https://clinicaltrials.gov/study/NCT90000001,\n\
        rayyan-8,B,https://clinicaltrials.gov/study/NCT90000002,\"RAYYAN-INCLUSION: {\"\"Ann\"\"=>\"\"Maybe\"\"}\"\n";

    #[test]
    fn a_log_is_joined_with_its_articles() {
        let inputs = [input("log.csv", LOG), input("articles.csv", ARTICLES)];
        let all = read_all(&inputs, &ColumnChoice::default()).expect("read");
        let [articles] = all.files.as_slice() else { panic!("{:?}", all.files) };
        let said: Vec<_> =
            articles.studies.iter().map(|it| it.decisions.opinions[0].verdict).collect();
        assert_eq!(said, [Some(Verdict::Include), Some(Verdict::Maybe)]);
        assert!(all.remarks[1].1.ends_with("in no file that was given: 9"), "{:?}", all.remarks);
    }

    #[test]
    fn a_log_alone_names_its_articles() {
        let (name, error) =
            read_all(&[input("log.csv", LOG)], &ColumnChoice::default()).expect_err("alone");
        assert_eq!(name, "log.csv");
        assert!(error.to_string().contains("7, 8, 9"), "{error}");
    }
}
