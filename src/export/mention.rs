//! What an article names besides its text: pictures, sounds, covers.

use std::collections::HashSet;

use url::Url;

use crate::html;
use crate::html::Embed;
use crate::model::{AssetAddress, AssetHosts, AssetKey};
use crate::wechat::wire::ArticleFields;

/// What the mentions and embeds of one article may take in its `meta.json`,
/// which has 16 MiB at most, where a byte may take six.
const NAMED_BYTES_MAX: usize = 2 * 1024 * 1024;

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
    /// Whether its HTML was read to its end; where not, it may name more.
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
    let all = cover(article, hosts)
        .into_iter()
        .chain(of_post)
        .chain(of_content)
        .filter(|mention| known.insert((mention.key.clone(), mention.url.clone())));
    let (mut whole, mut room) = (references.whole, NAMED_BYTES_MAX);
    let mut fits = |bytes: usize| {
        // The names of the fields around it, and the path of a blob.
        let left = room.checked_sub(bytes + 256);
        whole &= left.is_some();
        room = left.unwrap_or(0);
        left.is_some()
    };
    let mentions = all
        .take_while(|mention| fits(mention.key.as_str().len() + mention.url.len()))
        .collect();
    let embeds = references.embeds.into_iter();
    let embeds = embeds
        .take_while(|embed| fits(embed.reference.len()))
        .collect();
    Named {
        mentions,
        embeds,
        whole,
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

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    #[test]
    fn an_article_that_names_too_much_is_not_whole_and_its_first_mentions_are_kept() {
        let named = |pictures: usize| {
            let mut content = String::new();
            for number in 0..pictures {
                write!(content, "<img src='//a/{number}'>").unwrap();
            }
            let article = ArticleFields {
                content: Some(content),
                ..ArticleFields::default()
            };
            let named = of_article(&article, &AssetHosts::default());
            (named.mentions.len(), named.whole)
        };
        assert_eq!(named(1_000), (1_000, true));
        let (mentions, whole) = named(10_000);
        assert!(
            (7_000..8_000).contains(&mentions) && !whole,
            "{mentions}, {whole}"
        );
    }
}
