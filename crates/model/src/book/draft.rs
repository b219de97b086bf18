//! The first draft of a chapter, by rule, from its entries.
//!
//! Overview and the moments before the first divergence → 状況; the decision at the divergence → 考えてみよう;
//! timeline → 何が起きたか; read-back of the why-trees → なぜ; lessons and strong countermeasures → 学び; the
//! divergence, the checkpoint that was missing and the runbook step → 確認問題.

use super::{Choice, Parts, Question, why};
use crate::gaps::root_causes;
use crate::postmortem::{ActionState, Moment, Postmortem, RunbookStep, Side, StepOutcome, Term, TimelineRow};
use crate::report::Labels;

/// From this strength on a countermeasure is something to learn from.
const STRONG: u8 = 3;

/// Drafts a chapter of one or several entries. Question ids are made of the entries' ids, so that the same question of a
/// later draft is found again.
#[must_use]
pub fn draft(entries: &[Postmortem], labels: &dyn Labels) -> Parts {
    let drafts: Vec<Draft<'_>> = entries.iter().map(|entry| Draft::new(entry, labels)).collect();
    Parts {
        situation: paragraphs(drafts.iter().map(Draft::situation)),
        think: drafts.iter().filter_map(Draft::think).collect(),
        happened: paragraphs(drafts.iter().map(Draft::happened)),
        why: paragraphs(drafts.iter().map(Draft::why)),
        lessons: paragraphs(drafts.iter().map(Draft::lessons)),
        check: drafts.iter().flat_map(Draft::check).collect(),
        ..Parts::default()
    }
}

/// Where the work first left the runbook, as an index into the rows in the order of time.
#[must_use]
pub fn first_divergence(rows: &[&TimelineRow]) -> Option<usize> {
    rows.iter().position(|row| {
        matches!(
            row.step_outcome,
            Some(StepOutcome::Skipped | StepOutcome::OutOfOrder | StepOutcome::NotInRunbook)
        )
    })
}

struct Draft<'a> {
    entry: &'a Postmortem,
    labels: &'a dyn Labels,
    rows: Vec<&'a TimelineRow>,
    divergence: Option<usize>,
}

impl<'a> Draft<'a> {
    fn new(entry: &'a Postmortem, labels: &'a dyn Labels) -> Self {
        let mut rows: Vec<&TimelineRow> = entry.timeline.iter().collect();
        rows.sort_by_key(|row| row.at.as_ref().and_then(Moment::time));
        let divergence = first_divergence(&rows);
        Self { entry, labels, rows, divergence }
    }

    fn say(&self, key: &str, values: &[(&str, &str)]) -> String {
        let mut text = self.labels.label(&format!("book.{key}"));
        for (name, value) in values {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        text
    }

    fn situation(&self) -> String {
        let before = self.rows.get(..self.divergence.unwrap_or(0)).unwrap_or_default();
        let overview = self.entry.sections.overview.trim();
        let overview = if overview.is_empty() { self.entry.sections.problem.trim() } else { overview };
        paragraphs([overview.to_owned(), self.moments(before, false)])
    }

    /// The step that the runbook wanted at the divergence: the row's own, else the first one not done before it.
    fn expected(&self) -> Option<&'a RunbookStep> {
        let at = self.divergence?;
        let steps = &self.entry.runbook.steps;
        let row = self.rows.get(at)?;
        let before = self.rows.get(..at).unwrap_or_default();
        let done = |step: &&RunbookStep| {
            before.iter().any(|row| row.step == step.id && row.step_outcome == Some(StepOutcome::Done))
        };
        let own = steps.iter().find(|step| !row.step.is_empty() && step.id == row.step);
        own.or_else(|| steps.iter().find(|step| !done(step)))
    }

    fn think(&self) -> Option<Question> {
        let row = self.rows.get(self.divergence?)?;
        let expected = self.expected().map(|step| step.text.trim().to_owned());
        let did = if row.step_outcome == Some(StepOutcome::Skipped) {
            self.say("think.skipped", &[("text", row.text.trim())])
        } else {
            row.text.trim().to_owned()
        };
        let mut choices = Vec::new();
        let mut add = |id: &str, text: String, right| {
            if !text.is_empty() && !choices.iter().any(|there: &Choice| there.text == text) {
                choices.push(Choice { id: id.to_owned(), text, right, ..Choice::default() });
            }
        };
        add("done", did.clone(), false);
        if let Some(expected) = &expected {
            add("runbook", expected.clone(), true);
        }
        add("stop", self.say("think.stop", &[]), true);
        // Not always the same place for the right one, and always the same for one entry.
        let turn = self.entry.id.bytes().map(usize::from).sum::<usize>() % choices.len().max(1);
        choices.rotate_left(turn);
        let time = clock(row);
        let key = if time.is_empty() { "think.prompt_open" } else { "think.prompt" };
        let prompt = self.say(key, &[("time", &time)]);
        let answer = match &expected {
            Some(step) => self.say("think.answer", &[("step", step), ("done", &did)]),
            None => self.say("think.answer_open", &[("done", &did)]),
        };
        Some(self.question("think", prompt, choices, answer))
    }

    fn happened(&self) -> String {
        if self.rows.is_empty() {
            return self.entry.sections.problem.trim().to_owned();
        }
        self.moments(&self.rows, true)
    }

    fn why(&self) -> String {
        let causes = &self.entry.causes;
        let sections = &self.entry.sections;
        let mut blocks = Vec::new();
        for (key, nodes, conclusion) in [
            ("occurrence", &causes.occurrence, &sections.occurrence_cause),
            ("escape", &causes.escape, &sections.escape_cause),
        ] {
            let chains = why::chains(nodes);
            if chains.is_empty() && conclusion.trim().is_empty() {
                continue;
            }
            blocks.push(self.say(&format!("why.{key}"), &[]));
            let so = self.say("why.so", &[]);
            let items: Vec<String> =
                chains.iter().map(|chain| format!("- {}", one_line(&self.sentence(chain, &so)))).collect();
            blocks.push(if items.is_empty() { conclusion.trim().to_owned() } else { items.join("\n") });
        }
        paragraphs(blocks)
    }

    fn sentence(&self, chain: &[&str], so: &str) -> String {
        let end = self.say("why.end", &[]);
        format!("{}{end}", chain.join(&format!("{end}{so}")))
    }

    fn lessons(&self) -> String {
        let strong = self.entry.countermeasures.iter().filter(|measure| {
            measure.term == Term::Permanent
                && measure.state != ActionState::Dropped
                && measure.strength.is_some_and(|strength| strength.level() >= STRONG)
                && !measure.text.trim().is_empty()
        });
        let items: Vec<String> = strong.map(|measure| format!("- {}", one_line(&measure.text))).collect();
        let lead = if items.is_empty() { String::new() } else { self.say("lessons.measures", &[]) };
        paragraphs([self.entry.sections.lessons.trim().to_owned(), lead, items.join("\n")])
    }

    fn check(&self) -> Vec<Question> {
        let mut questions = Vec::new();
        if let (Some(row), Some(step)) =
            (self.divergence.and_then(|at| self.rows.get(at)), self.expected().map(|step| step.text.trim()))
        {
            let before = self.divergence.and_then(|at| at.checked_sub(1)).and_then(|at| self.rows.get(at));
            let prompt = match before {
                Some(before) => self.say("check.divergence", &[("before", before.text.trim())]),
                None => self.say("check.divergence_first", &[]),
            };
            let answer = self.say("check.divergence_answer", &[("step", step), ("done", row.text.trim())]);
            questions.push(self.question("divergence", prompt, Vec::new(), answer));
        }
        let missing = root_causes(&self.entry.causes.escape);
        if !missing.is_empty() {
            let stops = self.entry.countermeasures.iter().filter(|measure| {
                measure.side == Side::Escape
                    && measure.state != ActionState::Dropped
                    && measure.strength.is_some_and(|strength| strength.level() >= STRONG)
            });
            let items = missing.iter().map(|node| node.text.as_str());
            let items: Vec<String> = items
                .chain(stops.map(|measure| measure.text.as_str()))
                .map(|text| format!("- {}", one_line(text)))
                .collect();
            questions.push(self.question(
                "checkpoint",
                self.say("check.checkpoint", &[]),
                Vec::new(),
                items.join("\n"),
            ));
        }
        if let Some(step) = self.runbook_step() {
            let runbook = &self.entry.runbook;
            let title = if runbook.title.trim().is_empty() {
                self.labels.label("runbook")
            } else {
                runbook.title.trim().to_owned()
            };
            let prompt = self.say("check.runbook", &[("runbook", &title), ("step", runbook.step.trim())]);
            questions.push(self.question("runbook", prompt, Vec::new(), step.text.trim().to_owned()));
        }
        questions
    }

    /// The step at which the defect arose, by its number.
    fn runbook_step(&self) -> Option<&'a RunbookStep> {
        let runbook = &self.entry.runbook;
        let wanted = crate::fold::fold_step(&runbook.step);
        let steps = runbook.steps.iter().enumerate();
        let mut named = steps.filter(|(index, step)| {
            !wanted.is_empty() && ((index + 1).to_string() == wanted || step.id == runbook.step)
        });
        named.next().map(|(_, step)| step)
    }

    fn question(&self, what: &str, prompt: String, choices: Vec<Choice>, answer: String) -> Question {
        let id = format!("{what}-{}", self.entry.id);
        Question { id, prompt, choices, answer, ..Question::default() }
    }

    /// Rows as a list; `outcome` says where one left the runbook.
    fn moments(&self, rows: &[&TimelineRow], outcome: bool) -> String {
        let lines: Vec<String> = rows
            .iter()
            .map(|row| {
                let note = match row.step_outcome {
                    Some(how) if outcome && how != StepOutcome::Done => self.say(
                        "moment.note",
                        &[("outcome", &self.labels.label(&format!("outcome.{}", how.as_str())))],
                    ),
                    _ => String::new(),
                };
                let parts = [clock(row), row.actor.trim().to_owned(), one_line(&row.text)];
                let said: Vec<&str> =
                    parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
                format!("- {}{note}", said.join("　"))
            })
            .collect();
        lines.join("\n")
    }
}

/// The time of day of a row in Japan.
fn clock(row: &TimelineRow) -> String {
    let time = row.at.as_ref().and_then(Moment::time);
    time.map(|time| time.with_timezone(&crate::JST).format("%H:%M").to_string()).unwrap_or_default()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn paragraphs(texts: impl IntoIterator<Item = String>) -> String {
    texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n")
}
