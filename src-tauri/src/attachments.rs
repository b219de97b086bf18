//! `attachment://localhost/HASH`: the pictures of the workspace, and nothing else of the disk.

use tauri::http::{Request, Response, StatusCode};
use tauri::{Manager, Runtime, UriSchemeContext, UriSchemeResponder};

use crate::session::Session;

/// Answers one request.
pub(crate) fn serve<R: Runtime>(
    context: UriSchemeContext<'_, R>,
    request: Request<Vec<u8>>,
    respond: UriSchemeResponder,
) {
    let app = context.app_handle().clone();
    let hash = request.uri().path().trim_start_matches('/').to_owned();
    tauri::async_runtime::spawn_blocking(move || {
        let picture =
            app.state::<Session>().workspace().ok().and_then(|workspace| workspace.attachment(&hash).ok());
        // SVG is none of these: it can hold scripts.
        let picture = picture
            .filter(|(_, kind)| matches!(*kind, "image/png" | "image/jpeg" | "image/gif" | "image/webp"));
        let answer = match picture {
            Some((bytes, kind)) => Response::builder()
                .header("Content-Type", kind)
                .header("X-Content-Type-Options", "nosniff")
                // Named by its bytes, it can never change.
                .header("Cache-Control", "private, max-age=31536000, immutable")
                .body(bytes),
            None => Response::builder().status(StatusCode::NOT_FOUND).body(Vec::new()),
        };
        if let Ok(answer) = answer {
            respond.respond(answer);
        }
    });
}
