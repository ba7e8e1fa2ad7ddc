//! From a request to an answer: who asks, for which page or entry, and the
//! headers that every answer has.

use std::sync::Arc;

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::Response;

use crate::browse::access::{Verdict, value_of};
use crate::browse::{Shared, content, pages};
use crate::html;
use crate::message;
use crate::model::{EntryPath, FileKind, layout};
use crate::text::Message;

/// For our own pages.
const OURS: &str = "default-src 'none'; img-src 'self'; style-src 'self'; base-uri 'none'; \
     form-action 'self'; frame-ancestors 'none'";

/// For pages out of the archive: articles have styles of their own, and nothing runs.
const PAGE: &str = "default-src 'none'; img-src 'self' data:; media-src 'self'; \
     style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// For pages that are none of ours: they may lead elsewhere by themselves
/// (`<meta http-equiv=refresh>`), which a browser does not do in a sandbox. Its
/// own tools see nothing of such a page either, so ours are not in one.
const ODD_PAGE: &str = "default-src 'none'; img-src 'self' data:; media-src 'self'; \
     style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
     sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-downloads \
     allow-top-navigation-by-user-activation";

/// For the pages of the library, which have our script and no styles of their own.
const LIST: &str = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'self'; \
     script-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// For files of the library that a browser shows in a page that it makes itself.
const FILE: &str = "default-src 'none'; img-src 'self' data:; media-src 'self'; \
     style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// For what could run if it were opened by itself: pictures that are documents.
const DOCUMENT: &str = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox; \
     frame-ancestors 'none'";

const HTML: &str = "text/html; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";

/// Browsers ask for one, and complain where there is none.
const ICON: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 16 16\">\
     <rect x=\"1\" y=\"2\" width=\"14\" height=\"12\" rx=\"2\" fill=\"#07a050\"/>\
     <path d=\"M4 6h8M4 9h8\" stroke=\"#fff\" stroke-width=\"1.5\"/></svg>";

/// What kind of answer it is, for the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Form {
    /// `Content-Type`.
    pub(super) mime: &'static str,
    /// `Content-Security-Policy`.
    pub(super) policy: &'static str,
}

impl Form {
    const OUR_PAGE: Self = Self {
        mime: HTML,
        policy: OURS,
    };

    /// A page of the archive that does nothing by itself, as ours.
    fn of_page(path: &EntryPath) -> Self {
        Self {
            mime: HTML,
            policy: if is_list(path) { LIST } else { PAGE },
        }
    }

    /// A script that does what ours does and nothing else.
    const OUR_SCRIPT: Self = Self {
        mime: "text/javascript; charset=utf-8",
        policy: DOCUMENT,
    };

    /// What the name of an entry says that it is. No script, and a page is taken for
    /// an odd one: what they may do depends on what they hold.
    fn of(path: &EntryPath) -> Self {
        if let Some((_, kind)) = layout::parse_blob(path) {
            let policy = match kind {
                FileKind::Svg | FileKind::Pdf | FileKind::Bin => DOCUMENT,
                _ => FILE,
            };
            return Self {
                mime: kind.mime(),
                policy,
            };
        }
        let (mime, policy) = match path.extension() {
            Some("html") => (HTML, ODD_PAGE),
            Some("css") => ("text/css; charset=utf-8", DOCUMENT),
            Some("json") => ("application/json", DOCUMENT),
            Some("js" | "jsonl") => (TEXT, DOCUMENT),
            _ => (FileKind::Bin.mime(), DOCUMENT),
        };
        Self { mime, policy }
    }
}

/// Whether a page is one of the library's, which are ours alone.
fn is_list(path: &EntryPath) -> bool {
    path.as_str() == layout::INDEX || path.as_str().starts_with(layout::VIEW)
}

/// The answer to a request.
pub(super) async fn answer(shared: &Arc<Shared>, request: &Parts) -> Response {
    match shared.door.judge(request) {
        Verdict::Granted => granted(shared, request).await,
        Verdict::Welcome(cookie) => {
            let mut answer = page(StatusCode::OK, html::welcome_page());
            let cookie = cookie.and_then(|cookie| HeaderValue::try_from(cookie).ok());
            if let Some(cookie) = cookie {
                answer.headers_mut().insert(header::SET_COOKIE, cookie);
            }
            answer
        }
        Verdict::WrongHost => note(
            StatusCode::MISDIRECTED_REQUEST,
            &message!("served-wrong-host"),
        ),
        Verdict::WrongMethod => {
            let mut answer = note(
                StatusCode::METHOD_NOT_ALLOWED,
                &message!("served-read-only"),
            );
            let allowed = HeaderValue::from_static("GET, HEAD");
            answer.headers_mut().insert(header::ALLOW, allowed);
            answer
        }
        Verdict::NoKey => note(StatusCode::FORBIDDEN, &message!("served-no-key")),
        Verdict::UsedToken => note(StatusCode::FORBIDDEN, &message!("served-used")),
    }
}

async fn granted(shared: &Arc<Shared>, request: &Parts) -> Response {
    let query = request.uri.query().unwrap_or_default();
    match request.uri.path() {
        "/" => page(StatusCode::OK, pages::start(&shared.library)),
        "/search" => page(StatusCode::OK, pages::search(shared, query).await),
        "/coverage" => {
            let (shared, number) = (Arc::clone(shared), page_number(query));
            let coverage = move || pages::coverage(&shared.library, number);
            match tokio::task::spawn_blocking(coverage).await {
                Ok(html) => page(StatusCode::OK, html),
                Err(_) => unreadable(),
            }
        }
        "/style.css" => {
            let style = [html::STYLE_SHEET, html::SERVED_STYLE_SHEET].concat();
            let form = Form {
                mime: "text/css; charset=utf-8",
                policy: DOCUMENT,
            };
            with_form(StatusCode::OK, form, Body::from(style))
        }
        "/favicon.ico" => {
            let form = Form {
                mime: FileKind::Svg.mime(),
                policy: DOCUMENT,
            };
            with_form(StatusCode::OK, form, Body::from(ICON))
        }
        path => match entry_of(shared, path) {
            Some((path, bytes)) => {
                let form = match path.extension() {
                    Some("js") if content::is_our_script(shared, &path, bytes).await => {
                        Form::OUR_SCRIPT
                    }
                    Some("html") if content::stays_here(shared, &path, bytes).await => {
                        Form::of_page(&path)
                    }
                    _ => Form::of(&path),
                };
                let range = request.headers.get(header::RANGE);
                let range = range
                    .filter(|_| request.method == Method::GET)
                    // No answer has a validator that a condition could name.
                    .filter(|_| !request.headers.contains_key(header::IF_RANGE))
                    .and_then(|range| range.to_str().ok());
                if request.method == Method::HEAD {
                    content::head(bytes, form)
                } else {
                    content::entry(shared, path, bytes, form, range).await
                }
            }
            None => note(StatusCode::NOT_FOUND, &message!("served-no-file")),
        },
    }
}

/// The entry under `data/` that a path names, and its length. A name is taken
/// as it is written: one with an escape in it is none of an archive's.
fn entry_of(shared: &Shared, path: &str) -> Option<(EntryPath, u64)> {
    let path: EntryPath = path.strip_prefix('/')?.parse().ok()?;
    let entry = shared.library.archive.entry(&path)?;
    layout::is_payload(&path).then_some((path, entry.bytes))
}

/// Which page of a list a query asks for, from 1.
pub(super) fn page_number(query: &str) -> usize {
    value_of("page", query)
        .and_then(|number| number.parse().ok())
        .filter(|number| *number > 0)
        .unwrap_or(1)
}

pub(super) fn unreadable() -> Response {
    note(
        StatusCode::INTERNAL_SERVER_ERROR,
        &message!("served-damaged"),
    )
}

fn note(status: StatusCode, said: &Message) -> Response {
    page(status, html::note_page(said))
}

fn page(status: StatusCode, html: String) -> Response {
    with_form(status, Form::OUR_PAGE, Body::from(html))
}

/// An answer with all the headers that keep it where it belongs.
pub(super) fn with_form(status: StatusCode, form: Form, body: Body) -> Response {
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    let fixed: [(HeaderName, &'static str); 6] = [
        (header::CONTENT_TYPE, form.mime),
        (header::CONTENT_SECURITY_POLICY, form.policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        // Drafts must not stay in the browser's cache when all is over.
        (header::CACHE_CONTROL, "no-store"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // Browsers show no page that has this and a sandbox.
    if form.policy != ODD_PAGE {
        headers.insert(
            HeaderName::from_static("cross-origin-opener-policy"),
            HeaderValue::from_static("same-origin"),
        );
    }
    answer
}
