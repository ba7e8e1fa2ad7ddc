//! The client against a scripted server: bytes in, bytes out.

mod calls;
mod downloads;
mod fixtures;
mod materials;
mod secrets;
mod server;
mod tls;
mod tokens;
mod uploads;

use std::fmt::Write as _;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use url::Url;

use crate::event::{Event, Observer};
use crate::interrupt::{Cause, Interrupt};
use crate::model::{AssetHosts, Timestamp};
use crate::wechat::tests::server::{Script, Server};
use crate::wechat::{CallRecord, Client, Credential, Error, Options, Pace, ProxyRules};

const SECRET: &str = "s3cret+/of-the-account";
const TOKEN: &str = "TOKEN_one-1";
const TOKEN_2: &str = "TOKEN_two-2";

const PATIENCE: Duration = Duration::from_secs(20);

/// Short waits, so that nothing has to be slept through.
const PACE: Pace = Pace {
    wait_first: Duration::from_millis(1),
    wait_max: Duration::from_millis(2),
    tries_max: 4,
    rate_wait: Duration::from_millis(30),
    rate_answers_max: 2,
    retry_after_max: Duration::from_millis(2),
};

/// A client, its server, and all that can be seen of both.
struct Bench {
    server: Server,
    client: Client,
    interrupt: Interrupt,
    events: Arc<Events>,
    records: Arc<Mutex<Vec<CallRecord>>>,
}

#[derive(Default)]
struct Events {
    lines: Mutex<Vec<String>>,
    interrupt_on_wait: Mutex<Option<Interrupt>>,
}

impl Observer for Events {
    fn event(&self, event: &Event<'_>) {
        let line = match event {
            Event::Call {
                api,
                attempt,
                errcode,
                error,
                ..
            } => {
                let error = error.map(ToString::to_string);
                format!("call {api} {attempt} {errcode:?} {error:?}")
            }
            Event::Waiting { reason, .. } => {
                if let Some(interrupt) = &*self.interrupt_on_wait.lock().unwrap() {
                    interrupt.set(Cause::Interrupted);
                }
                format!("wait: {reason}")
            }
            Event::Warning { code, about, .. } => format!("warning {code} {about}"),
            event => format!("{event:?}"),
        };
        self.lines.lock().unwrap().push(line);
    }
}

impl Bench {
    async fn start(script: Script) -> Self {
        Self::start_with(script, |_| {}).await
    }

    async fn start_with(script: Script, change: impl FnOnce(&mut Options)) -> Self {
        let server = Server::start(script).await;
        let records = Arc::new(Mutex::new(Vec::new()));
        let events = Arc::new(Events::default());
        let interrupt = Interrupt::default();
        let mut options = options(&server.url());
        let heard = Arc::clone(&records);
        options.on_call = Arc::new(move |record| heard.lock().unwrap().push(record));
        change(&mut options);
        let observer: Arc<dyn Observer> = Arc::clone(&events) as _;
        let client = Client::new(options, observer, interrupt.clone()).unwrap();
        Self {
            server,
            client,
            interrupt,
            events,
            records,
        }
    }

    fn url(&self, path: &str) -> Url {
        Url::parse(&self.server.url()).unwrap().join(path).unwrap()
    }

    fn events(&self) -> Vec<String> {
        self.events.lines.lock().unwrap().clone()
    }

    /// Everything that the client let out, in one text.
    fn output(&self, error: &Error) -> String {
        let mut output = format!("{error:?}\n{:?}\n", self.client);
        let mut cause: Option<&dyn std::error::Error> = Some(error);
        while let Some(error) = cause {
            writeln!(output, "{error}\n{error:?}").unwrap();
            cause = error.source();
        }
        writeln!(output, "{:#?}", self.records.lock().unwrap()).unwrap();
        output + &self.events().join("\n")
    }
}

fn options(api_base: &str) -> Options {
    let api_base = Url::parse(api_base).unwrap();
    let place = format!(
        "{}:{}",
        api_base.host_str().unwrap(),
        api_base.port_or_known_default().unwrap()
    );
    Options {
        api_base,
        credential: Credential::Secret {
            app_id: "wx0123456789abcdef".parse().unwrap(),
            secret: SECRET.into(),
        },
        asset_hosts: AssetHosts::new([place]),
        ca_pem: None,
        proxy: ProxyRules::default(),
        connect_max: PATIENCE,
        silence_max: PATIENCE,
        api_jobs_max: NonZeroUsize::new(4).unwrap(),
        media_connections: 4,
        pace: PACE,
        jitter_seed: 1,
        clock: || Timestamp::UNIX_EPOCH,
        user_agent: "wxbackup/test".into(),
        secrets: crate::wechat::Secrets::default(),
        on_call: Arc::new(|_| {}),
    }
}

/// A fixture's bytes.
fn fixture(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/wechat/");
    std::fs::read(format!("{folder}{name}")).unwrap()
}

/// A fixture that is written in hex.
fn hex_fixture(name: &str) -> Vec<u8> {
    let text = String::from_utf8(fixture(name)).unwrap();
    let digits = text.trim().as_bytes().chunks_exact(2);
    digits
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}
