//! What is said when the program itself is wrong. The runtime's own hook would
//! quote whatever was at hand; here each line passes the filter of the screen.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::panic::PanicHookInfo;

use wxbackup::message;
use wxbackup::wechat::Secrets;

use crate::cli::language::say;
use crate::cli::report::{cry, safe};

/// From here on a panic says nothing of what `secrets` holds, now or later. The
/// calls that led to it are told where `RUST_BACKTRACE` asks for them.
pub(crate) fn quote_nothing_of(secrets: Secrets) {
    std::panic::set_hook(Box::new(move |panic| {
        let backtrace = Backtrace::capture();
        let backtrace = (backtrace.status() == BacktraceStatus::Captured).then_some(backtrace);
        let lines = lines(panic, backtrace.as_ref(), &secrets);
        cry(&lines);
    }));
}

fn lines(panic: &PanicHookInfo<'_>, backtrace: Option<&Backtrace>, secrets: &Secrets) -> String {
    let place = panic.location().map(ToString::to_string);
    let backtrace = backtrace.map(ToString::to_string);
    let payload = panic.payload();
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    said(
        text.unwrap_or_default(),
        &place.unwrap_or_default(),
        backtrace.as_deref(),
        secrets,
    )
}

/// What is said of a panic: two lines, and the backtrace.
fn said(text: &str, place: &str, backtrace: Option<&str>, secrets: &Secrets) -> String {
    // Before it is escaped, and after: either may be how a secret is spelt.
    let text = secrets.scrub(text);
    let error = say!("panicked", place = place, text = safe(&text));
    let error = say!(
        "line-labelled",
        label = message!("label-error"),
        text = error
    );
    let hint = say!(
        "line-labelled",
        label = message!("label-hint"),
        text = message!("panicked-hint")
    );
    let lines = format!("{error}\n{hint}\n{}", backtrace.unwrap_or_default());
    secrets.scrub(&lines).into_owned()
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::cli::args::Args;
    use crate::cli::run_command;

    const TOKEN: &str = "89_token-of-this-run-which-nobody-may-see";

    /// What knows the token: one that is given away is known from then on.
    fn secrets() -> Secrets {
        let secrets = Secrets::default();
        secrets.add(&TOKEN.into());
        secrets
    }

    #[test]
    fn a_panic_says_its_place_and_nothing_that_is_secret() {
        let address = format!("no answer from\nhttps://a.example/?access_token={TOKEN}");
        assert_eq!(
            said(&address, "src/here.rs:7:9", None, &secrets()),
            "error: wxbackup panicked at src/here.rs:7:9: no answer from\\u{a}\
             https://a.example/?access_token=[redacted]\n\
             hint: this is a mistake in wxbackup; please report it with the line above\n"
        );
        let backtrace = format!("   0: of {TOKEN}\n");
        let told = said("no", "src/here.rs:7:9", Some(&backtrace), &secrets());
        assert!(told.ends_with("\n   0: of [redacted]\n"), "{told}");
    }

    #[test]
    #[ignore = "it panics, for the test below"]
    fn a_command_that_panics() {
        let words = ["wxbackup", "completions", "bash"];
        let matches = crate::cli::args::command().get_matches_from(words);
        let args = <Args as clap::FromArgMatches>::from_arg_matches(&matches).unwrap();
        run_command(args, &matches);
        panic!("out of the blue");
    }

    /// Whatever panics once a command runs says it in our words.
    #[test]
    fn every_command_says_its_panics_itself() {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--nocapture", "--exact"])
            .arg("cli::panics::tests::a_command_that_panics")
            .env_remove("RUST_BACKTRACE")
            .env_remove("RUST_LIB_BACKTRACE")
            .output()
            .unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        let told: Vec<&str> = stderr
            .lines()
            .skip_while(|line| !line.contains("out of the blue"))
            .take(2)
            .collect();
        let [error, hint] = told[..] else {
            panic!("{stderr}");
        };
        assert!(
            error.starts_with("error: wxbackup panicked at src/cli/panics.rs:"),
            "{stderr}"
        );
        assert!(error.ends_with(": out of the blue"), "{stderr}");
        assert!(hint.starts_with("hint: "), "{stderr}");
        assert!(!stderr.contains("thread '"), "{stderr}");
    }
}
