//! What an article shows and no archive can hold: frames of video sites,
//! licensed music, cards of other accounts, shops and votes.

use url::Url;

use super::reader::Tag;

/// What kind of thing is embedded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EmbedKind {
    /// A video of Tencent Video, by its `vid`.
    TencentVideo,
    /// A video that the account put into its article, by its `wxv_` id.
    AccountVideo,
    /// A clip or live show of a Channels account.
    Channels,
    /// Licensed music.
    Music,
    /// The card of an account.
    Profile,
    /// The card of a mini program, or a link into one.
    MiniProgram,
    /// Goods.
    Product,
    /// A vote.
    Vote,
    /// A coupon.
    Coupon,
    /// A charity.
    Charity,
    /// A frame or plug-in of any other kind.
    Frame,
}

impl EmbedKind {
    /// The word that records use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TencentVideo => "tencent_video",
            Self::AccountVideo => "account_video",
            Self::Channels => "channels",
            Self::Music => "music",
            Self::Profile => "profile",
            Self::MiniProgram => "mini_program",
            Self::Product => "product",
            Self::Vote => "vote",
            Self::Coupon => "coupon",
            Self::Charity => "charity",
            Self::Frame => "frame",
        }
    }
}

/// Something embedded, as the article names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Embed {
    /// What kind of thing it is.
    pub kind: EmbedKind,
    /// Its id or address; empty where the article gives none.
    pub reference: String,
    /// What the article calls it.
    pub name: Option<String>,
}

/// Attributes that name a thing for people, the most telling first.
const NAMES: [&str; 11] = [
    "data-miniprogram-title",
    "data-weapp-title",
    "music_name",
    "data-nickname",
    "data-miniprogram-nickname",
    "data-title",
    "data-name",
    "data-desc",
    "name",
    "title",
    "alt",
];

/// The embed that `tag` is, if it is one.
pub(super) fn embed_of(tag: &Tag) -> Option<Embed> {
    let (kind, ids): (_, &[&str]) = match tag.name.as_str() {
        "iframe" => frame(tag),
        "embed" | "object" | "applet" | "frame" => (EmbedKind::Frame, &["src", "data"]),
        "qqmusic" | "mp-common-qqmusic" | "mp-common-plain-music" => {
            (EmbedKind::Music, &["musicid", "mid", "data-id"])
        }
        "mp-common-videosnap" | "mpvideosnap" => {
            (EmbedKind::Channels, &["data-id", "data-nonceid"])
        }
        "mp-common-profile" => (EmbedKind::Profile, &["data-id", "data-alias"]),
        "mp-miniprogram" | "mp-weapp" => (EmbedKind::MiniProgram, &MINI_PROGRAM_IDS),
        "a" if tag.get("data-miniprogram-appid").is_some() => {
            (EmbedKind::MiniProgram, &MINI_PROGRAM_IDS)
        }
        "mpcps" | "mpproduct" | "mp-common-product" | "mpshop" | "mp-common-cpsad" => {
            (EmbedKind::Product, &["data-pid", "data-id", "data-packid"])
        }
        "mpvote" | "mp-common-vote" => (EmbedKind::Vote, &["data-supervoteid", "data-id"]),
        "mpgongyi" => (EmbedKind::Charity, &["data-id"]),
        _ => return None,
    };
    let reference = match (kind, ids.iter().find_map(|id| tag.filled(id))) {
        (EmbedKind::TencentVideo, Some(url)) => video_id(url).unwrap_or_else(|| url.to_owned()),
        (_, id) => id.unwrap_or_default().to_owned(),
    };
    Some(Embed {
        kind,
        reference,
        name: name_of(tag),
    })
}

/// What a tag is called by the article.
pub(super) fn name_of(tag: &Tag) -> Option<String> {
    NAMES.iter().find_map(|name| said(tag, name))
}

/// What an article says of an embedded thing beside its name.
pub(super) fn about(tag: &Tag, embed: &Embed) -> Option<String> {
    let attribute = match embed.kind {
        EmbedKind::Profile => "data-signature",
        EmbedKind::Music => "singer",
        EmbedKind::MiniProgram => "data-miniprogram-nickname",
        EmbedKind::Channels => "data-desc",
        _ => return None,
    };
    said(tag, attribute).filter(|about| Some(about) != embed.name.as_ref())
}

/// The text of an attribute; WeChat's editor escapes some of them twice.
pub(super) fn said(tag: &Tag, name: &str) -> Option<String> {
    let value = tag.filled(name)?;
    Some(html_escape::decode_html_entities(value).into_owned())
}

/// Whether `tag` is one of WeChat's own, which browsers show nothing for. Of
/// those without a rule of their own only the content is seen, if they have any.
pub(super) fn is_of_wechat(tag: &Tag) -> bool {
    // `mp-style-type` says how WeChat's editor styled the text, and shows nothing there either.
    tag.name.starts_with("mp") && tag.name != "mp-style-type"
}

const MINI_PROGRAM_IDS: [&str; 2] = ["data-miniprogram-appid", "data-weapp-appid"];

fn frame(tag: &Tag) -> (EmbedKind, &'static [&'static str]) {
    if tag.get("data-mpvid").is_some() {
        (EmbedKind::AccountVideo, &["data-mpvid"])
    } else if tag.has_class("js_editor_vote_card") || tag.has_class("vote_iframe") {
        (EmbedKind::Vote, &["data-supervoteid", "data-src", "src"])
    } else if tag.has_class("card_iframe") || tag.get("data-cardid").is_some() {
        (EmbedKind::Coupon, &["data-cardid", "data-src", "src"])
    } else if [
        "channels_iframe",
        "videosnap_video_iframe",
        "videosnap_live_iframe",
    ]
    .iter()
    .any(|class| tag.has_class(class))
    {
        (EmbedKind::Channels, &["data-id", "data-src", "src"])
    } else if ["data-src", "src"]
        .iter()
        .any(|name| tag.filled(name).and_then(video_id).is_some())
    {
        (EmbedKind::TencentVideo, &["data-src", "src"])
    } else {
        (EmbedKind::Frame, &["data-src", "src"])
    }
}

/// The `vid` of a player of Tencent Video.
fn video_id(url: &str) -> Option<String> {
    let url = Url::parse("https://v.qq.com/").ok()?.join(url).ok()?;
    let is_player = url.host_str() == Some("v.qq.com");
    let (_, id) = url.query_pairs().find(|(name, _)| name == "vid")?;
    let plain = !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    (is_player && plain).then(|| id.into_owned())
}

#[cfg(test)]
mod tests {
    use super::super::reader::{Ending, TextKind, Visitor, read};
    use super::*;

    struct Embeds(Vec<Embed>);

    impl Visitor for Embeds {
        fn start(&mut self, tag: &Tag) {
            self.0.extend(embed_of(tag));
        }
        fn text(&mut self, _: &str, _: TextKind) {}
        fn end(&mut self, _: Ending) {}
    }

    #[test]
    fn every_card_and_frame_is_known_by_kind_reference_and_name() {
        let table = [
            (
                r#"<iframe class="video_iframe" data-src="https://v.qq.com/iframe/preview.html?vid=x0123abc&amp;width=500">"#,
                (EmbedKind::TencentVideo, "x0123abc", None),
            ),
            (
                r#"<iframe class="video_iframe" data-mpvid="wxv_1934" data-src="https://mp.weixin.qq.com/x">"#,
                (EmbedKind::AccountVideo, "wxv_1934", None),
            ),
            (
                r#"<iframe class="videosnap_video_iframe" data-src="https://channels.weixin.qq.com/1">"#,
                (
                    EmbedKind::Channels,
                    "https://channels.weixin.qq.com/1",
                    None,
                ),
            ),
            (
                r#"<iframe class="res_iframe card_iframe js_editor_card" data-cardid="p1">"#,
                (EmbedKind::Coupon, "p1", None),
            ),
            (
                r#"<iframe class="res_iframe vote_iframe js_editor_vote_card" data-supervoteid="42">"#,
                (EmbedKind::Vote, "42", None),
            ),
            (
                r#"<iframe src="https://example.com/x">"#,
                (EmbedKind::Frame, "https://example.com/x", None),
            ),
            (
                r#"<qqmusic musicid="7" music_name="晴天" singer="x">"#,
                (EmbedKind::Music, "7", Some("晴天")),
            ),
            (
                r#"<mp-common-profile data-id="Mzk==" data-nickname="前端欧阳">"#,
                (EmbedKind::Profile, "Mzk==", Some("前端欧阳")),
            ),
            (
                r#"<mp-miniprogram data-miniprogram-appid="wx1" data-miniprogram-title="查成绩">"#,
                (EmbedKind::MiniProgram, "wx1", Some("查成绩")),
            ),
            (
                r#"<mpproduct data-pid="9">"#,
                (EmbedKind::Product, "9", None),
            ),
        ];
        for (html, (kind, reference, name)) in table {
            let mut found = Embeds(Vec::new());
            read(html, &mut found).unwrap();
            let expected = Embed {
                kind,
                reference: reference.to_owned(),
                name: name.map(str::to_owned),
            };
            assert_eq!(found.0, [expected], "{html}");
        }
    }
}
