//! Telling people how a run ended: commands, a ping, chat groups, metrics.
//!
//! What is told is composed by pure functions of the [`Facts`] of a run; what
//! sends it is bounded in time and fails by itself: an error here is never the
//! run's. No secret is in the facts, and a title only where [`LastLines`] was
//! told to keep titles. The addresses of pings and chats are secrets as good as
//! passwords, so no error and no `Debug` shows one.

mod address;
mod channel;
mod chat;
mod command;
mod environment;
mod error;
mod facts;
mod http;
mod last_lines;
mod metrics;
mod ping;
mod send;
mod text;

pub use address::Address;
pub use channel::{Channel, Way, When};
pub use chat::ChatKind;
pub use environment::{NAMES as VARIABLES, PREFIX as VARIABLES_PREFIX};
pub use error::Error;
pub use facts::{Archive, Counts, Facts, Outcome, Severity, UnknownSeverity};
pub use last_lines::LastLines;
pub use metrics::file_name as metrics_file_name;
pub use send::{Limits, Network, Options, Sender, Told};
