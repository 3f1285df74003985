//! Study records of ClinicalTrials.gov.
//!
//! * [`study`]: the data model. A [`study::Study`] has the shape of the registry's API v2.
//! * [`source`]: paths, archives and streams, read into the bytes of single records.
//! * [`workbook`]: the cells of Excel workbooks.
//! * [`mod@format`]: those bytes, converted into studies, one file a format.
//!
//! A file is [`source::walk`]ed to and [`source::read`]; each [`source::Record`] that it gives
//! is [`format::convert`]ed.
//!
//! Nothing here prints, exits, or reads the environment or the clock.

pub mod format;
pub mod source;
pub mod study;
pub mod workbook;
