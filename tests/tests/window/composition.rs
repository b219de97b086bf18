//! An input method in WebKitGTK: GTK's own, which composes the code of a sign and needs no other program.
//!
//! Ctrl+Shift+U begins a composition, digits go on with it, Enter confirms it.

use serde_json::{Value, json};

use crate::window::{Person, Window};
use yokoten_tests::wait::until;

/// あ, by its code, and the Enter that confirms it. Ends when a person's next key could come.
pub(crate) fn compose(window: &Window<'_>) {
    window.run(
        "window.began = 0;
        const listen = (type, heard) => addEventListener(type, heard, { capture: true });
        listen('compositionstart', () => { began++; });
        listen('compositionend', (event) => { window.ended = event.timeStamp; });",
        &json!([]),
    );
    window.press("mod+shift+u");
    window.type_text("3042");
    window.press("Enter");
    assert_ne!(window.run("return began", &json!([])), json!(0), "the input method composes");
    until("a finger is fast, but not as fast as that", || {
        (window.run("return performance.now() - ended > 50", &json!([])) == json!(true)).then_some(())
    });
}

#[test]
#[ignore = "drives the real window: cargo xtask test --only window"]
fn the_enter_that_confirms_a_conversion_confirms_only_it() {
    let person = Person::new();
    let window = person.open();
    window.find("door-write");
    window.press("1");
    window.focused("title");
    compose(&window);
    assert_eq!(window.texts("title"), ["あ"]);
    window.focused("title");
    window.press("Enter");
    window.focused("section-overview");
    compose(&window);
    assert_eq!(window.texts("section-overview"), ["あ"]);

    // Enter alone would add a why beside it.
    window.press("F8");
    window.press("F8");
    window.focused("add-why-occurrence");
    window.press("Enter");
    window.focused("why-occurrence");
    compose(&window);
    assert_eq!(window.texts("why-occurrence"), ["あ"]);
    window.press("mod+g");
    window.press("mod+l");
    window.focused("countermeasure-text");
    compose(&window);
    assert_eq!(window.texts("countermeasure-text"), ["あ"]);
    window.press("Tab");
    window.press("Tab");
    window.focused("measure-owner");
    compose(&window);
    assert_eq!(window.texts("measure-owner"), ["あ"]);
    // Nor does it choose in the palette.
    window.press("mod+k");
    window.focused("palette-input");
    compose(&window);
    window.focused("palette-input");
    window.press("Escape");
    window.wait_until_saved();

    let kept: Value = person.home.json(&["show", "PM-0001"]);
    assert_eq!(kept["title"], "あ");
    assert_eq!(kept["sections"]["overview"], "あ");
    assert_eq!(kept["causes"]["occurrence"][0]["text"], "あ");
    assert_eq!(kept["countermeasures"][0]["owner"], "あ");
}
