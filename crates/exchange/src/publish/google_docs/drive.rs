//! Drive: the document itself, and pictures kept privately beside it.

use serde_json::{Value, json};
use url::Url;

use super::publisher::{Error, Publisher};
use crate::http::{self, Method, Repeat, Request};

const DOCUMENT: &str = "application/vnd.google-apps.document";
/// Everyone with the link, in Drive's words.
const EVERYONE: &str = "anyoneWithLink";

impl Publisher<'_> {
    fn drive(&self, path: &str, query: &[(&str, &str)]) -> Result<String, Error> {
        let root = self.endpoints.drive.trim_end_matches('/').trim_end_matches("/drive/v3");
        address(root, path, query)
    }

    /// Makes a document for a book, in a folder (of a shared drive, too) if one is given.
    pub(super) fn create_document(
        &self,
        title: &str,
        book: &str,
        folder: Option<&str>,
    ) -> Result<String, Error> {
        let url = self.drive("/drive/v3/files", &[("supportsAllDrives", "true"), ("fields", "id")])?;
        let mut file =
            json!({ "name": title, "mimeType": DOCUMENT, "appProperties": { "yokotenBook": book } });
        if let Some(folder) = folder {
            file["parents"] = json!([folder]);
        }
        id(&self.ask(&mut Request::post(url, &file))?)
    }

    /// The file that bears a property of ours, if there is one.
    pub(super) fn find(&self, key: &str, value: &str) -> Result<Option<String>, Error> {
        let value = value.replace('\\', "\\\\").replace('\'', "\\'");
        let query = format!("appProperties has {{ key='{key}' and value='{value}' }} and trashed = false");
        let all = [
            ("q", query.as_str()),
            ("corpora", "allDrives"),
            ("includeItemsFromAllDrives", "true"),
            ("supportsAllDrives", "true"),
            ("fields", "files(id)"),
        ];
        let url = self.drive("/drive/v3/files", &all)?;
        let answer = self.ask(&mut Request::get(url))?;
        Ok(answer.pointer("/files/0/id").and_then(Value::as_str).map(str::to_owned))
    }

    /// Sends a picture; only whoever may see the folder may see it.
    pub(super) fn upload(&self, hash: &str, bytes: &[u8], folder: Option<&str>) -> Result<String, Error> {
        let media_type = crate::publish::picture_type(bytes).unwrap_or("application/octet-stream");
        let ending = media_type.rsplit('/').next().unwrap_or("bin");
        let mut file = json!({
            "name": format!("figure-{}.{ending}", hash.get(..8).unwrap_or(hash)),
            "mimeType": media_type,
            "appProperties": { "yokotenPicture": property(hash) },
        });
        if let Some(folder) = folder {
            file["parents"] = json!([folder]);
        }
        let boundary = format!("yokoten-{}", blake3::hash(bytes).to_hex());
        let head = format!(
            "--{boundary}\r\ncontent-type: application/json; charset=utf-8\r\n\r\n{file}\r\n\
             --{boundary}\r\ncontent-type: {media_type}\r\n\r\n"
        );
        let body = [head.as_bytes(), bytes, format!("\r\n--{boundary}--\r\n").as_bytes()].concat();
        let query = [("uploadType", "multipart"), ("supportsAllDrives", "true"), ("fields", "id")];
        let url = self.drive("/upload/drive/v3/files", &query)?;
        let mut request = Request {
            method: Method::POST,
            body: Some((format!("multipart/related; boundary={boundary}"), body)),
            repeat: Repeat::Once,
            ..Request::get(url)
        };
        id(&self.ask(&mut request)?)
    }

    /// The folders that hold a file.
    pub(super) fn folder(&self, file: &str) -> Result<Option<String>, Error> {
        let query = [("supportsAllDrives", "true"), ("fields", "parents")];
        let url = self.drive(&format!("/drive/v3/files/{file}"), &query)?;
        let answer = self.ask(&mut Request::get(url))?;
        Ok(answer.pointer("/parents/0").and_then(Value::as_str).map(str::to_owned))
    }

    /// Lets everyone with the link read a file.
    pub(super) fn open_to_all(&self, file: &str) -> Result<(), Error> {
        let url =
            self.drive(&format!("/drive/v3/files/{file}/permissions"), &[("supportsAllDrives", "true")])?;
        let mut request = Request::post(url, &json!({ "role": "reader", "type": "anyone" }));
        request.repeat = Repeat::Safe;
        self.ask(&mut request).map(drop)
    }

    /// Takes that back; what is already closed is no error.
    pub(super) fn close_to_all(&self, file: &str) -> Result<(), Error> {
        let path = format!("/drive/v3/files/{file}/permissions/{EVERYONE}");
        let url = self.drive(&path, &[("supportsAllDrives", "true")])?;
        match self.ask(&mut Request { method: Method::DELETE, ..Request::get(url) }) {
            Ok(_) | Err(Error::Http(http::Error::Refused { status: 404, .. })) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// A property's key and value have 124 bytes together.
pub(super) fn property(value: &str) -> &str {
    value.get(..80).unwrap_or(value)
}

/// An address with its query.
pub(super) fn address(root: &str, path: &str, query: &[(&str, &str)]) -> Result<String, Error> {
    let whole = format!("{}{path}", root.trim_end_matches('/'));
    let mut url = Url::parse(&whole).map_err(|_| http::Error::Address(whole))?;
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    Ok(url.into())
}

fn id(answer: &Value) -> Result<String, Error> {
    let id = answer["id"].as_str().filter(|id| !id.is_empty());
    id.map(str::to_owned).ok_or_else(|| Error::Answer("a file without an id".to_owned()))
}
