//! The catalogue as text: a list, one rule in full, and the document `docs/rules.md`.

use zvm::Severity;

use crate::{catalogue::RULES, rule::RuleMeta};

/// One line for each rule: code, severity, name; expert rules have a star.
pub fn listing() -> String {
    let mut text = String::new();
    for meta in RULES.iter().map(|rule| rule.meta()) {
        let star = if meta.expert { "*" } else { "" };
        let line = format!("{:<12} {:<8} {}{star}", meta.code, meta.severity, meta.name);
        text.push_str(&format!("{line}\n"));
    }
    text.push_str("* expert rule: no public document states it\n");
    text
}

/// All that a rule says of itself.
pub fn explain(meta: &RuleMeta) -> String {
    let expert = if meta.expert { ", expert" } else { "" };
    let example = meta.example.replace('\n', "\n    ");
    format!(
        "{} {} ({}{expert})\n\n{}\n\n{}\n\nExample:\n    {example}\n\nRepair: {}\n\nSource: {}. Since {}.\n",
        meta.code, meta.name, meta.severity, meta.text, meta.why, meta.repair, meta.source, meta.since
    )
}

const HEAD: &str = "# The rules\n\nGenerated from the rules themselves; change those, not this file. `ssibackup rules CODE` \
                    shows one of them, and the page behind each code has a bad site, the finding, and a good site.\n";

/// The document `docs/rules.md`; links are relative to `docs`.
pub fn markdown() -> String {
    let mut text = HEAD.to_owned();
    let count = |severity| {
        RULES
            .iter()
            .filter(|rule| rule.meta().severity == severity)
            .count()
    };
    let experts = RULES.iter().filter(|rule| rule.meta().expert).count();
    text.push_str(&format!(
        "\n{} rules: {} errors, {} warnings, {} notes. {experts} are expert rules, which no public document states; \
         they can be turned off together.\n",
        RULES.len(),
        count(Severity::Error),
        count(Severity::Warning),
        count(Severity::Note)
    ));
    let mut area = "";
    for meta in RULES.iter().map(|rule| rule.meta()) {
        let own = meta.code.rsplit_once('-').map_or(meta.code, |(area, _)| area);
        if own != area {
            area = own;
            text.push_str(&format!("\n## {area}\n"));
        }
        text.push_str(&section(meta));
    }
    text
}

fn section(meta: &RuleMeta) -> String {
    let page = format!("../sim-fixtures/rules/{}-{}.md", meta.code, meta.name);
    let expert = if meta.expert { ", expert" } else { "" };
    format!(
        "\n### [{}]({page}) {}\n\n*{}{expert}.* {}\n\n{}\n\n```text\n{}\n```\n\n**Repair.** {}\n\n**Source.** {}.\n",
        meta.code, meta.name, meta.severity, meta.text, meta.why, meta.example, meta.repair, meta.source
    )
}
