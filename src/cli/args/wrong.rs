//! What is wrong with a value, and values that are numbers.

use std::num::{IntErrorKind, NonZeroU32, NonZeroUsize, ParseIntError};

use wxbackup::message;
use wxbackup::text::Message;

/// What is wrong with a value: its `Display` speaks the language that is spoken.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct WrongValue(pub(super) Message);

/// A number of things, of which there must be one.
pub(super) fn number_from_1(text: &str) -> Result<NonZeroUsize, WrongValue> {
    text.parse()
        .map_err(|_| WrongValue(message!("value-from-1")))
}

/// The same, with the reason why it is none.
pub(super) fn count(text: &str) -> Result<NonZeroU32, WrongValue> {
    text.parse().map_err(|error| no_number(&error))
}

/// A part of a whole that leaves something over.
pub(super) fn percent(text: &str) -> Result<u8, WrongValue> {
    text.parse()
        .ok()
        .filter(|percent| *percent < 100)
        .ok_or(WrongValue(message!("value-percent")))
}

/// A port.
pub(super) fn port(text: &str) -> Result<u16, WrongValue> {
    let number: i64 = text.parse().map_err(|error| no_number(&error))?;
    u16::try_from(number).map_err(|_| WrongValue(message!("value-port", number = text)))
}

fn no_number(error: &ParseIntError) -> WrongValue {
    WrongValue(match error.kind() {
        IntErrorKind::Empty => message!("value-empty"),
        IntErrorKind::PosOverflow => message!("value-too-large"),
        IntErrorKind::NegOverflow => message!("value-too-small"),
        IntErrorKind::Zero => message!("value-zero"),
        _ => message!("value-digit"),
    })
}
