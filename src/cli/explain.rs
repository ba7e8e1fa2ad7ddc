//! What an error means for the person who reads it: the chain of causes, what
//! to do next, and the exit code. Chosen by the types in the chain, and said in
//! the language of the program.

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
use wxbackup::message;
use wxbackup::prune;
use wxbackup::restore;
use wxbackup::stage;
use wxbackup::stage::LockError;
use wxbackup::status;
use wxbackup::text::{Message, speaking};
use wxbackup::upload;
use wxbackup::upload::receipt::ReceiptError;
use wxbackup::wechat;
use wxbackup::wechat::{Class, ErrorKind, NetworkFailure};

use crate::cli::commands::config::init;
use crate::cli::exit_code::ExitCode;
use crate::cli::folder;
use crate::cli::keys;
use crate::cli::language::{language, say};
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
        hint: layers(error)
            .find_map(hint)
            .map(|hint| hint.in_language(language())),
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
        let line = speaking(language(), || match layer.downcast_ref() {
            Some(error) => system(error).to_string(),
            None => layer.to_string(),
        });
        // Some layers only repeat the one below.
        if lines.last() != Some(&line) {
            lines.push(line);
        }
    }
    lines
}

/// The same in one line.
pub(crate) fn line(error: &(dyn Error + 'static)) -> String {
    chain(error).join(&say!("between-causes"))
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
    if let Some(upload::Error::Open(error)) = layer.downcast_ref() {
        return Some(error);
    }
    if let Some(ReceiptError::Path(error)) = layer.downcast_ref() {
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
    if let Some(keys::Error::File(error)) = layer.downcast_ref() {
        return Some(error);
    }
    if let Some(keys::Error::Settings(error)) = layer.downcast_ref() {
        return Some(error);
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
    if layer.is::<settings::Error>()
        || layer.is::<UsageError>()
        || layer.is::<signing::Error>()
        || layer.is::<keys::Error>()
    {
        return Some(ExitCode::Usage);
    }
    if let Some(error) = layer.downcast_ref::<wechat::Error>() {
        return code_of_wechat(error);
    }
    if let Some(ReceiptError::Held { .. }) = layer.downcast_ref() {
        return Some(ExitCode::Locked);
    }
    match layer.downcast_ref() {
        Some(upload::Error::SameAccount { .. }) => return Some(ExitCode::Usage),
        Some(upload::Error::NoRoom { .. }) => return Some(ExitCode::Person),
        _ => {}
    }
    if let Some(export::Error::RecipientsMax(_)) = layer.downcast_ref() {
        return Some(ExitCode::Usage);
    }
    if let Some(error) = layer.downcast_ref::<OpenError>() {
        return match error {
            OpenError::Open { .. } | OpenError::Read { .. } => None,
            OpenError::Encrypted { .. } | OpenError::NoKeyFits { .. } => Some(ExitCode::Usage),
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
fn hint(layer: &(dyn Error + 'static)) -> Option<Message> {
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
        return Some(message!("hint-newer-version"));
    }
    if let Some(LockError::Held(_)) = layer.downcast_ref() {
        return Some(message!("hint-lock-held"));
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
    if let Some(hint) = layer.downcast_ref().and_then(of_upload) {
        return Some(hint);
    }
    if let Some(error) = layer.downcast_ref::<init::Error>() {
        return Some(error.hint());
    }
    if let Some(error) = layer.downcast_ref::<diff::Error>() {
        return of_diff(error);
    }
    if let Some(error) = layer.downcast_ref::<browse::Error>() {
        return of_browse(error);
    }
    if let Some(error) = layer.downcast_ref::<PathError>() {
        return of_io(&error.source);
    }
    if let Some(error) = layer.downcast_ref::<io::Error>()
        && is_disk_full(error)
    {
        return Some(message!("hint-disk-full"));
    }
    None
}

fn of_upload(error: &upload::Error) -> Option<Message> {
    match error {
        upload::Error::SameAccount { .. } => Some(message!("hint-same-account")),
        upload::Error::NoRoom { .. } => Some(message!("hint-no-room")),
        _ => None,
    }
}

fn of_wechat(error: &wechat::Error) -> Option<Message> {
    if let Some(code) = error.errcode()
        && let Some(hint) = of_errcode(code, error)
    {
        return Some(hint);
    }
    Some(match (error.kind(), error.class()) {
        (ErrorKind::Network { failure, .. }, _) => match failure {
            NetworkFailure::Connect => message!("hint-connect"),
            NetworkFailure::Certificate => message!("hint-certificate"),
            NetworkFailure::Silence | NetworkFailure::Broken => message!("hint-nothing-lost"),
        },
        (ErrorKind::Cut { .. }, _) | (_, Class::Transient) => message!("hint-nothing-lost"),
        (ErrorKind::Reserved, _) => message!("hint-reserved"),
        (_, Class::Quota) => message!("hint-quota"),
        (_, Class::RateLimited) => message!("hint-rate"),
        _ => return None,
    })
}

// Menus of mp.weixin.qq.com, as its users see them in every language.
const BASICS: &str = "设置与开发 → 基本配置";
const APP_ID: &str = "设置与开发 → 基本配置 → 开发者ID(AppID)";
const IP_LIST: &str = "设置与开发 → 基本配置 → IP白名单";
const PERMISSIONS: &str = "设置与开发 → 接口权限";
const VIOLATIONS: &str = "违规记录";
const APPEAL: &str = "申诉";

/// What to do about a code of WeChat.
fn of_errcode(code: i64, error: &wechat::Error) -> Option<Message> {
    let address = error
        .seen_address()
        .map_or_else(|| "unknown".to_owned(), |address| address.to_string());
    Some(match code {
        40164 | 45035 | 61004 => message!("hint-ip-list", address = address, menu = IP_LIST),
        89501 | 89503 => message!("hint-admin-asked", address = address),
        89506 | 89507 => message!("hint-admin-refused"),
        40243 => message!("hint-secret-frozen", menu = BASICS),
        // From a call that a token is for, it is about the token.
        40001 if error.at() != "stable_token" => message!("hint-token"),
        40001 | 40125 => message!("hint-secret-wrong", menu = BASICS),
        40002 | 40013 | 41002 => message!("hint-appid-wrong", menu = APP_ID),
        40014 | 42001 => message!("hint-token"),
        48001 | 61007 => message!("hint-no-permission", menu = PERMISSIONS),
        45009 | 45028 | 48006 => message!("hint-quota"),
        45011 => message!("hint-rate"),
        45102 => message!("hint-blocked-for-a-while"),
        50001 | 50002 | 50004 | 50007 | 45074 | 48004 => {
            message!(
                "hint-account-frozen",
                violations = VIOLATIONS,
                appeal = APPEAL
            )
        }
        _ => return None,
    })
}

fn of_open(error: &OpenError) -> Option<Message> {
    Some(match error {
        OpenError::Read { source, .. } if source.kind() == io::ErrorKind::IsADirectory => {
            message!("hint-archive-is-a-folder")
        }
        OpenError::Open { source, .. } | OpenError::Read { source, .. } => return of_io(source),
        OpenError::Encrypted { .. } => message!("hint-archive-encrypted"),
        OpenError::NoKeyFits { .. } => message!("hint-archive-no-key-fits"),
        OpenError::Damaged { .. } => message!("hint-archive-damaged"),
        OpenError::OtherZip { .. } => message!("hint-archive-other-zip"),
        OpenError::NotAZip { .. } => message!("hint-archive-no-zip"),
        _ => return None,
    })
}

fn of_export(error: &export::Error) -> Option<Message> {
    Some(match error {
        export::Error::NoOutput(place) if place.exists() => message!("hint-output-is-a-file"),
        export::Error::NoOutput(folder) => message!("hint-no-output", folder = folder.display()),
        export::Error::NotAFolder(_) => message!("hint-output-no-folder"),
        export::Error::NoRoom { .. } => message!("hint-disk-full"),
        _ => return None,
    })
}

fn of_restore(error: &restore::Error) -> Option<Message> {
    Some(match error {
        restore::Error::NotEmpty { .. } => message!("hint-to-not-empty"),
        restore::Error::PartOfBag => message!("hint-part-of-bag"),
        restore::Error::Unknown(_) => message!("hint-restore-unknown"),
        restore::Error::NoRoom { .. } => message!("hint-restore-no-room"),
        _ => return None,
    })
}

fn of_extract(error: &extract::Error) -> Option<Message> {
    Some(match error {
        extract::Error::NotEmpty { .. } => message!("hint-to-not-empty"),
        extract::Error::Unknown(_) => message!("hint-extract-unknown"),
        _ => return None,
    })
}

fn of_browse(error: &browse::Error) -> Option<Message> {
    Some(match error {
        browse::Error::Listen { source, .. } if source.kind() == io::ErrorKind::AddrInUse => {
            message!("hint-port-taken")
        }
        browse::Error::Document { .. } => message!("hint-browse-record"),
        _ => return None,
    })
}

fn of_diff(error: &diff::Error) -> Option<Message> {
    Some(match error {
        diff::Error::OtherAccount { .. } => message!("hint-diff-other-account"),
        diff::Error::Record { .. } | diff::Error::Entry { .. } => message!("hint-diff-record"),
        _ => return None,
    })
}

/// Flags that are right one by one, and make no sense together or here.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct UsageError(pub(crate) Message);

fn of_settings(error: &settings::Error) -> Option<Message> {
    use settings::Error as E;
    Some(match error {
        E::NoAccount | E::NoAppId | E::NoCredential { .. } => message!("hint-no-account"),
        E::SeveralAccounts { .. } => message!("hint-several-accounts"),
        E::TwoCredentials => message!("hint-two-credentials"),
        E::EmptySecret { .. } | E::OddSecret { .. } => message!("hint-odd-secret"),
        E::OtherAppId { .. } => message!("hint-other-appid"),
        E::SecretCommandLate { .. } => message!("hint-secret-command-late"),
        E::NoWebAddress { .. } => message!("hint-no-web-address"),
        E::NobodyToTell => message!("hint-nobody-to-tell"),
        E::SameAppId { .. } | E::AppIdOfAnother { .. } => message!("hint-same-appid"),
        E::NoVariable { .. } => message!("hint-no-variable"),
        E::SecretCommand { .. } => message!("hint-secret-command"),
        E::SecretCommandFailed { .. } => message!("hint-secret-command-failed"),
        E::WrongAddress { .. } => message!("hint-wrong-address"),
        E::UnknownAccount { .. } | E::NoAccounts => message!("hint-unknown-account"),
        _ => return None,
    })
}

fn of_io(error: &io::Error) -> Option<Message> {
    if is_disk_full(error) {
        return Some(message!("hint-disk-full"));
    }
    Some(match error.kind() {
        io::ErrorKind::PermissionDenied => message!("hint-may-not"),
        io::ErrorKind::ReadOnlyFilesystem => message!("hint-read-only"),
        io::ErrorKind::IsADirectory => message!("hint-is-a-folder"),
        io::ErrorKind::NotFound => message!("hint-not-found"),
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
    fn wrong_settings_are_wrong_usage() {
        assert_eq!(exit_code(&settings::Error::NoAccount), ExitCode::Usage);
    }
}
