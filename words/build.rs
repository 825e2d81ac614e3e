//! Makes a function of every message in `locales/`. Who names a message that is not there, or leaves out an argument, does not compile; neither does a
//! language that lacks a message, has one more, or asks for other arguments.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, VariantKey};
use fluent_syntax::parser;
use fluent_syntax::unicode::unescape_unicode_to_string;

/// The languages, the first of which the functions are described in: tag, name in code, the plural categories that a number may have there
/// (CLDR, cardinal).
const LANGUAGES: [(&str, &str, &[&str]); 3] = [
    ("en", "English", &["one", "other"]),
    ("de", "German", &["one", "other"]),
    ("ar", "Arabic", &["zero", "one", "two", "few", "many", "other"]),
];
/// The argument that is a number, and decides about plurals.
const COUNT: &str = "count";

type Parsed<'a> = Pattern<&'a str>;
type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A message in one language.
#[derive(Default)]
struct Message {
    /// Its arguments, in the order in which they come.
    arguments: Vec<String>,
    /// Those of them that a text is selected by.
    keys: BTreeSet<String>,
    /// Its text with the names of arguments in braces.
    text: String,
}

/// All messages of one language, by id.
type Catalog = BTreeMap<String, Message>;

fn main() -> Result<()> {
    println!("cargo::rerun-if-changed=locales");
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("locales");
    let mut catalogs = Vec::new();
    let mut sources = String::new();
    for (tag, name, plurals) in LANGUAGES {
        let files = files(&root.join(tag))?;
        let mut catalog = Catalog::new();
        for file in &files {
            let text = fs::read_to_string(file)?;
            read(&text, plurals, &mut catalog).map_err(|error| format!("{}: {error}", file.display()))?;
        }
        let texts: Vec<String> = files.iter().map(|file| format!("include_str!({file:?})")).collect();
        writeln!(sources, "        Language::{name} => &[{}],", texts.join(", "))?;
        catalogs.push((tag, name, catalog));
    }
    agree(&catalogs)?;
    let code = code(&catalogs, &sources)?;
    fs::write(Path::new(&env::var("OUT_DIR")?).join("messages.rs"), code)?;
    Ok(())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "ftl") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn read(text: &str, plurals: &[&str], catalog: &mut Catalog) -> Result<()> {
    let resource = parser::parse(text).map_err(|(_, errors)| format!("{errors:?}"))?;
    for entry in resource.body {
        let message = match entry {
            Entry::Message(message) if message.attributes.is_empty() => message,
            Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => continue,
            _ => return Err("holds messages without attributes, and comments; nothing else".into()),
        };
        let id = message.id.name;
        let pattern = message.value.ok_or_else(|| format!("{id} has no text"))?;
        let mut read = Message::default();
        pattern_of(&pattern, plurals, &mut read).map_err(|error| format!("{id}: {error}"))?;
        if catalog.insert(id.to_owned(), read).is_some() {
            return Err(format!("{id} is there twice").into());
        }
    }
    Ok(())
}

fn pattern_of(pattern: &Parsed<'_>, plurals: &[&str], into: &mut Message) -> Result<()> {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => into.text.push_str(value),
            PatternElement::Placeable {
                expression: Expression::Inline(InlineExpression::VariableReference { id }),
            } => {
                argument(id.name, into);
                write!(into.text, "{{{}}}", id.name)?;
            }
            PatternElement::Placeable { expression: Expression::Select { selector, variants } } => {
                let InlineExpression::VariableReference { id } = selector else {
                    return Err("a selection is by an argument".into());
                };
                argument(id.name, into);
                into.keys.insert(id.name.to_owned());
                let mut known = BTreeSet::new();
                for variant in variants {
                    let mut branch = Message::default();
                    pattern_of(&variant.value, plurals, &mut branch)?;
                    branch.arguments.iter().for_each(|name| argument(name, into));
                    if variant.default {
                        into.text.push_str(&branch.text);
                    }
                    match variant.key {
                        VariantKey::Identifier { name } => known.insert(name),
                        VariantKey::NumberLiteral { .. } => false,
                    };
                }
                if id.name == COUNT && known != plurals.iter().copied().collect() {
                    return Err(format!("a number is one of {plurals:?} here, and not {known:?}").into());
                }
            }
            // What the format would take for its own: braces, say.
            PatternElement::Placeable {
                expression: Expression::Inline(InlineExpression::StringLiteral { value }),
            } => into.text.push_str(&unescape_unicode_to_string(value)),
            PatternElement::Placeable { .. } => {
                return Err("a message is of text, arguments, selections and literals".into());
            }
        }
    }
    Ok(())
}

fn argument(name: &str, into: &mut Message) {
    if !into.arguments.iter().any(|known| known == name) {
        into.arguments.push(name.to_owned());
    }
}

/// Every language has the same messages, with the same arguments.
fn agree(catalogs: &[(&str, &str, Catalog)]) -> Result<()> {
    let (first, _, model) = &catalogs[0];
    for (tag, _, catalog) in &catalogs[1..] {
        for (id, message) in model {
            let Some(other) = catalog.get(id) else { return Err(format!("{tag} lacks {id}").into()) };
            let sorted = |message: &Message| message.arguments.iter().cloned().collect::<BTreeSet<_>>();
            if sorted(message) != sorted(other) {
                return Err(format!("{id} has other arguments in {tag} than in {first}").into());
            }
        }
        if let Some(id) = catalog.keys().find(|id| !model.contains_key(*id)) {
            return Err(format!("{tag} has {id}, and {first} has not").into());
        }
    }
    Ok(())
}

fn code(catalogs: &[(&str, &str, Catalog)], sources: &str) -> Result<String> {
    let (_, _, model) = &catalogs[0];
    let mut code = String::new();
    writeln!(
        code,
        "/// The files of a language.\nfn sources(language: Language) -> &'static [&'static str] {{"
    )?;
    writeln!(code, "    match language {{\n{sources}    }}\n}}\n")?;
    writeln!(
        code,
        "/// Every message.\npub const MESSAGES: [&str; {}] = {:?};\n",
        model.len(),
        model.keys().collect::<Vec<_>>()
    )?;
    writeln!(code, "impl Words {{")?;
    for (id, message) in model {
        let name = id.replace('-', "_");
        for line in message.text.lines() {
            writeln!(code, "    /// {}", line.replace(['[', ']', '<', '>', '`'], ""))?;
        }
        if message.arguments.is_empty() {
            writeln!(
                code,
                "    #[must_use]\n    pub fn {name}(self) -> &'static str {{\n        match self.language {{"
            )?;
            for (_, language, catalog) in catalogs {
                let text = catalog.get(id).map(|message| message.text.as_str()).unwrap_or_default();
                writeln!(code, "            Language::{language} => {text:?},")?;
            }
            writeln!(code, "        }}\n    }}")?;
            continue;
        }
        let is_count = |argument: &String| argument == COUNT;
        let parameters = message.arguments.iter().map(|argument| {
            let kind = if is_count(argument) { "impl Into<Count>" } else { "&str" };
            format!(", {}: {kind}", argument.replace('-', "_"))
        });
        let values = message.arguments.iter().map(|argument| {
            let name = argument.replace('-', "_");
            if is_count(argument) {
                format!("({argument:?}, Argument::Count({name}.into()))")
            } else if message.keys.contains(argument) {
                format!("({argument:?}, Argument::Key({name}))")
            } else {
                format!("({argument:?}, Argument::Text({name}))")
            }
        });
        writeln!(
            code,
            "    #[must_use]\n    pub fn {name}(self{}) -> String {{",
            parameters.collect::<String>()
        )?;
        writeln!(code, "        self.say({id:?}, &[{}])\n    }}", values.collect::<Vec<_>>().join(", "))?;
    }
    writeln!(code, "}}")?;
    Ok(code)
}
