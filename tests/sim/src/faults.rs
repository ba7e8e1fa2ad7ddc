//! What can go wrong, one by one.

use std::time::Duration;

use crate::api::Refusal;
use crate::api::Tail;

/// One way to fail. [`crate::Builder::fault`] and [`crate::Sim::fault`] say
/// which calls it strikes; several may strike one call.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// This HTTP status, with a page that no client should read.
    Status(u16),
    /// A reset before the first byte.
    Reset,
    /// A reset after so many bytes of the body.
    ResetAfter(u64),
    /// The connection ends in the middle of the body, whatever
    /// Content-Length says.
    Cut,
    /// The same after so many bytes of the body.
    CutAfter(u64),
    /// The request is read, and nothing comes, until
    /// [`crate::Sim::release_silence`].
    NoAnswer,
    /// Nothing more comes after so many bytes of the body, until
    /// [`crate::Sim::release_silence`].
    SilenceAfter(u64),
    /// So many bytes, a pause, and so on.
    Slow {
        /// What comes at once.
        chunk_bytes: u64,
        /// What lies between.
        pause: Duration,
    },
    /// Content-Length says so much more, or less, than there is. More ends as
    /// a cut body does; less is all the client gets to see.
    WrongLength(i64),
    /// No Content-Length: the body comes in chunks.
    Chunked,
    /// 302 to this address.
    Redirect(String),
    /// The same with another status, such as 307.
    RedirectBy(u16, String),
    /// 302 to the same address with `moved=1` added; there the fault does not
    /// strike.
    Moved,
    /// 302 to the same address, for ever.
    RedirectLoop,
    /// A web page, with status 200.
    Html,
    /// Status 200 and no byte.
    Empty,
    /// The placeholder picture.
    Placeholder,
    /// These bytes, with status 200, instead of the body.
    Body(Vec<u8>),
    /// This error code, with the server's usual words. On the CDN and the
    /// video host: that JSON instead of media.
    Errcode(i64),
    /// The call does its work, and this error code is its answer all the same.
    DoneButErrcode(i64),
    /// The same as [`Fault::Errcode`] with the code written as `45103.0` is.
    FloatErrcode(i64),
    /// 40164, in the forms in which it was seen.
    IpRefused(IpForm),
    /// The token dies before the call: 40001. `stable_token` gives a new one.
    TokenRevoked,
    /// The token dies before the call, but `stable_token` goes on giving it
    /// until it is asked with force.
    TokenRevokedInSecret,
    /// The token's time is over before the call: 42001.
    TokenExpired,
    /// Raw control bytes in titles and names of the JSON.
    ControlBytes,
    /// A cut emoji at the end of titles and names of the JSON.
    BrokenUtf8,
    /// A byte order mark before the JSON.
    Bom,
    /// The JSON lacks every member of this name.
    MissingField(String),
    /// Numbers in the JSON are strings.
    StringNumbers,
    /// `total_count` is so much more, or less, than the truth.
    TotalDrift(i64),
    /// A page begins with the last item of the page before; its own last item
    /// falls out, unless the page is not full.
    RepeatedItem,
    /// A list page of more than so many bytes, by a member nobody knows.
    HugePage(usize),
    /// The `Date` header says this.
    Date(String),
    /// A page past the end of a list is refused with 45164.
    PastEndRefused,
}

/// How 40164 ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IpForm {
    /// `rid: ...`, as now.
    Rid,
    /// `hint: [...]`.
    Hint,
    /// `hints: [ req_id: ... ]`, as of old.
    Hints,
    /// Nothing.
    Bare,
}

impl Fault {
    /// What the API itself would say.
    pub(crate) fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::Errcode(code) => Some(Refusal::of(*code)),
            Self::FloatErrcode(code) => Some(Refusal::of(*code).with_point()),
            Self::IpRefused(form) => {
                let tail = match form {
                    IpForm::Rid => Tail::Rid,
                    IpForm::Hint => Tail::Hint,
                    IpForm::Hints => Tail::Hints,
                    IpForm::Bare => Tail::Nothing,
                };
                let text = "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist";
                Some(Refusal::new(40164, text).with(tail))
            }
            _ => None,
        }
    }
}
