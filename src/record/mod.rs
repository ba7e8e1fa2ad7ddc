//! Documents of an archive, read and written as pure text.

pub mod lenient;
