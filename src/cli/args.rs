//! The command line: every flag with its default, its variable and one line of help.
//!
//! A number that a person may set has its default here and nowhere else.

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::builder::styling::{AnsiColor, Styles};
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};

use wxbackup::archive::select::Select;
use wxbackup::model::{GapClass, GapReason, Section, UnknownSection};
use wxbackup::record::run::Gap;

use crate::cli::exit_code::ExitCode;
use crate::cli::settings::{Origin, nearest};

/// Saves the whole library of a WeChat Official Account in one zip, proves that it is whole, and gives it back.
#[derive(Debug, Parser)]
#[command(
    name = "wxbackup",
    version,
    help_template = TEMPLATE,
    before_help = EXAMPLES,
    after_help = ExitCode::help(),
    styles = STYLES,
    max_term_width = 100,
)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Examples come first: most people look for one that is nearly theirs.
const TEMPLATE: &str = "\
{about-with-newline}
{before-help}{usage-heading} {usage}

{all-args}{after-help}";

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default());

const EXAMPLES: &str = "\
Examples:
  wxbackup demo                                 see all of it, with nothing set up
  wxbackup export --appid ID --secret-file F    save an account in the current folder
  wxbackup verify wxbackup-*.zip                prove that archives are whole
  wxbackup restore ARCHIVE.zip --to library     get everything back as files";

/// The flags that every command takes.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    #[arg(long, global = true, value_name = "NAME", help = from_env("Account of the settings file to work on", "WXBACKUP_ACCOUNT"))]
    pub(crate) account: Option<String>,
    #[arg(long, global = true, value_name = "FILE", help = from_env("Settings file, instead of $XDG_CONFIG_HOME/wxbackup/config.toml or /etc/wxbackup/config.toml", "WXBACKUP_CONFIG"))]
    pub(crate) config: Option<PathBuf>,
    /// Say nothing but results, warnings and errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Tell of each call to WeChat too
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
    /// Write one JSON object a line to stdout; the last is the summary
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true,
        env = "WXBACKUP_PROGRESS",
        hide_env_values = true,
        help = "Show progress, bars on a terminal, else a line every 30 seconds: auto, always, never"
    )]
    pub(crate) progress: When,
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true,
        env = "WXBACKUP_COLOR",
        hide_env_values = true,
        help = "Use colours: auto, always, never"
    )]
    pub(crate) color: When,
    // Read before all else, by `language`; here it is refused where it is wrong.
    #[arg(
        long,
        global = true,
        value_name = "LANGUAGE",
        value_enum,
        hide_possible_values = true,
        env = "WXBACKUP_LANG",
        hide_env_values = true,
        help = "Language of messages and help: zh, en; else that of the locale"
    )]
    pub(crate) lang: Option<Lang>,
}

/// The languages by their names on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    /// Chinese.
    Zh,
    /// English.
    En,
}

/// Whether to do something that suits a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum When {
    /// On a terminal.
    Auto,
    /// In any case.
    Always,
    /// In no case.
    Never,
}

/// The flags of commands that talk to WeChat. Their variables are read in
/// `settings`, which has to know whether a value is a flag's or a variable's.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Account and connection")]
pub(crate) struct Connection {
    #[arg(long, value_name = "ID", help = from_env("AppId of the account", "WXBACKUP_APPID"))]
    pub(crate) appid: Option<String>,
    #[arg(long, value_name = "FILE", conflicts_with = "access_token_file", help = from_env("File that holds the AppSecret and nothing else; the secret itself may be in WXBACKUP_SECRET", "WXBACKUP_SECRET_FILE"))]
    pub(crate) secret_file: Option<PathBuf>,
    #[arg(long, value_name = "FILE", help = from_env("File that holds an access token issued elsewhere, instead of a secret; the token itself may be in WXBACKUP_ACCESS_TOKEN", "WXBACKUP_ACCESS_TOKEN_FILE"))]
    pub(crate) access_token_file: Option<PathBuf>,
    #[arg(long, value_name = "URL", help = from_env("Where the API is, instead of https://api.weixin.qq.com; plain http only on this machine", "WXBACKUP_API_BASE"))]
    pub(crate) api_base: Option<String>,
    #[arg(long, value_name = "FILE", help = from_env("Certificates (PEM) to trust besides the system's", "WXBACKUP_CA_FILE"))]
    pub(crate) ca_file: Option<PathBuf>,
}

fn from_env(help: &str, variable: &str) -> String {
    format!("{help} [env: {variable}]")
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Export(Box<Export>),
    Verify(Verify),
    Restore(Restore),
    Extract(Extract),
    List(List),
    Diff(Diff),
    Browse(Browse),
    Status(Status),
    Prune(Prune),
    Doctor(Box<Doctor>),
    #[cfg(feature = "demo")]
    Demo(Demo),
    Config(Config),
    Notify(Notify),
    Completions(Completions),
    Man(Man),
}

/// Save the library of an account in one archive
#[derive(Debug, clap::Args)]
#[command(
    help_template = TEMPLATE,
    before_help = EXPORT_EXAMPLES,
    after_help = ExitCode::help_of(&[
        ExitCode::Done, ExitCode::Failed, ExitCode::Usage, ExitCode::Gaps, ExitCode::Person,
        ExitCode::Later, ExitCode::Locked, ExitCode::Interrupted, ExitCode::Terminated,
    ]),
)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct Export {
    /// Folder of the archives, of any number of accounts [default: output of the settings, else .]
    #[arg(
        short,
        long,
        value_name = "DIR",
        env = "WXBACKUP_OUTPUT",
        hide_env_values = true
    )]
    pub(crate) output: Option<PathBuf>,
    /// Sections to cover
    #[arg(
        long,
        value_name = "LIST",
        value_delimiter = ',',
        value_parser = section,
        default_value = "image,voice,video,news,draft,published",
        env = "WXBACKUP_SECTIONS",
        hide_env_values = true
    )]
    pub(crate) sections: Vec<Section>,
    /// Downloads side by side
    #[arg(
        long,
        value_name = "N",
        default_value = "16",
        env = "WXBACKUP_JOBS",
        hide_env_values = true,
        value_parser = number_from_1
    )]
    pub(crate) jobs: NonZeroUsize,
    /// Forget what an interrupted run has fetched, and begin anew
    #[arg(long)]
    pub(crate) fresh: bool,
    /// Make an archive of what is staged and of the base; asks WeChat for nothing
    #[arg(long, conflicts_with = "fresh")]
    pub(crate) seal_staged: bool,
    /// Archive to build on; `none` fetches all, and drops what was deleted [default: the newest]
    #[arg(
        long,
        value_name = "FILE|none",
        env = "WXBACKUP_BASE",
        hide_env_values = true
    )]
    pub(crate) base: Option<PathBuf>,
    /// Write an archive even if nothing has changed
    #[arg(long, env = "WXBACKUP_ALWAYS", hide_env_values = true)]
    pub(crate) always: bool,
    /// Leave out what is no longer in the account, instead of keeping it
    #[arg(long, env = "WXBACKUP_NO_RETAIN_DELETED", hide_env_values = true)]
    pub(crate) no_retain_deleted: bool,
    /// Gaps that do not make the exit code 3: classes, reasons, or known (in the base too)
    #[arg(
        long,
        value_name = "GAPS,...",
        value_delimiter = ',',
        env = "WXBACKUP_ALLOW_GAPS",
        hide_env_values = true
    )]
    pub(crate) allow_gaps: Vec<AllowedGaps>,
    /// How to fetch pictures: cdn (by their addresses, no API call) or api (the API's own bytes, one call each)
    #[arg(
        long,
        value_name = "WAY",
        default_value = "cdn",
        hide_possible_values = true,
        env = "WXBACKUP_PICTURES_BY",
        hide_env_values = true
    )]
    pub(crate) pictures_by: PicturesBy,
    /// A host besides WeChat's own that articles may take pictures from
    #[arg(
        long = "asset-host",
        value_name = "HOST[:PORT]",
        value_delimiter = ',',
        env = "WXBACKUP_ASSET_HOST",
        hide_env_values = true
    )]
    pub(crate) asset_hosts: Vec<String>,
    /// Part of each call's daily quota to leave for your other systems, in percent, where a run needs many calls [default: what the settings say, else 20]
    #[arg(
        long,
        value_name = "PERCENT",
        env = "WXBACKUP_QUOTA_RESERVE",
        hide_env_values = true,
        value_parser = percent
    )]
    pub(crate) quota_reserve: Option<u8>,
    /// Folder to gather in, if the output folder is slow or on a network
    #[arg(
        long,
        value_name = "DIR",
        env = "WXBACKUP_STAGE",
        hide_env_values = true
    )]
    pub(crate) stage: Option<PathBuf>,
    /// Ed25519 key of OpenSSH to sign the archive with, without a passphrase
    #[arg(
        long,
        value_name = "FILE",
        env = "WXBACKUP_SIGN_KEY",
        hide_env_values = true
    )]
    pub(crate) sign_key: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) many: Many,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

/// The flags of a run over many accounts.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Many accounts")]
pub(crate) struct Many {
    // Its variable is read in `commands::export`, where a flag that names one
    // account beats it.
    #[arg(long, conflicts_with_all = ["account", "appid", "secret_file", "access_token_file"], help = from_env("Run every account of the settings file; one that fails stops no other, and the exit code is the gravest of all", "WXBACKUP_ALL"))]
    pub(crate) all: bool,
    /// Accounts side by side, with --all; --jobs is for each of them
    #[arg(
        long,
        value_name = "N",
        default_value = "2",
        env = "WXBACKUP_ACCOUNTS_AT_ONCE",
        hide_env_values = true,
        value_parser = number_from_1
    )]
    pub(crate) accounts_at_once: NonZeroUsize,
    /// With --all: only the accounts of part I of N, from 1/N to N/N; an account stays in its part when others come or go
    #[arg(
        long,
        value_name = "I/N",
        env = "WXBACKUP_SHARD",
        hide_env_values = true
    )]
    pub(crate) shard: Option<Shard>,
    #[arg(
        long,
        value_name = "N",
        env = "WXBACKUP_SHARDS",
        hide_env_values = true,
        help = "With --all, in a Kubernetes indexed Job: how many parts there are; JOB_COMPLETION_INDEX says which is this one's",
        value_parser = shards,
        conflicts_with = "shard"
    )]
    pub(crate) shards: Option<NonZeroU32>,
}

/// One part of the accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shard {
    /// From 1 to `total`.
    pub(crate) number: u32,
    /// How many parts there are.
    pub(crate) total: NonZeroU32,
}

/// More parts than anyone has machines, and few enough to count through for
/// each account.
const SHARDS_MAX: u32 = 10_000;

fn shards(text: &str) -> Result<NonZeroU32, &'static str> {
    text.parse()
        .ok()
        .filter(|total: &NonZeroU32| total.get() <= SHARDS_MAX)
        .ok_or("it must be a number from 1 to 10000")
}

impl FromStr for Shard {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parsed = text.split_once('/').and_then(|(number, total)| {
            let (number, total) = (number.parse().ok()?, shards(total).ok()?);
            (1..=total.get())
                .contains(&number)
                .then_some(Self { number, total })
        });
        parsed.ok_or("it must be I/N, such as 1/4, 2/4, 3/4 or 4/4")
    }
}

impl std::fmt::Display for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.number, self.total)
    }
}

const EXPORT_EXAMPLES: &str = "\
Examples:
  wxbackup export --appid wx0123456789abcdef --secret-file secret.txt
  wxbackup export -o /var/backups/wechat --account shop        an account of the settings file
  wxbackup export -o /var/backups/wechat --all                 all of them
  wxbackup export -o backups --sections draft,published        only what changes most
  wxbackup export -o backups -q --allow-gaps known             from cron: only new gaps are told
  wxbackup export -o backups --seal-staged                     what was fetched before the account was banned";

/// What is kept of each call's daily quota unless someone says otherwise.
pub(crate) const QUOTA_RESERVE_PERCENT: u8 = 20;

/// A part of a whole that leaves something over.
fn percent(text: &str) -> Result<u8, &'static str> {
    text.parse()
        .ok()
        .filter(|percent| *percent < 100)
        .ok_or("it must be a number from 0 to 99")
}

fn number_from_1(text: &str) -> Result<NonZeroUsize, &'static str> {
    text.parse().map_err(|_| "it must be a number from 1 on")
}

/// A section of a list that may have blanks behind its commas.
fn section(text: &str) -> Result<Section, UnknownSection> {
    text.trim().parse()
}

/// How pictures of the library are fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PicturesBy {
    /// By the addresses that the list gives.
    Cdn,
    /// From the API, one call each.
    Api,
}

/// A class or a reason of gaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AllowedGaps {
    /// Every gap of the class.
    Class(GapClass),
    /// Every gap with the reason.
    Reason(GapReason),
    /// Every gap that the base has too, and that waiting cannot mend.
    Known,
}

impl AllowedGaps {
    /// Whether a gap is one of these.
    pub(crate) fn accept(&self, gap: &Gap, is_known: bool) -> bool {
        match self {
            Self::Class(allowed) => *allowed == gap.class,
            Self::Reason(allowed) => *allowed == gap.reason,
            Self::Known => is_known,
        }
    }
}

const KNOWN: &str = "known";

impl FromStr for AllowedGaps {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        if word == KNOWN {
            return Ok(Self::Known);
        }
        let class = GapClass::ALL.iter().find(|class| class.as_str() == word);
        let reason = GapReason::ALL.iter().find(|reason| reason.as_str() == word);
        if let Some(class) = class {
            return Ok(Self::Class(class.clone()));
        }
        if let Some(reason) = reason {
            return Ok(Self::Reason(reason.clone()));
        }
        let classes = [KNOWN]
            .into_iter()
            .chain(GapClass::ALL.iter().map(GapClass::as_str));
        let reasons = GapReason::ALL.iter().map(GapReason::as_str);
        Err(
            match nearest(word, classes.clone().chain(reasons.clone())) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!(
                    "classes are {}; reasons are {}",
                    classes.collect::<Vec<_>>().join(", "),
                    reasons.collect::<Vec<_>>().join(", ")
                ),
            },
        )
    }
}

/// Prove that archives are whole and unchanged
#[derive(Debug, clap::Args)]
#[command(
    help_template = TEMPLATE,
    before_help = VERIFY_EXAMPLES,
    after_help = ExitCode::help_of(&[
        ExitCode::Done, ExitCode::Failed, ExitCode::Usage, ExitCode::Damage,
        ExitCode::Interrupted, ExitCode::Terminated,
    ]),
)]
pub(crate) struct Verify {
    /// Archives, folders that one was unpacked into, or - for stdin
    #[arg(required = true, value_name = "ARCHIVE")]
    pub(crate) archives: Vec<PathBuf>,
    /// How deep: quick (head and tail), structure (every header), checksums (every byte), full (every record too)
    #[arg(
        long,
        value_name = "LEVEL",
        default_value = "full",
        hide_possible_values = true
    )]
    pub(crate) level: Level,
    /// Keys that must have signed each archive, as ssh-keygen(1) lists them; take the file from elsewhere than the archive
    #[arg(
        long,
        value_name = "FILE",
        env = "WXBACKUP_ALLOWED_SIGNERS",
        hide_env_values = true
    )]
    pub(crate) allowed_signers: Option<PathBuf>,
}

const VERIFY_EXAMPLES: &str = "\
Examples:
  wxbackup verify wxbackup-*.zip
  wxbackup verify --level structure wxbackup-*.zip     seconds, whatever the size
  ssh host cat ARCHIVE.zip | wxbackup verify -";

/// How deep a check goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Level {
    /// Head and tail.
    Quick,
    /// Every header.
    Structure,
    /// Every byte.
    Checksums,
    /// Every record too.
    Full,
}

/// Give an archive back as files in a folder
#[derive(Debug, clap::Args)]
#[command(
    help_template = TEMPLATE,
    before_help = RESTORE_EXAMPLES,
    after_help = ExitCode::help_of(&[
        ExitCode::Done, ExitCode::Failed, ExitCode::Usage, ExitCode::Damage,
        ExitCode::Interrupted, ExitCode::Terminated,
    ]),
)]
pub(crate) struct Restore {
    /// The archive
    pub(crate) archive: PathBuf,
    /// Folder to write to; new or empty
    #[arg(long, value_name = "DIR")]
    pub(crate) to: PathBuf,
    /// human (folders and names that people read) or bag (as it lies in the archive, for sha256sum)
    #[arg(
        long,
        value_name = "LAYOUT",
        default_value = "human",
        hide_possible_values = true
    )]
    pub(crate) layout: Layout,
    /// Only a part: section=, id=, title=, date=; clauses with ; between them must all fit, values with , any
    #[arg(long, value_name = "SELECT")]
    pub(crate) only: Vec<Select>,
}

const RESTORE_EXAMPLES: &str = "\
Examples:
  wxbackup restore ARCHIVE.zip --to library
  wxbackup restore ARCHIVE.zip --to 2023 --only 'section=image;date=2023'
  wxbackup restore ARCHIVE.zip --to spring --only title=春天
  wxbackup restore ARCHIVE.zip --to bag --layout bag";

/// In which shape a library is given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Layout {
    /// For people.
    Human,
    /// For programs.
    Bag,
}

/// Take the articles of an archive out as Markdown, HTML, text or tables
#[derive(Debug, clap::Args)]
#[command(
    help_template = TEMPLATE,
    before_help = EXTRACT_EXAMPLES,
    after_help = ExitCode::help_of(&[
        ExitCode::Done, ExitCode::Failed, ExitCode::Usage, ExitCode::Damage,
        ExitCode::Interrupted, ExitCode::Terminated,
    ]),
)]
pub(crate) struct Extract {
    /// The archive
    pub(crate) archive: PathBuf,
    /// Folder to write to; new or empty
    #[arg(long, value_name = "DIR")]
    pub(crate) to: PathBuf,
    /// markdown (with front matter), html (offline pages), html-single (one file each, pictures inside), text, or csv (articles.csv and media.csv)
    #[arg(long, value_name = "FORMAT", hide_possible_values = true)]
    pub(crate) format: ExtractFormat,
    /// Only a part: section=, id=, title=, date=; clauses with ; between them must all fit, values with , any
    #[arg(long, value_name = "SELECT")]
    pub(crate) only: Vec<Select>,
}

const EXTRACT_EXAMPLES: &str = "\
Examples:
  wxbackup extract ARCHIVE.zip --to articles --format markdown
  wxbackup extract ARCHIVE.zip --to 2023 --format text --only 'section=published;date=2023'
  wxbackup extract ARCHIVE.zip --to pages --format html-single --only title=春天
  wxbackup extract ARCHIVE.zip --to tables --format csv                 for Excel";

/// What articles become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExtractFormat {
    /// For editors and site generators.
    Markdown,
    /// For browsers.
    Html,
    /// For browsers, in one file.
    HtmlSingle,
    /// For people.
    Text,
    /// For spreadsheets.
    Csv,
}

/// Show all of it on a simulated account, with nothing set up
#[cfg(feature = "demo")]
#[derive(Debug, clap::Args)]
#[command(help_template = TEMPLATE, before_help = DEMO_EXAMPLES)]
pub(crate) struct Demo {
    /// Folder to write to; by default demo in the current folder, or the next free name
    #[arg(long, value_name = "DIR")]
    pub(crate) to: Option<PathBuf>,
}

#[cfg(feature = "demo")]
const DEMO_EXAMPLES: &str = "\
Examples:
  wxbackup demo";

/// List what an archive holds
#[derive(Debug, clap::Args)]
#[command(
    help_template = TEMPLATE,
    before_help = LIST_EXAMPLES,
    after_help = ExitCode::help_of(&[
        ExitCode::Done, ExitCode::Failed, ExitCode::Usage, ExitCode::Damage,
    ]),
)]
pub(crate) struct List {
    /// The archive
    pub(crate) archive: PathBuf,
    /// Only one section: image, voice, video, news, draft, published
    #[arg(long, value_name = "SECTION")]
    pub(crate) section: Option<Section>,
    /// Write a table for spreadsheets
    #[arg(long, conflicts_with = "json")]
    pub(crate) csv: bool,
}

const LIST_EXAMPLES: &str = "\
Examples:
  wxbackup list ARCHIVE.zip
  wxbackup list ARCHIVE.zip --section draft
  wxbackup list ARCHIVE.zip --csv > library.csv          for Excel
  wxbackup list ARCHIVE.zip | grep 2023-05 | cut -f5     ids of a month";

/// Show an archive in the browser: its pages, a search, and what its run covered
#[derive(Debug, clap::Args)]
#[command(
    help_template = TEMPLATE,
    before_help = BROWSE_EXAMPLES,
    long_about = BROWSE_ABOUT,
    after_help = ExitCode::help_of(&[
        ExitCode::Done, ExitCode::Failed, ExitCode::Usage, ExitCode::Damage,
    ]),
)]
pub(crate) struct Browse {
    /// The archive
    pub(crate) archive: PathBuf,
    /// Port to listen at, on 127.0.0.1 alone; 0 takes one that is free
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub(crate) port: u16,
    /// Open the browser also where stdout is no terminal
    #[arg(long)]
    pub(crate) open: bool,
    /// Open no browser, and only say the address
    #[arg(long, conflicts_with = "open")]
    pub(crate) no_open: bool,
}

const BROWSE_ABOUT: &str = "\
Show an archive in the browser: its pages, a search, and what its run covered

The pages come straight out of the zip: nothing is unpacked, nothing is written, and nothing is asked of the network. \
The address on stdout holds a token that works once, and only on this machine. Ctrl-C ends it, with 0.";

const BROWSE_EXAMPLES: &str = "\
Examples:
  wxbackup browse ARCHIVE.zip
  wxbackup browse ARCHIVE.zip --no-open --port 8000    and open the address by hand, such as through ssh -L 8000:127.0.0.1:8000";

/// Show, check or begin the settings
#[derive(Debug, clap::Args)]
#[command(help_template = TEMPLATE, before_help = CONFIG_EXAMPLES)]
pub(crate) struct Config {
    #[command(subcommand)]
    pub(crate) command: ConfigCommand,
}

const CONFIG_EXAMPLES: &str = "\
Examples:
  wxbackup config init      write a settings file to fill in
  wxbackup config check     say what is wrong with it
  wxbackup config show      say what is in effect, and why";

/// What to do with the settings.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    Show(ConfigShow),
    Check(ConfigCheck),
    Init(ConfigInit),
}

/// Show every value in effect and where it comes from; secrets are not shown
#[derive(Debug, clap::Args)]
#[command(
    help_template = TEMPLATE,
    before_help = CONFIG_SHOW_EXAMPLES,
    after_help = ExitCode::help_of(&[ExitCode::Done, ExitCode::Failed, ExitCode::Usage]),
)]
pub(crate) struct ConfigShow {
    #[command(flatten)]
    pub(crate) export: Box<Export>,
}

const CONFIG_SHOW_EXAMPLES: &str = "\
It takes the flags of export, and shows what an export with them would use.

Examples:
  wxbackup config show
  wxbackup config show --account shop --jobs 4     what an export with these flags would use";

/// Check the settings, the secrets and the output folder, without the network
#[derive(Debug, clap::Args)]
#[command(
    help_template = TEMPLATE,
    before_help = CONFIG_CHECK_EXAMPLES,
    after_help = ExitCode::help_of(&[
        ExitCode::Done, ExitCode::Failed, ExitCode::Usage,
        ExitCode::Interrupted, ExitCode::Terminated,
    ]),
)]
pub(crate) struct ConfigCheck {
    #[command(flatten)]
    pub(crate) export: Box<Export>,
}

const CONFIG_CHECK_EXAMPLES: &str = "\
It takes the flags of export, and checks what an export with them would use:
every account of the settings file, or the one that --account names.

Examples:
  wxbackup config check
  wxbackup config check --account shop -o /var/backups/wechat";

/// Write a settings file with an explanation of everything, for you to fill in
#[derive(Debug, clap::Args)]
#[command(
    help_template = TEMPLATE,
    before_help = CONFIG_INIT_EXAMPLES,
    after_help = ExitCode::help_of(&[ExitCode::Done, ExitCode::Failed, ExitCode::Usage]),
)]
pub(crate) struct ConfigInit {}

const CONFIG_INIT_EXAMPLES: &str = "\
It goes where --config says, else to the usual place of your settings. A file
that is there already is left as it is.

Examples:
  wxbackup config init
  wxbackup config init --config /etc/wxbackup/config.toml";
/// Show what differs between two archives of an account
#[derive(Debug, clap::Args)]
#[command(
    help_template = TEMPLATE,
    before_help = DIFF_EXAMPLES,
    after_help = ExitCode::help_of(&[
        ExitCode::Done, ExitCode::Failed, ExitCode::Usage, ExitCode::Damage,
        ExitCode::Interrupted, ExitCode::Terminated,
    ]),
)]
pub(crate) struct Diff {
    /// The older archive
    #[arg(value_name = "A")]
    pub(crate) old: PathBuf,
    /// The newer archive
    #[arg(value_name = "B")]
    pub(crate) new: PathBuf,
    /// Show each picture and sound of articles too, which are only counted otherwise
    #[arg(long)]
    pub(crate) assets: bool,
}

const DIFF_EXAMPLES: &str = "\
Examples:
  wxbackup diff MONDAY.zip TUESDAY.zip
  wxbackup diff MONDAY.zip TUESDAY.zip | grep ^removed
  wxbackup diff MONDAY.zip TUESDAY.zip --json | jq -r 'select(.op == \"added\").title'";

/// Tell how old the newest good archive of each account is
#[derive(Debug, clap::Args)]
#[command(
    help_template = TEMPLATE,
    before_help = STATUS_EXAMPLES,
    after_help = ExitCode::help_of(&[
        ExitCode::Done, ExitCode::Failed, ExitCode::Usage,
        ExitCode::Interrupted, ExitCode::Terminated,
    ]),
)]
pub(crate) struct Status {
    /// Folder of the archives [default: output of the settings, else .]
    #[arg(
        short,
        long,
        value_name = "DIR",
        env = "WXBACKUP_OUTPUT",
        hide_env_values = true
    )]
    pub(crate) output: Option<PathBuf>,
    /// End with 1 if an account has no good archive that is at most so old, such as 90m, 26h, 2d, 1w; a run that found nothing new counts
    #[arg(
        long,
        value_name = "AGE",
        env = "WXBACKUP_MAX_AGE",
        hide_env_values = true
    )]
    pub(crate) max_age: Option<Age>,
    /// Folder that runs gather in, if it is another than the output folder
    #[arg(
        long,
        value_name = "DIR",
        env = "WXBACKUP_STAGE",
        hide_env_values = true
    )]
    pub(crate) stage: Option<PathBuf>,
}

const STATUS_EXAMPLES: &str = "\
Examples:
  wxbackup status -o /var/backups/wechat
  wxbackup status -o /var/backups/wechat -q --max-age 26h     for a monitor
  wxbackup status --account shop --json";

/// A time that passes: a number and a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Age(pub(crate) Duration);

impl FromStr for Age {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const EXPECTED: &str = "it must be a number and a unit, such as 90m, 26h, 2d, 1w";
        let units = [("m", 60), ("h", 3600), ("d", 86_400), ("w", 7 * 86_400)];
        let (number, seconds) = units
            .into_iter()
            .find_map(|(unit, seconds)| Some((text.strip_suffix(unit)?, seconds)))
            .ok_or(EXPECTED)?;
        if !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(EXPECTED);
        }
        let number: u64 = number.parse().map_err(|_| EXPECTED)?;
        match number.checked_mul(seconds) {
            Some(seconds @ 1..) => Ok(Self(Duration::from_secs(seconds))),
            _ => Err(EXPECTED),
        }
    }
}

/// Remove old archives, and keep as many of each age as you say
#[derive(Debug, clap::Args)]
#[command(
    help_template = TEMPLATE,
    before_help = PRUNE_EXAMPLES,
    after_help = PRUNE_RULES.to_owned() + &ExitCode::help_of(&[
        ExitCode::Done, ExitCode::Failed, ExitCode::Usage, ExitCode::Locked,
        ExitCode::Interrupted, ExitCode::Terminated,
    ]),
)]
pub(crate) struct Prune {
    /// Folder of the archives [default: output of the settings, else .]
    #[arg(
        short,
        long,
        value_name = "DIR",
        env = "WXBACKUP_OUTPUT",
        hide_env_values = true
    )]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) keep: Keep,
    /// Remove; without it only say what would go
    #[arg(long)]
    pub(crate) apply: bool,
}

/// What to keep; at least one of them.
#[derive(Clone, Copy, Debug, clap::Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Keep {
    /// Keep the newest N
    #[arg(
        long = "keep-last",
        value_name = "N",
        env = "WXBACKUP_KEEP_LAST",
        hide_env_values = true
    )]
    pub(crate) last: Option<NonZeroU32>,
    /// Keep the newest of each of the last N days that have an archive
    #[arg(
        long = "keep-daily",
        value_name = "N",
        env = "WXBACKUP_KEEP_DAILY",
        hide_env_values = true
    )]
    pub(crate) daily: Option<NonZeroU32>,
    /// Keep the newest of each of the last N weeks (from Monday)
    #[arg(
        long = "keep-weekly",
        value_name = "N",
        env = "WXBACKUP_KEEP_WEEKLY",
        hide_env_values = true
    )]
    pub(crate) weekly: Option<NonZeroU32>,
    /// Keep the newest of each of the last N months
    #[arg(
        long = "keep-monthly",
        value_name = "N",
        env = "WXBACKUP_KEEP_MONTHLY",
        hide_env_values = true
    )]
    pub(crate) monthly: Option<NonZeroU32>,
    /// Keep the newest of each of the last N years
    #[arg(
        long = "keep-yearly",
        value_name = "N",
        env = "WXBACKUP_KEEP_YEARLY",
        hide_env_values = true
    )]
    pub(crate) yearly: Option<NonZeroU32>,
}

const PRUNE_EXAMPLES: &str = "\
Examples:
  wxbackup prune --keep-daily 14 --keep-monthly 12             say what would go
  wxbackup prune --keep-daily 14 --keep-monthly 12 --apply     remove it
  wxbackup prune -o /var/backups/wechat --account shop --keep-last 7 --apply";

/// Flags alone cannot say it.
const PRUNE_RULES: &str = "\
What stays:
  Each account is taken for itself. An archive stays if one rule keeps it; days, weeks, months and
  years are those of China (UTC+08:00). While a count is not used up, the oldest archive stays too.
  Only good archives (complete or complete-with-gaps) count. Partial ones newer than the newest good
  one count among themselves, by the same numbers; older partial ones go.
  In any case stay: the newest good archive, archives that cannot be read or come from the future,
  files of other programs, and all archives of an account that a run is at work on.

";

/// Tell whether an export would work now, and what to do where it would not
#[derive(Debug, clap::Args)]
#[command(
    help_template = TEMPLATE,
    before_help = DOCTOR_EXAMPLES,
    after_help = ExitCode::help_of(&[
        ExitCode::Done, ExitCode::Failed, ExitCode::Usage, ExitCode::Person,
        ExitCode::Interrupted, ExitCode::Terminated,
    ]),
)]
pub(crate) struct Doctor {
    /// Folder of the archives [default: output of the settings, else .]
    #[arg(
        short,
        long,
        value_name = "DIR",
        env = "WXBACKUP_OUTPUT",
        hide_env_values = true
    )]
    pub(crate) output: Option<PathBuf>,
    /// Sections that exports cover; what is left out need not be granted
    #[arg(
        long,
        value_name = "LIST",
        value_delimiter = ',',
        value_parser = section,
        default_value = "image,voice,video,news,draft,published",
        env = "WXBACKUP_SECTIONS",
        hide_env_values = true
    )]
    pub(crate) sections: Vec<Section>,
    /// Folder that runs gather in, if it is another than the output folder
    #[arg(
        long,
        value_name = "DIR",
        env = "WXBACKUP_STAGE",
        hide_env_values = true
    )]
    pub(crate) stage: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) connection: Connection,
}

const DOCTOR_EXAMPLES: &str = "\
It looks at the way to WeChat, the address that WeChat sees, the secret, what the
account may read, the quotas, the clock, the disk, the lock and the archives.
Nothing is written, and nothing of the account is changed.

Examples:
  wxbackup doctor --appid wx0123456789abcdef --secret-file secret.txt
  wxbackup doctor --account shop -o /var/backups/wechat
  wxbackup doctor --account shop --json | jq -r 'select(.for_admin).for_admin'     what to ask of the administrator";

/// Try out the telling of how an export ended
#[derive(Debug, clap::Args)]
#[command(help_template = TEMPLATE, before_help = NOTIFY_EXAMPLES)]
pub(crate) struct Notify {
    #[command(subcommand)]
    pub(crate) command: NotifyCommand,
}

const NOTIFY_EXAMPLES: &str = "\
Examples:
  wxbackup notify test     tell everyone that the settings name";

/// What to do with those who are told.
#[derive(Debug, Subcommand)]
pub(crate) enum NotifyCommand {
    Test(NotifyTest),
}

/// Tell everyone that the settings name, and say who could be told
#[derive(Debug, clap::Args)]
#[command(
    help_template = TEMPLATE,
    before_help = NOTIFY_TEST_EXAMPLES,
    after_help = ExitCode::help_of(&[
        ExitCode::Done, ExitCode::Failed, ExitCode::Usage,
        ExitCode::Interrupted, ExitCode::Terminated,
    ]),
)]
pub(crate) struct NotifyTest {
    #[arg(long, value_name = "FILE", help = from_env("Certificates (PEM) to trust besides the system's", "WXBACKUP_CA_FILE"))]
    pub(crate) ca_file: Option<PathBuf>,
}

const NOTIFY_TEST_EXAMPLES: &str = "\
Commands run, and chats get a message; both are told that it is a test. A ping
goes to /log, which does not count as a run. No file of metrics is changed.

Examples:
  wxbackup notify test
  wxbackup notify test --account shop     whom an export of that account tells";

/// Print completions for a shell
#[derive(Debug, clap::Args)]
#[command(help_template = TEMPLATE, before_help = COMPLETIONS_EXAMPLES)]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  wxbackup completions bash > ~/.local/share/bash-completion/completions/wxbackup
  wxbackup completions zsh > ~/.zfunc/_wxbackup";

/// Print the manual page of the program or of one command
#[derive(Debug, clap::Args)]
#[command(help_template = TEMPLATE, before_help = MAN_EXAMPLES)]
pub(crate) struct Man {
    /// The command, such as export or config show; without one, the program
    #[arg(value_name = "COMMAND")]
    pub(crate) about: Vec<String>,
}

const MAN_EXAMPLES: &str = "\
Examples:
  wxbackup man | man -l -
  wxbackup man completions > wxbackup-completions.1";

/// Reads the command line; the answer has too, in clap's own words, where each
/// value comes from.
///
/// # Errors
///
/// What is wrong with it, or the help or version that was asked for.
pub(crate) fn parse() -> Result<(Args, ArgMatches), clap::Error> {
    let matches = command().try_get_matches()?;
    let args = Args::from_arg_matches(&matches).map_err(|error| error.format(&mut command()))?;
    Ok((args, matches))
}

/// A value that a flag or its variable may say, under the long name of the flag.
#[derive(Debug)]
pub(crate) struct FlagValue {
    /// The long name, without dashes.
    pub(crate) name: String,
    /// The value as it was written; none where there is not even a default.
    pub(crate) value: Option<String>,
    /// Who said it. The settings file is not looked at.
    pub(crate) origin: Origin,
}

/// The values of all flags of the command at `path` that have a variable too:
/// flags without one are for a single run, and no settings.
pub(crate) fn flag_values(matches: &ArgMatches, path: &[&str]) -> Vec<FlagValue> {
    let mut program = command();
    program.build();
    let (mut command, mut matches) = (&program, matches);
    for word in path {
        command = command
            .find_subcommand(word)
            .expect("the path is that of a command");
        matches = matches
            .subcommand_matches(word)
            .expect("the path is that of the command that was given");
    }
    command
        .get_arguments()
        .filter_map(|flag| {
            let variable = flag.get_env()?.to_string_lossy();
            let name = flag.get_long()?;
            let origin = match matches.value_source(flag.get_id().as_str()) {
                Some(ValueSource::CommandLine) => Origin::Flag(name.to_owned()),
                Some(ValueSource::EnvVariable) => Origin::Variable(variable.into_owned()),
                _ => Origin::Default,
            };
            let value = matches.get_raw(flag.get_id().as_str()).map(|words| {
                let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
                words.join(",")
            });
            Some(FlagValue {
                name: name.to_owned(),
                value,
                origin,
            })
        })
        .collect()
}

/// The command line as clap knows it, for help, completions and manual pages.
pub(crate) fn command() -> clap::Command {
    Args::command()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_a_number_and_a_unit() {
        let seconds = |text: &str| text.parse::<Age>().map(|age| age.0.as_secs());
        assert_eq!(
            ["90m", "26h", "2d", "1w"].map(seconds),
            [Ok(5400), Ok(93_600), Ok(172_800), Ok(604_800)]
        );
        for text in [
            "",
            "h",
            "26",
            "26H",
            "0h",
            "-1h",
            "+1h",
            "1.5h",
            "1h30m",
            "1 h",
            "26h ",
            "99999999999999999999h",
            "18446744073709551615w",
        ] {
            assert!(seconds(text).is_err(), "{text:?}");
        }
    }
}
