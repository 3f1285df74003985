//! A page of studies, which is made piece by piece as it is sent.

use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::Body;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::task::{JoinHandle, spawn_blocking};

use trialdex_output::RegistryTable;
use trialdex_session::{AnyError, OpenIndex, StudyPlace};

use super::projection::Projection;

/// Bytes that are made at once, but for the last study among them: so many are in memory for
/// whoever reads slowly.
const AT_ONCE: usize = 64 << 10;

/// Studies that a cluster is asked for together.
const AHEAD: usize = 16;

/// How the studies of a page are written.
pub(crate) enum PageFormat {
    Json(Projection),
    Csv(RegistryTable),
}

/// The studies of a page that are still to be written.
pub(crate) struct Page {
    pub(crate) index: Arc<OpenIndex>,
    pub(crate) format: PageFormat,
    pub(crate) places: Vec<StudyPlace>,
    /// What is before the first study.
    pub(crate) begin: String,
    /// What is after the last one.
    pub(crate) end: String,
    at: usize,
}

impl Page {
    pub(crate) fn new(
        index: Arc<OpenIndex>,
        format: PageFormat,
        places: Vec<StudyPlace>,
        begin: String,
        end: String,
    ) -> Self {
        Self { index, format, places, begin, end, at: 0 }
    }

    /// The page as the body of an answer. What is in the first step is made before.
    pub(crate) fn into_body(mut self) -> Result<Body, AnyError> {
        let first = self.next()?;
        if self.is_done() {
            return Ok(Body::from(first));
        }
        Ok(Body::new(PageBody { begin: Some(first), rest: Some(self), running: None }))
    }

    fn is_done(&self) -> bool {
        self.at > self.places.len() || (self.at == self.places.len() && self.at > 0)
    }

    /// The next studies.
    fn next(&mut self) -> Result<Vec<u8>, AnyError> {
        let mut text = if self.at == 0 { self.begin.clone().into_bytes() } else { Vec::new() };
        let reader = self.index.index().reading()?;
        while let Some(place) = self.places.get(self.at).filter(|_| text.len() < AT_ONCE) {
            let ahead = self.places.len().min(self.at + AHEAD);
            reader.prepare(&self.places[self.at..ahead])?;
            match &self.format {
                PageFormat::Json(projection) => {
                    text.extend_from_slice(if self.at == 0 { b"\n" } else { b",\n" });
                    text.extend(projection.json(&reader, *place)?);
                }
                PageFormat::Csv(table) => {
                    let study = reader.pieces(*place, Some(&RegistryTable::pieces()))?;
                    let written = table.write_study(&mut text, &study);
                    written.map_err(AnyError::Io)?;
                }
            }
            self.at += 1;
        }
        if self.at == self.places.len() {
            text.extend_from_slice(self.end.as_bytes());
            self.at = self.places.len().max(1);
        }
        Ok(text)
    }
}

/// A step of a page that is being made.
type Step = JoinHandle<Result<(Page, Vec<u8>), AnyError>>;

/// The body of an answer with a page. Its studies are read when there is room to send them.
struct PageBody {
    /// What is made already.
    begin: Option<Vec<u8>>,
    rest: Option<Page>,
    running: Option<Step>,
}

impl http_body::Body for PageBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(begin) = self.begin.take() {
            return Poll::Ready(Some(Ok(Frame::data(begin.into()))));
        }
        loop {
            if let Some(step) = &mut self.running {
                let made = ready!(Pin::new(step).poll(context));
                self.running = None;
                return Poll::Ready(Some(match made {
                    Ok(Ok((page, text))) => {
                        self.rest = Some(page);
                        Ok(Frame::data(text.into()))
                    }
                    Ok(Err(error)) => {
                        tracing::error!("a page was cut: {error}");
                        Err(io::Error::other(error))
                    }
                    Err(error) => Err(io::Error::other(error)),
                }));
            }
            match self.rest.take() {
                Some(mut page) if !page.is_done() => {
                    let step = move || page.next().map(|text| (page, text));
                    self.running = Some(spawn_blocking(step));
                }
                _ => return Poll::Ready(None),
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}
