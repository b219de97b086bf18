//! The deck, read back as a zip file and as an SQLite database.
#![allow(clippy::disallowed_methods, reason = "files made for a test need not survive a crash")]

use std::io::{Cursor, Read};

use crate::whole::anki;
use rusqlite::Connection;
use serde_json::Value;
use yokoten_model::report::{Block, Inline, Question, Report};

use crate::fixture::{album, book, hash};

pub fn part(file: &[u8], name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut archive = zip::ZipArchive::new(Cursor::new(file)).unwrap();
    archive.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

struct Note {
    guid: String,
    tags: String,
    front: String,
    back: String,
    changed: i64,
    id: i64,
}

fn open(file: &[u8], read: impl FnOnce(&Connection)) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("collection.anki2");
    std::fs::write(&path, part(file, "collection.anki2")).unwrap();
    read(&Connection::open(path).unwrap());
}

/// Calls with the fields of each note.
pub fn fields(file: &[u8], mut read: impl FnMut(&[&str])) {
    open(file, |connection| {
        let mut statement = connection.prepare("SELECT flds FROM notes").unwrap();
        let rows = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
        rows.for_each(|row| read(&row.unwrap().split('\u{1f}').collect::<Vec<_>>()));
    });
}

fn notes(file: &[u8]) -> Vec<Note> {
    let mut notes = Vec::new();
    open(file, |connection| {
        let sql = "SELECT guid, tags, flds, notes.mod, notes.id FROM notes JOIN cards ON nid = notes.id ORDER BY due";
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| {
            let fields: String = row.get(2)?;
            let (front, back) = fields.split_once('\u{1f}').unwrap();
            Ok(Note {
                guid: row.get(0)?,
                tags: row.get(1)?,
                front: front.to_owned(),
                back: back.to_owned(),
                changed: row.get(3)?,
                id: row.get(4)?,
            })
        });
        notes = rows.unwrap().map(Result::unwrap).collect();
    });
    notes
}

#[test]
fn each_question_is_a_card_tagged_by_its_chapter() {
    let file = anki::render(&book(), &album()).unwrap();
    let notes = notes(&file);
    let tags: Vec<&str> = notes.iter().map(|note| note.tags.as_str()).collect();
    assert_eq!(tags, [" 正常な_EC2_を再起動した ", " 旧い連絡先表で架電した ", " 旧い連絡先表で架電した "]);
    assert!(notes[0].front.contains("問1: この時点で、何と照合しますか"));
    assert!(
        notes[0].front.contains("<li>手順書のホスト名</li>")
            && notes[0].front.contains("<li>コンソールの状態</li>")
    );
    assert!(
        !notes[0].front.contains("名前は構成変更で古くなる")
            && notes[0].back.contains("名前は構成変更で古くなる")
    );
    assert!(notes[0].back.contains("コンソールの状態") && !notes[0].back.contains("手順書のホスト名"));
    assert!(notes[1].front.contains("止められた地点") && notes[1].back.contains("宛先の照合"));
}

#[test]
fn the_collection_is_what_anki_expects() {
    let file = anki::render(&book(), &album()).unwrap();
    open(&file, |connection| {
        let check: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(check, "ok");
        let (version, models, decks, options): (i64, String, String, String) = connection
            .query_row("SELECT ver, models, decks, dconf FROM col", [], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })
            .unwrap();
        assert_eq!(version, 11);
        let models: Value = serde_json::from_str(&models).unwrap();
        let decks: Value = serde_json::from_str(&decks).unwrap();
        let options: Value = serde_json::from_str(&options).unwrap();
        let sql = "SELECT n.mid, c.did, n.flds, n.csum FROM cards c JOIN notes n ON n.id = c.nid";
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)));
        let rows: Vec<(i64, i64, String, i64)> = rows.unwrap().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 3);
        for (model, deck, fields, check) in rows {
            let model = &models[model.to_string()];
            assert_eq!(model["flds"].as_array().unwrap().len(), fields.split('\u{1f}').count());
            let deck = &decks[deck.to_string()];
            assert_eq!(deck["name"], "一次対処 新人教材");
            assert!(options[deck["conf"].to_string()].is_object());
            assert!(check > 0);
        }
    });
}

#[test]
fn a_later_edition_renews_the_same_notes() {
    let first = notes(&anki::render(&book(), &album()).unwrap());
    let mut later = book();
    later.date = "2025-12-24T09:00:00+09:00".to_owned();
    for block in &mut later.blocks {
        if let Block::Question(question) = block {
            question.answer.push(Block::Paragraph(vec![Inline::text("追記")]));
        }
    }
    let second = notes(&anki::render(&later, &album()).unwrap());
    for (first, second) in first.iter().zip(&second) {
        assert_eq!((&first.guid, first.id), (&second.guid, second.id));
        assert!(second.changed > first.changed, "the importer takes the newer one");
        assert!(second.back.contains("追記"));
    }
    let names: std::collections::HashSet<&String> = first.iter().map(|note| &note.guid).collect();
    assert_eq!(names.len(), 3, "each has its own name");
}

#[test]
fn pictures_travel_with_the_cards() {
    let prompt = vec![Block::Image { hash: hash('a'), caption: "図".to_owned() }];
    let question = Question {
        label: String::new(),
        prompt,
        choices: Vec::new(),
        answer_label: "答え".to_owned(),
        answer: Vec::new(),
    };
    let report = Report { blocks: vec![Block::Question(question)], ..book() };
    let file = anki::render(&report, &album()).unwrap();
    let media: Value = serde_json::from_slice(&part(&file, "media")).unwrap();
    let name = media["0"].as_str().unwrap();
    assert!(notes(&file)[0].front.contains(&format!("<img src=\"{name}\" alt=\"図\">")));
    assert_eq!(part(&file, "0"), album().0[&hash('a')]);
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    assert!(anki::render(&book(), &album()).unwrap() == anki::render(&book(), &album()).unwrap());
}
