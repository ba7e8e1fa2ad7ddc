//! Who may use whom: the layers of the library, read from its own files.
//!
//! It reads `crate::name` and `wxbackup::name` wherever they stand in code, so
//! that neither `use` lines nor full paths escape it; `use crate::{…}` hides
//! names from it and is refused.

use std::collections::BTreeSet;
use std::path::Path;

/// The layers of the library, from the top. A module uses those of the layers
/// below its own, and none beside it.
const LAYERS: [&[&str]; 4] = [
    // Operations.
    &[
        "export", "verify", "restore", "extract", "browse", "diff", "status", "prune", "doctor",
        "upload",
    ],
    // Places: the network, a folder, a zip, whoever is to be told.
    &["wechat", "stage", "archive", "notify"],
    // Documents.
    &["html", "record"],
    // Words.
    &["error", "event", "fs", "interrupt", "model", "net", "text"],
];

/// What the words may use of each other.
const AMONG_WORDS: [(&str, &[&str]); 7] = [
    ("error", &["message", "text"]),
    ("event", &["message", "model", "text"]),
    ("fs", &["error", "message", "text"]),
    ("interrupt", &["message", "text"]),
    ("model", &["message", "text"]),
    ("net", &["message", "text"]),
    ("text", &["message"]),
];

/// What the library leaves to the command line.
const NOT_IN_THE_LIBRARY: [&str; 11] = [
    "println!",
    "eprintln!",
    "print!",
    "eprint!",
    "io::stdout()",
    "io::stderr()",
    "std::env::",
    "process::exit",
    "SystemTime::now",
    "Timestamp::now",
    "crate::cli",
];

/// What all of the command line leaves to its one place that prints.
const ONLY_ON_THE_SCREEN: [&str; 5] = ["println!", "print!", "stdout()", "stderr()", "dbg!"];

/// A file of `src`, without its tests.
struct Source {
    /// Relative to `src`, with `/`.
    name: String,
    /// The first part of the name: its layer.
    module: String,
    lines: Vec<String>,
}

fn sources() -> Vec<Source> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = Vec::new();
    let mut folders = vec![src.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                sources.push(source(&src, &path));
            }
        }
    }
    assert!(sources.len() > 20, "the files of src are read");
    sources
}

fn source(src: &Path, path: &Path) -> Source {
    let name = path
        .strip_prefix(src)
        .unwrap()
        .components()
        .map(|part| part.as_os_str().to_str().unwrap())
        .collect::<Vec<_>>()
        .join("/");
    let module = name.split('/').next().unwrap().trim_end_matches(".rs");
    let text = std::fs::read_to_string(path).unwrap();
    // Tests come last in a file, and may do what they like.
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    Source {
        module: module.to_owned(),
        name,
        lines: code
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"))
            .map(str::to_owned)
            .collect(),
    }
}

impl Source {
    fn is_library(&self) -> bool {
        !matches!(self.module.as_str(), "cli" | "main")
    }

    /// The names that follow `prefix` in code.
    fn names_after(&self, prefix: &str) -> BTreeSet<String> {
        self.lines
            .iter()
            .flat_map(|line| line.split(prefix).skip(1))
            .map(|rest| {
                rest.chars()
                    .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                    .collect()
            })
            .collect()
    }
}

/// What `module` may use besides itself.
fn allowed(module: &str) -> BTreeSet<&'static str> {
    let layer = LAYERS
        .iter()
        .position(|layer| layer.contains(&module))
        .unwrap_or_else(|| panic!("`{module}` is in no layer"));
    // The macro of the catalogue stands at the root, as macros do.
    let below = LAYERS[layer + 1..].iter().copied().flatten();
    let below = below.chain(if layer + 1 < LAYERS.len() {
        &["message"][..]
    } else {
        &[]
    });
    let among_words = AMONG_WORDS
        .iter()
        .filter(|(word, _)| *word == module)
        .flat_map(|(_, words)| words.iter());
    below.chain(among_words).copied().collect()
}

#[test]
fn uses_run_down_only() {
    let mut up = Vec::new();
    for source in sources().iter().filter(|source| source.is_library()) {
        if source.module == "lib" {
            continue;
        }
        let allowed = allowed(&source.module);
        for name in source.names_after("crate::") {
            if name != source.module && !allowed.contains(name.as_str()) {
                up.push(format!("{} uses crate::{name}", source.name));
            }
        }
    }
    assert_eq!(up, Vec::<String>::new());
}

#[test]
fn every_module_has_a_layer() {
    let modules: BTreeSet<String> = sources()
        .into_iter()
        .map(|source| source.module)
        .filter(|module| !matches!(module.as_str(), "lib" | "main" | "cli"))
        .collect();
    let known: BTreeSet<String> = LAYERS
        .iter()
        .copied()
        .flatten()
        .map(|name| (*name).to_owned())
        .collect();
    assert_eq!(
        modules.difference(&known).collect::<Vec<_>>(),
        Vec::<&String>::new()
    );
}

#[test]
fn the_library_neither_prints_nor_exits_nor_looks_around() {
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| source.is_library()) {
        for line in &source.lines {
            for word in NOT_IN_THE_LIBRARY {
                if line.contains(word) {
                    found.push(format!("{}: {}", source.name, line.trim()));
                }
            }
        }
    }
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn the_command_line_prints_in_one_place() {
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| !source.is_library()) {
        if source.name == "cli/report/screen.rs" {
            continue;
        }
        for line in &source.lines {
            if ONLY_ON_THE_SCREEN.iter().any(|word| line.contains(word)) {
                found.push(format!("{}: {}", source.name, line.trim()));
            }
        }
    }
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn the_command_line_uses_the_library_by_its_name() {
    for source in sources().iter().filter(|source| !source.is_library()) {
        let own = source.names_after("crate::");
        let others: Vec<&String> = own.iter().filter(|name| *name != "cli").collect();
        assert_eq!(others, Vec::<&String>::new(), "{}", source.name);
    }
}

#[test]
fn one_use_names_one_module() {
    let mut hidden = Vec::new();
    for source in sources() {
        for line in &source.lines {
            if ["crate::{", "crate::*", "wxbackup::{", "wxbackup::*"]
                .iter()
                .any(|way| line.contains(way))
            {
                hidden.push(format!("{}: {}", source.name, line.trim()));
            }
        }
    }
    assert_eq!(hidden, Vec::<String>::new());
}

#[test]
fn the_simulator_does_not_know_the_program() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sim/Cargo.toml");
    let text = std::fs::read_to_string(manifest).unwrap();
    assert!(!text.lines().any(|line| line.starts_with("wxbackup")));
}
