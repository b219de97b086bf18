//! A whole postmortem in Japanese by keyboard alone, from the first run to the review, through a power failure.

use serde_json::{Value, json};

use crate::window::{Person, Window};
use yokoten_tests::wait::until;

const NUMBER: &str = "PM-0001";
const TITLE: &str = "連絡先の台帳がふたつあり、旧い窓口へ架電した";
const LESSON: &str = "ひとの入れ替わりは、手順書の入れ替わりでもある。";
const CAPTION: &str = "架電のときに開いていた連絡先表";
const FACTS: [(&str, &str); 9] = [
    ("alert/source", "Zabbix"),
    ("alert/name", "disk_used_over_90"),
    ("alert/incident", "Q1A2B3C4"),
    ("customer", "A社"),
    ("service", "バッチ基盤"),
    ("runbook/title", "ディスク逼迫の一次対処"),
    ("runbook/url", "https://example.backlog.jp/alias/wiki/77"),
    ("runbook/revision", "r12"),
    ("runbook/step", "手順3"),
];
const STEPS: [&str; 2] = ["当番表を開く", "当番の窓口へ架電する"];
const TIMES: [(&str, &str); 2] = [("occurred_at", "2025/11/18 2:14"), ("noticed_at", "2:31")];
const TIMELINE: [(&str, &str, &str); 2] = [
    ("2025/11/18 2:12", "MSP一次担当", "アラートを受けた"),
    ("2:14", "二次運用", "旧い窓口へ架電したと気づいた"),
];
const LINK: &str = "https://example.backlog.jp/view/OPS-412";

#[test]
#[ignore = "drives the real window: cargo xtask test --only window"]
fn a_whole_postmortem_by_keyboard_alone_survives_a_power_failure() {
    let person = Person::new();
    let window = person.open();
    window.find("door-write");
    window.press("1");
    window.focused("title");
    window.type_text(TITLE);
    facts(&window);
    prose(&window);
    timeline(&window);
    occurrence(&window);
    escape(&window);
    measures(&window);
    lessons_and_picture(&window);
    window.wait_until_saved();
    window.picture("1-written");
    let written = person.home.json(&["show", NUMBER]);
    check(&written);

    undo_and_redo(&window);
    lose_and_restore(&window);
    let restored = person.home.json(&["show", NUMBER]);
    assert_eq!(restored, written, "the earlier state is what it was, to the last field");
    window.press("mod+shift+Enter");
    let status = || person.home.json(&["show", NUMBER])["status"].clone();
    until("it is in review", || (status() == "in_review").then_some(()));
    window.wait_until_saved();
    let before = person.home.json(&["show", NUMBER]);
    window.kill();

    assert_eq!(person.home.json(&["show", NUMBER]), before, "nothing is lost");
    assert_eq!(person.home.json(&["verify"])["faults"], json!([]));
    let window = person.open();
    // The window opens where one was writing. From today's page, the only entry is found by its words.
    window.find("title");
    window.press("mod+1");
    window.find("new-entry");
    window.css("main.home");
    window.press("mod+k");
    window.css("dialog[open] input");
    window.type_text("台帳");
    window.css("dialog[open] [role='option'][aria-selected='true']");
    until("the palette has found it", || {
        let first = window.run(
            "return document.querySelector('dialog[open] [aria-selected=true]')?.innerText ?? ''",
            &json!([]),
        );
        first.as_str()?.contains(NUMBER).then_some(())
    });
    window.press("Enter");
    window.find("title");
    assert_eq!(window.texts("title"), [TITLE]);
    assert_eq!(window.texts("section-lessons"), [LESSON]);
    assert_eq!(window.texts("why-occurrence").len(), 4);
    assert_eq!(window.texts("countermeasure-text").len(), 3);
    window.picture("2-after-the-power-failure");
}

fn prose(window: &Window<'_>) {
    reach(window, "the overview", "Tab", "at.dataset.test === 'section-overview'");
    window.type_text("## ");
    window.type_text("アラート");
    window.press("Enter");
    window.type_text("バッチ基盤のディスク使用率が");
    window.press("mod+b");
    window.type_text("9割");
    window.press("mod+b");
    window.type_text("を越えた。");
    window.press("Enter");
    window.type_text("1. ");
    window.type_text("当番の窓口へ架電する");
    window.press("Enter");
    window.type_text("不要な記録を消す");
    // Deeper and back.
    window.press("Tab");
    window.css("[data-test='section-overview'] li li");
    window.press("shift+Tab");
    // From gap to gap: the key bar says so.
    window.press("F8");
    window.focused("section-problem");
    window.type_text("02:14、手順3の");
    window.press("mod+e");
    window.type_text("contacts.xlsx");
    window.press("mod+e");
    window.type_text("で旧い窓口へ架電した。");
    window.press("Enter");
    window.type_text("- ");
    window.type_text("正しくは当番の窓口");
    window.press("Enter");
    window.type_text("02:31に二次運用が指摘");
}

/// What the alert and the runbook were, from the first field to the last.
fn facts(window: &Window<'_>) {
    for (field, text) in FACTS {
        reach(window, field, "Tab", &in_field(field));
        window.type_text(text);
    }
    reach(window, "the first step", "Tab", "at.dataset.test === 'add-runbook-step'");
    window.press("Enter");
    window.type_into("runbook-step", STEPS[0]);
    window.press("Enter");
    window.type_into("runbook-step", STEPS[1]);
    for (field, text) in TIMES {
        reach(window, field, "Tab", &in_field(field));
        window.type_text(text);
    }
    reach(window, "who found it", "Tab", &in_field("found_by"));
    // Myself, a colleague, the second line.
    (0..3).for_each(|_| window.press("ArrowDown"));
    reach(window, "the tags", "Tab", &in_field("tags"));
    window.type_text("連絡先、台帳");
}

/// Two rows: the second is written under the first, at a time of the same day.
fn timeline(window: &Window<'_>) {
    reach(window, "the first why", "F8", "at.dataset.test === 'add-why-occurrence'");
    reach(window, "the timeline", "shift+Tab", "at.dataset.test === 'add-timeline'");
    window.press("Enter");
    for (index, (at, role, text)) in TIMELINE.into_iter().enumerate() {
        until("the cursor is at the new row's time", || {
            let script = "return document.activeElement?.closest('[data-field]')?.dataset.field.endsWith('/at') && document.activeElement.value === ''";
            (window.run(script, &json!([])) == json!(true)).then_some(())
        });
        window.type_text(at);
        window.press("Tab");
        // The role of the row above is proposed; typing takes its place.
        window.press("mod+a");
        window.type_text(role);
        window.press("Tab");
        window.type_into("timeline-text", text);
        if index + 1 < TIMELINE.len() {
            window.press("Enter");
        }
    }
}

fn in_field(name: &str) -> String {
    format!("at.closest('[data-field]')?.dataset.field === '{name}'")
}

/// 手順書の連絡先が古かった → (台帳がふたつあった ← a root cause, 更新の知らせ → 届く道がなかった ← a root cause)
fn occurrence(window: &Window<'_>) {
    window.press("F8");
    window.focused("add-why-occurrence");
    window.press("Enter");
    window.type_into("why-occurrence", "手順書の連絡先が古かった");
    window.press("mod+Enter");
    window.type_into("why-occurrence", "契約の更新が手順書に伝わらなかった");
    window.press("Enter");
    window.type_into("why-occurrence", "届く道がなかった");
    // Deeper, then beside it and a level up again.
    window.press("Tab");
    window.press("mod+g");
    window.press("Enter");
    window.type_into("why-occurrence", "連絡先の元の台帳がふたつあった");
    window.press("shift+Tab");
    window.press("mod+g");
    // The tale is told from the ledger on.
    window.press("alt+ArrowUp");
    until("the trees stand as they were told", || {
        (window.texts("why-occurrence")
            == [
                "手順書の連絡先が古かった",
                "連絡先の元の台帳がふたつあった",
                "契約の更新が手順書に伝わらなかった",
                "届く道がなかった",
            ])
        .then_some(())
    });
}

fn escape(window: &Window<'_>) {
    window.press("F8");
    window.focused("add-why-escape");
    window.press("Enter");
    window.type_into("why-escape", "架電の前に確かめる地点がなかった");
    window.press("mod+Enter");
    window.type_into("why-escape", "訓練の観点に連絡先がなかった");
    window.press("mod+g");
}

fn measures(window: &Window<'_>) {
    // From the cause itself.
    window.press("mod+l");
    measure(window, "四半期の訓練で、連絡先の照合を最初に行う", "3", "二次運用", "12/20");
    // From the gaps: an uncovered cause is the first row of the table.
    for (text, owner, due) in
        [("台帳をひとつにする", "二次運用", "12/1"), ("更新の完了に手順書を含める", "MSP", "12/10")]
    {
        window.press("F8");
        window.focused("write-measure");
        window.press("Enter");
        measure(window, text, "5", owner, due);
    }
    assert!(!window.is_there("[data-test='gap']"), "every cause has its measure");
}

/// One row of the table, from its text to its link.
fn measure(window: &Window<'_>, text: &str, strength: &str, owner: &str, due: &str) {
    window.type_into("countermeasure-text", text);
    window.press("Tab");
    window.focused("measure-strength");
    window.press("Enter");
    window.css("[role='listbox']:focus");
    window.press(strength);
    window.press("Enter");
    window.focused("measure-strength");
    window.press("Tab");
    window.type_into("measure-owner", owner);
    window.press("Tab");
    window.type_into("measure-due", due);
    window.press("Tab");
    window.type_text(LINK);
}

fn lessons_and_picture(window: &Window<'_>) {
    go_to(window, "学び");
    window.type_into("section-lessons", LESSON);

    go_to(window, "問題の概要");
    window.focused("section-problem");
    window.press("mod+End");
    let png = std::fs::read(yokoten_tests::root().join("src-tauri/icons/32x32.png")).unwrap();
    // No program of the tests can fill the clipboard of the display; the event is the one that pasting makes.
    window.run(
        "const [bytes] = arguments;
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(bytes)], 'contacts.png', { type: 'image/png' }));
        document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));",
        &json!([png]),
    );
    window.css("[data-test='section-problem'] .picture img");
    window.press("ArrowLeft");
    window.css(".picture.selected");
    window.press("Enter");
    window.css(".picture input:focus");
    window.type_text(CAPTION);
    window.press("Enter");
    window.focused("section-problem");
}

fn check(document: &Value) {
    assert_eq!(document["title"], TITLE);
    let sections = &document["sections"];
    assert_eq!(
        sections["overview"],
        "## アラート\n\nバッチ基盤のディスク使用率が**9割**を越えた。\n\n1. 当番の窓口へ架電する\n2. 不要な記録を消す"
    );
    let hash = document["attachments"][0]["hash"].as_str().unwrap();
    let problem = sections["problem"].as_str().unwrap();
    let written = "02:14、手順3の`contacts.xlsx`で旧い窓口へ架電した。\n\n- 正しくは当番の窓口\n- 02:31に二次運用が指摘";
    assert!(problem.starts_with(written), "{problem}");
    assert!(problem.contains(&format!("![{CAPTION}](blob:{hash})")), "{problem}");
    assert_eq!(sections["lessons"], LESSON);
    let first = &document["causes"]["occurrence"][0];
    let (ledger, news) = (&first["children"][0], &first["children"][1]);
    assert_eq!(
        [&ledger["root"], &news["root"], &news["children"][0]["root"]],
        [&json!(true), &json!(false), &json!(true)]
    );
    assert_eq!(document["causes"]["escape"][0]["children"][0]["root"], true);
    for (field, text) in FACTS {
        assert_eq!(document.pointer(&format!("/{field}")).unwrap(), text, "{field}");
    }
    let steps = document["runbook"]["steps"].as_array().unwrap();
    assert_eq!(steps.iter().map(|step| step["text"].as_str().unwrap()).collect::<Vec<_>>(), STEPS);
    assert_eq!(document["occurred_at"], "2025-11-18T02:14:00+09:00");
    assert_eq!(document["noticed_at"], "2025-11-18T02:31:00+09:00");
    assert_eq!(document["found_by"], "second_line");
    assert_eq!(document["tags"], json!(["連絡先", "台帳"]));
    let rows = document["timeline"].as_array().unwrap();
    let times = ["2025-11-18T02:12:00+09:00", "2025-11-18T02:14:00+09:00"];
    assert_eq!(rows.len(), TIMELINE.len());
    for ((row, at), (_, role, text)) in rows.iter().zip(times).zip(TIMELINE) {
        assert_eq!([&row["at"], &row["actor"], &row["text"]], [&json!(at), &json!(role), &json!(text)]);
    }
    let measures = document["countermeasures"].as_array().unwrap();
    let said: Vec<_> =
        measures.iter().map(|measure| (measure["side"].as_str(), measure["method"].as_str())).collect();
    assert_eq!(
        said,
        [
            (Some("escape"), Some("mitigate")),
            (Some("occurrence"), Some("eliminate")),
            (Some("occurrence"), Some("eliminate"))
        ]
    );
    for (measure, day) in measures.iter().zip(["12-20", "12-01", "12-10"]) {
        assert!(measure["due"].as_str().unwrap().ends_with(day), "{measure}");
        assert_eq!(measure["link"], LINK);
        assert_ne!(measure["owner"], "");
        assert_eq!(measure["causes"].as_array().unwrap().len(), 1);
    }
}

/// Two edits in two fields are taken back and made again in their order, and the cursor goes where they were.
fn undo_and_redo(window: &Window<'_>) {
    let shown = |conclusion: &str, lesson: &str| {
        until(&format!("the page shows `{conclusion}` and `{lesson}`"), || {
            let there = window.texts("section-escape_cause") == [conclusion]
                && window.texts("section-lessons") == [lesson];
            there.then_some(())
        });
    };
    let longer = format!("{LESSON}だから、訓練で確かめる。");
    go_to(window, "学び");
    window.focused("section-lessons");
    window.press("mod+End");
    window.type_text("だから、訓練で確かめる。");
    // The conclusion stands after the tree.
    go_to(window, "流出原因");
    window.focused("why-escape");
    reach(window, "the conclusion", "Tab", "at.dataset.test === 'section-escape_cause'");
    window.type_text("確かめる地点がない。");
    shown("確かめる地点がない。", &longer);
    window.press("mod+z");
    shown("", &longer);
    window.focused("section-escape_cause");
    window.press("mod+z");
    shown("", LESSON);
    window.focused("section-lessons");
    window.press("mod+shift+z");
    window.press("mod+shift+z");
    shown("確かめる地点がない。", &longer);
    window.press("mod+z");
    window.press("mod+z");
    shown("", LESSON);
    window.wait_until_saved();
}

/// All of a section is deleted and stored; the history has it still.
fn lose_and_restore(window: &Window<'_>) {
    go_to(window, "問題の概要");
    window.focused("section-problem");
    window.press("mod+a");
    window.press("Backspace");
    window.wait_until_saved();
    assert_eq!(window.texts("section-problem"), [""]);
    window.press("mod+alt+6");
    window.find("change");
    window.press("F6");
    window.focused("change");
    window.picture("history");
    window.press("Tab");
    window.press("Enter");
    window.find("restore-change");
    window.press("Tab");
    window.focused("restore-change");
    window.press("Enter");
    until("the section is there again", || {
        window.texts("section-problem").concat().contains("02:31に二次運用が指摘").then_some(())
    });
    window.wait_until_saved();
}

/// To a part of the entry, by the outline.
fn go_to(window: &Window<'_>, part: &str) {
    reach(window, "the outline", "shift+F6", "at.closest('.outline') !== null");
    let it = format!("at.innerText.includes('{part}')");
    // Wherever in the outline the cursor was: from its first part on.
    reach(window, "its first part", "shift+Tab", "'first' in at.dataset");
    reach(window, part, "Tab", &it);
    window.press("Enter");
}

/// Presses a key until the focus is where `is_there` says of the element `at`.
fn reach(window: &Window<'_>, what: &str, key: &str, is_there: &str) {
    let script = format!("const at = document.activeElement; return {is_there}");
    for _ in 0..30 {
        if window.run(&script, &json!([])) == json!(true) {
            return;
        }
        window.press(key);
    }
    panic!("`{key}` does not lead to {what}");
}
