//! A small book, someone who is signed in, and a journal that outlives the program.

use std::collections::BTreeMap;
use std::sync::Mutex;

use yokoten_exchange::google::{Account, Error as SignIn, Secrets};
use yokoten_exchange::http::{Http, Secret};
use yokoten_exchange::publish::Images;
use yokoten_exchange::publish::google_docs::{
    Answers, Error, Journal, Outcome, Part, Pictures, Plan, Publication, Publisher, Theirs,
};
use yokoten_model::markdown;
use yokoten_model::report::{Block, Choice, Inline, Question, Report};

use super::server::{REFRESH, Server};

#[derive(Default)]
pub struct Memory(pub Mutex<Option<String>>);

impl Secrets for Memory {
    fn load(&self) -> Result<Option<Secret>, SignIn> {
        Ok(self.0.lock().unwrap().clone().map(Secret::new))
    }

    fn save(&self, secret: &Secret) -> Result<(), SignIn> {
        *self.0.lock().unwrap() = Some(secret.reveal().to_owned());
        Ok(())
    }

    fn delete(&self) -> Result<(), SignIn> {
        *self.0.lock().unwrap() = None;
        Ok(())
    }
}

pub struct Shelf(pub BTreeMap<String, Vec<u8>>);

impl Images for Shelf {
    fn bytes(&self, hash: &str) -> Option<Vec<u8>> {
        self.0.get(hash).cloned()
    }
}

/// Whoever publishes: what is on disk, and the server.
pub struct Author {
    pub server: Server,
    pub secrets: Memory,
    /// The journal as JSON, as it was last kept.
    pub disk: String,
    pub answers: Answers,
    pub pictures: Pictures,
    pub shelf: Shelf,
    pub chosen: Option<String>,
}

impl Author {
    pub fn new() -> Self {
        let png = include_bytes!("dot.png").to_vec();
        Self {
            server: Server::start(),
            secrets: Memory(Mutex::new(Some(REFRESH.to_owned()))),
            disk: serde_json::to_string(&Journal::default()).unwrap(),
            answers: Answers::new(),
            pictures: Pictures::Linked,
            shelf: Shelf(BTreeMap::from([("h".repeat(64), png)])),
            chosen: None,
        }
    }

    pub fn with<T>(&self, book: &Report, run: impl FnOnce(&Publisher<'_>, &Publication<'_>) -> T) -> T {
        let http = Http::new(self.server.ticks.clone(), |_| {});
        let client = self.server.client();
        let account = Account::new(&http, &client, &self.secrets);
        let endpoints = self.server.endpoints();
        let publisher = Publisher::new(&http, &endpoints, &account);
        let publication = Publication {
            report: book,
            book: "book-1",
            document: self.chosen.as_deref(),
            folder: None,
            pictures: self.pictures,
            images: &self.shelf,
            answers: &self.answers,
        };
        run(&publisher, &publication)
    }

    pub fn journal(&self) -> Journal {
        serde_json::from_str(&self.disk).unwrap()
    }

    pub fn plan(&self, book: &Report) -> Plan {
        let journal = self.journal();
        self.with(book, |publisher, publication| publisher.plan(publication, &journal)).unwrap()
    }

    pub fn theirs(&self, book: &Report) -> Vec<Theirs> {
        let journal = self.journal();
        self.with(book, |publisher, publication| publisher.theirs(publication, &journal)).unwrap()
    }

    pub fn try_publish(&mut self, book: &Report) -> Result<Outcome, Error> {
        let mut journal = self.journal();
        let mut disk = self.disk.clone();
        let mut keep = |journal: &Journal, _: &[Part]| {
            disk = serde_json::to_string(journal).unwrap();
            Ok(())
        };
        let outcome = self.with(book, |publisher, publication| {
            publisher.publish(publication, &mut journal, &mut keep, &mut |_| {})
        });
        self.disk = disk;
        outcome
    }

    pub fn publish(&mut self, book: &Report) -> Outcome {
        let outcome = self.try_publish(book);
        let refused = std::mem::take(&mut self.server.state().refused);
        outcome.unwrap_or_else(|error| panic!("{error}; refused: {refused:#?}"))
    }

    pub fn document(&self) -> String {
        self.journal().document.unwrap()
    }

    /// The texts of all tabs, by title.
    pub fn texts(&self) -> BTreeMap<String, String> {
        let id = self.document();
        let state = self.server.state();
        state.documents[&id].tabs.iter().map(|tab| (tab.title.clone(), tab.body.text())).collect()
    }

    /// A person edits a tab.
    pub fn person<T>(&self, title: &str, change: impl FnOnce(&mut super::body::Body) -> T) -> T {
        let id = self.document();
        self.server.state().documents.get_mut(&id).unwrap().edit(title, change)
    }
}

pub fn heading(id: &str, title: &str) -> Block {
    Block::Heading { level: 1, text: vec![Inline::text(title)], id: id.to_owned() }
}

/// A report of chapters: id, title, Markdown.
pub fn book(chapters: &[(&str, &str, &str)]) -> Report {
    let mut blocks = Vec::new();
    for (id, title, text) in chapters {
        blocks.push(heading(id, title));
        blocks.extend(markdown::blocks(text));
    }
    report(blocks)
}

pub fn report(blocks: Vec<Block>) -> Report {
    Report {
        title: "新人教材".to_owned(),
        number: String::new(),
        lang: "ja".to_owned(),
        date: "2026-01-01T00:00:00Z".to_owned(),
        properties: Vec::new(),
        cover: None,
        blocks,
    }
}

pub const RICH: &str = "## 状況\n\n夜間、𠮷田商店の**監視**から通知。👨‍👩‍👧‍👦 が[手順書](https://example.com/手順)を*開いた*。\n\n\
- 一つ目\n  - 内側 `ls -l`\n    - もっと内側\n- 二つ目\n\n1. 先\n2. 後\n\n- [ ] 確かめる\n- [x] 済み\n\n\
> 引用の文 ~~取り消し~~\n\n```sh\necho 1\n\techo 2\n```\n\n---\n\n| 時刻 | 出来事 |\n|---|:-:|\n| 02:14 | **架電** 😀 |\n| 02:31 | |\n\n最後の段落。\n";

pub fn question() -> Block {
    let choice = |text: &str, right| Choice { text: vec![Inline::text(text)], right };
    Block::Question(Question {
        label: "問1".to_owned(),
        prompt: vec![Block::Paragraph(vec![Inline::text("次に何を見ますか。")])],
        choices: vec![choice("連絡先表の改訂日", true), choice("天気", false)],
        answer_label: "答え".to_owned(),
        answer: vec![Block::Paragraph(vec![Inline::text("旧版ではないか。")])],
    })
}

pub fn picture() -> Block {
    Block::Image { hash: "h".repeat(64), caption: "画面の写し".to_owned() }
}

/// A book with everything in it.
pub fn rich() -> Report {
    let mut book = book(&[("c1", "誤連絡", RICH), ("c2", "確認", "二章の段落。\n\nもう一つ。\n")]);
    book.blocks.extend([question(), picture()]);
    book
}
