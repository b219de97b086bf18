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
    },
    Bundle {
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    #[command(subcommand)]
    Import(Import),
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
    Advise(Rest),
    #[command(hide = true)]
    Metrics(Rest),
    #[command(hide = true)]
    Improvement(Rest),
    #[command(hide = true)]
    Book(Rest),
    #[command(hide = true)]
    Connect(Rest),
    #[command(hide = true)]
    Publish(Rest),
    #[command(hide = true)]
    Remote(Rest),
    #[command(hide = true)]
    Sync(Rest),
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

/// Whatever else was typed.
#[derive(Debug, Args)]
pub(crate) struct Rest {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    pub(crate) rest: Vec<String>,
}
