//! WebDriver over plain HTTP: the few requests that the tests make of WebKitWebDriver.

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use crate::wait::until;

/// The key under which WebDriver puts an element's name, from the standard.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A running WebKitWebDriver with one session: one launched app.
#[derive(Debug)]
pub struct Driver {
    child: Child,
    agent: ureq::Agent,
    base: String,
    session: Option<String>,
}

/// What WebDriver refused, in its own words: `no such element`, `element click intercepted` …
#[derive(Debug)]
pub struct Refused {
    error: String,
    message: String,
}

/// An element of the page, until the page replaces it.
#[derive(Clone, Debug)]
pub struct Element(String);

/// Paints for a second what nobody sees: a picture is taken after the next painting, and a page at rest has none.
const PAINTING: &str = "const { style } = document.documentElement;
    let frame = 0;
    const timer = setInterval(() => {
      style.outline = `1px solid rgb(0 0 0 / .00${++frame % 9 + 1})`;
      if (frame > 60) { clearInterval(timer); style.outline = ''; }
    }, 16);";

impl Driver {
    /// Starts the driver, and by it `program`. The app believes `home` to be the person's.
    ///
    /// # Panics
    /// Where the driver or the program cannot be started.
    #[must_use]
    pub fn launch(program: &Path, args: &[&str], home: &Path, env: &[(String, String)]) -> Self {
        let mut driver = Self::start(home, env);
        driver.open(program, args);
        driver
    }

    /// Starts the driver alone, for an app in `home`.
    ///
    /// # Panics
    /// Where it cannot be started.
    #[must_use]
    pub fn start(home: &Path, env: &[(String, String)]) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = Command::new("WebKitWebDriver")
            .args([&format!("--port={port}"), "--host=127.0.0.1"])
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("HOME", home)
            .env("XDG_CONFIG_HOME", home.join("config"))
            .env("XDG_DATA_HOME", home.join("data"))
            .env("XDG_CACHE_HOME", home.join("cache"))
            // Nobody listens to the accessibility bus here; without it the window opens faster.
            .env("NO_AT_BRIDGE", "1")
            .env("LANG", "C.UTF-8")
            // The input method that every GTK brings.
            .env("GTK_IM_MODULE", "gtk-im-context-simple")
            .env_remove("YOKOTEN_WORKSPACE")
            .envs(env.iter().map(|(name, value)| (name, value)))
            .stdout(Stdio::null())
            .spawn()
            .expect("WebKitWebDriver (Debian: webkit2gtk-driver) is needed");
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .build();
        let driver =
            Self { child, agent: config.into(), base: format!("http://127.0.0.1:{port}"), session: None };
        until("the driver answers", || TcpStream::connect(("127.0.0.1", port)).ok());
        driver
    }

    /// Launches `program`.
    ///
    /// # Panics
    /// Where it cannot be started.
    pub fn open(&mut self, program: &Path, args: &[&str]) {
        let options = json!({ "webkitgtk:browserOptions": { "binary": program, "args": args } });
        let answer = self.post("/session", &json!({ "capabilities": { "alwaysMatch": options } }));
        let answer = answer.unwrap_or_else(|refused| panic!("the window does not open: {refused:?}"));
        self.session = Some(answer["sessionId"].as_str().expect("a session has a name").to_owned());
    }

    /// The driver's process; the app's is a child of it.
    #[must_use]
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// The first element that matches, if there is one.
    ///
    /// # Panics
    /// Where the window does not answer any more.
    #[must_use]
    pub fn find(&self, css: &str) -> Option<Element> {
        match self.ask("/element", &json!({ "using": "css selector", "value": css })) {
            Ok(element) => Some(element_of(&element)),
            Err(refused) if refused.error == "no such element" => None,
            Err(refused) => panic!("the window does not answer: {refused}"),
        }
    }

    /// Clicks in the middle of an element.
    ///
    /// # Errors
    /// Where it is covered or gone.
    pub fn click(&self, element: &Element) -> Result<(), Refused> {
        self.ask(&format!("/element/{}/click", element.0), &json!({})).map(drop)
    }

    /// Puts the focus into an element and types.
    ///
    /// # Errors
    /// Where it cannot be typed into.
    pub fn send_keys(&self, element: &Element, text: &str) -> Result<(), Refused> {
        self.ask(&format!("/element/{}/value", element.0), &json!({ "text": text })).map(drop)
    }

    /// Presses keys wherever the focus is: those of a chord together, chord after chord.
    ///
    /// # Errors
    /// What the driver refused.
    pub fn press(&self, chords: &[Vec<String>]) -> Result<(), Refused> {
        let act = |kind: &str, key: &String| json!({ "type": kind, "value": key });
        let strokes: Vec<Value> = chords
            .iter()
            .flat_map(|keys| {
                let down = keys.iter().map(|key| act("keyDown", key));
                down.chain(keys.iter().rev().map(|key| act("keyUp", key)))
            })
            .collect();
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": strokes });
        self.ask("/actions", &json!({ "actions": [keyboard] })).map(drop)
    }

    /// Runs a function's body in the page; its arguments are `arguments`.
    ///
    /// # Errors
    /// What the driver refused.
    pub fn run(&self, script: &str, args: &Value) -> Result<Value, Refused> {
        self.ask("/execute/sync", &json!({ "script": script, "args": args }))
    }

    /// Runs a function's body that calls its last argument with the answer.
    ///
    /// # Errors
    /// What the driver refused.
    pub fn run_async(&self, script: &str, args: &Value) -> Result<Value, Refused> {
        self.ask("/execute/async", &json!({ "script": script, "args": args }))
    }

    /// Gives the window so many pixels.
    ///
    /// # Errors
    /// What the driver refused.
    pub fn resize(&self, width: u32, height: u32) -> Result<(), Refused> {
        self.ask("/window/rect", &json!({ "width": width, "height": height })).map(drop)
    }

    /// The window as a PNG, in base64.
    ///
    /// # Errors
    /// What the driver refused.
    pub fn screenshot(&self) -> Result<String, Refused> {
        self.run(PAINTING, &json!([]))?;
        let answer = self.read(self.agent.get(self.url("/screenshot")).call())?;
        Ok(answer.as_str().unwrap_or_default().to_owned())
    }

    /// An element as an argument of a script.
    #[must_use]
    pub fn argument(element: &Element) -> Value {
        json!({ ELEMENT: element.0 })
    }

    fn ask(&self, path: &str, body: &Value) -> Result<Value, Refused> {
        self.read(self.agent.post(self.url(path)).send_json(body))
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value, Refused> {
        self.read(self.agent.post(format!("{}{path}", self.base)).send_json(body))
    }

    fn url(&self, path: &str) -> String {
        format!("{}/session/{}{path}", self.base, self.session.as_deref().unwrap_or_default())
    }

    fn read(
        &self,
        response: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Result<Value, Refused> {
        let lost = |error: ureq::Error| Refused { error: "no answer".to_owned(), message: error.to_string() };
        let mut response = response.map_err(lost)?;
        let answer: Value = response.body_mut().read_json().map_err(lost)?;
        let value = answer["value"].clone();
        match value["error"].as_str() {
            Some(error) if !response.status().is_success() => Err(Refused {
                error: error.to_owned(),
                message: value["message"].as_str().unwrap_or_default().to_owned(),
            }),
            _ => Ok(value),
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Neither is there any more where a test has failed early.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.error, self.message)
    }
}

fn element_of(value: &Value) -> Element {
    Element(value[ELEMENT].as_str().expect("an element has a name").to_owned())
}
