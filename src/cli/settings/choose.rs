//! The account of a run, from what flags, environment and settings file say.

use std::path::PathBuf;

use wxbackup::model::AppId;

use crate::cli::args::{Connection, Global};
use crate::cli::settings::{
    Account, AccountSettings, Credential, Error, Lookup, Setting, Settings, Source, nearest,
    variable,
};

/// Chooses the account of this run.
///
/// What a flag says beats what the environment says, and that beats the file.
/// `--account` is a flag too: with it the environment's AppId and secret, which
/// may be another account's, are not looked at. A secret is never paired with
/// an AppId that the same place contradicts.
///
/// # Errors
///
/// Says what is missing or contradictory.
pub(crate) fn choose(
    global: &Global,
    connection: &Connection,
    env: Lookup<'_>,
    settings: &Settings,
) -> Result<Account, Error> {
    choose_with_origins(global, connection, env, settings).map(Choice::into_account)
}

/// The account of a run, and who said so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    /// Its name in the settings file; `default` where there is none.
    pub(crate) name: Setting<String>,
    /// Its AppId.
    pub(crate) appid: Setting<AppId>,
    /// How it proves who it is.
    pub(crate) credential: Setting<Credential>,
}

impl Choice {
    fn into_account(self) -> Account {
        Account {
            name: self.name.value,
            appid: self.appid.value,
            credential: self.credential.value,
        }
    }
}

/// As [`choose`], with the origin of each value.
///
/// # Errors
///
/// As for `choose`.
pub(crate) fn choose_with_origins(
    global: &Global,
    connection: &Connection,
    env: Lookup<'_>,
    settings: &Settings,
) -> Result<Choice, Error> {
    let flags = Given::by_flags(connection)?;
    let given = match &global.account {
        Some(_) => flags,
        None => flags.or(Given::by_environment(env)?),
    };
    let (name, filed) = match pick(named_account(global, env), &given, settings)? {
        Some((name, filed)) => (name, Some(filed)),
        None => (Setting::by_default("default".to_owned()), None),
    };
    let appid = match (given.appid, filed) {
        (Some(appid), Some(filed))
            if given.credential.is_none() && appid.value != filed.appid.value =>
        {
            return Err(Error::OtherAppId {
                name: name.value,
                theirs: filed.appid.value.clone(),
                given: appid.value,
            });
        }
        (Some(appid), _) => appid,
        (None, Some(filed)) => filed.appid.clone(),
        (None, None) => return Err(Error::NoAppId),
    };
    let credential = given
        .credential
        .or_else(|| filed.map(|filed| filed.credential.clone()))
        .ok_or_else(|| Error::NoCredential {
            appid: appid.value.clone(),
        })?;
    Ok(Choice {
        name,
        appid,
        credential,
    })
}

/// The name of an account that a flag or variable says.
pub(crate) fn named_account(global: &Global, env: Lookup<'_>) -> Option<Setting<String>> {
    let by_flag = global.account.clone();
    by_flag
        .map(|name| Setting::by_flag("account", name))
        .or_else(|| {
            let name = variable(env, "WXBACKUP_ACCOUNT")?;
            let name = name.to_string_lossy().into_owned();
            Some(Setting::by_variable("WXBACKUP_ACCOUNT", name))
        })
}

/// The account of the file that is meant, if one is.
fn pick<'s>(
    name: Option<Setting<String>>,
    given: &Given,
    settings: &'s Settings,
) -> Result<Option<(Setting<String>, &'s AccountSettings)>, Error> {
    if let Some(name) = name {
        return match settings.accounts.get(&name.value) {
            Some(account) => Ok(Some((name, account))),
            None => Err(Error::UnknownAccount {
                near: nearest(&name.value, settings.accounts.keys().map(String::as_str))
                    .map(str::to_owned),
                name: name.value,
            }),
        };
    }
    if given.appid.is_some() && given.credential.is_some() {
        return Ok(None);
    }
    // An AppId alone may be one of the file's.
    if let Some(appid) = &given.appid
        && let Some((name, account)) = settings
            .accounts
            .iter()
            .find(|(_, account)| account.appid.value == appid.value)
    {
        let name = Setting {
            value: name.clone(),
            origin: appid.origin.clone(),
        };
        return Ok(Some((name, account)));
    }
    let mut accounts = settings.accounts.iter();
    match (accounts.next(), accounts.next()) {
        // It is the one that there is.
        (Some((name, account)), None) => Ok(Some((Setting::by_default(name.clone()), account))),
        (Some(_), Some(_)) => Err(Error::SeveralAccounts {
            names: settings.accounts.keys().cloned().collect(),
        }),
        (None, _) if given.appid.is_none() && given.credential.is_none() => Err(Error::NoAccount),
        (None, _) => Ok(None),
    }
}

/// What flags or variables say of the account.
#[derive(Debug, Default)]
struct Given {
    appid: Option<Setting<AppId>>,
    credential: Option<Setting<Credential>>,
}

impl Given {
    fn by_flags(connection: &Connection) -> Result<Self, Error> {
        let appid = connection.appid.as_deref();
        let file = |flag: &str, path: &Option<PathBuf>| {
            let path = path.clone()?;
            Some(Setting::by_flag(flag, Source::File(path)))
        };
        Ok(Self {
            appid: appid
                .map(|text| Setting::by_flag("appid", text).try_map(parse_appid))
                .transpose()?,
            credential: one_credential(
                file("secret-file", &connection.secret_file),
                file("access-token-file", &connection.access_token_file),
            )?,
        })
    }

    fn by_environment(env: Lookup<'_>) -> Result<Self, Error> {
        let appid = variable(env, "WXBACKUP_APPID")
            .map(|text| Setting::by_variable("WXBACKUP_APPID", text));
        let source = |itself: &str, file: &str| {
            let of_itself =
                env(itself).map(|_| Setting::by_variable(itself, Source::Variable(itself.into())));
            of_itself.or_else(|| {
                let path = variable(env, file)?;
                Some(Setting::by_variable(file, Source::File(path.into())))
            })
        };
        Ok(Self {
            appid: appid
                .map(|text| text.try_map(|text| parse_appid(&text.to_string_lossy())))
                .transpose()?,
            credential: one_credential(
                source("WXBACKUP_SECRET", "WXBACKUP_SECRET_FILE"),
                source("WXBACKUP_ACCESS_TOKEN", "WXBACKUP_ACCESS_TOKEN_FILE"),
            )?,
        })
    }

    fn or(self, other: Self) -> Self {
        Self {
            appid: self.appid.or(other.appid),
            credential: self.credential.or(other.credential),
        }
    }
}

fn one_credential(
    secret: Option<Setting<Source>>,
    token: Option<Setting<Source>>,
) -> Result<Option<Setting<Credential>>, Error> {
    match (secret, token) {
        (Some(_), Some(_)) => Err(Error::TwoCredentials),
        (Some(source), None) => Ok(Some(source.map(Credential::Secret))),
        (None, Some(source)) => Ok(Some(source.map(Credential::Token))),
        (None, None) => Ok(None),
    }
}

fn parse_appid(text: &str) -> Result<AppId, Error> {
    text.parse().map_err(|source| Error::InvalidAppId {
        text: text.chars().take(64).collect(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::cli::settings::{Origin, environment, file};

    const TWO: &str = r#"
output = "/var/backups/wechat"
proxy = "http://proxy:3128"
[accounts.shop]
appid = "wxshop"
secret = { file = "/run/credentials/shop" }
[accounts.news]
appid = "wxnews"
token = { command = ["central", "token"] }
"#;

    fn parsed(text: &str) -> Settings {
        file::parse(Setting::by_default("c.toml".into()), text).unwrap()
    }

    fn global(account: Option<&str>) -> Global {
        let words = ["wxbackup"]
            .into_iter()
            .chain(account.into_iter().flat_map(|name| ["--account", name]))
            .chain(["man"]);
        <crate::cli::args::Args as clap::Parser>::try_parse_from(words)
            .unwrap()
            .global
    }

    /// The account that flags (appid, secret file), variables and a file make.
    fn chosen(
        account: Option<&str>,
        flags: (Option<&str>, Option<&str>),
        variables: &[(&str, &str)],
        file: &str,
    ) -> Result<Account, String> {
        let connection = Connection {
            appid: flags.0.map(str::to_owned),
            secret_file: flags.1.map(PathBuf::from),
            ..Connection::default()
        };
        choose(
            &global(account),
            &connection,
            &environment(variables),
            &parsed(file),
        )
        .map_err(|error| error.to_string())
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "it is compared with what `choose` gives"
    )]
    fn account(name: &str, appid: &str, credential: Credential) -> Result<Account, String> {
        Ok(Account {
            name: name.to_owned(),
            appid: appid.parse().unwrap(),
            credential,
        })
    }

    fn secret_in(path: &str) -> Credential {
        Credential::Secret(Source::File(path.into()))
    }

    #[test]
    fn a_file_names_its_accounts_and_where_their_secrets_are() {
        let settings = parsed(TWO);
        let of_line = |line| Origin::File {
            path: "c.toml".into(),
            line,
        };
        assert_eq!(
            settings.output,
            Some(Setting {
                value: "/var/backups/wechat".into(),
                origin: of_line(2)
            })
        );
        assert_eq!(
            settings.proxy,
            Some(Setting {
                value: "http://proxy:3128".into(),
                origin: of_line(3)
            })
        );
        assert_eq!(settings.accounts["news"].credential.origin, of_line(9));
        assert_eq!(
            chosen(Some("news"), (None, None), &[], TWO),
            account(
                "news",
                "wxnews",
                Credential::Token(Source::Command(vec!["central".into(), "token".into()]))
            )
        );
    }

    #[test]
    fn a_flag_beats_a_variable_and_a_variable_beats_the_file() {
        let one = "[accounts.shop]\nappid = \"wxshop\"\nsecret = { file = \"f\" }\n";
        let variables = [("WXBACKUP_APPID", "wxenv"), ("WXBACKUP_SECRET", "s3cret")];
        let by_variable = Credential::Secret(Source::Variable("WXBACKUP_SECRET".into()));
        assert_eq!(
            chosen(None, (Some("wxflag"), Some("g")), &variables, one),
            account("default", "wxflag", secret_in("g"))
        );
        assert_eq!(
            chosen(None, (None, None), &variables, one),
            account("default", "wxenv", by_variable)
        );
        assert_eq!(
            chosen(None, (None, None), &[], one),
            account("shop", "wxshop", secret_in("f"))
        );
        assert_eq!(
            chosen(Some("shop"), (None, Some("g")), &variables, one),
            account("shop", "wxshop", secret_in("g"))
        );
    }

    #[test]
    fn an_account_that_is_named_takes_no_other_accounts_secret() {
        let variables = [("WXBACKUP_APPID", "wxother"), ("WXBACKUP_SECRET", "s3cret")];
        assert_eq!(
            chosen(Some("shop"), (None, None), &variables, TWO),
            account("shop", "wxshop", secret_in("/run/credentials/shop"))
        );
        assert_eq!(
            chosen(Some("shop"), (Some("wxother"), None), &[], TWO),
            Err("account `shop` belongs to wxshop, but the AppId given is wxother".into())
        );
    }

    #[test]
    fn an_appid_alone_finds_its_account() {
        assert_eq!(
            chosen(None, (Some("wxshop"), None), &[], TWO),
            account("shop", "wxshop", secret_in("/run/credentials/shop"))
        );
    }

    #[test]
    fn what_is_missing_or_contradictory_is_said() {
        let secret = ("WXBACKUP_SECRET", "s");
        let cases: [(Result<Account, String>, &str); 8] = [
            (chosen(None, (None, None), &[], ""), "no account is given"),
            (
                chosen(None, (None, None), &[], TWO),
                "the settings have several accounts: news, shop",
            ),
            (
                chosen(Some("shpo"), (None, None), &[], TWO),
                "the settings have no account `shpo`; did you mean `shop`?",
            ),
            (
                chosen(Some("x"), (None, None), &[], ""),
                "the settings have no account `x`",
            ),
            (
                chosen(None, (Some("wx1"), None), &[], ""),
                "no secret and no access token is given for wx1",
            ),
            (
                chosen(None, (None, None), &[secret], ""),
                "the AppId of the account is not given",
            ),
            (
                chosen(None, (Some("w x"), None), &[secret], ""),
                "`w x` is no AppId",
            ),
            (
                chosen(
                    None,
                    (None, None),
                    &[secret, ("WXBACKUP_ACCESS_TOKEN", "t")],
                    "",
                ),
                "both a secret and an access token are given",
            ),
        ];
        for (answer, words) in cases {
            assert_eq!(answer, Err(words.to_owned()));
        }
    }
}
