//! One API call: its tries, and what each is told to the call log.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, RETRY_AFTER};
use secrecy::ExposeSecret as _;
use serde_json::{Map, Value};
use tokio::time::Instant;
use url::Url;

use crate::event::Event;
use crate::message;
use crate::model::Timestamp;
use crate::record::lenient::Repairs;
use crate::text::Message;
use crate::wechat::api::Api;
use crate::wechat::body::{Body, BodySink, Material};
use crate::wechat::client::Client;
use crate::wechat::errcode::Class;
use crate::wechat::error::{BodyFault, Error, ErrorKind, Refusal};
use crate::wechat::form::Form;
use crate::wechat::http::{before_answer, header};
use crate::wechat::options::CallRecord;
use crate::wechat::retry::Verdict;
use crate::wechat::token::Token;
use crate::wechat::wire;

/// What to call.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) api: Api,
    /// Parameters that may be logged.
    pub(crate) request: Option<Value>,
    /// The body, where the request does not go into it as JSON.
    pub(crate) form: Option<Form>,
}

/// What a call gave.
#[derive(Debug)]
pub(crate) enum Answer {
    Json(Json),
    Material(Material),
}

/// An answer in JSON that is no error.
pub(crate) struct Json {
    pub(crate) api: Api,
    pub(crate) body: Bytes,
    pub(crate) fields: Map<String, Value>,
    pub(crate) repairs: Repairs,
}

impl Call {
    pub(crate) fn get(api: Api) -> Self {
        Self {
            api,
            request: None,
            form: None,
        }
    }

    pub(crate) fn post(api: Api, request: Value) -> Self {
        Self {
            api,
            request: Some(request),
            form: None,
        }
    }

    pub(crate) fn form(api: Api, request: Value, form: Form) -> Self {
        Self {
            api,
            request: Some(request),
            form: Some(form),
        }
    }
}

impl Json {
    /// Reads the answer with `reader`.
    pub(crate) fn read<T>(
        &self,
        reader: impl FnOnce(&Self) -> Result<T, wire::Error>,
    ) -> Result<T, Error> {
        reader(self).map_err(|error| Error::new(self.api.name(), ErrorKind::Answer(error)))
    }
}

impl fmt::Debug for Json {
    /// Without the body, which may be a token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Json")
            .field("api", &self.api)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// What one attempt sends.
struct Parcel<'a> {
    call: &'a Call,
    /// Goes into the query; the token endpoint has none.
    token: Option<&'a Token>,
    /// The body, where the request is not all of it.
    body: Option<&'a [u8]>,
    attempt: u32,
}

/// A try that failed, and when it was sent: the gate counts calls that were
/// under way together as one.
struct Failed {
    error: Error,
    sent: Instant,
}

impl Client {
    /// Makes the call, with as many tries as it takes. With a sink, the answer is
    /// material; without one, JSON.
    pub(crate) async fn call(
        &self,
        call: &Call,
        mut sink: Option<&mut dyn BodySink>,
    ) -> Result<Answer, Error> {
        let mut retry = self.retry_of(call.api);
        loop {
            let token = self.token().await?;
            let parcel = Parcel {
                call,
                token: Some(&token),
                body: None,
                attempt: retry.attempt(),
            };
            let sink: Option<&mut dyn BodySink> = match &mut sink {
                Some(sink) => Some(&mut **sink),
                None => None,
            };
            let failed = match self.attempt(&parcel, sink).await {
                Ok(answer) => return Ok(answer),
                Err(failed) => failed,
            };
            match retry.after(&failed.error) {
                Verdict::RenewToken(renewal) => {
                    self.renew(&token, renewal, failed.error).await?;
                }
                Verdict::GiveUp if failed.error.class() == Class::Token => {
                    return Err(failed.error.escalated());
                }
                verdict => self.pause(verdict, failed).await?,
            }
        }
    }

    /// Makes a call of the token endpoint, whose body holds the secret.
    pub(crate) async fn call_for_token(&self, call: &Call, body: &[u8]) -> Result<Json, Error> {
        let mut retry = self.retry();
        loop {
            let parcel = Parcel {
                call,
                token: None,
                body: Some(body),
                attempt: retry.attempt(),
            };
            match self.attempt(&parcel, None).await {
                Ok(Answer::Json(json)) => return Ok(json),
                Ok(Answer::Material(_)) => unreachable!("no sink, no material"),
                Err(failed) => self.pause(retry.after(&failed.error), failed).await?,
            }
        }
    }

    /// Waits as the verdict says, or gives the error back.
    async fn pause(&self, verdict: Verdict, failed: Failed) -> Result<(), Error> {
        match verdict {
            Verdict::Wait(wait) => self.wait(&failed.error, wait).await,
            // The gate does the waiting, for this call as for all others.
            Verdict::ShutGate(wait) => {
                self.tell_wait(&failed.error, wait);
                self.inner.gate.shut(failed.sent, wait);
                Ok(())
            }
            Verdict::GiveUp | Verdict::RenewToken(_) => Err(failed.error),
        }
    }

    /// Waits before another try after `error`.
    pub(crate) async fn wait(&self, error: &Error, wait: Duration) -> Result<(), Error> {
        self.tell_wait(error, wait);
        self.wait_until(error.at(), Instant::now() + wait).await
    }

    fn tell_wait(&self, error: &Error, wait: Duration) {
        self.inner.observer.event(&Event::Waiting {
            reason: &error.message(),
            millis: millis(wait),
        });
    }

    async fn wait_until(&self, at: &str, until: Instant) -> Result<(), Error> {
        tokio::select! {
            biased;
            () = self.inner.interrupt.wait() => Err(Error::new(at, ErrorKind::Interrupted)),
            () = tokio::time::sleep_until(until) => Ok(()),
        }
    }

    /// Nothing new is sent after an interrupt, nor to an endpoint that is closed
    /// or whose budget is spent. Whoever may send must: the call is counted.
    fn may_send(&self, api: Api) -> Result<(), Error> {
        if self.inner.interrupt.is_set() {
            return Err(Error::new(api.name(), ErrorKind::Interrupted));
        }
        match self.closed(api) {
            Some(refusal) => Err(Error::new(api.name(), ErrorKind::Closed(refusal))),
            None => self.spend(api),
        }
    }

    /// One try: waits for its turn, sends, and tells what came of it.
    async fn attempt(
        &self,
        parcel: &Parcel<'_>,
        sink: Option<&mut dyn BodySink>,
    ) -> Result<Answer, Failed> {
        let api = parcel.call.api;
        let unsent = |error: Error| Failed {
            error: error.with_attempts(parcel.attempt - 1),
            sent: Instant::now(),
        };
        let interrupted = || Error::new(api.name(), ErrorKind::Interrupted);
        let _permit = tokio::select! {
            biased;
            () = self.inner.interrupt.wait() => return Err(unsent(interrupted())),
            permit = self.inner.jobs.acquire() => {
                permit.expect("the semaphore is never closed")
            }
        };
        while let Err(open) = self.inner.gate.pass() {
            self.wait_until(api.name(), open).await.map_err(unsent)?;
        }
        self.may_send(api).map_err(unsent)?;

        let sent = Instant::now();
        let mut record = CallRecord {
            seq: self.inner.sent.fetch_add(1, Ordering::Relaxed) + 1,
            at: (self.inner.options.clock)(),
            api,
            request: parcel.call.request.clone().unwrap_or(Value::Null),
            attempt: parcel.attempt,
            http_status: None,
            errcode: None,
            rid: None,
            body_sha256: None,
            body_bytes: 0,
            server_date: None,
            millis: 0,
        };
        let result = self
            .exchange(parcel, sink, &mut record)
            .await
            .map_err(|error| error.with_attempts(parcel.attempt));
        record.millis = millis(sent.elapsed());
        let error = result.as_ref().err();
        record.errcode = error.and_then(Error::errcode);
        record.rid = error.and_then(Error::rid).map(str::to_owned);
        self.inner.observer.event(&Event::Call {
            api: api.name(),
            attempt: record.attempt,
            errcode: record.errcode,
            error: error.map(|error| error as &(dyn std::error::Error + 'static)),
            millis: record.millis,
        });
        (self.inner.options.on_call)(record);

        result
            .inspect(|_| self.inner.gate.went_well())
            .inspect_err(|error| {
                if let Some(refusal) = error.refusal().filter(|_| error.class() == Class::Quota) {
                    self.close(api, refusal);
                }
            })
            .map_err(|error| Failed { error, sent })
    }

    async fn exchange(
        &self,
        parcel: &Parcel<'_>,
        sink: Option<&mut dyn BodySink>,
        record: &mut CallRecord,
    ) -> Result<Answer, Error> {
        let api = parcel.call.api;
        // Material must arrive as it is, so that its length proves something.
        let form = parcel.call.form.as_ref();
        let http = match (&sink, form) {
            (Some(_), _) => &self.inner.http.media,
            (None, Some(_)) => &self.inner.http.upload,
            (None, None) => &self.inner.http.api,
        };
        let mut url = self.url_of(api, parcel.token);
        if let Some(kind) = form.and_then(|form| form.kind) {
            url.query_pairs_mut().append_pair("type", kind);
        }
        let body = form.map(|form| form.body.clone());
        let body = body.or_else(|| parcel.body.map(Bytes::copy_from_slice));
        let request = match (body, &parcel.call.request) {
            (None, None) => http.get(url),
            // Of a known length, and so never in chunks: those are refused.
            (Some(body), _) => http.post(url).body(body),
            (None, Some(request)) => http.post(url).body(request.to_string()),
        };
        let at: Arc<str> = api.name().into();
        let response = request
            .header(
                CONTENT_TYPE,
                form.map_or("application/json", |form| &form.content_type),
            )
            .send()
            .await
            .map_err(|error| before_answer(&at, error))?;
        let status = response.status().as_u16();
        record.http_status = Some(status);
        record.server_date = date_of(response.headers());
        if status != 200 {
            let kind = ErrorKind::Status {
                status,
                retry_after: self.retry_after(response.headers()),
            };
            return Err(Error::new(at, kind));
        }
        let mut body = Body::of_call(response, at);
        let answer = match sink {
            Some(sink) => self.material_in(&mut body, sink).await,
            None => self.json_in(api, &mut body).await.map(Answer::Json),
        };
        record.body_bytes = body.received();
        // Not even the digest of a token is told.
        record.body_sha256 = body.sha256().filter(|_| parcel.token.is_some());
        answer
    }

    async fn material_in(&self, body: &mut Body, sink: &mut dyn BodySink) -> Result<Answer, Error> {
        sink.restart()
            .map_err(|error| Error::new(Api::GetMaterial.name(), ErrorKind::Sink(error)))?;
        let material = body.material(&self.inner.secrets, sink).await?;
        Ok(Answer::Material(material))
    }

    async fn json_in(&self, api: Api, body: &mut Body) -> Result<Json, Error> {
        let error = |kind| Error::new(api.name(), kind);
        let body = body.whole().await?;
        if body.is_empty() {
            return Err(error(ErrorKind::Body(BodyFault::Empty)));
        }
        let (fields, repairs) = wire::object(&body, "wire-object")
            .map_err(|unreadable| error(ErrorKind::Answer(unreadable)))?;
        if let Some((errcode, errmsg)) = wire::refusal(&fields) {
            let refusal = Refusal::new(errcode, &self.inner.secrets.scrub(&errmsg), api);
            return Err(error(ErrorKind::Refused(refusal)));
        }
        if !repairs.is_none() {
            self.inner.observer.event(&Event::Warning {
                code: "json_mended",
                about: api.name(),
                message: &message!("wechat-json-mended", repairs = Message::said(&repairs)),
            });
        }
        Ok(Json {
            api,
            body,
            fields,
            repairs,
        })
    }

    /// `Retry-After`: seconds, or a date.
    pub(crate) fn retry_after(&self, headers: &HeaderMap) -> Option<Duration> {
        let asked = header(headers, RETRY_AFTER.as_str())?;
        if let Ok(seconds) = asked.trim().parse() {
            return Some(Duration::from_secs(seconds));
        }
        let until = jiff::fmt::rfc2822::parse(&asked).ok()?.timestamp();
        let now = (self.inner.options.clock)();
        // A date that has passed asks for no wait.
        Some(until.duration_since(now).try_into().unwrap_or_default())
    }

    fn url_of(&self, api: Api, token: Option<&Token>) -> Url {
        let mut url = self.inner.options.api_base.clone();
        let prefix = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{prefix}{}", api.cgi_path()));
        url.set_fragment(None);
        if let Some(token) = token {
            url.query_pairs_mut()
                .append_pair("access_token", token.secret.expose_secret());
        }
        url
    }
}

/// What the server's clock says, in whole seconds.
fn date_of(headers: &HeaderMap) -> Option<Timestamp> {
    let date = header(headers, DATE.as_str())?;
    let date = jiff::fmt::rfc2822::parse(&date).ok()?;
    Some(date.timestamp())
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
