//! Names that owners really type, and names that break programs.

/// What a careful program must survive as a name.
const ODD: [&str; 24] = [
    "🎉活动海报🎊.png",
    "../../etc/passwd",
    "a/b\\c.png",
    ".hidden.png",
    "",
    "CON.jpg",
    "...",
    "  两端空格 .gif ",
    "\u{202e}gnp.exe",
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>.png",
    "换\n行\t制表.jpg",
    "e\u{301}te\u{301}.png",
    "été.png",
    "C:\\Users\\me\\照片.bmp",
    "README",
    "readme",
    "👨\u{200d}👩\u{200d}👧\u{200d}👦全家福.jpeg",
    "\"引号\" & 'quote'.png",
    "100%.png?x=1#y",
    "名字里有\u{200b}零宽\u{feff}字符.jpg",
    "aux.",
    "/",
    "-rf",
];

const PLAIN: [&str; 12] = [
    "假期照片",
    "产品图",
    "会议合影",
    "二维码",
    "封面",
    "公众号头图",
    "新品发布",
    "门店",
    "活动现场",
    "IMG_2041",
    "微信图片_20231108",
    "banner",
];

/// The name of the `index`-th thing of a library, with `extension`.
pub(super) fn of(index: u64, extension: &str, odd: bool) -> String {
    let at = |count: usize| usize::try_from(index / 7).expect("small") % count;
    if odd && index == 0 {
        // Longer than any file system takes, in characters and in bytes.
        return format!("{}.{extension}", "很长的名字".repeat(60));
    }
    if odd && index.is_multiple_of(7) {
        return ODD[at(ODD.len())].to_owned();
    }
    if odd && index % 10 == 3 {
        return format!("centos.{extension}");
    }
    let plain = PLAIN[usize::try_from(index).expect("small") % PLAIN.len()];
    format!("{plain}{index}.{extension}")
}
