//! An answer on its way: its head, and a body that may end badly.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Context;
use std::task::Poll;
use std::task::ready;
use std::time::Duration;

use axum::body::Body;
use axum::body::Bytes;
use axum::http::HeaderName;
use axum::http::HeaderValue;
use axum::http::Response;
use axum::http::StatusCode;
use axum::http::header;
use http_body::Frame;

use crate::calls::Ending;
use crate::calls::Resource;
use crate::samples::Source;
use crate::state::State;
use crate::wire::Line;

/// An answer, before it is sent.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: Vec<(HeaderName, String)>,
    pub(crate) body: Source,
    pub(crate) manner: Manner,
    /// What Content-Length says more, or less, than the truth; `None` leaves
    /// it out and sends chunks.
    pub(crate) length_error: Option<i64>,
}

/// How the body is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    Whole,
    /// Ends the connection after so many bytes.
    CutAt(u64),
    /// Resets it.
    ResetAt(u64),
    /// Sends nothing more, until a test releases all that are silent.
    SilentAt(u64),
    Slow {
        chunk_bytes: u64,
        pause: Duration,
    },
}

impl Reply {
    pub(crate) fn new(status: StatusCode, content_type: Option<&str>, body: Source) -> Self {
        let headers = content_type.map(|kind| (header::CONTENT_TYPE, kind.to_owned()));
        Self {
            status,
            headers: headers.into_iter().collect(),
            body,
            manner: Manner::Whole,
            length_error: Some(0),
        }
    }

    pub(crate) fn page(status: StatusCode, html: impl Into<String>) -> Self {
        let html: String = html.into();
        Self::new(
            status,
            Some("text/html; charset=utf-8"),
            html.into_bytes().into(),
        )
    }

    pub(crate) fn with(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The response; its body keeps the log up to date.
    pub(crate) fn send(mut self, mut entry: Entry, line: Line) -> Response<Body> {
        let status = self.status;
        entry
            .state
            .log
            .update(entry.seq, |call| call.status = status.as_u16());
        let mut total = self.body.len();
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status;
        for (name, value) in self.headers {
            // Names of voices stand raw in the header, as the server sends them.
            if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
                response.headers_mut().append(name, value);
            }
        }
        if let Some(error) = self.length_error {
            let claimed = total.saturating_add_signed(error);
            response
                .headers_mut()
                .insert(header::CONTENT_LENGTH, claimed.into());
            if claimed > total && self.manner == Manner::Whole {
                // The server refuses to end such a body in good order.
                self.manner = Manner::CutAt(total);
            }
            total = total.min(claimed);
        }
        entry.total = Some(total);
        *response.body_mut() = Body::new(Sending {
            source: self.body,
            manner: self.manner,
            entry,
            line,
            pause: None,
            flushes: 0,
            was_silent: false,
        });
        response
    }
}

/// A call's place in the log. When it is dropped, the call is over.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) state: Arc<State>,
    pub(crate) seq: u64,
    resource: Resource,
    /// How it will end, if that is settled.
    pub(crate) ending: Option<Ending>,
    sent: u64,
    /// What the client waits for, once there is an answer.
    total: Option<u64>,
}

impl Entry {
    pub(crate) fn new(state: Arc<State>, seq: u64, resource: Resource) -> Self {
        state.took_off(resource);
        Self {
            state,
            seq,
            resource,
            ending: None,
            sent: 0,
            total: None,
        }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let ending = self.ending.unwrap_or(if self.total == Some(self.sent) {
            Ending::Whole
        } else {
            Ending::Abandoned
        });
        self.state.landed(self.resource);
        self.state.log.update(self.seq, |call| {
            call.sent_bytes = self.sent;
            call.ending = ending;
        });
    }
}

type Pause = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A body under way.
struct Sending {
    source: Source,
    manner: Manner,
    entry: Entry,
    line: Line,
    pause: Option<Pause>,
    flushes: u8,
    was_silent: bool,
}

impl http_body::Body for Sending {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        loop {
            if let Some(pause) = &mut self.pause {
                ready!(pause.as_mut().poll(cx));
                self.pause = None;
            }
            let sent = self.entry.sent;
            let limit = match self.manner {
                Manner::CutAt(at) | Manner::ResetAt(at) if sent >= at => {
                    // What was handed over must reach the client first.
                    if self.flushes < 2 {
                        self.flushes += 1;
                        cx.waker().wake_by_ref();
                        return Poll::Pending;
                    }
                    return Poll::Ready(Some(Err(self.break_off())));
                }
                Manner::SilentAt(at) if sent >= at && !self.was_silent => {
                    self.was_silent = true;
                    let (state, seq) = (Arc::clone(&self.entry.state), self.entry.seq);
                    self.pause = Some(Box::pin(async move { state.silence.pass(seq).await }));
                    continue;
                }
                Manner::CutAt(at) | Manner::ResetAt(at) => at - sent,
                Manner::SilentAt(at) if sent < at => at - sent,
                Manner::Slow { chunk_bytes, .. } => chunk_bytes.max(1),
                Manner::SilentAt(_) | Manner::Whole => u64::MAX,
            };
            let mut chunk = self.source.chunk(sent);
            if chunk.is_empty() {
                return Poll::Ready(None);
            }
            chunk.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            self.entry.sent += chunk.len() as u64;
            if let Manner::Slow { pause, .. } = self.manner {
                self.pause = Some(Box::pin(tokio::time::sleep(pause)));
            }
            return Poll::Ready(Some(Ok(Frame::data(chunk))));
        }
    }
}

impl Sending {
    fn break_off(&mut self) -> io::Error {
        if let Manner::ResetAt(_) = self.manner {
            self.line.reset();
            self.entry.ending = Some(Ending::Reset);
        } else {
            self.entry.ending = Some(Ending::Cut);
        }
        io::ErrorKind::ConnectionAborted.into()
    }
}

impl fmt::Debug for Sending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sending({:?} of {:?})", self.entry.sent, self.source)
    }
}
