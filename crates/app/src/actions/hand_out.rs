//! The list of countermeasures as it leaves the window: a table for a spreadsheet, a message for Slack.

use std::path::Path;

use yokoten_model::markdown::is_safe_link;
use yokoten_model::postmortem::ActionState;
use yokoten_store::files;

use super::{Action, ActionQuery};
use crate::catalogue::text;
use crate::{Error, Exported, Lang, Result, Workspace};

/// How many countermeasures a message names: more is not read in a channel.
const IN_MESSAGE: usize = 30;

impl Workspace {
    /// Writes what a query finds, all pages of it, as CSV (RFC 4180, UTF-8 with a byte order mark, so that Excel reads
    /// the Japanese). No cell can be a formula.
    ///
    /// # Errors
    /// [`Error::Export`], or where the file cannot be written; a file that was there is then as it was.
    pub fn export_actions(&self, query: &ActionQuery, path: &Path, lang: Lang) -> Result<Exported> {
        let (_, actions) = self.find_actions(&everything(query))?;
        let bytes = table(&actions, lang).map_err(|error| Error::Export(error.to_string()))?;
        files::write_whole(path, &bytes)?;
        Ok(Exported { path: path.display().to_string(), bytes: bytes.len() as u64 })
    }

    /// What a query finds as a message in Slack's own markup.
    ///
    /// # Errors
    /// Where the workspace cannot be read.
    pub fn actions_message(&self, query: &ActionQuery, lang: Lang) -> Result<String> {
        let (total, actions) =
            self.find_actions(&ActionQuery { limit: IN_MESSAGE, offset: 0, ..query.clone() })?;
        Ok(message(&actions, total, &self.today().to_string(), lang))
    }
}

fn everything(query: &ActionQuery) -> ActionQuery {
    ActionQuery { offset: 0, limit: usize::MAX, ..query.clone() }
}

const HEADS: [&str; 18] = [
    "report.number",
    "actions.title",
    "actions.side",
    "report.term",
    "report.countermeasure",
    "report.strength",
    "report.owner",
    "report.due",
    "report.state",
    "actions.link",
    "actions.measure",
    "actions.denominator",
    "actions.check_on",
    "actions.judge",
    "report.verdict",
    "actions.note",
    "ID",
    "UUID",
];

fn table(actions: &[Action], lang: Lang) -> csv::Result<Vec<u8>> {
    let word = |key: &str| text(lang, key, &[]);
    let mut out = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer("\u{feff}".as_bytes().to_vec());
    out.write_record(HEADS.map(word))?;
    for action in actions {
        let cells = [
            action.number.clone(),
            action.title.clone(),
            word(&format!("actions.side.{}", action.side.as_str())),
            word(&format!("report.term.{}", action.term.as_str())),
            action.text.clone(),
            action.strength.map(|level| level.to_string()).unwrap_or_default(),
            action.owner.clone(),
            action.due.clone().unwrap_or_default(),
            word(&format!("report.state.{}", action.state.as_str())),
            action.link.clone(),
            action.measure.clone(),
            action.denominator.clone(),
            action.check_on.clone().unwrap_or_default(),
            action.judge.clone(),
            word(&format!("report.verdict.{}", action.verdict.as_str())),
            action.note.clone(),
            action.id.clone(),
            action.entry.clone(),
        ];
        out.write_record(cells.map(harmless))?;
    }
    out.into_inner().map_err(|error| error.into_error().into())
}

/// A cell that no spreadsheet takes for a formula: an apostrophe before what would begin one (OWASP, "CSV Injection").
fn harmless(cell: String) -> String {
    let begins = cell.trim_start_matches([' ', '\u{3000}']);
    if begins.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        format!("'{cell}")
    } else {
        cell
    }
}

fn message(actions: &[Action], total: usize, day: &str, lang: Lang) -> String {
    let say = |key: &str, values: &[(&str, &str)]| text(lang, &format!("actions.slack.{key}"), values);
    if actions.is_empty() {
        return text(lang, "actions.none", &[]);
    }
    let mut lines = vec![format!("*{}*", say("head", &[("count", &total.to_string()), ("day", day)]))];
    for action in actions {
        let what = if action.text.trim().is_empty() {
            text(lang, "actions.unwritten", &[])
        } else {
            escape(&action.text.replace(['\n', '\r'], " "))
        };
        let web = is_safe_link(&action.link) && action.link.starts_with("http") && !action.link.contains('|');
        let what = if web { format!("<{}|{what}>", escape(&action.link)) } else { what };
        let owner = match action.owner.trim() {
            "" => say("no_owner", &[]),
            owner => say("owner", &[("owner", &escape(owner))]),
        };
        let mut parts = vec![format!("{} {what}", action.number), owner];
        let due = action.due.as_deref().unwrap_or_default();
        match action.state {
            ActionState::Open if action.overdue => parts.push(format!("*{}*", say("late", &[("due", due)]))),
            ActionState::Open if !due.is_empty() => parts.push(say("due", &[("due", due)])),
            ActionState::Done if action.ripe => parts.push(say("checkable", &[])),
            ActionState::Done if action.check_on.is_some() => {
                parts.push(say("check", &[("day", action.check_on.as_deref().unwrap_or_default())]));
            }
            _ => parts.push(text(lang, &format!("report.state.{}", action.state.as_str()), &[])),
        }
        lines.push(format!("• {}", parts.join(" ／ ")));
    }
    if total > actions.len() {
        lines.push(say("more", &[("count", &(total - actions.len()).to_string())]));
    }
    lines.join("\n")
}

/// Text for Slack: the three signs that it takes for markup.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_begins_a_formula() {
        for cell in ["=1+1", "+81", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "　＝HYPERLINK(\"x\")", "\n=1"]
        {
            assert!(harmless(cell.to_owned()).starts_with('\''), "{cell:?}");
        }
        assert_eq!(harmless("対象を選ぶ = 安全".to_owned()), "対象を選ぶ = 安全");
        assert_eq!(harmless(String::new()), "");
    }
}
