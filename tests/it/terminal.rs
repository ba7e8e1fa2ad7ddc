//! A terminal for the program to write its results on.

use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::process::{Output, Stdio};

use nix::pty::{Winsize, openpty};

use crate::run::{Run, Said};

impl Run {
    /// Runs it with a terminal of so many columns for its stdout, without
    /// colours; it must end with this exit code.
    #[track_caller]
    pub(crate) fn on_terminal(self, columns: u16, code: i32) -> Said {
        let size = Winsize {
            ws_row: 50,
            ws_col: columns,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        let terminal = openpty(&size, None).expect("the system has terminals");
        let run = self.env("NO_COLOR", "1");
        let mut command = run.command();
        let mut child = command
            .stdout(terminal.slave)
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        // The program alone holds its end of the terminal now.
        drop(command);
        let mut stderr = child.stderr.take().expect("it is piped");
        let heard = std::thread::spawn(move || {
            let mut bytes = Vec::new();
            stderr.read_to_end(&mut bytes).map(|_| bytes)
        });
        let stdout = read_to_end(terminal.master.into());
        let output = Output {
            status: child.wait().expect("it can be waited for"),
            stdout,
            stderr: heard.join().unwrap().expect("stderr can be read"),
        };
        run.said(output, code)
    }
}

/// What a terminal shows, with the ends of lines that the program wrote.
fn read_to_end(mut terminal: File) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        match terminal.read(&mut chunk) {
            Ok(0) => break,
            Ok(read) => bytes.extend_from_slice(&chunk[..read]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            // So ends a terminal that nobody writes on any more.
            Err(_) => break,
        }
    }
    bytes.retain(|byte| *byte != b'\r');
    bytes
}
