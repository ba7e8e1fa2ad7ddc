//! `wxbackup extract ARCHIVE --to DIR --format FORMAT`

use indicatif::BinaryBytes;
use serde::Serialize;
use wxbackup::archive::select::Select;
use wxbackup::extract;
use wxbackup::interrupt::Interrupt;
use wxbackup::message;

use crate::cli::args::{Extract, ExtractFormat, Global};
use crate::cli::commands::Outcome;
use crate::cli::commands::restore::tell_losses;
use crate::cli::exit_code::ExitCode;
use crate::cli::keys;
use crate::cli::language::say;
use crate::cli::report::{Ending, Report, row};

/// Takes the articles of an archive out into a folder.
pub(crate) fn run(
    global: &Global,
    args: &Extract,
    report: &Report,
    interrupt: &Interrupt,
) -> Outcome {
    let options = extract::Options {
        format: match args.format {
            ExtractFormat::Markdown => extract::Format::Markdown,
            ExtractFormat::Html => extract::Format::Html,
            ExtractFormat::HtmlSingle => extract::Format::HtmlSingle,
            ExtractFormat::Text => extract::Format::Text,
            ExtractFormat::Csv => extract::Format::Csv,
        },
        only: args
            .only
            .clauses
            .iter()
            .cloned()
            .fold(Select::default(), Select::and),
        identities: keys::to_read(global, &args.identity, [args.archive.as_path()], report)?,
    };
    let extracted = extract::extract(&args.archive, &args.to, &options, report, interrupt)?;
    let archive = args.archive.display().to_string();
    tell_losses(&archive, &extracted.findings, &extracted.lost, report);
    report.result(&args.to.display().to_string());
    Ok(ending(args, &extracted))
}

/// What the summary line says.
#[derive(Serialize)]
struct Facts<'a> {
    path: &'a std::path::Path,
    articles: u64,
    media: u64,
    files: u64,
    bytes: u64,
    missing_items: u64,
    lost: usize,
    findings: usize,
}

fn ending(args: &Extract, extracted: &extract::Outcome) -> Ending {
    let exit = if extracted.is_damaged() {
        ExitCode::Damage
    } else {
        ExitCode::Done
    };
    let mut ending = Ending::new(exit)
        .facts(&Facts {
            path: &args.to,
            articles: extracted.articles,
            media: extracted.media,
            files: extracted.files,
            bytes: extracted.bytes,
            missing_items: extracted.missing_items,
            lost: extracted.lost.len(),
            findings: extracted.findings.len(),
        })
        .says(row(
            &say!("row-extracted"),
            &say!(
                "extract-files",
                articles = extracted.articles,
                media = extracted.media,
                files = extracted.files,
                size = BinaryBytes(extracted.bytes).to_string()
            ),
        ));
    if extracted.missing_items > 0 {
        let text = say!("restore-missing", count = extracted.missing_items);
        ending = ending.says(row(&say!("row-missing"), &text));
    }
    if !extracted.lost.is_empty() {
        let text = say!("restore-lost", count = extracted.lost.len().to_string());
        ending = ending.says(row(&say!("row-lost"), &text));
    }
    if extracted.articles + extracted.media == 0 && !args.only.clauses.is_empty() {
        ending = ending.hints(&message!("nothing-fits"));
    }
    ending
}
