//! wxbackup saves the whole library of a WeChat Official Account in one zip,
//! proves that it is whole, and gives it back.
//!
//! # Layers
//!
//! Uses run down only; a test checks them.
//!
//! - operations, which never use each other: [`export`], [`verify`], [`restore`],
//!   [`extract`], [`browse`], [`diff`], [`status`], [`prune`], [`doctor`],
//!   [`upload`]
//! - places, which never use each other: [`wechat`] (the network), [`stage`] (a
//!   folder), [`archive`] (a zip), [`notify`] (whoever is to be told)
//! - documents, pure text in and out: [`html`], [`record`]
//! - words: [`model`], [`event`], [`interrupt`], [`fs`], [`net`], [`error`],
//!   [`text`]
//!
//! "Format 11" in a comment is chapter 11 of the format document, `schemas/README.md`.
//!
//! The library never prints, exits, reads the environment or looks at a clock;
//! it tells an [`event::Observer`] what happens.

pub mod archive;
pub mod browse;
pub mod diff;
pub mod doctor;
pub mod error;
pub mod event;
pub mod export;
pub mod extract;
pub mod fs;
pub mod html;
pub mod interrupt;
pub mod model;
pub mod net;
pub mod notify;
pub mod prune;
pub mod record;
pub mod restore;
pub mod stage;
pub mod status;
pub mod text;
pub mod upload;
pub mod verify;
pub mod wechat;
