//! What an error means for the person who reads it: the chain of causes, what
//! to do next, and the exit code. Chosen by the types in the chain.

use std::error::Error;
use std::io;

use wxbackup::archive::check::CheckError;
use wxbackup::archive::records::{DocumentError, RecordError};
use wxbackup::archive::{OpenError, ReadError};
use wxbackup::browse;
use wxbackup::diff;
use wxbackup::error::{PathError, system};
use wxbackup::export;
use wxbackup::extract;
use wxbackup::prune;
use wxbackup::restore;
use wxbackup::stage;
use wxbackup::stage::LockError;
use wxbackup::status;
use wxbackup::wechat;
use wxbackup::wechat::{Class, ErrorKind, NetworkFailure};

use crate::cli::commands::config::init;
use crate::cli::exit_code::ExitCode;
use crate::cli::folder;
use crate::cli::settings;
use crate::cli::signing;

/// An error, explained.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Explained {
    /// What each layer has to say, the outermost first.
    pub(crate) chain: Vec<String>,
    /// What to do next.
    pub(crate) hint: Option<String>,
    /// WeChat's error code, where it gave one.
    pub(crate) errcode: Option<i64>,
    /// What WeChat's support asks for.
    pub(crate) rid: Option<String>,
}

/// Explains an error.
pub(crate) fn explain(error: &(dyn Error + 'static)) -> Explained {
    Explained {
        chain: chain(error),
        hint: layers(error).find_map(hint),
        errcode: of_wechat_layer(error, wechat::Error::errcode),
        rid: of_wechat_layer(error, |error| error.rid().map(str::to_owned)),
    }
}

/// What `ask` finds in the layer that comes from WeChat, if there is one.
fn of_wechat_layer<T>(
    error: &(dyn Error + 'static),
    ask: impl Fn(&wechat::Error) -> Option<T>,
) -> Option<T> {
    layers(error)
        .filter_map(|layer| layer.downcast_ref())
        .find_map(ask)
}

/// What each layer has to say, the outermost first.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for layer in layers(error) {
        let line = match layer.downcast_ref() {
            Some(error) => system(error).to_string(),
            None => layer.to_string(),
        };
        // Some layers only repeat the one below.
        if lines.last() != Some(&line) {
            lines.push(line);
        }
    }
    lines
}

/// The exit code that `error` ends the program with.
pub(crate) fn exit_code(error: &(dyn Error + 'static)) -> ExitCode {
    layers(error).find_map(code).unwrap_or(ExitCode::Failed)
}

fn layers<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    // Twice down: a reference to an error is an error too, with a shorter life.
    std::iter::successors(Some(error), |layer| {
        wrapped(*layer).or_else(|| (**layer).source())
    })
}

/// The error that a layer passes on as its own, so that `source` skips it.
fn wrapped<'e>(layer: &'e (dyn Error + 'static)) -> Option<&'e (dyn Error + 'static)> {
    if let Some(error) = layer.downcast_ref::<export::Error>() {
        return match error {
            export::Error::Lock(error) => Some(error),
            export::Error::Stage(error) => Some(error),
            export::Error::Path(error) => Some(error),
            export::Error::Base(error) => Some(error),
            _ => None,
        };
    }
    if let Some(extract::Error::Open(error)) = layer.downcast_ref() {
        return Some(error);
    }
    if let Some(extract::Error::Folder(error)) = layer.downcast_ref() {
        return Some(error);
    }
    if let Some(restore::Error::Open(error)) = layer.downcast_ref() {
        return Some(error);
    }
    if let Some(restore::Error::Folder(error)) = layer.downcast_ref() {
        return Some(error);
    }
    if let Some(browse::Error::Open(error)) = layer.downcast_ref() {
        return Some(error);
    }
    if let Some(CheckError::Unreadable(error)) = layer.downcast_ref() {
        return Some(error);
    }
    if let Some(error) = layer.downcast_ref::<prune::Error>() {
        return match error {
            prune::Error::Lock(error) => Some(error),
            prune::Error::Path(error) => Some(error),
            prune::Error::Interrupted => None,
        };
    }
    if let Some(status::Error::Path(error)) = layer.downcast_ref() {
        return Some(error);
    }
    if let Some(error) = layer.downcast_ref::<folder::Error>() {
        return match error {
            folder::Error::Settings(error) => Some(error),
            folder::Error::Path(error) => Some(error),
        };
    }
    if let Some(signing::Error::File(error)) = layer.downcast_ref() {
        return Some(error);
    }
    if let Some(DocumentError::Read(error)) = layer.downcast_ref() {
        return Some(error);
    }
    if let Some(stage::Error::Path(error)) = layer.downcast_ref() {
        return Some(error);
    }
    if let Some(LockError::Path(error)) = layer.downcast_ref() {
        return Some(error);
    }
    None
}

/// The exit code that a layer asks for, whatever is around it.
fn code(layer: &(dyn Error + 'static)) -> Option<ExitCode> {
    if layer.is::<settings::Error>() || layer.is::<UsageError>() || layer.is::<signing::Error>() {
        return Some(ExitCode::Usage);
    }
    if let Some(error) = layer.downcast_ref::<wechat::Error>() {
        return code_of_wechat(error);
    }
    if let Some(error) = layer.downcast_ref::<OpenError>() {
        return match error {
            OpenError::Open { .. } | OpenError::Read { .. } | OpenError::Encrypted { .. } => None,
            _ => Some(ExitCode::Damage),
        };
    }
    if let Some(error) = layer.downcast_ref::<ReadError>() {
        return is_damage(error).then_some(ExitCode::Damage);
    }
    if let Some(error) = layer.downcast_ref::<DocumentError>() {
        return match error {
            DocumentError::Malformed { .. } => Some(ExitCode::Damage),
            _ => None,
        };
    }
    if let Some(error) = layer.downcast_ref::<RecordError>() {
        return match error {
            RecordError::Unreadable { source, .. } => {
                is_damaged_content(source).then_some(ExitCode::Damage)
            }
            _ => Some(ExitCode::Damage),
        };
    }
    if let Some(diff::Error::OtherAccount { .. }) = layer.downcast_ref() {
        return Some(ExitCode::Usage);
    }
    if let Some(LockError::Held(_)) = layer.downcast_ref() {
        return Some(ExitCode::Locked);
    }
    if let Some(restore::Error::PartOfBag) = layer.downcast_ref() {
        return Some(ExitCode::Usage);
    }
    if let Some(init::Error::NoPlace) = layer.downcast_ref() {
        return Some(ExitCode::Usage);
    }
    None
}

fn code_of_wechat(error: &wechat::Error) -> Option<ExitCode> {
    match error.class() {
        Class::Account | Class::NoPermission | Class::Token => Some(ExitCode::Person),
        Class::Quota | Class::RateLimited => Some(ExitCode::Later),
        Class::Local => match error.kind() {
            ErrorKind::Settings(_) => Some(ExitCode::Usage),
            _ => None,
        },
        Class::Transient | Class::Permanent | Class::Interrupted => None,
    }
}

/// Whether the archive is at fault, and not the disk that it is on.
fn is_damage(error: &ReadError) -> bool {
    match error {
        ReadError::Missing { .. } | ReadError::TooLarge { .. } => true,
        ReadError::Read { source, .. } => is_damaged_content(source),
    }
}

/// Whether bytes came, and are not those that should have come.
fn is_damaged_content(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof
    )
}

/// What to do about the trouble that a layer tells of.
fn hint(layer: &(dyn Error + 'static)) -> Option<String> {
    if let Some(error) = layer.downcast_ref::<settings::Error>() {
        return of_settings(error);
    }
    if let Some(error) = layer.downcast_ref::<wechat::Error>() {
        return of_wechat(error);
    }
    if let Some(error) = layer.downcast_ref::<OpenError>() {
        return of_open(error);
    }
    if let Some(DocumentError::UnknownVersion { .. } | DocumentError::UnknownFeature { .. }) =
        layer.downcast_ref()
    {
        return Some("a newer version of wxbackup wrote it, and a newer one reads it".to_owned());
    }
    if let Some(LockError::Held(_)) = layer.downcast_ref() {
        return Some(
            "wait until it ends; a run that died holds no lock, so there is nothing to clean up"
                .to_owned(),
        );
    }
    if let Some(error) = layer.downcast_ref::<export::Error>() {
        return of_export(error);
    }
    if let Some(error) = layer.downcast_ref::<extract::Error>() {
        return of_extract(error);
    }
    if let Some(error) = layer.downcast_ref::<restore::Error>() {
        return of_restore(error);
    }
    if let Some(error) = layer.downcast_ref::<init::Error>() {
        return Some(error.hint().to_owned());
    }
    if let Some(error) = layer.downcast_ref::<diff::Error>() {
        return of_diff(error);
    }
    if let Some(error) = layer.downcast_ref::<browse::Error>() {
        return of_browse(error);
    }
    if let Some(error) = layer.downcast_ref::<PathError>() {
        return of_path(error);
    }
    if let Some(error) = layer.downcast_ref::<io::Error>()
        && is_disk_full(error)
    {
        return Some(DISK_FULL.to_owned());
    }
    None
}

fn of_wechat(error: &wechat::Error) -> Option<String> {
    if let Some(code) = error.errcode()
        && let Some(hint) = of_errcode(code, error)
    {
        return Some(hint);
    }
    let hint = match (error.kind(), error.class()) {
        (ErrorKind::Network { failure, .. }, _) => match failure {
            NetworkFailure::Connect => {
                "check that this machine reaches the network; behind a proxy set HTTPS_PROXY, \
                 or proxy in the settings file"
            }
            NetworkFailure::Certificate => {
                "something between here and WeChat shows a certificate of its own; \
                 if that is meant to be, name its CA with --ca-file"
            }
            NetworkFailure::Silence | NetworkFailure::Broken => NOTHING_LOST,
        },
        (ErrorKind::Cut { .. }, _) | (_, Class::Transient) => NOTHING_LOST,
        (ErrorKind::Reserved, _) => RESERVED,
        (_, Class::Quota) => QUOTA,
        (_, Class::RateLimited) => RATE,
        _ => return None,
    };
    Some(hint.to_owned())
}

/// What to do about a code of WeChat. The names of menus are those of
/// mp.weixin.qq.com, as its users see them.
fn of_errcode(code: i64, error: &wechat::Error) -> Option<String> {
    let seen = error.seen_address();
    let hint = match code {
        40164 | 45035 | 61004 => {
            let address = seen.map_or_else(
                || "the address of this machine".to_owned(),
                |address| format!("the address {address}, which WeChat saw,"),
            );
            return Some(format!(
                "add {address} to the list at mp.weixin.qq.com: 设置与开发 → 基本配置 → IP白名单; \
                 it takes effect after some minutes"
            ));
        }
        89501 | 89503 => {
            let address = seen.map_or_else(String::new, |address| format!(" {address}"));
            return Some(format!(
                "WeChat has asked the account's administrator, in WeChat, to confirm the \
                 address{address}; run again once that is done"
            ));
        }
        89506 | 89507 => {
            "the account's administrator refused this address: ask them, \
             and try again after an hour (89507) or a day (89506)"
        }
        40243 => "the AppSecret is frozen; unfreeze it at mp.weixin.qq.com: 设置与开发 → 基本配置",
        // From a call that a token is for, it is about the token.
        40001 if error.at() != "stable_token" => TOKEN,
        40001 | 40125 => {
            "the AppSecret is not that of this AppId; copy both from mp.weixin.qq.com: \
             设置与开发 → 基本配置. A secret that was reset there takes the place of the old one at once"
        }
        40002 | 40013 | 41002 => {
            "check the AppId: mp.weixin.qq.com, 设置与开发 → 基本配置 → 开发者ID(AppID)"
        }
        40014 | 42001 => TOKEN,
        48001 | 61007 => {
            "this account may not use that call: mp.weixin.qq.com, 设置与开发 → 接口权限, shows what it may. \
             Leave the section out with --sections, or accept it with --allow-gaps no_permission"
        }
        45009 | 45028 | 48006 => QUOTA,
        45011 => RATE,
        45102 => "WeChat has blocked this call for a while; run again later",
        50001 | 50002 | 50004 | 50007 | 45074 | 48004 => {
            "WeChat has frozen or restricted the account; log in at mp.weixin.qq.com and follow \
             what is said there (违规记录, 申诉)"
        }
        _ => return None,
    };
    Some(hint.to_owned())
}

const TOKEN: &str = "the access token has expired, or a newer one was issued since; \
                     ask whoever issues it for the current one";

pub(crate) const QUOTA: &str = "the day's quota of that call is used up; it begins anew at midnight in China. \
                     Run the same command then: nothing that was fetched is lost";

const RESERVED: &str = "run the same command tomorrow (quotas begin anew at midnight in China): it goes on where \
                        this run stopped. To use more of each day, keep less with --quota-reserve, or \
                        quota_reserve in the settings file";

const RATE: &str = "WeChat asks for fewer calls a minute; another system may be using the account too. \
                    Run the same command again in some minutes: nothing that was fetched is lost";

const NOTHING_LOST: &str =
    "run the same command again: nothing that was fetched is lost, and nothing is asked for twice";

const DISK_FULL: &str =
    "the disk is full; make room and run the same command again: what was fetched is kept";

fn of_open(error: &OpenError) -> Option<String> {
    let hint = match error {
        OpenError::Read { source, .. } if source.kind() == io::ErrorKind::IsADirectory => {
            "give the zip itself; an archive that was unpacked can be verified, and read in a \
             browser from its data/index.html"
        }
        OpenError::Open { source, .. } | OpenError::Read { source, .. } => {
            return of_io(source).map(str::to_owned);
        }
        OpenError::Encrypted { .. } => {
            "decrypt it first: age -d -i KEY -o ARCHIVE.zip ARCHIVE.zip.age"
        }
        OpenError::Damaged { .. } => {
            "fetch another copy; what is whole in this one, `wxbackup restore` gives back"
        }
        OpenError::OtherZip { .. } => {
            "archives are named wxbackup-<appid>-<time>.zip; one that was unpacked and packed again \
             is no archive any more, but its folder can be verified"
        }
        OpenError::NotAZip { .. } => "archives are named wxbackup-<appid>-<time>.zip",
        _ => return None,
    };
    Some(hint.to_owned())
}

fn of_export(error: &export::Error) -> Option<String> {
    let hint = match error {
        export::Error::NoOutput(place) if place.exists() => {
            "a file has that name; name a folder with --output"
        }
        export::Error::NoOutput(folder) => {
            return Some(format!(
                "make it first: mkdir -p '{}', or name another with --output",
                folder.display()
            ));
        }
        export::Error::NotAFolder(_) => "name another with --output",
        export::Error::NoRoom { .. } => DISK_FULL,
        _ => return None,
    };
    Some(hint.to_owned())
}

fn of_restore(error: &restore::Error) -> Option<String> {
    let hint = match error {
        restore::Error::NotEmpty { .. } => {
            "name a folder that is new or empty with --to; nothing is ever written over"
        }
        restore::Error::PartOfBag => "use --layout human for a part",
        restore::Error::Unknown(_) => {
            "--layout bag gives it back as it is; a newer version of wxbackup reads its records"
        }
        restore::Error::NoRoom { .. } => "make room, or restore a part with --only",
        _ => return None,
    };
    Some(hint.to_owned())
}

fn of_extract(error: &extract::Error) -> Option<String> {
    let hint = match error {
        extract::Error::NotEmpty { .. } => {
            "name a folder that is new or empty with --to; nothing is ever written over"
        }
        extract::Error::Unknown(_) => "a newer version of wxbackup reads its records",
        _ => return None,
    };
    Some(hint.to_owned())
}

fn of_browse(error: &browse::Error) -> Option<String> {
    let hint = match error {
        browse::Error::Listen { source, .. } if source.kind() == io::ErrorKind::AddrInUse => {
            "another program has that port; without --port one is taken that is free"
        }
        browse::Error::Document { .. } => {
            "`wxbackup verify` says what is wrong with the archive; \
             what is whole in it, `wxbackup restore` gives back"
        }
        _ => return None,
    };
    Some(hint.to_owned())
}

fn of_diff(error: &diff::Error) -> Option<String> {
    let hint = match error {
        diff::Error::OtherAccount { .. } => "compare archives of one account",
        diff::Error::Record { .. } | diff::Error::Entry { .. } => {
            "`wxbackup verify` says what is wrong with the archive; \
             what cannot be read would pass for removed, so nothing is compared"
        }
        _ => return None,
    };
    Some(hint.to_owned())
}

/// Flags that are right one by one, and make no sense together or here.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct UsageError(pub(crate) String);

fn of_settings(error: &settings::Error) -> Option<String> {
    use settings::Error as E;
    let hint = match error {
        E::NoAccount | E::NoAppId | E::NoCredential { .. } => {
            "give --appid and --secret-file, or set WXBACKUP_APPID and WXBACKUP_SECRET, \
             or write an account into the settings file; `wxbackup demo` needs none of them"
        }
        E::SeveralAccounts { .. } => "choose one with --account NAME, or run every one with --all",
        E::TwoCredentials => "keep the one that is meant",
        E::EmptySecret { .. } | E::OddSecret { .. } => {
            "it must be the AppSecret or the token alone, one word of printable ASCII"
        }
        E::OtherAppId { .. } => {
            "leave --appid out, or give the secret of that AppId with it, as --secret-file"
        }
        E::SecretCommandLate { .. } => {
            "run the command by hand: where it waits for a password or a touch, nobody is there at night"
        }
        E::NoWebAddress { .. } => {
            "copy the whole of it from the service or the robot; it begins with https://"
        }
        E::NobodyToTell => {
            "write a table [notify] into the settings file; the one that `wxbackup config init` \
             writes explains it"
        }
        E::SameAppId { .. } | E::AppIdOfAnother { .. } => {
            "one account needs one table; take the others out"
        }
        E::NoVariable { .. } => {
            "cron, services and containers have an environment of their own: set it there"
        }
        E::SecretCommand { .. } => {
            "cron and services look for programs in few folders: write the whole path of the program"
        }
        E::SecretCommandFailed { .. } => "run the command by hand to see what it needs",
        E::WrongAddress { .. } => {
            "write it like http://host:port; for a proxy also https://, socks5:// or socks5h://"
        }
        E::UnknownAccount { .. } | E::NoAccounts => {
            "accounts are the tables [accounts.NAME] of the settings file"
        }
        _ => return None,
    };
    Some(hint.to_owned())
}

fn of_path(error: &PathError) -> Option<String> {
    of_io(&error.source).map(str::to_owned)
}

fn of_io(error: &io::Error) -> Option<&'static str> {
    if is_disk_full(error) {
        return Some(DISK_FULL);
    }
    Some(match error.kind() {
        io::ErrorKind::PermissionDenied => "give the user who runs this the right to that place",
        io::ErrorKind::ReadOnlyFilesystem => {
            "that file system is mounted read-only; choose another folder"
        }
        io::ErrorKind::IsADirectory => "that is a folder, and a file is wanted",
        io::ErrorKind::NotFound => "check the spelling; relative paths start at the current folder",
        _ => return None,
    })
}

fn is_disk_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    use wxbackup::text::{Language, speaking};

    #[derive(Debug, thiserror::Error)]
    #[error("cannot save the archive")]
    struct Outer(#[source] PathError);

    fn path_error(kind: io::ErrorKind) -> Outer {
        Outer(PathError {
            action: "write",
            path: "/b/a.zip".into(),
            source: kind.into(),
        })
    }

    #[test]
    fn a_full_disk_is_explained_wherever_in_the_chain_it_is() {
        assert_eq!(
            explain(&path_error(io::ErrorKind::StorageFull)),
            Explained {
                chain: vec![
                    "cannot save the archive".into(),
                    "cannot write /b/a.zip".into(),
                    "no storage space".into(),
                ],
                hint: Some(
                    "the disk is full; make room and run the same command again: what was fetched is kept"
                        .into()
                ),
                errcode: None,
                rid: None,
            }
        );
        assert_eq!(
            exit_code(&path_error(io::ErrorKind::StorageFull)),
            ExitCode::Failed
        );
    }

    #[test]
    fn the_causes_are_said_in_the_language_that_is_spoken() {
        let said = |kind| speaking(Language::Zh, || chain(&path_error(kind)).split_off(1));
        assert_eq!(
            said(io::ErrorKind::PermissionDenied),
            ["无法写入 /b/a.zip", "权限不足"]
        );
        let error = PathError {
            action: "create-folder",
            path: "/b".into(),
            source: io::Error::from_raw_os_error(17),
        };
        assert_eq!(
            speaking(Language::Zh, || chain(&error)),
            ["无法创建文件夹 /b", "同名文件已存在（os error 17）"]
        );
    }

    #[test]
    fn wrong_settings_are_wrong_usage() {
        assert_eq!(exit_code(&settings::Error::NoAccount), ExitCode::Usage);
    }
}
