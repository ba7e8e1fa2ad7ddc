//! Which accounts are this machine's, where several share them.
//!
//! By rendezvous hashing: an account is in the part for which the SHA-256 of
//! `<key>/<part>` is greatest. Which part that is depends on the account and on
//! the number of parts alone, so that accounts that come or go move no other,
//! and one more part takes from each of the others only what becomes its own.

use sha2::{Digest as _, Sha256};
use wxbackup::message;

use crate::cli::args::{Many, Shard};
use crate::cli::explain::UsageError;
use crate::cli::settings::{Lookup, variable};

/// Kubernetes sets it in each pod of an indexed Job, from 0 on.
const INDEX: &str = "JOB_COMPLETION_INDEX";

/// The part that flags and environment say, if any.
///
/// # Errors
///
/// Where they say a half of it: a pod that does not know how many there are
/// would do the work of all.
pub(super) fn chosen(many: &Many, env: Lookup<'_>) -> Result<Option<Shard>, UsageError> {
    if many.shard.is_some() {
        return Ok(many.shard);
    }
    let index = variable(env, INDEX).map(|index| index.to_string_lossy().into_owned());
    match (index, many.shards) {
        (None, None) => Ok(None),
        (Some(index), Some(total)) => index
            .parse::<u32>()
            .ok()
            .filter(|index| *index < total.get())
            .map(|index| Shard {
                number: index + 1,
                total,
            })
            .map(Some)
            .ok_or_else(|| {
                UsageError(message!(
                    "shard-wrong-index",
                    variable = INDEX,
                    index = index.escape_debug().to_string(),
                    total = total.to_string(),
                    last = (total.get() - 1).to_string()
                ))
            }),
        (Some(_), None) => Err(UsageError(message!("shard-no-total", variable = INDEX))),
        (None, Some(total)) => Err(UsageError(message!(
            "shard-no-index",
            variable = INDEX,
            total = total.to_string()
        ))),
    }
}

impl Shard {
    /// Whether the account with this key, its AppId, is in this part.
    pub(super) fn has(self, key: &str) -> bool {
        let weight = |number: u32| -> [u8; 32] {
            let mut hash = Sha256::new();
            hash.update(key);
            hash.update(format!("/{number}"));
            hash.finalize().into()
        };
        (1..=self.total.get()).max_by_key(|number| weight(*number)) == Some(self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::num::NonZeroU32;

    use crate::cli::settings::environment;

    fn part_of(key: &str, total: u32) -> u32 {
        let total = NonZeroU32::new(total).unwrap();
        let of = |number| Shard { number, total };
        let parts: Vec<u32> = (1..=total.get()).filter(|it| of(*it).has(key)).collect();
        assert_eq!(parts.len(), 1, "{key} of {total}");
        parts[0]
    }

    fn keys() -> Vec<String> {
        (0..300).map(|n| format!("wx{n:016x}")).collect()
    }

    #[test]
    fn every_account_is_in_one_part_and_the_parts_are_about_even() {
        for total in 1..=10 {
            let mut sizes = vec![0_usize; total as usize];
            for key in keys() {
                sizes[part_of(&key, total) as usize - 1] += 1;
            }
            let even = 300 / total as usize;
            assert!(
                sizes
                    .iter()
                    .all(|size| (even / 2..=even * 2).contains(size)),
                "{sizes:?}"
            );
        }
    }

    #[test]
    fn one_more_part_takes_accounts_and_none_change_places_among_the_others() {
        for total in 1..10 {
            for key in keys() {
                let (before, after) = (part_of(&key, total), part_of(&key, total + 1));
                assert!(after == before || after == total + 1, "{key}");
            }
        }
    }

    #[test]
    fn an_account_is_in_the_same_part_in_every_version() {
        let parts = ["wx0123456789abcdef", "wx123456789abcdef0", "gh_shop"]
            .map(|key| [2, 3, 7, 10].map(|total| part_of(key, total)));
        // As `printf wx0123456789abcdef/1 | sha256sum` and its like say.
        assert_eq!(parts, [[1, 3, 3, 8], [2, 3, 3, 10], [2, 3, 3, 8]]);
    }

    #[test]
    fn what_is_said_by_halves_is_refused() {
        let many = |shard: Option<&str>, shards: Option<u32>| Many {
            all: true,
            accounts_at_once: std::num::NonZeroUsize::MIN,
            shard: shard.map(|shard| shard.parse().unwrap()),
            shards: shards.and_then(NonZeroU32::new),
        };
        let told = |many: Many, variables: &[(&str, &str)]| {
            chosen(&many, &environment(variables))
                .map(|shard| shard.map(|shard| shard.to_string()))
                .map_err(|error| error.to_string())
        };
        let index = |index| [(INDEX, index)];
        let of = |text: &str| Ok(Some(text.to_owned()));
        assert_eq!(told(many(None, None), &[]), Ok(None));
        assert_eq!(told(many(Some("2/3"), None), &index("7")), of("2/3"));
        assert_eq!(told(many(None, Some(3)), &index("0")), of("1/3"));
        assert_eq!(told(many(None, Some(3)), &index("2")), of("3/3"));
        for (many, variables) in [
            (many(None, Some(3)), &index("3")[..]),
            (many(None, Some(3)), &index("x")),
            (many(None, Some(3)), &[]),
            (many(None, None), &index("0")),
        ] {
            assert!(told(many, variables).is_err(), "{variables:?}");
        }
    }

    #[test]
    fn a_part_is_written_from_1_on() {
        let parsed = |text: &str| text.parse::<Shard>().map(|shard| shard.to_string());
        assert_eq!(parsed("1/1"), Ok("1/1".to_owned()));
        assert_eq!(parsed("4/4"), Ok("4/4".to_owned()));
        for text in [
            "0/4", "5/4", "1/0", "1", "/4", "1/", "a/b", "1/10001", "-1/4", "1/4/4",
        ] {
            assert!(parsed(text).is_err(), "{text}");
        }
    }
}
