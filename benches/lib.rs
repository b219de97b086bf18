//! What the benches share: documents of a believable size, and percentiles.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use yokoten_model::Postmortem;
use yokoten_model::postmortem::from_json;

/// Sentences of the trade, to fill texts with.
const SENTENCES: [&str; 8] = [
    "02:14、手順3の連絡先表で旧版を参照し、B社窓口へ架電した。",
    "構成変更の完了条件に、手順の見直しが入っていなかった。",
    "二人目の確認はコマンドの文字列だけを見ており、対象を画面と照合する地点がなかった。",
    "unhealthy のターゲットだけを表示して選ばせるスクリプトに替える。",
    "再起動のあと、ALB の状態を見る手順がなかった。",
    "復旧通知から5分間は、まだ終わっていない。",
    "監視の抑止に終了時刻がなく、翌朝まで通知が止まっていた。",
    "顧客から 03:40 に電話があり、二次運用が気づいた。",
];

/// Text of at least so many bytes of UTF-8.
#[must_use]
pub fn text(bytes: usize, seed: usize) -> String {
    let mut text = String::new();
    for index in seed.. {
        if text.len() >= bytes {
            break;
        }
        text.push_str(SENTENCES.get(index * 7 % SENTENCES.len()).copied().unwrap_or_default());
    }
    text
}

/// A finished postmortem of about so many bytes of JSON.
///
/// # Panics
/// Never: what it builds follows the format.
#[must_use]
#[expect(clippy::expect_used, reason = "the document is written here")]
pub fn postmortem(serial: usize, bytes: usize) -> Postmortem {
    let part = bytes / 10;
    let node = |id: &str, root: bool, children: Value| json!({"id": id, "text": text(part / 4, serial), "evidence": "画面の記録", "root": root, "children": children});
    let tree = |side: &str| {
        let below =
            json!([node(&format!("{side}2"), true, json!([])), node(&format!("{side}3"), false, json!([]))]);
        json!([node(&format!("{side}1"), false, below)])
    };
    let measure = |id: usize, cause: &str| {
        json!({"id": format!("m{id}"), "text": text(part / 4, id), "causes": [cause], "method": "replace",
            "owner": "二次運用", "due": "2026-12-01"})
    };
    let json = json!({
        "id": format!("019aa1b2-{:04x}-7000-8000-{:012x}", serial % 0x1_0000, serial),
        "title": format!("アラート {serial} の対応で、宛先を取り違えた"),
        "customer": format!("顧客{}社", serial % 80), "service": "EC サイト", "occurred_at": "2026-11-14T03:12:00+09:00",
        "sections": {"overview": text(part * 2, serial), "problem": text(part * 2, serial + 1),
            "occurrence_cause": text(part, serial + 2), "escape_cause": text(part, serial + 3), "lessons": text(part / 2, serial)},
        "causes": {"occurrence": tree("o"), "escape": tree("e")},
        "countermeasures": [measure(1, "o2"), measure(2, "e2"), measure(3, "o2")],
        "timeline": (0..6).map(|n| json!({"at": format!("2026-11-14T03:{n:02}:00+09:00"), "actor": "MSP一次担当", "text": text(part / 8, n)})).collect::<Vec<_>>(),
    });
    let mut count = 0;
    from_json(json, &mut || {
        count += 1;
        format!("n{count}")
    })
    .expect("the bench's document follows the format")
}

/// Times of one thing, many times.
#[derive(Debug, Default)]
pub struct Times(Vec<Duration>);

impl Times {
    /// Times one call.
    pub fn time<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = work();
        self.0.push(start.elapsed());
        result
    }

    /// Adds what was timed elsewhere, in milliseconds.
    pub fn add(&mut self, milliseconds: f64) {
        self.0.push(Duration::from_secs_f64(milliseconds.max(0.0) / 1000.0));
    }

    /// The time that `part` (0 to 1) of all calls stayed within, in milliseconds.
    #[must_use]
    pub fn within(&self, part: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "an index of a short list"
        )]
        let index = ((sorted.len() as f64 * part).ceil() as usize).saturating_sub(1);
        sorted.get(index).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
    }
}

/// Prints one line of the table.
pub fn row(what: &str, figure: &str, target: &str, met: bool) {
    println!("| {what} | {figure} | {target} | {} |", if met { "yes" } else { "NO" });
}
