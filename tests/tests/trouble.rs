//! When things go wrong: a clear error that says what to do next, and nothing lost.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and files made for it need not survive a crash"
)]

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use yokoten_tests::{Home, SmallDisk};

const DATABASE: &str = "yokoten.db";

fn kind(error: &Value) -> &str {
    error["kind"].as_str().unwrap()
}

fn new(home: &Home, title: &str) -> String {
    home.json(&["new", "--title", title])["number"].as_str().unwrap().to_owned()
}

fn titles(home: &Home) -> Vec<String> {
    let list = home.json(&["list"]);
    let mut titles: Vec<String> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["title"].as_str().unwrap().to_owned())
        .collect();
    titles.sort();
    titles
}

fn assert_sound(home: &Home) {
    assert_eq!(home.json(&["verify"])["faults"], json!([]));
}

/// Merges the write-ahead log into the file, so that damage to the file is damage to the data.
fn flush(home: &Home) {
    let connection = rusqlite::Connection::open(home.workspace().join(DATABASE)).unwrap();
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
}

#[test]
fn every_acknowledged_edit_survives_two_hundred_kills() {
    let home = Home::new();
    let mut random = StdRng::seed_from_u64(20_261_125);
    let mut acknowledged: Vec<Vec<String>> = Vec::new();
    for round in 0..200 {
        let mut child = Command::new(env!("CARGO_BIN_EXE_stream-edits"))
            .args([home.workspace().as_os_str(), round.to_string().as_ref()])
            .env("XDG_CONFIG_HOME", home.path().join("config"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        // After so many acknowledged edits, and then a moment that falls anywhere into the ones that follow.
        let after = random.random_range(0..24);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut tokens: Vec<String> = lines.by_ref().take(after).map(Result::unwrap).collect();
        for _ in 0..random.random_range(0..20_000) {
            std::hint::spin_loop();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        tokens.extend(lines.map_while(Result::ok));
        acknowledged.push(tokens);
    }
    assert!(acknowledged.iter().map(Vec::len).sum::<usize>() > 1000, "the writer hardly wrote");
    assert_sound(&home);
    for (round, tokens) in acknowledged.iter().enumerate().filter(|(_, tokens)| !tokens.is_empty()) {
        let hits = home.json(&["search", tokens.last().unwrap()]);
        assert_eq!(hits["total"], 1, "round {round} lost its last acknowledged edit");
        let entry = home.json(&["show", hits["hits"][0]["id"].as_str().unwrap()]);
        let text = entry["sections"]["problem"].as_str().unwrap();
        assert!(text.starts_with(&tokens.concat()), "round {round} lost an acknowledged edit");
    }
}

#[test]
fn a_full_disk_is_said_and_what_was_saved_stays() {
    let home = Home::new();
    let at = home.workspace();
    let Some(_disk) = SmallDisk::mount(&at, "3m") else { return };
    new(&home, "まだ空きがある");
    // Leave only a little room, then write until it is gone.
    fs::write(at.join("ballast"), vec![0; 1_500_000]).unwrap();
    let text = |n: usize| {
        json!({"title": format!("記事{n}"), "sections": {"problem": "あ".repeat(20_000)}}).to_string()
    };
    let mut saved = vec!["まだ空きがある".to_owned()];
    let error = (0..200)
        .find_map(|n| {
            let said = home.feed(&["put", "-", "--json"], text(n).as_bytes());
            if said.code == 0 {
                saved.push(format!("記事{n}"));
                return None;
            }
            Some(serde_json::from_str::<Value>(said.err.lines().last().unwrap()).unwrap()["error"].clone())
        })
        .expect("the disk never filled");
    assert_eq!(kind(&error), "full");
    assert!(!error["hints"].as_array().unwrap().is_empty());
    fs::remove_file(at.join("ballast")).unwrap();
    saved.sort();
    assert_eq!(titles(&home), saved, "what was acknowledged is there, what was refused is not");
    assert_sound(&home);
    new(&home, "続きから");
}

#[test]
fn an_export_onto_a_full_disk_leaves_the_old_file() {
    let home = Home::new();
    let number = home.feed_json(
        &["put", "-"],
        json!({"title": "長い", "sections": {"problem": "あ".repeat(200_000)}}).to_string().as_bytes(),
    )["number"]
        .as_str()
        .unwrap()
        .to_owned();
    let out = home.path().join("out");
    let Some(_disk) = SmallDisk::mount(&out, "256k") else { return };
    let file = out.join("記事.html");
    fs::write(&file, "前の版").unwrap();
    for format in ["markdown", "html", "json"] {
        let error = home.refused(&["export", &number, "--format", format, "-o", file.to_str().unwrap()], b"");
        assert_eq!(kind(&error), "full", "{format}");
        assert!(error["message"].as_str().unwrap().contains(file.to_str().unwrap()), "{error}");
        assert_eq!(fs::read_to_string(&file).unwrap(), "前の版");
        assert_eq!(fs::read_dir(&out).unwrap().count(), 1, "nothing half-written is left behind");
    }
}

#[test]
fn a_read_only_disk_is_said() {
    let home = Home::new();
    let at = home.workspace();
    let Some(disk) = SmallDisk::mount(&at, "8m") else { return };
    new(&home, "書けたとき");
    disk.remount("remount,ro");
    assert_eq!(kind(&home.refused(&["new", "--title", "書けない"], b"")), "read_only");
    disk.remount("remount,rw");
    assert_eq!(titles(&home), ["書けたとき"]);
}

#[test]
fn a_drive_that_is_gone_is_no_fresh_start() {
    let home = Home::new();
    new(&home, "大切な記録");
    let (here, away) = (home.workspace(), home.path().join("elsewhere"));
    fs::rename(&here, &away).unwrap();
    assert_eq!(kind(&home.refused(&["list"], b"")), "gone");
    // A mount point stays behind as an empty folder.
    fs::create_dir(&here).unwrap();
    assert_eq!(kind(&home.refused(&["new", "--title", "x"], b"")), "gone");
    assert_eq!(fs::read_dir(&here).unwrap().count(), 0, "nothing is written in its place");
    fs::remove_dir(&here).unwrap();
    fs::rename(&away, &here).unwrap();
    assert_eq!(titles(&home), ["大切な記録"]);

    fs::remove_dir_all(&here).unwrap();
    home.json(&["forget", here.to_str().unwrap()]);
    new(&home, "改めて");
}

#[test]
fn a_workspace_is_made_only_where_there_is_a_folder_for_it() {
    let home = Home::new();
    let nowhere = home.path().join("no/such/place");
    let error = home.refused(&["--workspace", nowhere.to_str().unwrap(), "list"], b"");
    assert_eq!(kind(&error), "no_parent");
    assert!(!home.path().join("no").exists());
}

#[test]
fn a_held_workspace_is_said_to_be_held() {
    let home = Home::new();
    new(&home, "t");
    let holder = rusqlite::Connection::open(home.workspace().join(DATABASE)).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(kind(&home.refused(&["new", "--title", "待った"], b"")), "locked");
    assert_eq!(titles(&home), ["t"], "reading goes on");
    holder.execute_batch("COMMIT").unwrap();
    new(&home, "できた");
}

#[test]
fn a_newer_workspace_is_left_alone() {
    let home = Home::new();
    new(&home, "t");
    flush(&home);
    let path = home.workspace().join(DATABASE);
    let newer = yokoten_store::SCHEMA_VERSION + 1;
    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", newer).unwrap();
    flush(&home);
    let before = fs::read(&path).unwrap();
    assert_eq!(kind(&home.refused(&["new", "--title", "x"], b"")), "newer_workspace");
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_truncated_database_is_set_aside_and_restored() {
    let home = Home::new();
    for n in 0..12 {
        let text =
            json!({"title": format!("記事{n:02}"), "sections": {"problem": "あ".repeat(3000)}}).to_string();
        home.feed_json(&["put", "-"], text.as_bytes());
    }
    flush(&home);
    let path = home.workspace().join(DATABASE);
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() * 2 / 3]).unwrap();

    let said = home.run(&["list", "--json"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.contains("復元しました"), "the person is told: {}", said.err);
    let kept: Vec<_> = fs::read_dir(home.workspace().join("damaged")).unwrap().collect();
    assert_eq!(kept.len(), 1, "the damaged file is kept");
    // The first command of the day made a backup of the first entry; the rest comes from the damaged file's log.
    assert!(!titles(&home).is_empty());
    assert_sound(&home);
    new(&home, "続きから");
}

#[test]
fn a_flipped_byte_is_found_and_recovered() {
    let home = Home::new();
    let number = new(&home, "最初の記事");
    new(&home, "次の記事");
    flush(&home);
    let path = home.workspace().join(DATABASE);
    let connection = rusqlite::Connection::open(&path).unwrap();
    let hash: Vec<u8> =
        connection.query_row("SELECT hash FROM change WHERE seq = 1", [], |row| row.get(0)).unwrap();
    drop(connection);
    let mut bytes = fs::read(&path).unwrap();
    let places: Vec<usize> = (0..bytes.len() - 32).filter(|at| bytes[*at..*at + 32] == hash[..]).collect();
    assert!(!places.is_empty());
    for at in places {
        bytes[at] ^= 1;
    }
    fs::write(&path, bytes).unwrap();

    let error = home.refused(&["show", &number], b"");
    assert_eq!(kind(&error), "damaged");
    assert!(error["hints"][0].as_str().unwrap().contains("yokoten recover"), "the hint says what to do");
    let said = home.run(&["verify", "--json"]);
    assert_eq!(said.code, 1);
    assert!(
        serde_json::from_str::<Value>(&said.out).unwrap()["faults"][0].as_str().unwrap().contains("change 1")
    );

    let recovery = home.json(&["recover"]);
    assert_eq!(
        (&recovery["entries"], &recovery["lost"]),
        (&json!(2), &json!([])),
        "the backup of the day held it"
    );
    assert_eq!(titles(&home), ["最初の記事", "次の記事"]);
    assert_sound(&home);
}

#[test]
fn input_that_is_not_of_the_format_changes_nothing() {
    let home = Home::new();
    let number = new(&home, "変わらない");
    let id = home.json(&["show", &number])["id"].as_str().unwrap().to_owned();
    let deep = (0..200).fold(json!([]), |below, _| json!([{"text": "なぜ", "children": below}]));
    let mut latin = json!({"title": "x"}).to_string().into_bytes();
    latin.push(0xff);
    for (input, wanted, path) in [
        (json!({"id": id, "title": 5}).to_string().into_bytes(), "invalid", "title"),
        (json!({"id": id, "status": "done"}).to_string().into_bytes(), "invalid", "status"),
        (
            json!({"id": id, "timeline": [{"at": "きのう"}]}).to_string().into_bytes(),
            "invalid",
            "timeline[0].at",
        ),
        (json!({"id": id, "causes": {"escape": deep}}).to_string().into_bytes(), "too_deep", "causes.escape"),
        (json!([{"title": "一件目"}, {"title": ["二"]}]).to_string().into_bytes(), "invalid", "[1].title"),
        (
            json!({"id": id, "sections": {"problem": "あ".repeat(17_000_000)}}).to_string().into_bytes(),
            "too_long",
            "sections.problem",
        ),
        (json!({"format": "yokoten/postmortem/9"}).to_string().into_bytes(), "newer_format", ""),
        (latin, "json", ""),
        (b"{\"title\": \"\xe3\x81\"}".to_vec(), "json", ""),
        (b"[]".to_vec(), "json_empty", ""),
        (b"".to_vec(), "json", ""),
        ("[".repeat(100_000).into_bytes(), "json", ""),
    ] {
        let error = home.refused(&["put", "-"], &input);
        assert_eq!(kind(&error), wanted, "{error}");
        assert!(error["message"].as_str().unwrap().contains(path), "{error} should name `{path}`");
    }
    assert_eq!(titles(&home), ["変わらない"], "an array is stored whole or not at all");
    assert_eq!(home.json(&["history", &number])["total"], 1);
}

#[test]
fn a_section_of_a_million_characters_is_kept_whole() {
    let home = Home::new();
    let text: String = (0..1_000_000).map(|n| char::from_u32(0x4e00 + n % 5000).unwrap()).collect();
    let number = home
        .feed_json(&["put", "-"], json!({"sections": {"overview": text}}).to_string().as_bytes())["number"]
        .clone();
    let shown = home.json(&["show", number.as_str().unwrap()]);
    assert!(shown["sections"]["overview"] == text, "it came back changed");
    let mut edited = shown;
    edited["sections"]["overview"] = format!("{text}末尾").into();
    home.feed_json(&["put", "-"], edited.to_string().as_bytes());
    assert!(
        home.json(&["show", number.as_str().unwrap()])["sections"]["overview"]
            .as_str()
            .unwrap()
            .ends_with("末尾")
    );
    assert_sound(&home);
}

#[test]
fn attachments_that_are_too_large_or_missing_are_said() {
    let home = Home::new();
    let number = new(&home, "t");
    let large = home.path().join("大きい.png");
    fs::File::create(&large).unwrap().set_len(100 * 1024 * 1024).unwrap();
    assert_eq!(kind(&home.refused(&["attach", &number, large.to_str().unwrap()], b"")), "too_large");
    assert_eq!(kind(&home.refused(&["attach", &number, "ない.png"], b"")), "io");
    assert_eq!(home.json(&["show", &number])["attachments"], json!([]));
}
