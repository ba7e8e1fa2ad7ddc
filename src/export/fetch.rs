//! Carries out a plan: downloads side by side, bounded and interruptible.
//!
//! Each fetch is a task of its own, so that hashing uses every core. One loop
//! takes the outcomes and owns stage, journal and counters. An interrupt starts
//! nothing new; what is under way lands.

use std::io;

use futures::StreamExt as _;
use futures::stream;
use url::Url;

use super::plan::{Fetch, MediaPlan, Want, Way, contradicts, gap_key};
use super::quota::material_calls;
use super::{Error, Run};
use crate::event::{Event, Phase};
use crate::message;
use crate::model::{AssetKey, FileKind, GapReason, Section, Sha256, Timestamp};
use crate::stage::{Entry, Fetched, Incoming, Landed, StagedGap, StagedItem, Via};
use crate::text::Message;
use crate::wechat;
use crate::wechat::{
    BodyFault, BodySink, Class, Client, Download, DownloadRules, ErrorKind, Material, Referer,
    Source,
};

/// What became of one fetch.
struct Outcome {
    fetch: Fetch,
    result: Result<Arrival, Failure>,
}

/// Bytes that came.
pub(super) struct Arrival {
    landed: Landed,
    via: Via,
    download: Download,
    at: Timestamp,
    /// What `get_material` said of a video.
    info: Option<bytes::Bytes>,
    /// Whether the kind is not the one that the address promised.
    contradicts: bool,
}

/// Why none came.
pub(super) struct Failure {
    /// The last way's error; `None` where the answer itself is no file.
    pub(super) error: Option<wechat::Error>,
    reason: Option<GapReason>,
    detail: Message,
    attempts: u32,
    info: Option<bytes::Bytes>,
}

impl Run {
    /// Fetches all of `fetches` for `section`.
    pub(super) async fn fetch(
        &mut self,
        section: Option<Section>,
        fetches: Vec<Fetch>,
    ) -> Result<(), Error> {
        let (total, calls) = (fetches.len() as u64, material_calls(&fetches));
        self.fetch_each(section, total, calls, fetches.into_iter())
            .await
    }

    /// Fetches all of `plan`.
    pub(super) async fn fetch_planned(
        &mut self,
        section: Section,
        plan: &MediaPlan<'_>,
    ) -> Result<(), Error> {
        self.fetch_each(Some(section), plan.fetches, plan.calls, plan.each())
            .await
    }

    /// Fetches a `total` of fetches, which begin with so many `calls` of the API.
    async fn fetch_each(
        &mut self,
        section: Option<Section>,
        total: u64,
        calls: u64,
        fetches: impl Iterator<Item = Fetch> + Send,
    ) -> Result<(), Error> {
        if total == 0 {
            return Ok(());
        }
        self.plan_fetches(calls).await;
        self.observer.event(&Event::Phase {
            phase: Phase::Fetch,
            section,
            items_total: Some(total),
            bytes_total: None,
        });
        let (stop, ends) = self.stopper();
        let (client, clock) = (self.client.clone(), self.options.clock);
        let nursery = self.gathering.stage.nursery();
        let mut outcomes = stream::iter(fetches)
            .take_until(ends)
            .map(|fetch| {
                let (client, incoming) = (client.clone(), nursery.incoming());
                tokio::spawn(async move {
                    let result = fetch_one(&client, &fetch, incoming, clock).await;
                    Outcome { fetch, result }
                })
            })
            .buffer_unordered(self.options.jobs_max.get());
        let mut fatal = None;
        while let Some(outcome) = outcomes.next().await {
            let outcome = outcome.expect("a fetch does not panic");
            if let Err(error) = self.take(outcome) {
                // What is under way still lands; nothing new begins.
                stop.cancel();
                fatal.get_or_insert(error);
            }
        }
        drop(outcomes);
        self.note_calls()?;
        self.gathering.stage.sync()?;
        match fatal {
            Some(error) => Err(error),
            None => self.check_interrupt(),
        }
    }

    fn take(&mut self, outcome: Outcome) -> Result<(), Error> {
        let Outcome { fetch, result } = outcome;
        let info = match &result {
            Ok(arrival) => arrival.info.clone(),
            Err(failure) => failure.info.clone(),
        };
        if let Some(body) = info {
            self.stage_item(&format!("video:{}", fetch.id), &body)?;
        }
        match result {
            Ok(arrival) => {
                let bytes = arrival.landed.print.bytes;
                if arrival.landed.kind == FileKind::Bin {
                    self.observer.event(&Event::Warning {
                        code: "unknown_kind",
                        about: &fetch.id,
                        message: &message!("export-unknown-kind"),
                    });
                }
                self.stage_blob(&fetch.key, arrival)?;
                self.observer.event(&Event::Advanced { items: 1, bytes });
                self.check_space(bytes)
            }
            Err(failure) => self.miss(&fetch, failure),
        }
    }

    /// Notes what one item is about: a gap, an item that waits for quota, or the end of the run.
    pub(super) fn miss(&mut self, fetch: &Fetch, failure: Failure) -> Result<(), Error> {
        match failure.error.as_ref().map(wechat::Error::class) {
            Some(Class::Account | Class::Token | Class::Local) => {
                let error = failure.error.expect("a class is that of an error");
                return Err(Error::from_call("fetch", error));
            }
            // The interrupt itself ends the run; nothing is wrong with the item.
            Some(Class::Interrupted) => return Ok(()),
            Some(Class::Quota | Class::RateLimited) => {
                self.unfinished_items += 1 + fetch.others.len() as u64;
                self.unfinished_by
                    .get_or_insert(failure.error.expect("a class is that of an error"));
                return Ok(());
            }
            _ => {}
        }
        match fetch.want {
            Want::Item(section) => {
                self.miss_one(
                    fetch,
                    gap_key(section, &fetch.id),
                    &fetch.id,
                    &fetch.name,
                    &failure,
                )?;
                for other in &fetch.others {
                    let key = gap_key(section, &other.id);
                    self.miss_one(fetch, key, &other.id, &other.name, &failure)?;
                }
                Ok(())
            }
            Want::Asset => self.miss_one(
                fetch,
                fetch.key.to_string(),
                &fetch.id,
                &fetch.name,
                &failure,
            ),
            Want::Cover => {
                let message = message!("export-no-cover", why = &failure.detail);
                self.observer.event(&Event::Warning {
                    code: "no_cover",
                    about: &fetch.id,
                    message: &message,
                });
                Ok(())
            }
        }
    }

    fn miss_one(
        &mut self,
        fetch: &Fetch,
        key: String,
        id: &str,
        name: &str,
        failure: &Failure,
    ) -> Result<(), Error> {
        let reason = failure.reason.clone().unwrap_or(GapReason::Network);
        let class = reason.class();
        self.observer.event(&Event::Gap {
            kind: fetch.want.kind().as_str(),
            id,
            name,
            class: &class,
            reason: &reason,
            detail: Some(&failure.detail),
        });
        let error = failure.error.as_ref();
        let gap = StagedGap {
            key,
            reason,
            detail: Some(failure.detail.to_string()),
            at: (self.options.clock)(),
            attempts: failure.attempts,
            http_status: error.and_then(wechat::Error::http_status),
            errcode: error.and_then(wechat::Error::errcode),
        };
        // What waiting cannot mend is remembered by the stage; anything else is
        // tried again when the run goes on, perhaps with other hosts allowed.
        let is_ours = error.is_some_and(|error| matches!(error.kind(), ErrorKind::Address(_)));
        if gap.reason.class().is_permanent() && !is_ours {
            self.gathering.note(Entry::Gap(gap))?;
        } else {
            self.passing_gaps.insert(gap.key.clone(), gap);
        }
        Ok(())
    }

    /// Keeps the answer about one item.
    pub(super) fn stage_item(&mut self, key: &str, body: &[u8]) -> Result<(), Error> {
        let range = self.gathering.stage.put(body)?;
        let item = StagedItem {
            key: key.to_owned(),
            body: range,
            sha256: Sha256::of(body),
        };
        Ok(self.gathering.note(Entry::Item(item))?)
    }

    pub(super) fn stage_blob(&mut self, key: &AssetKey, arrival: Arrival) -> Result<(), Error> {
        let Arrival {
            landed,
            via,
            download,
            at,
            contradicts,
            ..
        } = arrival;
        let (print, kind, size) = (landed.print, landed.kind, landed.size);
        let place = self.gathering.stage.land(landed)?;
        let blob = Fetched {
            key: key.clone(),
            sha256: print.sha256,
            crc32: print.crc32,
            bytes: print.bytes,
            kind,
            size,
            contradicts,
            place,
            via,
            fetched_at: at,
            run_id: self.id.to_string().into(),
            address: (via != Via::GetMaterial).then(|| download.source.into()),
            http_status: Some(download.http_status),
            content_type: download.content_type.map(String::into_boxed_str),
            content_length: download.content_length,
            etag: download.etag.map(String::into_boxed_str),
            last_modified: download.last_modified.map(String::into_boxed_str),
        };
        Ok(self.gathering.note(Entry::Blob(Box::new(blob)))?)
    }
}

impl Arrival {
    pub(super) fn sha256(&self) -> Sha256 {
        self.landed.print.sha256
    }
}

/// The stage's place for a body, as the client sees it.
struct Into<'a>(&'a mut Incoming);

impl BodySink for Into<'_> {
    fn restart(&mut self) -> io::Result<()> {
        self.0.restart();
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write(bytes)
    }
}

/// Tries each way of `fetch` until one gives a whole file.
pub(super) async fn fetch_one(
    client: &Client,
    fetch: &Fetch,
    mut incoming: Incoming,
    clock: crate::model::Clock,
) -> Result<Arrival, Failure> {
    let mut attempts = 0;
    let mut last = None;
    let mut info = None;
    // Another size of a picture is the picture only where the whole one is not to
    // be had; what failed in passing may be had next time.
    let mut may_be_smaller = true;
    for way in &fetch.ways {
        if matches!(way, Way::Url { .. }) && !may_be_smaller {
            continue;
        }
        let answer = try_way(client, way, &mut incoming, &mut info).await;
        match answer {
            Ok((download, via)) => {
                let landed = incoming.finish();
                let contradicts = match way {
                    Way::Url { url, .. } => contradicts(url, landed.kind),
                    _ => false,
                };
                return Ok(Arrival {
                    landed,
                    via,
                    download,
                    at: clock(),
                    info,
                    contradicts,
                });
            }
            Err(mut failure) => {
                attempts += failure.attempts;
                failure.attempts = attempts;
                let ends = failure.error.as_ref().is_some_and(|error| {
                    matches!(
                        error.class(),
                        Class::Account | Class::Token | Class::Local | Class::Interrupted
                    )
                });
                // Where the second way is not granted or used up, the first one's reason says more.
                let says_less = failure
                    .error
                    .as_ref()
                    .is_some_and(|error| error.class() == Class::NoPermission);
                if !(says_less && last.is_some()) {
                    last = Some(failure);
                }
                if ends {
                    break;
                }
                may_be_smaller = !last.as_ref().is_some_and(Failure::is_passing);
            }
        }
    }
    let mut failure = last.expect("a fetch has a way");
    failure.attempts = attempts;
    failure.info = info;
    Err(failure)
}

async fn try_way(
    client: &Client,
    way: &Way,
    incoming: &mut Incoming,
    info: &mut Option<bytes::Bytes>,
) -> Result<(Download, Via), Failure> {
    match way {
        Way::Url { url, source } => {
            let rules = match source {
                Source::Asset => DownloadRules::ASSET,
                Source::Material => DownloadRules::LISTED,
            };
            let download = client
                .download(url, rules, &mut Into(incoming))
                .await
                .map_err(Failure::of)?;
            Ok((download, Via::Cdn))
        }
        Way::UrlFromPage { url } => {
            let rules = DownloadRules {
                referer: Referer::ArticlePage,
                ..DownloadRules::ASSET
            };
            let download = client
                .download(url, rules, &mut Into(incoming))
                .await
                .map_err(Failure::of)?;
            Ok((download, Via::Cdn))
        }
        Way::Material { media_id } => {
            match client
                .material(media_id, &mut Into(incoming))
                .await
                .map_err(Failure::of)?
            {
                Material::Body(download) => Ok((download, Via::GetMaterial)),
                Material::Video(video) => {
                    *info = Some(video.body);
                    Err(Failure::not_a_file(message!("gap-material-is-description")))
                }
                Material::News(_) => Err(Failure::not_a_file(message!("gap-material-is-articles"))),
            }
        }
        Way::Video { media_id } => match video(client, media_id, incoming, info).await {
            // The address may have died between the answer and the download.
            Err(failure) if failure.is_of_address() => {
                video(client, media_id, incoming, info).await
            }
            result => result,
        },
    }
}

/// Asks where the file of a video is, and gets it from there.
async fn video(
    client: &Client,
    media_id: &str,
    incoming: &mut Incoming,
    info: &mut Option<bytes::Bytes>,
) -> Result<(Download, Via), Failure> {
    let video = match client
        .material(media_id, &mut Into(incoming))
        .await
        .map_err(Failure::of)?
    {
        Material::Body(download) => return Ok((download, Via::GetMaterial)),
        Material::News(_) => {
            return Err(Failure::not_a_file(message!("gap-material-is-articles")));
        }
        Material::Video(video) => video,
    };
    *info = Some(video.body.clone());
    let url = video
        .down_url
        .as_deref()
        .and_then(|url| Url::parse(url).ok());
    let Some(url) = url else {
        return Err(Failure::page_only(message!("gap-video-no-file")));
    };
    match client
        .download(&url, DownloadRules::FRESH_VIDEO, &mut Into(incoming))
        .await
    {
        Ok(download) => Ok((download, Via::VideoHost)),
        Err(error) if matches!(error.kind(), ErrorKind::Body(BodyFault::Html)) => {
            Err(Failure::page_only(message!("gap-video-page")))
        }
        Err(error) => Err(Failure::of(error)),
    }
}

impl Failure {
    pub(super) fn of(error: wechat::Error) -> Self {
        let (reason, attempts) = (error.gap_reason(), error.attempts());
        Self {
            detail: error.message(),
            error: Some(error),
            reason,
            attempts,
            info: None,
        }
    }

    /// Whether the address itself is the trouble, so that a new one may do.
    fn is_of_address(&self) -> bool {
        let error = self.error.as_ref();
        error.is_some_and(|error| matches!(error.http_status(), Some(403 | 404 | 410)))
    }

    /// Whether another try, later, may meet something else.
    fn is_passing(&self) -> bool {
        let class = self.error.as_ref().map(wechat::Error::class);
        matches!(class, Some(Class::Transient | Class::RateLimited))
    }

    fn not_a_file(detail: Message) -> Self {
        Self::because(GapReason::TypeMismatch, detail)
    }

    /// The API will never give more; so it is no fault of this run.
    fn page_only(detail: Message) -> Self {
        Self::because(GapReason::EmbedNotDownloadable, detail)
    }

    pub(super) fn because(reason: GapReason, detail: Message) -> Self {
        Self {
            error: None,
            reason: Some(reason),
            detail,
            attempts: 1,
            info: None,
        }
    }
}
