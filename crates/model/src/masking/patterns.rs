//! What tells too much, by its form or by name.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::fold::{Folded, form};
use super::{HitKind, Known};

/// One place of a folded text.
#[derive(Clone, Debug)]
pub(super) struct Span {
    pub(super) range: Range<usize>,
    pub(super) kind: HitKind,
}

/// The names that the workspace knows, in the form in which they are compared.
pub(super) struct Names(Vec<(String, HitKind)>);

impl Names {
    pub(super) fn new(known: &Known) -> Self {
        let mut names = Self(Vec::new());
        for (texts, kind) in [
            (&known.customers, HitKind::Customer),
            (&known.persons, HitKind::Person),
            (&known.words, HitKind::Word),
        ] {
            let all = texts.iter().flat_map(|text| std::iter::once(text.as_str()).chain(bare_name(text)));
            // One letter is a part of too many words; with さん it is found by its form.
            names.extend(all.filter(|name| form(name).chars().count() > 1).map(|name| (name, kind)));
        }
        names
    }

    /// Adds names that are not there yet.
    pub(super) fn extend<'a>(&mut self, names: impl Iterator<Item = (&'a str, HitKind)>) {
        for (name, kind) in names {
            let form = form(name);
            if !form.is_empty() && !self.0.iter().any(|(there, _)| *there == form) {
                self.0.push((form, kind));
            }
        }
    }
}

/// A company's name without its legal form, and without the service that a customer's name may end with (青葉商店EC).
fn bare_name(name: &str) -> Option<&str> {
    let mut bare = name.trim();
    for form in ["株式会社", "有限会社", "合同会社", "(株)", "㈱", "（株）"] {
        bare = bare.trim_start_matches(form).trim_end_matches(form).trim();
    }
    let stem = bare.trim_end_matches(|letter: char| letter.is_ascii_alphanumeric() || letter == ' ');
    if stem.chars().count() > 2 && !stem.ends_with(|letter: char| letter.is_ascii()) {
        bare = stem;
    }
    (bare != name.trim() && !bare.is_empty()).then_some(bare)
}

/// Whether what a form found is meant, in this text.
type Fits = fn(&Captures<'_>, &str) -> bool;

/// What a form says by itself.
struct Form {
    kind: HitKind,
    regex: Regex,
    /// The group that tells, and what else must hold of it.
    fits: Fits,
}

static FORMS: LazyLock<Vec<Form>> = LazyLock::new(|| {
    let always: Fits = |_, _| true;
    let all: &[(HitKind, &str, Fits)] = &[
        // Keys and tokens that say what they are.
        (
            HitKind::Token,
            r"(?s)-----BEGIN ?[A-Z0-9 ]*PRIVATE KEY-----.*?(?:-----END ?[A-Z0-9 ]*PRIVATE KEY-----|\z)",
            always,
        ),
        (HitKind::Token, r"(?-u:\b)(?:AKIA|ASIA|AGPA|AROA|AIDA)[A-Z0-9]{12,20}(?-u:\b)", always),
        (HitKind::Token, r"(?-u:\b)xox[a-z]-[A-Za-z0-9-]{8,}|(?-u:\b)xapp-[A-Za-z0-9-]{8,}", always),
        (
            HitKind::Token,
            r"(?-u:\b)gh[pousr]_[A-Za-z0-9]{20,}|(?-u:\b)github_pat_[A-Za-z0-9_]{20,}|(?-u:\b)glpat-[A-Za-z0-9_-]{16,}",
            always,
        ),
        (
            HitKind::Token,
            r"(?-u:\b)AIza[A-Za-z0-9_-]{30,}|(?-u:\b)sk[-_](?:live_|test_|proj-|ant-)?[A-Za-z0-9_-]{20,}|(?-u:\b)ya29\.[A-Za-z0-9_-]{20,}",
            always,
        ),
        (HitKind::Token, r"(?-u:\b)eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*", always),
        (HitKind::Token, r"hooks\.slack\.com/services/[A-Za-z0-9/]{8,}", always),
        // What follows a word for a secret.
        (
            HitKind::Token,
            r#"(?i)(?:password|passwd|passphrase|pwd|secret(?:[_ -]?access)?(?:[_ -]?key)?|api[_ -]?key|access[_ -]?key|auth(?:orization)?|bearer|token|credential|ハ\u{309a}スワート\u{3099}|暗証番号|トークン|秘密鍵|シークレット|合言葉)[A-Za-z_]*["'」』]?\s*(?:は|か\u{3099}|is|[:=→])\s*["'「『]?(?P<it>[!-~]{6,})"#,
            |found, _| found.name("it").is_some_and(|it| is_secret(it.as_str())),
        ),
        (HitKind::Token, r"(?i)(?-u:\b)bearer +(?P<it>[A-Za-z0-9._~+/=-]{12,})", always),
        (HitKind::Token, r"(?-u:\b)[A-Za-z0-9/+]{40}(?-u:\b)", |found, _| {
            found.get(0).is_some_and(|it| is_random(it.as_str()))
        }),
        (HitKind::Arn, r#"(?-u:\b)arn:aws[a-z-]*:[a-z0-9-]*:[a-z0-9-]*:[0-9]*:[!#-;=?-~]+"#, always),
        (HitKind::Mail, r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", always),
        (HitKind::Ip, r"(?P<it>[0-9]{1,3}(?:\.[0-9]{1,3}){3})(?:/[0-9]{1,2})?", |found, text| {
            found.name("it").is_some_and(|it| it.as_str().parse::<Ipv4Addr>().is_ok())
                && alone(found, text, ".")
        }),
        (
            HitKind::Ip,
            r"(?i)(?P<it>(?:[0-9a-f]{0,4}:){2,7}(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9a-f]{0,4}))(?:/[0-9]{1,3})?",
            |found, text| {
                found
                    .name("it")
                    .is_some_and(|it| it.as_str().len() > 2 && it.as_str().parse::<Ipv6Addr>().is_ok())
                    && alone(found, text, ":")
            },
        ),
        (
            HitKind::Phone,
            r"(?:\+81[- ]?(?:\(0\))?|\(?0)[0-9]{1,4}\)?[- (]{1,2}[0-9]{1,4}[-) ]{1,2}[0-9]{3,4}",
            |found, text| digits(found, 9..=13) && alone(found, text, "-"),
        ),
        (HitKind::Phone, r"(?:\+81|0)[1-9][0-9]{8,9}", |found, text| {
            digits(found, 10..=12) && alone(found, text, "-")
        }),
        (HitKind::Account, r"[0-9]{4}-[0-9]{4}-[0-9]{4}|[0-9]{12}", |found, text| alone(found, text, "-")),
        // Hosts: by domain, by the name of a cloud's resource, by the part that a machine plays.
        (
            HitKind::Host,
            r"(?i)(?-u:\b)(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?\.)+(?P<last>[a-z][a-z0-9-]*[a-z])(?-u:\b)",
            |found, _| {
                let whole = found.get(0).map_or("", |it| it.as_str());
                found.name("last").is_some_and(|last| is_domain(whole, last.as_str()))
            },
        ),
        (
            HitKind::Host,
            r"(?-u:\b)(?:i|vpc|subnet|sg|vol|eni|ami|snap|igw|nat|rtb|acl|eipalloc|fs)-[0-9a-f]{8,17}(?-u:\b)",
            always,
        ),
        (HitKind::Host, r"(?i)(?-u:\b)[a-z0-9]+(?:-[a-z0-9]+)+(?-u:\b)", |found, _| {
            found.get(0).is_some_and(|it| is_machine(it.as_str()))
        }),
        (
            HitKind::Host,
            r"(?i)(?-u:\b)(?:web|app|db|ap|api|batch|srv|sv|server|host|fw|lb|gw|ns|mail|proxy|bastion|node|redis|mysql|pgsql)[0-9]{1,3}(?-u:\b)",
            always,
        ),
        // Names by what stands beside them.
        (
            HitKind::Customer,
            r"(?:株式会社|有限会社|合同会社|\(株\)) ?(?P<it>[\p{Han}\p{Katakana}\u{3099}\u{309a}ーA-Za-z0-9&・々]{2,16})",
            always,
        ),
        (
            HitKind::Customer,
            r"(?P<it>[\p{Han}\p{Katakana}\u{3099}\u{309a}ーA-Za-z0-9&・々]{2,16}) ?(?:株式会社|有限会社|合同会社|\(株\))",
            always,
        ),
        (
            HitKind::Person,
            r"(?P<it>[\p{Han}々]{1,10}|[\p{Katakana}\u{3099}\u{309a}ー]{2,16}|[A-Z][a-z]{1,15}(?: [A-Z][a-z]{1,15})?) ?(?:さん|さま|様|氏|殿)(?P<next>[\p{Han}々]?)",
            is_person,
        ),
        (
            HitKind::Person,
            r"(?-u:\b)(?:Mr|Ms|Mrs|Dr)\.? ?(?P<it>[A-Z][a-z]{1,15}(?: [A-Z][a-z]{1,15})?)",
            always,
        ),
    ];
    // A form that cannot be read would be caught by the test below.
    let read = |(kind, form, fits): &(HitKind, &str, Fits)| {
        Some(Form { kind: *kind, regex: Regex::new(form).ok()?, fits: *fits })
    };
    all.iter().filter_map(read).collect()
});

/// Every span of a text, overlapping ones too.
pub(super) fn spans(folded: &Folded<'_>, names: &Names) -> Vec<Span> {
    let (text, starts) = folded.text();
    let letter = |byte: usize| starts.binary_search(&byte).unwrap_or_else(|next| next);
    let mut spans = Vec::new();
    for Form { kind, regex, fits } in FORMS.iter() {
        for found in regex.captures_iter(&text).filter(|found| fits(found, &text)) {
            let Some(it) = found.name("it").or_else(|| found.get(0)) else { continue };
            let (mut it, mut kind) = (it.range(), *kind);
            if kind == HitKind::Person {
                (it, kind) = who(&text, it, &found);
            }
            if kind == HitKind::Token {
                it.end = it.start + secret(text.get(it.clone()).unwrap_or_default()).len();
            }
            if !it.is_empty() {
                spans.push(Span { range: letter(it.start)..letter(it.end), kind });
            }
        }
    }
    let (text, starts) = folded.lower();
    let letter = |byte: usize| starts.binary_search(&byte).unwrap_or_else(|next| next);
    for (name, kind) in &names.0 {
        let found = text.match_indices(name.as_str());
        let ranges = found.map(|(at, name)| letter(at)..letter(at + name.len()));
        let whole = ranges.filter(|range| folded.stands_alone(range));
        spans.extend(whole.map(|range| Span { range, kind: *kind }));
    }
    spans
}

/// The longest of overlapping spans, in reading order; of equal ones the first.
pub(super) fn settle(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_by_key(|span| std::cmp::Reverse(span.range.len()));
    let mut kept: Vec<Span> = Vec::new();
    for span in spans {
        let apart = |other: &Span| other.range.end <= span.range.start || span.range.end <= other.range.start;
        if kept.iter().all(apart) {
            kept.push(span);
        }
    }
    kept.sort_by_key(|span| span.range.start);
    kept
}

/// Neither a digit, a letter nor `joint` goes on at either end.
fn alone(found: &Captures<'_>, text: &str, joint: &str) -> bool {
    let Some(whole) = found.get(0) else { return false };
    let before = text.get(..whole.start()).and_then(|text| text.chars().next_back());
    let mut after = text.get(whole.end()..).unwrap_or_default().chars();
    let goes_on = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_alphanumeric());
    let joined = |letter: Option<char>| letter.is_some_and(|letter| joint.contains(letter));
    let next = after.next();
    // A full stop may end a sentence.
    !(goes_on(before) || joined(before) || goes_on(next) || joined(next) && goes_on(after.next()))
}

fn digits(found: &Captures<'_>, wanted: std::ops::RangeInclusive<usize>) -> bool {
    let count = found.get(0).map_or(0, |it| it.as_str().bytes().filter(u8::is_ascii_digit).count());
    wanted.contains(&count)
}

/// A value without the quotation mark or comma that ends it.
fn secret(value: &str) -> &str {
    let value = value.split(['"', '\'', '<', '>', '|']).next().unwrap_or_default();
    if value.starts_with("-----") {
        value
    } else {
        value.trim_end_matches([',', ';', '.', ')', ']', '}', '`'])
    }
}

/// Whether what follows a word for a secret looks like one: not an English word, not an address of help.
fn is_secret(value: &str) -> bool {
    let value = secret(value);
    let digit = value.bytes().any(|byte| byte.is_ascii_digit());
    let sign = value
        .bytes()
        .any(|byte| byte.is_ascii_punctuation() && !matches!(byte, b'-' | b'_' | b'.' | b'/' | b':'));
    let mixed = value.bytes().skip(1).any(|byte| byte.is_ascii_uppercase())
        && value.bytes().any(|byte| byte.is_ascii_lowercase());
    value.len() >= 6 && (digit || sign || mixed)
}

/// Whether 40 letters are drawn at random over upper case, lower case and digits (and so no hash in hex).
fn is_random(text: &str) -> bool {
    let has = |is: fn(&u8) -> bool| text.bytes().any(|byte| is(&byte));
    let mut counts = [0_u32; 256];
    text.bytes().for_each(|byte| counts[usize::from(byte)] += 1);
    let length = f64::from(u32::try_from(text.len()).unwrap_or(u32::MAX));
    let entropy: f64 = counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| {
            let share = f64::from(*count) / length;
            -share * share.log2()
        })
        .sum();
    has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit) && entropy > 4.0
}

/// Endings of files, which look like domains.
const FILES: &str = " md txt log csv tsv json yaml yml toml xml html htm css js ts sh bash py rb go rs java php sql conf \
    cfg ini env pem key crt zip gz tar tgz exe dll png jpg jpeg gif svg webp pdf doc docx xls xlsx ppt pptx apkg bak \
    tmp service timer socket mount target path properties lock ";

/// The endings of domains that are met most; a name of three parts needs none of them.
const ENDINGS: &str = " jp com net org info biz io dev app cloud ai co us uk eu de fr cn kr tw hk sg in au nz ca tokyo \
    osaka site online tech xyz me tv edu gov mil local localdomain internal intra lan corp home arpa test example \
    invalid ";

fn is_domain(whole: &str, last: &str) -> bool {
    let last = format!(" {} ", last.to_ascii_lowercase());
    let parts = whole.split('.').count();
    let numbers = whole.split('.').take(parts - 1).all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    !numbers && !FILES.contains(&last) && (ENDINGS.contains(&last) || parts > 2)
}

/// The parts that machines play, and the environments in which they do.
const ROLES: &str = " web app api ap db bat batch srv sv svr server host node vpn fw lb alb nlb elb rtr router sw switch \
    ns dns mail mx smtp proxy px bastion nat gw mon log redis mysql pg pgsql es kafka mq cache nfs rds ec2 vm esxi dc ad ";
const ENVIRONMENTS: &str = " prd prod production stg stag staging dev develop test uat qa dr ";

/// A name such as `a-odr-prd-vpn`, `web-01`, `ip-10-0-0-12`.
fn is_machine(text: &str) -> bool {
    let parts: Vec<String> = text.to_ascii_lowercase().split('-').map(str::to_owned).collect();
    let is_in = |list: &str, part: &str| list.contains(&format!(" {part} "));
    let bare = |part: &str| part.trim_end_matches(|letter: char| letter.is_ascii_digit()).to_owned();
    let number = |part: &str| part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
    let role = parts.iter().any(|part| is_in(ROLES, &bare(part)));
    let environment = parts.iter().any(|part| is_in(ENVIRONMENTS, &bare(part)));
    let numbered = parts.last().is_some_and(|last| {
        number(last) || (last.ends_with(|letter: char| letter.is_ascii_digit()) && is_in(ROLES, &bare(last)))
    });
    let private = parts.len() == 5
        && parts.first().is_some_and(|first| first == "ip")
        && parts.iter().skip(1).all(|part| number(part));
    private || (role && environment) || (role && numbered) || (environment && numbered)
}

/// Words before さん and 様 that name nobody.
const NOBODY: &str = " 皆 皆々 客 御客 顧客 各位 何 担当 担当者 利用者 管理者 関係者 責任者 会社 業者 先方 相手 自分 奥 神 上 殿 旦那 \
    お客 貴社 御社 弊社 読者 会員 患者 店長 社長 課長 部長 係長 主任 先輩 後輩 新人 隊 王 若 仲間 連中 諸 ";
/// Words of the trade that are written like names.
const TITLES: &str = " ユーサ\u{3099}ー ユーサ\u{3099} リータ\u{3099}ー オヘ\u{309a}レーター オヘ\u{309a}レータ メーカー ヘ\u{3099}ンタ\u{3099}ー ヘ\u{3099}ンタ\u{3099} \
    マネーシ\u{3099}ャー メンハ\u{3099}ー エンシ\u{3099}ニア スタッフ クライアント ハ\u{309a}ートナー オーナー ";
/// What a role ends with.
const ROLE_ENDINGS: [char; 6] = ['部', '課', '室', '係', '班', '者'];
/// What a company ends with.
const COMPANY_ENDINGS: [&str; 10] =
    ["社", "店", "院", "銀行", "商事", "物流", "工業", "製作所", "クリニック", "協会"];

fn is_person(found: &Captures<'_>, text: &str) -> bool {
    let Some(it) = found.name("it") else { return false };
    let name = it.as_str();
    let listed = |list: &str| list.contains(&format!(" {name} "));
    let honorific = found.get(0).map_or("", |whole| whole.as_str());
    let next = found.name("next").map_or("", |next| next.as_str());
    let after = found.get(0).and_then(|whole| text.get(whole.end()..)).unwrap_or_default();
    // 仕様, 同様, 模様 …, and 様式, 様子, 氏名.
    let word = honorific.contains('様')
        && name.ends_with(['仕', '同', '模', '多', '有', '一', '異', '文', '両', '左', '外'])
        || matches!(next, "式" | "子" | "態" | "相" | "名" | "々")
        || (honorific.contains('氏') && name.ends_with(['摂', '華', '両', '同', '某']))
        || (honorific.ends_with('様') && after.starts_with('々'));
    !listed(NOBODY) && !listed(TITLES) && !name.ends_with(ROLE_ENDINGS) && !word
}

/// The name itself: without the role before it, and with さん where one letter alone would be found everywhere.
fn who(text: &str, it: Range<usize>, found: &Captures<'_>) -> (Range<usize>, HitKind) {
    let name = text.get(it.clone()).unwrap_or_default();
    if COMPANY_ENDINGS.iter().any(|ending| name.ends_with(ending)) {
        return (it, HitKind::Customer);
    }
    let roles = ["担当", "当番", "夜勤", "日勤", "課長", "部長", "係長", "主任", "運用"].into_iter();
    let ends = roles.filter_map(|role| name.rfind(role).map(|at| at + role.len()));
    let start = it.start + ends.max().filter(|end| *end < name.len()).unwrap_or(0);
    let single = text.get(start..it.end).is_some_and(|name| name.chars().count() == 1);
    let next = found.name("next").map_or(0, |next| next.len());
    let end = if single { found.get(0).map_or(it.end, |whole| whole.end() - next) } else { it.end };
    (start..end, HitKind::Person)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(HitKind, String)> {
        let folded = Folded::new(text);
        let names = Names::new(&Known::default());
        let spans = settle(spans(&folded, &names));
        spans.into_iter().map(|span| (span.kind, folded.original(&span.range))).collect()
    }

    #[test]
    fn every_form_can_be_read() {
        assert!(FORMS.iter().any(|form| form.kind == HitKind::Person));
        // One that cannot be read is left out: each must find its example below.
        for (text, kind, wanted) in EXAMPLES {
            let all = found(text);
            assert!(all.contains(&(*kind, (*wanted).to_owned())), "{text}: {all:?}");
        }
    }

    const EXAMPLES: &[(&str, HitKind, &str)] = &[
        (
            "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----",
            HitKind::Token,
            "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----",
        ),
        ("鍵はAKIAIOSFODNN7EXAMPLEでした", HitKind::Token, "AKIAIOSFODNN7EXAMPLE"),
        ("xoxb-1234567890-abcdef を使う", HitKind::Token, "xoxb-1234567890-abcdef"),
        (
            "ghp_0123456789abcdefghijABCDEFGHIJ012345",
            HitKind::Token,
            "ghp_0123456789abcdefghijABCDEFGHIJ012345",
        ),
        ("sk_live_0123456789abcdefABCDEF", HitKind::Token, "sk_live_0123456789abcdefABCDEF"),
        (
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0abc.abcdef012345",
            HitKind::Token,
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0abc.abcdef012345",
        ),
        (
            "https://hooks.slack.com/services/T000/B000/XXXX1234",
            HitKind::Token,
            "hooks.slack.com/services/T000/B000/XXXX1234",
        ),
        ("パスワードは「Xk29!fooBar」です", HitKind::Token, "Xk29!fooBar"),
        ("DB_PASSWORD=hunter2!", HitKind::Token, "hunter2!"),
        ("api_key: \"9f8e7d6c5b4a\"", HitKind::Token, "9f8e7d6c5b4a"),
        ("Authorization: Bearer abc.def-012345678", HitKind::Token, "abc.def-012345678"),
        (
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            HitKind::Token,
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        ),
        (
            "arn:aws:rds:ap-northeast-1:123456789012:db:prod-main を再起動",
            HitKind::Arn,
            "arn:aws:rds:ap-northeast-1:123456789012:db:prod-main",
        ),
        ("ops+oncall@aoba-shoten.co.jp へ", HitKind::Mail, "ops+oncall@aoba-shoten.co.jp"),
        ("１０．０．３．１２ に接続", HitKind::Ip, "１０．０．３．１２"),
        ("10.20.30.0/24。", HitKind::Ip, "10.20.30.0"),
        ("fe80::1ff:fe23:4567:890a が応答", HitKind::Ip, "fe80::1ff:fe23:4567:890a"),
        ("2001:db8:0:0:0:0:0:1", HitKind::Ip, "2001:db8:0:0:0:0:0:1"),
        ("電話は03-1234-5678です", HitKind::Phone, "03-1234-5678"),
        ("０９０－１２３４－５６７８", HitKind::Phone, "０９０－１２３４－５６７８"),
        ("(06) 6123-4567", HitKind::Phone, "(06) 6123-4567"),
        ("+81-90-1234-5678", HitKind::Phone, "+81-90-1234-5678"),
        ("09012345678", HitKind::Phone, "09012345678"),
        ("アカウント 123456789012 の", HitKind::Account, "123456789012"),
        ("1234-5678-9012", HitKind::Account, "1234-5678-9012"),
        ("db01.prod.aoba.internal を見る", HitKind::Host, "db01.prod.aoba.internal"),
        ("i-0abc123def4567890", HitKind::Host, "i-0abc123def4567890"),
        ("`a-odr-prd-vpn` の損失", HitKind::Host, "a-odr-prd-vpn"),
        ("web-03 を再起動", HitKind::Host, "web-03"),
        ("ip-10-0-3-12", HitKind::Host, "ip-10-0-3-12"),
        ("db02を見る", HitKind::Host, "db02"),
        ("株式会社青葉商店の窓口", HitKind::Customer, "青葉商店"),
        ("みなとロジ株式会社へ", HitKind::Customer, "ロジ"),
        ("ミナトロジ株式会社へ", HitKind::Customer, "ミナトロジ"),
        ("一次担当佐伯さんが", HitKind::Person, "佐伯"),
        ("ササキ様から", HitKind::Person, "ササキ"),
        ("森さんが電話", HitKind::Person, "森さん"),
        ("Tanakaさん", HitKind::Person, "Tanaka"),
        ("Mr. Smith called", HitKind::Person, "Smith"),
    ];

    #[test]
    fn what_is_no_secret_is_let_be() {
        for text in [
            "仕様と同様の模様、様子を見る様式",
            "皆さん、お客様、担当者様、ユーザーさん",
            "氏名を書く",
            "2026-04-08 02:14:31 に発生",
            "損失 20 % > 5m、99.9 %",
            "手順3-2、RB-NW-012 第6版",
            "README.md と app.log",
            "トークンは期限切れ。パスワードは失効",
            "token: expired",
            "version 1.2.3",
            "PM-0142 #48213",
            "t3.micro",
            "d41d8cd98f00b204e9800998ecf8427eabcdef01",
            "std::fmt::Result",
            "12:34:56",
            "secret: rotated.",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
