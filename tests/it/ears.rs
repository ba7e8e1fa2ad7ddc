//! A server that hears what it is told, remembers every byte, and answers as it
//! is asked to: the other end of pings and chats.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::Value;

/// The server. Its threads end with the tests.
pub(crate) struct Ears {
    address: SocketAddr,
    heard: Arc<Mutex<Vec<Heard>>>,
}

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    /// Path and query.
    pub(crate) target: String,
    pub(crate) body: String,
    /// All of it, as it came.
    pub(crate) bytes: Vec<u8>,
}

/// What a request is answered with.
pub(crate) enum Answer {
    /// A status and a body.
    Http(u16, &'static str),
    /// A redirect to this address.
    Redirect(String),
    /// Nothing, ever.
    Silence,
}

impl Heard {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

impl Ears {
    /// Ears that say to each chat, and to each ping, what it wants to hear.
    pub(crate) fn kind() -> Self {
        Self::that_answer(|target| match target {
            _ if target.starts_with("/wecom") || target.starts_with("/dingtalk") => {
                Answer::Http(200, r#"{"errcode":0,"errmsg":"ok"}"#)
            }
            _ if target.starts_with("/feishu") => {
                Answer::Http(200, r#"{"code":0,"msg":"success","data":{}}"#)
            }
            _ => Answer::Http(200, "OK"),
        })
    }

    /// Ears that answer by the path and query of a request.
    pub(crate) fn that_answer(answer: impl Fn(&str) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let ears = Self {
            address: listener.local_addr().unwrap(),
            heard: Arc::default(),
        };
        let (heard, answer) = (Arc::clone(&ears.heard), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (heard, answer) = (Arc::clone(&heard), Arc::clone(&answer));
                std::thread::spawn(move || serve(stream.unwrap(), &heard, &*answer));
            }
        });
        ears
    }

    /// Where `path` is.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// All requests so far, in the order of their ends.
    pub(crate) fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }

    /// The only request to a path.
    #[track_caller]
    pub(crate) fn only(&self, path: &str) -> Heard {
        let mut found = self.heard();
        found.retain(|heard| heard.target.split('?').next() == Some(path));
        assert_eq!(found.len(), 1, "{path}: {:?}", self.targets());
        found.remove(0)
    }

    /// Path and query of each request, sorted.
    pub(crate) fn targets(&self) -> Vec<String> {
        let mut targets: Vec<String> = self.heard().into_iter().map(|heard| heard.target).collect();
        targets.sort();
        targets
    }

    /// Every byte of every request.
    pub(crate) fn bytes(&self) -> String {
        let bytes: Vec<u8> = self.heard().into_iter().flat_map(|it| it.bytes).collect();
        String::from_utf8(bytes).unwrap()
    }
}

fn serve(stream: TcpStream, heard: &Mutex<Vec<Heard>>, answer: &dyn Fn(&str) -> Answer) {
    let mut reader = BufReader::new(stream);
    let mut bytes = Vec::new();
    // A request line, headers, and an empty line.
    while !bytes.ends_with(b"\r\n\r\n") {
        if reader.read_until(b'\n', &mut bytes).unwrap() == 0 {
            return;
        }
    }
    let lines = String::from_utf8(bytes.clone()).unwrap();
    let target = lines.split(' ').nth(1).unwrap().to_owned();
    let length = lines
        .lines()
        .find_map(|line| {
            line.to_ascii_lowercase()
                .strip_prefix("content-length: ")?
                .parse()
                .ok()
        })
        .unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    bytes.extend_from_slice(&body);
    heard.lock().unwrap().push(Heard {
        target: target.clone(),
        body: String::from_utf8(body).unwrap(),
        bytes,
    });
    let mut stream = reader.into_inner();
    let (status, header, body) = match answer(&target) {
        Answer::Http(status, body) => (status, String::new(), body),
        Answer::Redirect(to) => (302, format!("Location: {to}\r\n"), ""),
        Answer::Silence => {
            // Until the other side goes away.
            let _ = stream.read(&mut [0]);
            return;
        }
    };
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 {status} -\r\nContent-Length: {length}\r\n{header}Connection: close\r\n\r\n{body}"
    );
    // Who does not wait for the answer does not get it.
    let _ = stream.write_all(answer.as_bytes());
}
