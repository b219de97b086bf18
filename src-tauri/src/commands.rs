//! The commands of the page: each converts and calls `app`, off the window's own thread.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;
use tauri::{AppHandle, Manager, State};
use tauri_plugin_dialog::DialogExt;
use tauri_plugin_opener::OpenerExt;
use yokoten_app::{Clock, Problem, Workspace, ipc};

use crate::session::{Session, problem};

type Answer<T> = Result<T, Problem>;

/// Runs work that may wait for the disk where waiting freezes nothing.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> Answer<T> + Send + 'static) -> Answer<T> {
    let done = tauri::async_runtime::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(internal(&error.to_string())))
}

fn internal(reason: &str) -> Problem {
    yokoten_app::Error::Internal(reason.to_owned()).problem(yokoten_app::Lang::Ja)
}

fn session(app: &AppHandle) -> State<'_, Session> {
    app.state::<Session>()
}

#[tauri::command]
pub(crate) async fn call(app: AppHandle, name: String, args: Value) -> Answer<Value> {
    aside(move || {
        let session = session(&app);
        if let Some(answer) = ipc::call_beside(session.works(), &name, &args) {
            return Ok(answer);
        }
        let workspace = session.workspace()?;
        ipc::call(&workspace, &name, args)
    })
    .await
}

#[tauri::command]
pub(crate) async fn choose_save_path(
    app: AppHandle,
    suggested: String,
    extension: String,
) -> Answer<Option<PathBuf>> {
    aside(move || {
        let dialog =
            app.dialog().file().set_file_name(suggested).add_filter(extension.clone(), &[extension.as_str()]);
        Ok(dialog.blocking_save_file().and_then(|path| path.into_path().ok()))
    })
    .await
}

#[tauri::command]
pub(crate) async fn choose_open_path(app: AppHandle) -> Answer<Option<PathBuf>> {
    aside(move || Ok(app.dialog().file().blocking_pick_file().and_then(|path| path.into_path().ok()))).await
}

#[tauri::command]
pub(crate) async fn choose_folder(app: AppHandle) -> Answer<Option<PathBuf>> {
    aside(move || Ok(app.dialog().file().blocking_pick_folder().and_then(|path| path.into_path().ok()))).await
}

/// Opens a link in the system's browser, if its scheme is one that may leave the app.
#[tauri::command]
pub(crate) async fn open_link(app: AppHandle, url: String) -> Answer<()> {
    let allowed =
        tauri::Url::parse(&url).is_ok_and(|url| matches!(url.scheme(), "http" | "https" | "mailto"));
    if !allowed {
        return Err(yokoten_app::Error::Usage(url).problem(yokoten_app::Lang::Ja));
    }
    aside(move || app.opener().open_url(url, None::<&str>).map_err(|error| internal(&error.to_string())))
        .await
}

/// Shows a file that was written in the system's file manager.
#[tauri::command]
pub(crate) async fn reveal(app: AppHandle, path: PathBuf) -> Answer<()> {
    aside(move || app.opener().reveal_item_in_dir(path).map_err(|error| internal(&error.to_string()))).await
}

#[tauri::command]
pub(crate) async fn open_workspace(app: AppHandle, path: PathBuf) -> Answer<Value> {
    aside(move || start(&session(&app).switch(&path)?)).await
}

/// Opens the sample in a workspace of its own, filled when it is new.
#[tauri::command]
pub(crate) async fn open_sample(app: AppHandle) -> Answer<Value> {
    aside(move || {
        let session = session(&app);
        let folder = yokoten_app::prepare_sample(Clock::system(), session.works()).map_err(problem)?;
        start(&session.switch(&folder)?)
    })
    .await
}

fn start(workspace: &Arc<Workspace>) -> Answer<Value> {
    ipc::call(workspace, "start", Value::Object(serde_json::Map::new()))
}
