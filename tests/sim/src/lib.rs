//! A simulated WeChat Official Account: its API, its CDN and its video host,
//! for tests and rehearsals.
//!
//! It keeps the real server's rules strictly, and can be slow, rude and out of
//! quota on request. It shares no code with the program that it tests: a
//! mistake made on both sides would hide itself.
//!
//! ```
//! use wechat_sim::{Fault, Quirk, Sim, Target};
//!
//! let sim = Sim::builder()
//!     .seed(7)
//!     .images(300)
//!     .voices(12)
//!     .without(Quirk::Tempkey)
//!     .fault(Fault::Cut, Target::cdn().chance(0.05))
//!     .fault(Fault::Errcode(-1), Target::api().first(2))
//!     .start();
//! // ... run a client against `sim.url()`, `sim.appid()`, `sim.secret()` ...
//! assert_eq!(sim.count("/cgi-bin/token"), 0);
//! assert_eq!(sim.force_refreshes(), 0);
//! ```
//!
//! The server runs in a thread of its own and stops when the [`Sim`] is
//! dropped. Everything it holds and sends is a function of the seed and the
//! shape, but for its port in addresses; files are made when they are asked
//! for, so that 5,000 pictures of 100 KB or a video of 300 MB cost no memory.
//!
//! Tests need no sleeps: [`Sim::hold`] stops a call until it is released,
//! [`Sim::before`] and [`Sim::after`] change the account between two calls,
//! [`Sim::wait_for_calls`] and [`Sim::wait_idle`] block on the log, and
//! [`Sim::advance`] and [`Sim::next_day`] move the clock.
//!
//! # What a client must know
//!
//! All hosts are one: lists and articles name pictures, voices and videos at
//! [`Sim::url`]. An article's voice is named by id alone; it is served at
//! `/voice/getvoice?mediaid=`. An address without a scheme (`//host/path`)
//! means `http` here.
//!
//! # Ways of WeChat
//!
//! Each line is a behaviour seen in the wild. [`Quirk`]s are switched by
//! [`Builder::with`] and [`Builder::without`]; [`Fault`]s strike the calls
//! that a [`Target`] names.
//!
//! | behaviour | switch | at first |
//! |---|---|---|
//! | JSON as `text/plain`, `item` before totals, errors with HTTP 200 | - | always |
//! | gzip for those who accept it | [`Quirk::Gzip`] | on |
//! | `\/` in JSON | [`Quirk::EscapedSlashes`] | on |
//! | token with 345 s left | [`Builder::token_lifetime`] | 7200 s |
//! | token dies in the middle of a run | [`Fault::TokenRevoked`], [`Fault::TokenRevokedInSecret`], [`Fault::TokenExpired`], [`Sim::revoke_token`] | off |
//! | 40164 in four text forms | [`Fault::IpRefused`] | off |
//! | -1, 45011, 89503, 40125, 40243, 50007, 48001 and all others | [`Fault::Errcode`] | off |
//! | 45009 on one path | [`Builder::limit`], [`Sim::exhaust`], [`Fault::Errcode`] | documented limits |
//! | `errcode` as `45009.0` | [`Fault::FloatErrcode`] | off |
//! | names that repeat or break programs | [`Quirk::OddNames`] | on |
//! | ids that differ in case only | [`Quirk::CaseTwins`] | on |
//! | one `url` under several ids | [`Quirk::SharedPictures`] | on |
//! | an image with `"url":""`; one without `tags` | [`Quirk::EmptyImageUrl`], [`Quirk::MissingTags`] | on |
//! | voices without `url` in lists | [`Quirk::VoiceListUrl`] gives them one | without |
//! | one video in five with `url` in the list | [`Quirk::VideoListUrl`] | on |
//! | an item repeated from the page before | [`Fault::RepeatedItem`], or [`Sim::after`] with [`Account::add_image`] | off |
//! | an item removed between two pages | [`Sim::before`] with [`Account::remove`] | off |
//! | `total_count` that changes | [`Fault::TotalDrift`] | off |
//! | an empty draft box without `item_count` | [`Quirk::EmptyBoxWithoutCount`] | on |
//! | a page past the end as an error | [`Fault::PastEndRefused`] | an empty list |
//! | a listed id that answers 40007 | [`Quirk::ListedButGone`], [`Fault::Errcode`] with [`Target::item`] | off |
//! | images by id as `text/plain`, voices as attachments without a type | - | always |
//! | the protobuf named `1.jpg` | [`Quirk::ProtobufItem`] | off |
//! | a video's address is a page (form B) | [`Quirk::VideoPage`] | off |
//! | a voice that begins with `{` | [`Quirk::JsonLookingVoice`] | off |
//! | a body shorter than Content-Length | [`Fault::Cut`], [`Fault::CutAfter`], [`Fault::WrongLength`] | off |
//! | a `Date` header of another time | [`Fault::Date`] | off |
//! | a fresh video answers 404 | [`Quirk::FreshVideoMissing`] | off |
//! | HTML instead of a video | [`Quirk::VideoHtml`], [`Fault::Html`] | off |
//! | `vkey` refused on the second day | [`Sim::next_day`] | always |
//! | the CDN serves no ranges and no validators; the video host serves ranges | - | always |
//! | the placeholder for a foreign `Referer` | [`Quirk::RefererPlaceholder`] | on |
//! | the placeholder unless `Referer` is `mp.weixin.qq.com` | [`Quirk::RefererNeeded`] | off |
//! | WebP for `tp=webp` | [`Quirk::WebpOnRequest`] | on |
//! | other bytes from the CDN than from `get_material` | [`Quirk::CdnRecodes`] | off |
//! | HTTP 200 and an empty body | [`Fault::Empty`] | off |
//! | `tempkey` changes per call | [`Quirk::Tempkey`] | on |
//! | an edited draft gets another id | [`Quirk::DraftIdChanges`] | off |
//! | picture drafts | [`Quirk::Newspic`] | on |
//! | picture drafts without `article_type` | [`Quirk::NewspicWithoutType`], [`Quirk::NewspicTypeLostOnGet`] | off |
//! | empty `thumb_media_id`, `thumb_url` | [`Quirk::EmptyThumbs`] | on |
//! | control bytes and a cut emoji in titles and names | [`Fault::ControlBytes`], [`Fault::BrokenUtf8`] | off |
//! | `no_content` asked for; contents left out unasked | - ; [`Quirk::NoContentUnasked`] | obeyed; off |
//! | `is_deleted: true`; no `update_time` on items | [`Quirk::DeletedPublication`], [`Quirk::NoItemUpdateTime`] | off |
//! | scripts in articles; `//host` addresses | [`Quirk::ScriptInArticle`], [`Quirk::SchemelessUrls`] | on |
//! | a picture on a foreign host | [`Quirk::ForeignAsset`] | off |
//! | 412 for a form in chunks; 41005 for a file name that is missing or not ASCII; 40113 for `.JPG` | - | always |
//! | sizes, lengths and formats of uploads; 40033 for `\uXXXX` | - | always |
//! | a full library: 45034 | [`Builder::rooms`] | 100,000 and 1,000 |
//! | 40007 for a cover of the last two seconds | [`Quirk::FreshCoverRefused`] | off |
//! | the item is stored, its answer is lost | [`Fault::CutAfter`], [`Fault::ResetAfter`], [`Fault::DoneButErrcode`] | off |
//! | saving rewrites: `data-src`, `/640?from=appmsg`, `<br  />`, no foreign pictures, no scripts | - | always |
//! | saving removes links | [`Quirk::LinksRemoved`] | on |
//! | 88000 for comment flags; 48005 for a picture of the menu | [`Quirk::NoComments`], [`Quirk::InMenu`] | off |

mod account;
mod api;
mod articles;
mod builder;
mod calls;
mod cdn;
mod clock;
mod faults;
mod gate;
mod json;
mod listing;
mod quirks;
mod quotas;
mod reply;
mod samples;
mod script;
mod seed;
mod server;
mod sim;
mod spoil;
mod state;
mod target;
mod tokens;
mod wire;

pub use account::Account;
pub use account::Article;
pub use account::Asset;
pub use account::Image;
pub use account::Media;
pub use account::Posting;
pub use account::Truth;
pub use account::Video;
pub use account::Voice;
pub use builder::Builder;
pub use calls::Call;
pub use calls::Ending;
pub use calls::Resource;
pub use calls::TokenSeen;
pub use cdn::placeholder;
pub use faults::Fault;
pub use faults::IpForm;
pub use quirks::Quirk;
pub use samples::Clip;
pub use samples::Picture;
pub use samples::PictureKind;
pub use samples::Sound;
pub use samples::SoundKind;
pub use samples::Source;
pub use sim::Hold;
pub use sim::Sim;
pub use target::Target;
