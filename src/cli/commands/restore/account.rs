//! `wxbackup restore ARCHIVE --to-account NAME`: says what would be put into an
//! account, puts it in, or compares.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

use wxbackup::event::Observer;
use wxbackup::interrupt::Interrupt;
use wxbackup::model::Section;
use wxbackup::upload;
use wxbackup::upload::receipt::Kind;
use wxbackup::upload::{Choices, Plan, Prepared};
use wxbackup::wechat;

use crate::cli::args::{Global, Restore};
use crate::cli::commands::restore::words::{Facts, Teller, Upload, calls, sections, show};
use crate::cli::commands::restore::{confirm, row, selected};
use crate::cli::commands::{Outcome, runtime};
use crate::cli::connection;
use crate::cli::connection::CLOCK;
use crate::cli::exit_code::ExitCode;
use crate::cli::keys;
use crate::cli::language::{language, say};
use crate::cli::report::{Ending, Report};
use crate::cli::settings;
use crate::cli::settings::Account;

/// Plans, applies or checks.
pub(super) fn run(
    global: &Global,
    args: &Restore,
    archive: &Path,
    report: &Arc<Report>,
    interrupt: &Interrupt,
) -> Outcome {
    let (account, client) = target(global, args, report)?;
    let options = upload::Options {
        archive: archive.to_owned(),
        identities: keys::to_read(global, &args.identity, [archive], &**report)?,
        target: account.appid.clone(),
        client,
        choices: Choices {
            only: selected(args),
            keep_duplicates: args.account.keep_duplicates,
            convert_webp: args.account.convert_webp,
            shorten_titles: args.account.shorten_titles,
        },
        same_account: args.account.same_account,
        clock: CLOCK,
    };
    let prepared = upload::prepare(options, &**report, interrupt)?;
    if args.account.check {
        return check(&prepared, &account, report, interrupt);
    }
    if args.account.apply {
        let given = args.account.confirm_appid.as_deref();
        confirm::confirm(&account.appid, given, report)?;
        return apply(&prepared, &account, report, interrupt);
    }
    plan(&prepared, &account, report, interrupt)
}

/// The account that is meant, and how to reach it. `default` is the one of
/// flags and environment, where no settings file has another of that name.
///
/// # Errors
///
/// As for every command that talks to WeChat.
pub(super) fn target(
    global: &Global,
    args: &Restore,
    report: &Arc<Report>,
) -> Result<(Account, wechat::Options), settings::Error> {
    let env = |name: &str| std::env::var_os(name);
    let settings = settings::read(global, &env)?;
    let named = args.account.name.clone();
    let is_unnamed = |name: &String| name == "default" && !settings.accounts.contains_key(name);
    let global = Global {
        account: named
            .filter(|name| !is_unnamed(name))
            .or_else(|| global.account.clone()),
        config: global.config.clone(),
        ..*global
    };
    let account = settings::choose(&global, &args.connection, &env, &settings)?;
    let mut client = connection::options(
        &account,
        &args.connection,
        &[],
        NonZeroUsize::MIN,
        &settings,
        &env,
        &**report,
    )?;
    client.secrets = report.secrets();
    Ok((account, client))
}

fn plan(
    prepared: &Prepared,
    account: &Account,
    report: &Arc<Report>,
    interrupt: &Interrupt,
) -> Outcome {
    let observer = Arc::clone(report) as Arc<dyn Observer>;
    let found = runtime()?.block_on(prepared.account(observer, interrupt))?;
    let (plan, standing) = (&prepared.plan, &prepared.standing);
    let facts = Upload {
        calls: calls(plan, standing, Some(&found)),
        days: found.days(&plan.calls_in_order(standing)),
        room: [Section::Image, Section::Voice, Section::Video]
            .map(|section| (section.as_str(), found.room(section)))
            .into(),
        ..facts("plan", prepared, account)
    };
    let mut teller = Teller::new(report);
    teller.plan(plan);
    teller.finish();
    show(&facts, report);
    let ending = Ending::new(exit(plan, 0))
        .says(say!("upload-preview", account = account.appid.as_str()))
        .facts(&Facts { upload: facts });
    Ok(ending)
}

fn apply(
    prepared: &Prepared,
    account: &Account,
    report: &Arc<Report>,
    interrupt: &Interrupt,
) -> Outcome {
    let observer = Arc::clone(report) as Arc<dyn Observer>;
    let outcome = runtime()?.block_on(prepared.apply(observer, interrupt))?;
    Ok(applied(prepared, account, &outcome, report))
}

/// Says what an upload came to.
pub(crate) fn applied(
    prepared: &Prepared,
    account: &Account,
    outcome: &upload::Outcome,
    report: &Report,
) -> Ending {
    let mut teller = Teller::new(report);
    teller.plan(&prepared.plan);
    for refused in &outcome.refused {
        teller.one(
            "refused",
            refused.kind,
            &refused.old,
            &refused.name,
            refused.why.in_language(language()),
        );
    }
    teller.finish();
    let troubles = (prepared.plan.unfit.len() + outcome.refused.len()) as u64;
    let made: u64 = outcome.made.values().sum();
    let drafts = outcome.made.get(&Kind::Draft).copied().unwrap_or(0);
    let exit = exit(&prepared.plan, troubles);
    let facts = Upload {
        done: words_of(&outcome.made),
        troubles,
        sections: BTreeMap::new(),
        ..facts("apply", prepared, account)
    };
    let mut ending = Ending::new(exit)
        .says(row(
            &say!("row-uploaded"),
            &say!(
                "upload-uploaded",
                made = made.to_string(),
                account = account.appid.as_str(),
                drafts = drafts.to_string(),
                earlier = outcome.earlier.to_string()
            ),
        ))
        .says(row(
            &say!("row-receipt"),
            &prepared.receipt.display().to_string(),
        ))
        .facts(&Facts { upload: facts });
    if troubles > 0 {
        ending = ending.says(row(
            &say!("row-missing"),
            &say!("upload-not-taken", count = troubles.to_string()),
        ));
    }
    ending
}

fn check(
    prepared: &Prepared,
    account: &Account,
    report: &Arc<Report>,
    interrupt: &Interrupt,
) -> Outcome {
    let observer = Arc::clone(report) as Arc<dyn Observer>;
    let found = runtime()?.block_on(prepared.check(observer, interrupt))?;
    Ok(checked(prepared, account, &found, report))
}

/// Says what a comparison came to.
pub(crate) fn checked(
    prepared: &Prepared,
    account: &Account,
    found: &upload::Report,
    report: &Report,
) -> Ending {
    let mut teller = Teller::new(report);
    for difference in &found.differences {
        teller.one(
            "differs",
            difference.kind,
            &difference.old,
            &difference.name,
            difference.what.in_language(language()),
        );
    }
    teller.finish();
    let troubles = found.differences.len() as u64 + found.open;
    let facts = Upload {
        done: [
            ("media", found.media),
            ("proven_pictures", found.proven_pictures),
            ("drafts", found.drafts),
            ("open", found.open),
        ]
        .into(),
        troubles,
        ..facts("check", prepared, account)
    };
    let exit = exit(&prepared.plan, troubles);
    Ending::new(exit)
        .says(row(
            &say!("row-compared"),
            &say!(
                "upload-compared",
                media = found.media.to_string(),
                pictures = found.proven_pictures.to_string(),
                drafts = found.drafts.to_string()
            ),
        ))
        .says(row(
            &say!("row-differing"),
            &say!(
                "upload-differing",
                differences = found.differences.len().to_string(),
                open = found.open.to_string(),
                unfit = prepared.plan.unfit.len().to_string()
            ),
        ))
        .facts(&Facts { upload: facts })
}

/// How a run ends: damage of the archive is graver than what WeChat does not take.
fn exit(plan: &Plan, troubles: u64) -> ExitCode {
    match (plan.damaged, troubles) {
        (0, 0) => ExitCode::Done,
        (0, _) => ExitCode::Gaps,
        _ => ExitCode::Damage,
    }
}

/// What every mode says.
fn facts<'a>(mode: &'static str, prepared: &'a Prepared, account: &'a Account) -> Upload<'a> {
    let (plan, standing) = (&prepared.plan, &prepared.standing);
    Upload {
        mode,
        target_appid: &account.appid,
        source_appid: Some(&prepared.source_appid),
        receipt: &prepared.receipt,
        sections: sections(plan, standing),
        article_pictures: (mode == "plan")
            .then(|| plan.open(Kind::Picture, standing) + plan.open(Kind::Cover, standing)),
        calls: BTreeMap::new(),
        days: None,
        room: BTreeMap::new(),
        done: BTreeMap::new(),
        troubles: plan.unfit.len() as u64 + plan.damaged,
    }
}

fn words_of(counts: &BTreeMap<Kind, u64>) -> BTreeMap<&'static str, u64> {
    counts
        .iter()
        .map(|(kind, count)| (kind.as_str(), *count))
        .collect()
}
