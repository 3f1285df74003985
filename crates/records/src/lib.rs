//! Study records of ClinicalTrials.gov.
//!
//! * [`study`]: the data model. A [`study::Study`] has the shape of the registry's API v2.
//! * [`source`]: paths, archives and streams, read into the bytes of single records.
//! * [`encoding`]: the text in bytes.
//! * [`workbook`]: the cells of Excel workbooks.
//! * [`mod@format`]: those bytes, converted into studies, one file a format.
//!
//! [`source::walk()`] lists files, [`source::read()`] gives the [`source::Record`]s of one, and
//! [`format::convert()`] makes a study of each:
//!
//! ```
//! use std::ops::ControlFlow;
//! use trialdex_records::{format, source};
//!
//! let dump = r#"{"studies": [{"protocolSection": {"identificationModule":
//!     {"nctId": "NCT90000001", "briefTitle": "Light therapy for insomnia"}}}]}"#;
//! let mut titles = Vec::new();
//! let limits = source::ReadLimits::default();
//! let _ = source::read_stream(dump.as_bytes(), "dump.json", &limits, &mut |found| {
//!     if let source::SourceItem::Record(record) = found {
//!         let study = format::convert(&record).expect("a study").study;
//!         titles.extend(study.text("BriefTitle").map(str::to_owned));
//!     }
//!     ControlFlow::Continue(())
//! });
//! assert_eq!(titles, ["Light therapy for insomnia"]);
//! ```
//!
//! The example `titles` reads files.
//!
//! Nothing here prints, exits, or reads the environment or the clock.

pub mod encoding;
pub mod format;
pub mod source;
pub mod study;
pub mod workbook;
