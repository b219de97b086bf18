//! The page on 127.0.0.1 that the browser comes back to (RFC 8252, 7.3).

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use url::form_urlencoded;

use super::Error;
use crate::http::{self, Pace};

/// How often one looks whether somebody came.
const LOOK: Duration = Duration::from_millis(50);
/// How long a browser may take for its request, and the most that is read of it.
const REQUEST: Duration = Duration::from_secs(5);
const LARGEST: usize = 16 * 1024;

/// A port that waits for the browser.
pub(super) struct Listener {
    listener: TcpListener,
    port: u16,
}

/// The browser, come back.
pub(super) struct Back {
    query: BTreeMap<String, String>,
    stream: RefCell<TcpStream>,
}

fn failed(error: std::io::Error) -> Error {
    Error::Listener(error.to_string())
}

impl Listener {
    /// Opens a free port of this machine alone.
    pub(super) fn open() -> Result<Self, Error> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let port = listener.local_addr().map_err(failed)?.port();
        Ok(Self { listener, port })
    }

    /// What the browser is told to come back to.
    pub(super) fn address(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// Waits for the request that bears our state; any other is turned away and changes nothing.
    pub(super) fn wait(&self, state: &str, pace: &dyn Pace, patience: Duration) -> Result<Back, Error> {
        let until = pace.now() + patience;
        while pace.now() < until {
            match self.listener.accept() {
                Ok((stream, _)) => {
                    if let Some(back) = read(stream, state) {
                        return Ok(back);
                    }
                }
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                    if pace.wait(LOOK) {
                        return Err(http::Error::Cancelled.into());
                    }
                }
                Err(error) => return Err(failed(error)),
            }
        }
        Err(Error::NobodyCame)
    }
}

fn read(mut stream: TcpStream, state: &str) -> Option<Back> {
    stream.set_nonblocking(false).ok()?;
    stream.set_read_timeout(Some(REQUEST)).ok()?;
    stream.set_write_timeout(Some(REQUEST)).ok()?;
    let mut head = Vec::new();
    let mut part = [0; 2048];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") && head.len() < LARGEST {
        match stream.read(&mut part) {
            Ok(0) | Err(_) => break,
            Ok(count) => head.extend_from_slice(part.get(..count)?),
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let mut line = head.lines().next()?.split(' ');
    let (method, target) = (line.next()?, line.next()?);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let query: BTreeMap<String, String> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    if method != "GET" || path != "/" || query.get("state").map(String::as_str) != Some(state) {
        send(&mut stream, "404 Not Found", "");
        return None;
    }
    Some(Back { query, stream: RefCell::new(stream) })
}

impl Back {
    /// What the browser brings.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.query.get(key).map(String::as_str)
    }

    /// Shows the person a page.
    pub(super) fn answer(&self, page: &str) {
        send(&mut self.stream.borrow_mut(), "200 OK", page);
    }
}

/// A browser that has gone away has nothing to be told.
fn send(stream: &mut TcpStream, status: &str, page: &str) {
    let length = page.len();
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {length}\r\n\
         cache-control: no-store\r\nreferrer-policy: no-referrer\r\nconnection: close\r\n\r\n"
    );
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(page.as_bytes()));
    let _ = stream.flush();
}
