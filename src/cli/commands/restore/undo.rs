//! `wxbackup restore --undo RECEIPT`: what an upload put in, and its deletion.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use wxbackup::event::Observer;
use wxbackup::interrupt::Interrupt;
use wxbackup::message;
use wxbackup::upload;
use wxbackup::upload::Undoing;

use crate::cli::args::{Global, Restore};
use crate::cli::commands::restore::words::{Facts, Teller, Upload};
use crate::cli::commands::restore::{account, confirm, row};
use crate::cli::commands::{Outcome, runtime};
use crate::cli::connection::CLOCK;
use crate::cli::exit_code::ExitCode;
use crate::cli::explain::UsageError;
use crate::cli::language::{language, say};
use crate::cli::report::{Ending, Report};

pub(super) fn run(
    global: &Global,
    args: &Restore,
    receipt: &Path,
    report: &Arc<Report>,
    interrupt: &Interrupt,
) -> Outcome {
    let undoing = Undoing::of(receipt)?;
    if !args.account.apply {
        return Ok(preview(&undoing, receipt, report));
    }
    let (account, client) = account::target(global, args, report)?;
    if account.appid != undoing.target {
        let message = message!(
            "upload-undo-other",
            target = undoing.target.as_str(),
            account = account.appid.as_str()
        );
        return Err(UsageError(message).into());
    }
    let given = args.account.confirm_appid.as_deref();
    confirm::confirm(&account.appid, given, report)?;
    let observer = Arc::clone(report) as Arc<dyn Observer>;
    let undone = runtime()?.block_on(upload::undo(receipt, client, CLOCK, observer, interrupt))?;
    let mut teller = Teller::new(report);
    for (kind, id, why) in &undone.kept {
        teller.one("kept", *kind, id, "", why.in_language(language()));
    }
    teller.finish();
    let exit = if undone.kept.is_empty() {
        ExitCode::Done
    } else {
        ExitCode::Gaps
    };
    let done = [("deleted", undone.deleted), ("gone", undone.gone)];
    let ending = Ending::new(exit)
        .says(row(
            &say!("row-deleted"),
            &say!(
                "upload-deleted",
                deleted = undone.deleted.to_string(),
                gone = undone.gone.to_string(),
                kept = undone.kept.len().to_string()
            ),
        ))
        .facts(&facts(&undoing, receipt, done.into(), undone.kept.len()));
    Ok(alone(ending, &undoing))
}

fn preview(undoing: &Undoing, receipt: &Path, report: &Report) -> Ending {
    let mut counts: BTreeMap<&'static str, u64> = BTreeMap::new();
    let mut teller = Teller::new(report);
    for (kind, id) in &undoing.things {
        *counts.entry(kind.as_str()).or_default() += 1;
        teller.one("delete", *kind, id, "", say!("upload-would-delete-one"));
    }
    teller.finish();
    let ending = Ending::new(ExitCode::Done)
        .says(say!(
            "upload-would-delete",
            count = undoing.things.len().to_string(),
            account = undoing.target.as_str()
        ))
        .facts(&facts(undoing, receipt, counts, 0));
    alone(ending, undoing)
}

/// Says of what stays whatever is done.
fn alone(ending: Ending, undoing: &Undoing) -> Ending {
    match undoing.addresses_alone {
        0 => ending,
        count => ending.says(row(
            &say!("row-stays"),
            &say!("upload-stays", count = count.to_string()),
        )),
    }
}

fn facts<'a>(
    undoing: &'a Undoing,
    receipt: &'a Path,
    done: BTreeMap<&'static str, u64>,
    kept: usize,
) -> Facts<'a> {
    Facts {
        upload: Upload {
            mode: "undo",
            target_appid: &undoing.target,
            source_appid: None,
            receipt,
            sections: BTreeMap::new(),
            article_pictures: None,
            calls: BTreeMap::new(),
            days: None,
            room: BTreeMap::new(),
            done,
            troubles: kept as u64,
        },
    }
}
