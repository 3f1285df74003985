//! Joins the pages of studies.

use super::run::UpdateRun;
use crate::index::error::IndexError;
use crate::index::ledger::{RecordEntry, SourceId};
use crate::index::update::contest::Contest;
use crate::index::update::intake::ReadPass;

impl UpdateRun<'_> {
    /// Joins the pages of the studies whose pages came, went or changed. Those
    /// that went from a source with rejects stay: they may be among them.
    pub(super) fn join_pages(&mut self) -> Result<(), IndexError> {
        let holding = self.holding();
        let mut contest = self.intake.contest();
        let mut changed = Vec::new();
        for nct in contest.touched() {
            contest.keep_pages(nct, &|source| holding.contains(&source));
            let source = self.first_source(&contest, nct);
            if source.is_some_and(|source| !contest.keep_joined(nct, source)) {
                changed.push(nct);
            }
        }
        drop(contest);
        self.join(&changed)
    }

    /// The source, first by its path, of the pages of a study.
    fn first_source(&self, contest: &Contest, nct: u32) -> Option<SourceId> {
        let path = |source: SourceId| Some(&self.sources.get(source)?.path);
        contest.pages(nct).map(|page| page.source).min_by_key(|source| path(*source))
    }

    /// Joins the pages of these studies, reading those again that were not
    /// read in this run.
    pub(super) fn join(&mut self, studies: &[u32]) -> Result<(), IndexError> {
        let contest = self.intake.contest();
        let pages = self.intake.pages();
        let missing: Vec<RecordEntry> = studies
            .iter()
            .flat_map(|nct| contest.pages(*nct))
            .filter(|page| !page.orphan && !pages.has(page))
            .copied()
            .collect();
        drop((contest, pages));
        if !missing.is_empty() {
            self.read_again(&missing, ReadPass::Pages)?;
        }
        let contest = self.intake.contest();
        let sources = studies
            .iter()
            .filter_map(|nct| self.first_source(&contest, *nct).map(|source| (*nct, source)));
        let studies: Vec<(u32, SourceId)> = sources.collect();
        drop(contest);
        self.intake.join(&studies)
    }
}
