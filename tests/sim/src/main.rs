//! Runs a simulated account until Ctrl-C, and says how to back it up.

#![expect(clippy::print_stdout, reason = "what it prints is what it is for")]

use std::io;

use wechat_sim::Sim;

fn main() -> io::Result<()> {
    let sim = Sim::builder()
        .seed(7)
        .images(300)
        .voices(12)
        .videos(6)
        .news(40)
        .drafts(10)
        .published(15)
        .try_start()?;
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
