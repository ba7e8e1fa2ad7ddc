//! Placeholder pictures: what the CDN serves with HTTP 200 instead of the picture.
//!
//! Two signs give them away: the same bytes under three or more addresses, and
//! bytes whose kind is not the one that the address promises. Such a blob is
//! asked for again in another way. Where the answer differs, every holder is
//! fetched anew; where not, it is kept and marked.

use std::collections::{BTreeMap, HashMap, HashSet};

use futures::StreamExt as _;
use futures::stream;

use super::catalog::Catalog;
use super::fetch::fetch_one;
use super::plan::{Fetch, PicturesBy, Want, Way, key_of};
use super::{Error, Run, mention, texts};
use crate::event::Event;
use crate::model::{AssetKey, FileKind, ItemKind, Section, Sha256};
use crate::stage::Entry;

/// So many addresses with the same bytes are suspicious.
const HOLDERS_MIN: usize = 3;

impl Run {
    /// Asks again for what may be placeholders; returns the blobs that stayed the same.
    pub(super) async fn ask_again(
        &mut self,
        catalogs: &[Catalog],
    ) -> Result<HashSet<Sha256>, Error> {
        let suspicious = self.suspicious();
        let mut suspects: HashSet<Sha256> = suspicious
            .keys()
            .filter(|sha256| self.gathering.ledger.asked_again.contains(*sha256))
            .copied()
            .collect();
        let mut other_ways = self.other_ways(catalogs, &suspicious)?;
        for (sha256, keys) in &suspicious {
            if suspects.contains(sha256) {
                continue;
            }
            let Some(first) = keys.iter().find_map(|key| other_ways.remove(key)) else {
                continue;
            };
            self.check_interrupt()?;
            let nursery = self.gathering.stage.nursery();
            let again =
                fetch_one(&self.client, &first, nursery.incoming(), self.options.clock).await;
            let Ok(arrival) = again else { continue };
            if arrival.sha256() == *sha256 {
                self.gathering.note(Entry::AskedAgain { sha256: *sha256 })?;
                suspects.insert(*sha256);
                self.observer.event(&Event::Warning {
                    code: "suspect",
                    about: &first.id,
                    message: "these bytes may be a placeholder; asked for again they stayed the same, so they are kept",
                });
                continue;
            }
            self.stage_blob(&first.key, arrival)?;
            let others: Vec<Fetch> = keys
                .iter()
                .filter_map(|key| other_ways.remove(key))
                .collect();
            let client = self.client.clone();
            let clock = self.options.clock;
            let mut answers = stream::iter(others)
                .take_until(self.interrupt.wait())
                .map(|fetch| {
                    let (client, incoming) = (client.clone(), nursery.incoming());
                    async move { (fetch_one(&client, &fetch, incoming, clock).await, fetch) }
                })
                .buffer_unordered(self.options.jobs_max.get());
            let mut arrived = Vec::new();
            while let Some((result, fetch)) = answers.next().await {
                match result {
                    Ok(arrival) => self.stage_blob(&fetch.key, arrival)?,
                    // It keeps what it has, which is then known to be suspicious.
                    Err(_) => arrived.push(fetch.key),
                }
            }
            if !arrived.is_empty() {
                self.gathering.note(Entry::AskedAgain { sha256: *sha256 })?;
                suspects.insert(*sha256);
            }
        }
        self.note_calls()?;
        self.check_interrupt()?;
        Ok(suspects)
    }

    /// Blobs with a sign of a placeholder, with everything that holds them.
    fn suspicious(&self) -> BTreeMap<Sha256, Vec<AssetKey>> {
        let mut holders: BTreeMap<Sha256, Vec<AssetKey>> = BTreeMap::new();
        for (key, blob) in &self.gathering.ledger.blobs {
            let is_picture = FileKind::of_extension(&blob.extension)
                .is_some_and(|kind| kind.mime().starts_with("image/"));
            if is_picture && blob.via == "cdn" {
                holders.entry(blob.sha256).or_default().push(key.clone());
            }
        }
        holders.retain(|_, keys| {
            keys.len() >= HOLDERS_MIN || keys.iter().any(|key| self.contradicting.contains(key))
        });
        for keys in holders.values_mut() {
            keys.sort_unstable();
        }
        holders
    }

    /// Another way to each of the suspicious keys: `get_material` for a picture
    /// of the library, the page's own request for a picture of an article.
    fn other_ways(
        &self,
        catalogs: &[Catalog],
        suspicious: &BTreeMap<Sha256, Vec<AssetKey>>,
    ) -> Result<HashMap<AssetKey, Fetch>, Error> {
        let wanted: HashSet<&AssetKey> = suspicious.values().flatten().collect();
        let mut ways = HashMap::new();
        if wanted.is_empty() {
            return Ok(ways);
        }
        let hosts = &self.options.client.asset_hosts;
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
        // Pages first: their way costs no API call, and one answer judges all holders.
        for catalog in catalogs
            .iter()
            .filter(|catalog| catalog.section.item_kind() == ItemKind::Article)
        {
            for item in catalog.all() {
                let text = texts::read(
                    &self.gathering.stage,
                    &self.gathering.ledger,
                    catalog.section,
                    item,
                )?;
                let articles = text.group.into_iter().flat_map(|group| group.articles);
                for mention in
                    articles.flat_map(|article| mention::of_article(&article, hosts).mentions)
                {
                    if let Some(url) = mention.candidates.into_iter().next()
                        && wanted.contains(&mention.key)
                    {
                        let id = mention.key.to_string();
                        add(mention.key, Want::Asset, &id, Way::UrlFromPage { url });
                    }
                }
            }
        }
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
                            media_id: item.id.clone(),
                        },
                    );
                }
            }
        }
        Ok(ways)
    }
}
