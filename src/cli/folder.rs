//! The folder of archives that `status` and `prune` work on, and whose archives
//! are meant.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use wxbackup::archive::Identities;
use wxbackup::archive::shelf;
use wxbackup::error::PathError;
use wxbackup::event::Observer;
use wxbackup::model::AppId;

use crate::cli::args::{Global, Identity};
use crate::cli::keys;
use crate::cli::settings;
use crate::cli::settings::{Settings, nearest};

/// A folder of archives.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Folder {
    pub(crate) path: PathBuf,
    /// The accounts that are meant, by the words that stand for them in names.
    pub(crate) accounts: Vec<Account>,
    settings: Settings,
}

impl Folder {
    /// The keys that open what is encrypted there. Files of the settings are read
    /// only where something is; one that cannot be used is a warning.
    ///
    /// # Errors
    ///
    /// Where a file of keys that the command line names cannot be used.
    pub(crate) fn identities(
        &self,
        global: &Global,
        given: &Identity,
        observer: &dyn Observer,
    ) -> Result<Identities, keys::Error> {
        let is_encrypted = |account: &Account| {
            let row = shelf::row(&self.path, &account.stem);
            row.is_ok_and(|row| row.archives.iter().any(|it| it.encrypted().is_some()))
        };
        let is_needed = || self.accounts.iter().any(is_encrypted);
        let account = global.account.as_deref();
        keys::to_judge(&self.settings, account, given, is_needed, observer)
    }
}

/// An account that has, or should have, archives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    /// What stands for it in names.
    pub(crate) stem: String,
    /// Its AppId, where the settings tell.
    pub(crate) app_id: Option<AppId>,
    /// Its name in the settings.
    pub(crate) name: Option<String>,
    /// Whether anything of it is in the folder.
    pub(crate) has_files: bool,
}

impl Account {
    /// What people call it.
    pub(crate) fn shown(&self) -> &str {
        let app_id = self.app_id.as_ref().map(AppId::as_str);
        self.name.as_deref().or(app_id).unwrap_or(&self.stem)
    }
}

/// The folder cannot be worked on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Settings(#[from] settings::Error),
    #[error(transparent)]
    Path(#[from] PathError),
}

/// Finds the folder and its accounts: those that have files there, and those of
/// the settings, which should have; with `--account`, that one alone.
///
/// # Errors
///
/// Where the settings are wrong, the folder cannot be read, or nobody knows the account.
pub(crate) fn look(global: &Global, output: Option<&Path>) -> Result<Folder, Error> {
    let env = |name: &str| -> Option<OsString> { std::env::var_os(name) };
    let settings = settings::read(global, &env)?;
    let path = output
        .map(Path::to_owned)
        .or_else(|| settings.output.clone().map(|output| output.value))
        .unwrap_or_else(|| PathBuf::from("."));
    let wanted = global.account.clone().or_else(|| {
        let name = settings::variable(&env, "WXBACKUP_ACCOUNT")?;
        Some(name.to_string_lossy().into_owned())
    });
    let named: Vec<(String, AppId)> = settings
        .accounts
        .iter()
        .map(|(name, account)| (name.clone(), account.appid.value.clone()))
        .collect();
    let accounts = accounts(&shelf::stems(&path)?, &named, wanted.as_deref())?;
    Ok(Folder {
        path,
        accounts,
        settings,
    })
}

fn accounts(
    stems: &[String],
    named: &[(String, AppId)],
    wanted: Option<&str>,
) -> Result<Vec<Account>, settings::Error> {
    let mut accounts: Vec<Account> = named
        .iter()
        .map(|(name, app_id)| Account {
            has_files: stems.contains(&app_id.file_stem()),
            stem: app_id.file_stem(),
            app_id: Some(app_id.clone()),
            name: Some(name.clone()),
        })
        .collect();
    for stem in stems {
        if accounts.iter().all(|account| account.stem != *stem) {
            accounts.push(Account {
                stem: stem.clone(),
                app_id: None,
                name: None,
                has_files: true,
            });
        }
    }
    accounts.sort_by(|left, right| left.stem.cmp(&right.stem));
    // Two names of one account have the same archives.
    if let Some(wanted) = wanted {
        let of_name = |account: &Account| account.name.as_deref() == Some(wanted);
        let stem = wanted.parse().map(|id: AppId| id.file_stem()).ok();
        let of_id = |account: &Account| stem.as_ref() == Some(&account.stem);
        let found = accounts
            .iter()
            .find(|account| of_name(account))
            .or_else(|| accounts.iter().find(|account| of_id(account)));
        return match found {
            Some(account) => Ok(vec![account.clone()]),
            None => Err(settings::Error::UnknownAccount {
                name: wanted.to_owned(),
                near: nearest(wanted, named.iter().map(|(name, _)| name.as_str()))
                    .map(str::to_owned),
            }),
        };
    }
    accounts.dedup_by(|next, first| next.stem == first.stem);
    Ok(accounts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named() -> Vec<(String, AppId)> {
        [("again", "wx01"), ("odd", "WX/1"), ("shop", "wx01")]
            .map(|(name, id)| (name.to_owned(), id.parse().unwrap()))
            .to_vec()
    }

    fn names(found: &[Account]) -> Vec<(&str, Option<&str>)> {
        found
            .iter()
            .map(|account| (account.stem.as_str(), account.name.as_deref()))
            .collect()
    }

    #[test]
    fn an_account_of_the_settings_is_expected_and_one_with_files_is_found() {
        let stems = ["wx01".to_owned(), "wx02".to_owned()];
        let odd = "WX/1".parse::<AppId>().unwrap().file_stem();
        let found = accounts(&stems, &named(), None).unwrap();
        let mut expected = vec![
            (odd.as_str(), Some("odd")),
            ("wx01", Some("again")),
            ("wx02", None),
        ];
        expected.sort_unstable();
        assert_eq!(names(&found), expected);
    }

    #[test]
    fn an_account_is_chosen_by_its_name_or_its_id() {
        let stems = ["wx02".to_owned()];
        for (wanted, stem) in [("shop", "wx01"), ("wx02", "wx02"), ("wx01", "wx01")] {
            let found = accounts(&stems, &named(), Some(wanted)).unwrap();
            assert_eq!(names(&found)[0].0, stem);
        }
        let error = accounts(&stems, &named(), Some("shpo")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the settings have no account `shpo`; did you mean `shop`?"
        );
    }
}
