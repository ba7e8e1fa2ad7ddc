//! A small HTTP/1 server that does as it is told, to the byte: it can cut,
//! reset, and fall silent. One request a connection.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::interrupt::{Cause, Interrupt};

/// What to answer on which path. Of the answers of a path, the last repeats.
#[derive(Default)]
pub(super) struct Script {
    answers: HashMap<String, VecDeque<Reply>>,
    together: Option<usize>,
    interrupt_at: Option<(String, Interrupt)>,
}

#[derive(Clone)]
pub(super) struct Reply {
    bytes: Vec<u8>,
    then: Then,
}

#[derive(Clone, Copy)]
enum Then {
    Close,
    Reset,
    Silence,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    /// Method and target.
    pub(super) line: String,
    /// In lower case.
    pub(super) headers: String,
    pub(super) body: String,
}

pub(super) struct Server {
    port: u16,
    seen: Arc<Mutex<Vec<Seen>>>,
    load: Arc<Load>,
    /// Ends with the server.
    _connections: JoinSet<()>,
}

/// Requests that are not answered yet.
#[derive(Default)]
struct Load {
    now: AtomicUsize,
    most: AtomicUsize,
}

impl Script {
    /// A script whose token endpoint gives [`TOKEN`](super::TOKEN).
    pub(super) fn with_token() -> Self {
        let token = format!(r#"{{"access_token":"{}","expires_in":7200}}"#, super::TOKEN);
        Self::default().on("/cgi-bin/stable_token", [Reply::json(&token)])
    }

    pub(super) fn on(mut self, path: &str, replies: impl IntoIterator<Item = Reply>) -> Self {
        let replies = replies.into_iter().collect();
        self.answers.insert(path.to_owned(), replies);
        self
    }

    /// Answers API calls (but the token's) only when so many are waiting together.
    pub(super) fn together(mut self, count: usize) -> Self {
        self.together = Some(count);
        self
    }

    /// Interrupts the client while it waits for the answer on `path`.
    pub(super) fn interrupt_at(mut self, path: &str, interrupt: &Interrupt) -> Self {
        self.interrupt_at = Some((path.to_owned(), interrupt.clone()));
        self
    }
}

impl Reply {
    /// Status 200 with `body` and its length, as WeChat sends JSON.
    pub(super) fn json(body: &str) -> Self {
        Self::file(&["Content-Type: text/plain"], body.as_bytes())
    }

    /// Status 200 with `body` and its length.
    pub(super) fn file(headers: &[&str], body: &[u8]) -> Self {
        let length = format!("Content-Length: {}", body.len());
        let headers: Vec<&str> = headers.iter().copied().chain([length.as_str()]).collect();
        Self::raw("200 OK", &headers, body)
    }

    /// No body.
    pub(super) fn status(status: &str, headers: &[&str]) -> Self {
        let headers: Vec<&str> = headers
            .iter()
            .copied()
            .chain(["Content-Length: 0"])
            .collect();
        Self::raw(status, &headers, b"")
    }

    /// Just these.
    pub(super) fn raw(status: &str, headers: &[&str], body: &[u8]) -> Self {
        let mut head = format!("HTTP/1.1 {status}\r\nConnection: close\r\n");
        for header in headers {
            head += header;
            head += "\r\n";
        }
        let bytes = [head.as_bytes(), b"\r\n", body].concat();
        Self {
            bytes,
            then: Then::Close,
        }
    }

    /// The same without its last `count` bytes.
    pub(super) fn cut(mut self, count: usize) -> Self {
        self.bytes.truncate(self.bytes.len() - count);
        self
    }

    /// The same, then a reset instead of a close.
    pub(super) fn then_reset(mut self) -> Self {
        self.then = Then::Reset;
        self
    }

    /// The same, then nothing more.
    pub(super) fn then_silence(mut self) -> Self {
        self.then = Then::Silence;
        self
    }

    /// Not a byte, then a reset.
    pub(super) fn reset() -> Self {
        Self {
            bytes: Vec::new(),
            then: Then::Reset,
        }
    }
}

impl Server {
    pub(super) async fn start(script: Script) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let barrier = script.together.map(|count| Arc::new(Barrier::new(count)));
        let script = Arc::new(Mutex::new(script));
        let mut connections = JoinSet::new();
        let log = Arc::clone(&seen);
        let load = Arc::new(Load::default());
        let loaded = Arc::clone(&load);
        connections.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (script, log) = (Arc::clone(&script), Arc::clone(&log));
                let load = Arc::clone(&loaded);
                let barrier = barrier.clone();
                connections.spawn(async move {
                    // A client that goes away is no failure of the test.
                    let _ = serve(stream, &script, &log, &load, barrier).await;
                });
            }
        });
        Self {
            port,
            seen,
            load,
            _connections: connections,
        }
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// All requests, in the order in which they came.
    pub(super) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Their first lines, without the token.
    pub(super) fn lines(&self) -> Vec<String> {
        let lines = self.seen().into_iter().map(|seen| seen.line);
        lines
            .map(|line| line.split("?access_token=").next().unwrap().to_owned())
            .collect()
    }

    /// The most requests that ever waited for their answers together.
    pub(super) fn most_together(&self) -> usize {
        self.load.most.load(Ordering::SeqCst)
    }

    /// How often `path` was asked for.
    pub(super) fn count(&self, path: &str) -> usize {
        let lines = self.lines();
        lines.iter().filter(|line| line.ends_with(path)).count()
    }
}

async fn serve(
    mut stream: TcpStream,
    script: &Mutex<Script>,
    log: &Mutex<Vec<Seen>>,
    load: &Load,
    barrier: Option<Arc<Barrier>>,
) -> io::Result<()> {
    let seen = read_request(&mut stream).await?;
    let target = seen.line.split(' ').nth(1).unwrap_or_default().to_owned();
    // A request that came through a proxy has the whole URL.
    let path = target.split('?').next().unwrap_or_default();
    log.lock().unwrap().push(seen);
    let now = load.now.fetch_add(1, Ordering::SeqCst) + 1;
    load.most.fetch_max(now, Ordering::SeqCst);
    if let Some(barrier) = barrier.filter(|_| !path.ends_with("stable_token")) {
        barrier.wait().await;
    }
    let reply = {
        let mut script = script.lock().unwrap();
        if let Some((_, interrupt)) = script.interrupt_at.as_ref().filter(|(at, _)| at == path) {
            interrupt.set(Cause::Interrupted);
        }
        match script.answers.get_mut(path) {
            Some(replies) if replies.len() > 1 => replies.pop_front(),
            Some(replies) => replies.front().cloned(),
            None => None,
        }
    };
    let reply = reply.unwrap_or_else(|| Reply::status("599 Not In The Script", &[]));
    load.now.fetch_sub(1, Ordering::SeqCst);
    stream.write_all(&reply.bytes).await?;
    stream.flush().await?;
    match reply.then {
        Then::Close => stream.shutdown().await,
        Then::Reset => stream.set_zero_linger(),
        Then::Silence => std::future::pending().await,
    }
}

async fn read_request(stream: &mut TcpStream) -> io::Result<Seen> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at;
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    };
    let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
    let (line, headers) = head.split_once("\r\n").unwrap_or((&head, ""));
    let headers = headers.to_ascii_lowercase();
    let length = headers
        .lines()
        .find_map(|header| header.strip_prefix("content-length: "))
        .map_or(0, |length| length.parse().unwrap());
    while bytes.len() < head_end + 4 + length {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(Seen {
        line: line.trim_end_matches(" HTTP/1.1").to_owned(),
        body: String::from_utf8_lossy(&bytes[head_end + 4..]).into_owned(),
        headers,
    })
}
