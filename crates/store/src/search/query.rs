//! From what a person types to what is looked for. Nothing that can be typed is an error: what is not understood is a
//! word.

/// Words and filters of a query that are heeded; what follows is ignored.
const LIMIT: usize = 32;

/// Characters of a word that are heeded.
const LONGEST_WORD: usize = 200;

/// A query, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// What an entry must hold.
    pub words: Vec<Word>,
    /// What it must not hold.
    pub without: Vec<Word>,
    /// What must hold of it.
    pub filters: Vec<(Filter, String)>,
}

/// A word or a phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// As it was typed.
    pub text: String,
    /// It stood in quotation marks: looked for as it is, without other spellings.
    pub phrase: bool,
}

/// What a filter looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    /// 顧客.
    Customer,
    /// サービス.
    Service,
    /// 状態.
    Status,
    /// 分類, of occurrence or escape.
    Category,
    /// 期間, of when it happened (JST).
    Period,
    /// 担当, an owner of a countermeasure.
    Owner,
}

impl Filter {
    /// Every filter with its names in Japanese and English, as a query writes them before a colon.
    pub const NAMES: [(Self, &'static str, &'static str); 6] = [
        (Self::Customer, "顧客", "customer"),
        (Self::Service, "サービス", "service"),
        (Self::Status, "状態", "status"),
        (Self::Category, "分類", "category"),
        (Self::Period, "期間", "period"),
        (Self::Owner, "担当", "owner"),
    ];

    fn named(name: &str) -> Option<Self> {
        let name = super::fold::fold(name);
        Self::NAMES
            .into_iter()
            .find(|(_, ja, en)| super::fold::fold(ja) == name || *en == name)
            .map(|(filter, ..)| filter)
    }
}

impl Query {
    /// Takes `text` apart.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut query = Self::default();
        let mut rest = text.trim_start();
        while !rest.is_empty() && query.words.len() + query.without.len() + query.filters.len() < LIMIT {
            rest = query.take(rest).trim_start();
        }
        query
    }

    /// Whether it asks for nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.without.is_empty() && self.filters.is_empty()
    }

    /// Takes the first word off `text` and returns what follows.
    fn take<'a>(&mut self, text: &'a str) -> &'a str {
        let negated = text
            .strip_prefix(['-', '－', '−'])
            .filter(|rest| rest.starts_with(|char: char| !char.is_whitespace()));
        let body = negated.unwrap_or(text);
        if negated.is_none()
            && let Some((filter, value, rest)) = filter(body)
        {
            if !value.is_empty() {
                self.filters.push((filter, value));
            }
            return rest;
        }
        let (text, phrase, rest) = word(body);
        // A phrase that was pasted with its line break means a space.
        let text: String =
            text.chars().take(LONGEST_WORD).map(|char| if char == '\n' { ' ' } else { char }).collect();
        if !super::fold::fold(&text).is_empty() {
            let word = Word { text, phrase };
            if negated.is_some() { self.without.push(word) } else { self.words.push(word) }
        }
        rest
    }
}

/// A word up to white space, or a phrase up to its closing mark; a mark that is never closed is part of a word.
fn word(text: &str) -> (&str, bool, &str) {
    if let Some(inner) = text.strip_prefix(['"', '“', '”', '＂'])
        && let Some(end) = inner.find(['"', '“', '”', '＂'])
        && let (Some(phrase), Some(rest)) = (inner.get(..end), inner.get(end..))
    {
        let rest = rest.strip_prefix(['"', '“', '”', '＂']).unwrap_or(rest);
        return (phrase, true, rest);
    }
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    (text.get(..end).unwrap_or_default(), false, text.get(end..).unwrap_or_default())
}

fn filter(text: &str) -> Option<(Filter, String, &str)> {
    let end = text.find([':', '：'])?;
    let name = text.get(..end)?;
    if name.contains(char::is_whitespace) {
        return None;
    }
    let filter = Filter::named(name)?;
    let rest = text.get(end..)?.strip_prefix([':', '：'])?;
    let (value, _, rest) = word(rest);
    Some((filter, value.to_owned(), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[(&str, bool)]) -> Vec<Word> {
        words.iter().map(|(text, phrase)| Word { text: (*text).to_owned(), phrase: *phrase }).collect()
    }

    #[test]
    fn a_query_is_taken_apart() {
        let query = Query::parse(
            "再起動　\"対象の ALB\" -試験 顧客:A社 状態：下書き owner:\"二次 運用\" 期間:2026-03",
        );
        assert_eq!(query.words, words(&[("再起動", false), ("対象の ALB", true)]));
        assert_eq!(query.without, words(&[("試験", false)]));
        assert_eq!(
            query.filters,
            [
                (Filter::Customer, "A社".to_owned()),
                (Filter::Status, "下書き".to_owned()),
                (Filter::Owner, "二次 運用".to_owned()),
                (Filter::Period, "2026-03".to_owned()),
            ]
        );
    }

    #[test]
    fn odd_input_is_words() {
        assert_eq!(Query::parse("\" AND").words, words(&[("\"", false), ("AND", false)]));
        assert_eq!(Query::parse("- -").words, words(&[("-", false), ("-", false)]));
        assert_eq!(
            Query::parse("http://x 時刻:03:12").words,
            words(&[("http://x", false), ("時刻:03:12", false)])
        );
        assert!(Query::parse("顧客:").is_empty());
        assert!(Query::parse(" \u{200b} ").is_empty());
        assert_eq!(Query::parse(&"あ".repeat(100_000)).words[0].text.chars().count(), LONGEST_WORD);
        assert_eq!(Query::parse(&"あ ".repeat(100_000)).words.len(), LIMIT);
    }
}
