//! Whatever fails, at whatever request: in the end the document is the one that nothing failed for.

use yokoten_exchange::http::{self};
use yokoten_exchange::publish::google_docs::{Change, Error, Journal, Pictures};
use yokoten_model::report::Report;

use super::fixture::{Author, RICH, book, picture, question, rich};
use super::flow::same_looks;
use super::server::Fault;

const FAULTS: [Fault; 10] = [
    Fault::TooMany(7),
    Fault::UserRate,
    Fault::Status(500),
    Fault::Status(503),
    Fault::DoneButStatus,
    Fault::LostAnswer,
    Fault::Cut,
    Fault::DiesAfter,
    Fault::DiesBefore,
    Fault::TokenEnds,
];

fn later() -> Report {
    let text = RICH.replace("二つ目", "二つ目を直す").replace("最後の段落。", "最後の段落、改。\n\n- 増えた");
    let mut book =
        book(&[("c1", "誤連絡", &text), ("c3", "新しい章", "三章。\n"), ("c2", "確認する", "もう一つ。\n")]);
    book.blocks.extend([question(), picture()]);
    book
}

/// Publishes, as often as the program has to be started.
fn persist(author: &mut Author, book: &Report) -> u32 {
    for start in 1..5 {
        author.server.ticks.revive();
        if author.try_publish(book).is_ok() {
            return start;
        }
    }
    panic!("never done: {:#?}", author.server.state().refused);
}

fn check(pictures: Pictures, faults: &[Fault]) {
    let mut calm = Author::new();
    calm.pictures = pictures;
    calm.publish(&rich());
    let first = calm.server.state().log.len();
    let mut calm_later = Author::new();
    calm_later.pictures = pictures;
    calm_later.publish(&rich());
    calm_later.publish(&later());
    let both = calm_later.server.state().log.len();
    assert!(first >= 8 && both > first + 5, "{first} {both}");
    for &fault in faults {
        for at in 0..both {
            let context = format!("{fault:?} at {at} of {first} and {both}");
            let mut author = Author::new();
            author.pictures = pictures;
            author.server.state().faults.insert(at, fault);
            let starts = persist(&mut author, &rich());
            let dies = matches!(fault, Fault::DiesAfter | Fault::DiesBefore);
            assert!(dies || starts == 1, "{context}: only a dead program has to be started again");
            if at < first {
                same_looks(&author, &calm, &context);
            }
            persist(&mut author, &later());
            same_looks(&author, &calm_later, &context);
            assert_eq!(author.publish(&later()).left.questions().count(), 0, "{context}");
            let state = author.server.state();
            assert!(state.faults.is_empty(), "{context}: it happened");
            assert_eq!(state.documents.len(), 1, "{context}: no second document");
            assert_eq!(state.files.len(), 2, "{context}: no second picture: {:?}", state.files);
            assert!(state.files.iter().all(|file| !file.public), "{context}: nothing stays public");
            assert_eq!(state.refused, Vec::<String>::new(), "{context}");
        }
    }
}

#[test]
fn every_fault_at_every_request_of_a_first_and_a_later_publication() {
    check(Pictures::Linked, &FAULTS);
}

#[test]
fn the_same_with_pictures_in_the_text() {
    let faults = [Fault::DoneButStatus, Fault::LostAnswer, Fault::Cut, Fault::DiesAfter, Fault::DiesBefore];
    check(Pictures::Inline, &faults);
}

#[test]
fn somebody_types_at_every_moment() {
    let mut calm = Author::new();
    calm.publish(&rich());
    let requests = calm.server.state().log.len();
    for at in 2..requests {
        let mut author = Author::new();
        author.server.state().faults.insert(at, Fault::SomebodyTypes);
        let outcome = author.publish(&rich());
        assert_eq!(outcome.left.questions().count(), 0, "what stands behind our blocks is no edit of them");
        let texts = author.texts();
        assert_eq!(
            texts.values().map(|text| text.matches('人').count()).sum::<usize>(),
            1,
            "at {at}: {texts:?}"
        );
        // What stands before our first block when we come to it is a paragraph of its own.
        let ours = |text: &str| text.replace('人', "").replace("\u{2}\n", "\u{2}");
        for (title, text) in calm.texts() {
            assert_eq!(ours(&texts[&title]), ours(&text), "at {at}");
        }
    }
}

#[test]
fn someone_who_never_stops_typing_is_waited_for_and_then_told() {
    let mut author = Author::new();
    author.publish(&book(&[("c", "章", "一\n")]));
    let start = author.server.state().log.len();
    author.server.state().faults.extend((start..start + 60).map(|at| (at, Fault::SomebodyTypes)));
    let before = author.texts();
    assert!(matches!(author.try_publish(&book(&[("c", "章", "二\n")])), Err(Error::KeepsChanging)));
    assert!(author.server.state().log.len() < start + 20, "bounded");
    assert!(author.texts()["章"].replace('人', "") == before["章"], "nothing half done");
    author.server.state().faults.clear();
    author.server.state().refused.clear();
    author.publish(&book(&[("c", "章", "二\n")]));
    assert!(author.texts()["章"].contains("章\n二\n"));
}

#[test]
fn a_service_that_is_down_is_given_up_within_bounds() {
    for fault in [Fault::Status(503), Fault::TooMany(2), Fault::UserRate, Fault::Cut] {
        let mut author = Author::new();
        author.publish(&book(&[("c", "章", "一\n")]));
        let start = author.server.state().log.len();
        author.server.state().faults.extend((start..start + 200).map(|at| (at, fault)));
        let error = author.try_publish(&book(&[("c", "章", "二\n")])).unwrap_err();
        assert!(
            matches!(&error, Error::Http(http::Error::Busy { .. } | http::Error::Unsure { .. })),
            "{fault:?}: {error}"
        );
        assert_eq!(author.server.state().log.len() - start, 8, "{fault:?}");
        let waits = author.server.ticks.waits.lock().unwrap();
        assert!(waits.iter().all(|wait| wait.as_secs() <= 64) && waits.len() >= 7, "{waits:?}");
    }
}

#[test]
fn retry_after_is_kept_and_a_long_one_is_said() {
    let mut author = Author::new();
    author.server.state().faults.insert(1, Fault::TooMany(37));
    author.publish(&book(&[("c", "章", "一\n")]));
    assert!(author.server.ticks.waits.lock().unwrap().iter().any(|wait| wait.as_secs() == 37));
    let next = author.server.state().log.len();
    author.server.state().faults.insert(next, Fault::TooMany(86_400));
    let error = author.try_publish(&book(&[("c", "章", "一\n")])).unwrap_err();
    assert!(matches!(error, Error::Http(http::Error::Busy { .. })), "{error}");
}

#[test]
fn a_journal_that_cannot_be_kept_stops_everything() {
    let author = Author::new();
    let (mut journal, book) = (Journal::default(), rich());
    let error = author.with(&book, |publisher, publication| {
        let mut full = |_: &Journal, _: &[_]| Err("no space".to_owned());
        publisher.publish(publication, &mut journal, &mut full, &mut |_| {})
    });
    assert!(matches!(error, Err(Error::Journal(_))));
    assert_eq!(author.server.state().log.len(), 0, "nothing was sent without it");
}

#[test]
fn after_a_crash_a_long_list_is_recognised() {
    let list: String = (0..150).map(|number| format!("- 項目{number}\n")).collect();
    let (mut author, long) = (Author::new(), book(&[("c", "章", &list)]));
    author.server.state().faults.insert(4, Fault::DiesAfter);
    assert!(author.try_publish(&long).is_err());
    author.server.ticks.revive();
    let outcome = author.publish(&long);
    assert_eq!((outcome.left.questions().count(), outcome.left.count(Change::Same)), (0, 2));
}

#[test]
fn after_a_crash_an_edit_made_meanwhile_is_still_an_edit() {
    let mut author = Author::new();
    author.publish(&book(&[("c", "章", "一番\n\n二番\n")]));
    let second = book(&[("c", "章", "一番、改\n\n二番\n")]);
    let next = author.server.state().log.len() + 1;
    author.server.state().faults.insert(next, Fault::DiesAfter);
    assert!(author.try_publish(&second).is_err());
    author.server.ticks.revive();
    author.person("章", |body| {
        let at = body.find("改");
        body.insert_text(at, "人の", None).unwrap();
    });
    let outcome = author.publish(&second);
    assert_eq!((outcome.left.count(Change::Edited), outcome.traffic.writes), (1, 0));
    assert!(author.texts()["章"].contains("一番、人の改\n"));
}
