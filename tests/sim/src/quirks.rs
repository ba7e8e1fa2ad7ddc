//! Ways of WeChat that can be switched one by one.

use std::collections::BTreeSet;

/// One way in which accounts or answers differ from what one would expect.
///
/// Those in [`Quirk::DEFAULT`] are on unless a test turns them off; they are
/// what every account of some age shows, and a client loses nothing by them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Quirk {
    /// JSON of 512 bytes and more is gzipped for those who accept it.
    Gzip,
    /// `/` in JSON is sent as `\/`.
    EscapedSlashes,
    /// Every seventh name is one that a file system or a spreadsheet would
    /// stumble over, and every tenth repeats.
    OddNames,
    /// The third image's id is the second's with the case of letters swapped.
    CaseTwins,
    /// Every 25th image has the bytes and the `url` of the one before it.
    SharedPictures,
    /// The fourth image has `"url":""`; `get_material` serves it.
    EmptyImageUrl,
    /// The fifth image has no `tags`.
    MissingTags,
    /// Every fifth video has a `url` in the list.
    VideoListUrl,
    /// Some articles have no cover at all, and some name it by id only.
    EmptyThumbs,
    /// The first article of each kind holds a script, an `onerror` and a
    /// `javascript:` link.
    ScriptInArticle,
    /// One picture of a rich article is written as `//host/path`.
    SchemelessUrls,
    /// Every fourth draft is of the picture kind, with `image_info`.
    Newspic,
    /// An empty draft box answers without `item_count`.
    EmptyBoxWithoutCount,
    /// A draft's `url` has another `tempkey` each time it is read.
    Tempkey,
    /// A foreign `Referer` is answered with the placeholder picture.
    RefererPlaceholder,
    /// `tp=webp` is answered with a WebP.
    WebpOnRequest,

    /// Voices have a `url` in the list, as the documents say.
    VoiceListUrl,
    /// The first video's `down_url` is a web page (form B).
    VideoPage,
    /// The first voice is an attachment that begins with `{`.
    JsonLookingVoice,
    /// The image without `url` comes as the 140-byte protobuf named `1.jpg`.
    ProtobufItem,
    /// The last voice is listed, and 40007 when asked for.
    ListedButGone,
    /// Editing a draft gives it another id.
    DraftIdChanges,
    /// Picture drafts have no `article_type`, in lists and alone.
    NewspicWithoutType,
    /// Picture drafts lose their `article_type` in `draft/get` only.
    NewspicTypeLostOnGet,
    /// The first article of the last publication has `is_deleted: true`.
    DeletedPublication,
    /// Publications have no `update_time` beside `content`.
    NoItemUpdateTime,
    /// Lists of publications leave the articles' `content` out, unasked.
    NoContentUnasked,
    /// A video file answers 404 to the first request for it.
    FreshVideoMissing,
    /// The video host sends a page, with status 200, instead of each file.
    VideoHtml,
    /// Pictures are the placeholder to those who send no `Referer` of
    /// `mp.weixin.qq.com`.
    RefererNeeded,
    /// The CDN's bytes of library pictures are not those of `get_material`.
    CdnRecodes,
    /// The first article of each kind names a picture on a foreign host.
    ForeignAsset,
    /// Saving a draft takes the tags of its links away.
    LinksRemoved,
    /// A picture of the last two seconds is 40007 as a cover.
    FreshCoverRefused,
    /// The account may not switch comments on: 88000.
    NoComments,
    /// Pictures are used by the account's menu and cannot be deleted: 48005.
    InMenu,
}

impl Quirk {
    /// What is on unless turned off.
    pub const DEFAULT: [Self; 17] = [
        Self::Gzip,
        Self::EscapedSlashes,
        Self::OddNames,
        Self::CaseTwins,
        Self::SharedPictures,
        Self::EmptyImageUrl,
        Self::MissingTags,
        Self::VideoListUrl,
        Self::EmptyThumbs,
        Self::ScriptInArticle,
        Self::SchemelessUrls,
        Self::Newspic,
        Self::EmptyBoxWithoutCount,
        Self::Tempkey,
        Self::RefererPlaceholder,
        Self::WebpOnRequest,
        Self::LinksRemoved,
    ];
}

/// The quirks that are on.
#[derive(Clone, Debug)]
pub(crate) struct Quirks(BTreeSet<Quirk>);

impl Quirks {
    pub(crate) fn has(&self, quirk: Quirk) -> bool {
        self.0.contains(&quirk)
    }

    pub(crate) fn turn_on(&mut self, quirk: Quirk) {
        self.0.insert(quirk);
    }

    pub(crate) fn turn_off(&mut self, quirk: Quirk) {
        self.0.remove(&quirk);
    }
}

impl Default for Quirks {
    fn default() -> Self {
        Self(BTreeSet::from(Quirk::DEFAULT))
    }
}
