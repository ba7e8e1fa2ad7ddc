//! `README.txt` inside an archive: for whoever finds the file in twenty years.

/// The text, Chinese first; the same in every archive of this version of the program.
pub const TEXT: &str = include_str!("README.in-archive.txt");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commands_in_the_text_are_those_of_the_format_document() {
        for command in [
            "sha256sum -c --quiet --strict tagmanifest-sha256.txt",
            "sha256sum -c --quiet --strict manifest-sha256.txt",
        ] {
            assert!(TEXT.contains(command), "{command}");
        }
        assert!(TEXT.ends_with('\n') && !TEXT.contains('\r'));
    }
}
