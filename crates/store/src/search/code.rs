//! The code in which folded texts are stored and looked through: a byte for kana, ASCII and the most frequent signs, two
//! for kanji. It takes half the bytes of UTF-8, and a text is found by its bytes alone.
//!
//! A byte below [`LEAD`] that does not follow a lead is a character; from [`LEAD`] on a byte leads, and whatever follows
//! it belongs to it. [`SEPARATOR`] stands for no character. What is rare takes three such pairs: [`RARE`] leads the first,
//! [`RARE_ON`] the others.

use memchr::memmem;

/// What stands between texts.
pub(crate) const SEPARATOR: u8 = 0;

/// The first byte that leads a pair. Those up to [`RARE`] lead the 82 × 256 unified kanji.
const LEAD: u8 = 0xac;
const RARE: u8 = 0xfe;
const RARE_ON: u8 = 0xff;
const KANJI: u32 = 0x4e00;
const LAST_KANJI: u32 = 0x9fff;

/// The signs and kana that have a byte, in order; all other such bytes are ASCII as it is.
const SIGNS: [u32; 6] = [0x3001, 0x3002, 0x3005, 0x300c, 0x300d, 0x2026];
const KANA: u32 = 0x30a1;
const LAST_KANA: u32 = 0x30fe;

/// By byte, the character it is; 0 for none.
const SINGLES: [u32; LEAD as usize] = singles();

/// The byte of each character below U+0080, from U+3000 to U+30FF, and behind them of `…`; 0 where it has none.
const BYTES: [u8; 0x181] = bytes();

const fn singles() -> [u32; LEAD as usize] {
    let mut singles = [0; LEAD as usize];
    let (mut byte, mut sign, mut kana) = (1, 0, KANA);
    while byte < singles.len() {
        // A folded text has no capitals, and of what controls only line feeds.
        let stays = byte == b'\n' as usize || matches!(byte as u8, b' '..=b'@' | b'['..=b'~');
        singles[byte] = if stays {
            byte as u32
        } else if sign < SIGNS.len() {
            sign += 1;
            SIGNS[sign - 1]
        } else if kana <= LAST_KANA {
            kana += 1;
            kana - 1
        } else {
            0
        };
        byte += 1;
    }
    singles
}

const fn bytes() -> [u8; 0x181] {
    let mut bytes = [0; 0x181];
    let mut byte = 1;
    while byte < SINGLES.len() {
        if let Some(place) = place(SINGLES[byte]) {
            bytes[place] = byte as u8;
        }
        byte += 1;
    }
    bytes
}

const fn place(char: u32) -> Option<usize> {
    match char {
        1..0x80 => Some(char as usize),
        0x3000..0x3100 => Some((char - 0x3000) as usize + 0x80),
        0x2026 => Some(0x180),
        _ => None,
    }
}

/// Appends the code of a character.
pub(crate) fn push(char: char, out: &mut Vec<u8>) {
    let char = u32::from(char);
    if (KANJI..=LAST_KANJI).contains(&char) {
        let [.., high, low] = (char - KANJI).to_be_bytes();
        return out.extend([LEAD + high, low]);
    }
    match place(char).and_then(|place| BYTES.get(place)) {
        Some(byte) if *byte != 0 => out.push(*byte),
        _ => {
            let [_, plane, high, low] = char.to_be_bytes();
            out.extend([RARE, plane, RARE_ON, high, RARE_ON, low]);
        }
    }
}

/// The code of a text.
pub(crate) fn encode(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() / 3 * 2);
    text.chars().for_each(|char| push(char, &mut out));
    out
}

/// The characters of a code. Bytes that we did not write are read as far as they make sense.
pub(crate) fn chars(mut code: &[u8]) -> impl Iterator<Item = char> {
    std::iter::from_fn(move || {
        let (char, rest) = match code {
            [RARE, plane, RARE_ON, high, RARE_ON, low, rest @ ..] => {
                (u32::from_be_bytes([0, *plane, *high, *low]), rest)
            }
            [lead @ LEAD..RARE, low, rest @ ..] => {
                (KANJI + u32::from_be_bytes([0, 0, lead - LEAD, *low]), rest)
            }
            [byte, rest @ ..] => (*SINGLES.get(usize::from(*byte)).filter(|char| **char != 0)?, rest),
            [] => return None,
        };
        code = rest;
        char::from_u32(char)
    })
}

/// Finds a text in others.
#[derive(Debug)]
pub(crate) struct Finder(memmem::Finder<'static>);

impl Finder {
    /// Of a folded text; made once, since making it takes as long as looking through a text.
    pub(crate) fn of(folded: &str) -> Self {
        Self(memmem::Finder::new(&encode(folded)).into_owned())
    }

    /// Whether coded texts hold it. Bytes of it may lie across those of other characters: it is there where as many leads
    /// stand before it as make pairs.
    pub(crate) fn is_in(&self, mut code: &[u8]) -> bool {
        while let Some(at) = self.0.find(code) {
            let before = code.get(..at).unwrap_or_default();
            if before.iter().rev().take_while(|byte| **byte >= LEAD).count().is_multiple_of(2) {
                return true;
            }
            // It began within a pair; here the next character begins.
            code = code.get(at + 1..).unwrap_or_default();
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_character_comes_back() {
        for char in '\0'..=char::MAX {
            let code = encode(&format!("手{char}ガ"));
            assert_eq!(chars(&code).collect::<String>(), format!("手{char}ガ"));
        }
        let length = |text: &str| encode(text).len();
        assert_eq!(length("、。「」々…ー・ァン\na~0"), 14);
        assert_eq!(length("一鿿手順"), 8);
        assert_eq!(length("é"), 6);
    }

    #[test]
    fn bytes_that_nobody_wrote_end_somewhere() {
        for first in 0..=u8::MAX {
            for rest in [&[][..], &[0xff], &[0x00, 0x00], &[0xff; 9], &[0x00; 9], &[0xac; 9]] {
                chars(&[&[first], rest].concat()).for_each(drop);
            }
        }
    }

    proptest! {
        /// Of characters whose bytes are one another's: kanji of equal leads and trails, and the rare.
        #[test]
        fn what_a_text_holds_is_found(
            text in "[一-七亀仮侮兮勰匰凾ガァaé\u{fe}\u{1f600}]{0,12}",
            part in "[一-七亀仮侮兮勰匰凾ガァaé\u{fe}\u{1f600}]{1,2}",
        ) {
            let code = [encode("手"), vec![SEPARATOR], encode(&text)].concat();
            prop_assert_eq!(Finder::of(&part).is_in(&code), text.contains(&part));
        }

        #[test]
        fn pairs_out_of_step_are_not_found(leads in proptest::collection::vec(0x62_u32..=0x9f, 0..9), at in 0..9_usize) {
            // Each byte may lead.
            let text: String = leads.iter().filter_map(|lead| char::from_u32(lead << 8 | (lead + 0x5e))).collect();
            let part: String = text.chars().skip(at).take(2).collect();
            let shifted: String = leads.windows(2).filter_map(|two| char::from_u32(two[0] << 8 | two[1])).collect();
            for part in [part, shifted].iter().filter(|part| !part.is_empty()) {
                prop_assert_eq!(Finder::of(part).is_in(&encode(&text)), text.contains(part.as_str()));
            }
        }
    }
}
