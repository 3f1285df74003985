//! What all requests share: the open index, limits on work, numbers about it.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::response::Response;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout};

use trialdex_session::{AnyError, OpenIndex, Session, StopAtEnd};

use crate::api::api_error::ApiError;
use crate::api::page_token::PageToken;
use crate::metrics::Metrics;
use crate::statistics::StatisticsKeeper;

/// States of the index before the latest that clients can go on reading pages of.
const KEPT: usize = 3;

/// How long.
const KEPT_FOR: Duration = Duration::from_secs(600);

/// What a server does at most.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How long a request may wait and work, each.
    pub time: Duration,
    /// Requests that are worked on at the same time; others wait.
    pub at_once: usize,
    /// Connections that are open at the same time; others wait.
    pub connections: usize,
}

/// What all requests share.
pub(crate) struct Service {
    pub(crate) session: Arc<Session>,
    pub(crate) limits: Limits,
    pub(crate) metrics: Metrics,
    pub(crate) statistics: StatisticsKeeper,
    states: Mutex<States>,
    working: Arc<Semaphore>,
}

/// States of the index that pages can be of.
struct States {
    /// The latest that was seen. Others who share the session may have gone on meanwhile.
    latest: Arc<OpenIndex>,
    /// Those before, and when each became one.
    earlier: VecDeque<(Arc<OpenIndex>, Instant)>,
}

impl States {
    /// Takes notice of the latest state, and forgets those that are too old. Whether it is new.
    fn follow(&mut self, current: Arc<OpenIndex>) -> bool {
        let new = !Arc::ptr_eq(&self.latest, &current);
        if new {
            let before = std::mem::replace(&mut self.latest, current);
            self.earlier.push_back((before, Instant::now()));
        }
        let old = |since: &Instant| since.elapsed() > KEPT_FOR;
        while self.earlier.len() > KEPT || self.earlier.front().is_some_and(|(_, it)| old(it)) {
            self.earlier.pop_front();
        }
        new
    }
}

impl Service {
    pub(crate) fn new(session: Arc<Session>, limits: Limits) -> Self {
        let states = States { latest: session.current(), earlier: VecDeque::new() };
        Self {
            session,
            limits,
            metrics: Metrics::default(),
            statistics: StatisticsKeeper::default(),
            states: Mutex::new(states),
            working: Arc::new(Semaphore::new(limits.at_once.max(1))),
        }
    }

    /// Works on a request in a thread of its own, when it is its turn. Past the limit of time, or
    /// when the client is gone, the work is asked to stop.
    pub(crate) async fn work(
        self: Arc<Self>,
        job: impl FnOnce(&Self, &Arc<AtomicBool>) -> Result<Response, ApiError> + Send + 'static,
    ) -> Result<Response, ApiError> {
        let limit = self.limits.time;
        let turn = timeout(limit, self.working.clone().acquire_owned()).await;
        let Ok(Ok(permit)) = turn else {
            self.metrics.busy();
            return Err(ApiError::later("The server is busy; send the request again"));
        };
        let stop = StopAtEnd::default();
        let (service, watched) = (self.clone(), stop.flag());
        let work = spawn_blocking(move || {
            let _permit = permit;
            job(&service, &watched)
        });
        match timeout(limit, work).await {
            Ok(Ok(answered)) => answered,
            Ok(Err(_)) => {
                Err(ApiError::failed("The request made the server fail; its log says why"))
            }
            Err(_) => {
                self.metrics.stopped();
                Err(ApiError::later(format!(
                    "The request took longer than {} seconds and was stopped; ask for less",
                    limit.as_secs()
                )))
            }
        }
    }

    /// The index to read a page of: the latest state, or that of the pages before.
    pub(crate) fn index_of(&self, token: Option<PageToken>) -> Result<Arc<OpenIndex>, ApiError> {
        let current = self.session.current();
        let Some(token) = token.filter(|token| !token.is_of(&current.state().digest)) else {
            return Ok(current);
        };
        let mut states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        states.follow(current);
        let kept = states.earlier.iter().find(|(index, _)| token.is_of(&index.state().digest));
        kept.map(|(index, _)| index.clone()).ok_or_else(|| {
            ApiError::bad_request(
                "Invalid value in parameter `pageToken`: the data have changed since the page \
                 before; begin again without `pageToken`",
            )
        })
    }

    /// Goes over to the latest state of the index; whether there is one that is later.
    pub(crate) fn refresh(&self) -> Result<bool, AnyError> {
        self.session.refresh()?;
        let current = self.session.current();
        let new = self.states.lock().unwrap_or_else(PoisonError::into_inner).follow(current);
        if new {
            self.metrics.refreshed();
        }
        Ok(new)
    }

    /// Counts the statistics of the latest state, if they are not there; how long that took. It
    /// gives way to requests, unless some wait for it.
    pub(crate) fn renew_statistics(&self) -> Result<Duration, AnyError> {
        let is_busy = || {
            let (running, waiting) =
                (self.metrics.running.load(Ordering::Relaxed), self.statistics.waiting());
            waiting == 0 && running > 0
        };
        self.statistics.renew(&self.session.current(), &is_busy)
    }
}
