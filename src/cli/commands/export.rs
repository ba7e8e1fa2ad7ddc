//! `wxbackup export`: the archive's path on stdout, everything else on stderr.

mod all;
mod shard;

use std::collections::HashSet;
use std::error::Error;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use indicatif::BinaryBytes;
use secrecy::SecretString;
use serde::Serialize;
use wxbackup::event::{Event, Observer};
use wxbackup::export;
use wxbackup::export::{
    BaseChoice, Earlier, Holder, Outcome as Exported, QuotaLeft, Sealed, Unfinished, WhenUnchanged,
};
use wxbackup::interrupt::Interrupt;
use wxbackup::message;
use wxbackup::model::{GapId, GapReason, RunStatus, Section, Sha256, rfc3339};
use wxbackup::record::completeness::Completeness;
use wxbackup::record::receipt::Encryption;
use wxbackup::record::run::Gap;
use wxbackup::wechat;

use crate::cli::args::{AllowedGaps, Export, Global, PicturesBy, QUOTA_RESERVE_PERCENT};
use crate::cli::commands::{Outcome, runtime, threads};
use crate::cli::connection;
use crate::cli::connection::CLOCK;
use crate::cli::coverage::Coverage;
use crate::cli::exit_code::ExitCode;
use crate::cli::keys;
use crate::cli::language::{language, say};
use crate::cli::names;
use crate::cli::report::{Ending, Report, row};
use crate::cli::settings;
use crate::cli::settings::{Account, Credential, Settings, Source};
use crate::cli::signing;
use crate::cli::telling::{Telling, Whose};

/// Exports the account that flags, environment and settings choose, or with
/// `--all` every one.
pub(crate) fn run(
    global: &Global,
    args: &Export,
    report: &Arc<Report>,
    interrupt: &Interrupt,
) -> Outcome {
    let env = |name: &str| -> Option<OsString> { std::env::var_os(name) };
    if all::is_meant(global, args, &env)? {
        return all::run(global, args, report, interrupt, &env);
    }
    let settings = settings::read(global, &env)?;
    let chosen = match settings::choose(global, &args.connection, &env, &settings) {
        Err(settings::Error::NoCredential { appid }) if args.seal_staged => Ok(Account {
            name: "default".to_owned(),
            appid,
            credential: Credential::Token(Source::Variable("WXBACKUP_ACCESS_TOKEN".to_owned())),
        }),
        chosen => chosen,
    };
    match chosen {
        Ok(account) => run_account(&account, &settings, args, report, interrupt),
        Err(error) => {
            let outcome = Err(error.into());
            let nobody = Whose::default();
            Telling::begin(nobody, &settings, &args.connection, report, interrupt).end(&outcome);
            outcome
        }
    }
}

/// One account's run from its credential to its ending, whether it is the only
/// one or one of many, and whoever wants to hear of it is told.
pub(crate) fn run_account(
    account: &Account,
    settings: &Settings,
    args: &Export,
    report: &Arc<Report>,
    interrupt: &Interrupt,
) -> Outcome {
    let whose = Whose::of(account, settings);
    let telling = Telling::begin(whose, settings, &args.connection, report, interrupt);
    let outcome = export_account(account, settings, args, report, interrupt, &telling);
    telling.end(&outcome);
    outcome
}

fn export_account(
    account: &Account,
    settings: &Settings,
    args: &Export,
    report: &Arc<Report>,
    interrupt: &Interrupt,
    telling: &Telling,
) -> Outcome {
    let observer = telling.observer();
    let mut options = options(account, settings, args, &*observer)?;
    options.client.secrets = report.secrets();
    let exported =
        runtime()?.block_on(export::export(options, Arc::clone(&observer), interrupt))?;
    Ok(match exported {
        Exported::Sealed(sealed) => {
            telling.sealed(&sealed);
            telling.quota(&sealed.quota);
            tell_doubts(&sealed.completeness, &*observer);
            report.result(&sealed.archive.display().to_string());
            sealed_ending(&sealed, &args.allow_gaps)
        }
        Exported::Unfinished(unfinished) => {
            telling.quota(&unfinished.quota);
            unfinished_ending(unfinished)
        }
    })
}

fn options(
    account: &Account,
    settings: &Settings,
    args: &Export,
    observer: &dyn Observer,
) -> Result<export::Options, Box<dyn Error + Send + Sync>> {
    let env = |name: &str| -> Option<OsString> { std::env::var_os(name) };
    let credential = if args.seal_staged {
        // Nothing is asked for, so that a secret that is gone with its account is not missed.
        wechat::Credential::Token(SecretString::default().into())
    } else {
        connection::credential(account, &env, observer)?
    };
    let client = connection::options_as(
        credential,
        &args.connection,
        &args.asset_hosts,
        args.jobs,
        settings,
        &env,
    )?;
    let filed = settings.quota_reserve(&account.name);
    let quota_reserve_percent = args
        .quota_reserve
        .or(filed.map(|percent| percent.value))
        .unwrap_or(QUOTA_RESERVE_PERCENT);
    Ok(export::Options {
        app_id: account.appid.clone(),
        account_name: settings
            .accounts
            .contains_key(&account.name)
            .then(|| account.name.clone()),
        client,
        output: args
            .output
            .folder
            .clone()
            .or_else(|| settings.output.as_ref().map(|output| output.value.clone()))
            .unwrap_or_else(|| PathBuf::from(".")),
        stage: args.stage.folder.clone(),
        sections: args.sections.named(),
        jobs_max: args.jobs,
        quota_reserve_percent,
        pictures_by: match args.pictures_by {
            PicturesBy::Cdn => export::PicturesBy::Cdn,
            PicturesBy::Api => export::PicturesBy::Api,
        },
        earlier: match (args.fresh, args.seal_staged) {
            (true, _) => Earlier::Forget,
            (false, true) => Earlier::Seal,
            (false, false) => Earlier::Resume,
        },
        base: match &args.base {
            None => BaseChoice::Newest,
            Some(none) if none.as_os_str() == "none" => BaseChoice::None,
            Some(path) => BaseChoice::File(path.clone()),
        },
        retain_deleted: !args.no_retain_deleted,
        sign_key: match &args.sign_key {
            Some(path) => Some(signing::key(path, observer)?),
            None => None,
        },
        recipients: keys::recipients(settings, &account.name, &args.recipients(), observer),
        identities: keys::of(settings, Some(&account.name), &args.identity, observer)?,
        unchanged: if args.always {
            WhenUnchanged::Write
        } else {
            WhenUnchanged::Confirm
        },
        threads_max: threads(),
        clock: CLOCK,
        holder: holder(),
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        tool_commit: option_env!("WXBACKUP_COMMIT").map(str::to_owned),
    })
}

/// Who we are, for those who find the lock taken.
pub(crate) fn holder() -> Holder {
    let host = std::env::var("HOSTNAME")
        .ok()
        .filter(|name| !name.is_empty())
        .or_else(|| std::fs::read_to_string("/proc/sys/kernel/hostname").ok())
        .map_or_else(|| "this machine".to_owned(), |name| name.trim().to_owned());
    Holder {
        pid: std::process::id(),
        host,
        started_at: rfc3339(CLOCK()),
    }
}

/// What the summary line says of an archive.
#[derive(Serialize)]
struct SealedFacts<'a> {
    path: &'a std::path::Path,
    archive_id: &'a str,
    run_id: &'a str,
    status: RunStatus,
    file_bytes: u64,
    entries: u64,
    file_sha256: &'a Sha256,
    archive_sha256: &'a Sha256,
    payload_sha256: &'a Sha256,
    source_sha256: &'a Sha256,
    #[serde(skip_serializing_if = "Option::is_none")]
    encryption: Option<&'a Encryption>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unchanged_since: Option<&'a str>,
    coverage: &'a Coverage<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    quota: Vec<QuotaFacts>,
}

/// What is left of a path's quota.
#[derive(Serialize)]
struct QuotaFacts {
    api: &'static str,
    daily_limit: u64,
    used: u64,
    left: u64,
}

impl QuotaFacts {
    fn of(known: &[QuotaLeft]) -> Vec<Self> {
        let facts = known.iter().map(|quota| Self {
            api: quota.api.name(),
            daily_limit: quota.daily_limit,
            used: quota.used,
            left: quota.left,
        });
        facts.collect()
    }
}

fn sealed_ending(sealed: &Sealed, allowed: &[AllowedGaps]) -> Ending {
    let receipt = &sealed.receipt;
    let coverage = Coverage::of(&sealed.completeness);
    let ending = Ending::new(exit_code(sealed, allowed)).facts(&SealedFacts {
        path: &sealed.archive,
        archive_id: &receipt.archive_id,
        run_id: &receipt.run_id,
        status: receipt.status,
        file_bytes: receipt.file_bytes,
        entries: receipt.entries,
        file_sha256: &receipt.file_sha256,
        archive_sha256: &receipt.archive_sha256,
        payload_sha256: &receipt.payload_sha256,
        source_sha256: &receipt.source_sha256,
        encryption: receipt.encryption.as_ref(),
        unchanged_since: receipt.unchanged_since.as_deref(),
        coverage: &coverage,
        quota: QuotaFacts::of(&sealed.quota),
    });
    let mut ending = coverage.words().into_iter().fold(ending, Ending::says);
    if let Some(run) = &receipt.unchanged_since {
        let text = say!("export-unchanged", run = run);
        ending = ending.says(row(&say!("row-unchanged"), &text));
    }
    let size = say!(
        "export-size",
        size = BinaryBytes(receipt.file_bytes).to_string(),
        digest = receipt.file_sha256.to_string()
    );
    ending = ending.says(row(&say!("row-size"), &size));
    match refused_sections(sealed, allowed) {
        sections if sections.is_empty() => ending,
        sections => ending.hints(&message!("export-refused", sections = sections)),
    }
}

/// Says which sums do not add up: they make the exit code 3, and no gap tells
/// of them.
pub(crate) fn tell_doubts(completeness: &Completeness, observer: &dyn Observer) {
    for check in completeness.checks.iter().filter(|check| !check.holds) {
        observer.event(&Event::Warning {
            code: "sum_fails",
            about: &check.name,
            message: &message!(
                "export-doubt",
                lhs = check.lhs.to_string(),
                rhs = check.rhs.to_string()
            ),
        });
    }
}

/// The exit code of a written archive: gaps that the owner accepts are none,
/// but a list that would not hold still, or an equation that fails, is no gap.
pub(crate) fn exit_code(sealed: &Sealed, allowed: &[AllowedGaps]) -> ExitCode {
    exit_of(&sealed.completeness, &sealed.gaps, |gap| {
        is_accepted(gap, &sealed.known_gaps, allowed)
    })
}

fn exit_of(
    completeness: &Completeness,
    gaps: &[Gap],
    is_accepted: impl Fn(&Gap) -> bool,
) -> ExitCode {
    if completeness.status == RunStatus::Complete {
        return ExitCode::Done;
    }
    let are_accepted = gaps.iter().all(is_accepted);
    let holds_still = completeness
        .sections
        .values()
        .all(|counts| !counts.listed || counts.stable);
    let adds_up = completeness.checks.iter().all(|check| check.holds);
    if !gaps.is_empty() && are_accepted && holds_still && adds_up {
        ExitCode::Done
    } else {
        ExitCode::Gaps
    }
}

fn is_accepted(gap: &Gap, known: &HashSet<GapId>, allowed: &[AllowedGaps]) -> bool {
    let is_known = known.contains(&gap.gap_id);
    allowed.iter().any(|allowed| allowed.accept(gap, is_known))
}

fn refused_sections(sealed: &Sealed, allowed: &[AllowedGaps]) -> String {
    let refused = |section: &Section| {
        let gaps = sealed.gaps.iter();
        gaps.filter(|gap| gap.kind == "section" && gap.reason == GapReason::NoPermission)
            .filter(|gap| !is_accepted(gap, &sealed.known_gaps, allowed))
            .any(|gap| gap.id == section.as_str())
    };
    names(Section::ALL.iter().filter(|section| refused(section)))
}

/// The names of sections in a row, as flags have them.
fn names<'s>(sections: impl Iterator<Item = &'s Section>) -> String {
    sections
        .map(|section| section.as_str())
        .collect::<Vec<_>>()
        .join(&say!("between-names"))
}

/// What the summary line says of a run that a quota ended.
#[derive(Serialize)]
struct UnfinishedFacts<'a> {
    unfinished: UnfinishedWork<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    quota: Vec<QuotaFacts>,
}

#[derive(Serialize)]
struct UnfinishedWork<'a> {
    sections: &'a [Section],
    items_left: u64,
    blobs_staged: u64,
    bytes_staged: u64,
}

/// A quota or rate limit left something over.
#[derive(Debug, thiserror::Error)]
#[error("{}", message!("export-not-yet", left = left))]
struct NotYet {
    left: String,
    #[source]
    cause: Box<dyn Error + Send + Sync>,
}

pub(crate) fn unfinished_ending(unfinished: Unfinished) -> Ending {
    let facts = UnfinishedFacts {
        unfinished: UnfinishedWork {
            sections: &unfinished.sections,
            items_left: unfinished.items_left,
            blobs_staged: unfinished.blobs_staged,
            bytes_staged: unfinished.bytes_staged,
        },
        quota: QuotaFacts::of(&unfinished.quota),
    };
    let mut left = Vec::new();
    if !unfinished.sections.is_empty() {
        let names: Vec<String> = Section::ALL
            .into_iter()
            .filter(|section| unfinished.sections.contains(section))
            .map(|section| names::section(section).in_language(language()))
            .collect();
        let names = names.join(&say!("between-names"));
        left.push(say!("export-list-not-ended", sections = names));
    }
    if unfinished.items_left > 0 {
        let count = unfinished.items_left.to_string();
        left.push(say!("export-items-left", count = count));
    }
    let staged = say!(
        "export-staged",
        files = unfinished.blobs_staged.to_string(),
        size = BinaryBytes(unfinished.bytes_staged).to_string()
    );
    Ending::new(ExitCode::Later)
        .facts(&facts)
        .says(row(&say!("row-staged"), &staged))
        .because(NotYet {
            left: left.join(&say!("between-counts")),
            cause: unfinished.cause.into(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::collections::BTreeMap;

    use wxbackup::model::GapClass;
    use wxbackup::record::completeness::{Check, SectionCounts, Window};

    fn completeness(status: RunStatus, stable: bool, holds: bool) -> Completeness {
        let counts = SectionCounts {
            in_scope: true,
            listed: true,
            stable,
            ..SectionCounts::default()
        };
        let time = wxbackup::model::Timestamp::UNIX_EPOCH;
        Completeness {
            format: String::new(),
            format_version: String::new(),
            status,
            window: Window {
                started_at: time,
                finished_at: time,
            },
            sections: BTreeMap::from([("image".to_owned(), counts)]),
            assets: wxbackup::record::completeness::AssetCounts::default(),
            gaps: wxbackup::record::completeness::GapCounts::default(),
            checks: vec![Check {
                name: "a = b".into(),
                lhs: 1,
                rhs: 1,
                holds,
            }],
            fetched_via: BTreeMap::new(),
            blind_spots: Vec::new(),
        }
    }

    fn gap(reason: GapReason) -> Gap {
        Gap {
            gap_id: GapId::of("image", "m1"),
            kind: "image".into(),
            id: "m1".into(),
            reference: None,
            class: reason.class(),
            reason,
            detail: None,
            first_seen_run: String::new(),
            last_attempt_at: wxbackup::model::Timestamp::UNIX_EPOCH,
            attempts: 1,
            http_status: None,
            errcode: None,
            call_seq: None,
        }
    }

    fn code(completeness: &Completeness, gaps: &[Gap], allowed: &[AllowedGaps]) -> ExitCode {
        let known = HashSet::from([GapId::of("image", "m2")]);
        exit_of(completeness, gaps, |gap| is_accepted(gap, &known, allowed))
    }

    #[test]
    fn gaps_are_accepted_by_class_or_reason_and_only_all_of_them() {
        let whole = completeness(RunStatus::CompleteWithGaps, true, true);
        let gaps = [gap(GapReason::Http404), gap(GapReason::NoPermission)];
        let gone = AllowedGaps::Class(GapClass::SourceGone);
        let refused = AllowedGaps::Reason(GapReason::NoPermission);
        let codes = [
            code(&whole, &gaps, &[]),
            code(&whole, &gaps, std::slice::from_ref(&gone)),
            code(&whole, &gaps, &[gone, refused]),
            code(&whole, &gaps, &[AllowedGaps::Known]),
            code(&completeness(RunStatus::Complete, true, true), &[], &[]),
        ];
        assert_eq!(codes.map(ExitCode::number), [3, 3, 0, 3, 0]);
    }

    #[test]
    fn no_gap_that_is_accepted_hides_a_list_that_moved_or_a_sum_that_fails() {
        let gaps = [gap(GapReason::Http404)];
        let allowed = [AllowedGaps::Class(GapClass::SourceGone)];
        for (stable, holds) in [(false, true), (true, false)] {
            let partial = completeness(RunStatus::Partial, stable, holds);
            assert_eq!(code(&partial, &gaps, &allowed), ExitCode::Gaps);
            assert_eq!(code(&partial, &[], &allowed), ExitCode::Gaps);
        }
    }
}
