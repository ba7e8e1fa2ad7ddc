//! The ways in which HTML of the editor names files, one function each.

use crate::account::Media;
use crate::articles::Section;
use crate::articles::address;
use crate::articles::press::Press;
use crate::quirks::Quirk;
use crate::samples::Picture;
use crate::samples::PictureKind;
use crate::seed::Seed;

type Form = fn(&mut Press<'_>, u64) -> String;

/// What [`ordinary`] articles take turns with.
const FORMS: [Form; 20] = [
    shown_later,
    shown_at_once,
    quoted_background,
    bare_background,
    schemeless,
    cropped,
    old_voice,
    voice,
    poster,
    emoji,
    profile,
    sticker,
    music_and_frames,
    mini_program,
    links,
    inline_svg,
    converted,
    old_path,
    of_the_library,
    shared,
];

/// An article with every form there is.
pub(super) fn rich(press: &mut Press<'_>, count: u64) -> String {
    let mut html =
        String::from(r#"<section style="font-size: 16px;"><p>这是一篇什么都有的文章。<br  /></p>"#);
    for form in FORMS {
        html += &form(press, count);
    }
    if press.has(Quirk::ScriptInArticle) {
        html += r#"<script>document.title="被改写"</script><p onclick="alert(1)"><a href="javascript:alert(2)">点我</a></p><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" onerror="alert(3)"  />"#;
    }
    if press.has(Quirk::ForeignAsset) {
        html += r#"<p><img data-src="http://tracker.example.com/pixel.png?id=1&amp;u=2"  /></p>"#;
    }
    html + "</section>"
}

/// An article with two of the forms, and a picture that others have too.
pub(super) fn ordinary(press: &mut Press<'_>, at: usize, count: u64) -> String {
    let turn = usize::try_from(press.index % 1000).expect("below 1000") * 3 + at * 2;
    let mut html = format!(
        r#"<p style="text-align: center;">第 {} 号，第 {at} 篇。</p>"#,
        press.index
    );
    html += &FORMS[turn % FORMS.len()](press, count);
    html += &FORMS[(turn + 7) % FORMS.len()](press, count);
    html += &shared(press, count);
    html + "<p>　　完。&nbsp;</p>"
}

/// An article with paragraphs and so many pictures of its own, of one size each.
pub(super) fn illustrated(
    press: &mut Press<'_>,
    at: usize,
    pictures: u64,
    size_bytes: u64,
) -> String {
    let mut html = format!("<p>第 {} 号，第 {at} 篇。</p>", press.index);
    for _ in 0..pictures {
        let picture = Picture {
            size_bytes,
            ..Picture::new(PictureKind::Jpeg, press.stream.next())
        };
        let (key, picture) = press.hang(PictureKind::Jpeg.family(), picture);
        html += &figure(press, &key, picture);
        html += "<p>千里之行，始于足下。</p>";
    }
    html
}

/// The address of a picture, and the same as an attribute holds it. What the
/// article means by it is noted.
fn place(press: &mut Press<'_>, key: &str, picture: Picture, size: &str, more: &str) -> String {
    let url = press.account.shelf.url(key, size, picture.kind) + more;
    let attribute = url.replace('&', "&amp;");
    press.name(url, Media::Picture(picture));
    attribute
}

fn shown_later(press: &mut Press<'_>, _: u64) -> String {
    let (key, picture) = press.own(PictureKind::Png);
    figure(press, &key, picture)
}

/// A picture as the editor of today puts it.
fn figure(press: &mut Press<'_>, key: &str, picture: Picture) -> String {
    let kind = picture.kind.wx_fmt();
    let url = place(press, key, picture, "640", "&from=appmsg");
    format!(
        r#"<p style="text-align: center;"><img class="rich_pages wxw-img" data-galleryid="" data-imgfileid="100000254" data-ratio="0.6666666666666666" data-s="300,640" data-src="{url}" data-type="{kind}" data-w="48" style="height: auto !important;"  /></p>"#
    )
}

fn shown_at_once(press: &mut Press<'_>, _: u64) -> String {
    let (key, picture) = press.own(PictureKind::Jpeg);
    let url = place(press, &key, picture, "300", "");
    format!(r#"<p><img src="{url}" class="wx_follow_avatar " alt="头像"></p>"#)
}

fn quoted_background(press: &mut Press<'_>, _: u64) -> String {
    let (key, picture) = press.own(PictureKind::Gif);
    let url = place(press, &key, picture, "640", "&from=appmsg");
    format!(
        r#"<section style="background-image: url(&quot;{url}&quot;);background-size: cover;" data-tools="编辑器"><p>背景一</p></section>"#
    )
}

fn bare_background(press: &mut Press<'_>, _: u64) -> String {
    let (key, picture) = press.own(PictureKind::Webp);
    let url = place(press, &key, picture, "640", "");
    format!(
        r"<section style='background: url({url}) no-repeat center / 100%;'><p>背景二</p></section>"
    )
}

fn schemeless(press: &mut Press<'_>, count: u64) -> String {
    if !press.has(Quirk::SchemelessUrls) {
        return shown_later(press, count);
    }
    let (key, picture) = press.own(PictureKind::Png);
    let url = place(press, &key, picture, "640", "");
    let schemeless = url.trim_start_matches("http:");
    format!(r#"<p><img data-src="{schemeless}" data-type="png"  /></p>"#)
}

/// The shown crop and the whole picture are two pictures.
fn cropped(press: &mut Press<'_>, _: u64) -> String {
    let (crop_key, crop) = press.own(PictureKind::Jpeg);
    let (whole_key, whole) = press.own(PictureKind::Jpeg);
    let shown = place(press, &crop_key, crop, "640", "&from=appmsg");
    let whole = place(press, &whole_key, whole, "0", "&from=appmsg");
    format!(
        r#"<p><img class="rich_pages wxw-img" data-croporisrc="{whole}" data-cropselx1="0" data-cropselx2="578" data-cropsely1="0" data-cropsely2="308" data-s="300,640" data-src="{shown}" data-type="jpeg" data-w="900"  /></p>"#
    )
}

fn old_voice(press: &mut Press<'_>, _: u64) -> String {
    // Some editors escape the sign, some do not.
    let id = press.sound().replace('=', "&#61;");
    format!(
        r#"<p><mpvoice frameborder="0" class="res_iframe js_editor_audio audio_iframe" src="/cgi-bin/readtemplate?t=tmpl/audio_tmpl&amp;name=%E6%99%A8%E8%AF%BB&amp;play_length=00:02" isaac2="1" low_size="6.51" source_size="6.5" high_size="24.9" name="晨读" play_length="2000" voice_encode_fileid="{id}"></mpvoice></p>"#
    )
}

fn voice(press: &mut Press<'_>, _: u64) -> String {
    let id = press.sound();
    let (key, picture) = press.own(PictureKind::Jpeg);
    let cover = place(press, &key, picture, "0", "");
    format!(
        r#"<section class="channels_iframe_wrp"><mp-common-mpaudio class="js_editor_audio res_iframe js_uneditable custom_select_card" data-pluginname="insertaudio" name="第一章 &amp; 序" author="佚名" src="/cgi-bin/readtemplate?t=tmpl/audio_tmpl&amp;name=x&amp;play_length=00:01" isaac2="1" low_size="5.8" source_size="5.8" high_size="20.1" play_length="1000" data-trans_state="1" data-verify_state="3" voice_encode_fileid="{id}" cover="{cover}"></mp-common-mpaudio></section>"#
    )
}

fn poster(press: &mut Press<'_>, _: u64) -> String {
    let (key, picture) = press.own(PictureKind::Jpeg);
    let url = place(press, &key, picture, "0", "");
    format!(r#"<p><video poster="{url}" controls="controls" data-vidtype="2"></video></p>"#)
}

fn emoji(press: &mut Press<'_>, _: u64) -> String {
    let path = "t/wx_fed/we-emoji/res/v1.3.10/assets/newemoji/2_04.png";
    let seed = Seed::new(press.account.seed, "emoji", 0).next();
    let picture = Picture::new(PictureKind::Png, seed).shrunk(2);
    press.account.shelf.hang_at(path, picture.clone());
    let url = format!("{}/{path}", press.account.origin);
    press.name(url.clone(), Media::Picture(picture));
    format!(
        r#"<p>加油<img src="{url}" data-ratio="1" data-w="24" style="display:inline-block;width:20px;"  /></p>"#
    )
}

fn profile(press: &mut Press<'_>, _: u64) -> String {
    let seed = Seed::new(press.account.seed, "avatar", 0).next();
    let (key, picture) = press.hang("mmhead", Picture::new(PictureKind::Jpeg, seed));
    let url = format!("{}/{key}/0", press.account.origin);
    press.name(url.clone(), Media::Picture(picture));
    format!(
        r#"<section class="mp_profile_iframe_wrp"><mp-common-profile class="js_uneditable custom_select_card mp_profile_iframe" data-pluginname="mpprofile" data-id="{biz}" data-headimg="{url}" data-nickname="示例公众号" data-alias="example" data-signature="每天一篇 &quot;好&quot; 文章" data-from="0"></mp-common-profile></section>"#,
        biz = crate::account::BIZ
    )
}

fn sticker(press: &mut Press<'_>, _: u64) -> String {
    let (key, picture) = press.own(PictureKind::Gif);
    let url = format!("{}/{key}/0", press.account.origin);
    press.name(url.clone(), Media::Picture(picture));
    let md5 = press.stream.hex(32);
    format!(
        r#"<p><mp-common-sticker class="mp_common_sticker_iframe js_uneditable custom_select_card mp_common_widget" data-pluginname="emotion" data-md5="{md5}" data-emoji_url="{url}" data-is_ban="0" data-type="0"></mp-common-sticker></p>"#
    )
}

/// Nothing here can be had by the API.
fn music_and_frames(press: &mut Press<'_>, _: u64) -> String {
    let vid = 1_934_352_346_390_000_000 + press.stream.below(1_000_000);
    format!(
        r#"<p><qqmusic class="res_iframe qqmusic_iframe js_editor_qqmusic" musicid="102065756" mid="002J4UUk29y8BY" music_name="晴天" singer="佚名"></qqmusic></p><p><iframe class="video_iframe rich_pages" data-vidtype="1" data-ratio="1.78" data-src="https://v.qq.com/iframe/preview.html?width=500&amp;height=375&amp;auto=0&amp;vid=q1306dsrspg"></iframe></p><p><iframe class="video_iframe rich_pages" data-mpvid="wxv_{vid}" data-vidtype="2"></iframe></p>"#
    )
}

fn mini_program(press: &mut Press<'_>, _: u64) -> String {
    let (key, picture) = press.own(PictureKind::Png);
    let url = place(press, &key, picture, "0", "");
    format!(
        r#"<p><mp-miniprogram class="miniprogram_element" data-miniprogram-appid="wx0123456789abcdef" data-miniprogram-path="pages/index?a=1&amp;b=2" data-miniprogram-nickname="示例小程序" data-miniprogram-title="打开看看" data-miniprogram-imageurl="{url}"></mp-miniprogram></p>"#
    )
}

/// To the next posting of the section, by text and by picture.
fn links(press: &mut Press<'_>, count: u64) -> String {
    let (key, picture) = press.own(PictureKind::Png);
    let shown = place(press, &key, picture, "640", "&from=appmsg");
    let section = match press.section {
        // Drafts have no lasting address: they link to what is published.
        Section::Draft => Section::Published,
        other => other,
    };
    let next = (press.index + 1) % count.max(1);
    let href = address(press.account.seed, section, next, 0)
        .replace("#rd", "&scene=21#wechat_redirect")
        .replace('&', "&amp;");
    format!(
        r#"<p><a class="normal_text_link" target="_blank" href="{href}" textvalue="上一篇" data-itemshowtype="0" tab="innerlink" linktype="text" data-linktype="2">上一篇</a><a href="{href}" imgurl="{shown}" linktype="image" tab="innerlink" data-itemshowtype="0" target="_blank" data-linktype="1"><span class="js_jump_icon h5_image_link"><img data-src="{shown}" data-type="png"  /></span></a></p>"#
    )
}

fn inline_svg(press: &mut Press<'_>, _: u64) -> String {
    let (key, picture) = press.own(PictureKind::Svg);
    let url = place(press, &key, picture, "0", "");
    let (in_key, inside) = press.own(PictureKind::Png);
    let inside = place(press, &in_key, inside, "640", "&from=appmsg");
    format!(
        r#"<section><svg viewbox="0 0 48 32" style="display: block;background-image: url(&quot;{inside}&quot;);background-size: 100%;"><rect x="0" y="0" width="48" height="32" fill-opacity="0"><animate attributeName="opacity" begin="click" dur="1s" values="1;0" fill="freeze"></animate></rect></svg><img data-src="{url}" data-type="svg"  /></section>"#
    )
}

/// A picture as a page had it when it was copied: asks for a WebP.
fn converted(press: &mut Press<'_>, _: u64) -> String {
    let (key, picture) = press.own(PictureKind::Png);
    let plain = press.account.shelf.url(&key, "640", PictureKind::Png);
    let url = plain.replace(
        "wx_fmt=png",
        "wx_fmt=other&wxfrom=5&wx_lazy=1&wx_co=1&tp=webp#imgIndex=2",
    );
    press.name(url.clone(), Media::Picture(picture));
    let url = url.replace('&', "&amp;");
    format!(
        r#"<p><img alt="图片" class="rich_pages wxw-img" data-type="other" data-src="{url}"  /></p>"#
    )
}

/// `/mmbiz/<id>/0`, with no kind in path or query.
fn old_path(press: &mut Press<'_>, _: u64) -> String {
    let seed = press.stream.next();
    let (key, picture) = press.hang("mmbiz", Picture::new(PictureKind::Jpeg, seed));
    let url = format!("{}/{key}/0", press.account.origin);
    press.name(url.clone(), Media::Picture(picture));
    format!(r#"<p><img data-src="{url}" data-ratio="0.66" data-w="48"  /></p>"#)
}

/// A picture of the library by its own address, and its bytes at another.
fn of_the_library(press: &mut Press<'_>, count: u64) -> String {
    let Some(image) = press
        .account
        .images
        .iter()
        .find(|image| !image.url.is_empty())
    else {
        return shown_later(press, count);
    };
    let (url, picture) = (image.url.clone(), image.picture.clone());
    press.name(url.clone(), Media::Picture(picture.clone()));
    let (key, picture) = press.hang(picture.kind.family(), picture);
    let again = place(press, &key, picture, "640", "&from=appmsg");
    let url = url.replace('&', "&amp;");
    format!(r#"<p><img data-src="{url}"  /><img data-src="{again}"  /></p>"#)
}

/// One of a few pictures that many articles have.
fn shared(press: &mut Press<'_>, _: u64) -> String {
    let (key, picture) = press.pooled();
    let url = place(press, &key, picture, "640", "&from=appmsg");
    format!(r#"<p><img class="rich_pages wxw-img" data-src="{url}" style="width: 100%;"  /></p>"#)
}
