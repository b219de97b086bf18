//! The server: HTTP on 127.0.0.1, Docs, Drive and OAuth, a minute's quota by the test's own clock, faults on demand.
//!
//! Its state is behind one lock: a test holds one guard at a time.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;
use yokoten_exchange::google::Client;
use yokoten_exchange::http::{Pace, Secret};
use yokoten_exchange::publish::google_docs::Endpoints;

use super::document::Document;
use super::schema::Discovery;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// 429 with Retry-After in seconds: not carried out.
    TooMany(u64),
    /// 403 userRateLimitExceeded: not carried out.
    UserRate,
    /// A status of the 5xx: not carried out.
    Status(u16),
    /// Carried out, but the answer is a 503.
    DoneButStatus,
    /// Carried out, and the connection is cut before the answer.
    LostAnswer,
    /// The connection is cut before anything happens.
    Cut,
    /// As [`Fault::LostAnswer`], and the program dies.
    DiesAfter,
    /// As [`Fault::Cut`], and the program dies.
    DiesBefore,
    /// The token is no longer taken.
    TokenEnds,
    /// Somebody types into the first tab, elsewhere, before the request arrives.
    SomebodyTypes,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub id: String,
    pub name: String,
    pub properties: BTreeMap<String, String>,
    pub parents: Vec<String>,
    pub public: bool,
    pub bytes: usize,
}

#[derive(Default)]
pub struct State {
    pub documents: BTreeMap<String, Document>,
    pub files: Vec<File>,
    /// Method and path of every request to Docs and Drive.
    pub log: Vec<String>,
    /// Every address and body.
    pub sent: Vec<u8>,
    /// By the number of the request, from 0.
    pub faults: BTreeMap<usize, Fault>,
    pub refused: Vec<String>,
    pub greedy: bool,
    pub ever_public: BTreeSet<String>,
    pub tokens: BTreeSet<String>,
    pub refresh: BTreeSet<String>,
    pub codes: BTreeMap<String, (String, String)>,
    pub picks: Vec<String>,
    pub consent: Option<String>,
    pub scope: Option<String>,
    pub too_many: u32,
    written: VecDeque<Duration>,
    ids: u64,
}

/// A test's clock: waiting takes no time, and each request a little.
#[derive(Default)]
pub struct Ticks {
    now: Mutex<Duration>,
    dead: Mutex<bool>,
    pub waits: Mutex<Vec<Duration>>,
}

impl Ticks {
    pub fn die(&self) {
        *self.dead.lock().unwrap() = true;
    }

    pub fn revive(&self) {
        *self.dead.lock().unwrap() = false;
    }

    fn tick(&self) {
        *self.now.lock().unwrap() += Duration::from_millis(40);
    }
}

/// The same for the client, whose listening takes real time.
impl Pace for Ticks {
    fn now(&self) -> Duration {
        *self.now.lock().unwrap()
    }

    fn wait(&self, pause: Duration) -> bool {
        *self.now.lock().unwrap() += pause;
        self.waits.lock().unwrap().push(pause);
        self.cancelled()
    }

    fn cancelled(&self) -> bool {
        *self.dead.lock().unwrap()
    }

    fn chance(&self) -> f64 {
        0.5
    }
}

pub struct Server {
    pub address: String,
    pub ticks: Arc<Ticks>,
    state: Arc<Mutex<State>>,
}

const ACCESS: &str = "access-0";
pub const REFRESH: &str = "refresh-0";
pub const CLIENT_SECRET: &str = "client-secret-xyz";

impl Server {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State {
            tokens: BTreeSet::from([ACCESS.to_owned()]),
            refresh: BTreeSet::from([REFRESH.to_owned()]),
            ..State::default()
        }));
        let ticks = Arc::new(Ticks::default());
        let (shared, clock) = (Arc::clone(&state), Arc::clone(&ticks));
        let docs = Arc::new((Discovery::docs(), Discovery::drive()));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (state, clock, docs) = (Arc::clone(&shared), Arc::clone(&clock), Arc::clone(&docs));
                std::thread::spawn(move || serve(stream, &state, &clock, &docs));
            }
        });
        Self { address, ticks, state }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub fn endpoints(&self) -> Endpoints {
        Endpoints { docs: self.address.clone(), drive: self.address.clone() }
    }

    pub fn client(&self) -> Client {
        Client {
            auth_uri: format!("{}/auth", self.address),
            token_uri: format!("{}/token", self.address),
            revoke_uri: format!("{}/revoke", self.address),
            id: "client-1".to_owned(),
            secret: Some(Secret::new(CLIENT_SECRET)),
        }
    }
}

struct Asked {
    method: String,
    path: String,
    query: Vec<(String, String)>,
    token: String,
    media_type: String,
    body: Vec<u8>,
}

fn read(stream: &TcpStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut parts = line.split(' ');
    let (method, target) = (parts.next()?.to_owned(), parts.next()?.to_owned());
    let (mut length, mut token, mut media_type) = (0, String::new(), String::new());
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim().split_once(':') else { break };
        match name.to_lowercase().as_str() {
            "content-length" => length = value.trim().parse().ok()?,
            "authorization" => token = value.trim().trim_start_matches("Bearer ").to_owned(),
            "content-type" => media_type = value.trim().to_owned(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let url = Url::parse("http://127.0.0.1").ok()?.join(&target).ok()?;
    let query = url.query_pairs().into_owned().collect();
    Some(Asked { method, path: url.path().to_owned(), query, token, media_type, body })
}

struct Reply {
    status: u16,
    headers: String,
    body: Value,
}

fn reply(status: u16, body: Value) -> Reply {
    Reply { status, headers: String::new(), body }
}

fn error(status: u16, word: &str, message: &str) -> Reply {
    let error = json!({ "code": status, "message": message, "status": word, "errors": [{ "reason": word, "message": message }] });
    reply(status, json!({ "error": error }))
}

fn serve(mut stream: TcpStream, state: &Mutex<State>, clock: &Ticks, discovery: &(Discovery, Discovery)) {
    let Some(asked) = read(&stream) else { return };
    clock.tick();
    let mut state = state.lock().unwrap();
    let answer = if ["/auth", "/token", "/revoke"].contains(&asked.path.as_str()) {
        oauth(&mut state, &asked)
    } else {
        let number = state.log.len();
        state.log.push(format!("{} {}", asked.method, asked.path));
        state.sent.extend(asked.query.iter().flat_map(|(_, value)| value.as_bytes()));
        state.sent.extend_from_slice(&asked.body);
        let fault = state.faults.remove(&number);
        match fault {
            Some(Fault::Cut) => return,
            Some(Fault::DiesBefore) => return clock.die(),
            Some(Fault::TooMany(seconds)) => Reply {
                headers: format!("retry-after: {seconds}\r\n"),
                ..error(429, "RESOURCE_EXHAUSTED", "Quota exceeded for quota metric.")
            },
            Some(Fault::UserRate) => error(403, "userRateLimitExceeded", "User Rate Limit Exceeded."),
            Some(Fault::Status(status)) => {
                error(status, "UNAVAILABLE", "The service is currently unavailable.")
            }
            Some(Fault::TokenEnds) => {
                state.tokens.clear();
                error(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
            }
            other => {
                if other == Some(Fault::SomebodyTypes)
                    && let Some(document) = state.documents.values_mut().next()
                {
                    document.revision += 1;
                    let body = &mut document.tabs[0].body;
                    let end = body.slots.len() - 1;
                    body.insert_text(end, "人", None).unwrap();
                }
                let answer = api(&mut state, &asked, clock, discovery);
                match other {
                    Some(Fault::LostAnswer) => return,
                    Some(Fault::DiesAfter) => return clock.die(),
                    Some(Fault::DoneButStatus) => {
                        error(503, "UNAVAILABLE", "The service is currently unavailable.")
                    }
                    _ => answer,
                }
            }
        }
    };
    if answer.status == 400 {
        let line = format!("{} {}: {}", asked.method, asked.path, answer.body);
        state.refused.push(line);
    }
    drop(state);
    let body = if answer.body.is_null() { String::new() } else { answer.body.to_string() };
    let head = format!(
        "HTTP/1.1 {} .\r\ncontent-type: application/json\r\ncontent-length: {}\r\n{}connection: close\r\n\r\n",
        answer.status,
        body.len(),
        answer.headers
    );
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
}

fn api(state: &mut State, asked: &Asked, clock: &Ticks, discovery: &(Discovery, Discovery)) -> Reply {
    if !state.tokens.contains(&asked.token) {
        return error(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.");
    }
    let json: Value = if asked.media_type.starts_with("application/json") {
        serde_json::from_slice(&asked.body).unwrap()
    } else {
        Value::Null
    };
    let get = |key: &str| asked.query.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str());
    let path: Vec<&str> = asked.path.trim_matches('/').split('/').collect();
    let result = match (asked.method.as_str(), path.as_slice()) {
        ("GET", ["v1", "documents", id]) => {
            if let Err(message) = discovery.0.query("get", &asked.query) {
                return error(400, "INVALID_ARGUMENT", &message);
            }
            if get("includeTabsContent") != Some("true")
                || get("suggestionsViewMode") != Some("SUGGESTIONS_INLINE")
            {
                return error(400, "INVALID_ARGUMENT", "this view has wrong indices");
            }
            match state.documents.get(*id) {
                Some(document) => Ok(document.json()),
                None => return error(404, "NOT_FOUND", "Requested entity was not found."),
            }
        }
        ("POST", ["v1", "documents", action]) => {
            let id = action.trim_end_matches(":batchUpdate");
            let now = clock.now();
            while state.written.front().is_some_and(|at| now - *at >= Duration::from_secs(60)) {
                state.written.pop_front();
            }
            if state.written.len() >= 60 {
                state.too_many += 1;
                return error(
                    429,
                    "RESOURCE_EXHAUSTED",
                    "Quota exceeded for 'Write requests per minute per user'.",
                );
            }
            state.written.push_back(now);
            let public: Vec<String> =
                state.files.iter().filter(|file| file.public).map(|file| file.id.clone()).collect();
            let readable = |uri: &str| public.iter().any(|id| uri.ends_with(&format!("id={id}")));
            match state.documents.get_mut(id) {
                Some(document) => document.batch(&json, &discovery.0, &readable),
                None => return error(404, "NOT_FOUND", "Requested entity was not found."),
            }
        }
        ("GET", ["drive", "v3", "files"]) => {
            let query = get("q").unwrap_or_default();
            let found = state.files.iter().filter(|file| {
                file.properties.iter().any(|(key, value)| {
                    query
                        == format!(
                            "appProperties has {{ key='{key}' and value='{value}' }} and trashed = false"
                        )
                })
            });
            let found: Vec<Value> = found.map(|file| json!({ "id": file.id })).collect();
            discovery.1.query("files.list", &asked.query).map(|()| json!({ "files": found }))
        }
        ("GET", ["drive", "v3", "files", id]) => {
            let file = state.files.iter().find(|file| file.id == *id);
            let parents = file.map_or_else(Vec::new, |file| file.parents.clone());
            discovery.1.query("files.get", &asked.query).map(|()| json!({ "parents": parents }))
        }
        ("POST", ["drive", "v3", "files"]) => {
            let checked = discovery.1.query("files.create", &asked.query);
            checked.and_then(|()| discovery.1.body("File", &json)).map(|()| create(state, &json, 0))
        }
        ("POST", ["upload", "drive", "v3", "files"]) => {
            let text = String::from_utf8_lossy(&asked.body).into_owned();
            let parts: Vec<&str> = text.split("\r\n\r\n").collect();
            let file: Value = serde_json::from_str(parts[1].split("\r\n--").next().unwrap()).unwrap();
            let checked = discovery.1.query("files.create", &asked.query);
            checked
                .and_then(|()| discovery.1.body("File", &file))
                .map(|()| create(state, &file, asked.body.len()))
        }
        ("POST", ["drive", "v3", "files", id, "permissions"]) => {
            let checked = discovery.1.query("permissions.create", &asked.query);
            checked.and_then(|()| discovery.1.body("Permission", &json)).map(|()| {
                state.files.iter_mut().find(|file| file.id == *id).unwrap().public = true;
                state.ever_public.insert((*id).to_owned());
                json!({ "id": "anyoneWithLink" })
            })
        }
        ("DELETE", ["drive", "v3", "files", id, "permissions", "anyoneWithLink"]) => {
            let file = state.files.iter_mut().find(|file| file.id == *id).filter(|file| file.public);
            match file {
                Some(file) => {
                    file.public = false;
                    return reply(204, Value::Null);
                }
                None => return error(404, "notFound", "Permission not found."),
            }
        }
        (method, _) => return error(404, "NOT_FOUND", &format!("{method} {}", asked.path)),
    };
    match result {
        Ok(body) => reply(200, body),
        Err(message) => error(400, "INVALID_ARGUMENT", &message),
    }
}

fn create(state: &mut State, file: &Value, bytes: usize) -> Value {
    let id = format!("file{}", state.files.len() + 1);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let properties = file["appProperties"].as_object().into_iter().flatten();
    let parents = file["parents"].as_array().into_iter().flatten().map(text).collect();
    if file["mimeType"] == "application/vnd.google-apps.document" {
        let document = Document::new(&id, &text(&file["name"]), state.greedy);
        state.documents.insert(id.clone(), document);
    }
    state.files.push(File {
        id: id.clone(),
        name: text(&file["name"]),
        properties: properties.map(|(key, value)| (key.clone(), text(value))).collect(),
        parents,
        public: false,
        bytes,
    });
    json!({ "id": id })
}

fn oauth(state: &mut State, asked: &Asked) -> Reply {
    let form: BTreeMap<String, String> = if asked.path == "/auth" {
        asked.query.iter().cloned().collect()
    } else {
        url::form_urlencoded::parse(&asked.body).into_owned().collect()
    };
    let get = |key: &str| form.get(key).map(String::as_str).unwrap_or_default();
    let refused = |word: &str| reply(400, json!({ "error": word, "error_description": "Bad Request" }));
    let tokens = |state: &mut State| {
        state.ids += 1;
        let (access, refresh) = (format!("access-{}", state.ids), format!("refresh-{}", state.ids));
        state.tokens.insert(access.clone());
        (access, refresh)
    };
    match (asked.path.as_str(), get("grant_type")) {
        ("/auth", _) => {
            let asked_well = get("scope") == "https://www.googleapis.com/auth/drive.file"
                && get("code_challenge_method") == "S256"
                && get("response_type") == "code"
                && get("prompt") == "consent"
                && get("redirect_uri").starts_with("http://127.0.0.1:")
                && get("state").len() >= 40;
            if !asked_well {
                return refused("invalid_request");
            }
            let mut back = Url::parse(get("redirect_uri")).unwrap();
            back.query_pairs_mut().append_pair("state", get("state"));
            match &state.consent {
                Some(error) => back.query_pairs_mut().append_pair("error", error),
                None => back.query_pairs_mut().append_pair("code", "code-1"),
            };
            if get("trigger_onepick") == "true" {
                back.query_pairs_mut().append_pair("picked_file_ids", &state.picks.join(","));
            }
            let bound = (get("code_challenge").to_owned(), get("redirect_uri").to_owned());
            state.codes.insert("code-1".to_owned(), bound);
            Reply { headers: format!("location: {back}\r\n"), ..reply(302, Value::Null) }
        }
        ("/token", "authorization_code") => {
            let bound = state.codes.remove(get("code"));
            let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(get("code_verifier")));
            if bound != Some((challenge, get("redirect_uri").to_owned()))
                || get("client_secret") != CLIENT_SECRET
            {
                return refused("invalid_grant");
            }
            let (access, refresh) = tokens(state);
            state.refresh.insert(refresh.clone());
            let scope = state
                .scope
                .clone()
                .unwrap_or_else(|| "https://www.googleapis.com/auth/drive.file".to_owned());
            reply(
                200,
                json!({ "access_token": access, "refresh_token": refresh, "expires_in": 3599, "scope": scope }),
            )
        }
        ("/token", "refresh_token") => {
            if get("refresh_token") == "refresh-told-again" {
                let told = format!("{} and {} are wrong", get("refresh_token"), get("client_secret"));
                return reply(401, json!({ "error": "invalid_client", "error_description": told }));
            }
            if !state.refresh.contains(get("refresh_token")) {
                return refused("invalid_grant");
            }
            let (access, _) = tokens(state);
            reply(200, json!({ "access_token": access, "expires_in": 3599 }))
        }
        ("/revoke", _) => {
            if state.refresh.remove(get("token")) {
                reply(200, json!({}))
            } else {
                refused("invalid_token")
            }
        }
        _ => refused("unsupported_grant_type"),
    }
}
