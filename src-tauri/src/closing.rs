//! Closing the window: the page goes when what was typed is saved, but a page that hangs cannot hold it.

use std::sync::mpsc::channel;
use std::time::Duration;

use tauri::{WebviewWindow, WindowEvent};

/// How long the page may take to show that it lives. Not how long it may take to save: that is its own affair.
const LIVES: Duration = Duration::from_secs(5);

/// Closes the window itself where the page does not answer any more.
pub(crate) fn watch(window: &WebviewWindow) {
    let own = window.clone();
    window.on_window_event(move |event| {
        if matches!(event, WindowEvent::CloseRequested { .. }) {
            let window = own.clone();
            std::thread::spawn(move || {
                let (lives, heard) = channel();
                // Asking fails where there is no page any more; then nothing is heard either.
                let _ = window.eval_with_callback("0", move |_| {
                    let _ = lives.send(());
                });
                if heard.recv_timeout(LIVES).is_err() {
                    let _ = window.destroy();
                }
            });
        }
    });
}
