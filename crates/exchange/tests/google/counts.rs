//! What a publication costs.

use yokoten_exchange::http::Traffic;
use yokoten_model::report::Report;

use super::fixture::{Author, book};

fn hundred(changed: &str) -> Report {
    let chapters: Vec<(String, String, String)> = (0..100)
        .map(|number| {
            let text = format!(
                "## 状況\n\n{number}番の話。\n\n- 見る\n- 知らせる\n\n{}\n",
                if number == 57 { changed } else { "結び" }
            );
            (format!("c{number}"), format!("第{number}章"), text)
        })
        .collect();
    let borrowed: Vec<(&str, &str, &str)> =
        chapters.iter().map(|(id, title, text)| (id.as_str(), title.as_str(), text.as_str())).collect();
    book(&borrowed)
}

/// What a first publication of 100 chapters, one of the same, and one of a single changed block cost. For the bench,
/// too, which includes this file beside the server.
pub fn costs(author: &mut Author) -> [Traffic; 3] {
    ["結び", "結び", "結びを直す"].map(|changed| author.publish(&hundred(changed)).traffic)
}

#[test]
fn a_hundred_chapters_within_the_quota() {
    let mut author = Author::new();
    let [first, same, changed] = costs(&mut author);
    assert_eq!(
        (first.writes, first.reads, first.again),
        (101, 3, 0),
        "tabs in one batch, then one a chapter"
    );
    assert_eq!((same.reads, same.writes), (1, 0));
    assert_eq!((changed.reads, changed.writes), (2, 1));
    {
        let state = author.server.state();
        assert_eq!(state.too_many, 0, "not one 429");
        let count = |path: &str| state.log.iter().filter(|line| line.starts_with(path)).count();
        assert_eq!(count("POST /v1/documents"), 102, "as the server counts");
        assert_eq!(count("GET /v1/documents"), 6);
        assert_eq!(count("POST /drive/v3/files"), 1);
        assert_eq!(state.log.len(), 109);
    }
    let waited: std::time::Duration = author.server.ticks.waits.lock().unwrap().iter().sum();
    assert!((50..70).contains(&waited.as_secs()), "102 writes are a minute's 60 and 42 more: {waited:?}");
}
