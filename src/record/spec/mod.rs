//! The format document and the schemas, which every archive carries: whoever
//! finds it in twenty years has what is needed to read it.

#[cfg(test)]
mod tests;

macro_rules! schemas {
    ($($name:literal),+ $(,)?) => {
        &[
            (
                "spec/wxbackup-archive-1.0.md",
                include_str!("../../../schemas/README.md"),
            ),
            $((
                concat!("spec/schemas/", $name, ".schema.json"),
                include_str!(concat!("../../../schemas/", $name, ".schema.json")),
            ),)+
        ]
    };
}

/// Path in the archive and text of every file under `spec/`, the format document first.
pub const FILES: &[(&str, &str)] = schemas![
    "archive",
    "article",
    "asset",
    "call",
    "change",
    "completeness",
    "gap",
    "image",
    "meta",
    "provenance",
    "receipt",
    "video",
    "voice",
];
