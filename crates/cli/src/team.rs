//! What two teams do with an entry in a terminal: review, comments, the runbook, the template.

use std::path::Path;

use yokoten_app::catalogue::text;
use yokoten_app::postmortem::{Comment, ReviewVerdict, Team};
use yokoten_app::{Error, Lang, PointView, ReviewState, RunbookView, Workspace};

use crate::args::{Command, TeamArg, TemplateCommand, VerdictArg};
use crate::run::{Output, input};

/// Carries one of these commands out.
pub(crate) fn run(workspace: &Workspace, lang: Lang, command: Command) -> Result<Output, Error> {
    match command {
        Command::Review { id, verdict: None, .. } => {
            let state = workspace.review_state(&id, lang)?;
            let said = review_lines(&state, lang);
            Output::new(state, said)
        }
        Command::Review { id, verdict: Some(verdict), team, note } => {
            let verdict = match verdict {
                VerdictArg::Approve => ReviewVerdict::Approved,
                VerdictArg::Changes => ReviewVerdict::Changes,
            };
            let team = team.map(|team| match team {
                TeamArg::Msp => Team::Msp,
                TeamArg::SecondLine => Team::SecondLine,
            });
            let entry = workspace.review(&id, verdict, team, &note)?.document;
            let said = review_lines(&workspace.review_state(&id, lang)?, lang);
            Output::new(entry, said)
        }
        Command::Runbook { id, file } => {
            let runbook = match file {
                Some(file) => workspace.set_runbook(&id, &String::from_utf8_lossy(&input(&file)?))?,
                None => workspace.runbook(&id)?,
            };
            let said = runbook_lines(&runbook, lang);
            Output::new(runbook, said)
        }
        Command::Template(command) => template(workspace, lang, command),
        Command::Checklist { id, point, reason, open } => {
            if let Some(point) = point {
                let done = !open && reason.is_none();
                workspace.answer_point(&id, point, done, reason.as_deref().unwrap_or_default())?;
            }
            let points = workspace.review_state(&id, lang)?.points;
            let said = point_lines(&points);
            Output::new(points, said)
        }
        Command::Comment { id, said, on, reply, resolve } => {
            let comments = match (on, reply, resolve) {
                (Some(on), _, _) => workspace.comment(&id, &on, &said.unwrap_or_default())?.document.comments,
                (_, Some(to), _) => workspace.reply(&id, &to, &said.unwrap_or_default())?.document.comments,
                (_, _, Some(which)) => workspace.resolve(&id, &which, true)?.document.comments,
                _ => workspace.show(&id)?.document.comments,
            };
            let shown = comment_lines(&comments, lang);
            Output::new(comments, shown)
        }
        other => Err(Error::NotBuilt(format!("{other:?}"))),
    }
}

fn template(workspace: &Workspace, lang: Lang, command: TemplateCommand) -> Result<Output, Error> {
    let text_of = |file: &Path| Ok::<_, Error>(String::from_utf8_lossy(&input(file)?).into_owned());
    match command {
        TemplateCommand::Show => {
            let shown = workspace.template_text(lang)?;
            let said = shown.text.clone();
            Output::new(shown, said)
        }
        TemplateCommand::Check { file } => {
            let template = workspace.check_template(&text_of(&file)?)?;
            let said = template.reference();
            Output::new(template, said)
        }
        TemplateCommand::Set { file } => {
            let set = workspace.set_template(&text_of(&file)?)?;
            let said = set.template.reference();
            Output::new(set, said)
        }
        TemplateCommand::Move { id } => {
            let entry = workspace.move_to_template(&id)?.document;
            let said = format!("{}  {}", entry.number, entry.template);
            Output::new(entry, said)
        }
    }
}

/// Who has said what, and what is lacking.
fn review_lines(state: &ReviewState, lang: Lang) -> String {
    let mut lines = Vec::new();
    for team in &state.teams {
        let name = text(lang, &format!("report.team.{}", team.team.as_str()), &[]);
        let verdict = match team.verdict {
            Some(verdict) => text(lang, &format!("report.review.{}", verdict.as_str()), &[]),
            None => text(lang, "cli.review.none", &[]),
        };
        let mut line = [name.as_str(), &verdict, &team.reviewer, team.at.as_deref().unwrap_or("")].join("  ");
        if !team.changed.is_empty() {
            line.push_str(&text(lang, "cli.review.changed", &[("fields", &team.changed.join(" "))]));
        }
        lines.push(line.trim_end().to_owned());
    }
    if let Some(next) = state.next {
        let status = text(lang, &format!("status.{}", next.as_str()), &[]);
        let count = state.lacks.len().to_string();
        lines.push(text(lang, "cli.review.lacks", &[("status", &status), ("count", &count)]));
        lines.extend(state.lacks.iter().map(|lack| format!("  {}", lack.text)));
    }
    lines.join("\n")
}

/// The runbook's steps, and where the handling left them.
fn runbook_lines(runbook: &RunbookView, lang: Lang) -> String {
    let numbers = yokoten_app::step_numbers(&runbook.steps);
    let line = |(number, text): (&String, &str)| {
        let text = text.strip_prefix(number.as_str()).map_or(text, str::trim_start);
        format!("{number:>4}  {}", text.replace('\n', "\n      "))
    };
    let texts = runbook.steps.iter().map(|step| step.text.as_str());
    let mut lines: Vec<String> = numbers.iter().zip(texts).map(line).collect();
    if let Some(divergence) = &runbook.divergence {
        let at = runbook.steps.iter().position(|step| Some(&step.id) == divergence.step.as_ref());
        let step = at.and_then(|at| numbers.get(at)).map_or("–", String::as_str);
        let outcome = text(lang, &format!("report.outcome.{}", divergence.outcome.as_str()), &[]);
        lines.push(text(lang, "cli.runbook.divergence", &[("step", step), ("outcome", &outcome)]));
    }
    lines.join("\n")
}

/// The checklist, numbered.
fn point_lines(points: &[PointView]) -> String {
    let lines = points.iter().enumerate().map(|(index, point)| {
        let mark = if point.done { "x" } else { " " };
        let reason = if point.reason.is_empty() { String::new() } else { format!(" — {}", point.reason) };
        format!("{:>2} [{mark}] {}{reason}", index + 1, point.text)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The comments with their answers.
fn comment_lines(comments: &[Comment], lang: Lang) -> String {
    let mut lines = Vec::new();
    for comment in comments {
        let settled = if comment.resolved { text(lang, "cli.comment.resolved", &[]) } else { String::new() };
        lines
            .push(format!("{}  {}  {}  {settled}", comment.id, comment.on, comment.by).trim_end().to_owned());
        lines.push(format!("    {}", comment.text));
        lines.extend(comment.replies.iter().map(|reply| format!("    > {}: {}", reply.by, reply.text)));
    }
    lines.push(text(lang, "cli.total", &[("count", &comments.len().to_string())]));
    lines.join("\n")
}
