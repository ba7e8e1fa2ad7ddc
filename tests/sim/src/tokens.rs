//! Access tokens: which there are, and which are still good.

use crate::calls::TokenSeen;
use crate::seed::Seed;

/// Near its end a stable token is replaced, while both work.
const OVERLAP: u64 = 300;
const FORCED_APART: u64 = 30;
const FORCED_MAX: u32 = 20;

/// The two kinds, which do not disturb each other.
#[derive(Debug)]
pub(crate) struct Tokens {
    seed: u64,
    lifetime: u64,
    issued: Vec<Token>,
    /// Places in `issued`.
    stable: Option<usize>,
    plain: Option<usize>,
    forced: u32,
    forced_at: Option<u64>,
    /// Normal mode goes on telling a token that is dead.
    stuck: bool,
}

#[derive(Debug)]
struct Token {
    text: String,
    dies: u64,
    /// Replaced by another, which is not the same as past its time.
    revoked: bool,
}

impl Tokens {
    pub(crate) fn new(seed: u64, lifetime: u64) -> Self {
        Self {
            seed,
            lifetime,
            issued: Vec::new(),
            stable: None,
            plain: None,
            forced: 0,
            forced_at: None,
            stuck: false,
        }
    }

    /// What a token is worth, with the error code of one that is worth nothing.
    pub(crate) fn check(&self, text: &str, now: u64) -> (TokenSeen, i64) {
        match self.issued.iter().find(|token| token.text == text) {
            Some(token) if !token.revoked && now < token.dies => (TokenSeen::Valid, 0),
            Some(token) if !token.revoked => (TokenSeen::Invalid, 42001),
            _ => (TokenSeen::Invalid, 40001),
        }
    }

    /// Whether it was ever a token of this account.
    pub(crate) fn knows(&self, text: &str) -> bool {
        self.issued.iter().any(|token| token.text == text)
    }

    /// Each that was given out, the first first.
    pub(crate) fn all(&self) -> Vec<String> {
        self.issued.iter().map(|token| token.text.clone()).collect()
    }

    /// `stable_token`, normal mode: the same token as long as it may be.
    pub(crate) fn stable(&mut self, now: u64) -> (String, u64) {
        if let Some(index) = self.stable {
            let token = &self.issued[index];
            let left = token.dies.saturating_sub(now);
            let fresh = left > 0 && (left >= OVERLAP || self.lifetime <= OVERLAP);
            if self.stuck || (!token.revoked && fresh) {
                return (token.text.clone(), left.max(1));
            }
        }
        let index = self.issue(now);
        self.stable = Some(index);
        (self.issued[index].text.clone(), self.lifetime)
    }

    /// `stable_token` with `force_refresh`: the old one dies at once, unless
    /// this was asked for too often.
    pub(crate) fn forced(&mut self, now: u64) -> (String, u64) {
        let too_soon = self.forced_at.is_some_and(|at| now < at + FORCED_APART);
        if too_soon || self.forced >= FORCED_MAX {
            return self.stable(now);
        }
        self.forced += 1;
        self.forced_at = Some(now);
        self.revoke();
        self.stable(now)
    }

    /// `/cgi-bin/token`: always a new one; the one before has five minutes left.
    pub(crate) fn plain(&mut self, now: u64) -> (String, u64) {
        if let Some(before) = self.plain {
            let before = &mut self.issued[before];
            before.dies = before.dies.min(now + OVERLAP);
        }
        let index = self.issue(now);
        self.plain = Some(index);
        (self.issued[index].text.clone(), self.lifetime)
    }

    /// The stable token dies; normal mode gives a new one.
    pub(crate) fn revoke(&mut self) {
        self.stuck = false;
        for token in &mut self.issued {
            token.revoked = true;
        }
    }

    /// The stable token dies; normal mode goes on telling it until force.
    pub(crate) fn revoke_in_secret(&mut self) {
        self.revoke();
        self.stuck = true;
    }

    /// Every token's time is over.
    pub(crate) fn expire(&mut self, now: u64) {
        for token in &mut self.issued {
            token.dies = token.dies.min(now);
        }
    }

    pub(crate) fn next_day(&mut self) {
        self.forced = 0;
    }

    fn issue(&mut self, now: u64) -> usize {
        let number = self.issued.len();
        self.issued.push(Token {
            text: format!(
                "{}_{}",
                57 + number,
                Seed::new(self.seed, "token", number as u64).id(133)
            ),
            dies: now + self.lifetime,
            revoked: false,
        });
        number
    }
}

#[cfg(test)]
mod tests {
    use super::Tokens;
    use crate::calls::TokenSeen;

    #[test]
    fn normal_mode_gives_the_same_token_with_what_is_left() {
        let mut tokens = Tokens::new(1, 7200);
        let (first, left) = tokens.stable(0);
        assert_eq!(left, 7200);
        assert_eq!(tokens.stable(6900), (first.clone(), 300));
        let (second, left) = tokens.stable(6901);
        assert_ne!(second, first);
        assert_eq!(left, 7200);
        assert_eq!(tokens.check(&first, 7199), (TokenSeen::Valid, 0));
        assert_eq!(tokens.check(&first, 7200), (TokenSeen::Invalid, 42001));
    }

    #[test]
    fn force_kills_the_old_token_but_not_twice_in_half_a_minute() {
        let mut tokens = Tokens::new(1, 7200);
        let (first, _) = tokens.stable(0);
        let (second, _) = tokens.forced(10);
        assert_ne!(second, first);
        assert_eq!(tokens.check(&first, 10), (TokenSeen::Invalid, 40001));
        assert_eq!(tokens.forced(39).0, second);
        assert_ne!(tokens.forced(40).0, second);
    }

    #[test]
    fn force_is_granted_twenty_times_a_day() {
        let mut tokens = Tokens::new(1, 720_000);
        let forced: Vec<_> = (1..=21).map(|time| tokens.forced(time * 60).0).collect();
        assert_ne!(forced[19], forced[18]);
        assert_eq!(forced[20], forced[19]);
        tokens.next_day();
        assert_ne!(tokens.forced(22 * 60).0, forced[20]);
    }

    #[test]
    fn the_old_endpoint_leaves_its_last_token_five_minutes() {
        let mut tokens = Tokens::new(1, 7200);
        let (stable, _) = tokens.stable(0);
        let (first, _) = tokens.plain(0);
        tokens.plain(100);
        assert_eq!(tokens.check(&first, 399).0, TokenSeen::Valid);
        assert_eq!(tokens.check(&first, 400).0, TokenSeen::Invalid);
        assert_eq!(tokens.check(&stable, 400).0, TokenSeen::Valid);
    }
}
