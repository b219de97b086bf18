//! A first postmortem by the interview, in the real window, by keyboard alone.

use serde_json::{Value, json};
use yokoten_tests::wait::until;

use crate::window::{Person, Window};

const NEXT: &str = "mod+Enter";

#[test]
#[ignore = "drives the real window: cargo xtask test --only window"]
fn a_first_postmortem_is_written_by_answering_one_question_at_a_time() {
    let person = Person::new();
    let window = person.open();
    window.find("door-write");
    window.press("1");
    window.focused("title");
    begin(&window);
    answer(&window, "どんな不備", "連絡先の旧版を見て架電した", "Enter");
    answer(&window, "どのアラート", "rds-prd-free", "Enter");
    answer(&window, "どのお客さま", "みなと物産", "Enter");
    answer(&window, "どのサービス", "", "Enter");
    answer(&window, "どの手順書", "RB-A-017", "Enter");
    answer(&window, "手順のどこ", "手順3", "Enter");
    answer(&window, "知らない人に説明", "空き容量が1割を切ると届く", NEXT);
    window.picture("1-asked");
    // Left in the middle: what was answered is there, and one goes on where an answer is missing.
    asked(&window, "いつ起きましたか");
    window.press("Escape");
    window.focused("title");
    window.wait_until_saved();
    begin(&window);
    answer(&window, "どのサービス", "受発注", "Enter");
    for words in ["どの手順書", "手順のどこ"] {
        answer(&window, words, "", "Enter");
    }
    answer(&window, "知らない人に説明", "", NEXT);
    answer(&window, "いつ起きましたか", "2025-11-14 02:14", "Enter");
    answer(&window, "何をすべきところで", "02:14、旧版の表で B社へ架電。正しくは A社", NEXT);
    answer(&window, "なぜ、それが起きた", "連絡先の表がふたつあった", NEXT);
    decide(&window, "1");
    answer(&window, "それは、なぜ", "旧版を消す手順がない", NEXT);
    decide(&window, "2");
    answer(&window, "止まらなかった", "架電の前に照合する地点がない", NEXT);
    decide(&window, "2");
    answer(&window, "どのしくみで", "表をひとつにし、旧版を開けなくする", NEXT);
    answer(&window, "だれが", "二次運用", "Enter");
    answer(&window, "いつまで", "2026-01-31", "Enter");
    answer(&window, "どのしくみで", "宛先を画面と自動で照合する", NEXT);
    answer(&window, "だれが", "MSP", "Enter");
    answer(&window, "いつまで", "2026-01-31", "Enter");
    answer(&window, "一言で", "連絡先は一か所に置く。", NEXT);

    window.find("title");
    window.wait_until_saved();
    window.picture("2-filled");
    assert_eq!(window.texts("title"), ["連絡先の旧版を見て架電した"]);
    assert_eq!(window.texts("why-occurrence"), ["連絡先の表がふたつあった", "旧版を消す手順がない"]);
    check(&person.home.json(&["show", "PM-0001"]));
}

fn check(entry: &Value) {
    assert_eq!((&entry["customer"], &entry["service"]), (&json!("みなと物産"), &json!("受発注")));
    assert_eq!(
        (&entry["alert"]["name"], &entry["runbook"]["step"]),
        (&json!("rds-prd-free"), &json!("手順3"))
    );
    assert_eq!(entry["occurred_at"], "2025-11-14T02:14:00+09:00");
    assert_eq!(entry["sections"]["overview"], "空き容量が1割を切ると届く");
    assert_eq!(entry["sections"]["problem"], "02:14、旧版の表で B社へ架電。正しくは A社");
    assert_eq!(entry["sections"]["lessons"], "連絡先は一か所に置く。");
    let deep = &entry["causes"]["occurrence"][0]["children"][0];
    assert_eq!((&deep["text"], &deep["root"]), (&json!("旧版を消す手順がない"), &json!(true)));
    let measures = entry["countermeasures"].as_array().unwrap();
    let of = |key: &str| measures.iter().map(|measure| measure[key].clone()).collect::<Vec<_>>();
    assert_eq!(of("owner"), ["二次運用", "MSP"]);
    assert_eq!(of("side"), ["occurrence", "escape"]);
    assert_eq!(of("due"), ["2026-01-31", "2026-01-31"]);
    assert_eq!(measures[0]["causes"][0], deep["id"]);
}

/// Begins by the palette, as every command can be.
fn begin(window: &Window<'_>) {
    window.press("mod+k");
    window.css("dialog[open] input");
    window.type_text("質問に答え");
    until("the palette offers the interview", || {
        let script = "return document.querySelector('dialog[open] [aria-selected=true]')?.innerText ?? ''";
        window.run(script, &json!([])).as_str()?.contains("質問に答えながら書く").then_some(())
    });
    window.press("Enter");
    window.find("interview");
}

/// Waits until a question of these words is asked and its answer has the cursor.
fn asked(window: &Window<'_>, words: &str) {
    let script = "return document.querySelector('[data-test=question]')?.innerText.includes(arguments[0])
        && document.activeElement?.closest('[data-answer]') !== null";
    until(&format!("`{words}` is asked"), || {
        (window.run(script, &json!([words])) == json!(true)).then_some(())
    });
}

fn answer(window: &Window<'_>, words: &str, text: &str, go: &str) {
    asked(window, words);
    window.type_text(text);
    window.press(go);
}

fn decide(window: &Window<'_>, key: &str) {
    asked(window, "もう一段");
    window.press(key);
}
