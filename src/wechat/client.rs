//! The client: what a run asks of WeChat, one method for each question.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use secrecy::SecretString;
use serde_json::json;
use tokio::sync::Semaphore;

use crate::event::{Event, Observer};
use crate::interrupt::Interrupt;
use crate::message;
use crate::model::Section;
use crate::record::lenient::Repairs;
use crate::wechat::api::Api;
use crate::wechat::body::{BodySink, Material};
use crate::wechat::budget::Budgets;
use crate::wechat::call::{Answer, Call, Json};
use crate::wechat::error::{Error, ErrorKind, Refusal};
use crate::wechat::gate::Gate;
use crate::wechat::http::Http;
use crate::wechat::options::{Credential, Issued, Options};
use crate::wechat::retry::Retry;
use crate::wechat::secrets::Secrets;
use crate::wechat::token::TokenKeeper;
use crate::wechat::wire;
use crate::wechat::wire::{ArticleGroup, MaterialCounts, Page, Quota};

/// Speaks with WeChat for one account. Clones share everything.
///
/// Each method tries again as far as that helps; an error that it returns is
/// final for this run. After an interrupt nothing new is sent: what is under way
/// lands, everything else answers [`ErrorKind::Interrupted`].
#[derive(Clone)]
pub struct Client {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) options: Options,
    pub(crate) http: Http,
    pub(crate) observer: Arc<dyn Observer>,
    pub(crate) interrupt: Interrupt,
    pub(crate) secrets: Secrets,
    pub(crate) tokens: TokenKeeper,
    pub(crate) gate: Gate,
    /// API calls under way.
    pub(crate) jobs: Semaphore,
    /// Endpoints whose quota is used up, with the answer that said so.
    closed: Mutex<BTreeMap<Api, Refusal>>,
    /// Calls that a run may make, where that is bounded.
    pub(crate) budgets: Budgets,
    /// API calls sent.
    pub(crate) sent: AtomicU64,
    /// Calls and downloads begun, each with a jitter of its own.
    begun: AtomicU64,
}

/// The answer to a `get` of articles.
#[derive(Debug)]
pub struct JsonAnswer {
    /// The answer, byte for byte (after gzip).
    pub body: Bytes,
    /// What it says.
    pub group: ArticleGroup,
    /// What had to be mended before it could be read.
    pub repairs: Repairs,
}

impl Client {
    /// A client that has sent nothing yet.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Settings`] and [`ErrorKind::Setup`]: plain http to a host
    /// that is not this machine, a CA file without certificates, a proxy of an
    /// unknown kind.
    pub fn new(
        options: Options,
        observer: Arc<dyn Observer>,
        interrupt: Interrupt,
    ) -> Result<Self, Error> {
        let (Credential::Secret { secret, .. } | Credential::Token(Issued { token: secret, .. })) =
            &options.credential;
        let secrets = Secrets::default();
        secrets.add(secret);
        options.secrets.add_long(secret);
        Ok(Self {
            inner: Arc::new(Inner {
                http: Http::new(&options)?,
                jobs: Semaphore::new(options.api_jobs_max.get().min(Semaphore::MAX_PERMITS)),
                tokens: TokenKeeper::default(),
                gate: Gate::default(),
                closed: Mutex::default(),
                budgets: Budgets::default(),
                sent: AtomicU64::new(0),
                begun: AtomicU64::new(0),
                options,
                observer,
                interrupt,
                secrets,
            }),
        })
    }

    /// Gets a token now, so that a wrong secret shows before anything else.
    ///
    /// # Errors
    ///
    /// [`Class::Account`](crate::wechat::Class::Account) where a person must act.
    ///
    /// Source: "Get stable access token", `POST /cgi-bin/stable_token`.
    pub async fn connect(&self) -> Result<(), Error> {
        self.token().await.map(drop)
    }

    /// Asks how many items of each kind the library holds.
    ///
    /// # Errors
    ///
    /// As for every call.
    pub async fn material_counts(&self) -> Result<MaterialCounts, Error> {
        let answer = self.json(&Call::get(Api::GetMaterialcount)).await?;
        answer.read(|json| wire::material_counts(&json.fields))
    }

    /// Asks how many drafts there are.
    ///
    /// # Errors
    ///
    /// As for every call.
    pub async fn draft_count(&self) -> Result<u64, Error> {
        let answer = self.json(&Call::get(Api::DraftCount)).await?;
        answer.read(|json| wire::total_count(&json.fields))
    }

    /// One page of the list of `section`: at most `count` items (1 to 20) from
    /// `offset` on, articles with their content.
    ///
    /// # Errors
    ///
    /// As for every call.
    pub async fn list(&self, section: Section, offset: u64, count: u8) -> Result<Page, Error> {
        let request = match section {
            Section::Image | Section::Voice | Section::Video | Section::News => {
                json!({"type": section.as_str(), "offset": offset, "count": count})
            }
            // `no_content` as a number: that is what the documents say.
            Section::Draft | Section::Published => {
                json!({"offset": offset, "count": count, "no_content": 0})
            }
        };
        let call = Call::post(Api::that_lists(section), request);
        let answer = self.json(&call).await?;
        let at = answer.api.name();
        wire::page(section, answer.body, answer.fields, answer.repairs)
            .map_err(|error| Error::new(at, ErrorKind::Answer(error)))
    }

    /// One draft, where a list came without its content.
    ///
    /// # Errors
    ///
    /// As for every call.
    pub async fn draft(&self, media_id: &str) -> Result<JsonAnswer, Error> {
        let request = json!({"media_id": media_id});
        self.articles(Call::post(Api::DraftGet, request)).await
    }

    /// One publication, where a list came without its content.
    ///
    /// # Errors
    ///
    /// As for every call.
    pub async fn publication(&self, article_id: &str) -> Result<JsonAnswer, Error> {
        let request = json!({"article_id": article_id});
        self.articles(Call::post(Api::FreepublishGetarticle, request))
            .await
    }

    /// One news of the library, where a list came without its content.
    ///
    /// # Errors
    ///
    /// As for every call; [`ErrorKind::Answer`] also where the id is of
    /// something else ([`material`](Self::material) gets that).
    pub async fn news(&self, media_id: &str) -> Result<JsonAnswer, Error> {
        let request = json!({"media_id": media_id});
        self.articles(Call::post(Api::GetMaterial, request)).await
    }

    /// The permanent material `media_id`, whatever it is.
    ///
    /// A file goes into `sink` while it comes; only when this returns is it
    /// known to be whole. JSON that speaks of a video or of news is returned.
    ///
    /// # Errors
    ///
    /// As for every call; also [`ErrorKind::Body`] for what is no file, and
    /// [`ErrorKind::Sink`].
    ///
    /// Source: "Get permanent material", `POST /cgi-bin/material/get_material`.
    pub async fn material(
        &self,
        media_id: &str,
        sink: &mut dyn BodySink,
    ) -> Result<Material, Error> {
        let call = Call::post(Api::GetMaterial, json!({"media_id": media_id}));
        match self.call(&call, Some(sink)).await? {
            Answer::Material(material) => Ok(material),
            Answer::Json(_) => unreachable!("a call with a sink answers with material"),
        }
    }

    /// What is left of the day's calls of `api`. Tried once: whoever asks goes
    /// on without an answer.
    ///
    /// # Errors
    ///
    /// As for every call. No reason to stop: not every account may ask.
    pub async fn quota(&self, api: Api) -> Result<Quota, Error> {
        let request = json!({"cgi_path": api.cgi_path()});
        let answer = self.json(&Call::post(Api::QuotaGet, request)).await?;
        answer.read(|json| wire::quota(&json.fields))
    }

    /// Whether the quota of `api` turned out to be used up. Further calls of it
    /// fail at once, and nothing is sent.
    pub fn endpoint_is_closed(&self, api: Api) -> bool {
        self.closed(api).is_some()
    }

    pub(crate) fn met(&self, secret: &SecretString) {
        self.inner.secrets.add(secret);
        self.inner.options.secrets.add_long(secret);
    }

    /// The secret, and every token of this run.
    pub fn secrets(&self) -> Vec<SecretString> {
        self.inner.secrets.all()
    }

    /// The same in every spelling that a text may hold them in: plain,
    /// escaped, in base64 and in hex. Documents of an archive are searched for these.
    pub fn secret_spellings(&self) -> Vec<SecretString> {
        self.inner.secrets.spellings()
    }

    async fn articles(&self, call: Call) -> Result<JsonAnswer, Error> {
        let answer = self.json(&call).await?;
        let group = answer.read(|json| wire::parse_article_group(&json.body))?;
        Ok(JsonAnswer {
            body: answer.body,
            group,
            repairs: answer.repairs,
        })
    }

    pub(crate) async fn json(&self, call: &Call) -> Result<Json, Error> {
        match self.call(call, None).await? {
            Answer::Json(json) => Ok(json),
            Answer::Material(_) => unreachable!("a call without a sink answers with JSON"),
        }
    }

    /// The answer that closed `api`, if one did.
    pub(crate) fn closed(&self, api: Api) -> Option<Refusal> {
        let closed = self.inner.closed.lock();
        closed
            .unwrap_or_else(PoisonError::into_inner)
            .get(&api)
            .cloned()
    }

    pub(crate) fn close(&self, api: Api, refusal: &Refusal) {
        let newly = {
            let mut closed = self
                .inner
                .closed
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            closed.insert(api, refusal.clone()).is_none()
        };
        if newly {
            self.inner.observer.event(&Event::Warning {
                code: "endpoint_closed",
                about: api.name(),
                message: &message!("wechat-endpoint-closed"),
            });
        }
    }

    /// The patience for one more call of `api`.
    pub(crate) fn retry_of(&self, api: Api) -> Retry {
        match api {
            Api::QuotaGet => self.retry().of_side_question(),
            api if api.makes_something() => self.retry().of_write(),
            _ => self.retry(),
        }
    }

    /// The patience for one more call or download.
    pub(crate) fn retry(&self) -> Retry {
        let nth = self.inner.begun.fetch_add(1, Ordering::Relaxed);
        let seed = self.inner.options.jitter_seed.wrapping_add(nth);
        Retry::new(self.inner.options.pace, seed)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("options", &self.inner.options)
            .finish_non_exhaustive()
    }
}
