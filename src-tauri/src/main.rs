//! The window: it converts, and decides nothing. What a person can do is in `app`.

// No console window beside it on Windows.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod attachments;
mod closing;
mod commands;
mod session;

use std::path::PathBuf;

use tauri::{Manager, WebviewUrl, WebviewWindowBuilder};

use session::Session;

fn main() {
    paint_in_software();
    let app = tauri::Builder::default()
        // First, so that a second launch ends before it does anything.
        .plugin(tauri_plugin_single_instance::init(|app, _, _| raise(app)))
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::init())
        .register_asynchronous_uri_scheme_protocol("attachment", attachments::serve)
        .invoke_handler(tauri::generate_handler![
            commands::call,
            commands::choose_save_path,
            commands::choose_open_path,
            commands::choose_folder,
            commands::open_link,
            commands::reveal,
            commands::open_workspace,
            commands::open_sample,
        ])
        .setup(|app| {
            app.manage(Session::new(app.handle().clone(), named_workspace()));
            let handle = app.handle().clone();
            // While the web view starts. What goes wrong is told when the page asks.
            std::thread::spawn(move || handle.state::<Session>().workspace().map(drop));
            let window = WebviewWindowBuilder::new(app, "main", WebviewUrl::default())
                .title("Yokoten")
                .inner_size(1440.0, 900.0)
                .min_inner_size(960.0, 640.0)
                // Shown when its page has come: painted before, GTK would wait half a second for a process that starts.
                .visible(false)
                .on_page_load(|window, load| {
                    if load.event() == tauri::webview::PageLoadEvent::Finished {
                        show(&window);
                    }
                })
                .on_navigation(is_own)
                .on_new_window(|_, _| tauri::webview::NewWindowResponse::Deny)
                // Dropped files belong to the page, as the web knows it.
                .disable_drag_drop_handler()
                .build()?;
            closing::watch(&window);
            Ok(())
        })
        .build(tauri::generate_context!("../tauri.conf.json"));
    match app {
        Ok(app) => app.run(|_, _| {}),
        Err(error) => {
            eprintln!("yokoten: the window cannot be opened: {error}");
            std::process::exit(1);
        }
    }
}

/// A page of text that plays no film: composited by a graphics library, it took a third more memory and opened a third
/// later (`cargo xtask bench window`), and some drivers show it blank. Whoever has set it otherwise keeps that.
fn paint_in_software() {
    #[cfg(target_os = "linux")]
    if let Err(refused) = glib::setenv("WEBKIT_DISABLE_DMABUF_RENDERER", "1", false) {
        eprintln!("yokoten: {refused}");
    }
}

/// The page never leaves the app: no link, form or script can show anything else in the window.
fn is_own(url: &tauri::Url) -> bool {
    match url.scheme() {
        "tauri" => true,
        // Windows and Android serve the app from there; a developer's page comes from the local server.
        "http" | "https" => {
            url.host_str() == Some("tauri.localhost")
                || (cfg!(debug_assertions) && url.host_str() == Some("localhost") && url.port() == Some(5173))
        }
        _ => false,
    }
}

/// Shows the window; it is there already where the page was loaded anew.
fn show(window: &tauri::WebviewWindow) {
    if let Err(refused) = window.show() {
        eprintln!("yokoten: the window cannot be shown: {refused}");
    }
}

/// Brings the window to the front.
fn raise(app: &tauri::AppHandle) {
    if let Some(window) = app.get_webview_window("main") {
        // Each may be refused by the desktop; the window is there all the same.
        let _ = window.unminimize();
        let _ = window.show();
        let _ = window.set_focus();
    }
}

/// The workspace named on the command line: `--workspace DIR` or `--workspace=DIR`.
fn named_workspace() -> Option<PathBuf> {
    let mut args = std::env::args_os().skip(1);
    while let Some(arg) = args.next() {
        if arg == "--workspace" {
            return args.next().map(PathBuf::from);
        }
        if let Some(folder) = arg.to_str().and_then(|arg| arg.strip_prefix("--workspace=")) {
            return Some(folder.into());
        }
    }
    None
}
