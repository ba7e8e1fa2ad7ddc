//! What an article names besides its text: pictures, sounds, covers.

use std::collections::HashSet;

use url::Url;

use crate::html;
use crate::html::Embed;
use crate::model::{AssetAddress, AssetHosts, AssetKey};
use crate::wechat::wire::ArticleFields;

/// One mention of an asset in an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mention {
    /// Which asset.
    pub(super) key: AssetKey,
    /// As written; empty where only an id names it.
    pub(super) url: String,
    /// `img`, `background`, `cover`, `audio`, `video` or `newspic`.
    pub(super) role: &'static str,
    /// The id, where one names it.
    pub(super) media_id: Option<String>,
    /// Where to ask for it, best first; empty where only an id names it.
    pub(super) candidates: Vec<Url>,
}

/// What an article names.
pub(super) struct Named {
    /// Assets in document order, the cover first; each spelling of each once.
    pub(super) mentions: Vec<Mention>,
    /// What only WeChat can show.
    pub(super) embeds: Vec<Embed>,
    /// Whether its HTML could be read to its end; where not, it may name more.
    pub(super) whole: bool,
}

/// Finds everything that `article` names.
pub(super) fn of_article(article: &ArticleFields, hosts: &AssetHosts) -> Named {
    let content = article.content.as_deref().unwrap_or_default();
    let references = html::references(content, hosts);
    let of_post = article
        .image_media_ids
        .iter()
        .map(|media_id| by_id(media_id, "newspic"));
    let of_content = references.assets.into_iter().map(|reference| Mention {
        key: reference.address.key,
        url: reference.url,
        role: reference.role.as_str(),
        media_id: None,
        candidates: reference.address.candidates,
    });
    let mut known: HashSet<(AssetKey, String)> = HashSet::new();
    let mentions = cover(article, hosts)
        .into_iter()
        .chain(of_post)
        .chain(of_content)
        .filter(|mention| known.insert((mention.key.clone(), mention.url.clone())))
        .collect();
    Named {
        mentions,
        embeds: references.embeds,
        whole: references.whole,
    }
}

/// The cover by its URL, else by its id: covers made in the console have no id,
/// old ones no URL.
fn cover(article: &ArticleFields, hosts: &AssetHosts) -> Option<Mention> {
    let by_url = article.thumb_url.as_deref().and_then(|url| {
        let address = AssetAddress::parse(url, hosts)?;
        Some(Mention {
            key: address.key,
            url: url.to_owned(),
            role: "cover",
            media_id: article.thumb_media_id.clone(),
            candidates: address.candidates,
        })
    });
    by_url.or_else(|| Some(by_id(article.thumb_media_id.as_deref()?, "cover")))
}

fn by_id(media_id: &str, role: &'static str) -> Mention {
    Mention {
        key: AssetKey::of_media_id(media_id),
        url: String::new(),
        role,
        media_id: Some(media_id.to_owned()),
        candidates: Vec::new(),
    }
}
