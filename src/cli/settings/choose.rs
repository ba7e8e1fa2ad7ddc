//! The account of a run, from what flags, environment and settings file say.

use wxbackup::model::AppId;

use crate::cli::args::{Connection, Global};
use crate::cli::settings::{
    Account, AccountSettings, Credential, Error, Lookup, Settings, Source, nearest, variable,
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
    let flags = Given::by_flags(connection)?;
    let given = match &global.account {
        Some(_) => flags,
        None => flags.or(Given::by_environment(env)?),
    };
    let name = global.account.clone().or_else(|| {
        variable(env, "WXBACKUP_ACCOUNT").map(|name| name.to_string_lossy().into_owned())
    });
    let (name, filed) = match pick(name, &given, settings)? {
        Some((name, filed)) => (name, Some(filed)),
        None => ("default".to_owned(), None),
    };
    let appid = match (given.appid, filed) {
        (Some(appid), Some(filed)) if given.credential.is_none() && appid != filed.appid => {
            return Err(Error::OtherAppId {
                whose: format!("account `{name}`"),
                theirs: filed.appid.clone(),
                given: appid,
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
            appid: appid.clone(),
        })?;
    Ok(Account {
        name,
        appid,
        credential,
    })
}

/// The account of the file that is meant, if one is.
fn pick<'s>(
    name: Option<String>,
    given: &Given,
    settings: &'s Settings,
) -> Result<Option<(String, &'s AccountSettings)>, Error> {
    if let Some(name) = name {
        return match settings.accounts.get(&name) {
            Some(account) => Ok(Some((name, account))),
            None => Err(Error::UnknownAccount {
                near: nearest(&name, settings.accounts.keys().map(String::as_str))
                    .map(str::to_owned),
                name,
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
            .find(|(_, account)| account.appid == *appid)
    {
        return Ok(Some((name.clone(), account)));
    }
    let mut accounts = settings.accounts.iter();
    match (accounts.next(), accounts.next()) {
        (Some((name, account)), None) => Ok(Some((name.clone(), account))),
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
    appid: Option<AppId>,
    credential: Option<Credential>,
}

impl Given {
    fn by_flags(connection: &Connection) -> Result<Self, Error> {
        let secret = connection.secret_file.clone().map(Source::File);
        let token = connection.access_token_file.clone().map(Source::File);
        Ok(Self {
            appid: connection.appid.as_deref().map(parse_appid).transpose()?,
            credential: one_credential(secret, token)?,
        })
    }

    fn by_environment(env: Lookup<'_>) -> Result<Self, Error> {
        let appid = variable(env, "WXBACKUP_APPID")
            .map(|text| parse_appid(&text.to_string_lossy()))
            .transpose()?;
        let source = |itself: &str, file: &str| {
            let itself = env(itself).map(|_| Source::Variable(itself.to_owned()));
            itself.or_else(|| variable(env, file).map(|path| Source::File(path.into())))
        };
        Ok(Self {
            appid,
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
    secret: Option<Source>,
    token: Option<Source>,
) -> Result<Option<Credential>, Error> {
    match (secret, token) {
        (Some(_), Some(_)) => Err(Error::TwoCredentials),
        (Some(source), None) => Ok(Some(Credential::Secret(source))),
        (None, Some(source)) => Ok(Some(Credential::Token(source))),
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

    use std::path::{Path, PathBuf};

    use crate::cli::settings::{environment, file};

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
        file::parse(Path::new("c.toml"), text).unwrap()
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
        assert_eq!(settings.output, Some("/var/backups/wechat".into()));
        assert_eq!(settings.proxy.as_deref(), Some("http://proxy:3128"));
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
