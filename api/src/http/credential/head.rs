//! What a credential's page tells machines: how a shared link unfolds (Open Graph, oEmbed) and what the page is about (schema.org).

use cairn_service::credential;
use cairn_words::Words;
use maud::{Markup, PreEscaped, html};
use serde_json::{Value, json};

use super::page::Shown;
use crate::http::page;

/// What belongs into the head of the page.
pub fn head(shown: &Shown<'_>) -> Markup {
    let statement = shown.statement;
    let description = statement.achievement()["description"].as_str().unwrap_or_default();
    let description: String = description.chars().take(300).collect();
    let urls = &shown.urls;
    let unfolding = page::unfolding(&[
        ("og:type", "website"),
        ("og:title", statement.title()),
        ("og:description", description.as_str()),
        ("og:url", urls.page.as_str()),
        ("og:site_name", statement.issuer()),
        ("og:image", urls.png.as_str()),
        ("og:image:type", "image/png"),
        ("og:image:width", "1024"),
        ("og:image:height", "1024"),
        ("og:image:alt", statement.title()),
    ]);
    html! {
        (unfolding)
        link rel="alternate" type="application/json+oembed" href=(urls.oembed) title=(statement.title());
        link rel="alternate" type="application/vc+ld+json" href=(urls.json);
        script type="application/ld+json" { (PreEscaped(within_script(&linked(shown)))) }
    }
}

/// JSON as it may stand in an element of HTML: nothing in it ends the element or opens a comment.
fn within_script(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

/// The credential in the words of schema.org.
fn linked(shown: &Shown<'_>) -> Value {
    let (statement, row) = (shown.statement, &shown.found.credential);
    let day = |moment| credential::day(&shown.found.issuer, moment).to_string();
    let mut value = json!({
        "@context": "https://schema.org",
        "@type": "EducationalOccupationalCredential",
        "@id": shown.urls.page,
        "url": shown.urls.page,
        "name": statement.title(),
        "description": statement.achievement()["description"],
        "credentialCategory": statement.kind(Words::default()),
        "image": shown.urls.png,
        "validFrom": day(row.valid_from),
        "recognizedBy": {
            "@type": "Organization",
            "name": statement.issuer(),
            "url": format!("{}/issuers/{}", shown.found.issuer.public_base, shown.found.issuer.slug),
        },
    });
    if let Some(until) = row.valid_until {
        value["expires"] = json!(day(until));
    }
    if let Some(level) = statement.named("Level") {
        value["educationalLevel"] = json!(level);
    }
    if let Some(name) = statement.holder() {
        value["about"] = json!({ "@type": "Person", "name": name });
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_the_script_element() {
        let text = within_script(&json!({ "name": "</script><!-- & é" }));
        assert!(!text.contains(['<', '>', '&']));
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["name"], "</script><!-- & é");
    }
}
