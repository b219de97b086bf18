//! What the page cannot do, even if a script of someone else ran in it.

use std::net::TcpListener;

use serde_json::{Value, json};

use crate::window::{Person, Window};
use yokoten_tests::wait::until;

/// The page's address, and whether it still answers.
fn here(window: &Window<'_>) -> Value {
    window.run("return location.href", &json!([]))
}

#[test]
#[ignore = "drives the real window: cargo xtask test --only window"]
fn no_script_leads_the_window_elsewhere_or_asks_the_network() {
    let person = Person::new();
    let window = person.open();
    let home = here(&window);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let there = format!("http://{}/", listener.local_addr().unwrap());

    window.run(
        "const [there] = arguments;
        window.refused = new Set();
        document.addEventListener('securitypolicyviolation', (event) => window.refused.add(event.effectiveDirective));
        const add = (tag, set) => document.body.append(Object.assign(document.createElement(tag), set));
        add('img', { src: there });
        add('script', { src: there });
        add('script', { textContent: 'window.ran = true' });
        add('iframe', { src: there });
        add('link', { rel: 'stylesheet', href: there });
        fetch(there).catch(() => {});
        new FontFace('f', `url(${there})`).load().catch(() => {});
        const form = document.createElement('form');
        form.action = there; form.method = 'post';
        document.body.append(form); form.submit();",
        &json!([there]),
    );
    for directive in [
        "img-src",
        "script-src-elem",
        "frame-src",
        "style-src-elem",
        "connect-src",
        "font-src",
        "form-action",
    ] {
        until(&format!("`{directive}` refuses"), || {
            let refused = window.run("return [...window.refused]", &json!([]));
            refused.as_array()?.iter().any(|one| *one == json!(directive)).then_some(())
        });
    }
    window.run("window.open(arguments[0]); location = arguments[0];", &json!([there]));
    // A call to the core and back: by then a navigation would have begun.
    window.invoke("call", &json!({ "name": "start", "args": {} })).unwrap();
    assert_eq!(here(&window), home);
    window.run("location.assign('file:///etc/passwd')", &json!([]));
    window.invoke("call", &json!({ "name": "start", "args": {} })).unwrap();
    assert_eq!(here(&window), home);
    assert_eq!(window.run("return window.ran ?? false", &json!([])), json!(false), "an inline script ran");
    assert!(listener.accept().is_err(), "someone asked the network");
}

#[test]
#[ignore = "drives the real window: cargo xtask test --only window"]
fn no_text_becomes_a_script() {
    let person = Person::new();
    let window = person.open();
    for attempt in ["eval('1')", "new Function('return 1')()"] {
        let said = window.run(
            &format!("try {{ {attempt}; return 'ran' }} catch (refused) {{ return refused.name }}"),
            &json!([]),
        );
        assert_eq!(said, json!("EvalError"), "{attempt}");
    }
}

#[test]
#[ignore = "drives the real window: cargo xtask test --only window"]
fn the_page_may_call_what_it_needs_and_nothing_else() {
    let person = Person::new();
    let window = person.open();
    let refused = [
        ("plugin:dialog|open", json!({ "options": {} })),
        ("plugin:opener|open_url", json!({ "url": "https://example.com" })),
        ("plugin:opener|open_path", json!({ "path": "/etc/passwd" })),
        ("plugin:window|set_title", json!({ "label": "main", "value": "x" })),
        (
            "plugin:webview|create_webview_window",
            json!({ "options": { "label": "two", "url": "index.html" } }),
        ),
        ("plugin:event|emit", json!({ "event": "changed", "payload": {} })),
        ("open_link", json!({ "url": "file:///etc/passwd" })),
        ("open_link", json!({ "url": "javascript:alert(1)" })),
        ("open_link", json!({ "url": "/etc/passwd" })),
        ("call", json!({ "name": "no_such_call", "args": {} })),
    ];
    for (command, args) in refused {
        let answer = window.invoke(command, &args);
        assert!(answer.is_err(), "`{command}` was answered with {answer:?}");
    }
}

#[test]
#[ignore = "drives the real window: cargo xtask test --only window"]
fn an_attachment_is_a_picture_of_the_workspace_or_nothing() {
    let person = Person::new();
    let id = person.home.json(&["new", "--title", "画像"])["id"].as_str().unwrap().to_owned();
    let icons = yokoten_tests::root().join("src-tauri/icons");
    let keep = |name: &str| {
        let path = icons.join(name);
        let hash = person.home.json(&["attach", &id, path.to_str().unwrap()])["hash"].clone();
        hash.as_str().unwrap().to_owned()
    };
    let (png, svg) = (keep("32x32.png"), keep("icon.svg"));
    let window = person.open();
    let width = |address: &str| {
        window.run(
            "window.seen = null;
            const picture = new Image();
            picture.onload = () => { window.seen = picture.naturalWidth };
            picture.onerror = () => { window.seen = 0 };
            picture.src = arguments[0];",
            &json!([format!("attachment://localhost/{address}")]),
        );
        until("the picture is there or not", || window.run("return window.seen", &json!([])).as_u64())
    };
    assert_eq!(width(&png), 32);
    assert_eq!(width(&svg), 0, "an SVG can hold scripts");
    for other in [
        "0".repeat(64),
        "../yokoten.db".into(),
        "%2e%2e/%2e%2e/etc/passwd".into(),
        "etc/passwd".into(),
        String::new(),
    ] {
        assert_eq!(width(&other), 0, "{other}");
    }
}
