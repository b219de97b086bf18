//! Waiting for the thing itself, with a deadline.

use std::time::{Duration, Instant};

/// How long anything may take before the test fails. Far beyond what is usual, for machines under load.
const DEADLINE: Duration = Duration::from_secs(30);

/// Asks again and again until there is an answer.
///
/// # Panics
/// Where there is none in time.
pub fn until<T>(what: &str, ask: impl FnMut() -> Option<T>) -> T {
    within(DEADLINE, ask).unwrap_or_else(|| panic!("waited {} s, but not so: {what}", DEADLINE.as_secs()))
}

/// Asks again and again until there is an answer or `time` is over.
pub fn within<T>(time: Duration, mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return Some(answer);
        }
        if start.elapsed() > time {
            return None;
        }
        #[expect(clippy::disallowed_methods, reason = "another process tells nobody when it changes")]
        std::thread::sleep(Duration::from_millis(20));
    }
}
