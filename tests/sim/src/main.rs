//! Runs a simulated account until Ctrl-C, and says how to back it up.

#![expect(clippy::print_stdout, reason = "what it prints is what it is for")]

use std::io;
use std::time::Duration;

use clap::Parser;
use wechat_sim::{Fault, Sim, Target};

/// Answers as the servers of WeChat do for one Official Account that never was.
#[derive(Debug, Parser)]
#[command(version)]
struct Args {
    /// What all content is made of: the same seed, the same account
    #[arg(long, value_name = "N", default_value_t = 7)]
    seed: u64,
    /// Pictures of the library
    #[arg(long, value_name = "N", default_value_t = 300)]
    images: u64,
    /// Voices
    #[arg(long, value_name = "N", default_value_t = 12)]
    voices: u64,
    /// Videos
    #[arg(long, value_name = "N", default_value_t = 6)]
    videos: u64,
    /// News
    #[arg(long, value_name = "N", default_value_t = 40)]
    news: u64,
    /// Drafts
    #[arg(long, value_name = "N", default_value_t = 10)]
    drafts: u64,
    /// Publications
    #[arg(long, value_name = "N", default_value_t = 15)]
    published: u64,
    /// Bytes of each picture, where small ones of many kinds will not do
    #[arg(long, value_name = "BYTES")]
    image_bytes: Option<u64>,
    /// Pictures of each article, where articles of many kinds will not do
    #[arg(long, value_name = "N")]
    article_pictures: Option<u64>,
    /// Bytes of the first video, where a small one will not do
    #[arg(long, value_name = "BYTES")]
    big_video_bytes: Option<u64>,
    /// Calls a day that each list may have; as many as WeChat allows where it is not said
    #[arg(long, value_name = "N")]
    list_calls: Option<u64>,
    /// Milliseconds that a list waits after each KiB of a page
    #[arg(long, value_name = "MS")]
    list_pause: Option<u64>,
    /// Where lists and articles say that files are, where another server has them
    #[arg(long, value_name = "URL")]
    media_origin: Option<String>,
    /// Port to answer at; any that is free where there is none
    #[arg(long, value_name = "N")]
    port: Option<u16>,
}

/// The paths that list.
const LISTS: [&str; 3] = [
    "/cgi-bin/material/batchget_material",
    "/cgi-bin/draft/batchget",
    "/cgi-bin/freepublish/batchget",
];

/// What has a list.
const SECTIONS: [&str; 6] = ["image", "voice", "video", "news", "draft", "published"];

fn main() -> io::Result<()> {
    let args = Args::parse();
    let mut builder = Sim::builder()
        .seed(args.seed)
        .images(args.images)
        .voices(args.voices)
        .videos(args.videos)
        .news(args.news)
        .drafts(args.drafts)
        .published(args.published);
    if let Some(bytes) = args.image_bytes {
        builder = builder.image_bytes(bytes);
    }
    if let Some(count) = args.article_pictures {
        builder = builder.article_pictures(count);
    }
    if let Some(bytes) = args.big_video_bytes {
        builder = builder.big_video_bytes(bytes);
    }
    if let Some(calls) = args.list_calls {
        for path in LISTS {
            builder = builder.limit(path, calls);
        }
    }
    if let Some(pause) = args.list_pause {
        for section in SECTIONS {
            let fault = Fault::Slow {
                chunk_bytes: 1024,
                pause: Duration::from_millis(pause),
            };
            builder = builder.fault(fault, Target::list(section));
        }
    }
    if let Some(origin) = &args.media_origin {
        builder = builder.media_origin(origin);
    }
    if let Some(port) = args.port {
        builder = builder.port(port);
    }
    let sim = builder.try_start()?;
    println!("A simulated account answers at {}", sim.url());
    println!();
    println!("export WXBACKUP_APPID={}", sim.appid());
    println!("export WXBACKUP_SECRET={}", sim.secret());
    println!("mkdir -p backups");
    println!("wxbackup export --api-base {} -o backups", sim.url());
    println!("wxbackup verify backups/*.zip");
    println!("wxbackup restore backups/*.zip --to restored");
    println!();
    println!("Ctrl-C stops it.");
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(tokio::signal::ctrl_c())?;
    println!("It was asked {} times.", sim.call_count());
    Ok(())
}
