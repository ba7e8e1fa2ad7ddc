//! The tests that run the program as its users do.
//!
//! One binary for all of them: linking once is half of the time.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a test may panic, and its name says what it is"
)]

mod accounts;
#[cfg(unix)]
mod article_looks;
#[cfg(unix)]
mod article_pages;
mod astray;
#[cfg(unix)]
mod browse;
mod chinese;
mod chinese_library;
#[cfg(unix)]
mod chromium;
mod config;
mod crash;
mod credentials;
#[cfg(unix)]
mod damage;
mod demo;
mod determinism;
mod diff;
#[cfg(target_os = "linux")]
mod disk_faults;
mod doctor;
mod ears;
#[cfg(unix)]
mod encryption;
mod every_byte;
mod export;
mod extract;
mod fault_matrix;
mod faults;
mod forge;
mod full_account;
mod golden;
mod help;
mod hostile;
#[cfg(unix)]
mod hostile_archives;
mod hostile_base;
#[cfg(target_os = "linux")]
mod hostile_large;
#[cfg(target_os = "linux")]
mod hostile_links;
mod incremental;
mod interop;
mod layers;
mod list;
mod manners;
// Elsewhere the kernel counts in other units.
#[cfg(target_os = "linux")]
mod memory;
mod model;
mod needles;
#[cfg(unix)]
mod notify;
mod output;
mod packaging;
mod pages;
#[cfg(unix)]
mod pages_in_chromium;
mod prune;
mod quick;
mod quota;
mod refusals;
mod restore;
mod resume;
mod run;
mod sample;
mod saved;
mod schemas;
#[cfg(unix)]
mod secrets;
mod shelf;
#[cfg(unix)]
mod signals;
mod signing;
mod status;
#[cfg(target_os = "linux")]
mod terminal;
mod texts;
mod upload;
mod upload_faults;
mod verify;
mod wrong_usage;

/// Says a line even where the test passes: what macros print is shown only where it fails.
fn tell(line: &str) {
    use std::io::Write as _;
    let line = format!("{line}\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
}
