//! What stands before an article.

use proptest::prelude::*;
use saphyr::{LoadableYamlNode as _, Yaml};

use super::front;
use super::plan::Article;
use crate::model::{Akey, Section};

fn article(title: &str) -> Article {
    Article {
        akey: Akey::of(Section::Draft, "d1"),
        idx: 2,
        section: Section::Draft,
        id: "d1".to_owned(),
        title: title.to_owned(),
        create_time: None,
        update_time: 1_684_289_700,
        is_retired: true,
        target: "草稿/x.md".to_owned(),
    }
}

fn title_read_back(title: &str) -> String {
    let matter = front::matter(&article(title), None, Some("../c.png"));
    let documents = Yaml::load_from_str(&matter).expect(&matter);
    let document = &documents[0];
    assert_eq!(document["date"].as_str(), Some("2023-05-17T10:15:00+08:00"));
    assert_eq!(document["index"].as_integer(), Some(2));
    assert_eq!(document["retired"].as_bool(), Some(true));
    assert_eq!(document["cover"].as_str(), Some("../c.png"));
    document["title"].as_str().expect("a text").to_owned()
}

#[test]
fn any_title_is_read_back_from_the_front_matter() {
    for title in [
        "",
        "- a",
        "a: b",
        "\"a\" 'b' \\",
        "a\nb\r\n---\nc: d",
        "# x",
        "{a}",
        "[a]",
        "true",
        "1.0",
        "null",
        "~",
        "*a &b !c %d @e `f",
        "👩‍👩‍👧 🎉",
        " a ",
        "a\tb",
        "\u{0}\u{1b}\u{85}\u{a0}\u{2028}\u{feff}",
        "\u{202e}倒\u{202c}",
        "\u{fffe}\u{10ffff}",
    ] {
        assert_eq!(title_read_back(title), title, "{title:?}");
    }
}

proptest! {
    #[test]
    fn every_title_is(title in any::<String>()) {
        prop_assert_eq!(title_read_back(&title), title);
    }
}
