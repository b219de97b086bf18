//! The one place that asks for the time; everywhere else it is passed in.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset, SecondsFormat, TimeZone, Utc};

/// A source of the present moment, in milliseconds since 1970, UTC.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> i64 + Send + Sync>);

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock")
    }
}

impl Clock {
    /// The system's clock.
    #[must_use]
    pub fn system() -> Self {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that asks for the time")]
        Self(Arc::new(|| Utc::now().timestamp_millis()))
    }

    /// A clock of one's own, for tests.
    #[must_use]
    pub fn new(now: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    pub(crate) fn now(&self) -> i64 {
        (self.0)()
    }
}

/// Milliseconds since 1970 as RFC 3339 in UTC.
pub(crate) fn rfc3339(ms: i64) -> String {
    moment(ms).to_rfc3339_opts(SecondsFormat::Millis, true)
}

pub(crate) fn moment(ms: i64) -> DateTime<Utc> {
    Utc.timestamp_millis_opt(ms).single().unwrap_or_default()
}

/// The same moment in Japan.
pub(crate) fn jst(ms: i64) -> DateTime<FixedOffset> {
    moment(ms).with_timezone(&yokoten_model::JST)
}
