//! Somebody else's web server on the loopback: answers what a test tells it to, well or badly, and counts who asks.

use cairn_service::fetch::{Fetch, Fetched};
use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What is answered at a path.
#[derive(Clone, Debug)]
pub struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Body,
}

#[derive(Clone, Debug)]
enum Body {
    Bytes(Vec<u8>),
    /// Goes on for as long as it is read.
    Endless,
    /// A byte now and then, for longer than anybody waits.
    Dripping,
    /// No answer at all, for as long as the caller waits.
    Silence,
}

impl Reply {
    /// 200 with a body.
    pub fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self { status: 200, headers: Vec::new(), body: Body::Bytes(body.into()) }
    }

    /// A status with nothing else.
    pub fn status(status: u16) -> Self {
        Self { status, ..Self::ok("") }
    }

    /// 302 to another address.
    pub fn redirect(to: &str) -> Self {
        Self::status(302).header("location", to)
    }

    /// 200 with a body that never ends.
    pub fn endless() -> Self {
        Self { body: Body::Endless, ..Self::ok("") }
    }

    /// 200 with a body that comes too slowly.
    pub fn dripping() -> Self {
        Self { body: Body::Dripping, ..Self::ok("") }
    }

    /// Nothing, for as long as the caller waits.
    pub fn silence() -> Self {
        Self { body: Body::Silence, ..Self::ok("") }
    }

    /// The same with a header more.
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }
}

/// What was posted.
#[derive(Clone, Debug)]
pub struct Post {
    /// Where to.
    pub path: String,
    /// By names in lower case.
    pub headers: HashMap<String, String>,
    /// The body.
    pub body: String,
}

impl Post {
    fn of(head: &str, path: &str, body: Vec<u8>) -> Self {
        let headers = head.lines().skip(1).filter_map(|line| line.split_once(": "));
        let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
        Self { path: path.to_owned(), headers, body: String::from_utf8(body).unwrap() }
    }
}

#[derive(Default)]
struct State {
    replies: HashMap<String, Reply>,
    /// Heads of requests, as they came.
    asked: Vec<String>,
    /// Requests with a body, as they came.
    posted: Vec<Post>,
    /// Connections that were made.
    connections: usize,
}

/// The server.
pub struct Elsewhere {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    task: JoinHandle<()>,
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Elsewhere {
    /// Starts one that answers 404 to everything.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(Mutex::new(State::default()));
        let shared = state.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                shared.lock().unwrap().connections += 1;
                // Whoever hangs up has had enough.
                let shared = shared.clone();
                tokio::spawn(async move { answer(stream, shared).await.unwrap_or_default() });
            }
        });
        Self { address, state, task }
    }

    /// Its address, by name, without a trailing slash.
    pub fn base(&self) -> String {
        format!("http://localhost:{}", self.address.port())
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Answers this at a path from now on.
    pub fn reply(&self, path: &str, reply: Reply) {
        self.state.lock().unwrap().replies.insert(path.to_owned(), reply);
    }

    /// How often a path was asked for.
    pub fn asked(&self, path: &str) -> usize {
        let line = format!("GET {path} HTTP/1.1\r\n");
        self.state.lock().unwrap().asked.iter().filter(|head| head.starts_with(&line)).count()
    }

    /// What was posted to a path, from the beginning.
    pub fn posted(&self, path: &str) -> Vec<Post> {
        self.state.lock().unwrap().posted.iter().filter(|post| post.path == path).cloned().collect()
    }

    /// How many connections were made, with or without a request.
    pub fn connections(&self) -> usize {
        self.state.lock().unwrap().connections
    }

    /// The heads of all requests, from the beginning.
    pub fn heads(&self) -> Vec<String> {
        self.state.lock().unwrap().asked.clone()
    }
}

async fn answer(mut stream: TcpStream, state: Arc<Mutex<State>>) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let length = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut sent = vec![0; length.unwrap_or_default()];
    stream.read_exact(&mut sent).await?;
    let reply = {
        let mut state = state.lock().unwrap();
        if length.is_some() {
            state.posted.push(Post::of(&head, &path, sent));
        }
        state.asked.push(head);
        state.replies.get(&path).cloned().unwrap_or_else(|| Reply::status(404))
    };
    if matches!(reply.body, Body::Silence) {
        // Ends when the caller goes away.
        stream.read_u8().await?;
    }
    let mut text = format!("HTTP/1.1 {} Whatever\r\nconnection: close\r\n", reply.status);
    for (name, value) in &reply.headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str("\r\n");
    stream.write_all(text.as_bytes()).await?;
    match reply.body {
        Body::Bytes(bytes) => stream.write_all(&bytes).await?,
        Body::Silence => {}
        Body::Endless => loop {
            stream.write_all(&[b' '; 16 * 1024]).await?;
        },
        Body::Dripping => loop {
            stream.write_all(b" ").await?;
            tokio::time::sleep(Duration::from_millis(200)).await;
        },
    }
    stream.shutdown().await
}

/// Where nothing is to be had: what a test fetches from unless it says otherwise.
pub struct Nowhere;

impl Fetch for Nowhere {
    fn get<'a>(&'a self, _url: &'a str, _now: DateTime<Utc>) -> BoxFuture<'a, Fetched> {
        Box::pin(async { Err("there is no network in this test".to_owned()) })
    }
}
