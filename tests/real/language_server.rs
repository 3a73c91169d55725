//! A client of yaml-language-server: Language Server Protocol 3.17 over standard input and output.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};

use serde_json::{Value, json};

use crate::common::wait::EMERGENCY_STOP;
use crate::parts::npm;

/// A running server, which ends when dropped.
pub(crate) struct LanguageServer {
    child: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    settings: Value,
    requests: u64,
    documents: usize,
}

/// A document that is open in the server.
pub(crate) struct Document {
    uri: String,
    /// The diagnostics, sorted by place.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// A diagnostic with the line, column, end line and end column, from 1.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Diagnostic {
    pub(crate) place: [u64; 4],
    pub(crate) message: String,
}

impl LanguageServer {
    /// Starts a server that uses a schema for every document.
    pub(crate) fn start(schema: &Path) -> Self {
        let mut child = Command::new("node")
            .args([npm("yaml-language-server/bin/yaml-language-server").as_os_str(), "--stdio".as_ref()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("tests/setup.sh installs node");
        let (input, output) = (child.stdin.take().expect("piped"), child.stdout.take().expect("piped"));
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        // The store is on the network.
        let settings = json!({ "schemas": { schema.to_string_lossy(): "*.yaml" }, "schemaStore": { "enable": false } });
        let mut server = Self { child, input, messages, settings, requests: 0, documents: 0 };
        let item = json!({ "snippetSupport": true });
        let capabilities = json!({ "textDocument": { "completion": { "completionItem": item } } });
        server.request("initialize", &json!({ "processId": null, "rootUri": null, "capabilities": capabilities }));
        server.send(&json!({ "method": "initialized", "params": {} }));
        server.send(&json!({ "method": "workspace/didChangeConfiguration", "params": { "settings": null } }));
        server
    }

    /// Opens a document, and returns it when the server has checked it.
    pub(crate) fn open(&mut self, text: &str) -> Document {
        self.open_all(&[text]).pop().expect("a document")
    }

    /// Opens documents at the same time, because the server waits before it checks one.
    pub(crate) fn open_all(&mut self, texts: &[impl AsRef<str>]) -> Vec<Document> {
        let first = self.documents;
        let uri = |index: usize| format!("file:///document-{index}.yaml");
        for text in texts {
            let uri = uri(self.documents);
            let document = json!({ "uri": uri, "languageId": "yaml", "version": 1, "text": text.as_ref() });
            self.send(&json!({ "method": "textDocument/didOpen", "params": { "textDocument": document } }));
            self.documents += 1;
        }
        let mut published = HashMap::new();
        while published.len() < texts.len() {
            let mut message = self.receive(|message| message["method"] == "textDocument/publishDiagnostics");
            let uri = message["params"]["uri"].as_str().expect("text").to_owned();
            published.insert(uri, message["params"]["diagnostics"].take());
        }
        (first..self.documents)
            .map(|index| {
                let uri = uri(index);
                let published = published[&uri].as_array().expect("a list");
                let mut diagnostics: Vec<Diagnostic> = published.iter().map(diagnostic).collect();
                diagnostics.sort();
                Document { uri, diagnostics }
            })
            .collect()
    }

    /// Returns the text that the server shows for a line and column, from 1.
    pub(crate) fn hover(&mut self, document: &Document, line: usize, column: usize) -> String {
        let answer = self.at("hover", document, line, column);
        answer["contents"]["value"].as_str().unwrap_or_default().to_owned()
    }

    /// Returns the proposals for a line and column, from 1.
    pub(crate) fn completion(&mut self, document: &Document, line: usize, column: usize) -> Vec<String> {
        let answer = self.at("completion", document, line, column);
        let items = answer["items"].as_array().or(answer.as_array()).cloned().unwrap_or_default();
        items.iter().filter_map(|item| item["label"].as_str().map(str::to_owned)).collect()
    }

    fn at(&mut self, what: &str, document: &Document, line: usize, column: usize) -> Value {
        let position = json!({ "line": line - 1, "character": column - 1 });
        let parameters = json!({ "textDocument": { "uri": document.uri }, "position": position });
        self.request(&format!("textDocument/{what}"), &parameters)
    }

    fn request(&mut self, method: &str, parameters: &Value) -> Value {
        self.requests += 1;
        let id = self.requests;
        self.send(&json!({ "id": id, "method": method, "params": parameters }));
        let mut answer = self.receive(|message| message["id"] == id && message.get("method").is_none());
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].take()
    }

    fn send(&mut self, message: &Value) {
        let mut message = message.clone();
        message["jsonrpc"] = "2.0".into();
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).expect("the server reads");
        self.input.flush().expect("the server reads");
    }

    /// Waits for a message, and answers the requests of the server.
    fn receive(&mut self, is_expected: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.messages.recv_timeout(EMERGENCY_STOP).expect("the server answers");
            if is_expected(&message) {
                return message;
            }
            if message.get("method").is_some() && message.get("id").is_some() {
                let items = message["params"]["items"].as_array().map_or(&[][..], Vec::as_slice);
                let settings = |item: &Value| if item["section"] == "yaml" { &self.settings } else { &Value::Null };
                let result: Vec<&Value> = items.iter().map(settings).collect();
                self.send(&json!({ "id": message["id"], "result": result }));
            }
        }
    }
}

impl Drop for LanguageServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn diagnostic(published: &Value) -> Diagnostic {
    let number = |end: &str, axis: &str| published["range"][end][axis].as_u64().expect("a number") + 1;
    let place =
        [number("start", "line"), number("start", "character"), number("end", "line"), number("end", "character")];
    Diagnostic { place, message: published["message"].as_str().expect("text").to_owned() }
}

/// Reads a message. Returns `None` at the end.
fn read(output: &mut BufReader<ChildStdout>) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut header = String::new();
        if output.read_line(&mut header).ok()? == 0 {
            return None;
        }
        match header.trim_end().split_once(": ") {
            Some(("Content-Length", value)) => length = value.parse().ok()?,
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}
