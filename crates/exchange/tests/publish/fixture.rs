//! An entry that uses everything a report can hold.

use std::collections::HashMap;
use std::io::Cursor;

use serde_json::{Value, json};
use yokoten_exchange::publish::Images;
use yokoten_model::postmortem::from_json;
use yokoten_model::report::{self, Labels, Report};
use yokoten_model::template::Template;

/// The app's words, read from its catalogue.
pub struct Words(toml::Table, &'static str);

impl Words {
    pub fn new(lang: &'static str) -> Self {
        Self(include_str!("../../../app/catalogue/report.toml").parse().unwrap(), lang)
    }
}

impl Labels for Words {
    fn lang(&self) -> &str {
        self.1
    }

    fn label(&self, key: &str) -> String {
        let text = self.0.get(&format!("report.{key}")).unwrap_or_else(|| panic!("no label `{key}`"));
        text[self.1].as_str().unwrap().to_owned()
    }
}

/// Pictures in memory.
#[derive(Default)]
pub struct Album(pub HashMap<String, Vec<u8>>);

impl Images for Album {
    fn bytes(&self, hash: &str) -> Option<Vec<u8>> {
        self.0.get(hash).cloned()
    }
}

pub fn hash(letter: char) -> String {
    letter.to_string().repeat(64)
}

/// A picture like a screenshot: flat areas and lines of "text".
pub fn picture(width: u32, height: u32, format: image::ImageFormat) -> Vec<u8> {
    let image = image::RgbImage::from_fn(width, height, |x, y| {
        if y < 40 {
            image::Rgb([26, 42, 66])
        } else if y % 24 < 3 && x % 97 < 70 {
            image::Rgb([69, 70, 74])
        } else {
            image::Rgb([248, 247, 243])
        }
    });
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// Two pictures that are here (`a` is a PNG, `b` a JPEG); `c` is missing.
pub fn album() -> Album {
    Album(HashMap::from([
        (hash('a'), picture(1600, 900, image::ImageFormat::Png)),
        (hash('b'), picture(800, 500, image::ImageFormat::Jpeg)),
    ]))
}

/// Freezes a document as the app does.
pub fn freeze(json: Value, lang: &'static str) -> Report {
    let mut ids = 0;
    let mut next = || {
        ids += 1;
        format!("made-{ids}")
    };
    let postmortem = from_json(json, &mut next).unwrap();
    report::postmortem(&postmortem, &Template::builtin(), &Words::new(lang), "2025-11-20T09:30:00+09:00")
}

/// The entry as a report, in Japanese.
pub fn report() -> Report {
    freeze(entry(), "ja")
}

pub fn entry() -> Value {
    let overview = format!(
        "CloudWatch `a-ec-prd-alb-5xx`(5分に50件以上が2回)で鳴る。詳しくは[監視設計書](https://wiki.example.jp/a?x=1&y=2)。\n\n\
         ### 本来の流れ\n\n1. 顧客と環境を照合する\n2. **unhealthy** のターゲットを特定する\n   - コンソールで見る\n   - \
         CLI で見る\n3. その1台だけを再起動する\n\n![構成図: ALB の下に3台](blob:{})\n\n```sh\naws elbv2 \
         describe-target-health --target-group-arn \"$TG\" | jq '.[] | select(.State != \"healthy\")'\n```\n",
        hash('a')
    );
    let problem = format!(
        "02:14、手順4で `web-01` を再起動した。正しくは **web-07** だった。\n正常な1台が止まり、応答遅延が11分つづいた。\n\n\
         | 時間帯 | 5xx 件数 | 影響 |\n| :-- | --: | :-: |\n| 02:10–02:14 | 212 | 一部 |\n| 02:14–02:25 | 1,840 | 全体 |\n\n\
         > 監視チャンネル: 「復旧しません。対象は合っていますか」\n\n![再起動の直後の画面](blob:{})\n\n![消えた画面](blob:{})\n",
        hash('b'),
        hash('c')
    );
    json!({
        "format": "yokoten/postmortem/1", "id": "01938f2e-7a10-7cc2-9d0b-0a1b2c3d4e5f", "number": "PM-0142",
        "title": "構成変更のあとも手順に残った固定のホスト名で、正常なサーバーを再起動した",
        "status": "published",
        "occurred_at": "2025-11-13T17:14:00Z", "noticed_at": "2025-11-14T02:25:00+09:00",
        "reported_at": "2025-11-14T09:00:00+09:00", "resolved_at": "2025-11-14T02:31:00+09:00",
        "customer": "あおば商事", "service": "ECサイト", "found_by": "second_line", "customer_impact": "affected",
        "occurrence_category": "O1", "escape_category": "E4", "tags": ["ALB", "再起動"],
        "alert": {"source": "CloudWatch", "name": "a-ec-prd-alb-5xx", "incident": "#48213",
            "url": "https://pagerduty.example.jp/incidents/48213"},
        "runbook": {"title": "RB-A-017 ALB 5xx", "url": "https://wiki.example.jp/rb-a-017", "revision": "r12",
            "step": "手順4", "steps": [{"id": "s3", "text": "特定"}, {"id": "s4", "text": "再起動"}]},
        "sections": {
            "overview": overview, "problem": problem,
            "occurrence_cause": "再起動の対象が、手順に**固定のホスト名**で書かれていた。",
            "escape_cause": "実行前の確認が、手順書と同じ資料だけを見ていた。",
            "lessons": "Auto Scaling の下では、名前ではなく**状態**で選ぶ。"
        },
        "causes": {
            "occurrence": [{"id": "o1", "text": "手順4の例がそのまま実行できる形だった", "kind": "fact", "evidence": "RB-A-017 r12 手順4",
                "children": [
                    {"id": "o2", "text": "ホスト名が固定で書かれていた", "kind": "fact", "evidence": "同上", "root": true},
                    {"id": "o3", "text": "構成変更の完了条件に手順の改訂がなかった", "kind": "fact", "evidence": "変更票 CHG-2210",
                     "children": [{"id": "o4", "text": "変更管理と手順書の台帳がつながっていない", "kind": "assumption", "root": true}]}
                ]}],
            "escape": [{"id": "e1", "text": "実行前の確認が止めなかった", "kind": "fact", "evidence": "チャットの記録",
                "children": [{"id": "e2", "text": "画面の対象と照合する地点がなかった", "kind": "fact", "root": true}]}]
        },
        "countermeasures": [
            {"id": "m1", "side": "occurrence", "term": "permanent", "text": "unhealthy のターゲットだけを選ばせるスクリプトに替える",
             "causes": ["o2"], "method": "replace", "owner": "二次運用", "due": "2025-11-21", "state": "done",
             "link": "https://backlog.example.jp/view/OPS-311",
             "effect": {"measure": "誤った再起動", "denominator": "ALB 5xx の対応 30件", "check_on": "2026-01-31",
                "judge": "MSP リーダー", "verdict": "effective", "note": "0件 / 34件"}},
            {"id": "m2", "side": "occurrence", "term": "permanent", "text": "変更票の完了条件に手順の改訂を入れる", "causes": ["o4"],
             "method": "ease", "owner": "変更管理", "due": "2025-12-05"},
            {"id": "m3", "side": "escape", "term": "interim", "text": "実行前に別の人がコンソールで対象を照合する", "causes": ["e2"],
             "method": "check", "owner": "MSP", "due": "2025-11-17", "state": "done",
             "exception": "スクリプトが対象を限るまでの間だけ、強さ2で補う"}
        ],
        "timeline": [
            {"id": "t1", "at": "2025-11-14T02:10:00+09:00", "actor": "監視", "text": "アラート発報", "source": "pagerduty"},
            {"id": "t2", "at": "2025-11-14T02:14:00+09:00", "actor": "MSP 一次", "text": "web-01 を再起動\n(手順の例をそのまま実行 | 承認済み)",
             "step": "s4", "step_outcome": "done"},
            {"id": "t3", "at": "2025-11-14T02:25:00+09:00", "actor": "二次運用", "text": "対象の誤りを指摘", "step_outcome": "not_in_runbook"}
        ],
        "applies_to": [
            {"target": "RB-A-018〜RB-A-025", "decision": "needed", "link": "https://backlog.example.jp/view/OPS-320"},
            {"target": "みどり銀行", "decision": "not_needed", "reason": "固定の台数で運用している"}
        ],
        "reviews": [
            {"team": "msp", "reviewer": "佐藤", "at": "2025-11-18T10:00:00+09:00", "verdict": "approved"},
            {"team": "second_line", "reviewer": "鈴木", "at": "2025-11-19T15:30:00+09:00", "verdict": "approved"}
        ],
        "checklist": [
            {"item": "②に原因・個人名がない", "done": true},
            {"item": "教材にするか", "done": false, "reason": "効果確認のあとに決める"}
        ],
        "comments": [{"id": "c1", "on": "sections.problem", "by": "田中", "text": "内輪の話です"}],
        "template": "standard@1",
        "attachments": [
            {"hash": hash('a'), "name": "構成図.png", "caption": "構成図", "media_type": "image/png"},
            {"hash": hash('b'), "name": "画面.jpg", "caption": "画面", "media_type": "image/jpeg"},
            {"hash": hash('d'), "name": "alb.log", "caption": "そのときのログ", "media_type": "text/plain"}
        ]
    })
}

/// The entry with its prose repeated: at 8 about twenty pages of A4.
pub fn long(times: usize) -> Report {
    let mut json = entry();
    for key in ["overview", "problem"] {
        let text = json["sections"][key].as_str().unwrap().repeat(times);
        json["sections"][key] = text.into();
    }
    let rows: Vec<Value> = json["timeline"].as_array().unwrap().iter().cycle().take(60).cloned().collect();
    json["timeline"] = rows.into_iter().map(without_id).collect();
    freeze(json, "ja")
}

fn without_id(mut row: Value) -> Value {
    row.as_object_mut().unwrap().remove("id");
    row
}

/// A book of two chapters that uses everything a book can hold.
pub fn book() -> Report {
    use yokoten_model::report::{Block, Choice, Cover, Inline, Question};
    let text = |text: &str| vec![Inline::text(text)];
    let chapter = |id: &str, title: &str| Block::Heading { level: 1, text: text(title), id: id.to_owned() };
    let section = |title: &str| Block::Heading { level: 2, text: text(title), id: String::new() };
    let question = |label: &str, right: &str, wrong: &str, answer: &str| {
        Block::Question(Question {
            label: label.to_owned(),
            prompt: vec![Block::Paragraph(text(&format!("{label}: この時点で、何と照合しますか")))],
            choices: vec![
                Choice { text: text(wrong), right: false },
                Choice { text: text(right), right: true },
            ],
            answer_label: "答え".to_owned(),
            answer: vec![Block::Paragraph(text(answer))],
        })
    };
    let mut blocks = vec![chapter("ch-alb", "正常な EC2 を再起動した"), section("状況")];
    let mut entry = report().blocks;
    for block in &mut entry {
        if let Block::Heading { level, .. } = block {
            *level += 1;
        }
    }
    blocks.extend(entry);
    blocks.extend([
        section("考えてみよう"),
        question(
            "問1",
            "コンソールの状態",
            "手順書のホスト名",
            "名前は構成変更で古くなる。状態は古くならない。",
        ),
        chapter("ch-contact", "旧い連絡先表で架電した"),
        section("状況"),
        Block::Paragraph(text("02:14、手順3の連絡先表で旧版を参照した。正しくは新版。")),
        Block::Image { hash: hash('a'), caption: "連絡先表の二つの版".to_owned() },
        Block::Question(Question {
            label: "問2".to_owned(),
            prompt: vec![Block::Paragraph(text("止められた地点はどこでしたか"))],
            choices: Vec::new(),
            answer_label: "答え".to_owned(),
            answer: vec![Block::Paragraph(text("架電の前の、宛先の照合。"))],
        }),
        question("問3", "一覧は一つ", "一覧は二つ", "二つあれば、片方は古い。"),
    ]);
    Report {
        title: "一次対処 新人教材".to_owned(),
        number: String::new(),
        lang: "ja".to_owned(),
        date: "2025-12-01T09:00:00+09:00".to_owned(),
        properties: Vec::new(),
        cover: Some(Cover {
            lines: vec!["入社した人へ".to_owned(), "全2章".to_owned()],
            contents: "目次".to_owned(),
        }),
        blocks,
    }
}
