//! The only socket of the program: asks, waits and asks again within bounds.
//!
//! A request that may be repeated is repeated where the other side was busy or silent. One that must happen once is
//! repeated only where it was surely not carried out; otherwise the answer is [`Error::Unsure`], and the caller looks
//! before it leaps. Waiting is truncated exponential backoff with chance, or what `Retry-After` says. Plain http is
//! for 127.0.0.1 alone. What is secret is nowhere in an error.

mod pace;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use ureq::http;
pub use ureq::http::Method;

pub use pace::{Cancel, Pace, SystemPace};

/// How often one request is tried, and how often where not even a connection comes about.
const ATTEMPTS: u32 = 8;
const CONNECTS: u32 = 3;
/// The longest pause of the backoff, and the longest that another's `Retry-After` may ask for.
const LONGEST: Duration = Duration::from_secs(64);
const LONGEST_ASKED: Duration = Duration::from_secs(300);
/// Google allows a user 60 writes a minute; a second more than a minute allows for the way there.
const WRITES: usize = 60;
const WINDOW: Duration = Duration::from_secs(61);
/// Of one answer, in bytes.
const LARGEST: u64 = 256 * 1024 * 1024;

/// A text that never shows itself in a log or an error.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps a text secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for the one place that sends it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Whether a request may be sent twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Twice is the same as once.
    Safe,
    /// Only where it was surely not carried out.
    Once,
}

/// One request.
#[derive(Debug)]
pub struct Request {
    /// GET, POST ….
    pub method: Method,
    /// Where to.
    pub url: String,
    /// What is sent along: media type and bytes.
    pub body: Option<(String, Vec<u8>)>,
    /// The bearer token.
    pub token: Option<Secret>,
    /// Whatever else must not be in an error's text.
    pub secrets: Vec<Secret>,
    /// Whether it may be sent twice.
    pub repeat: Repeat,
    /// Whether it counts as one of a minute's 60 writes.
    pub paced: bool,
}

impl Request {
    /// Asks for something.
    pub fn get(url: impl Into<String>) -> Self {
        Self {
            method: Method::GET,
            url: url.into(),
            body: None,
            token: None,
            secrets: Vec::new(),
            repeat: Repeat::Safe,
            paced: false,
        }
    }

    /// Sends JSON, once.
    pub fn post(url: impl Into<String>, json: &Value) -> Self {
        let body = Some(("application/json; charset=utf-8".to_owned(), json.to_string().into_bytes()));
        Self { method: Method::POST, body, repeat: Repeat::Once, ..Self::get(url) }
    }
}

/// What can go wrong on the way.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Plain http to somewhere else than 127.0.0.1, or no address at all.
    #[error("`{0}` is not an address that can be asked")]
    Address(String),
    /// No connection: nothing was sent.
    #[error("`{host}` cannot be reached: {reason}")]
    Offline {
        /// The other side.
        host: String,
        /// The system's words.
        reason: String,
    },
    /// It was sent, and no answer tells whether it was carried out.
    #[error("`{host}` has not said whether the request was carried out: {reason}")]
    Unsure {
        /// The other side.
        host: String,
        /// A status or the system's words.
        reason: String,
    },
    /// The other side is too busy, after all attempts.
    #[error("`{host}` is busy: {message}")]
    Busy {
        /// The other side.
        host: String,
        /// Its words.
        message: String,
    },
    /// The other side says no.
    #[error("`{host}` refused ({status}): {message}")]
    Refused {
        /// The other side.
        host: String,
        /// The HTTP status.
        status: u16,
        /// A word that programs can read, such as `INVALID_ARGUMENT` or `invalid_grant`.
        reason: String,
        /// Its words.
        message: String,
    },
    /// The answer cannot be read.
    #[error("`{host}` answered what cannot be read: {reason}")]
    Answer {
        /// The other side.
        host: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The person stopped it.
    #[error("stopped")]
    Cancelled,
}

/// How much was asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Requests that only read.
    pub reads: u32,
    /// Requests that write and count towards the 60 of a minute.
    pub writes: u32,
    /// Any other.
    pub others: u32,
    /// Requests that had to be sent again.
    pub again: u32,
}

/// Why one waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// For how long.
    pub pause: Duration,
    /// Which attempt failed, from 1; 0 where only the pace of a minute is kept.
    pub attempt: u32,
}

/// Asks other machines.
pub struct Http {
    direct: ureq::Agent,
    through_proxy: ureq::Agent,
    pace: Arc<dyn Pace>,
    waiting: Box<dyn Fn(&Waiting) + Send + Sync>,
    written: Mutex<VecDeque<Duration>>,
    traffic: Mutex<Traffic>,
}

impl std::fmt::Debug for Http {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Http")
    }
}

/// What one attempt came to.
enum Outcome {
    Done(Value),
    NotSent(String),
    Silent(String),
    Unready { asked: Option<Duration>, carried_out: Option<bool>, message: String },
    Refused { status: u16, reason: String, message: String },
    Unreadable(String),
}

impl Http {
    /// Asks at a pace; `waiting` learns of every pause.
    pub fn new(pace: Arc<dyn Pace>, waiting: impl Fn(&Waiting) + Send + Sync + 'static) -> Self {
        let config = || {
            ureq::Agent::config_builder()
                .http_status_as_error(false)
                .max_redirects(0)
                .max_redirects_will_error(false)
                .timeout_connect(Some(Duration::from_secs(20)))
                .timeout_global(Some(Duration::from_secs(180)))
                .user_agent(concat!("yokoten/", env!("CARGO_PKG_VERSION")))
        };
        Self {
            direct: config().proxy(None).build().new_agent(),
            through_proxy: config().build().new_agent(),
            pace,
            waiting: Box::new(waiting),
            written: Mutex::default(),
            traffic: Mutex::default(),
        }
    }

    /// What was asked so far.
    #[must_use]
    pub fn traffic(&self) -> Traffic {
        *lock(&self.traffic)
    }

    /// The pace that is kept.
    #[must_use]
    pub fn pace(&self) -> &dyn Pace {
        self.pace.as_ref()
    }

    /// Waits before an attempt is repeated.
    ///
    /// # Errors
    /// [`Error::Cancelled`] where the person stops it meanwhile.
    pub fn back_off(&self, attempt: u32) -> Result<(), Error> {
        self.wait(backoff(attempt, self.pace.chance()), attempt)
    }

    /// Sends a request until there is an answer; an empty one is `null`.
    ///
    /// # Errors
    /// Every kind of [`Error`].
    pub fn send(&self, request: &Request) -> Result<Value, Error> {
        let host = host(&request.url)?;
        let mut attempt = 0;
        loop {
            attempt += 1;
            if self.pace.cancelled() {
                return Err(Error::Cancelled);
            }
            if request.paced {
                self.keep_pace()?;
            }
            self.count(request, attempt);
            let last = attempt >= ATTEMPTS;
            let asked = match self.attempt(request) {
                Outcome::Done(answer) => return Ok(answer),
                Outcome::Refused { status, reason, message } => {
                    let message = hide(request, &message);
                    return Err(Error::Refused { host, status, reason, message });
                }
                Outcome::Unreadable(reason) if request.repeat == Repeat::Once => {
                    return Err(Error::Unsure { host, reason: hide(request, &reason) });
                }
                Outcome::Unreadable(reason) => {
                    return Err(Error::Answer { host, reason: hide(request, &reason) });
                }
                Outcome::NotSent(reason) if attempt >= CONNECTS => {
                    return Err(Error::Offline { host, reason });
                }
                Outcome::NotSent(_) => None,
                Outcome::Silent(reason) if last || request.repeat == Repeat::Once => {
                    return Err(Error::Unsure { host, reason });
                }
                Outcome::Silent(_) => None,
                Outcome::Unready { carried_out: None, message, .. } if request.repeat == Repeat::Once => {
                    return Err(Error::Unsure { host, reason: hide(request, &message) });
                }
                Outcome::Unready { asked, message, .. } => {
                    if last || asked.is_some_and(|asked| asked > LONGEST_ASKED) {
                        return Err(Error::Busy { host, message: hide(request, &message) });
                    }
                    asked
                }
            };
            let pause = backoff(attempt, self.pace.chance());
            self.wait(asked.map_or(pause, |asked| asked.max(pause.min(Duration::from_secs(1)))), attempt)?;
        }
    }

    fn count(&self, request: &Request, attempt: u32) {
        let mut traffic = lock(&self.traffic);
        match (request.paced, &request.method) {
            (true, _) => traffic.writes += 1,
            (false, &Method::GET) => traffic.reads += 1,
            _ => traffic.others += 1,
        }
        traffic.again += u32::from(attempt > 1);
    }

    fn wait(&self, pause: Duration, attempt: u32) -> Result<(), Error> {
        (self.waiting)(&Waiting { pause, attempt });
        if self.pace.wait(pause) { Err(Error::Cancelled) } else { Ok(()) }
    }

    /// Waits until one more write is within a minute's 60.
    fn keep_pace(&self) -> Result<(), Error> {
        loop {
            let pause = {
                let now = self.pace.now();
                let mut written = lock(&self.written);
                while written.front().is_some_and(|at| now.saturating_sub(*at) >= WINDOW) {
                    written.pop_front();
                }
                match written.front() {
                    Some(first) if written.len() >= WRITES => {
                        WINDOW.saturating_sub(now.saturating_sub(*first))
                    }
                    _ => {
                        written.push_back(now);
                        return Ok(());
                    }
                }
            };
            self.wait(pause, 0)?;
        }
    }

    fn attempt(&self, request: &Request) -> Outcome {
        let mut builder = http::Request::builder().method(request.method.clone()).uri(&request.url);
        builder = builder.header("accept", "application/json");
        if let Some(token) = &request.token {
            builder = builder.header("authorization", format!("Bearer {}", token.reveal()));
        }
        let agent = if is_loopback(&request.url) { &self.direct } else { &self.through_proxy };
        let answer = match &request.body {
            Some((media_type, bytes)) => {
                match builder.header("content-type", media_type).body(bytes.as_slice()) {
                    Ok(request) => agent.run(request),
                    Err(error) => return Outcome::NotSent(error.to_string()),
                }
            }
            None => match builder.body(()) {
                Ok(request) => agent.run(request),
                Err(error) => return Outcome::NotSent(error.to_string()),
            },
        };
        let mut answer = match answer {
            Ok(answer) => answer,
            Err(error) if was_not_sent(&error) => return Outcome::NotSent(error.to_string()),
            Err(error) => return Outcome::Silent(error.to_string()),
        };
        let status = answer.status().as_u16();
        let asked = answer.headers().get("retry-after").and_then(|value| value.to_str().ok());
        let asked = asked.and_then(|seconds| seconds.trim().parse().ok()).map(Duration::from_secs);
        match answer.body_mut().with_config().limit(LARGEST).read_to_string() {
            Ok(text) => judge(status, asked, &text),
            Err(error) => Outcome::Silent(error.to_string()),
        }
    }
}

/// What a status and its body mean.
fn judge(status: u16, asked: Option<Duration>, text: &str) -> Outcome {
    if (200..300).contains(&status) {
        let text = if text.trim().is_empty() { "null" } else { text };
        return match serde_json::from_str(text) {
            Ok(answer) => Outcome::Done(answer),
            Err(error) => Outcome::Unreadable(error.to_string()),
        };
    }
    let (reason, message) = reason(text, status);
    let limited = status == 429
        || (status == 403
            && ["userRateLimitExceeded", "rateLimitExceeded", "RESOURCE_EXHAUSTED"]
                .contains(&reason.as_str()));
    if limited {
        return Outcome::Unready { asked, carried_out: Some(false), message };
    }
    if status >= 500 || status == 408 {
        return Outcome::Unready { asked, carried_out: None, message };
    }
    Outcome::Refused { status, reason, message }
}

/// The machine's and the person's words of a refusal: Google's APIs nest them, OAuth does not.
fn reason(text: &str, status: u16) -> (String, String) {
    let body: Value = serde_json::from_str(text).unwrap_or_default();
    let text_at = |path: &str| body.pointer(path).and_then(Value::as_str).map(str::to_owned);
    let reason = text_at("/error/errors/0/reason")
        .or_else(|| text_at("/error/status"))
        .or_else(|| text_at("/error"))
        .unwrap_or_default();
    let message = text_at("/error/message")
        .or_else(|| text_at("/error_description"))
        .unwrap_or_else(|| if reason.is_empty() { format!("HTTP {status}") } else { reason.clone() });
    (reason, message)
}

fn was_not_sent(error: &ureq::Error) -> bool {
    use std::io::ErrorKind::{AddrNotAvailable, ConnectionRefused, HostUnreachable, NetworkUnreachable};
    match error {
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed | ureq::Error::Tls(_) => true,
        ureq::Error::Timeout(ureq::Timeout::Resolve | ureq::Timeout::Connect) => true,
        ureq::Error::Io(error) => matches!(
            error.kind(),
            ConnectionRefused | AddrNotAvailable | HostUnreachable | NetworkUnreachable
        ),
        _ => false,
    }
}

/// min(2ⁿ seconds + up to one second by chance, the longest).
fn backoff(attempt: u32, chance: f64) -> Duration {
    let whole = Duration::from_secs(1 << attempt.saturating_sub(1).min(6));
    (whole + Duration::from_millis(1000).mul_f64(chance.clamp(0.0, 1.0))).min(LONGEST)
}

fn hide(request: &Request, text: &str) -> String {
    let secrets = request.token.iter().chain(&request.secrets).filter(|secret| !secret.reveal().is_empty());
    secrets.fold(text.to_owned(), |text, secret| text.replace(secret.reveal(), "…"))
}

/// The host of an address that may be asked.
///
/// # Errors
/// [`Error::Address`] for anything but https, and http to 127.0.0.1.
pub fn host(address: &str) -> Result<String, Error> {
    let refused = || Error::Address(address.split(['?', '#']).next().unwrap_or_default().to_owned());
    let url = url::Url::parse(address).map_err(|_| refused())?;
    let host = url.host_str().ok_or_else(refused)?;
    match url.scheme() {
        "https" => Ok(host.to_owned()),
        "http" if host == "127.0.0.1" => Ok(host.to_owned()),
        _ => Err(refused()),
    }
}

fn is_loopback(address: &str) -> bool {
    url::Url::parse(address).is_ok_and(|url| url.host_str() == Some("127.0.0.1"))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
