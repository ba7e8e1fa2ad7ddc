//! Placeholder pictures: what the CDN serves with HTTP 200 instead of the picture.
//!
//! Two signs give them away: the same bytes under three or more addresses, and
//! bytes whose kind is not the one that the address promises. Such a blob is
//! asked for again in another way. Where the answer differs, every holder is
//! fetched anew; where not, it is kept and marked. The journal remembers the
//! signs: a run that goes on must not take for true what the first one doubted.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::AddAssign;

use futures::StreamExt as _;
use futures::stream;

use super::catalog::Catalog;
use super::fetch::{Failure, fetch_one};
use super::plan::{Fetch, PicturesBy, Want, Way, key_of};
use super::roll::Roll;
use super::{Error, Run, mention};
use crate::event::Event;
use crate::message;
use crate::model::{AssetKey, ItemKind, Section, Sha256};
use crate::stage::{Entry, Via};
use crate::wechat::Class;

/// So many addresses with the same bytes are suspicious.
const HOLDERS_MIN: usize = 3;

/// How many holders of a suspicious blob still have it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Left {
    /// The same bytes came again.
    same: u64,
    /// None came.
    failed: u64,
}

impl AddAssign for Left {
    fn add_assign(&mut self, other: Self) {
        self.same += other.same;
        self.failed += other.failed;
    }
}

impl Run {
    /// Asks again for what may be placeholders; returns the blobs that stayed the
    /// same, and those of which nobody knows.
    pub(super) async fn ask_again(
        &mut self,
        catalogs: &[Catalog],
        rolls: &BTreeMap<Section, Roll>,
    ) -> Result<HashSet<Sha256>, Error> {
        let suspicious = self.suspicious()?;
        let mut suspects: HashSet<Sha256> = suspicious
            .keys()
            .filter(|sha256| self.gathering.ledger.asked_again.contains(*sha256))
            .copied()
            .collect();
        let mut other_ways = self.other_ways(catalogs, rolls, &suspicious)?;
        for (sha256, keys) in &suspicious {
            if suspects.contains(sha256) {
                continue;
            }
            let fetches: Vec<Fetch> = keys
                .iter()
                .filter_map(|key| other_ways.remove(key))
                .collect();
            let Some(about) = fetches.first().map(|fetch| fetch.id.clone()) else {
                continue;
            };
            self.gathering.note(Entry::Suspected { sha256: *sha256 })?;
            let left = self.ask_in_other_ways(*sha256, fetches).await?;
            if left == Left::default() {
                continue;
            }
            if left.failed == 0 {
                self.gathering.note(Entry::AskedAgain { sha256: *sha256 })?;
            }
            suspects.insert(*sha256);
            self.observer.event(&Event::Warning {
                code: "suspect",
                about: &about,
                message: &message!("export-suspect"),
            });
        }
        self.note_calls()?;
        Ok(suspects)
    }

    /// Asks for one holder of `sha256`, and for all of them where other bytes come.
    ///
    /// The request of a page costs nothing. The API is asked about pictures of the
    /// library where these alone are suspicious enough: a picture that stands in
    /// the library and in two articles is no reason for a call.
    async fn ask_in_other_ways(
        &mut self,
        sha256: Sha256,
        fetches: Vec<Fetch>,
    ) -> Result<Left, Error> {
        let blobs = &self.gathering.ledger.blobs;
        let contradicts = |fetch: &Fetch| blobs.get(&fetch.key).is_some_and(|it| it.contradicts);
        let (by_api, by_page): (Vec<Fetch>, Vec<Fetch>) = fetches
            .into_iter()
            .partition(|fetch| matches!(fetch.ways[..], [Way::Material { .. }]));
        let asks_api =
            by_page.is_empty() || by_api.len() >= HOLDERS_MIN || by_api.iter().any(contradicts);
        let (mut by_api, mut by_page) = (by_api.into_iter(), by_page.into_iter());
        let mut left = Left::default();
        let mut differs = false;
        if let Some(one) = by_page.next() {
            left = self.replace(sha256, [one]).await?;
            differs = left == Left::default();
        }
        if !differs
            && asks_api
            && let Some(one) = by_api.next()
        {
            let of_one = self.replace(sha256, [one]).await?;
            differs = of_one == Left::default();
            left += of_one;
        }
        if differs {
            left += self.replace(sha256, by_page.chain(by_api)).await?;
        }
        Ok(left)
    }

    /// Fetches anew what `sha256` answers for; gives what could not be replaced.
    async fn replace(
        &mut self,
        sha256: Sha256,
        fetches: impl IntoIterator<Item = Fetch>,
    ) -> Result<Left, Error> {
        let (client, clock) = (self.client.clone(), self.options.clock);
        let nursery = self.gathering.stage.nursery();
        let mut answers = stream::iter(fetches)
            .take_until(self.interrupt.wait())
            .map(|fetch| {
                let (client, incoming) = (client.clone(), nursery.incoming());
                async move {
                    let result = fetch_one(&client, &fetch, incoming, clock).await;
                    (fetch, result)
                }
            })
            .buffer_unordered(self.options.jobs_max.get());
        let mut left = Left::default();
        while let Some((fetch, result)) = answers.next().await {
            match result {
                Ok(arrival) if arrival.sha256() == sha256 => left.same += 1,
                Ok(arrival) => self.stage_blob(&fetch.key, arrival)?,
                Err(failure) => {
                    self.keep_suspect(failure)?;
                    left.failed += 1;
                }
            }
        }
        drop(answers);
        self.check_interrupt()?;
        Ok(left)
    }

    /// What failed keeps the bytes it has, unless the failure is not about it.
    fn keep_suspect(&mut self, failure: Failure) -> Result<(), Error> {
        match failure.error {
            Some(error) => match error.class() {
                Class::Account | Class::Token | Class::Local | Class::Interrupted => {
                    Err(Error::from_call("fetch", error))
                }
                Class::Quota | Class::RateLimited => {
                    self.unfinished_items += 1;
                    self.unfinished_by.get_or_insert(error);
                    Ok(())
                }
                Class::Transient | Class::Permanent | Class::NoPermission => Ok(()),
            },
            None => Ok(()),
        }
    }

    /// Blobs with a sign of a placeholder, with everything that holds them.
    fn suspicious(&self) -> Result<BTreeMap<Sha256, Vec<AssetKey>>, Error> {
        let ledger = &self.gathering.ledger;
        let pictures = || {
            let blobs = ledger.blobs.values();
            blobs.filter(|blob| blob.kind.mime().starts_with("image/") && blob.via == Via::Cdn)
        };
        // Counted first: hardly any of a hundred thousand is suspicious.
        let mut digests: Vec<Sha256> = pictures().map(|blob| blob.print.sha256).collect();
        digests.sort_unstable();
        let of_many = digests
            .chunk_by(PartialEq::eq)
            .filter(|same| same.len() >= HOLDERS_MIN);
        let mut signs: HashSet<Sha256> = of_many.map(|same| same[0]).collect();
        signs.extend(&ledger.suspected);
        let contradicts = pictures().filter(|blob| blob.contradicts);
        signs.extend(contradicts.map(|blob| blob.print.sha256));
        let mut holders: BTreeMap<Sha256, Vec<AssetKey>> = BTreeMap::new();
        for blob in pictures().filter(|blob| signs.contains(&blob.print.sha256)) {
            let keys = holders.entry(blob.print.sha256).or_default();
            keys.push(self.gathering.fetched(blob)?.key);
        }
        for keys in holders.values_mut() {
            keys.sort_unstable();
        }
        Ok(holders)
    }

    /// Another way to each of the suspicious keys: `get_material` for a picture
    /// of the library, the page's own request for a picture of an article.
    fn other_ways(
        &self,
        catalogs: &[Catalog],
        rolls: &BTreeMap<Section, Roll>,
        suspicious: &BTreeMap<Sha256, Vec<AssetKey>>,
    ) -> Result<HashMap<AssetKey, Fetch>, Error> {
        let wanted: HashSet<&AssetKey> = suspicious.values().flatten().collect();
        let mut ways = HashMap::new();
        if wanted.is_empty() {
            return Ok(ways);
        }
        let hosts = self.hosts();
        let mut add = |key: AssetKey, want, id: &str, way| {
            let fetch = Fetch {
                key: key.clone(),
                want,
                id: id.to_owned(),
                name: String::new(),
                others: Vec::new(),
                ways: vec![way],
            };
            ways.entry(key).or_insert(fetch);
        };
        for catalog in catalogs
            .iter()
            .filter(|catalog| catalog.section == Section::Image)
        {
            for item in catalog.all() {
                let key = key_of(Section::Image, item, hosts, PicturesBy::Cdn);
                if wanted.contains(&key) {
                    add(
                        key,
                        Want::Item(Section::Image),
                        &item.id,
                        Way::Material {
                            media_id: item.id.to_string(),
                        },
                    );
                }
            }
        }
        for catalog in catalogs
            .iter()
            .filter(|catalog| catalog.section.item_kind() == ItemKind::Article)
        {
            self.each_group(catalog, &rolls[&catalog.section], |group| {
                let articles = group.articles.iter();
                for mention in
                    articles.flat_map(|article| mention::of_article(article, hosts).mentions)
                {
                    if let Some(url) = mention.candidates.into_iter().next()
                        && wanted.contains(&mention.key)
                    {
                        let id = mention.key.to_string();
                        add(mention.key, Want::Asset, &id, Way::UrlFromPage { url });
                    }
                }
            })?;
        }
        Ok(ways)
    }
}
