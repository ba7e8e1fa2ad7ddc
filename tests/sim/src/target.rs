//! Which calls a fault, a hold or an action is meant for.

use std::collections::HashMap;

use crate::api::Asked;
use crate::calls::Resource;
use crate::calls::resource;
use crate::seed::Seed;

/// A set of calls: a kind, narrowed down, and which of those in turn.
///
/// ```
/// use wechat_sim::Target;
///
/// Target::cdn().chance(0.05); // one picture in twenty
/// Target::list("image").at(2); // the second page of images
/// Target::under("/cgi-bin/freepublish/"); // a whole family
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Target {
    kind: Kind,
    id: Option<String>,
    from: u64,
    to: u64,
    chance: Option<f64>,
    of_each: Option<u64>,
}

#[derive(Clone, Debug)]
enum Kind {
    Any,
    Of(Vec<Resource>),
    Path(String),
    Under(String),
    List(String),
    Call(u64),
}

impl Target {
    /// Every call.
    pub fn any() -> Self {
        Self::new(Kind::Any)
    }

    /// Calls of the API, those for a token left out.
    pub fn api() -> Self {
        Self::new(Kind::Of(vec![Resource::Api]))
    }

    /// Calls for a token.
    pub fn token() -> Self {
        Self::new(Kind::Of(vec![Resource::Token]))
    }

    /// Pictures and voices by address.
    pub fn cdn() -> Self {
        Self::new(Kind::Of(vec![Resource::Cdn]))
    }

    /// Video files.
    pub fn video_host() -> Self {
        Self::new(Kind::Of(vec![Resource::VideoHost]))
    }

    /// Everything that is fetched by address: pictures, voices, videos.
    pub fn media() -> Self {
        Self::new(Kind::Of(vec![Resource::Cdn, Resource::VideoHost]))
    }

    /// One path, such as `/cgi-bin/draft/batchget`. A whole address will do.
    pub fn path(path: &str) -> Self {
        let path = path.split_once("://").map_or(path, |(_, rest)| {
            rest.find('/').map_or("/", |at| &rest[at..])
        });
        let path = path.split(['?', '#']).next().unwrap_or(path);
        Self::new(Kind::Path(path.to_owned()))
    }

    /// Every path that begins so.
    pub fn under(prefix: &str) -> Self {
        Self::new(Kind::Under(prefix.to_owned()))
    }

    /// The list calls of a section: `image`, `voice`, `video`, `news`,
    /// `draft` or `published`.
    pub fn list(section: &str) -> Self {
        Self::new(Kind::List(section.to_owned()))
    }

    /// The call with this number in the log.
    pub fn call(seq: u64) -> Self {
        Self::new(Kind::Call(seq))
    }

    fn new(kind: Kind) -> Self {
        Self {
            kind,
            id: None,
            from: 1,
            to: u64::MAX,
            chance: None,
            of_each: None,
        }
    }

    /// Only calls whose body names this `media_id` or `article_id`.
    pub fn item(mut self, id: &str) -> Self {
        self.id = Some(id.to_owned());
        self
    }

    /// Only the first `count` of them.
    pub fn first(mut self, count: u64) -> Self {
        self.to = self.from.saturating_add(count) - 1;
        self
    }

    /// None of the first `count`.
    pub fn after(mut self, count: u64) -> Self {
        self.from = count + 1;
        self
    }

    /// Only the `nth`, counted from 1.
    pub fn at(mut self, nth: u64) -> Self {
        (self.from, self.to) = (nth, nth);
        self
    }

    /// Only the first `count` calls for one and the same thing.
    pub fn first_of_each(mut self, count: u64) -> Self {
        self.of_each = Some(count);
        self
    }

    /// Each of them with this probability, which the seed decides.
    pub fn chance(mut self, probability: f64) -> Self {
        self.chance = Some(probability);
        self
    }

    fn covers(&self, asked: &Asked) -> bool {
        let kind = match &self.kind {
            Kind::Any => true,
            Kind::Of(resources) => resources.contains(&resource(&asked.path)),
            Kind::Path(path) => asked.path == *path,
            Kind::Under(prefix) => asked.path.starts_with(prefix),
            Kind::List(section) => lists(asked, section),
            Kind::Call(seq) => asked.seq == *seq,
        };
        kind && self.id.as_ref().is_none_or(|id| {
            let named = |name: &str| asked.text(name).ok().flatten();
            named("media_id").as_ref() == Some(id) || named("article_id").as_ref() == Some(id)
        })
    }
}

fn lists(asked: &Asked, section: &str) -> bool {
    match section {
        "draft" => asked.path == "/cgi-bin/draft/batchget",
        "published" => asked.path == "/cgi-bin/freepublish/batchget",
        _ => {
            asked.path == "/cgi-bin/material/batchget_material"
                && asked.text("type").ok().flatten().as_deref() == Some(section)
        }
    }
}

/// A target, and what has become of it.
#[derive(Debug)]
pub(crate) struct Aim {
    target: Target,
    stream: Seed,
    met: u64,
    each: HashMap<String, u64>,
}

impl Aim {
    pub(crate) fn new(target: Target, stream: Seed) -> Self {
        Self {
            target,
            stream,
            met: 0,
            each: HashMap::new(),
        }
    }

    /// Counts a call. Whether it is to be struck.
    pub(crate) fn strikes(&mut self, asked: &Asked) -> bool {
        if !self.target.covers(asked) {
            return false;
        }
        self.met += 1;
        let in_turn = (self.target.from..=self.target.to).contains(&self.met);
        let each = self.target.of_each.is_none_or(|count| {
            let met = self.each.entry(thing(asked)).or_default();
            *met += 1;
            *met <= count
        });
        let lucky = self
            .target
            .chance
            .is_none_or(|chance| self.stream.fraction() < chance);
        in_turn && each && lucky
    }
}

/// What tells two calls apart, but for their token.
fn thing(asked: &Asked) -> String {
    let query = asked
        .query
        .iter()
        .filter(|(name, _)| name != "access_token");
    let query: Vec<String> = query
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    format!(
        "{}?{} {}",
        asked.path,
        query.join("&"),
        String::from_utf8_lossy(&asked.body)
    )
}
