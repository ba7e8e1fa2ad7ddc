//! A request, read once.

use axum::body::Bytes;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::http::Method;
use axum::http::Uri;
use serde_json::Value;

use crate::api::Refusal;

#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) seq: u64,
    pub(crate) method: Method,
    pub(crate) path: String,
    /// Path and query as they came.
    pub(crate) target: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Asked {
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(held, _)| held == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body, which must be a JSON object.
    pub(crate) fn json(&self) -> Result<Value, Refusal> {
        if self.body.is_empty() {
            return Err(Refusal::of(44002));
        }
        match serde_json::from_slice(&self.body) {
            Ok(Value::Object(object)) => Ok(Value::Object(object)),
            _ => Err(Refusal::of(47001)),
        }
    }

    /// A text member of the body; absent and of another type is the same.
    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, Refusal> {
        Ok(self
            .json()?
            .get(name)
            .and_then(Value::as_str)
            .map(str::to_owned))
    }

    /// `offset` and `count` of a list, which may have 1 to 20 items.
    pub(crate) fn page(&self, bad_offset: i64, bad_count: i64) -> Result<(usize, usize), Refusal> {
        let body = self.json()?;
        let number = |name: &str| body.get(name).and_then(Value::as_u64);
        let offset = number("offset").and_then(|offset| usize::try_from(offset).ok());
        let count = number("count").filter(|count| (1..=20).contains(count));
        Ok((
            offset.ok_or_else(|| Refusal::of(bad_offset))?,
            count
                .and_then(|count| usize::try_from(count).ok())
                .ok_or_else(|| Refusal::of(bad_count))?,
        ))
    }
}

/// The decoded parameters of an address; one that cannot be decoded has none.
pub(crate) fn query(uri: &Uri) -> Vec<(String, String)> {
    Query::try_from_uri(uri).map_or_else(|_| Vec::new(), |Query(query)| query)
}
