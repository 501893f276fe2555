//! `BLESS=1` in the environment writes what the rules say into the pages, for the author to read and judge.

use std::collections::BTreeMap;

/// The page with the results of each heading put into its blocks; blocks that are missing are added behind `finding`.
pub(crate) fn blessed(page: &str, results: &BTreeMap<String, [(&'static str, String); 3]>) -> String {
    let mut out = String::new();
    let (mut heading, mut skipping, mut inside) = ("", false, false);
    for line in page.lines() {
        if inside {
            inside = line != "```";
            if !skipping || !inside {
                out.push_str(line);
                out.push('\n');
            }
            skipping &= inside;
            continue;
        }
        if let Some(text) = line.strip_prefix("## ") {
            heading = text;
        }
        let result = line.strip_prefix("```").and_then(|name| {
            let results = results.get(heading)?;
            results.iter().find(|(known, _)| *known == name)
        });
        inside = line.starts_with("```");
        let Some((name, text)) = result else {
            out.push_str(line);
            out.push('\n');
            continue;
        };
        skipping = true;
        out.push_str(&format!("{line}\n{text}"));
        let missing = |name: &str| !page_has(page, heading, name);
        if *name == "finding" {
            for (other, text) in &results[heading] {
                if missing(other) && !text.is_empty() {
                    out.push_str(&format!("```\n```{other}\n{text}"));
                }
            }
        }
    }
    out
}

fn page_has(page: &str, heading: &str, name: &str) -> bool {
    let mut here = false;
    page.lines().any(|line| {
        if let Some(text) = line.strip_prefix("## ") {
            here = text == heading;
        }
        here && line.strip_prefix("```") == Some(name)
    })
}
