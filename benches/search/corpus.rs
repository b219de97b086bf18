//! Believable Japanese entries with a Zipfian vocabulary, and what people would type to find them. All of it seeded.

use std::io::Read;
use std::path::{Path, PathBuf};

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use yokoten_model::postmortem::{Postmortem, from_json};
use yokoten_store::{Author, Store};

use crate::Outcome;

/// Changes with what is made here, so that an older workspace is not measured.
const EDITION: u32 = 5;

/// Entries that are written in one transaction.
const BATCH: usize = 1000;

/// Words of the trade: the most frequent ones.
const TRADE: [&str; 72] = [
    "手順",
    "確認",
    "監視",
    "アラート",
    "対応",
    "連絡",
    "再起動",
    "サーバー",
    "対象",
    "障害",
    "手順書",
    "顧客",
    "画面",
    "通知",
    "設定",
    "原因",
    "ログ",
    "環境",
    "本番",
    "復旧",
    "担当",
    "作業",
    "更新",
    "記載",
    "引き継ぎ",
    "夜間",
    "架電",
    "判断",
    "検知",
    "切り替え",
    "しきい値",
    "メール",
    "接続",
    "権限",
    "コマンド",
    "実行",
    "エスカレーション",
    "二次運用",
    "一次対応",
    "連絡先",
    "抑止",
    "解除",
    "バックアップ",
    "ディスク",
    "容量",
    "証明書",
    "期限",
    "パスワード",
    "チケット",
    "起票",
    "クローズ",
    "再発",
    "チャット",
    "ダッシュボード",
    "インスタンス",
    "データベース",
    "レプリケーション",
    "ロードバランサー",
    "タイムアウト",
    "メンテナンス",
    "リリース",
    "ジョブ",
    "バッチ",
    "キュー",
    "遅延",
    "応答",
    "停止",
    "失敗",
    "誤り",
    "旧版",
    "宛先",
    "台帳",
];

const SHAPES: [&str; 16] = [
    "{t}、{w}の{w}を{w}した。",
    "{w}が{w}に{w}されていなかった。",
    "手順{n}で{w}と{w}を取り違えた。",
    "{w}は{w}だが、{w}には{w}と書かれている。",
    "{h}の{w}を見て、{w}と判断した。",
    "{w}の{w}に{w}がなく、{w}まで{w}が残った。",
    "{w}を{w}する前に{w}を見る。",
    "{w}から{w}への{w}が{n}分遅れた。",
    "{w}・{w}・{w}の三つを{w}で比べる。",
    "{w}が出たら{w}に電話する。",
    "{h}で{w}が{n}件つづいた。",
    "{w}しても{w}が変わらない。",
    "{w}の{w}は{w}の{w}と同じ{w}を見ていた。",
    "{t}に{w}が{w}を受けた。",
    "{w}には{w}の{w}が要る。",
    "{w}を待たずに{w}へ進んだ。",
];

/// What texts are made of.
pub(crate) struct Words {
    words: Vec<String>,
    /// Of each word, the sum of the frequencies up to it.
    sums: Vec<f64>,
    /// Readings in kana and the words that they stand for.
    pub(crate) readings: Vec<(String, String)>,
}

impl Words {
    pub(crate) fn new() -> Outcome<Self> {
        let packed = include_bytes!("../../crates/store/src/search/readings/ipadic.tsv.zlib");
        let mut text = String::new();
        flate2::read::ZlibDecoder::new(&packed[..]).read_to_string(&mut text)?;
        let mut readings: Vec<(String, String)> = text
            .lines()
            .filter_map(|line| line.split_once('\t'))
            .flat_map(|(reading, words)| {
                words.split(' ').map(move |word| (reading.to_owned(), word.to_owned()))
            })
            .filter(|(_, word)| (2..=5).contains(&word.chars().count()))
            .collect();
        let mut rng = SmallRng::seed_from_u64(7);
        for at in (1..readings.len()).rev() {
            readings.swap(at, rng.random_range(0..=at));
        }
        let rare = readings.iter().map(|(_, word)| word.clone()).take(40_000);
        let words: Vec<String> = TRADE.iter().map(|word| (*word).to_owned()).chain(rare).collect();
        let sums = (0..words.len())
            .scan(0.0, |sum, rank| {
                *sum += 1.0 / (rank as f64 + 8.0);
                Some(*sum)
            })
            .collect();
        readings.truncate(2_000);
        Ok(Self { words, sums, readings })
    }

    fn word(&self, rng: &mut SmallRng) -> &str {
        let at = rng.random_range(0.0..self.sums.last().copied().unwrap_or(1.0));
        let rank = self.sums.partition_point(|sum| *sum <= at);
        self.words.get(rank).map_or("手順", String::as_str)
    }

    fn sentence(&self, rng: &mut SmallRng, out: &mut String) {
        let shape = SHAPES.get(rng.random_range(0..SHAPES.len())).copied().unwrap_or_default();
        let mut rest = shape;
        while let Some(at) = rest.find('{') {
            out.push_str(&rest[..at]);
            match rest.as_bytes().get(at + 1) {
                Some(b't') => {
                    let (hour, minute) = (rng.random_range(0..24), rng.random_range(0..60));
                    out.push_str(&format!("{hour:02}:{minute:02}"));
                }
                Some(b'n') => out.push_str(&rng.random_range(2..60).to_string()),
                Some(b'h') => out.push_str(&host(rng)),
                _ => out.push_str(self.word(rng)),
            }
            rest = rest.get(at + 3..).unwrap_or_default();
        }
        out.push_str(rest);
    }

    fn text(&self, rng: &mut SmallRng, characters: usize) -> String {
        let mut text = String::new();
        let mut count = 0;
        while count < characters {
            let before = text.len();
            self.sentence(rng, &mut text);
            count += text.get(before..).unwrap_or_default().chars().count();
        }
        text
    }

    /// One entry; `size` scales its texts, 1 being about 2.5 KB of them.
    pub(crate) fn entry(&self, serial: usize, size: usize) -> Outcome<Postmortem> {
        let rng = &mut SmallRng::seed_from_u64(serial as u64);
        let mut text = |characters: usize| self.text(rng, characters * size);
        let (title, overview, problem) = (text(18), text(150), text(180));
        let (occurrence, escape, lessons) = (text(120), text(90), text(40));
        let nodes: Vec<Value> =
            (0..3).map(|n| json!({"id": format!("c{n}"), "text": text(25), "root": n == 2})).collect();
        let measures: Vec<Value> = (0..2)
            .map(|n| json!({"id": format!("m{n}"), "text": text(30), "owner": format!("担当{}", serial % 23), "causes": ["c2"]}))
            .collect();
        let timeline: Vec<Value> = (0..4)
            .map(|n| json!({"at": format!("2026-03-14T03:{n:02}:00+09:00"), "actor": "MSP一次担当", "text": text(20)}))
            .collect();
        let status =
            ["draft", "in_review", "published", "verified"].get(serial % 4).copied().unwrap_or_default();
        let (month, day) = (serial / 28 % 12 + 1, serial % 28 + 1);
        let json = json!({
            "id": format!("019aa1b2-{:04x}-7000-8000-{serial:012x}", serial % 0x1_0000), "title": title.trim_end_matches('。'),
            "occurred_at": format!("{}-{month:02}-{day:02}T03:12:00+09:00", 2016 + serial / 336 % 11),
            "customer": format!("顧客{}社", serial * 7 % 80), "service": format!("サービス{}", serial * 5 % 20),
            "status": status,
            "occurrence_category": format!("O{}", serial % 11 + 1), "escape_category": format!("E{}", serial % 7 + 1),
            "alert": {"name": host(&mut SmallRng::seed_from_u64(serial as u64 % 500))},
            "runbook": {"step": format!("手順{}", serial % 9 + 1)},
            "sections": {"overview": overview, "problem": problem, "occurrence_cause": occurrence, "escape_cause": escape,
                "lessons": lessons},
            "causes": {"occurrence": nodes}, "countermeasures": measures, "timeline": timeline,
        });
        let mut count = 0;
        Ok(from_json(json, &mut || {
            count += 1;
            format!("n{count}")
        })?)
    }
}

fn host(rng: &mut SmallRng) -> String {
    let part = |rng: &mut SmallRng, from: &[&'static str]| {
        from.get(rng.random_range(0..from.len())).copied().unwrap_or_default()
    };
    let (site, role) = (
        part(rng, &["ec", "pay", "crm", "stk", "rsv", "log"]),
        part(rng, &["web", "db", "alb", "api", "job"]),
    );
    format!("{site}-{}-{role}-{:02}", part(rng, &["prd", "stg"]), rng.random_range(1..40))
}

/// A workspace of so many entries, made once and kept below `target`.
pub(crate) fn workspace(words: &Words, entries: usize) -> Outcome<PathBuf> {
    let kept =
        Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../target/tmp/search-{entries}-{EDITION}"));
    if kept.exists() {
        return Ok(kept);
    }
    eprintln!("  writing a workspace of {entries} entries, once");
    let making = kept.with_extension("making");
    let _ = std::fs::remove_dir_all(&making);
    std::fs::create_dir_all(kept.parent().ok_or("no folder")?)?;
    let mut store = Store::open(&making, true)?;
    for start in (0..entries).step_by(BATCH) {
        let batch = (start..entries.min(start + BATCH))
            .map(|serial| words.entry(serial, 1))
            .collect::<Outcome<Vec<_>>>()?;
        store.put_all(&batch, &author(), i64::try_from(start)?)?;
    }
    store.tidy()?;
    drop(store);
    std::fs::rename(&making, &kept)?;
    Ok(kept)
}

pub(crate) fn author() -> Author {
    Author { name: "森".into(), team: None }
}

/// What is typed: by kind, each a query of a search box.
pub(crate) fn queries(words: &Words, entries: usize) -> Outcome<Vec<(&'static str, String)>> {
    let rng = &mut SmallRng::seed_from_u64(11);
    let mut queries: Vec<(&'static str, String)> = Vec::new();
    let cut =
        |text: &str, from: usize, length: usize| text.chars().skip(from).take(length).collect::<String>();
    for _ in 0..60 {
        queries.push(("one word", words.word(rng).to_owned()));
    }
    for _ in 0..60 {
        let entry = words.entry(rng.random_range(0..entries), 1)?;
        let mut part = |text: &str| {
            let from = rng.random_range(0..text.chars().count().saturating_sub(4).max(1));
            cut(text, from, 3)
        };
        let two = format!("{} {}", part(&entry.sections.problem), part(&entry.sections.overview));
        queries.push(("two words", two));
    }
    for _ in 0..50 {
        let entry = words.entry(rng.random_range(0..entries), 1)?;
        let from = rng.random_range(0..60);
        queries.push(("a piece of a text", cut(&entry.sections.problem, from, 4 + from % 7)));
    }
    for _ in 0..30 {
        queries.push(("two characters", cut(words.word(rng), 0, 2)));
        queries.push(("one character", cut(words.word(rng), 0, 1)));
    }
    for at in 0..26 {
        let Some((reading, _)) = words.readings.get(at * 31) else { continue };
        for length in 1..=reading.chars().count().min(3) {
            queries.push(("kana, key by key", cut(reading, 0, length)));
        }
    }
    for at in 0..20 {
        if let Some((reading, _)) = words.readings.get(at * 17 + 5) {
            queries.push(("a reading", reading.clone()));
        }
    }
    for serial in 0..10 {
        queries.push(("with a filter", format!("顧客:顧客{}社 {}", serial * 3, words.word(rng))));
        queries.push(("without a word", format!("{} -{}", words.word(rng), words.word(rng))));
    }
    queries.retain(|(_, query)| !query.trim().is_empty());
    Ok(queries)
}
