//! Bodies: read as they come, and looked at before they are believed.
//!
//! HTTP 200 proves nothing here. A body is passed on only once its first bytes
//! have shown that it is neither empty, nor an error in JSON, nor a web page;
//! and it is good only when all of it came.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use reqwest::header::HeaderMap;
use serde_json::{Map, Value};

use crate::model::{FileKind, Fingerprinter, SNIFF_BYTES, Sha256};
use crate::record::lenient;
use crate::wechat::api::Api;
use crate::wechat::error::{BodyFault, Error, ErrorKind, Refusal};
use crate::wechat::http::{header, within_answer};
use crate::wechat::secrets::Secrets;
use crate::wechat::wire;
use crate::wechat::wire::{MaterialJson, VideoInfo};

/// Takes the bytes of a body.
pub trait BodySink: Send {
    /// Forgets what came: a try begins, perhaps another one.
    ///
    /// # Errors
    ///
    /// Ends the download, and is not tried again.
    fn restart(&mut self) -> io::Result<()>;

    /// Takes the next bytes.
    ///
    /// # Errors
    ///
    /// Ends the download, and is not tried again.
    fn write(&mut self, bytes: &[u8]) -> io::Result<()>;
}

impl BodySink for Vec<u8> {
    fn restart(&mut self) -> io::Result<()> {
        self.clear();
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.extend_from_slice(bytes);
        Ok(())
    }
}

/// What is known of bytes that a [`BodySink`] took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Download {
    /// What the bytes are; [`FileKind::Bin`] should be told to the owner.
    pub kind: FileKind,
    /// How many there are.
    pub bytes: u64,
    /// 200, or 206 for a "part" that is the whole.
    pub http_status: u16,
    /// As the server says; decides nothing.
    pub content_type: Option<String>,
    /// As the server says.
    pub content_length: Option<u64>,
    /// As the server says.
    pub etag: Option<String>,
    /// As the server says.
    pub last_modified: Option<String>,
    /// The name that the server gives the file.
    pub file_name: Option<String>,
    /// Host and path that it came from, after redirects; never a query.
    pub source: String,
}

/// What `get_material` gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Material {
    /// A file; its bytes are in the sink.
    Body(Download),
    /// A video: where its file is. Nothing is in the sink.
    Video(VideoInfo),
    /// News: the answer, byte for byte. Nothing is in the sink.
    News(Bytes),
}

/// JSON that may be an error is held back up to this length where media was asked for.
const ERROR_JSON_MAX: usize = 64 << 10;
/// News may hold eight articles of a megabyte.
const NEWS_JSON_MAX: usize = 64 << 20;

/// An answer whose body is yet to come.
pub(crate) struct Body {
    response: reqwest::Response,
    at: Arc<str>,
    /// As promised at first: the library's own figure is of what is left.
    content_length: Option<u64>,
    held: Vec<u8>,
    ended: bool,
    received: u64,
    /// For the call log; downloads are not in it.
    print: Option<Fingerprinter>,
}

impl Body {
    pub(crate) fn of_download(response: reqwest::Response, at: Arc<str>) -> Self {
        Self {
            content_length: response.content_length(),
            response,
            at,
            held: Vec::new(),
            ended: false,
            received: 0,
            print: None,
        }
    }

    pub(crate) fn of_call(response: reqwest::Response, at: Arc<str>) -> Self {
        Self {
            print: Some(Fingerprinter::default()),
            ..Self::of_download(response, at)
        }
    }

    /// How many bytes came so far.
    pub(crate) fn received(&self) -> u64 {
        self.received
    }

    /// The digest of a call's body, where all of it came.
    pub(crate) fn sha256(&self) -> Option<Sha256> {
        let print = self.print.clone().filter(|_| self.ended)?;
        Some(print.finish().sha256)
    }

    /// The whole body, where it is not longer than a JSON answer may be.
    pub(crate) async fn whole(&mut self) -> Result<Bytes, Error> {
        self.hold(lenient::BYTES_MAX + 1).await?;
        if self.held.len() > lenient::BYTES_MAX {
            return Err(self.fault(BodyFault::TooLong));
        }
        Ok(std::mem::take(&mut self.held).into())
    }

    /// Passes a file on, if it is one.
    pub(crate) async fn file(
        &mut self,
        secrets: &Secrets,
        sink: &mut dyn BodySink,
    ) -> Result<Download, Error> {
        let kind = self.kind_of_file().await?;
        if kind == FileKind::Bin && opens_like_json(&self.held) {
            self.hold(ERROR_JSON_MAX).await?;
            if let Some(refusal) = self.json().and_then(|json| refusal(&json, secrets)) {
                return Err(self.fault(BodyFault::ErrorJson(refusal)));
            }
        }
        if kind == FileKind::Bin && opens_like_html(&self.held) {
            return Err(self.fault(BodyFault::Html));
        }
        self.pass_on(kind, secrets, sink).await
    }

    /// Tells what an answer of `get_material` is; passes a file on.
    ///
    /// JSON comes with the content type of text, and files with none or a wrong
    /// one. What is sent as an attachment is a file, unless it is an error.
    pub(crate) async fn material(
        &mut self,
        secrets: &Secrets,
        sink: &mut dyn BodySink,
    ) -> Result<Material, Error> {
        let is_attachment = disposition(self.response.headers()).is_some_and(|text| {
            text.trim_start()
                .to_ascii_lowercase()
                .starts_with("attachment")
        });
        let kind = self.kind_of_file().await?;
        if kind == FileKind::Bin && opens_like_json(&self.held) {
            let json_max = match (is_attachment, opens_like_error(&self.held)) {
                (false, _) => NEWS_JSON_MAX,
                (true, true) => ERROR_JSON_MAX,
                (true, false) => 0,
            };
            self.hold(json_max).await?;
            if let Some(json) = self.json().filter(|_| json_max > 0) {
                if let Some(refusal) = refusal(&json, secrets) {
                    return Err(Error::new(
                        Arc::clone(&self.at),
                        ErrorKind::Refused(refusal),
                    ));
                }
                if !is_attachment {
                    let held = Bytes::from(std::mem::take(&mut self.held));
                    match wire::material_json(&json, &held) {
                        Some(MaterialJson::Video(info)) => return Ok(Material::Video(info)),
                        Some(MaterialJson::News) => return Ok(Material::News(held)),
                        None => self.held = held.into(),
                    }
                }
            }
        }
        if kind == FileKind::Bin && !is_attachment && opens_like_html(&self.held) {
            return Err(self.fault(BodyFault::Html));
        }
        let download = self.pass_on(kind, secrets, sink).await?;
        Ok(Material::Body(download))
    }

    async fn kind_of_file(&mut self) -> Result<FileKind, Error> {
        if is_encoded(self.response.headers()) {
            return Err(self.fault(BodyFault::Encoded));
        }
        self.hold(SNIFF_BYTES).await?;
        if self.held.is_empty() {
            return Err(self.fault(BodyFault::Empty));
        }
        Ok(FileKind::of(&self.held))
    }

    async fn pass_on(
        &mut self,
        kind: FileKind,
        secrets: &Secrets,
        sink: &mut dyn BodySink,
    ) -> Result<Download, Error> {
        let headers = self.response.headers();
        // Without a length and without chunks, an end looks like a cut: then
        // only bytes that are of a known kind are believed.
        let is_framed = self.content_length.is_some()
            || headers.contains_key(reqwest::header::TRANSFER_ENCODING);
        if kind == FileKind::Bin && !is_framed {
            return Err(self.fault(BodyFault::Unframed));
        }
        // What the server says stands in the archive: a token never does.
        let said = |text: Option<String>| text.filter(|text| !secrets.are_in(text));
        let mut download = Download {
            kind,
            bytes: 0,
            http_status: self.response.status().as_u16(),
            content_type: said(header(headers, "content-type")),
            content_length: self.content_length,
            etag: said(header(headers, "etag")),
            last_modified: said(header(headers, "last-modified")),
            file_name: said(disposition(headers).as_deref().and_then(file_name)),
            source: self.at.to_string(),
        };
        let at = Arc::clone(&self.at);
        let taken = |result: io::Result<()>| {
            result.map_err(|error| Error::new(Arc::clone(&at), ErrorKind::Sink(error)))
        };
        taken(sink.write(&std::mem::take(&mut self.held)))?;
        while let Some(chunk) = self.next().await? {
            taken(sink.write(&chunk))?;
        }
        download.bytes = self.received;
        Ok(download)
    }

    /// Holds back at least `wanted` bytes, or all there are.
    async fn hold(&mut self, wanted: usize) -> Result<(), Error> {
        while self.held.len() < wanted {
            let Some(chunk) = self.next().await? else {
                break;
            };
            self.held.extend_from_slice(&chunk);
        }
        Ok(())
    }

    async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        if self.ended {
            return Ok(None);
        }
        let chunk = self
            .response
            .chunk()
            .await
            .map_err(|error| within_answer(&self.at, self.received, error))?;
        match &chunk {
            Some(chunk) => {
                self.received += chunk.len() as u64;
                if let Some(print) = &mut self.print {
                    print.update(chunk);
                }
            }
            None => self.ended = true,
        }
        Ok(chunk)
    }

    /// What is held back, where that is all and a JSON object.
    fn json(&self) -> Option<Map<String, Value>> {
        if !self.ended {
            return None;
        }
        let (fields, _) = wire::object(&self.held, "wire-object").ok()?;
        Some(fields)
    }

    fn fault(&self, fault: BodyFault) -> Error {
        Error::new(Arc::clone(&self.at), ErrorKind::Body(fault))
    }
}

/// The error that an answer of `get_material`, or of a download, carries.
fn refusal(fields: &Map<String, Value>, secrets: &Secrets) -> Option<Refusal> {
    let (errcode, errmsg) = wire::refusal(fields)?;
    Some(Refusal::new(
        errcode,
        &secrets.scrub(&errmsg),
        Api::GetMaterial,
    ))
}

fn without_bom(head: &[u8]) -> &[u8] {
    head.strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(head)
        .trim_ascii_start()
}

fn opens_like_json(head: &[u8]) -> bool {
    without_bom(head).starts_with(b"{")
}

fn opens_like_error(head: &[u8]) -> bool {
    without_bom(head)
        .strip_prefix(b"{")
        .is_some_and(|rest| rest.trim_ascii_start().starts_with(b"\"errcode\""))
}

fn opens_like_html(head: &[u8]) -> bool {
    const OPENINGS: [&str; 8] = [
        "<!doctype html",
        "<html",
        "<head",
        "<body",
        "<script",
        "<meta",
        "<title",
        "<!--",
    ];
    let mut head = without_bom(head);
    if head.starts_with(b"<?xml") {
        let end = head.iter().position(|byte| *byte == b'>');
        head = end.map_or(head, |end| head[end + 1..].trim_ascii_start());
    }
    OPENINGS.iter().any(|opening| {
        head.get(..opening.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(opening.as_bytes()))
    })
}

fn is_encoded(headers: &HeaderMap) -> bool {
    headers
        .get_all(reqwest::header::CONTENT_ENCODING)
        .iter()
        .any(|value| !matches!(value.as_bytes().trim_ascii(), b"" | b"identity"))
}

/// A `Content-Disposition`, whose file name may be raw UTF-8.
fn disposition(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(reqwest::header::CONTENT_DISPOSITION)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}

fn file_name(disposition: &str) -> Option<String> {
    let (_, name) = disposition.split_once("filename=")?;
    let name = match name.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        None => name.split(';').next()?.trim(),
    };
    (!name.is_empty()).then(|| name.chars().take(300).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn web_pages_are_told_by_how_they_open() {
        for page in [
            "<!DOCTYPE HTML><title>x",
            "\u{feff}\r\n <html lang=zh>",
            "<?xml version=\"1.0\"?>\n<!doctype html>",
            "<!-- x --><html>",
        ] {
            assert!(opens_like_html(page.as_bytes()), "{page}");
        }
        for other in ["", "<", "<svg>", "<?xml version='1.0'?><note/>", "html"] {
            assert!(!opens_like_html(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn the_file_name_of_an_attachment_is_read_as_it_is_sent() {
        for (text, name) in [
            (
                "attachment; filename=\"1949FoundingCeremony.mp3\"",
                Some("1949FoundingCeremony.mp3"),
            ),
            ("attachment; filename=原子弹.mp4; x=1", Some("原子弹.mp4")),
            ("attachment; filename=\"\"", None),
            ("attachment", None),
        ] {
            assert_eq!(file_name(text).as_deref(), name, "{text}");
        }
    }
}
