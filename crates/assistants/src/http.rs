//! The protocol over HTTP.

use std::sync::Arc;

use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};

use crate::protocol::Assistant;
use crate::toolbox::Toolbox;

/// A service of tower that answers assistants, to be mounted under a path such as `/mcp`.
pub type HttpAssistant = StreamableHttpService<Assistant, NeverSessionManager>;

/// The tools over HTTP. Each request is answered by itself, in both eras of the protocol: there are
/// no sessions to be kept. Hosts and origins are checked by whoever mounts it, for all routes alike.
#[must_use]
pub fn over_http(tools: Arc<Toolbox>) -> HttpAssistant {
    let assistant = Assistant::new(tools);
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_sse_keep_alive(None)
        .disable_allowed_hosts();
    StreamableHttpService::new(move || Ok(assistant.clone()), Arc::default(), config)
}
