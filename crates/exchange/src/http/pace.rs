//! Time for those who wait: given by the caller, so that a test's minute takes no time.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Time, chance, and the wish to stop.
pub trait Pace: Send + Sync {
    /// Since any fixed moment.
    fn now(&self) -> Duration;
    /// Waits; `true` where the person stops it meanwhile.
    fn wait(&self, pause: Duration) -> bool;
    /// Whether the person has stopped it.
    fn cancelled(&self) -> bool;
    /// From 0 to 1.
    fn chance(&self) -> f64;
}

/// A wish to stop that many hands can hold.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<(Mutex<bool>, Condvar)>);

impl Cancel {
    /// Stops whoever waits, and whatever comes next.
    pub fn stop(&self) {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.1.notify_all();
    }

    /// Whether it was stopped.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits; `true` where it is stopped meanwhile.
    #[must_use]
    pub fn wait(&self, pause: Duration) -> bool {
        let stopped = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.0.1.wait_timeout_while(stopped, pause, |stopped| !*stopped);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

/// The machine's own time and chance.
#[derive(Debug)]
pub struct SystemPace {
    started: Instant,
    cancel: Cancel,
}

impl SystemPace {
    /// Starts now.
    #[must_use]
    pub fn new(cancel: Cancel) -> Self {
        Self { started: Instant::now(), cancel }
    }
}

impl Pace for SystemPace {
    fn now(&self) -> Duration {
        self.started.elapsed()
    }

    fn wait(&self, pause: Duration) -> bool {
        self.cancel.wait(pause)
    }

    fn cancelled(&self) -> bool {
        self.cancel.is_stopped()
    }

    fn chance(&self) -> f64 {
        rand::random()
    }
}
