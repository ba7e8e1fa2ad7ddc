//! Links from one article to another.

use url::Url;

/// The place of an article on WeChat: which account, which message, which article in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArticleLink {
    /// The account, as base64 of a number.
    pub biz: String,
    /// The message that holds the article.
    pub mid: String,
    /// The place in the message, from 1.
    pub idx: u32,
}

impl ArticleLink {
    /// Reads an article's address, character references decoded. `None` for any
    /// other link, and for short ones (`/s/<token>`), which name no message.
    pub fn parse(href: &str) -> Option<Self> {
        let url = absolute(href)?;
        let is_article = url.host_str() == Some("mp.weixin.qq.com")
            && matches!(url.path(), "/s" | "/s/" | "/mp/appmsg/show");
        let value = |names: [&str; 2]| {
            url.query_pairs()
                .find(|(name, value)| names.contains(&name.as_ref()) && !value.is_empty())
                .map(|(_, value)| value.into_owned())
        };
        is_article.then_some(())?;
        Some(Self {
            biz: value(["__biz", "__biz"])?,
            mid: value(["mid", "appmsgid"])?,
            idx: value(["idx", "itemidx"])?.parse().ok()?,
        })
    }
}

/// The address that a link of an article leads to, on WeChat's own page.
pub(super) fn absolute(href: &str) -> Option<Url> {
    let page = Url::parse("https://mp.weixin.qq.com/s").expect("the address is well formed");
    page.join(href.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_articles_address_names_account_message_and_place() {
        let link = ArticleLink {
            biz: "MzI2NDk5NzA0Mw==".to_owned(),
            mid: "2248865196".to_owned(),
            idx: 1,
        };
        for href in [
            "https://mp.weixin.qq.com/s?__biz=MzI2NDk5NzA0Mw==&mid=2248865196&idx=1&sn=f1&scene=21#wechat_redirect",
            "http://mp.weixin.qq.com/s?idx=1&mid=2248865196&__biz=MzI2NDk5NzA0Mw%3D%3D",
            "/mp/appmsg/show?__biz=MzI2NDk5NzA0Mw==&appmsgid=2248865196&itemidx=1",
        ] {
            assert_eq!(ArticleLink::parse(href), Some(link.clone()), "{href}");
        }
        for href in [
            "https://mp.weixin.qq.com/s/AbCdEf",
            "https://evil.example/s?__biz=a&mid=1&idx=1",
            "https://mp.weixin.qq.com/s?__biz=a&mid=1&idx=x",
            "javascript:alert(1)",
            "",
        ] {
            assert_eq!(ArticleLink::parse(href), None, "{href}");
        }
    }
}
