//! What unconverted kana may stand for: てじゅん is 手順. The readings are the IPA dictionary's (`readings/README.md`).

use std::io::Read;
use std::sync::LazyLock;

use super::fold::{Script, fold, script};
use super::spelling::PARTS;

/// Readings and their words, sorted by reading.
struct Readings {
    text: String,
    /// Byte ranges of the lines.
    lines: Vec<(usize, usize)>,
}

static READINGS: LazyLock<Readings> = LazyLock::new(|| {
    let mut text = String::new();
    let packed: &[u8] = include_bytes!("readings/ipadic.tsv.zlib");
    // A test reads it; without it kana finds only kana.
    if flate2::read::ZlibDecoder::new(packed).read_to_string(&mut text).is_err() {
        text.clear();
    }
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        lines.push((start, start + line.trim_end().len()));
        start += line.len();
    }
    Readings { text, lines }
});

impl Readings {
    fn line(&self, index: usize) -> Option<(&str, &str)> {
        let (start, end) = *self.lines.get(index)?;
        self.text.get(start..end)?.split_once('\t')
    }

    /// The words whose reading begins with `reading` (or is it), the shortest readings first.
    fn words(&'static self, reading: &str, whole: bool) -> Vec<&'static str> {
        let at = self.lines.partition_point(|(start, end)| {
            self.text.get(*start..*end).and_then(|line| line.split('\t').next()).unwrap_or_default() < reading
        });
        let mut found: Vec<(usize, &str)> = Vec::new();
        for (read, words) in (at..).map_while(|index| self.line(index)) {
            if !read.starts_with(reading) || (whole && read != reading) {
                break;
            }
            found.extend(words.split(' ').map(|word| (read.len(), word)));
        }
        found.sort_by_key(|(length, _)| *length);
        found.into_iter().map(|(_, word)| word).collect()
    }
}

/// Words (folded) that `typed` (folded, all kana) may stand for; `is_known` says whether the workspace holds one.
///
/// A whole reading is heeded from two kana on, the beginning of one from three.
pub(crate) fn words(typed: &str, limit: usize, is_known: &dyn Fn(&str) -> bool) -> Vec<String> {
    let starts: Vec<usize> = typed.char_indices().map(|(at, _)| at).collect();
    if starts.len() < 2 || typed.chars().any(|char| script(char) != Script::Kana) {
        return Vec::new();
    }
    let mut found: Vec<String> = Vec::new();
    let mut take = |word: String| {
        if found.len() < limit && !found.contains(&word) && is_known(&word) {
            found.push(word);
        }
    };
    let whole = |reading: &str| -> Vec<String> {
        let parts = PARTS.iter().filter(|(read, _)| read == reading).map(|(_, word)| word.clone());
        parts.chain(READINGS.words(reading, true).into_iter().map(fold)).collect()
    };
    let begun = |reading: &str| -> Vec<String> {
        let parts = PARTS.iter().filter(|(read, _)| read.starts_with(reading)).map(|(_, word)| word.clone());
        parts.chain(READINGS.words(reading, false).into_iter().map(fold)).collect()
    };
    for word in whole(typed) {
        take(word);
    }
    // Two words in one: レンラクサキヒョウ. Three are reached by the first two, since the rest is still being typed.
    for at in starts.iter().skip(1) {
        let (Some(head), Some(tail)) = (typed.get(..*at), typed.get(*at..)) else { continue };
        let heads: Vec<String> = whole(head).into_iter().filter(|word| is_known(word)).collect();
        if heads.is_empty() {
            continue;
        }
        for second in whole(tail) {
            for head in &heads {
                take(format!("{head}{second}"));
            }
        }
    }
    if starts.len() > 2 {
        for word in begun(typed) {
            take(word);
        }
    }
    found
}

/// Romaji typed by mistake, as katakana: `tejun` is テジュン. `None` where it is not all Japanese syllables.
pub(crate) fn kana(romaji: &str) -> Option<String> {
    if romaji.len() < 3
        || !romaji.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-' || byte == b'\'')
    {
        return None;
    }
    let mut out = String::new();
    let mut rest = romaji;
    while !rest.is_empty() {
        let mut bytes = rest.bytes();
        let (first, second) = (bytes.next(), bytes.next());
        if let (Some(a), Some(b)) = (first, second) {
            // Double consonants, and n before one.
            if a == b && a != b'n' && !b"aiueo".contains(&a) {
                out.push('ッ');
                rest = rest.get(1..)?;
                continue;
            }
            if a == b'n' && !b"aiueoy".contains(&b) {
                out.push('ン');
                // n' and nn stand for one ン, but the second n of onna begins a syllable.
                let taken =
                    b == b'\'' || (b == b'n' && !bytes.next().is_some_and(|c| b"aiueoy".contains(&c)));
                rest = rest.get(1 + usize::from(taken)..)?;
                continue;
            }
        } else if first == Some(b'n') {
            out.push('ン');
            break;
        }
        let (length, syllable) = (1..=3.min(rest.len())).rev().find_map(|length| {
            let part = rest.get(..length)?;
            SYLLABLES.iter().find(|(latin, _)| *latin == part).map(|(_, kana)| (length, *kana))
        })?;
        out.push_str(syllable);
        rest = rest.get(length..)?;
    }
    Some(out)
}

/// Hepburn, Kunrei and what keyboards accept.
#[rustfmt::skip]
const SYLLABLES: [(&str, &str); 153] = [
    ("a","ア"),("i","イ"),("u","ウ"),("e","エ"),("o","オ"),("ka","カ"),("ki","キ"),("ku","ク"),("ke","ケ"),("ko","コ"),
    ("sa","サ"),("si","シ"),("shi","シ"),("su","ス"),("se","セ"),("so","ソ"),("ta","タ"),("ti","チ"),("chi","チ"),
    ("tu","ツ"),("tsu","ツ"),("te","テ"),("to","ト"),("na","ナ"),("ni","ニ"),("nu","ヌ"),("ne","ネ"),("no","ノ"),
    ("ha","ハ"),("hi","ヒ"),("hu","フ"),("fu","フ"),("he","ヘ"),("ho","ホ"),("ma","マ"),("mi","ミ"),("mu","ム"),
    ("me","メ"),("mo","モ"),("ya","ヤ"),("yu","ユ"),("yo","ヨ"),("ra","ラ"),("ri","リ"),("ru","ル"),("re","レ"),
    ("ro","ロ"),("wa","ワ"),("wo","ヲ"),("ga","ガ"),("gi","ギ"),("gu","グ"),("ge","ゲ"),("go","ゴ"),("za","ザ"),
    ("zi","ジ"),("ji","ジ"),("zu","ズ"),("ze","ゼ"),("zo","ゾ"),("da","ダ"),("di","ヂ"),("du","ヅ"),("de","デ"),
    ("do","ド"),("ba","バ"),("bi","ビ"),("bu","ブ"),("be","ベ"),("bo","ボ"),("pa","パ"),("pi","ピ"),("pu","プ"),
    ("pe","ペ"),("po","ポ"),("kya","キャ"),("kyu","キュ"),("kyo","キョ"),("sya","シャ"),("syu","シュ"),("syo","ショ"),
    ("sha","シャ"),("shu","シュ"),("sho","ショ"),("she","シェ"),("tya","チャ"),("tyu","チュ"),("tyo","チョ"),
    ("cha","チャ"),("chu","チュ"),("cho","チョ"),("che","チェ"),("nya","ニャ"),("nyu","ニュ"),("nyo","ニョ"),
    ("hya","ヒャ"),("hyu","ヒュ"),("hyo","ヒョ"),("mya","ミャ"),("myu","ミュ"),("myo","ミョ"),("rya","リャ"),
    ("ryu","リュ"),("ryo","リョ"),("gya","ギャ"),("gyu","ギュ"),("gyo","ギョ"),("zya","ジャ"),("zyu","ジュ"),
    ("zyo","ジョ"),("ja","ジャ"),("ju","ジュ"),("jo","ジョ"),("je","ジェ"),("jya","ジャ"),("jyu","ジュ"),("jyo","ジョ"),
    ("bya","ビャ"),("byu","ビュ"),("byo","ビョ"),("pya","ピャ"),("pyu","ピュ"),("pyo","ピョ"),("fa","ファ"),
    ("fi","フィ"),("fe","フェ"),("fo","フォ"),("va","ヴァ"),("vi","ヴィ"),("vu","ヴ"),("ve","ヴェ"),("vo","ヴォ"),
    ("thi","ティ"),("dhi","ディ"),("wi","ウィ"),("we","ウェ"),("la","ァ"),("li","ィ"),("lu","ゥ"),("le","ェ"),
    ("lo","ォ"),("xa","ァ"),("xi","ィ"),("xu","ゥ"),("xe","ェ"),("xo","ォ"),("ltu","ッ"),("xtu","ッ"),("xya","ャ"),
    ("xyu","ュ"),("xyo","ョ"),("tha","テャ"),("-","ー"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kana_stands_for_known_words() {
        let known = ["手順", "連絡先表", "連絡先", "連絡", "再起動", "再", "監視"];
        let find =
            |typed: &str| words(&fold(typed), 9, &|word| known.iter().any(|known| known.contains(word)));
        assert_eq!(find("てじゅん"), ["手順"]);
        assert_eq!(find("テジュ"), ["手順"]);
        assert_eq!(find("さいきどう"), ["再起動"]);
        assert_eq!(find("かんし"), ["監視"]);
        assert!(find("れんらくさき").contains(&"連絡先".to_owned()));
        assert!(find("て").is_empty() && find("手じゅん").is_empty());
    }

    #[test]
    fn romaji_becomes_kana() {
        for (romaji, expected) in [
            ("tejun", "テジュン"),
            ("saikidou", "サイキドウ"),
            ("kanshi", "カンシ"),
            ("kansi", "カンシ"),
            ("happou", "ハッポウ"),
            ("onna", "オンナ"),
            ("annnai", "アンナイ"),
            ("sa-ba-", "サーバー"),
            ("renraku", "レンラク"),
        ] {
            assert_eq!(kana(romaji).as_deref(), Some(expected), "{romaji}");
        }
        assert_eq!(kana("alb"), None);
        assert_eq!(kana("ec2"), None);
    }
}
