//! One small archive with something of every kind, damaged in every bit and cut
//! at every length: the whole check, records and all, refuses each.

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::num::NonZeroUsize;
    use std::sync::atomic::{AtomicU64, Ordering};

    use rayon::prelude::*;

    use crate::archive::check::hostile::Forge;
    use crate::archive::check::{Level, Options, WholeFile, stream, zip};
    use crate::archive::{Identities, Source};
    use crate::event::Silent;
    use crate::interrupt::Interrupt;
    use crate::model::{Sha256, layout};
    use crate::record::check::library::Library;

    /// The archive, but for the long text of the format: it has a word in its place.
    fn archive() -> Vec<u8> {
        let mut entries: Vec<(String, Vec<u8>)> = Library::sample_entries()
            .into_iter()
            .map(|(path, body)| {
                let is_spec = path.as_str().starts_with("spec/");
                let body = if is_spec { b"spec\n".to_vec() } else { body };
                (path.to_string(), body)
            })
            .collect();
        let mut tags: Vec<String> = entries
            .iter()
            .filter(|(path, _)| !path.starts_with("data/") && path != layout::TAGMANIFEST)
            .map(|(path, body)| (path, Sha256::of(body)))
            .map(|(path, digest)| format!("{digest}  {path}\n"))
            .collect();
        tags.sort_by(|left, right| left[64..].cmp(&right[64..]));
        let place = entries
            .iter()
            .position(|(path, _)| path == layout::TAGMANIFEST);
        entries[place.unwrap()].1 = tags.concat().into_bytes();
        Forge::of(&entries).bytes()
    }

    /// Whether an archive is refused as deep as this level looks, from a pipe.
    fn is_refused(bytes: &[u8], level: Level) -> bool {
        let keys = Identities::default();
        let report = stream(
            bytes,
            &keys,
            &options(level),
            &Silent,
            &Interrupt::default(),
        );
        !report.is_ok_and(|report| report.is_sound())
    }

    fn is_refused_as_a_file(bytes: &[u8]) -> bool {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        let source = Source::of_file(file, "a.zip", &Identities::default()).unwrap();
        let report = zip(
            &source,
            &options(Level::Full),
            &Silent,
            &Interrupt::default(),
        );
        !report.is_ok_and(|report| report.is_sound())
    }

    /// The whole check. Each level does all that the one before does, so what a
    /// shallow one refuses need not be parsed for a deep one to refuse it.
    fn is_refused_anywhere(bytes: &[u8]) -> bool {
        let levels = [Level::Structure, Level::Checksums, Level::Full];
        levels.into_iter().any(|level| is_refused(bytes, level))
    }

    fn options(level: Level) -> Options<'static> {
        Options {
            trust: None,
            name: "a.zip",
            level,
            jobs: NonZeroUsize::MIN,
            whole_file: WholeFile::Skip,
        }
    }

    /// Says a line even where the test passes.
    fn tell(line: &str) {
        let line = format!("{line}\n");
        std::io::stderr().write_all(line.as_bytes()).unwrap();
    }

    /// One bit of every byte, each place of a bit in turn; `WXBACKUP_EVERY_BIT=1`
    /// takes all eight, which are minutes. Every 97th flip is given to the whole
    /// check at once, from a file and from a pipe.
    #[test]
    fn every_flipped_bit_of_a_full_archive_is_refused() {
        let good = archive();
        assert!(!is_refused(&good, Level::Full));
        assert!(!is_refused_as_a_file(&good));
        let every_bit = std::env::var_os("WXBACKUP_EVERY_BIT").is_some();
        let (tried, accepted) = (AtomicU64::new(0), AtomicU64::new(0));
        (0..good.len()).into_par_iter().for_each_init(
            || good.clone(),
            |bytes, at| {
                let bits = if every_bit { 0..8 } else { at % 8..at % 8 + 1 };
                for bit in bits {
                    bytes[at] = good[at] ^ (1 << bit);
                    let is_refused = is_refused_anywhere(bytes)
                        && (!at.is_multiple_of(97)
                            || is_refused(bytes, Level::Full) && is_refused_as_a_file(bytes));
                    tried.fetch_add(1, Ordering::Relaxed);
                    if !is_refused {
                        accepted.fetch_add(1, Ordering::Relaxed);
                        tell(&format!("accepted: byte {at}, bit {bit}"));
                    }
                    bytes[at] = good[at];
                }
            },
        );
        let (tried, accepted) = (tried.into_inner(), accepted.into_inner());
        tell(&format!(
            "a full archive of {} bytes: flips tried {tried}, accepted {accepted}",
            good.len()
        ));
        assert_eq!(accepted, 0);
    }

    #[test]
    fn every_cut_of_a_full_archive_is_refused() {
        let good = archive();
        let accepted: Vec<usize> = (0..good.len())
            .into_par_iter()
            .filter(|length| {
                let cut = &good[..*length];
                let is_whole_check = length.is_multiple_of(397);
                !is_refused_anywhere(cut)
                    || is_whole_check
                        && !(is_refused(cut, Level::Full) && is_refused_as_a_file(cut))
            })
            .collect();
        tell(&format!(
            "a full archive of {} bytes: cuts tried {}, accepted {}",
            good.len(),
            good.len(),
            accepted.len()
        ));
        assert_eq!(accepted, [] as [usize; 0]);
    }
}
