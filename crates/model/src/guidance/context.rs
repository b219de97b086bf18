//! How a phrase is used: the same words blame in one sentence and prevent in another.

use std::sync::LazyLock;

use regex::Regex;

use super::{Form, field};

/// Where a phrase stands: its sentence in three parts, and the sentence before it.
pub(crate) struct Place<'a> {
    pub(crate) field: u8,
    pub(crate) previous: &'a str,
    pub(crate) before: &'a str,
    pub(crate) found: &'a str,
    pub(crate) after: &'a str,
    /// The phrase is the front of a compound (`確認漏れ|防止`).
    pub(crate) compound: bool,
}

/// What a sentence about the system has as its subject.
const SYSTEM: &str = "(?:手順書?|版|画面|表示|通知|一覧|欄|列|台帳|表|監視|設定|権限|記載|条件|基準|資料|様式|ぼたん|色|名称|名前|命名|件名|題名|地点|仕組み|しくみ|機能|あらーと|項目|文面|図|並び|指示|検索|配色|まにゅある|しすてむ|つーる|仕様|しきい値|更新|案内|端末|説明|音|めーる|ろぐ|ぐらふ|単位|書式|りんく|入口|ふぉーむ|ちけっと|きー|いんしでんと|周知|決まり|書き方|呼び名|ほすと名|こーど|接頭辞|値|日付|定義|分岐|手段|記録|二つ|[0-9]+件|違い|受信箱|ちゃんねる|接続|構成|応答|点検|監査)";

fn regex(pattern: &str) -> Option<Regex> {
    Regex::new(&pattern.replace("<系>", SYSTEM)).ok()
}

macro_rules! patterns {
    ($($(#[$doc:meta])* $name:ident = $pattern:expr;)+) => {
        struct Patterns { $($(#[$doc])* $name: Option<Regex>,)+ }
        static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| Patterns { $($name: regex($pattern),)+ });
        #[cfg(test)]
        fn unreadable() -> Vec<&'static str> {
            let mut names = Vec::new();
            $(if PATTERNS.$name.is_none() { names.push(stringify!($name)); })+
            names
        }
    };
}

patterns! {
    /// The words are spoken of, denied, or not relied upon.
    mention = "^(?:など|等|のような|だけ|のみ|ばかり)?(?:の)?(?:では(?:な(?:く|い|か)|ありません|済ま|終わ|片)|でな(?:く|い)|じゃな|とは(?:言え|いえ|いわ|言わ|別|限ら|考えに|みな|しな)|(?:という|といった|との|の)(?:言葉|語|表現|文言|一言|ひと言|説明|言い方)|と(?:いう|だけ)?(?:の)?(?:片づけ|片付け|書か(?:ない|ず)|しない|せず|みなさ|呼ば|まとめ|結論づけ)|で(?:は)?(?:終え|終わら|済ませ|片づけ|片付け)|を責め|の有無|によら|に(?:かかわ|関わ)らず|に(?:頼|依存|依ら|任せ|ゆだね|委ね)|を前提|を(?:想定|考慮|織り込)|の問題では|に(?:帰|求め|とど)|(?:し?た)?(?:人|者|個人)を責め|(?:と|との)(?:当初|最初|初め)?(?:報告|記載|書|言わ|され|見られ|思わ)[^。]{0,12}(?:が、|ものの|けれど|、[^。]*取り下げ))";
    /// The words are what is to be prevented or found.
    prevented = "^(?:など|等|や[^。、]{1,10})?(?:に(?:気づ(?:け|か)な(?:い|く)|気づ(?:く|ける)|備え)|を[^。、]{0,10}?(?:防|なく(?:す|し|せ)|減ら|避け|ぜろ|抑え|排除|回避|起こさ(?:な|せ|ず)|起こしにく|検知|検出|見つけ|拾|洗い出|数え|集計|計測|警告|知らせ|ぶろっく|止め(?:る|て)|補|吸収|許容|許す|受け付けな|なら)|の(?:防止|検知|検出|削減|抑止|低減|予防|件数|数|多|対策|再発|発生率|割合|起きな|起こらな|ない(?:よう|形|仕組|しくみ|画面))|(?:が|は|も)(?:起き|起こ|生じ|発生し|出|入|残|混入し|あ(?:り|ら)|許さ)?[^。、]{0,2}?(?:な(?:い|く|ら)(?:よう|形|仕組|しくみ|ため|なる|す|し)|にく|ぬよう|得な))|^(?:し)?(?:ない|なく)(?:よう|ため|仕組|しくみ|形|なる)|^(?:する)?前に[^。]{0,20}(?:止|警告|知ら)";
    /// The words are a condition.
    condition = "^(?:など|等)?(?:が|の|を|は|も)?(?:あ(?:れば|ると|った(?:場合|とき|時|ら|際)|る(?:場合|とき|時)|っても|りう|り得)|(?:した|する|あった|出た|起きた|発生した|続いた)?(?:場合|とき|時(?:は|に|も)|際)|す(?:ると|れば)|しても|て(?:い)?(?:も|は)|ずとも|く(?:ても|とも)|でも(?:、|実|迷|気)|起き(?:ると|れば|たら|ても)|起こ(?:ると|れば|って)|出(?:ると|れば|たら|ても)|発生(?:すると|し(?:た(?:場合|とき|ら)|ても))|(?:し)?たら|と(?:、)?(?:完了|次|画面|警告|閉じ)|ことがあ(?:る|り))";
    /// A property of what is looked at.
    inviting = "^(?:に)?[^。、]{0,4}(?:使え|でき(?:る|た)|閉じられ|進める|送れ|押せ|通せ)|^(?:し|を|が|の)?(?:る)?(?:やす(?:い|く|か|さ)|易い|にくい|かねな|うる|得る|余地|可能性|がち|おそれ|恐れ|りすく|危険|を?(?:誘|招(?:く|き)|生む|生み)[^。]{0,8}(?:画面|表示|名|配|文|並|書|設)|を(?:誘|招|生|起こ)[^。、]{0,4}(?:のは|要因は|原因は|理由は))";
    /// What follows is an effect of what was said before.
    effect = "^(?:の)?(?:が|を|に|へ|と)(?:起き|起こ|招(?:い|く)|誘|生(?:じ|ん|む|ま)|つなが|至|発生|なった|なり|なる|引き起)";
    /// The system explains what follows.
    explained = "<系>(?:が|は|も|に(?:は|も)?|だけ(?:が|で)|の(?:[^。、を]{1,10}(?:が|は|も|に)|対象外)|で(?:は)?|しか|と[^。、を]{1,8}(?:が|は))[^。]{0,28}?(?:なく|おらず|ため(?:に)?|ので|から|同じで|により|によって|ことで|ことが|せいで|まま(?:で)?|ており|れて|られ|重なり|流れ|届き|隠れ|埋もれ|多く|似て|違い|異なり|違って|わかりにくく|細かく|小さく|長く|遠く|複雑で|曖昧で|あいまいで|古く|一様で|だけで)[、]?[^。、]{0,24}$";
    /// The system explains what was said.
    explanation = "^[^。、]{0,10}?(?:のは|ことは|のも|理由は|背景(?:に)?は|原因は)[、]?[^。]*<系>[^。]*(?:ため|から|によ|であ|だった|がな|があ|なかった|ていた)";
    /// The sentence goes on from the one before.
    therefore = "^(?:そのため|このため|それで|だから|結果として|その結果|この結果|よって|したがって|これにより)";
    /// What is no person.
    machine = "自動|があれば|がなければ|されていれば|出ていれば|(?:て|で)あれば";
    /// The system is the one who did it.
    by_system = "<系>(?:が|は|も|側で)[、]?[^。者]{0,20}$";
    /// The system is where it was to be seen.
    from_system = "(?:<系>|[一-龠]名)(?:から|だけで)(?:は)?[^。、者]{0,12}$";
    /// What happens by itself.
    by_itself = "読み取れず|(?:検知|検出|表示|通知|出力|発報|発火|記録|更新|反映|示|返)(?:し|さ)(?:れ)?(?:て)?(?:い)?(?:な|ず|お)|(?:^|[^に])入って(?:い)?(?:な|ず|お)|(?:届い|含ま|載って|残って|映って|変わって|揃って|足りて|間に合)(?:い|わ)?(?:な|ず|お)";
    /// Understanding has what is understood as its subject, and is a person's all the same.
    mental = "^(?:よく)?(?:わか|理解|知ら|知って|覚え)";
    system = "<系>(?:が|は|も|に|の|で|と)";
    /// A statement about how such things come about.
    general = "^(?:とは|は|が|も)、?[^。]*(?:起き|生まれ|生じ|見え|画面|表示|仕組|しくみ|作り|つくり|残る|消え|減|なくなら|防げ|から来|繰り返|同じ|変わら|一回|意味がな|ではな|止められな|止まらな|頼らな)";
    /// An action is given up, or its name is used.
    given_up = "^(?:て)?も(?:、|$)|^の?(?:用(?:の|に|$)|先(?:が|の|に|を)|率|済み|記録|履歴|結果|対象|宛先|欄|資料|教材|件数)|^(?:する|し|の|を|は|が|に|で|と)?[^。、]{0,4}?(?:に頼|に依|に任せ|だけ(?:で|に|の|は)|のみ(?:で|に|の)|では(?:な|足り|防|止|変わ|効|戻)|でな(?:く|い)|よりも?|(?:を|は)(?:やめ|廃止|なく(?:す|し)|要ら|不要|終え)|の代わり|に(?:替え|代え|代わ)|という|と(?:書|だけ)|を待たず|しなくて|なしで|がなくて|せずに|必要がな|が不要|を前提|を(?:要|求め)(?:な|ず))";
    given_up_within = "(?:を|は)(?:やめ|廃止|不要)";
    /// What goes on without it, whoever is there: a property of the system.
    goes_on = "^[^。、]{1,20}[るうくすつむぶぐ]。?$";
    /// A measure that changes a thing.
    strong = "(?:欄|表|様式|一覧|形式|必須)(?:に|と)する|自動(?:で|的|化(?:し|する|さ)|に|[^を、。]{0,6}(?:し|する))|すくりぷと(?:化|に|で|を)|しすてむ(?:で|化し|側)|仕組み(?:に|を(?:入|作|設|導)|化(?:し|する))|しくみ(?:に|を(?:入|作|設|導))|ぶろっく|ろっく|制限(?:し|する|を)|必須(?:に|と|化|項目)|(?:廃止|削除|撤去|統一|一本化|一元化|集約|統合|分離|改修|実装|導入|改訂|改定|改版|追加|追記|明記|変更|修正|新設|作成|設置|置換|限定|固定|転送|表示|分割|移行|整備|連動|暗号化|強制|無効化|有効化|拡張)(?:し|する|さ|の?うえ|の?上)|(?:設け|載せ|外し|分け|足し|移し|替え|変え|改め(?:る|、|た|$)|加え|消し|並べ|埋め込|組み込|差し替え|切り替え|置き換え|入れ替え|出す|出し|鳴ら|押せな|選べな|進めな|閉じられな|送れな|できな(?:い|く)(?:よう|形|す|し|な)|受け付けな|拒(?:む|否))|(?:移|外|離|絞|塞|束ね|設け|載せ|並べ|差し替え|切り替え|埋め込|割り当て|書き換え|書き足|書き込)(?:す|る|む|ぐ)|(?:手順書?|判断表|欄|画面|台帳|本文|冒頭|ちけっと|様式)(?:に|へ)[^。、]{0,14}(?:書く|書き|載|入れ|足|加え|示|記|出)|(?:欄|列|項目|ぼたん|画面|表|基準|期限|条件|地点)を[^。、]{0,10}(?:足|加え|設|置|作|入れ|分け|増や|移|決め)";
    /// A source of its own makes a second look independent.
    independent = "独立|(?:二つ|別々)の(?:資料|画面|台帳)|別(?:の)?(?:資料|観点|視点|情報源|画面|端末|経路|しすてむ|系統|台帳)|異なる(?:資料|観点|視点|情報源|画面|端末|経路)|台帳|監査ろぐ|原本|正本|契約書|(?:ろぐ|構成情報|cmdb)(?:から|と)|とは別の";
    /// By when, and with what result.
    dated = "(?:[0-9]+/[0-9]+|[0-9]+月[0-9]*(?:日|末)?|(?:今|来)(?:週|月|期)(?:末|中)?)[^。]{0,8}(?:まで|期限)[^。]*(?:決|判定|結論|要否|採否|完了|出す|提出|判断)";
    /// A thanks, or the result of having thought.
    settled = "^(?:の(?:結果|うえ|上|末)|会|済|し(?:た|て)?(?:結果|うえ|上|末)|を(?:経|終え)|資料|用)";
    /// A time at which something is done is more than a wish.
    scheduled = "ごと(?:に|の)|毎(?:朝|日|週|月|年)|四半期|定期";
    asks = "(?:か|かな)[。?]?$";
    /// What the incident's own cause is said to be, by others or not yet.
    hearsay = "(?:調査|不明|特定|切り?分け|確認中|との(?:回答|連絡|報告)|と(?:回答|連絡|報告|伝え|説明|記載|書)|問い合わせ|聞)";
}

fn is(pattern: &Option<Regex>, text: &str) -> bool {
    pattern.as_ref().is_some_and(|regex| regex.is_match(text))
}

/// Whether the words at a place are an innocent use of them.
pub(crate) fn is_innocent(form: Form, place: &Place<'_>) -> bool {
    let p = &*PATTERNS;
    let Place { field, previous, before, found, after, compound } = *place;
    let apart = || is(&p.mention, after) || is(&p.prevented, after) || is(&p.condition, after);
    let whole_is_asked = || is(&p.asks, after);
    match form {
        Form::Claim | Form::Deed | Form::Undone => {
            let deed = form != Form::Claim;
            let explained = is(&p.explained, before);
            compound
                || apart()
                || is(&p.inviting, after)
                || (form == Form::Undone
                    && (found.ends_with('ず') || found.ends_with("ずに"))
                    && is(&p.goes_on, after))
                || whole_is_asked()
                || (deed
                    && ((is(&p.by_system, before) && !is(&p.mental, found))
                        || is(&p.from_system, before)
                        || is(&p.by_itself, found)))
                || (explained && (deed || is(&p.effect, after)))
                || (deed
                    && (is(&p.explanation, after) || (is(&p.therefore, before) && is(&p.system, previous))))
                || (field == field::LESSONS && is(&p.general, after))
        }
        Form::Blame => apart() || whole_is_asked(),
        Form::Regret => apart() || whole_is_asked() || is(&p.system, found) || is(&p.machine, found),
        Form::Act | Form::Check | Form::Resolve | Form::Left => {
            let stronger = is(&p.strong, before)
                || (form == Form::Left && (is(&p.strong, found) || is(&p.scheduled, found)))
                || is(&p.strong, after.trim_start_matches(AFTER_THE_VERB))
                || (form != Form::Act && is(&p.independent, &[before, found, after].concat()));
            stronger
                || is(&p.given_up, after)
                || is(&p.given_up_within, found)
                || (matches!(form, Form::Act | Form::Check) && compound)
                || (field == field::LESSONS && (is(&p.general, after) || is(&p.mention, after)))
        }
        Form::Vague => {
            is(&p.settled, after) || is(&p.given_up, after) || is(&p.dated, &[before, found, after].concat())
        }
        Form::Judgement => is(&p.mention, after),
        Form::Cause => {
            is(&p.hearsay, after) || is(&p.hearsay, found) || whole_is_asked() || is(&p.mention, after)
        }
    }
}

/// What ties a weak measure to the verb that puts it in place: 「ダブルチェックを|導入する」 is not a stronger measure.
const AFTER_THE_VERB: &[char] = &[
    'を', 'の', 'と', 'す', 'る', 'し', 'て', 'に', '体', '制', '導', '入', '追', '加', '実', '施', '設',
    'け', '強', '化', '作', '成', '新', '整', '備',
];

#[cfg(test)]
mod tests {
    #[test]
    fn every_pattern_can_be_read() {
        assert_eq!(super::unreadable(), Vec::<&str>::new());
    }
}
