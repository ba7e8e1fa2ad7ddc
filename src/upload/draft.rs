//! An archived article as a draft: what it needs, what it loses, and the object
//! that `draft/add` takes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::html;
use crate::html::ArticleLink;
use crate::model::{AssetHosts, AssetKey, EntryPath, Section, Sha256};
use crate::upload::fit;
use crate::upload::fit::{Loss, NEWSPIC_PICTURES_MAX, TITLE_CHARS_MAX, Unfit};
use crate::upload::source::{Article, biz_of};

/// What an article needs to become a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Needs {
    pub(super) title: String,
    /// The picture of its cover; none of a picture draft.
    pub(super) cover: Option<Sha256>,
    /// The pictures that its HTML names.
    pub(super) pictures: BTreeMap<AssetKey, Sha256>,
    /// The pictures of a picture draft, in order.
    pub(super) post: Vec<Sha256>,
    pub(super) losses: BTreeSet<Loss>,
    /// Links to articles of its own account.
    pub(super) own_links: Vec<ArticleLink>,
}

/// What is known of pictures while an article is looked at.
pub(super) trait Pictures {
    /// The picture that had this id in the library, if it can be uploaded.
    fn of_library(&mut self, media_id: &str) -> Option<Sha256>;
    /// The picture in this blob, if it can be uploaded.
    fn of_blob(&mut self, path: &EntryPath) -> Option<Sha256>;
}

/// How to treat what does not fit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ways {
    pub(super) shorten_titles: bool,
}

impl Needs {
    /// Looks at an article of `section`.
    pub(super) fn of(
        article: &Article,
        section: Section,
        ways: Ways,
        pictures: &mut dyn Pictures,
    ) -> Result<Self, Unfit> {
        let fields = &article.fields;
        let mut needs = Self {
            title: String::new(),
            cover: None,
            pictures: BTreeMap::new(),
            post: Vec::new(),
            losses: BTreeSet::new(),
            own_links: Vec::new(),
        };
        needs.title = needs.title_of(fields.title.as_deref().unwrap_or_default(), ways)?;
        if section == Section::Published {
            needs.losses.insert(Loss::OriginalMark);
        }
        if fields.need_open_comment == Some(true) || fields.only_fans_can_comment == Some(true) {
            needs.losses.insert(Loss::Comments);
        }
        if fields.product_info.is_some() {
            needs.losses.insert(Loss::Products);
        }
        if is_newspic(article) {
            needs.look_at_post(article, pictures)?;
            return Ok(needs);
        }
        needs.look_at_text(article, pictures)?;
        needs.cover = Some(needs.cover_of(article, pictures).ok_or(Unfit::NoCover)?);
        Ok(needs)
    }

    fn title_of(&mut self, title: &str, ways: Ways) -> Result<String, Unfit> {
        let title = self.plain(title);
        if title.trim().is_empty() {
            return Err(Unfit::NoTitle);
        }
        if title.chars().count() <= TITLE_CHARS_MAX {
            return Ok(title);
        }
        if !ways.shorten_titles {
            return Err(Unfit::TitleTooLong);
        }
        self.losses.insert(Loss::TitleEnd);
        let cut: String = title.chars().take(TITLE_CHARS_MAX - 1).collect();
        Ok(cut + "…")
    }

    fn plain(&mut self, text: &str) -> String {
        let plain = without_controls(text);
        if plain != text {
            self.losses.insert(Loss::ControlCharacters);
        }
        plain
    }

    fn look_at_post(
        &mut self,
        article: &Article,
        pictures: &mut dyn Pictures,
    ) -> Result<(), Unfit> {
        for id in &article.fields.image_media_ids {
            let of_article = article
                .meta
                .assets
                .iter()
                .find(|asset| asset.media_id.as_ref() == Some(id))
                .and_then(|asset| asset.path.as_ref());
            let found = pictures
                .of_library(id)
                .or_else(|| of_article.and_then(|path| pictures.of_blob(path)));
            match found {
                Some(sha256) if self.post.len() < NEWSPIC_PICTURES_MAX => self.post.push(sha256),
                _ => drop(self.losses.insert(Loss::PostPictures)),
            }
        }
        if self.post.is_empty() {
            return Err(Unfit::NoPictures);
        }
        fit::content(&post_text(article, &self.title))
    }

    fn look_at_text(
        &mut self,
        article: &Article,
        pictures: &mut dyn Pictures,
    ) -> Result<(), Unfit> {
        let fields = &article.fields;
        let content = fields.content.as_deref().unwrap_or_default();
        fit::content(content)?;
        if without_controls(content) != content {
            self.losses.insert(Loss::ControlCharacters);
        }
        for (text, chars_max, loss) in [
            (&fields.author, fit::AUTHOR_CHARS_MAX, Loss::Author),
            (&fields.digest, fit::DIGEST_CHARS_MAX, Loss::Digest),
        ] {
            if text.as_deref().unwrap_or_default().chars().count() > chars_max {
                self.losses.insert(loss);
            }
        }
        let source = fields.content_source_url.as_deref().unwrap_or_default();
        if !source.is_empty() && !fit::source_url(source) {
            self.losses.insert(Loss::SourceUrl);
        }
        let hosts = hosts_of(article);
        let named = html::references(content, &hosts);
        for asset in &named.assets {
            let key = &asset.address.key;
            let stored = article
                .meta
                .assets
                .iter()
                .find(|stored| stored.key == *key)
                .and_then(|stored| stored.path.as_ref());
            match asset.role {
                html::Role::Audio => drop(self.losses.insert(Loss::Sounds)),
                html::Role::Video => drop(self.losses.insert(Loss::Videos)),
                // WeChat's own emoji and icons are the same for every account.
                _ if key.as_str().starts_with("res.wx.qq.com/") => {}
                _ => match stored.and_then(|path| pictures.of_blob(path)) {
                    Some(sha256) => drop(self.pictures.insert(key.clone(), sha256)),
                    None => drop(self.losses.insert(Loss::Pictures)),
                },
            }
        }
        for embed in &named.embeds {
            self.losses.insert(match embed.kind {
                html::EmbedKind::Product => Loss::Products,
                html::EmbedKind::AccountVideo => Loss::Videos,
                _ => Loss::Cards,
            });
        }
        let own = fields.url.as_deref().and_then(biz_of);
        self.own_links = named.links;
        self.own_links
            .retain(|link| Some(&link.biz) == own.as_ref());
        if !self.own_links.is_empty() {
            self.losses.insert(Loss::OwnLinks);
        }
        Ok(())
    }

    /// Its cover by id, by address, or the first picture of its text.
    fn cover_of(&mut self, article: &Article, pictures: &mut dyn Pictures) -> Option<Sha256> {
        let fields = &article.fields;
        let id = fields.thumb_media_id.as_deref().filter(|id| !id.is_empty());
        let url = fields.thumb_url.as_deref().filter(|url| !url.is_empty());
        let of_article = article.meta.assets.iter().find(|asset| {
            asset.role == "cover"
                && (Some(asset.url.as_str()) == url
                    || (id.is_some() && asset.media_id.as_deref() == id))
        });
        let cover = id.and_then(|id| pictures.of_library(id)).or_else(|| {
            let path = of_article?.path.as_ref()?;
            pictures.of_blob(path)
        });
        if cover.is_some() {
            return cover;
        }
        let hosts = hosts_of(article);
        let content = fields.content.as_deref().unwrap_or_default();
        let first = html::references(content, &hosts)
            .assets
            .into_iter()
            .find_map(|asset| self.pictures.get(&asset.address.key).copied())?;
        self.losses.insert(Loss::Cover);
        Some(first)
    }
}

/// Whether it is a picture post. Publications do not say so of themselves.
pub(super) fn is_newspic(article: &Article) -> bool {
    article.fields.article_type.as_deref() == Some("newspic")
        || !article.fields.image_media_ids.is_empty()
}

/// The places that this article's files came from.
pub(super) fn hosts_of(article: &Article) -> AssetHosts {
    let assets = article.meta.assets.iter();
    // Only what was fetched from there: a place that was refused is no host of assets.
    let urls = assets
        .filter(|asset| asset.path.is_some())
        .map(|asset| asset.url.as_str());
    AssetHosts::default().and_those_of(urls)
}

fn post_text(article: &Article, title: &str) -> String {
    match without_controls(article.fields.content.as_deref().unwrap_or_default()) {
        text if text.trim().is_empty() => title.to_owned(),
        text => text,
    }
}

/// Where the pictures of a draft are now.
pub(super) trait Places {
    /// The id of a picture of the library.
    fn id(&self, picture: &Sha256) -> Option<String>;
    /// The address of a picture.
    fn url(&self, picture: &Sha256) -> Option<String>;
}

/// The object that `draft/add` takes for an article. `None` where a picture is
/// missing that it cannot be without, or the text grew too long.
pub(super) fn object(
    article: &Article,
    needs: &Needs,
    places: &dyn Places,
) -> Result<Value, Unfit> {
    let fields = &article.fields;
    let text = |text: &Option<String>| without_controls(text.as_deref().unwrap_or_default());
    let flag = |flag: Option<bool>| u8::from(flag == Some(true));
    let mut told = json!({"title": needs.title});
    for (name, value) in [
        ("need_open_comment", fields.need_open_comment),
        ("only_fans_can_comment", fields.only_fans_can_comment),
    ] {
        if value == Some(true) {
            told[name] = json!(flag(value));
        }
    }
    if is_newspic(article) {
        let ids: Vec<Value> = needs
            .post
            .iter()
            .filter_map(|picture| Some(json!({"image_media_id": places.id(picture)?})))
            .collect();
        if ids.is_empty() {
            return Err(Unfit::NoPictures);
        }
        told["article_type"] = json!("newspic");
        told["content"] = json!(post_text(article, &needs.title));
        told["image_info"] = json!({"image_list": ids});
        if let Some(cover) = &fields.cover_info {
            told["cover_info"] = plain(cover);
        }
        return Ok(told);
    }
    let cover = needs.cover.as_ref().and_then(|cover| places.id(cover));
    told["article_type"] = json!("news");
    told["thumb_media_id"] = json!(cover.ok_or(Unfit::NoCover)?);
    let content = content(article, needs, places)?;
    fit::content(&content)?;
    told["content"] = json!(content);
    for (name, value, loss) in [
        ("author", &fields.author, Loss::Author),
        ("digest", &fields.digest, Loss::Digest),
        (
            "content_source_url",
            &fields.content_source_url,
            Loss::SourceUrl,
        ),
    ] {
        let value = text(value);
        if !value.is_empty() && !needs.losses.contains(&loss) {
            told[name] = json!(value);
        }
    }
    Ok(told)
}

/// The text of an article with the new addresses of its pictures.
pub(super) fn content(
    article: &Article,
    needs: &Needs,
    places: &dyn Places,
) -> Result<String, Unfit> {
    let new = |key: &AssetKey| places.url(needs.pictures.get(key)?);
    let content = without_controls(article.fields.content.as_deref().unwrap_or_default());
    let turned = html::readdressed(&content, &hosts_of(article), &new);
    turned.map(|turned| turned.html).ok_or(Unfit::Unreadable)
}

/// The text without characters that JSON can only hold as `\uXXXX`, which
/// WeChat refuses.
pub(super) fn without_controls(text: &str) -> String {
    let is_plain = |c: &char| *c >= ' ' || matches!(c, '\n' | '\r' | '\t');
    text.chars().filter(is_plain).collect()
}
/// The same without control characters in any of its texts, which WeChat refuses.
fn plain(value: &Value) -> Value {
    match value {
        Value::String(text) => json!(without_controls(text)),
        Value::Array(all) => all.iter().map(plain).collect(),
        Value::Object(all) => all
            .iter()
            .map(|(name, value)| (without_controls(name), plain(value)))
            .collect(),
        value => value.clone(),
    }
}
