//! What weak phrases look like, whoever writes them: patterns over the folded form.
//!
//! Words alone stand in the template; here are the ways of saying the same without them. `<name>` stands for a
//! fragment. Where a pattern has a group, the group is what is found.

mod attention;
mod checks;
mod errors;
mod facts;
mod knowledge;
mod people;
mod procedure;
mod resolve;
mod second_look;
mod telling;
mod unnoticed;
mod vague;

use super::{Form, field};

/// One pattern.
pub(crate) struct Rule {
    pub(crate) code: &'static str,
    pub(crate) fields: u8,
    pub(crate) form: Form,
    pub(crate) pattern: &'static str,
}

/// Parts that many patterns share.
pub(crate) const FRAGMENTS: &[(&str, &str)] = &[
    ("なかった", "(?:な(?:かった|いまま|いで)|ず(?:に|、|$|。)|ておらず|でおらず)"),
    (
        "見る",
        "(?:見(?:直|比べ|分け|返|極め|届け|渡)?|読(?:み返|み直|み取)?|調べ|確かめ|追|目を通|<確認>(?:を)?|比べ|聞き返|問い?合わせ|尋ね|気づ|立ち止ま|待)",
    ),
    (
        "知る",
        "(?:知(?:ら|って)|わか(?:ら|って)|理解|把握|認識|承知|習得|覚え|思い出|区別|想像|予想|想定|思いつ|気がま)",
    ),
    ("確認", "(?:確認|ちぇっく|照合|検証|点検|精査|突き?合わ?せ|目視|れびゅー)"),
    ("ない", "(?:な(?:かった|かっ|い|く|し)|ず(?:に)?|ぬ|ませんでした|ません|ておらず|おらず)"),
    (
        "ていない",
        "(?:(?:て|で)(?:い)?な(?:かった|かっ|い|く)|(?:て|で)(?:お|い)らず|(?:て|で)いませんでした)",
    ),
    (
        "よく",
        "(?:もっと|もう少し|もうすこし|もう一度|いま一度|今一度|よく|しっかり|きちんと|ちゃんと|じっくり|落ち?着いて|落ちつい(?:て)?|冷静に|慎重に|丁寧に|注意深く|注意して|念の?ため|念入りに|十分に?|焦らず|慌てず|気をつけて|意識して|早めに|早く)",
    ),
    ("人", "(?:担当者?|作業者|実施者|一次担当者?|夜勤者|当番|本人|新人|めんばー|おぺれーたー?|要員|当事者)"),
    (
        "規則",
        "(?:手順書?|るーる|決まり|規定|規則|取り決め|運用|定め|まにゅある|ふろー|作業手順|確認手順|判断基準)",
    ),
    (
        "多く",
        "(?:ちーむ|めんばー|全員|全体|関係者|<人>|夜勤帯|部内|社内|課内|各自|各位|皆|みんな|朝会|朝礼|夕会|みーてぃんぐ|定例(?:会)?|会議|めーる|slack|すらっく|ちゃっと|掲示板?)",
    ),
];

const CAUSES: u8 = field::OCCURRENCE | field::ESCAPE | field::LESSONS;
const ANALYSIS: u8 = field::OCCURRENCE | field::ESCAPE;
const FACTS: u8 = CAUSES | field::PROBLEM;
const EVERYWHERE: u8 = FACTS | field::OVERVIEW;
const ACTIONS: u8 = field::MEASURE | field::LESSONS;

const fn rule(code: &'static str, fields: u8, form: Form, pattern: &'static str) -> Rule {
    Rule { code, fields, form, pattern }
}

/// Every rule; where two find the same words, the earlier one names them.
pub(crate) fn all() -> impl Iterator<Item = &'static Rule> {
    let groups: [&'static [Rule]; 12] = [
        people::RULES,
        unnoticed::RULES,
        second_look::RULES,
        procedure::RULES,
        knowledge::RULES,
        errors::RULES,
        attention::RULES,
        checks::RULES,
        telling::RULES,
        vague::RULES,
        resolve::RULES,
        facts::RULES,
    ];
    groups.into_iter().flatten()
}
