//! One open window and what is measured in its page.

use std::path::Path;

use serde_json::{Value, json};
use yokoten_benches::Times;
use yokoten_tests::driver::Driver;
use yokoten_tests::root;
use yokoten_tests::wait::until;

use crate::{Outcome, processes};

/// When the page says that it can be typed into, in milliseconds since 1970.
const EMPTY_READY: &str = "const done = arguments[arguments.length - 1];
    const look = () => (window.ready ? done(window.ready) : requestAnimationFrame(look));
    look();";

/// The window opens where one was writing when it was closed, and notes itself when it can be typed into.
const OUR_READY: &str = "const done = arguments[arguments.length - 1];
    const look = () => {
      const [noted] = performance.getEntriesByName('can-write');
      if (noted) done(performance.timeOrigin + noted.startTime); else requestAnimationFrame(look);
    };
    look();";

/// Clicks, and tells how long it took until what is wanted has been painted.
const CLICK: &str = "const [selector, event, wanted, done] = arguments;
    const before = document.querySelector(wanted);
    const start = performance.now();
    const painted = () => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start)));
    const seen = new MutationObserver(() => {
      const now = document.querySelector(wanted);
      if (!now || now === before) return;
      seen.disconnect();
      painted();
    });
    seen.observe(document.documentElement, { childList: true, subtree: true, attributes: true });
    document.querySelector(selector).dispatchEvent(new MouseEvent(event, { bubbles: true, cancelable: true }));";

/// Unfolds the long section, goes to its end, and notes of each key when its work was done and when it was painted.
const BEGIN_WRITING: &str = "const [done] = arguments;
    const find = () => document.querySelector('[data-test=section-problem]');
    if (!find()) document.querySelector('[data-section=problem] h2 button').click();
    const begin = () => {
      const field = find();
      if (!field) { requestAnimationFrame(begin); return; }
      field.focus();
      getSelection().selectAllChildren(field); getSelection().collapseToEnd();
      window.keys = [];
      field.addEventListener('keydown', () => {
        const key = { at: performance.now() };
        const handled = () => { if (key.handled === undefined) { void document.body.offsetHeight; key.handled = performance.now() - key.at; } };
        const after = new MessageChannel();
        field.addEventListener('input', () => after.port2.postMessage(0), { once: true });
        after.port1.onmessage = handled;
        // A frame that begins before the message comes finds the work done; its painting is not the handler's.
        requestAnimationFrame(() => { handled(); requestAnimationFrame(() => { key.painted = performance.now() - key.at; window.keys.push(key); }); });
      }, { capture: true });
      requestAnimationFrame(() => done(field.innerText.length));
    };
    begin();";

/// Goes into the library's search, and notes the time of every frame from then on.
const BEGIN_SEARCHING: &str = "const [done] = arguments;
    document.querySelector('[data-test=search]').focus();
    window.noted = [];
    const note = (at) => { window.noted.push(at); requestAnimationFrame(note); };
    requestAnimationFrame((at) => { note(at); done(0); });";

pub(crate) struct Page {
    driver: Driver,
    /// Of the launch, in milliseconds since 1970.
    launched: f64,
    ready: &'static str,
}

impl Page {
    pub(crate) fn ours(home: &Path, workspace: &Path) -> Outcome<Self> {
        let folder = workspace.to_str().ok_or("the workspace's folder has no plain name")?;
        Self::launch("yokoten-desktop", &["--workspace", folder], home, OUR_READY)
    }

    pub(crate) fn empty(home: &Path) -> Outcome<Self> {
        Self::launch("empty-window", &[], home, EMPTY_READY)
    }

    fn launch(name: &str, args: &[&str], home: &Path, ready: &'static str) -> Outcome<Self> {
        processes::until_nobody_is_registered();
        let program = root().join("target/fast").join(name);
        let mut driver = Driver::start(home, &[]);
        let launched = now()?;
        driver.open(&program, args);
        Ok(Self { driver, launched, ready })
    }

    /// Milliseconds from the launch until it can be typed into.
    pub(crate) fn ready(&self) -> Outcome<f64> {
        Ok(self.number(self.ready, &[])? - self.launched)
    }

    /// Two seconds: the chunks that are loaded when the window rests are there, and so is whatever else was begun.
    pub(crate) fn come_to_rest(&self) -> Outcome {
        self.number("setTimeout(arguments[0], 2000, 0)", &[]).map(drop)
    }

    /// Megabytes of all its processes.
    pub(crate) fn memory(&self) -> Outcome<f64> {
        processes::pss_below(self.driver.process())
    }

    /// Milliseconds from a click until `wanted`, which was not there or was another one, is painted.
    pub(crate) fn click(&self, selector: &str, wanted: &str) -> Outcome<f64> {
        self.mouse("click", selector, wanted)
    }

    /// The same of a double click.
    pub(crate) fn double_click(&self, selector: &str, wanted: &str) -> Outcome<f64> {
        self.mouse("dblclick", selector, wanted)
    }

    fn mouse(&self, event: &str, selector: &str, wanted: &str) -> Outcome<f64> {
        until(&format!("`{selector}` is there"), || self.driver.find(selector));
        self.number(CLICK, &[json!(selector), json!(event), json!(wanted)])
    }

    pub(crate) fn open_by_palette(&self, title: &str) -> Outcome {
        self.press(&["\u{E009}", "k"])?;
        until("the palette is open", || self.driver.find("dialog[open] input"));
        for letter in title.chars() {
            self.press(&[&letter.to_string()])?;
        }
        let found = format!(
            "return document.querySelector('dialog[open] [aria-selected=true]')?.innerText.includes('{title}')"
        );
        until("the palette has found it", || {
            (self.driver.run(&found, &json!([])).ok()? == json!(true)).then_some(())
        });
        self.press(&["\u{E007}"])?;
        until("the entry is open", || self.driver.find("main [data-test=title]"));
        Ok(())
    }

    /// Puts the cursor at the end of the long section; answers how many characters it has.
    pub(crate) fn begin_writing(&self) -> Outcome<f64> {
        self.number(BEGIN_WRITING, &[])
    }

    /// Presses one key and waits until it is painted; it is the `number`th.
    pub(crate) fn key(&self, letter: &str, number: usize) -> Outcome {
        self.press(&[letter])?;
        until("the key is painted", || {
            let painted = self.driver.run("return window.keys.length", &json!([])).ok()?;
            (painted == json!(number)).then_some(())
        });
        Ok(())
    }

    /// What was noted of the keys: handler and layout, painted.
    pub(crate) fn keys(&self) -> Outcome<(Times, Times)> {
        let noted = self.noted("return window.keys")?;
        let (mut handled, mut painted) = (Times::default(), Times::default());
        for key in noted.as_array().into_iter().flatten() {
            handled.add(key["handled"].as_f64().ok_or("a key changed nothing")?);
            painted.add(key["painted"].as_f64().ok_or("a key was not painted")?);
        }
        Ok((handled, painted))
    }

    /// Goes into the library's search; frames are noted from here on.
    pub(crate) fn begin_searching(&self) -> Outcome {
        self.number(BEGIN_SEARCHING, &[]).map(drop)
    }

    /// Milliseconds between the frames that were noted.
    pub(crate) fn frames(&self) -> Outcome<Times> {
        let noted = self.noted("return window.noted")?;
        let at: Vec<f64> = noted.as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
        let mut frames = Times::default();
        at.windows(2).for_each(|pair| frames.add(pair[1] - pair[0]));
        Ok(frames)
    }

    /// Ends it, and waits until it is gone.
    pub(crate) fn close(self) {
        processes::end_below(self.driver.process());
    }

    pub(crate) fn press(&self, keys: &[&str]) -> Outcome {
        let chord = keys.iter().map(|key| (*key).to_owned()).collect();
        Ok(self.driver.press(&[chord]).map_err(|refused| refused.to_string())?)
    }

    fn noted(&self, script: &str) -> Outcome<Value> {
        Ok(self.driver.run(script, &json!([])).map_err(|refused| refused.to_string())?)
    }

    fn number(&self, script: &str, args: &[Value]) -> Outcome<f64> {
        let answer = self.driver.run_async(script, &json!(args)).map_err(|refused| refused.to_string())?;
        Ok(answer.as_f64().ok_or_else(|| format!("the page answers {answer}"))?)
    }
}

/// Milliseconds since 1970, as the page counts them.
#[expect(clippy::disallowed_methods, reason = "what is measured begins outside the page and ends inside")]
fn now() -> Outcome<f64> {
    Ok(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs_f64() * 1000.0)
}
