//! `rules`: the catalogue, and what one rule means.

use std::io::{self, Write};

use anyhow::Result;
use rules::{RULES, RuleMeta, rule};
use serde::Serialize;

use crate::args::RulesArgs;
use crate::exit::{Outcome, Usage};
use crate::output::{Output, View};

pub(crate) fn run(out: &Output, args: &RulesArgs) -> Result<Outcome> {
    let Some(code) = &args.code else {
        let text = if args.markdown {
            rules::report::markdown()
        } else {
            rules::report::listing()
        };
        let rules = RULES.iter().map(|rule| rule.meta()).map(RuleView::of).collect();
        out.show(&RulesView { rules, text })?;
        return Ok(Outcome::Done);
    };
    let Some(found) = rule(code) else {
        return Err(Usage(format!(
            "no rule has the code {code}; `ssibackup rules` lists them"
        ))
        .into());
    };
    let meta = found.meta();
    out.show(&RulesView {
        rules: vec![RuleView::of(meta)],
        text: rules::report::explain(meta),
    })?;
    Ok(Outcome::Done)
}

#[derive(Serialize)]
struct RulesView {
    rules: Vec<RuleView>,
    #[serde(skip)]
    text: String,
}

#[derive(Serialize)]
struct RuleView {
    code: &'static str,
    name: &'static str,
    severity: String,
    source: &'static str,
    text: &'static str,
    why: &'static str,
    example: &'static str,
    repair: &'static str,
}

impl RuleView {
    fn of(meta: &'static RuleMeta) -> Self {
        Self {
            code: meta.code,
            name: meta.name,
            severity: meta.severity.to_string(),
            source: meta.source,
            text: meta.text,
            why: meta.why,
            example: meta.example,
            repair: meta.repair,
        }
    }
}

impl View for RulesView {
    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(self.text.as_bytes())
    }
}
