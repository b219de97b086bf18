//! Markdown as people paste it: what it says is kept, what it could do is not.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and files made for it need not survive a crash"
)]

use std::time::{Duration, Instant};

use proptest::prelude::*;
use yokoten_model::markdown::{blocks, image_hash, is_safe_link, plain_text};
use yokoten_model::report::{Align, Block, Inline, Item, plain};

const HASH: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

fn one(markdown: &str) -> Block {
    let mut all = blocks(markdown);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph(vec![Inline::text(text)])
}

#[test]
fn html_is_text() {
    assert_eq!(one("a <b onclick=x>c</b>"), paragraph("a <b onclick=x>c</b>"));
    assert_eq!(one("<script>\nalert(1)\n</script>"), paragraph("<script>\nalert(1)\n</script>"));
}

#[test]
fn only_known_schemes_are_links() {
    for url in [
        "https://a.jp",
        "HTTP://a.jp",
        "mailto:a@b.jp",
        "postmortem:01938f2e-7a10-7cc2-9d0b-0a1b2c3d4e5f",
        "postmortem:01938f2e-7a10-7cc2-9d0b-0a1b2c3d4e5f#m2",
    ] {
        assert!(is_safe_link(url), "{url}");
    }
    for url in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "vbscript:x",
        "//evil.example",
        "/etc",
        "x",
        "",
        "postmortem:../x",
        "postmortem:",
        "postmortem:#m2",
        "blob:x",
        "http:\u{0}//a",
        "\u{1}https://a.jp",
    ] {
        assert!(!is_safe_link(url), "{url:?}");
        let all = blocks(&format!("[言葉](<{url}>)"));
        assert!(
            matches!(all.as_slice(), [Block::Paragraph(text)] if plain(text).contains("言葉")),
            "{url:?}: {all:?}"
        );
        assert!(!format!("{all:?}").contains("Link"), "{url:?}: {all:?}");
    }
}

#[test]
fn only_attachments_are_pictures() {
    let url = format!("blob:{HASH}");
    assert_eq!(image_hash(&url), Some(HASH));
    assert_eq!(one(&format!("![図]({url})")), Block::Image { hash: HASH.into(), caption: "図".into() });
    for url in [
        "https://a.jp/x.png",
        "data:image/png;base64,AA",
        "blob:abc",
        &format!("blob:{}", HASH.to_uppercase()),
        "x.png",
    ] {
        assert_eq!(one(&format!("![図]({url})")), paragraph("図"), "{url}");
    }
}

#[test]
fn a_picture_in_an_item_is_a_figure_too() {
    let figure = Block::Image { hash: HASH.into(), caption: "図".into() };
    for text in [format!("- ![図](blob:{HASH})"), format!("- ![図](blob:{HASH})\n\n- x")] {
        let Block::List { items, .. } = one(&text) else { panic!("no list") };
        assert_eq!(items[0].blocks, std::slice::from_ref(&figure), "{text}");
    }
}

#[test]
fn tables_and_task_lists_are_read() {
    let Block::Table { align, head, rows } = one("| a | b |\n| :-: | --: |\n| 1 | 2 |\n| 3 |") else {
        panic!("no table")
    };
    assert_eq!(align, [Align::Center, Align::Right]);
    assert_eq!((head.len(), rows.len(), rows[1].len()), (2, 2, 2));
    let item = |done, text| Item { done: Some(done), blocks: vec![paragraph(text)] };
    assert_eq!(
        one("- [ ] 未\n- [x] 済"),
        Block::List { start: None, items: vec![item(false, "未"), item(true, "済")] }
    );
}

#[test]
fn a_heading_is_one_line() {
    assert_eq!(
        one("上の\n下の\n==="),
        Block::Heading { level: 1, text: vec![Inline::text("上の 下の")], id: String::new() }
    );
}

#[test]
fn plain_text_has_the_words_and_no_markup() {
    let text =
        "# 見出し\n\n**強い** `code` [言葉](https://a.jp)\n\n- 一\n- 二\n\n| a | b |\n|-|-|\n| 1 | 2 |\n";
    let plain = plain_text(text);
    for word in ["見出し", "強い code 言葉", "一", "二", "1 2"] {
        assert!(plain.contains(word), "`{word}` is not in {plain}");
    }
    assert!(!plain.contains(['#', '*', '`', '[', '|']) && !plain.contains("https"), "{plain}");
}

/// Not how deep it is, and not much slower than it is long.
#[test]
fn hostile_text_is_read_in_time_and_without_much_stack() {
    const MANY: usize = 100_000;
    let all = [
        ">".repeat(MANY),
        "> ".repeat(MANY),
        "[".repeat(MANY),
        "![".repeat(MANY),
        "]".repeat(MANY),
        "*".repeat(MANY),
        "**a ".repeat(MANY),
        "_a*".repeat(MANY),
        "`".repeat(MANY),
        "- ".repeat(MANY),
        "1. ".repeat(MANY),
        "<".repeat(MANY),
        "[a](".repeat(MANY),
        "[a](<b".repeat(MANY),
        "<!--".repeat(MANY),
        "~~a".repeat(MANY),
        "|".repeat(MANY),
        "\\".repeat(MANY),
        "&".repeat(MANY),
        format!("{}\n{}\n", "|a".repeat(2_000), "|-".repeat(2_000)) + &"|\n".repeat(2_000),
        (0..300).map(|depth| format!("{}- a\n", "  ".repeat(depth))).collect::<String>(),
        "a\n".repeat(MANY),
        "# ".repeat(MANY),
        "```\n".repeat(MANY),
        "[x]: y\n".repeat(MANY),
    ];
    let small = std::thread::Builder::new().stack_size(512 * 1024);
    let worker = small.spawn(move || {
        for text in all {
            let start = Instant::now();
            let read = blocks(&text);
            drop(plain_text(&text));
            drop(read.clone());
            drop(read);
            let took = start.elapsed();
            // Generous: a debug build on a busy machine. Quadratic would be minutes.
            assert!(took < Duration::from_secs(20), "{text:.20} took {took:?}");
        }
    });
    worker.unwrap().join().unwrap();
}

proptest! {
    /// Any text at all can be read.
    #[test]
    fn nothing_breaks_it(text in "[\\PC\n\t]{0,200}") {
        let _ = (blocks(&text), plain_text(&text));
    }
}
