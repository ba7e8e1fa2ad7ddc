//! WeChat, as seen from a backup: tokens, lists, material, and downloads.
//!
//! [`Client`] asks one question a method, and keeps the manners that every call
//! needs: one token for all, few calls at a time, waits that all share, retries
//! in one place, nothing secret in any error or event. What an error means for
//! the run is [`Error::class`]; why an item is then missing,
//! [`Error::gap_reason`].
//!
//! # What is odd about this API
//!
//! - Errors come with HTTP 200 and `Content-Type: text/plain`, and so does
//!   success. A failure is an `errcode` that is present and not 0; some successes
//!   carry `errcode` 0, most none. The content type decides nothing.
//! - The token travels in the query string, so no URL may reach a log or an error.
//! - `expires_in` of a token is what it has *left*, and may be 345 s.
//! - 40001 means a dead token, but from the token endpoint a wrong secret.
//! - JSON may hold raw control bytes and cut UTF-8 ([`lenient`]); `item` comes
//!   before the totals; an empty draft box has no `item_count`; numbers may be
//!   strings, flags may be 0 and 1.
//! - `get_material` answers with bytes, with JSON of a video, with JSON of news,
//!   or with an error, whatever was expected; headers tell little. A file that is
//!   sent as an attachment may open with `{`, and one named `1.jpg` may be no
//!   picture.
//! - A video's `down_url` is plain http on a bare address, may answer 404 in its
//!   first seconds, or is a web page and no file.
//! - A foreign `Referer` gets a placeholder picture with status 200.
//! - A quota is of one path and one day; 45011 asks everybody to slow down.
//!
//! [`lenient`]: crate::record::lenient

mod address;
mod api;
mod body;
mod budget;
mod call;
mod client;
mod download;
mod errcode;
mod error;
mod form;
mod gate;
mod http;
mod options;
mod retry;
mod scan;
mod secrets;
#[cfg(test)]
mod tests;
mod token;
mod upload;
pub mod wire;

pub use crate::net::ProxyRules;
pub use address::Source;
pub use api::Api;
pub use body::{BodySink, Download, Material};
pub use client::{Client, JsonAnswer};
pub use download::{Age, DownloadRules, Referer};
pub use errcode::Class;
pub use error::{AddressFault, BodyFault, Error, ErrorKind, NetworkFailure, Refusal};
pub use options::{CallRecord, Credential, Issued, Options, Pace};
pub use secrets::Secrets;
pub use upload::{Added, Upload};
pub use wire::{
    ArticleFields, ArticleGroup, ListItem, MaterialCounts, MediaItem, Page, PageItem, Quota,
    RateLimit, VideoInfo,
};
