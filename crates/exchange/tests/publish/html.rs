use crate::whole::html;

use crate::fixture::{album, entry, freeze, report};

#[test]
fn a_page_needs_nothing_but_itself() {
    let page = html::render(&report(), &album());
    assert!(page.starts_with("<!doctype html>\n<html lang=\"ja\">"));
    assert!(page.contains("content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\""));
    assert!(
        !page.contains("<script")
            && !page.contains("<link")
            && !page.contains("url(")
            && !page.contains("@import")
    );
    assert_eq!(page.matches("<img src=\"data:image/").count(), 2);
    assert!(page.contains("消えた画面"), "a missing picture is its caption");
}

#[test]
fn a_page_has_one_title_and_ordered_headings() {
    let page = html::render(&report(), &album());
    assert_eq!(page.matches("<h1>").count(), 1);
    let levels: Vec<u32> =
        page.split("<h").skip(1).filter_map(|rest| rest.chars().next()?.to_digit(10)).collect();
    assert!(levels.array_windows().all(|[a, b]| *b <= a + 1), "a level is skipped: {levels:?}");
    for heading in [
        "1 アラートと一次対処手順の概要",
        "2 問題の概要",
        "3 原因分析",
        "発生原因",
        "流出原因",
        "4 再発防止策",
        "学び",
        "時系列",
        "横展開",
        "レビュー",
        "添付",
    ] {
        assert!(page.contains(&format!(">{heading}</h")), "no `{heading}`");
    }
}

#[test]
fn causes_and_countermeasures_bear_the_same_tags() {
    let page = html::render(&report(), &album());
    for tag in ["発1", "発2", "流1"] {
        assert_eq!(page.matches(&format!("<span class=\"tag\">{tag}</span>")).count(), 2, "{tag}");
    }
}

#[test]
fn lines_that_were_written_apart_stay_apart() {
    let page = html::render(&report(), &album());
    assert!(page.contains("正しくは <strong>") || page.contains("正しくは"), "{page:.0}");
    assert!(page.contains("web-01 を再起動<br>(手順の例を"));
    assert!(page.contains("だった。<br>正常な1台が"));
}

#[test]
fn print_repeats_the_title_and_counts_pages() {
    let mut entry = entry();
    entry["title"] = "\"}</style> 題".into();
    let page = html::render(&freeze(entry, "ja"), &album());
    let style = page.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
    assert!(
        style.contains("@top-left{content:\"PM\\00002d0142\\000020\\000022\\00007d\\00003c\\00002fstyle"),
        "{style}"
    );
    assert!(style.contains("counter(page)"));
    assert!(style.matches('{').count() == style.matches('}').count());
}

#[test]
fn an_english_reader_gets_english_headings() {
    let page = html::render(&freeze(entry(), "en"), &album());
    assert!(
        page.contains("<html lang=\"en\">")
            && page.contains(">3 Causes</h2>")
            && page.contains(">4 Countermeasures</h2>")
    );
}
