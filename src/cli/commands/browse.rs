//! `wxbackup browse ARCHIVE`: the archive in a browser, until Ctrl-C.
//!
//! The address goes to stdout and nowhere else: it holds a token, which has no
//! place in a log. So with `--json` it is told nowhere, and the program must
//! open the browser itself. That it is ended by a signal is its one good end:
//! the exit code is then 0.

use std::sync::Arc;

use serde::Serialize;
use wxbackup::browse::access::Keys;
use wxbackup::browse::{Library, Server};
use wxbackup::event::{Event, Observer};
use wxbackup::interrupt::Interrupt;
use wxbackup::message;

use crate::cli::args::{Browse, Global};
use crate::cli::commands::{Outcome, runtime};
use crate::cli::exit_code::ExitCode;
use crate::cli::explain::UsageError;
use crate::cli::keys;
use crate::cli::language::say;
use crate::cli::report::{Ending, Report};

/// Serves an archive.
pub(crate) fn run(
    global: &Global,
    args: &Browse,
    report: &Arc<Report>,
    interrupt: &Interrupt,
) -> Outcome {
    if report.is_json() && !args.open {
        return Err(UsageError(message!("browse-json")).into());
    }
    let paths = [args.archive.as_path()];
    let keys = keys::to_read(global, &args.identity, paths, &**report)?;
    let library = Library::open(&args.archive, &keys, &**report)?;
    let ending = Ending::new(ExitCode::Done).facts(&Facts {
        archive: library.archive().name(),
        appid: library.document().account.appid.as_str(),
        run_id: &library.document().run.id,
    });
    let is_to_open = args.open || (!args.no_open && report.place().stdout_columns.is_some());
    let runtime = runtime()?;
    let served = runtime.block_on(async {
        let observer = Arc::clone(report) as Arc<dyn Observer>;
        let server = Server::listen(library, args.port, access_keys()?, observer).await?;
        let address = server.address();
        report.result(&address);
        report.step(&say!("browse-end"));
        if is_to_open {
            open_browser(&address, report);
        }
        server.serve(interrupt).await?;
        Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
    });
    // A browser that reads slowly keeps nobody waiting.
    runtime.shutdown_background();
    served.map(|()| ending)
}

/// What the summary line says.
#[derive(Serialize)]
struct Facts<'a> {
    archive: &'a str,
    appid: &'a str,
    run_id: &'a str,
}

/// Two keys from the system's source of randomness.
fn access_keys() -> Result<Keys, getrandom::Error> {
    let mut keys = Keys {
        token: [0; 32],
        session: [0; 32],
    };
    getrandom::fill(&mut keys.token)?;
    getrandom::fill(&mut keys.session)?;
    Ok(keys)
}

/// Where none can be opened the address is there all the same.
fn open_browser(address: &str, report: &Report) {
    if let Err(error) = open::that_detached(address) {
        report.event(&Event::Warning {
            code: "no_browser",
            about: "",
            message: &message!("browse-no-browser", error = error.to_string()),
        });
    }
}
