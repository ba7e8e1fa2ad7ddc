//! Manual pages.

use std::io;

use clap::Command;
use wxbackup::message;
use wxbackup::text::Language;

use super::frame::exchanged;

/// The page of `command` in roff. The command has its texts in `language`
/// already; clap's own words are exchanged here.
///
/// # Errors
///
/// None that a page in memory can meet.
pub(crate) fn manual(command: &Command, language: Language) -> io::Result<String> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    let page = String::from_utf8(page).map_err(io::Error::other)?;
    let page = [
        ("\\fIsubcommands", message!("manual-a-command")),
        ("\\fIPossible values:", message!("manual-possible-values")),
    ]
    .into_iter()
    .fold(page, |page, (theirs, ours)| {
        page.replace(theirs, &format!("\\fI{}", ours.in_language(language)))
    });
    let page = exchanged(page, &[("[default: ", message!("frame-default"))], language);
    Ok(page
        .split_inclusive('\n')
        .map(|line| said(line, language))
        .collect())
}

fn said(line: &str, language: Language) -> String {
    let heading = match line.strip_prefix(".SH ").map(str::trim_end) {
        Some("NAME") => message!("manual-name"),
        Some("SYNOPSIS") => message!("manual-synopsis"),
        Some("DESCRIPTION") => message!("manual-description"),
        Some("OPTIONS") => message!("manual-options"),
        Some("SUBCOMMANDS") => message!("manual-commands"),
        Some("EXTRA") => message!("manual-extra"),
        Some("VERSION") => message!("manual-version"),
        _ => return line.to_owned(),
    };
    format!(".SH {}\n", heading.in_language(language))
}
