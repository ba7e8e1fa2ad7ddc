//! Fills an account and starts its server.

use std::io;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

use tokio::runtime;
use tokio::sync::oneshot;

use crate::account::Account;
use crate::account::Rooms;
use crate::account::Shape;
use crate::faults::Fault;
use crate::quirks::Quirk;
use crate::quirks::Quirks;
use crate::quotas::Quotas;
use crate::script::Script;
use crate::seed::Seed;
use crate::server;
use crate::sim::Sim;
use crate::state::State;
use crate::target::Target;
use crate::tokens::Tokens;

/// What a simulated account is made from.
#[derive(Debug)]
#[must_use = "nothing runs before `start`"]
pub struct Builder {
    seed: u64,
    port: u16,
    origin: Option<String>,
    shape: Shape,
    quirks: Quirks,
    token_lifetime: u64,
    limits: Vec<(String, u64)>,
    faults: Vec<(Fault, Target)>,
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self {
            seed: 1,
            port: 0,
            origin: None,
            shape: Shape::default(),
            quirks: Quirks::default(),
            token_lifetime: 7200,
            limits: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// Same seed and same shape: same ids, times and bytes.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// How many images the library holds.
    pub fn images(mut self, count: u64) -> Self {
        self.shape.images = count;
        self
    }

    /// How many voices the library holds.
    pub fn voices(mut self, count: u64) -> Self {
        self.shape.voices = count;
        self
    }

    /// How many videos the library holds.
    pub fn videos(mut self, count: u64) -> Self {
        self.shape.videos = count;
        self
    }

    /// How many news items the library holds, of one to eight articles each.
    pub fn news(mut self, count: u64) -> Self {
        self.shape.news = count;
        self
    }

    /// How many drafts there are.
    pub fn drafts(mut self, count: u64) -> Self {
        self.shape.drafts = count;
        self
    }

    /// How many publications there are.
    pub fn published(mut self, count: u64) -> Self {
        self.shape.published = count;
        self
    }

    /// The size of every image file of the library, if it is more than the
    /// bare picture needs.
    pub fn image_bytes(mut self, bytes: u64) -> Self {
        self.shape.image_bytes = bytes;
        self
    }

    /// The size of the first video; it is made while it is sent.
    pub fn big_video_bytes(mut self, bytes: u64) -> Self {
        self.shape.big_video_bytes = bytes;
        self
    }

    /// The least length of each article's HTML.
    pub fn article_bytes(mut self, bytes: usize) -> Self {
        self.shape.article_bytes = bytes;
        self
    }

    /// Every article is paragraphs and so many pictures of its own, each as large
    /// as those of the library, instead of all that editors do.
    pub fn article_pictures(mut self, count: u64) -> Self {
        self.shape.article_pictures = Some(count);
        self
    }

    /// How many pictures, voices and videos the library takes before it is
    /// full; usually 100,000, 1,000 and 1,000.
    pub fn rooms(mut self, images: usize, voices: usize, videos: usize) -> Self {
        self.shape.rooms = Rooms {
            images,
            voices,
            videos,
        };
        self
    }

    /// Turns a quirk on.
    pub fn with(mut self, quirk: Quirk) -> Self {
        self.quirks.turn_on(quirk);
        self
    }

    /// Turns a quirk off.
    pub fn without(mut self, quirk: Quirk) -> Self {
        self.quirks.turn_off(quirk);
        self
    }

    /// Lets a fault strike from the start.
    pub fn fault(mut self, fault: Fault, target: Target) -> Self {
        self.faults.push((fault, target));
        self
    }

    /// How long a token lives, in seconds; usually 7200.
    pub fn token_lifetime(mut self, seconds: u64) -> Self {
        self.token_lifetime = seconds;
        self
    }

    /// Limits a path to so many calls a day.
    pub fn limit(mut self, path: &str, daily: u64) -> Self {
        self.limits.push((path.to_owned(), daily));
        self
    }

    /// Listens on this port instead of any free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Lets lists and articles name this origin instead of the server's own.
    pub fn media_origin(mut self, origin: &str) -> Self {
        self.origin = Some(origin.trim_end_matches('/').to_owned());
        self
    }

    /// Starts the server in a thread of its own.
    ///
    /// # Panics
    ///
    /// The port is taken, or the machine has no loopback address.
    pub fn start(self) -> Sim {
        self.try_start().expect("a loopback port can be bound")
    }

    /// Starts the server in a thread of its own.
    ///
    /// # Errors
    ///
    /// The port cannot be bound, or a thread not be started.
    pub fn try_start(self) -> io::Result<Sim> {
        let listener = TcpListener::bind(server::loopback(self.port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let state = Arc::new(self.state(address));
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (stop, stopped) = oneshot::channel();
        let served = Arc::clone(&state);
        // A runtime cannot block inside another one, and whoever starts a
        // simulation may have one: hence the thread.
        let thread = thread::Builder::new()
            .name("wechat-sim".to_owned())
            .spawn(move || runtime.block_on(server::serve(listener, served, stopped)))?;
        Ok(Sim::new(state, address, stop, thread))
    }

    fn state(self, address: SocketAddr) -> State {
        let origin = self.origin.unwrap_or_else(|| format!("http://{address}"));
        let mut identity = Seed::new(self.seed, "identity", 0);
        let appid = format!("wx{}", identity.hex(16));
        let secret = identity.hex(32);
        let mut script = Script::new(self.seed);
        for (fault, target) in self.faults {
            script.fault(fault, target);
        }
        State::new(
            (self.seed, appid, secret),
            Account::populate(self.seed, &origin, &self.shape, self.quirks),
            Tokens::new(self.seed, self.token_lifetime),
            Quotas::new(&self.limits),
            script,
        )
    }
}
