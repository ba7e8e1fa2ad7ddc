//! How the program ends: one number for each kind of end, in one table.
//!
//! `--help` and the README show this table; tests hold them to it.

use wxbackup::interrupt::Cause;
use wxbackup::message;
use wxbackup::text::{Language, Message};

/// What the caller of the program is told by its exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExitCode {
    /// All went well.
    Done,
    /// It did not, for a reason that none of the others names.
    Failed,
    /// The command line or the settings are wrong.
    Usage,
    /// The archive is valid and lacks items.
    Gaps,
    /// A person must act before a run can succeed.
    Person,
    /// The same command will get further later.
    Later,
    /// An archive is damaged.
    Damage,
    /// Another run holds the lock.
    Locked,
    /// SIGINT.
    Interrupted,
    /// SIGTERM.
    Terminated,
}

impl ExitCode {
    /// Every code, in the order of the table.
    pub(crate) const ALL: [Self; 10] = [
        Self::Done,
        Self::Failed,
        Self::Usage,
        Self::Gaps,
        Self::Person,
        Self::Later,
        Self::Damage,
        Self::Locked,
        Self::Interrupted,
        Self::Terminated,
    ];

    /// What an exit code hides, gravest first: someone who must act hears of it
    /// before someone who only has to wait. An account whose settings are wrong
    /// needs a person as one does whose secret is; one that another run is at
    /// work on has less to fear than one that a quota stopped, and more than one
    /// whose archive is written.
    const GRAVEST_FIRST: [Self; 9] = [
        Self::Interrupted,
        Self::Terminated,
        Self::Person,
        Self::Usage,
        Self::Failed,
        Self::Damage,
        Self::Later,
        Self::Locked,
        Self::Gaps,
    ];

    /// The number that the system sees.
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Gaps => 3,
            Self::Person => 4,
            Self::Later => 5,
            Self::Damage => 6,
            Self::Locked => 11,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }

    /// What it means, in one line.
    pub(crate) fn meaning(self) -> Message {
        match self {
            Self::Done => message!("exit-done"),
            Self::Failed => message!("exit-failed"),
            Self::Usage => message!("exit-usage"),
            Self::Gaps => message!("exit-gaps"),
            Self::Person => message!("exit-person"),
            Self::Later => message!("exit-later"),
            Self::Damage => message!("exit-damage"),
            Self::Locked => message!("exit-locked"),
            Self::Interrupted => message!("exit-interrupted"),
            Self::Terminated => message!("exit-terminated"),
        }
    }

    /// The code of an end that a signal asked for.
    pub(crate) const fn of_signal(cause: Cause) -> Self {
        match cause {
            Cause::Interrupted => Self::Interrupted,
            Cause::Terminated => Self::Terminated,
        }
    }

    /// The one of several codes that the caller must hear: the gravest; 0 where there is none.
    pub(crate) fn gravest(codes: impl IntoIterator<Item = Self>) -> Self {
        let rank = |code: Self| {
            Self::GRAVEST_FIRST
                .into_iter()
                .position(|grave| grave == code)
        };
        codes
            .into_iter()
            .filter(|code| *code != Self::Done)
            .min_by_key(|code| rank(*code))
            .unwrap_or(Self::Done)
    }

    /// The table as `--help` shows it, of those codes that a command can end with.
    pub(crate) fn help_of(codes: &[Self], language: Language) -> String {
        let heading = message!("frame-exit-codes").in_language(language);
        let rows = codes.iter().map(|code| {
            let meaning = code.meaning().in_language(language);
            format!("  {:>3}  {meaning}", code.number())
        });
        std::iter::once(heading)
            .chain(rows)
            .collect::<Vec<_>>()
            .join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use wxbackup::text::Language;

    #[test]
    fn someone_who_must_act_is_told_before_someone_who_must_wait() {
        let mut left = vec![
            ExitCode::Gaps,
            ExitCode::Done,
            ExitCode::Later,
            ExitCode::Damage,
            ExitCode::Locked,
            ExitCode::Usage,
            ExitCode::Terminated,
            ExitCode::Failed,
            ExitCode::Person,
        ];
        let mut heard = Vec::new();
        while !left.is_empty() {
            let gravest = ExitCode::gravest(left.iter().copied());
            left.retain(|code| *code != gravest);
            heard.push(gravest.number());
        }
        assert_eq!(heard, [143, 4, 2, 1, 6, 5, 11, 3, 0]);
    }

    #[test]
    fn the_readmes_show_the_same_table() {
        let english = (
            Language::En,
            include_str!("../../README.md"),
            "| code | meaning |",
        );
        let chinese = (
            Language::Zh,
            include_str!("../../README.zh-CN.md"),
            "| 退出码 | 含义 |",
        );
        for (language, readme, heading) in [english, chinese] {
            let rows: Vec<&str> = readme
                .lines()
                .skip_while(|line| *line != heading)
                .skip(2)
                .take_while(|line| line.starts_with('|'))
                .collect();
            let ours: Vec<String> = ExitCode::ALL
                .iter()
                .map(|code| {
                    let meaning = code.meaning().in_language(language);
                    format!("| {} | {meaning} |", code.number())
                })
                .collect();
            assert_eq!(rows, ours);
        }
    }
}
