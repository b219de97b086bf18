//! What can be typed. Help texts are not here: they are the catalogue's, in both languages.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

#[derive(Debug, Parser)]
#[command(name = "yokoten", version, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[arg(long, value_name = "DIR", global = true, env = "YOKOTEN_WORKSPACE", hide_env = true)]
    pub(crate) workspace: Option<PathBuf>,
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[arg(long, value_enum, global = true)]
    pub(crate) lang: Option<LangArg>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum LangArg {
    Ja,
    En,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum StatusArg {
    Draft,
    InReview,
    Published,
    Verified,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum FormatArg {
    Markdown,
    Html,
    Docx,
    Pdf,
    Anki,
    Json,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum ViewArg {
    #[default]
    All,
    Mine,
    Due,
    Overdue,
    Interim,
    Checks,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum TeamArg {
    Msp,
    SecondLine,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum VerdictArg {
    Approve,
    Changes,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Sample,
    New {
        #[arg(long, default_value = "", hide_default_value = true)]
        title: String,
    },
    Put {
        #[arg(value_name = "FILE.json|-")]
        file: PathBuf,
    },
    Show {
        id: String,
    },
    List {
        #[arg(long, value_enum)]
        status: Option<StatusArg>,
        #[arg(long)]
        deleted: bool,
        #[arg(long, value_name = "N")]
        limit: Option<usize>,
    },
    Search {
        query: String,
        #[arg(long, value_name = "N", default_value_t = 20)]
        limit: usize,
    },
    Similar {
        #[arg(required_unless_present = "text")]
        id: Option<String>,
        #[arg(long, value_name = "T", conflicts_with = "id")]
        text: Option<String>,
    },
    Synonyms {
        #[arg(value_name = "FILE|-")]
        file: Option<PathBuf>,
    },
    Advise {
        #[arg(required_unless_present_any = ["field", "batch"], conflicts_with_all = ["field", "batch"])]
        id: Option<String>,
        #[arg(long, value_name = "F", requires = "text", conflicts_with = "batch")]
        field: Option<String>,
        #[arg(long, value_name = "T", requires = "field", allow_hyphen_values = true)]
        text: Option<String>,
        #[arg(long, value_name = "FILE.jsonl|-")]
        batch: Option<PathBuf>,
    },
    History {
        id: String,
    },
    Actions {
        #[arg(long, value_enum, default_value_t)]
        view: ViewArg,
        #[arg(long, value_name = "N")]
        limit: Option<usize>,
        #[arg(short, long, value_name = "FILE.csv")]
        output: Option<PathBuf>,
    },
    #[command(subcommand)]
    Alerts(Alerts),
    Recurrence {
        id: String,
    },
    Attach {
        id: String,
        file: PathBuf,
    },
    Transition {
        id: String,
        #[arg(value_enum)]
        state: StatusArg,
    },
    Review {
        id: String,
        #[arg(value_enum)]
        verdict: Option<VerdictArg>,
        #[arg(long, value_enum, requires = "verdict")]
        team: Option<TeamArg>,
        #[arg(long, value_name = "T", default_value = "", hide_default_value = true, requires = "verdict")]
        note: String,
    },
    Runbook {
        id: String,
        #[arg(value_name = "FILE|-")]
        file: Option<PathBuf>,
    },
    #[command(subcommand)]
    Template(TemplateCommand),
    Checklist {
        id: String,
        point: Option<usize>,
        #[arg(long, value_name = "T", requires = "point")]
        reason: Option<String>,
        #[arg(long, requires = "point")]
        open: bool,
    },
    Comment {
        id: String,
        #[arg(requires = "place", value_name = "TEXT")]
        said: Option<String>,
        #[arg(long, value_name = "PLACE", group = "place")]
        on: Option<String>,
        #[arg(long, value_name = "COMMENT", group = "place")]
        reply: Option<String>,
        #[arg(long, value_name = "COMMENT", conflicts_with_all = ["said", "place"])]
        resolve: Option<String>,
    },
    Delete {
        id: String,
    },
    Restore {
        id: String,
    },
    Export {
        id: String,
        #[arg(long, value_enum)]
        format: FormatArg,
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        #[arg(long)]
        accept_masking: bool,
    },
    Bundle {
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    #[command(subcommand)]
    Import(Import),
    #[command(subcommand)]
    Book(Book),
    Backup {
        file: PathBuf,
    },
    ImportBackup {
        file: PathBuf,
    },
    Verify,
    Rebuild,
    Recover,
    Forget {
        dir: PathBuf,
    },
    Schema,
    Completions {
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },

    // Of the contract, not built yet: each answers so, with exit code 2.
    #[command(hide = true)]
    Metrics(Rest),
    #[command(hide = true)]
    Improvement(Rest),
    #[command(subcommand)]
    Connect(Connect),
    Publish(Publish),
    #[command(hide = true)]
    Remote(Rest),
    #[command(hide = true)]
    Sync(Rest),
}

#[derive(Debug, Subcommand)]
pub(crate) enum TemplateCommand {
    Show,
    Check {
        #[arg(value_name = "FILE.toml|-")]
        file: PathBuf,
    },
    Set {
        #[arg(value_name = "FILE.toml|-")]
        file: PathBuf,
    },
    Move {
        id: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Import {
    Bundle {
        file: PathBuf,
    },
    #[command(hide = true)]
    PagerdutyCsv(Rest),
    #[command(hide = true)]
    SlackExport(Rest),
    #[command(hide = true)]
    SlackThread(Rest),
    #[command(hide = true)]
    Markdown(Rest),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Connect {
    Google {
        #[arg(long)]
        pick: bool,
        #[arg(long, conflicts_with = "pick")]
        sign_out: bool,
        #[arg(long, value_name = "ID", conflicts_with_all = ["pick", "sign_out"])]
        client_id: Option<String>,
        #[arg(long, value_name = "FILE|-", requires = "client_id")]
        client_secret: Option<PathBuf>,
    },
    #[command(hide = true)]
    Pagerduty(Rest),
    #[command(hide = true)]
    Slack(Rest),
    #[command(hide = true)]
    Backlog(Rest),
}

#[derive(Debug, Args)]
pub(crate) struct Publish {
    pub(crate) book: String,
    #[arg(long, value_name = "ID")]
    pub(crate) document: Option<String>,
    #[arg(long, value_name = "ID")]
    pub(crate) folder: Option<String>,
    #[arg(long)]
    pub(crate) plan: bool,
    #[arg(long)]
    pub(crate) accept_masking: bool,
    #[arg(long)]
    pub(crate) inline_pictures: bool,
    #[arg(long, value_name = "KEY")]
    pub(crate) keep: Vec<String>,
    #[arg(long, value_name = "KEY")]
    pub(crate) overwrite: Vec<String>,
    #[arg(long, value_name = "KEY")]
    pub(crate) take: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Alerts {
    Add {
        alert: String,
        #[arg(long, value_name = "YYYY-MM")]
        month: String,
        #[arg(long, value_name = "N")]
        count: u64,
    },
    List,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Book {
    New {
        title: String,
    },
    Add {
        book: String,
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
    },
    Show {
        book: String,
    },
    List,
    Take {
        book: String,
        #[arg(long, value_name = "N")]
        chapter: Option<usize>,
    },
    Mask {
        book: String,
    },
}

/// Whatever else was typed.
#[derive(Debug, Args)]
pub(crate) struct Rest {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    pub(crate) rest: Vec<String>,
}
