//! One open window of the app, as a person uses it: by what carries `data-test`.

use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};
use yokoten_tests::{Home, root};

use crate::programs::desktop;
use yokoten_tests::driver::{Driver, Element};
use yokoten_tests::wait::{until, within};

/// Keys that are no characters, from the WebDriver standard.
pub(crate) const ENTER: &str = "\u{E007}";
pub(crate) const CONTROL: &str = "\u{E009}";
/// Lets go of Control.
pub(crate) const RELEASE: &str = "\u{E000}";

/// There is one window at a time: a second launch would raise the first.
static ONE: Mutex<()> = Mutex::new(());

/// A person, their home and workspace, and the only window on this machine.
pub(crate) struct Person {
    pub(crate) home: Home,
    _alone: MutexGuard<'static, ()>,
}

impl Person {
    /// Someone who has never used the app.
    pub(crate) fn new() -> Self {
        let alone = ONE.lock().unwrap_or_else(PoisonError::into_inner);
        Self { home: Home::new(), _alone: alone }
    }

    /// Opens the window on their workspace.
    pub(crate) fn open(&self) -> Window<'_> {
        self.open_at(&self.home.workspace())
    }

    pub(crate) fn open_at(&self, workspace: &Path) -> Window<'_> {
        self.open_with(workspace, &[])
    }

    /// Opens the window with settings of the environment.
    pub(crate) fn open_with(&self, workspace: &Path, env: &[(String, String)]) -> Window<'_> {
        let folder = workspace.to_str().expect("a temporary folder has a plain name");
        let driver = Driver::launch(&desktop(), &["--workspace", folder], self.home.path(), env);
        let name = std::thread::current().name().unwrap_or("window").replace("::", "-");
        let window = Window { driver, home: &self.home, name };
        until("the page is there", || window.driver.find("main"));
        window
    }
}

pub(crate) struct Window<'a> {
    driver: Driver,
    home: &'a Home,
    /// Of the test, for its pictures.
    name: String,
}

impl Window<'_> {
    /// The element that carries `data-test`, once it is there.
    pub(crate) fn find(&self, test: &str) -> Element {
        self.css(&format!("[data-test='{test}']"))
    }

    pub(crate) fn css(&self, css: &str) -> Element {
        until(&format!("`{css}` is there"), || self.driver.find(css))
    }

    pub(crate) fn is_there(&self, css: &str) -> bool {
        self.driver.find(css).is_some()
    }

    /// What fields of a kind hold, in the order of the page: the value of an input, else the text.
    pub(crate) fn texts(&self, test: &str) -> Vec<String> {
        let script = "return [...document.querySelectorAll(arguments[0])].map((field) => (field.value ?? field.innerText).trim())";
        let answer = self.run(script, &json!([format!("[data-test='{test}']")]));
        answer
            .as_array()
            .into_iter()
            .flatten()
            .map(|text| text.as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// Clicks, as soon as nothing lies over it.
    pub(crate) fn click(&self, test: &str) {
        self.click_css(&format!("[data-test='{test}']"));
    }

    pub(crate) fn click_css(&self, css: &str) {
        let mut last = String::new();
        let clicked = within(std::time::Duration::from_secs(10), || {
            let element = self.driver.find(css)?;
            self.to_the_middle(&element);
            self.driver.click(&element).map_err(|refused| last = refused.to_string()).ok()
        });
        assert!(clicked.is_some(), "`{css}` cannot be clicked: {last}");
    }

    /// Clicks into a field and types.
    pub(crate) fn write(&self, test: &str, text: &str) {
        self.click(test);
        self.keys(&self.find(test), text);
    }

    /// Types where the cursor is, once it is in an empty field of that kind.
    pub(crate) fn write_here(&self, test: &str, text: &str) {
        self.in_an_empty(test);
        self.keys(&self.css(":focus"), text);
    }

    fn in_an_empty(&self, test: &str) {
        let script = "const at = document.activeElement;
            return at?.dataset.test === arguments[0] && (at.value ?? at.innerText).trim() === '' ? at : null";
        let what = format!("the cursor is in an empty `{test}`");
        until(&what, || self.run(script, &json!([test])).as_object().map(drop));
    }

    pub(crate) fn keys(&self, element: &Element, text: &str) {
        self.driver.send_keys(element, text).unwrap_or_else(|refused| panic!("cannot type: {refused}"));
    }

    /// Waits until the focus is in what carries `data-test`.
    pub(crate) fn focused(&self, test: &str) {
        let script = "return document.activeElement?.closest('[data-test]')?.dataset.test === arguments[0]";
        until(&format!("the focus is in `{test}`"), || {
            (self.run(script, &json!([test])) == json!(true)).then_some(())
        });
    }

    /// Types key by key, once the focus is in an empty field of that kind.
    pub(crate) fn type_into(&self, test: &str, text: &str) {
        self.in_an_empty(test);
        self.type_text(text);
    }

    /// Types where the cursor is, key by key.
    pub(crate) fn type_text(&self, text: &str) {
        let strokes: Vec<_> = text.chars().map(|letter| vec![letter.to_string()]).collect();
        self.driver.press(&strokes).unwrap_or_else(|refused| panic!("cannot type `{text}`: {refused}"));
    }

    /// Presses a chord as the app writes it: `mod+shift+Enter`, `alt+ArrowUp`, `F8`, `1`.
    pub(crate) fn press(&self, chord: &str) {
        let keys = chord.split('+').map(key).collect();
        self.driver.press(&[keys]).unwrap_or_else(|refused| panic!("cannot press `{chord}`: {refused}"));
    }

    /// Waits until the page says that everything is stored.
    pub(crate) fn wait_until_saved(&self) {
        self.css("[data-test='save-state'][data-state='saved']");
    }

    /// Runs a function's body in the page.
    pub(crate) fn run(&self, script: &str, args: &Value) -> Value {
        self.driver.run(script, args).unwrap_or_else(|refused| panic!("`{script}`: {refused}"))
    }

    /// Calls a command of ours or of Tauri, as a script in the page could: its answer, or what it was refused with.
    pub(crate) fn invoke(&self, command: &str, args: &Value) -> Result<Value, Value> {
        let script = "const [command, args, done] = arguments;
            window.__TAURI_INTERNALS__.invoke(command, args)
              .then((ok) => done({ ok }), (refused) => done({ refused: refused?.message ?? String(refused) }))";
        let answer = self.driver.run_async(script, &json!([command, args]));
        let answer = answer.unwrap_or_else(|refused| panic!("`{command}`: {refused}"));
        match answer.get("refused") {
            Some(refused) => Err(refused.clone()),
            None => Ok(answer["ok"].clone()),
        }
    }

    /// Keeps a picture of the window in tests/artifacts.
    pub(crate) fn picture(&self, name: &str) {
        let folder = root().join("tests/artifacts");
        std::fs::create_dir_all(&folder).unwrap();
        self.picture_in(&folder, &format!("{}-{name}", self.name));
    }

    pub(crate) fn picture_in(&self, folder: &Path, name: &str) {
        let Ok(base64) = self.driver.screenshot() else { return };
        let bytes = BASE64.decode(base64).unwrap_or_default();
        yokoten_store::files::write_whole(&folder.join(format!("{name}.png")), &bytes).unwrap();
    }

    /// Gives the page so many pixels, as far as the display has them.
    pub(crate) fn resize(&self, width: u32, height: u32) {
        self.driver.resize(width, height).unwrap_or_else(|refused| panic!("cannot resize: {refused}"));
        let script = "return innerWidth === arguments[0] && innerHeight === arguments[1]";
        until(&format!("the page is {width} × {height}"), || {
            (self.run(script, &json!([width, height])) == json!(true)).then_some(())
        });
    }

    /// Loads the page again.
    pub(crate) fn again(&self) {
        self.run("window.before = true; location.reload()", &json!([]));
        until("the page is there again", || {
            let script = "return window.before === undefined && document.querySelector('main') !== null";
            (self.driver.run(script, &json!([])).ok()? == json!(true)).then_some(())
        });
    }

    /// Scrolls until an element is at the top.
    pub(crate) fn show(&self, css: &str) {
        self.css(css);
        self.run("document.querySelector(arguments[0]).scrollIntoView({ block: 'start' })", &json!([css]));
    }

    /// Until fonts and pictures are there and two frames have passed.
    pub(crate) fn come_to_rest(&self) {
        let script = "const done = arguments[0];
            const loaded = [...document.images].map((image) => image.decode().catch(() => {}));
            Promise.all([document.fonts.ready, ...loaded]).then(() => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => done(true))), 200))";
        self.driver.run_async(script, &json!([])).unwrap_or_else(|refused| panic!("no rest: {refused}"));
    }

    /// Ends the app as a power failure would.
    pub(crate) fn kill(self) {
        for process in processes(self.home) {
            let status = Command::new("kill").args(["-KILL", &process]).status().unwrap();
            assert!(status.success(), "the app cannot be killed");
        }
        until("the app is gone", || self.is_gone().then_some(()));
    }

    /// Whether the bus, too, has noticed: a launch would else wait for an answer of the dead.
    fn is_gone(&self) -> bool {
        let asked = Command::new("dbus-send")
            .args([
                "--session",
                "--print-reply=literal",
                "--dest=org.freedesktop.DBus",
                "/org/freedesktop/DBus",
            ])
            .args(["org.freedesktop.DBus.NameHasOwner", "string:dev.yokoten.desktop.SingleInstance"])
            .output()
            .expect("dbus-send (Debian: dbus) is needed");
        processes(self.home).is_empty() && !String::from_utf8_lossy(&asked.stdout).contains("true")
    }

    fn to_the_middle(&self, element: &Element) {
        // Not under the heading that stays at the top.
        let script = "arguments[0].scrollIntoView({ block: 'center' })";
        let _ = self.driver.run(script, &json!([Driver::argument(element)]));
    }
}

impl Drop for Window<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.picture("failed");
        }
        for process in processes(self.home) {
            let _ = Command::new("kill").args(["-KILL", &process]).status();
        }
        // The next window must not meet this one.
        let _ = within(std::time::Duration::from_secs(10), || self.is_gone().then_some(()));
    }
}

/// What WebDriver calls a key.
fn key(name: &str) -> String {
    let sign = match name {
        "mod" => CONTROL,
        "shift" => "\u{E008}",
        "alt" => "\u{E00A}",
        "Enter" => ENTER,
        "Tab" => "\u{E004}",
        "Escape" => "\u{E00C}",
        "Backspace" => "\u{E003}",
        "End" => "\u{E010}",
        "ArrowLeft" => "\u{E012}",
        "ArrowUp" => "\u{E013}",
        "ArrowDown" => "\u{E015}",
        "F2" => "\u{E032}",
        "F6" => "\u{E036}",
        "F8" => "\u{E038}",
        letter => letter,
    };
    sign.to_owned()
}

/// The processes of the app in this home, without those of its web view. Someone may use the app while the tests run.
pub(crate) fn processes(home: &Home) -> Vec<String> {
    let (desktop, own) = (desktop(), format!("HOME={}", home.path().display()));
    let is_ours = |process: &Path| {
        std::fs::read_link(process.join("exe")).is_ok_and(|exe| exe == desktop)
            && std::fs::read(process.join("environ"))
                .is_ok_and(|environ| environ.split(|byte| *byte == 0).any(|pair| pair == own.as_bytes()))
    };
    let running = std::fs::read_dir("/proc").unwrap().flatten();
    let ours = running.filter(|entry| is_ours(&entry.path()));
    ours.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}
