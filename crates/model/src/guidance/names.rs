//! Personal names: a surname or an honorific, where a role would do.

use std::sync::LazyLock;

use regex::Regex;

/// Surnames that are hardly anything else, so that they are known without an honorific.
const SURNAMES: &str = "佐藤|鈴木|高橋|田中|伊藤|渡辺|渡邊|渡部|山本|中村|小林|加藤|吉田|山田|佐々木|山崎|井上|木村|斎藤|斉藤|齋藤|松本|清水|池田|橋本|阿部|石井|後藤|坂本|遠藤|青木|藤井|西村|藤田|太田|福田|三浦|岡本|松田|中島|中野|藤原|小野|田村|竹内|金子|和田|石田|上田|森田|柴田|酒井|工藤|横山|宮本|内田|高木|谷口|大野|丸山|今井|高田|武田|村上|杉山|増田|菅原|平野|大塚|久保|松井|岩崎|桜井|木下|野口|松尾|菊地|菊池|野村|新井|古川|杉本|大西|飯田|水野|五十嵐|北村|吉川|安藤|大久保|矢野|永井|中山|石原|辻本|服部|樋口|土屋|浅野|堀内|関口|近藤|長谷川|岡田|前田|小川|山下|中川|原田|小島|本間|星野|片山|荒木|黒田|岩田|望月|須藤|大橋|浜田|早川|荒井|平田|馬場|尾崎|秋山|田口|西田|萩原|小池|栗原|松岡|奥村|吉村|森本|広瀬|河野|川上|柳沢|澤田|沢田|内藤|篠原|榎本|白石|大川|天野|永田|三宅|児玉|川村|岩本|本田|吉岡|八木|西川|堀田|塚本|滝沢|小沢|小澤|関根|瀬戸|津田|平井|平山|樋渡|桑原|飯塚|宮田|戸田|土井|田辺|田島|東海林";

/// Words before an honorific that name no person.
const NOBODY: &str =
    "(?:客|皆|者|社|部|課|室|員|側|方|業|長|隊|屋|班|先|輩|司|店|様|番|席|口|線|当|沢|何|手|人)$";

static HONORIFIC: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new("(?:^|[^a-z0-9一-龠々])((?:[一-龠々]{1,6}|[a-z])(?:さん|氏|君|くん))").ok());
static ROLES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new("^(?:一次|二次|夜勤|日勤|新人|担当者?|当番|先輩|後輩|同僚|部下|上司|作業者?|運用|中堅|若手|べてらん|協力会社|応対者?|対応者?|監視|席|隣|本人)+").ok()
});
static NO_ONE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(NOBODY).ok());
static KNOWN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let pattern = format!(
        "(?:^|[^一-龠々])(?:(?:新人|担当|夜勤|当番|一次担当|作業者)?)((?:{SURNAMES}))(様?)(?:が|は|も|の(?:みす|判断|作業|操作|確認|見落|対応|連絡|せい|責任|不|誤)|に(?:よる|より|注意|指導|厳)|と(?:[^。、]{{1,4}}が)|、|へ)"
    );
    Regex::new(&pattern).ok()
});
static BLAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new("(?:注意(?:した|する|し|を)|指導|教育|叱|厳し|厳重|反省|研修|みす|怠|始末書|面談)").ok()
});
static THANKED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new("(?:感謝|ありがと|有難|お礼|おかげ|お陰|助言|助けられ)").ok());

/// The byte ranges of personal names in a sentence.
pub(crate) fn find(sentence: &str) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    if let Some(honorific) = &*HONORIFIC {
        for captures in honorific.captures_iter(sentence) {
            let Some(name) = captures.get(1) else { continue };
            let after = sentence.get(name.end()..).unwrap_or_default();
            let base = name.as_str().trim_end_matches("さん").trim_end_matches("くん");
            let base = base.strip_suffix(['氏', '君']).unwrap_or(base);
            // 「氏名」, 「様」 of a company and the like are nobody.
            let is_word = name.as_str().ends_with(['氏', '君']) && after.starts_with('名');
            let role = ROLES.as_ref().and_then(|roles| roles.find(base)).map_or(0, |role| role.end());
            let rest = base.get(role..).unwrap_or_default();
            let nobody = rest.is_empty() || NO_ONE.as_ref().is_some_and(|nobody| nobody.is_match(rest));
            if !is_word && (!nobody || is_surname(rest)) {
                found.push((name.start() + role, name.end()));
            }
        }
    }
    if let Some(known) = &*KNOWN {
        for captures in known.captures_iter(sentence) {
            let (Some(name), sir) = (captures.get(1), captures.get(2)) else { continue };
            let end = sir.map_or(name.end(), |sir| sir.end());
            if !found.iter().any(|(from, to)| *from < end && name.start() < *to) {
                found.push((name.start(), end));
            }
        }
    }
    found
}

fn is_surname(text: &str) -> bool {
    SURNAMES.split('|').any(|name| name == text)
}

/// Whether a countermeasure blames the person that it names; an owner is no blame.
pub(crate) fn is_blamed(sentence: &str) -> bool {
    BLAMED.as_ref().is_some_and(|blamed| blamed.is_match(sentence))
}

/// Whether a sentence thanks the person that it names.
pub(crate) fn is_thanked(sentence: &str) -> bool {
    THANKED.as_ref().is_some_and(|thanked| thanked.is_match(sentence))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(sentence: &str) -> Vec<&str> {
        find(sentence).into_iter().map(|(from, to)| &sentence[from..to]).collect()
    }

    #[test]
    fn names_are_known_by_honorific_or_surname() {
        assert_eq!(names("田中さんが見落とした"), ["田中さん"]);
        assert_eq!(names("新人の中村が閉じた"), ["中村"]);
        assert_eq!(names("夜勤担当佐藤さん、kさん"), ["佐藤さん", "kさん"]);
    }

    #[test]
    fn customers_companies_and_roles_are_no_names() {
        for text in [
            "お客さんから電話",
            "皆さん",
            "業者さん",
            "担当者さん",
            "a社さん",
            "担当者氏名",
            "佐藤商事へ",
            "千葉の拠点が",
        ] {
            assert_eq!(names(text), Vec::<&str>::new(), "{text}");
        }
    }
}
