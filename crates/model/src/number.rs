//! `PM-0001`: the number people say aloud.

use std::fmt;
use std::str::FromStr;

use crate::{Error, Result};

/// A postmortem's number: `PM-` and at least four digits, and `-2` and so on where two offices that were apart
/// gave out the same one. The UUID is the identity, the number is what people read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number {
    /// The running number, from 1.
    pub serial: u32,
    /// 1 for the earlier UUID, 2 for the next one with the same serial, and so on.
    pub copy: u32,
}

impl Number {
    /// The first bearer of `serial`.
    #[must_use]
    pub fn new(serial: u32) -> Self {
        Self { serial, copy: 1 }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PM-{:04}", self.serial)?;
        if self.copy > 1 {
            write!(f, "-{}", self.copy)?;
        }
        Ok(())
    }
}

impl FromStr for Number {
    type Err = Error;

    /// # Errors
    /// [`Error::Invalid`] for anything but `PM-0001` or `PM-0001-2`.
    fn from_str(text: &str) -> Result<Self> {
        let parsed = || {
            let (serial, copy) = match text.strip_prefix("PM-")?.split_once('-') {
                Some((serial, copy)) => (serial, digits(copy)?),
                None => (text.strip_prefix("PM-")?, 1),
            };
            let number = Self { serial: digits(serial)?, copy };
            (number.to_string() == text).then_some(number)
        };
        parsed().ok_or_else(|| Error::invalid("number", format_args!("`{text}` is not like `PM-0142`")))
    }
}

fn digits(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written() {
        for text in ["PM-0001", "PM-0142", "PM-12345", "PM-0143-2"] {
            assert_eq!(text.parse::<Number>().unwrap().to_string(), text);
        }
        for text in ["", "PM-1", "PM-", "PM-0143-1", "PM-0143-02", "pm-0143", "PM-+143", "PM-99999999999"] {
            assert!(text.parse::<Number>().is_err(), "`{text}` should be refused");
        }
    }
}
