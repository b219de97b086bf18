//! Writes edits until it is killed: `stream-edits WORKSPACE ROUND`. After each durable edit it says its token.

use std::io::Write;
use std::path::Path;

use yokoten_app::{Assignment, Clock, Step, Workspace};

fn main() {
    let mut args = std::env::args().skip(1);
    let (Some(folder), Some(round)) = (args.next(), args.next()) else { return };
    if let Err(error) = stream(Path::new(&folder), &round) {
        eprintln!("{error}");
        std::process::exit(1);
    }
}

fn stream(folder: &Path, round: &str) -> yokoten_app::Result<()> {
    let workspace = Workspace::open(folder, Clock::system())?;
    let entry = workspace.create(&format!("記事{round}"))?;
    let (id, mut base) = (entry.document.id, entry.revision);
    let mut text = String::new();
    for number in 0.. {
        let token = format!("印{round}x{number}。");
        text.push_str(&token);
        let path = vec![Step::Key("sections".into()), Step::Key("problem".into())];
        let edited = workspace.edit(&id, &base, vec![Assignment { path, value: text.clone().into() }])?;
        base = edited.branch;
        let mut out = std::io::stdout().lock();
        if writeln!(out, "{token}").and_then(|()| out.flush()).is_err() {
            return Ok(());
        }
        if number % 16 == 15 {
            // Snapshots and the backup of the day are cut off as well.
            workspace.tidy()?;
        }
    }
    Ok(())
}
