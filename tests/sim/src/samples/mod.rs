//! Real small media, made from a seed: what programs open, not what merely
//! has the right first bytes.
//!
//! Nothing is kept: a file is described by a few numbers and made when it is
//! asked for, the same each time.

mod gif;
mod jpeg;
mod mosaic;
mod picture;
mod png;
mod sound;
mod source;
mod svg;
mod video;
mod webp;

pub use picture::Picture;
pub use picture::PictureKind;
pub use sound::Sound;
pub use sound::SoundKind;
pub(crate) use sound::played_millis;
pub use source::Source;
pub use video::Clip;
