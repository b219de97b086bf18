//! What kind of countermeasure a text describes, and the words that say so. The person decides.

use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::text::Text;
use super::{Coach, Field};
use crate::postmortem::{Method, Side};

/// A method that a countermeasure's text speaks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Proposal {
    /// By what means.
    pub method: Method,
    /// The strength that comes with it, 1 to 5.
    pub strength: u8,
    /// The words that speak for it, as they stand in the text.
    pub found: String,
}

/// The signs of each method, the most telling first. On the side of escape, what stops the work detects.
const SIGNS: &[(Method, &str)] = &[
    (
        Method::Mitigate,
        "猶予|切り?戻|取り消せ|元に戻せ|ろーるばっく|上限を|影響を(?:小さく|抑え|限)|遅らせ|[0-9]+(?:分|秒)(?:間)?の(?:待|余裕)",
    ),
    (
        Method::Eliminate,
        "(?:作業|手順|手入力|入力|操作|工程|対象|権限|番号|旧[^、。]{1,8}|表|共有[^、。]{1,8}|写し|添付)(?:そのもの)?(?:を|から[^、。]{0,10}を)?(?:なく(?:す|し)|廃止|撤去|やめ|外す|取り除|要らなく|不要に)|(?:廃止|撤去)(?:する|し)|鳴らないように",
    ),
    (
        Method::Detect,
        "鳴ら(?:す|し)|検知|検出|警告|知らせ|監視(?:を|に)(?:追加|加え|足)|止め(?:る|て)|拒(?:む|否|み)|ぶろっく|できな(?:い|く)(?:よう|形|す|し)|(?:閉じ|進め|送れ|押せ|選べ|完了でき|承認でき|公開でき|実行でき|発信でき)(?:られ)?な(?:い|く)|再通知|必須(?:に|と|化|項目)|自動(?:で|的に)?[^、。]{0,10}(?:照合|突合|上げ|突き?合わ)|未読なら|承認するまで",
    ),
    (Method::Replace, "自動|すくりぷと|しすてむ化|ぼっと|ぱいぷらいん|api|連携(?:し|させ)|機械(?:に|が)"),
    (
        Method::Ease,
        "判断表|一覧|早見|読み替え表|台帳|一つに|統一|一本化|集約|色(?:を|と|で)|表示|見分け|名前を|名称|命名|改訂|改(?:める|め)|追記|明記|書き(?:換え|足|直)|載せ|図|様式|欄|分ける|並び|ふぉーむ|置く|置き|りんく|手順(?:書)?に|入口|設問|基準を|かーど|足し|替え|変える|に書く|横に|右側|上に|見られる|短くする|下げ|重なり|流れに",
    ),
    (Method::Check, "ちぇっくりすと|確認|確かめ|照合|突き?合わせ|点検|見(?:る|直)|れびゅー|承認|検索し"),
    (Method::Inform, "周知|教育|研修|共有|指導|勉強会|注意|徹底|訓練|説明|伝える|申し送り"),
];

static PATTERNS: LazyLock<Vec<(Method, Regex)>> = LazyLock::new(|| {
    SIGNS.iter().filter_map(|(method, signs)| Some((*method, Regex::new(signs).ok()?))).collect()
});

impl Coach {
    /// What a countermeasure's text speaks for; `None` where it says nothing of the kind.
    ///
    /// A text that relies on attention alone is 教育・周知, whatever else it names.
    #[must_use]
    pub fn propose_strength(&self, text: &str, side: Side) -> Option<Proposal> {
        let proposal =
            |method: Method, found: String| Proposal { method, strength: method.strength(), found };
        const WEAK: [&str; 3] = ["weak_action", "resolve_only", "dependent_double_check"];
        let weak =
            self.find(Field::Countermeasure, text).into_iter().find(|one| WEAK.contains(&one.code.as_str()));
        if let Some(weak) = weak {
            return Some(proposal(Method::Inform, weak.found));
        }
        let folded = Text::new(text);
        let (method, found) =
            PATTERNS.iter().find_map(|(method, signs)| Some((*method, signs.find(&folded.folded)?)))?;
        let method = match (method, side) {
            // Before the error, what refuses a wrong step keeps it from arising.
            (Method::Detect, Side::Occurrence) if folded.folded.contains("自動") => Method::Replace,
            (Method::Replace, Side::Escape) => Method::Detect,
            (method, _) => method,
        };
        let (from, to) = folded.utf16(found.start(), found.end());
        let units: Vec<u16> = text.encode_utf16().skip(from).take(to - from).collect();
        Some(proposal(method, String::from_utf16_lossy(&units)))
    }
}
