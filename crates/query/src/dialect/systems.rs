//! The systems that searches are written for.

use serde::{Deserialize, Serialize};

use crate::parameter::stored_by_name;

/// A system that searches are written for. It is stored by its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "&'static str", try_from = "String")]
pub enum Dialect {
    /// Ovid, with MEDLINE, Embase, PsycINFO and others.
    Ovid,
    /// PubMed.
    PubMed,
    /// The Cochrane Library with CENTRAL.
    Cochrane,
    /// Embase.com.
    Embase,
    /// EBSCOhost, with CINAHL and others.
    Ebsco,
    /// Web of Science.
    WebOfScience,
    /// Scopus.
    Scopus,
    /// The retired site of ClinicalTrials.gov, and `Search Details` lines.
    ClinicalTrials,
    /// The Cochrane Register of Studies.
    Crs,
    /// ProQuest, with PsycINFO, ERIC and others.
    ProQuest,
    /// The portal of the BVS, with LILACS and others.
    Bvs,
    /// Epistemonikos.
    Epistemonikos,
    /// Europe PMC.
    EuropePmc,
    /// APA PsycNet.
    PsycNet,
    /// IEEE Xplore.
    Ieee,
    /// Google Scholar.
    Scholar,
    /// The search portal of the ICTRP.
    Ictrp,
    /// The ISRCTN registry.
    Isrctn,
    /// The EU Clinical Trials Register.
    EuRegister,
}

/// Each dialect with the name that is typed for it and the name of the
/// system.
const NAMES: [(Dialect, &str, &str); 19] = [
    (Dialect::Ovid, "ovid", "Ovid"),
    (Dialect::PubMed, "pubmed", "PubMed"),
    (Dialect::Cochrane, "cochrane", "the Cochrane Library"),
    (Dialect::Embase, "embase", "Embase.com"),
    (Dialect::Ebsco, "ebsco", "EBSCOhost"),
    (Dialect::WebOfScience, "wos", "Web of Science"),
    (Dialect::Scopus, "scopus", "Scopus"),
    (Dialect::ClinicalTrials, "ctgov", "ClinicalTrials.gov"),
    (Dialect::Crs, "crs", "the Cochrane Register of Studies"),
    (Dialect::ProQuest, "proquest", "ProQuest"),
    (Dialect::Bvs, "bvs", "the BVS"),
    (Dialect::Epistemonikos, "epistemonikos", "Epistemonikos"),
    (Dialect::EuropePmc, "europepmc", "Europe PMC"),
    (Dialect::PsycNet, "psycnet", "APA PsycNet"),
    (Dialect::Ieee, "ieee", "IEEE Xplore"),
    (Dialect::Scholar, "scholar", "Google Scholar"),
    (Dialect::Ictrp, "ictrp", "the ICTRP"),
    (Dialect::Isrctn, "isrctn", "ISRCTN"),
    (Dialect::EuRegister, "euctr", "the EU Clinical Trials Register"),
];

stored_by_name!(Dialect, key, "system");

impl Dialect {
    /// All of them.
    pub const ALL: [Self; 19] = [
        Self::Ovid,
        Self::PubMed,
        Self::Cochrane,
        Self::Embase,
        Self::Ebsco,
        Self::WebOfScience,
        Self::Scopus,
        Self::ClinicalTrials,
        Self::Crs,
        Self::ProQuest,
        Self::Bvs,
        Self::Epistemonikos,
        Self::EuropePmc,
        Self::PsycNet,
        Self::Ieee,
        Self::Scholar,
        Self::Ictrp,
        Self::Isrctn,
        Self::EuRegister,
    ];

    /// The system whose rules hold: the Cochrane Register of Studies has those
    /// of the Cochrane Library, and fields of its own.
    pub(super) fn rules(self) -> Self {
        if self == Self::Crs { Self::Cochrane } else { self }
    }

    /// Whether its lines are named `S1`.
    pub(super) fn names_with_s(self) -> bool {
        matches!(self, Self::Ebsco | Self::ProQuest)
    }

    fn row(self) -> (&'static str, &'static str) {
        let row = NAMES.iter().find(|(dialect, ..)| *dialect == self);
        row.map_or(("", ""), |(_, key, name)| (key, name))
    }

    /// The name that is typed for it, such as `ovid`.
    #[must_use]
    pub fn key(self) -> &'static str {
        self.row().0
    }

    /// The name of the system, such as `Ovid`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().1
    }

    /// The dialect of a name that is typed, such as `ovid`.
    #[must_use]
    pub fn of_key(key: &str) -> Option<Self> {
        NAMES.iter().find(|(_, known, _)| *known == key).map(|(dialect, ..)| *dialect)
    }
}
