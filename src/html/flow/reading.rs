//! Reads a page into blocks.

use url::Url;

use super::{Block, Cell, Container, Piece, Place, Places, Style, What, file_name};
use crate::html::reader::{Ending, Tag, TextKind, Visitor};
use crate::html::text;

/// Deeper lists and quotes are shown at this depth: every line repeats the
/// marks of all that it stands in.
const CONTAINERS_MAX: usize = 16;

/// Longest text that is taken for a heading by how it looks.
const HEADING_CHARS_MAX: usize = 40;

/// What the words of an article measure unless it says so, in pixels.
const TEXT_PIXELS: f32 = 17.0;

pub(super) struct Reading<'a> {
    places: &'a dyn Places,
    blocks: Vec<Block>,
    /// The line under way.
    pieces: Vec<Piece>,
    /// Text that was read, its character references not yet decoded.
    raw: String,
    open: Vec<Open>,
    containers: Vec<Container>,
    /// The number of each open list, and that of its next item.
    lists: Vec<(u32, Option<u32>)>,
    styles: Vec<Style>,
    ids: u32,
    hidden: usize,
    code: usize,
    pre: Pre,
    heading: Option<u8>,
    pixels: f32,
    looks: Looks,
    tables: usize,
    table: Vec<Vec<Cell>>,
}

/// Text to the letter, while an element for it is open.
#[derive(Default)]
struct Pre {
    depth: usize,
    text: String,
    /// Pictures found in it, which follow it.
    behind: Vec<Piece>,
}

/// How the words of the line under way look.
#[derive(Default)]
struct Looks {
    chars: usize,
    strong: usize,
    big: usize,
    huge: usize,
}

/// An open element, and what its end undoes.
#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "an element may be several of them"
)]
struct Open {
    is_hidden: bool,
    is_block: bool,
    is_container: bool,
    is_list: bool,
    is_pre: bool,
    is_code: bool,
    is_table: bool,
    /// The level of the heading, and the size of text, before it.
    heading: Option<u8>,
    pixels: f32,
    styles: usize,
}

impl Visitor for Reading<'_> {
    fn start(&mut self, tag: &Tag) {
        self.settle();
        if self.hidden > 0 || is_hidden(&tag.name) {
            if tag.opens {
                self.hidden += 1;
                self.open.push(Open {
                    is_hidden: true,
                    ..Open::default()
                });
            }
            return;
        }
        let mut open = Open {
            is_block: text::is_block(&tag.name) || is_box(tag),
            heading: self.heading,
            pixels: self.pixels,
            ..Open::default()
        };
        if open.is_block && tag.name != "br" {
            self.end_line();
        }
        match tag.name.as_str() {
            "br" => self.line_break(),
            "hr" => self.put(What::Rule),
            "img" | "image" => self.picture(tag),
            "audio" => self.file(tag, "语音"),
            "video" | "source" => self.file(tag, "视频"),
            _ => {}
        }
        if tag.opens {
            self.enter(tag, &mut open);
            self.open.push(open);
        }
    }

    fn text(&mut self, text: &str, kind: TextKind) {
        if self.hidden == 0 {
            match kind {
                TextKind::References => self.raw.push_str(text),
                TextKind::Literal => self.raw.push_str(&text.replace('&', "&amp;")),
            }
        }
    }

    fn end(&mut self, _: Ending) {
        self.settle();
        let Some(open) = self.open.pop() else {
            return;
        };
        if open.is_hidden {
            self.hidden -= 1;
            return;
        }
        for _ in 0..open.styles {
            self.pieces.extend(self.styles.pop().map(Piece::Off));
        }
        if open.is_pre {
            self.pre.depth -= 1;
            if self.pre.depth == 0 {
                self.end_pre();
            }
        }
        if open.is_block {
            self.end_line();
        }
        self.code -= usize::from(open.is_code);
        self.pixels = open.pixels;
        self.heading = open.heading;
        if open.is_container {
            self.containers.pop();
        }
        if open.is_list {
            self.lists.pop();
        }
        if open.is_table {
            self.tables -= 1;
            if self.tables == 0 {
                self.end_table();
            }
        }
    }
}

impl<'a> Reading<'a> {
    pub(super) fn new(places: &'a dyn Places) -> Self {
        Self {
            places,
            blocks: Vec::new(),
            pieces: Vec::new(),
            raw: String::new(),
            open: Vec::new(),
            containers: Vec::new(),
            lists: Vec::new(),
            styles: Vec::new(),
            ids: 0,
            hidden: 0,
            code: 0,
            pre: Pre::default(),
            heading: None,
            pixels: TEXT_PIXELS,
            looks: Looks::default(),
            tables: 0,
            table: Vec::new(),
        }
    }

    pub(super) fn finish(mut self) -> Vec<Block> {
        self.settle();
        self.end_line();
        self.blocks
    }

    fn next_id(&mut self) -> u32 {
        self.ids += 1;
        self.ids
    }

    /// Takes note of what an element that stays open means for what is in it.
    fn enter(&mut self, tag: &Tag, open: &mut Open) {
        match tag.name.as_str() {
            "blockquote" => open.is_container = self.contain(Container::Quote),
            "ul" | "ol" | "menu" | "dir" => {
                let start = tag.filled("start").and_then(|start| start.parse().ok());
                let id = self.next_id();
                let first = (tag.name == "ol").then(|| start.unwrap_or(1).min(99_999_999));
                self.lists.push((id, first));
                open.is_list = true;
            }
            "li" => {
                let (list, number) = self.next_item();
                open.is_container = self.contain(|id| Container::Item { id, list, number });
            }
            "pre" | "listing" | "xmp" | "plaintext" => {
                self.pre.depth += 1;
                open.is_pre = true;
            }
            "code" | "kbd" | "samp" | "tt" => {
                // Editors write a line of code as an element of its own.
                if self.pre.depth > 0 {
                    self.pre.end_line();
                }
                self.code += 1;
                open.is_code = true;
            }
            "table" => {
                self.tables += 1;
                open.is_table = true;
            }
            "tr" if self.tables == 1 => self.table.push(Vec::new()),
            "td" | "th" if self.tables == 1 => {
                if self.table.is_empty() {
                    self.table.push(Vec::new());
                }
                self.table.last_mut().expect("one row").push(Cell::new());
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                let level = tag.name.as_bytes()[1] - b'0';
                self.heading = Some(level);
            }
            _ if is_box(tag) => open.is_container = self.contain(Container::Quote),
            _ => {}
        }
        for style in self.styles_of(tag) {
            let is_same = |on: &Style| std::mem::discriminant(on) == std::mem::discriminant(&style);
            if !self.styles.iter().any(is_same) {
                self.styles.push(style.clone());
                self.pieces.push(Piece::On(style));
                open.styles += 1;
            }
        }
    }

    fn contain(&mut self, container: impl FnOnce(u32) -> Container) -> bool {
        let id = self.next_id();
        let fits = self.containers.len() < CONTAINERS_MAX;
        if fits {
            self.containers.push(container(id));
        }
        fits
    }

    fn next_item(&mut self) -> (u32, Option<u32>) {
        match self.lists.last_mut() {
            Some((list, next)) => {
                let number = *next;
                *next = number.map(|number| number + 1);
                (*list, number)
            }
            None => (0, None),
        }
    }

    fn styles_of(&mut self, tag: &Tag) -> Vec<Style> {
        let mut styles = Vec::new();
        match tag.name.as_str() {
            "b" | "strong" => styles.push(Style::Strong),
            "i" | "em" => styles.push(Style::Emphasis),
            "s" | "strike" | "del" => styles.push(Style::Strike),
            "a" => styles.extend(self.link(tag).map(Style::Link)),
            _ => {}
        }
        let declared = tag.get("style").unwrap_or_default().to_ascii_lowercase();
        for declaration in declared.split(';') {
            let Some((name, value)) = declaration.split_once(':') else {
                continue;
            };
            let value = value.replace("!important", "");
            match (name.trim(), value.trim()) {
                ("font-weight", "bold" | "bolder" | "600" | "700" | "800" | "900") => {
                    styles.push(Style::Strong);
                }
                ("font-style", "italic" | "oblique") => styles.push(Style::Emphasis),
                ("text-decoration" | "text-decoration-line", value)
                    if value.contains("line-through") =>
                {
                    styles.push(Style::Strike);
                }
                ("font-size", value) => {
                    if let Some(pixels) = value.strip_suffix("px").and_then(|n| n.parse().ok()) {
                        self.pixels = pixels;
                    }
                }
                _ => {}
            }
        }
        styles
    }

    /// Where a link leads, if a reader may follow it.
    fn link(&self, tag: &Tag) -> Option<String> {
        let href = tag.filled("href")?;
        match self.places.place(href) {
            Place::Here(url) => Some(url),
            Place::Lost(_) => None,
            Place::Elsewhere => {
                let url = Url::parse(href).ok()?;
                matches!(url.scheme(), "http" | "https" | "mailto" | "tel").then(|| url.to_string())
            }
        }
    }

    fn picture(&mut self, tag: &Tag) {
        let names = ["src", "href", "xlink:href"];
        let Some(src) = names.iter().find_map(|name| tag.filled(name)) else {
            return;
        };
        let is_data = src
            .get(..11)
            .is_some_and(|head| head.eq_ignore_ascii_case("data:image/"));
        if tag.is_foreign && src.starts_with('#') {
            return;
        }
        let piece = match self.places.place(src) {
            Place::Here(src) => Piece::Picture {
                src,
                alt: tag.filled("alt").unwrap_or_default().to_owned(),
            },
            Place::Lost(why) => Piece::Note(format!("图片缺失：{why}")),
            Place::Elsewhere if is_data => Piece::Picture {
                src: src.to_owned(),
                alt: tag.filled("alt").unwrap_or_default().to_owned(),
            },
            Place::Elsewhere => Piece::Note("图片缺失：不在备份中".to_owned()),
        };
        if self.pre.depth > 0 {
            self.pre.behind.push(piece);
        } else {
            self.pieces.push(piece);
        }
    }

    fn file(&mut self, tag: &Tag, word: &'static str) {
        let Some(src) = tag.filled("src") else {
            return;
        };
        self.pieces.push(match self.places.place(src) {
            Place::Here(href) => Piece::File { href, word },
            Place::Lost(why) => Piece::Note(format!("{word}缺失：{why}")),
            Place::Elsewhere => Piece::Note(format!("{word}缺失：不在备份中")),
        });
    }

    fn line_break(&mut self) {
        if self.pre.depth > 0 {
            self.pre.text.push('\n');
        } else {
            self.pieces.push(Piece::Break);
        }
    }

    /// Takes in the text that was read since the last tag.
    fn settle(&mut self) {
        if self.raw.is_empty() {
            return;
        }
        let raw = std::mem::take(&mut self.raw);
        let decoded = html_escape::decode_html_entities(&raw);
        let text: String = decoded
            .chars()
            .filter(|c| !c.is_control() || c.is_whitespace())
            .collect();
        if self.pre.depth > 0 {
            self.pre.text.push_str(&text);
        } else if self.code > 0 {
            match self.pieces.last_mut() {
                Some(Piece::Code(code)) => code.push_str(&text),
                _ => self.pieces.push(Piece::Code(text)),
            }
        } else {
            let chars = text.chars().filter(|c| !c.is_whitespace()).count();
            let when = |is: bool| if is { chars } else { 0 };
            self.looks.chars += chars;
            self.looks.strong += when(self.styles.contains(&Style::Strong));
            self.looks.big += when(self.pixels >= 18.0);
            self.looks.huge += when(self.pixels >= 22.0);
            self.pieces.push(Piece::Text(text));
        }
    }

    /// Ends the line under way; styles that are open go on in the next.
    fn end_line(&mut self) {
        if self.pre.depth > 0 {
            self.pre.end_line();
            return;
        }
        let on = |style: &Style| Piece::On(style.clone());
        let next = self.styles.iter().map(on).collect();
        let mut pieces = std::mem::replace(&mut self.pieces, next);
        let looks = std::mem::take(&mut self.looks);
        if !pieces.iter().any(Piece::is_seen) {
            return;
        }
        pieces.extend(self.styles.iter().rev().cloned().map(Piece::Off));
        let level = self.heading.or_else(|| self.looked_at(&looks, &pieces));
        if level.is_some() {
            pieces.retain(|piece| {
                !matches!(piece, Piece::On(Style::Strong) | Piece::Off(Style::Strong))
            });
        }
        self.put(What::Text(level, pieces));
    }

    /// The level of a heading that is one by its looks alone: most articles
    /// have no others.
    fn looked_at(&self, looks: &Looks, pieces: &[Piece]) -> Option<u8> {
        let is_plain = pieces
            .iter()
            .all(|piece| matches!(piece, Piece::Text(_) | Piece::On(_) | Piece::Off(_)));
        let is_heading = is_plain
            && self.containers.is_empty()
            && (1..=HEADING_CHARS_MAX).contains(&looks.chars)
            && looks.strong == looks.chars
            && looks.big == looks.chars;
        is_heading.then_some(if looks.huge == looks.chars { 2 } else { 3 })
    }

    fn put(&mut self, what: What) {
        let cell = match self.tables {
            0 => None,
            _ => self.table.last_mut().and_then(|row| row.last_mut()),
        };
        let Some(cell) = cell else {
            let within = self.containers.clone();
            self.blocks.push(Block { within, what });
            return;
        };
        match what {
            What::Text(_, pieces) => cell.push(pieces),
            What::Code(code) => {
                let lines = code.lines().map(|line| vec![Piece::Code(line.to_owned())]);
                cell.extend(lines);
            }
            // A table in a table gives its cells to the outer one.
            What::Rule | What::Table(_) => {}
        }
    }

    fn end_pre(&mut self) {
        let Pre { text, behind, .. } = std::mem::take(&mut self.pre);
        let text = text.trim_matches('\n');
        if !text.trim().is_empty() {
            self.put(What::Code(text.to_owned()));
        }
        self.pieces.extend(behind);
    }

    fn end_table(&mut self) {
        let mut rows = std::mem::take(&mut self.table);
        rows.retain(|row| row.iter().any(|cell| !cell.is_empty()));
        if rows.iter().all(|row| row.len() < 2) {
            // One column is no table but a frame around something.
            for pieces in rows.into_iter().flatten().flatten() {
                self.put(What::Text(None, pieces));
            }
        } else {
            self.put(What::Table(rows));
        }
    }
}

impl Pre {
    fn end_line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }
}

impl Piece {
    /// Whether a reader sees something of it.
    fn is_seen(&self) -> bool {
        match self {
            Self::Text(text) | Self::Code(text) => !text.trim().is_empty(),
            Self::Picture { src, .. } => !file_name(src).is_empty(),
            Self::File { .. } | Self::Note(_) => true,
            Self::Break | Self::On(_) | Self::Off(_) => false,
        }
    }
}

/// The head and foot of a page are told in another way, and its list of what is
/// missing repeats its boxes.
fn is_hidden(name: &str) -> bool {
    text::is_hidden(name)
        || matches!(
            name,
            "head" | "wxb-head" | "wxb-foot" | "wxb-leaf" | "wxb-lacks"
        )
}

/// The notes and boxes that a page shows in place of something.
fn is_box(tag: &Tag) -> bool {
    tag.name == "wxb-notice"
        || (tag.name == "span"
            && ["wxb-missing", "wxb-embed", "wxb-voice", "wxb-file"]
                .iter()
                .any(|class| tag.has_class(class)))
}
