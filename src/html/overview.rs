//! The pages of the library: the entry page with the newest of each, and the
//! full lists, a slice at a time, so that no list need be held whole.

use std::fmt::{self, Display, Write as _};

use super::escape::{Escaped, Isolated};
use super::page::{LIST_POLICY, head};
use super::views::{
    ArticleGroupView, Count, ImageView, List, MissingView, Overview, PageOf, VideoView, VoiceView,
};
use super::{items, words};
use crate::model::Section;

/// The style of the pages of the library, stored as `data/view/style.css`.
pub const STYLE_SHEET: &str = include_str!("style.css");

/// Where a page stands: addresses are given relative to `data/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// `data/index.html`.
    Top,
    /// In `data/view/`.
    View,
}

impl Place {
    /// The address of a file under `data/`, seen from here, escaped.
    pub(super) fn to(self, path: &str) -> String {
        match self {
            Self::Top => Escaped(path).to_string(),
            Self::View => format!("../{}", Escaped(path)),
        }
    }

    fn to_list(self, list: List, number: usize) -> String {
        let name = list.file_name(number);
        match self {
            Self::Top => format!("view/{name}"),
            Self::View => name,
        }
    }
}

/// Text under way.
pub(super) struct Page(String);

impl Page {
    fn begin(place: Place, title: &str) -> Self {
        let style = place.to("view/style.css");
        let more = format!("<link rel=\"stylesheet\" href=\"{style}\">\n");
        let mut page = Self(head(title, LIST_POLICY, &more));
        page.put("<body>\n<main>\n");
        page
    }

    /// A page that begins with `text`, which ends inside `<main>`.
    pub(super) fn behind(text: String) -> Self {
        Self(text)
    }

    pub(super) fn put(&mut self, what: impl Display) {
        write!(self.0, "{what}").expect("a String takes all that is written");
    }

    pub(super) fn finish(mut self) -> String {
        self.put("</main>\n</body>\n</html>\n");
        self.0
    }
}

/// The entry page, `data/index.html`.
pub fn index_page(library: &Overview<'_>) -> String {
    let name = library.account_name.unwrap_or(library.appid);
    let mut page = Page::begin(Place::Top, &format!("{name} · 公众号素材备份"));
    page.put(format_args!(
        "<h1>{}</h1>\n<p class=\"sub\">微信公众号素材备份 · AppID {}{}</p>\n",
        Isolated(name),
        Isolated(library.appid),
        Span(library.span)
    ));
    page.put("<ul class=\"counts\">\n");
    for (section, count) in library.sections {
        let list = List::of(*section);
        let link = format!("<a href=\"{}\">", Place::Top.to_list(list, 1));
        put_count(&mut page, words::section(*section), *count, Some(&link));
    }
    put_count(&mut page, "文章中的图片和语音", library.assets, None);
    page.put("</ul>\n");
    put_verdict(&mut page, library);

    let of = |wanted: &[Section]| -> u64 {
        let counts = library.sections.iter();
        counts
            .filter(|(section, _)| wanted.contains(section))
            .map(|(_, count)| count.total())
            .sum()
    };
    let articles = of(&[Section::News, Section::Draft, Section::Published]);
    if !library.articles.is_empty() {
        page.put(format_args!(
            "<h2>最新文章<span class=\"when\">共 {articles} 组"
        ));
        for (section, count) in library.sections {
            let list = List::of(*section);
            if matches!(list, List::Articles(_)) && count.total() > 0 {
                let href = Place::Top.to_list(list, 1);
                page.put(format_args!(
                    " · <a href=\"{href}\">{}</a>",
                    words::section(*section)
                ));
            }
        }
        page.put("</span></h2>\n");
        put_list(&mut page, "rows", library.articles, |page, group| {
            items::article_group(page, Place::Top, group);
        });
    }
    if !library.images.is_empty() {
        put_heading(&mut page, "最新图片", List::Images, of(&[Section::Image]));
        put_list(&mut page, "gallery", library.images, |page, image| {
            items::image(page, Place::Top, image);
        });
    }
    if !library.videos.is_empty() {
        put_heading(&mut page, "最新视频", List::Videos, of(&[Section::Video]));
        put_list(&mut page, "rows", library.videos, |page, video| {
            items::video(page, Place::Top, video);
        });
    }
    if !library.voices.is_empty() {
        put_heading(&mut page, "最新语音", List::Voices, of(&[Section::Voice]));
        put_list(&mut page, "rows", library.voices, |page, voice| {
            items::voice(page, Place::Top, voice);
        });
    }
    if !library.missing.is_empty() {
        put_heading(
            &mut page,
            "缺失的内容",
            List::Missing,
            library.missing_total,
        );
        put_list(&mut page, "rows", library.missing, items::missing);
    }
    page.finish()
}

/// A page of the pictures, `data/view/images-0001.html` and on.
pub fn gallery_page(list: &PageOf<'_, ImageView>) -> String {
    list_page(List::Images, "gallery", list, |page, image| {
        items::image(page, Place::View, image);
    })
}

/// A page of the voices.
pub fn voices_page(list: &PageOf<'_, VoiceView>) -> String {
    list_page(List::Voices, "rows", list, |page, voice| {
        items::voice(page, Place::View, voice);
    })
}

/// A page of the videos.
pub fn videos_page(list: &PageOf<'_, VideoView>) -> String {
    list_page(List::Videos, "rows", list, |page, video| {
        items::video(page, Place::View, video);
    })
}

/// A page of the articles of `source`.
pub fn articles_page(source: Section, list: &PageOf<'_, ArticleGroupView>) -> String {
    list_page(List::Articles(source), "rows", list, |page, group| {
        items::article_group(page, Place::View, group);
    })
}

/// A page of what is missing.
pub fn missing_page(list: &PageOf<'_, MissingView>) -> String {
    list_page(List::Missing, "rows", list, items::missing)
}

fn list_page<T>(
    list: List,
    class: &str,
    part: &PageOf<'_, T>,
    put_item: impl Fn(&mut Page, &T),
) -> String {
    let title = title_of(list);
    let mut page = Page::begin(Place::View, title);
    page.put(format_args!(
        "<h1>{title}</h1>\n<p class=\"sub\"><a href=\"../index.html\">返回目录</a> · 共 {} {}，按时间从新到旧</p>\n",
        part.total,
        unit(list),
    ));
    put_pages(&mut page, list, part.number, part.pages);
    if part.items.is_empty() {
        page.put("<p class=\"empty\">没有内容。</p>\n");
    } else {
        put_list(&mut page, class, part.items, put_item);
        put_pages(&mut page, list, part.number, part.pages);
    }
    page.finish()
}

fn title_of(list: List) -> &'static str {
    match list {
        List::Articles(section) => words::section(section),
        List::Images => words::section(Section::Image),
        List::Voices => words::section(Section::Voice),
        List::Videos => words::section(Section::Video),
        List::Missing => "缺失的内容",
    }
}

fn put_list<T>(page: &mut Page, class: &str, all: &[T], put_item: impl Fn(&mut Page, &T)) {
    page.put(format_args!("<ul class=\"{class}\">\n"));
    for item in all {
        put_item(page, item);
    }
    page.put("</ul>\n");
}

fn put_heading(page: &mut Page, title: &str, list: List, total: u64) {
    page.put(format_args!(
        "<h2>{title}<a href=\"{}\">查看全部 {total} {}</a></h2>\n",
        Place::Top.to_list(list, 1),
        unit(list)
    ));
}

fn unit(list: List) -> &'static str {
    match list {
        List::Articles(_) => "组",
        List::Images => "张",
        List::Voices => "条",
        List::Videos => "个",
        List::Missing => "项",
    }
}

pub(super) fn put_count(page: &mut Page, name: &str, count: Count, link: Option<&str>) {
    let (open, close) = match link {
        Some(link) => (link, "</a>"),
        None => ("", ""),
    };
    page.put(format_args!(
        "<li>{open}<span>{name}</span>{close}<b>{}</b><small>已保存 {}",
        count.total(),
        count.stored
    ));
    if count.retired > 0 {
        page.put(format_args!(" · 不再列出 {}", count.retired));
    }
    if count.missing > 0 {
        page.put(format_args!(
            " · <span class=\"lost\">缺失 {}</span>",
            count.missing
        ));
    }
    page.put("</small></li>\n");
}

fn put_verdict(page: &mut Page, library: &Overview<'_>) {
    if library.missing_total == 0 {
        page.put("<p class=\"note whole\">上列栏目中，微信接口列出的内容都在这份备份里。</p>\n");
    } else {
        page.put(format_args!(
            "<p class=\"note\">有 {} 项内容不在这份备份里，<a href=\"{}\">查看清单和原因</a>。</p>\n",
            library.missing_total,
            Place::Top.to_list(List::Missing, 1)
        ));
    }
    page.put(
        "<p class=\"sub\">微信接口不列出的内容（评论、菜单、自动回复、部分群发文章等）不在备份范围内。</p>\n",
    );
}

/// Links to the first, last and neighbouring pages of a list.
fn put_pages(page: &mut Page, list: List, number: usize, pages: usize) {
    if pages <= 1 {
        return;
    }
    page.put("<nav class=\"pages\">");
    let mut before = 0;
    for other in 1..=pages {
        let is_near = other.abs_diff(number) <= 3 || other == 1 || other == pages;
        if !is_near {
            continue;
        }
        if other > before + 1 {
            page.put("<span>…</span>");
        }
        before = other;
        if other == number {
            page.put(format_args!("<b>第 {other} 页</b>"));
        } else {
            let href = Place::View.to_list(list, other);
            page.put(format_args!("<a href=\"{href}\">{other}</a>"));
        }
    }
    page.put("</nav>\n");
}

struct Span(Option<(i64, i64)>);

impl Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some((first, last)) => write!(
                f,
                " · {} 至 {}（北京时间）",
                words::day(first),
                words::day(last)
            ),
            None => Ok(()),
        }
    }
}
