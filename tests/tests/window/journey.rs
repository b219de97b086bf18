//! A whole postmortem, written in the window, that a crash cannot take away.

use serde_json::json;

use crate::programs::read_by_libreoffice;
use crate::window::{CONTROL, ENTER, Person, RELEASE, Window};

const TITLE: &str = "ディスク使用率アラートで、架電先を取り違えた";
const PROSE: [(&str, &str); 5] = [
    ("section-overview", "11月18日 02:14、顧客A社のバッチ基盤でディスク使用率のアラートを受けた。"),
    ("section-problem", "手順書は旧い連絡先を指しており、02:31に当番ではない窓口へ架電した。"),
    ("section-occurrence_cause", "連絡先の変更が、手順書に届く道がなかった。"),
    ("section-escape_cause", "机上の訓練では、連絡先の正しさを確かめていなかった。"),
    ("section-lessons", "ひとの入れ替わりは、手順書の入れ替わりでもある。"),
];
const OCCURRENCE: [&str; 3] =
    ["手順書の連絡先が古かった", "契約の更新が手順書に伝わらなかった", "連絡先の元の台帳が、ふたつあった"];
const ESCAPE: [&str; 2] = ["架電の前に確かめる手順がなかった", "訓練の観点に連絡先がなかった"];
const MEASURES: [&str; 3] = [
    "台帳をひとつにして、手順書はそこから引く",
    "監視の通知に、その時刻の当番を載せる",
    "四半期の訓練で、連絡先の照合を最初に行う",
];

#[test]
#[ignore = "drives the real window: cargo xtask test --only window"]
fn what_was_written_survives_a_crash_and_reads_the_same_in_word() {
    let person = Person::new();
    let window = person.open();
    window.picture("1-first");
    window.click("door-write");
    window.write_here("title", TITLE);
    for (field, text) in PROSE {
        window.write(field, text);
    }
    write_tree(&window, "occurrence", &OCCURRENCE);
    write_tree(&window, "escape", &ESCAPE);

    // A root cause without a measure asks for one, at the top of the table.
    for measure in &MEASURES[..2] {
        window.click("write-measure");
        window.write_here("countermeasure-text", measure);
    }
    assert!(!window.is_there("[data-test='gap']"), "every cause has its measure");
    window.click("add-countermeasure-escape");
    window.write_here("countermeasure-text", MEASURES[2]);
    window.wait_until_saved();
    window.picture("2-written");
    window.kill();

    // The window opens where one was writing.
    let window = person.open();
    window.find("title");
    window.picture("3-after-the-crash");
    assert_eq!(window.texts("title"), [TITLE]);
    for (field, text) in PROSE {
        unfold(&window, field);
        assert_eq!(window.texts(field), [text], "{field}");
    }
    assert_eq!(window.texts("why-occurrence"), OCCURRENCE);
    assert_eq!(window.texts("why-escape"), ESCAPE);
    assert_eq!(window.texts("countermeasure-text"), MEASURES);

    // What the window holds, the command line gives out.
    let docx = person.home.path().join("記事.docx");
    let path = docx.to_str().unwrap();
    let exported = person.home.json(&["export", "PM-0001", "--format", "docx", "--output", path]);
    assert_eq!(exported["path"], json!(path));
    let text = read_by_libreoffice(&docx, person.home.path());
    let prose = PROSE.map(|(_, text)| text);
    for wanted in [&[TITLE][..], &prose, &OCCURRENCE, &ESCAPE, &MEASURES].concat() {
        assert!(text.contains(wanted), "`{wanted}` is not in the document:\n{text}");
    }
}

/// One why under the other, by keyboard; the last one is a root cause.
fn write_tree(window: &Window<'_>, side: &str, whys: &[&str]) {
    let field = format!("why-{side}");
    window.click(&format!("add-{field}"));
    for (depth, why) in whys.iter().enumerate() {
        if depth > 0 {
            window.keys(&window.css(":focus"), &format!("{CONTROL}{ENTER}{RELEASE}"));
        }
        window.write_here(&field, why);
    }
    window.click("why-root");
}

/// What is written already is folded when an entry is opened again.
fn unfold(window: &Window<'_>, field: &str) {
    if !window.is_there(&format!("[data-test='{field}']")) {
        let section = field.trim_start_matches("section-");
        window.click_css(&format!("[data-section='{section}'] h2 button"));
        window.find(field);
    }
}
