//! The arguments of `check` and `rules`.

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// The folder of the site
    pub(crate) site: PathBuf,
    /// Only these rules; `*` stands for any text, as in SSI-MD-*
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    pub(crate) only: Vec<String>,
    /// Not these rules
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    pub(crate) off: Vec<String>,
    /// Leave out the rules that rest on experience only, not on a published source
    #[arg(long)]
    pub(crate) no_experts: bool,
    /// Treat warnings as errors
    #[arg(long, value_name = "WHAT", value_parser = ["warnings"])]
    pub(crate) deny: Option<String>,
    /// Show repairs as a diff, for the findings that have one. It quotes whole lines, passwords included
    #[arg(long)]
    pub(crate) suggest: bool,
    /// Look into the catalog of the backups too: their ages, states and expiries. The repository is the one that
    /// site.toml names
    #[arg(long, conflicts_with = "against")]
    pub(crate) catalog: bool,
    /// Look into the catalog of this repository
    #[arg(long, value_name = "URL", conflicts_with = "against")]
    pub(crate) repo: Option<String>,
    /// Show only what this site has and that one has not, and the other way round
    #[arg(long, value_name = "SITE", conflicts_with = "suggest")]
    pub(crate) against: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct RulesArgs {
    /// Explain this rule; without it all are listed
    pub(crate) code: Option<String>,
    /// Print the whole catalogue as a page in Markdown
    #[arg(long, conflicts_with = "code")]
    pub(crate) markdown: bool,
}
