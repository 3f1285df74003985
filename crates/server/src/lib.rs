//! An index served over HTTP: the registry's API, version 2, with room for other routes.
//!
//! [`Server::bind`] takes an address, [`Server::run`] answers until its [`Stopper`] is used. All
//! that is asked goes through [`trialdex_session::Session`], as on the command line.
//!
//! ```no_run
//! use std::path::Path;
//! use std::sync::Arc;
//! use trialdex_server::{Server, ServerOptions};
//! use trialdex_session::Session;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let session = Arc::new(Session::open(Path::new("index"), None)?);
//! let server = Server::bind(session, ServerOptions::default())?;
//! println!("http://{}/api/v2/studies", server.address());
//! server.run()?;
//! # Ok(())
//! # }
//! ```

mod api;
mod guard;
mod listener;
mod metrics;
mod routes;
mod service;
mod statistics;

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

pub use axum::Router;
use tokio::sync::Notify;
use tokio::time::{MissedTickBehavior, interval, sleep};

use trialdex_session::Session;

use guard::Guard;
pub use service::Limits;
use service::Service;

/// How often the server looks whether the index was written to.
const REFRESH: Duration = Duration::from_secs(1);

/// Threads besides those of requests: for pages that are made while they are sent, assistants and
/// statistics.
const SENDING: usize = 32;

/// How often it looks whether statistics are to be counted.
const COUNT: Duration = Duration::from_millis(250);

/// How much longer than the last count it waits with the next: an index that is written to all the
/// time does not keep the server counting.
const PAUSE: u32 = 9;

/// Where and for whom a server answers, and what it does at most.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// The address; port 0 takes any that is free.
    pub listen: SocketAddr,
    /// Names that the server has besides its addresses and `localhost`.
    pub hosts: Vec<String>,
    /// What requests have to bring as `Authorization: Bearer`, if anything.
    pub token: Option<String>,
    /// What it does at most.
    pub limits: Limits,
}

impl Default for ServerOptions {
    fn default() -> Self {
        let processors = thread::available_parallelism().map_or(1, usize::from);
        Self {
            listen: (Ipv4Addr::LOCALHOST, 7878).into(),
            hosts: Vec::new(),
            token: None,
            limits: Limits {
                time: Duration::from_secs(30),
                at_once: 2 * processors,
                connections: 4096,
            },
        }
    }
}

/// A server that has its address and does not answer yet.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    service: Arc<Service>,
    guard: Arc<Guard>,
    mounted: Router,
    stop: Arc<Notify>,
}

/// Ends a server from another thread.
#[derive(Debug, Clone)]
pub struct Stopper(Arc<Notify>);

impl Stopper {
    /// Lets the server take no more requests, finish those that it has, and return.
    pub fn stop(&self) {
        self.0.notify_one();
    }
}

impl Server {
    /// Takes the address.
    ///
    /// # Errors
    ///
    /// Where it cannot be had.
    pub fn bind(session: Arc<Session>, options: ServerOptions) -> io::Result<Self> {
        let listener = TcpListener::bind(options.listen)?;
        listener.set_nonblocking(true)?;
        let token = options.token.map(|token| blake3::hash(token.as_bytes()));
        Ok(Self {
            address: listener.local_addr()?,
            listener,
            service: Arc::new(Service::new(session, options.limits)),
            guard: Arc::new(Guard { hosts: options.hosts, token }),
            mounted: Router::new(),
            stop: Arc::default(),
        })
    }

    /// Adds routes, such as those of a page for people or of assistants. They are for this server's
    /// own names and addresses, with the same token and limits of size, and refuse what pages of
    /// other sites send.
    #[must_use]
    pub fn mount(self, routes: Router) -> Self {
        Self { mounted: self.mounted.merge(routes), ..self }
    }

    /// The address that it has.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What ends it.
    #[must_use]
    pub fn stopper(&self) -> Stopper {
        Stopper(self.stop.clone())
    }

    /// Answers requests until it is stopped.
    ///
    /// # Errors
    ///
    /// Where threads cannot be had.
    pub fn run(self) -> io::Result<()> {
        // Requests in work, and pages that go on being made while they are sent.
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .max_blocking_threads(self.service.limits.at_once.max(1) + SENDING)
            .build()?;
        let Self { listener, service, guard, mounted, stop, .. } = self;
        let farewell = runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            let refreshing = tokio::spawn(refresh(service.clone()));
            let counting = tokio::spawn(count(service.clone()));
            let routes = routes::routes(&service, &guard, mounted);
            listener::listen(listener, routes, service.clone(), stop.notified()).await;
            refreshing.abort();
            counting.abort();
            service.statistics.stop();
            Ok(())
        });
        // What still works was asked to stop; it is not waited for.
        runtime.shutdown_background();
        farewell
    }
}

/// Goes over to later states of the index, for ever.
async fn refresh(service: Arc<Service>) {
    let mut ticks = interval(REFRESH);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut failed = false;
    loop {
        ticks.tick().await;
        let service = service.clone();
        match tokio::task::spawn_blocking(move || service.refresh()).await {
            Ok(Ok(refreshed)) => {
                if refreshed {
                    tracing::info!("the index was refreshed");
                }
                failed = false;
            }
            // Said once, not each second.
            Ok(Err(error)) if !failed => {
                tracing::warn!("the state before goes on being served: {error}");
                failed = true;
            }
            _ => {}
        }
    }
}

/// Counts the statistics of later states of the index, for ever.
async fn count(service: Arc<Service>) {
    loop {
        let service = service.clone();
        let counted = tokio::task::spawn_blocking(move || service.renew_statistics()).await;
        let took = match counted {
            Ok(Ok(took)) => took,
            Ok(Err(error)) => {
                tracing::warn!("the statistics cannot be counted: {error}");
                REFRESH
            }
            Err(_) => REFRESH,
        };
        sleep((PAUSE * took).max(COUNT)).await;
    }
}
