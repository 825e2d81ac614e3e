//! The list of settings: one entry makes the environment variable, the key of the file, the flag, the line of
//! `cairn config` and the row of docs/configuration.md.

use std::{collections::HashMap, path::PathBuf, str::FromStr};

use clap::{Arg, ArgMatches, Command, error::Error};

/// One setting.
#[derive(Debug)]
pub struct Setting {
    /// The environment variable.
    pub name: &'static str,
    /// The value where none is given; `None` where it depends on others, as `meaning` then says.
    pub default: Option<&'static str>,
    /// What it is for.
    pub meaning: &'static str,
    /// Whether its value is never shown.
    pub secret: bool,
}

impl Setting {
    /// The flag without its dashes: `CAIRN_DATA_DIR` is `data-dir`.
    pub fn flag(&self) -> String {
        self.name.trim_start_matches("CAIRN_").to_ascii_lowercase().replace('_', "-")
    }
}

const fn plain(name: &'static str, default: Option<&'static str>, meaning: &'static str) -> Setting {
    Setting { name, default, meaning, secret: false }
}

/// All settings, in the order in which they are shown.
pub const SETTINGS: &[Setting] = &[
    plain("CAIRN_LISTEN", Some("127.0.0.1:8080"), "Address and port to listen on; port 0 takes a free one"),
    plain(
        "CAIRN_PUBLIC_URL",
        Some("http://localhost:8080"),
        "Address that the public uses, an origin without a path; it stands in every credential and token",
    ),
    plain(
        "CAIRN_DATABASE_URL",
        None,
        "sqlite://FILE?mode=rwc or postgres://USER:PASSWORD@HOST/NAME. Default: cairn.db in CAIRN_DATA_DIR",
    ),
    plain(
        "CAIRN_DATABASE_POOL",
        None,
        "Most connections to the database: of readers on SQLite (default 8), in all on PostgreSQL (default 16)",
    ),
    plain("CAIRN_DATA_DIR", Some("cairn-data"), "Folder of the embedded database and the master key"),
    Setting {
        name: "CAIRN_MASTER_KEY",
        default: None,
        meaning: "Key that encrypts signing keys and secrets at rest: 32 bytes in base64. Default: made in CAIRN_DATA_DIR on SQLite; required on PostgreSQL, this or CAIRN_MASTER_KEY_FILE",
        secret: true,
    },
    plain("CAIRN_MASTER_KEY_FILE", None, "File that holds the master key instead"),
    Setting {
        name: "CAIRN_MASTER_KEY_PREVIOUS",
        default: None,
        meaning: "A second master key that still opens what it sealed, while the master key is being changed (docs/keys.md). Default: master.key.previous in CAIRN_DATA_DIR where the master key lies there, too",
        secret: true,
    },
    plain("CAIRN_MASTER_KEY_PREVIOUS_FILE", None, "File that holds the second master key instead"),
    plain(
        "CAIRN_SIGNER_URL",
        None,
        "Address of an external signer, such as a key management service, that keeps signing keys (docs/keys.md); none by default",
    ),
    Setting {
        name: "CAIRN_SIGNER_TOKEN",
        default: None,
        meaning: "Bearer token that is presented to the external signer",
        secret: true,
    },
    plain("CAIRN_SIGNER_TIMEOUT", Some("5"), "Seconds that one answer of the external signer may take"),
    plain(
        "CAIRN_LOG",
        Some("info"),
        "What is logged: a level (error, warn, info, debug, trace) or a filter like info,cairn_service=debug",
    ),
    plain("CAIRN_LOG_FORMAT", Some("text"), "Form of the log on standard error: text or json"),
    plain(
        "CAIRN_CORS_ORIGINS",
        Some(""),
        "Web origins that may call the API from a browser, separated by commas; * for all; none by default",
    ),
    plain(
        "CAIRN_GRAPHIQL",
        Some("auto"),
        "Whether a browser gets GraphiQL at /graphql: on, off, or auto (on where CAIRN_LISTEN is a loopback address)",
    ),
    plain(
        "CAIRN_FONT_DIR",
        None,
        "Folder of further fonts for badges and certificates (static .ttf, .otf, .ttc), asked for what the fonts of the program lack, before their last resort for Chinese, Japanese and Korean; none by default",
    ),
    plain("CAIRN_VC_API", Some("off"), "Whether the issuing half of the VC API is served"),
    plain(
        "CAIRN_FETCH_LOOPBACK",
        Some("off"),
        "Whether verification may fetch from loopback addresses, over http, too: for development; never where strangers verify",
    ),
    plain(
        "CAIRN_WEBHOOK_LOOPBACK",
        Some("off"),
        "Whether webhooks may go to loopback addresses, over http, too: for development (`cairn demo` has it on)",
    ),
    plain(
        "CAIRN_EVENT_RETENTION",
        Some("30"),
        "Days for which events and deliveries of webhooks are kept, 4 to 3650: so far back subscriptions resume and webhooks are replayed",
    ),
    plain(
        "CAIRN_SERVER_TIMING",
        Some("off"),
        "Whether answers carry a Server-Timing header with the number of their SQL statements",
    ),
    plain("CAIRN_WORKERS", None, "Threads that serve requests. Default: one per core"),
    plain(
        "CAIRN_BULK_OPERATIONS",
        Some("2"),
        "How many bulk operations (issuing, exports, imports, moves) this process works on at a time; issuers take turns",
    ),
    plain(
        "CAIRN_IMPORT_LIMIT",
        Some("32"),
        "The largest file that is received for an import, in MiB; an import holds its file in memory",
    ),
    plain("CAIRN_TIME_LIMIT", Some("30"), "Seconds that a query or mutation may run"),
    plain(
        "CAIRN_TRUSTED_DOCUMENTS",
        None,
        "File or folder of the only GraphQL documents that are served (docs/http.md); all are by default",
    ),
    plain("CAIRN_QUERY_COST", Some("200000"), "What one GraphQL request may cost at most (docs/fair-use.md)"),
    plain(
        "CAIRN_RATE_LIMITS",
        Some("auto"),
        "Whether budgets and the numbers of requests and failed sign-ins are limited: on, off, or auto (off where both CAIRN_LISTEN and CAIRN_PUBLIC_URL are loopback and none of the next ten is given)",
    ),
    plain(
        "CAIRN_BUDGET_ANONYMOUS",
        Some("10000/100"),
        "Budget of cost of an address where nobody is signed in: when full, and what comes back each second",
    ),
    plain("CAIRN_BUDGET_PERSON", Some("20000/200"), "The same of a person, over all nodes"),
    plain("CAIRN_BUDGET_API_KEY", Some("1000000/10000"), "The same of an API key, over all nodes"),
    plain(
        "CAIRN_REQUESTS_ANONYMOUS",
        Some("100/20"),
        "Requests of an address where nobody is signed in, public pages included: at once, and each second; on each node",
    ),
    plain("CAIRN_REQUESTS_PERSON", Some("200/50"), "The same of a person"),
    plain("CAIRN_REQUESTS_API_KEY", Some("2000/1000"), "The same of an API key"),
    plain(
        "CAIRN_STREAMS_ANONYMOUS",
        Some("20"),
        "Streams of events and websockets that an address where nobody is signed in may hold open at once, on each node",
    ),
    plain("CAIRN_STREAMS_PERSON", Some("20"), "The same of a person"),
    plain("CAIRN_STREAMS_API_KEY", Some("100"), "The same of an API key"),
    plain(
        "CAIRN_FAILED_SIGN_INS",
        Some("30/30"),
        "Attempts to sign in that may fail from one address: at once, and each minute; on each node",
    ),
    plain(
        "CAIRN_TRUSTED_PROXIES",
        Some(""),
        "Addresses and networks (10.0.0.0/8) of proxies whose X-Forwarded-For is believed, separated by commas; none by default",
    ),
];

/// The form of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines: one JSON object a line.
    Json,
}

impl FromStr for LogFormat {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(()),
        }
    }
}

/// The settings given as flags.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// `--config FILE`.
    pub config: Option<PathBuf>,
    /// By the names of their settings.
    pub values: HashMap<&'static str, String>,
}

impl clap::FromArgMatches for Flags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let mut flags = Self::default();
        flags.update_from_arg_matches(matches)?;
        Ok(flags)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        if let Some(path) = matches.get_one::<PathBuf>("config-file") {
            self.config = Some(path.clone());
        }
        for setting in SETTINGS {
            if let Some(value) = matches.get_one::<String>(setting.name) {
                self.values.insert(setting.name, value.clone());
            }
        }
        Ok(())
    }
}

impl clap::Args for Flags {
    fn augment_args(command: Command) -> Command {
        let file = Arg::new("config-file")
            .long("config")
            .value_name("FILE")
            .value_parser(clap::value_parser!(PathBuf))
            .help("TOML file with settings [env: CAIRN_CONFIG]");
        let settings = SETTINGS.iter().map(|setting| {
            Arg::new(setting.name)
                .long(setting.flag())
                .value_name("VALUE")
                .help(format!("{} [env: {}]", setting.meaning, setting.name))
        });
        std::iter::once(file).chain(settings).fold(command, |command, arg| {
            command.arg(arg.global(true).help_heading("Settings").hide_short_help(true))
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}
