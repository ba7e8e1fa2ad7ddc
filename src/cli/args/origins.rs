//! Which flag, variable or default a value comes from.

use clap::ArgMatches;
use clap::parser::ValueSource;

use super::command;
use crate::cli::settings::Origin;

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
