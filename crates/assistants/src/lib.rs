//! Study records for assistants: tools, resources and a prompt of the Model Context Protocol over
//! an open index.
//!
//! * [`Toolbox`] has the tools. It knows no protocol: a call is a name and a JSON object, an answer
//!   is one JSON value that fits into a number of tokens.
//! * [`Assistant`] speaks the protocol, in the version of 2026-07-28 without `initialize` and in the
//!   earlier ones with it.
//! * [`serve`] answers one client on two streams, such as standard input and output; with the
//!   feature `http`, `over_http` is a service that answers all clients of a server.
//!
//! What a client can rely on: every number of studies comes with the state of the index that it was
//! counted in; a list says how many elements there are, and has a cursor unless it is at its end;
//! what is not in the index is an error with what is like it; a quotation has the place in the
//! record that it is from, and every search a receipt.

mod answer;
mod arguments;
mod calls;
mod cursor;
mod failure;
#[cfg(feature = "http")]
mod http;
mod kept_receipts;
mod prompt;
mod protocol;
mod question;
mod resources;
mod review_desk;
mod schema;
mod study_parts;
mod study_texts;
mod toolbox;
mod tools;

pub use answer::{BYTES_A_TOKEN, DEFAULT_TOKENS, MOST_TOKENS, ToolAnswer};
pub use failure::ToolFailure;
#[cfg(feature = "http")]
pub use http::{HttpAssistant, over_http};
pub use protocol::{Assistant, ServeError, serve};
pub use review_desk::{DeskError, ReviewDesk};
pub use toolbox::{Toolbox, ToolboxOptions};
