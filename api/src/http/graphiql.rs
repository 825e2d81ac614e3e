//! The GraphQL IDE, served from the binary without a network: the page at `/graphql` and its assets. The files are
//! built and pinned in `assets/graphiql`; they are stored and sent compressed.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, ETAG},
    web,
};
use serde::Serialize;
use serde_json::{Map, Value};

use super::page::knows;

/// Where the assets are.
const ASSETS: &str = "/graphiql";
/// The editor writes styles of its own; everything else comes from this server.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src data:; \
    img-src 'self' data:; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const TEMPLATE: &str = include_str!("../../assets/graphiql/index.html");
const LICENSES: &str = include_str!("../../assets/graphiql/LICENSES.txt");
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// Name, media type, gzipped bytes.
const FILES: [(&str, &str, &[u8]); 5] = [
    ("graphiql.js", SCRIPT, include_bytes!("../../assets/graphiql/graphiql.js.gz")),
    ("graphiql.css", "text/css; charset=utf-8", include_bytes!("../../assets/graphiql/graphiql.css.gz")),
    ("editor.worker.js", SCRIPT, include_bytes!("../../assets/graphiql/editor.worker.js.gz")),
    ("graphql.worker.js", SCRIPT, include_bytes!("../../assets/graphiql/graphql.worker.js.gz")),
    ("json.worker.js", SCRIPT, include_bytes!("../../assets/graphiql/json.worker.js.gz")),
];

/// One tab that the IDE opens with.
#[derive(Clone, Debug, Serialize)]
pub struct Tab {
    /// The document; its operation name is the title.
    pub query: String,
    /// Variables.
    pub variables: Map<String, Value>,
    /// Headers of its requests, in place of the page's.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub headers: Map<String, Value>,
}

/// What the IDE opens with.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// The browser keeps tabs under this key; new for each demo, so that old credentials never come back.
    pub storage_key: String,
    /// Headers of every request, by default.
    pub headers: Map<String, Value>,
    /// The tabs; the IDE's own when empty.
    pub tabs: Vec<Tab>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Config<'a> {
    endpoint: &'a str,
    subscriptions: &'a str,
    storage_key: &'a str,
    #[serde(skip_serializing_if = "Map::is_empty")]
    headers: &'a Map<String, Value>,
    #[serde(skip_serializing_if = "<[Tab]>::is_empty")]
    tabs: &'a [Tab],
}

impl Page {
    fn render(&self) -> String {
        let config = Config {
            endpoint: "/graphql",
            subscriptions: "/graphql/ws",
            storage_key: &self.storage_key,
            headers: &self.headers,
            tabs: &self.tabs,
        };
        // A `<` in JSON stands in strings alone, where it may be escaped; `</script>` would end the element.
        let json = serde_json::to_string(&config).unwrap_or_else(|_| "{}".to_owned()).replace('<', "\\u003c");
        TEMPLATE.replace("{{ASSETS}}", ASSETS).replace("{{CONFIG}}", &json)
    }

    /// The response with the page.
    pub fn response(&self) -> HttpResponse {
        HttpResponse::Ok()
            .content_type("text/html; charset=utf-8")
            // It may hold the demo's credentials.
            .insert_header(("cache-control", "no-store"))
            .insert_header(("vary", "accept"))
            .insert_header(("content-security-policy", POLICY))
            .body(self.render())
    }
}

/// Registers the assets.
pub fn assets(config: &mut web::ServiceConfig) {
    config.route(&format!("{ASSETS}/{{file}}"), web::get().to(asset));
}

async fn asset(request: HttpRequest, name: web::Path<String>) -> HttpResponse {
    if *name == "LICENSES.txt" {
        return HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(LICENSES);
    }
    let Some((_, media, bytes)) = FILES.iter().find(|(file, ..)| *file == name.as_str()) else {
        return HttpResponse::NotFound().finish();
    };
    // Assets change with the server's version alone; the page asks for each by the hash of its content besides.
    let etag = format!("\"{}-{}\"", env!("CARGO_PKG_VERSION"), bytes.len());
    let known = knows(request.headers(), &etag);
    let gzip = request.headers().get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    let mut response = match (known, gzip.is_some_and(|value| value.contains("gzip"))) {
        (true, _) => HttpResponse::NotModified(),
        (false, false) => return HttpResponse::NotAcceptable().body("This file is sent gzipped."),
        (false, true) => HttpResponse::Ok(),
    };
    response
        .insert_header((ETAG, etag))
        .insert_header(("cache-control", "public, max-age=31536000, immutable"))
        .insert_header(("vary", "accept-encoding"));
    if known {
        return response.finish();
    }
    response.content_type(*media).insert_header((CONTENT_ENCODING, "gzip")).body(*bytes)
}
