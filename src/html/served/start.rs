//! The page that a visit begins with.

use super::super::escape::{Escaped, Isolated};
use super::super::overview::put_count;
use super::super::page::Page;
use super::super::views::List;
use super::super::words::{OF_ARTICLES, date_time, section_word};
use super::shell::{Tab, begin};
use super::{About, words};

/// The first page: which archive it is, what is in it, and where to go.
pub fn start_page(about: &About<'_>) -> String {
    let name = about.account_name.unwrap_or(about.appid);
    let mut page = begin(&format!("{name} · wxbackup browse"), Tab::Start, "");
    put_about(&mut page, name, about);
    page.put(
        "<p class=\"open\"><a href=\"/data/index.html\">打开目录 <span lang=\"en\">Open the library</span></a></p>\n",
    );
    page.put("<ul class=\"counts\">\n");
    for (of, count) in about.sections {
        let link = format!("<a href=\"/data/view/{}\">", List::of(*of).file_name(1));
        put_count(&mut page, section_word(*of), *count, Some(&link));
    }
    put_count(&mut page, OF_ARTICLES, about.assets, None);
    page.put("</ul>\n");
    page.put(
        "<p class=\"sub\">页面直接取自备份文件，不解压，也不访问网络。在终端按 Ctrl-C 结束。<br>\
         <span lang=\"en\">These pages come straight out of the archive; nothing is unpacked, nothing is \
         asked of the network. Ctrl-C in the terminal ends it.</span></p>\n",
    );
    page.finish()
}

/// Whose archive it is, when it was made, and how the run ended.
pub(super) fn put_about(page: &mut Page, heading: &str, about: &About<'_>) {
    let (from, to) = about.window;
    page.put(format_args!(
        "<h1>{}</h1>\n<p class=\"sub\">AppID {} · {}<br>{} 至 {}（北京时间 UTC+08:00）</p>\n",
        Isolated(heading),
        Isolated(about.appid),
        Isolated(about.file_name),
        date_time(Some(from)),
        date_time(Some(to)),
    ));
    if let Some(warning) = about.warning {
        page.put(format_args!(
            "<p class=\"note\">请先运行 <code>wxbackup verify</code>：这个文件与备份的规范形式不符。<br>\
             <span lang=\"en\">{}</span></p>\n",
            Escaped(warning)
        ));
    }
    let (chinese, english) = words::status(about.status);
    let class = if about.gaps == 0 && about.status == crate::model::RunStatus::Complete {
        "note whole"
    } else {
        "note"
    };
    page.put(format_args!(
        "<p class=\"{class}\">{chinese}<br><span lang=\"en\">{english}</span>"
    ));
    if about.gaps > 0 {
        page.put(format_args!(
            "<br><a href=\"/coverage#gaps\">缺失 {} 项 <span lang=\"en\">gaps</span></a>",
            about.gaps
        ));
    }
    page.put("</p>\n");
}
