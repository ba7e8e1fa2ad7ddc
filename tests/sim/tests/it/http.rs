//! A client that sees what is on the wire: one request a connection.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io;
use std::io::Read;
use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

use flate2::read::GzDecoder;
use serde_json::Value;
use serde_json::json;
use sha2::Digest;
use sha2::Sha256;
use wechat_sim::Sim;

/// An answer as far as it came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HashMap<String, String>,
    /// As sent: compressed bodies stay so.
    pub(crate) body: Vec<u8>,
    /// What ended the connection, if it was not its regular end.
    pub(crate) broken: Option<io::ErrorKind>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    pub(crate) fn unzipped(&self) -> String {
        let mut text = String::new();
        GzDecoder::new(&self.body[..])
            .read_to_string(&mut text)
            .unwrap();
        text
    }

    /// Whether the body is as long as the head says.
    pub(crate) fn is_whole(&self) -> bool {
        self.header("content-length") == Some(&self.body.len().to_string())
    }
}

pub(crate) fn get(sim: &Sim, target: &str) -> Answer {
    send(sim, "GET", target, &[], b"")
}

pub(crate) fn send(
    sim: &Sim,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Answer {
    let mut stream = begin(sim, method, target, headers, body);
    let mut bytes = Vec::new();
    let mut chunk = vec![0; 65_536];
    let broken = loop {
        match stream.read(&mut chunk) {
            Ok(0) => break None,
            Ok(len) => bytes.extend_from_slice(&chunk[..len]),
            Err(error) => break Some(error.kind()),
        }
    };
    parse(&bytes, broken)
}

/// Sends a request and reads nothing.
pub(crate) fn begin(
    sim: &Sim,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> TcpStream {
    let host = sim.url().replace("http://", "");
    let target = target.trim_start_matches(&sim.url());
    let target = target.split('#').next().unwrap();
    let mut stream = TcpStream::connect(&host).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    let mut head = format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    for (name, value) in headers {
        write!(head, "{name}: {value}\r\n").unwrap();
    }
    write!(head, "Content-Length: {}\r\n\r\n", body.len()).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    stream
}

fn parse(bytes: &[u8], broken: Option<io::ErrorKind>) -> Answer {
    let mut answer = Answer {
        status: 0,
        headers: HashMap::new(),
        body: Vec::new(),
        broken,
    };
    let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
        return answer;
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    answer.status = lines.next().unwrap()[9..12].parse().unwrap();
    answer.headers = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    answer.body = bytes[end + 4..].to_vec();
    answer
}

/// A client with a token.
pub(crate) struct Client<'a> {
    pub(crate) sim: &'a Sim,
    pub(crate) token: String,
}

impl<'a> Client<'a> {
    pub(crate) fn new(sim: &'a Sim) -> Self {
        let token = stable_token(sim, false).json()["access_token"]
            .as_str()
            .unwrap()
            .to_owned();
        Self { sim, token }
    }

    pub(crate) fn target(&self, path: &str) -> String {
        let join = if path.contains('?') { '&' } else { '?' };
        format!("/cgi-bin/{path}{join}access_token={}", self.token)
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        get(self.sim, &self.target(path))
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        send(
            self.sim,
            "POST",
            &self.target(path),
            &[],
            body.to_string().as_bytes(),
        )
    }

    pub(crate) fn list(&self, kind: &str, offset: u64, count: u64) -> Value {
        self.list_answer(kind, offset, count).json()
    }

    pub(crate) fn list_answer(&self, kind: &str, offset: u64, count: u64) -> Answer {
        self.post(
            "material/batchget_material",
            &json!({"type": kind, "offset": offset, "count": count}),
        )
    }

    pub(crate) fn material(&self, media_id: &str) -> Answer {
        self.post("material/get_material", &json!({"media_id": media_id}))
    }

    pub(crate) fn drafts(&self, offset: u64, count: u64) -> Value {
        self.post(
            "draft/batchget",
            &json!({"offset": offset, "count": count, "no_content": 0}),
        )
        .json()
    }
}

pub(crate) fn stable_token(sim: &Sim, force: bool) -> Answer {
    let body = json!({
        "grant_type": "client_credential",
        "appid": sim.appid(),
        "secret": sim.secret(),
        "force_refresh": force,
    });
    send(
        sim,
        "POST",
        "/cgi-bin/stable_token",
        &[],
        body.to_string().as_bytes(),
    )
}

/// `errcode` and the text before its tail.
pub(crate) fn refused(answer: &Answer) -> (i64, String) {
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("text/plain"));
    let body = answer.json();
    let text = body["errmsg"].as_str().unwrap().to_owned();
    let end = [" rid: ", " hint: "]
        .iter()
        .filter_map(|tail| text.find(tail))
        .min();
    (
        body["errcode"].as_i64().unwrap(),
        text[..end.unwrap_or(text.len())].to_owned(),
    )
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        write!(text, "{byte:02x}").unwrap();
    }
    text
}

/// Sends a body of unknown length.
pub(crate) fn send_chunked(
    sim: &Sim,
    target: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Answer {
    let host = sim.url().replace("http://", "");
    let mut stream = TcpStream::connect(&host).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    let mut head = format!("POST {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    for (name, value) in headers {
        write!(head, "{name}: {value}\r\n").unwrap();
    }
    write!(
        head,
        "Transfer-Encoding: chunked\r\n\r\n{:x}\r\n",
        body.len()
    )
    .unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    stream.write_all(b"\r\n0\r\n\r\n").unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    parse(&bytes, None)
}
