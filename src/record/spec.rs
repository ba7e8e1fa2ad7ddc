//! The format document and the schemas, which every archive carries: whoever
//! finds it in twenty years has what is needed to read it.

/// Path in the archive and text of every file under `spec/`.
pub const FILES: &[(&str, &str)] = &[];
