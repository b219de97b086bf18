//! The plain form of a postmortem: what `show` prints and `put` reads.
//!
//! Unknown keys are kept at every level (`extra`), missing keys take their defaults, a wrong type or an
//! unknown enum value is an error that names its path. The format is described in `docs/file-format.md`.

mod choices;
mod moment;
mod parse;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use ts_rs::TS;

pub(crate) use choices::choices;
pub use choices::{
    ActionState, CustomerImpact, Decision, FoundBy, Kind, Method, ReviewVerdict, Side, Source, Status,
    StepOutcome, Team, Term, Verdict,
};
pub use moment::{Date, Moment};
pub(crate) use parse::{fill_list, parse};
pub use parse::{from_json, schema};

/// The `format` of every document that this program writes.
pub const FORMAT: &str = "yokoten/postmortem/1";

/// How many levels a why-tree may have.
pub const DEPTH_LIMIT: usize = 50;

/// Keys that this program does not know, kept as they came.
pub type Extra = Map<String, Value>;

/// Declares the document's records: defaults for missing keys, unknown keys kept, one shape for Rust, JSON
/// Schema and TypeScript.
macro_rules! records {
    (@default) => { Default::default() };
    (@default $default:expr) => { $default };
    ($($(#[$doc:meta])* $name:ident {
        $($(#[$fdoc:meta])* $field:ident : $type:ty $(= $default:expr)?),+ $(,)?
    })+) => { $(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
        #[serde(default)]
        pub struct $name {
            $($(#[$fdoc])* pub $field: $type,)+
            /// Unknown keys, kept as they came.
            #[serde(flatten)]
            #[ts(skip)]
            pub extra: $crate::postmortem::Extra,
        }

        impl Default for $name {
            fn default() -> Self {
                Self {
                    $($field: $crate::postmortem::records!(@default $($default)?),)+
                    extra: $crate::postmortem::Extra::new(),
                }
            }
        }
    )+ };
}
pub(crate) use records;

records! {
    /// The alert that was being handled.
    Alert {
        /// Monitoring source, such as Datadog.
        source: String,
        /// The alert's name.
        name: String,
        /// PagerDuty incident number.
        incident: String,
        /// Where it can be seen.
        url: String,
    }

    /// 一次対処手順書.
    Runbook {
        /// Its title.
        title: String,
        /// Where it can be read.
        url: String,
        /// The revision that was in force.
        revision: String,
        /// The step at which the defect arose.
        step: String,
        /// Its steps, when they were pasted.
        steps: Vec<RunbookStep>,
    }

    /// One step of a runbook.
    RunbookStep {
        /// What timeline rows refer to.
        id: String,
        /// The step's text.
        text: String,
    }

    /// The prose, in Markdown.
    Sections {
        /// アラートと一次対処手順の概要
        overview: String,
        /// 問題の概要
        problem: String,
        /// 発生原因, the conclusion of the tree
        occurrence_cause: String,
        /// 流出原因, the conclusion of the tree
        escape_cause: String,
        /// 学び
        lessons: String,
    }

    /// The two why-trees.
    Causes {
        /// 発生原因
        occurrence: Vec<WhyNode>,
        /// 流出原因
        escape: Vec<WhyNode>,
    }

    /// One 「なぜ」 of a why-tree.
    WhyNode {
        /// What countermeasures and comments refer to.
        id: String,
        /// The answer to the parent's why.
        text: String,
        /// Fact or assumption.
        kind: Kind = Kind::Fact,
        /// What shows that it is so.
        evidence: String,
        /// 根本原因
        root: bool,
        /// The whys below it.
        children: Vec<WhyNode>,
    }

    /// 効果確認 of one countermeasure.
    Effect {
        /// What is counted.
        measure: String,
        /// Out of how many.
        denominator: String,
        /// When.
        check_on: Option<Date>,
        /// By whom.
        judge: String,
        /// With what result.
        verdict: Verdict = Verdict::Pending,
        /// Figures, in words.
        note: String,
    }

    /// One 再発防止策.
    Countermeasure {
        /// What others refer to.
        id: String,
        /// 発生対策 or 流出対策.
        side: Side = Side::Occurrence,
        /// 応急 or 恒久.
        term: Term = Term::Permanent,
        /// What is done.
        text: String,
        /// The why-nodes that it removes, by id.
        causes: Vec<String>,
        /// By what means.
        method: Option<Method>,
        /// 1 to 5; proposed by the method, decided by a person.
        strength: Option<Strength>,
        /// Role or name.
        owner: String,
        /// Due date.
        due: Option<Date>,
        /// How far it is.
        state: ActionState = ActionState::Open,
        /// The day that it was closed; its effect is counted from there.
        closed_on: Option<Date>,
        /// Tracker link.
        link: String,
        /// Why a root cause makes do with less than strength 3.
        exception: String,
        /// Did it work?
        effect: Effect,
    }

    /// One row of the 時系列.
    TimelineRow {
        /// What others refer to.
        id: String,
        /// When.
        at: Option<Moment>,
        /// Who, as a role.
        actor: String,
        /// What happened.
        text: String,
        /// Where the row came from.
        source: Source = Source::Manual,
        /// The runbook step that it belongs to, by id.
        step: String,
        /// What became of that step.
        step_outcome: Option<StepOutcome>,
    }

    /// 横展開: one place where the lesson may apply.
    AppliesTo {
        /// Runbook, customer or alert type.
        target: String,
        /// 要否.
        decision: Decision = Decision::Needed,
        /// Wanted for 不要.
        reason: String,
        /// Tracker link.
        link: String,
    }

    /// One team's review.
    Review {
        /// Which team.
        team: Team = Team::Msp,
        /// Who, by name.
        reviewer: String,
        /// When.
        at: Option<Moment>,
        /// With what outcome.
        verdict: ReviewVerdict = ReviewVerdict::Approved,
    }

    /// One point of the review checklist.
    ChecklistItem {
        /// The point.
        item: String,
        /// Done?
        done: bool,
        /// Why not, or how.
        reason: String,
    }

    /// A comment on a field or a why-node.
    Comment {
        /// What others refer to.
        id: String,
        /// The field's path or the node's id.
        on: String,
        /// Who.
        by: String,
        /// When.
        at: Option<Moment>,
        /// The text.
        text: String,
        /// Settled?
        resolved: bool,
        /// Answers, oldest first.
        replies: Vec<Reply>,
    }

    /// An answer to a comment.
    Reply {
        /// What others refer to.
        id: String,
        /// Who.
        by: String,
        /// When.
        at: Option<Moment>,
        /// The text.
        text: String,
    }

    /// One piece of advice that the writers chose to leave as it is.
    Dismissed {
        /// The advice's code.
        code: String,
        /// The field.
        field: String,
        /// The words that it was about.
        found: String,
    }

    /// A chain of a why-tree that was read backwards and found to hold. A chain whose words have changed since is asked
    /// about again.
    Agreed {
        /// Of which tree.
        side: Side = Side::Occurrence,
        /// What was agreed to: the nodes' texts from the root cause up, one a line.
        text: String,
    }

    /// A file that belongs to the postmortem.
    Attachment {
        /// BLAKE3 of its bytes, 64 hex digits.
        hash: String,
        /// File name.
        name: String,
        /// What it shows.
        caption: String,
        /// Media type, such as `image/png`.
        media_type: String,
    }

    /// The document of one defect.
    Postmortem {
        /// Always [`FORMAT`].
        format: String = FORMAT.to_owned(),
        /// UUIDv7, the identity.
        id: String,
        /// `PM-0001`; stored at creation and never changed.
        number: String,
        /// The title.
        title: String,
        /// How far it is.
        status: Status = Status::Draft,
        /// 不備, or something else worth a postmortem.
        defect: bool = true,
        /// When it happened.
        occurred_at: Option<Moment>,
        /// When it was noticed.
        noticed_at: Option<Moment>,
        /// When it was reported.
        reported_at: Option<Moment>,
        /// When it was resolved.
        resolved_at: Option<Moment>,
        /// Whose system.
        customer: String,
        /// Which service.
        service: String,
        /// Who noticed.
        found_by: Option<FoundBy>,
        /// What the customer saw.
        customer_impact: Option<CustomerImpact>,
        /// 発生分類, O1 … of the template.
        occurrence_category: Option<String>,
        /// 流出分類, E1 … of the template.
        escape_category: Option<String>,
        /// Free words.
        tags: Vec<String>,
        /// The alert.
        alert: Alert,
        /// The runbook.
        runbook: Runbook,
        /// The prose.
        sections: Sections,
        /// The why-trees.
        causes: Causes,
        /// 再発防止策.
        countermeasures: Vec<Countermeasure>,
        /// 時系列.
        timeline: Vec<TimelineRow>,
        /// 横展開.
        applies_to: Vec<AppliesTo>,
        /// Reviews by both teams.
        reviews: Vec<Review>,
        /// The review checklist.
        checklist: Vec<ChecklistItem>,
        /// Comments.
        comments: Vec<Comment>,
        /// Advice left as it is.
        dismissed: Vec<Dismissed>,
        /// Chains that hold when read backwards.
        agreed: Vec<Agreed>,
        /// The template that it was written with, `id@version`.
        template: String,
        /// Files.
        attachments: Vec<Attachment>,
    }
}

impl WhyNode {
    /// The text as a part of a sentence: without spaces around it and without its full stop.
    pub(crate) fn clause(&self) -> &str {
        self.text.trim().trim_end_matches(['。', '.'])
    }
}

/// The way from the top of a why-tree to each of its nodes, which comes last; in reading order.
pub(crate) fn paths(nodes: &[WhyNode]) -> Vec<Vec<&WhyNode>> {
    let mut paths = Vec::new();
    let mut stack: Vec<Vec<&WhyNode>> = nodes.iter().rev().map(|node| vec![node]).collect();
    while let Some(path) = stack.pop() {
        let below = path.last().into_iter().flat_map(|node| node.children.iter().rev());
        stack.extend(below.map(|child| [path.as_slice(), &[child]].concat()));
        paths.push(path);
    }
    paths
}

/// How strong a countermeasure is: 1 (education) to 5 (the task is gone).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema, TS)]
#[ts(type = "number")]
pub struct Strength(#[schemars(range(min = 1, max = 5))] u8);

impl Strength {
    /// The level, 1 to 5; `None` outside of it.
    #[must_use]
    pub fn new(level: u8) -> Option<Self> {
        (1..=5).contains(&level).then_some(Self(level))
    }

    /// The level, 1 to 5.
    #[must_use]
    pub fn level(self) -> u8 {
        self.0
    }
}

impl<'de> Deserialize<'de> for Strength {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let level = u8::deserialize(deserializer)?;
        Self::new(level)
            .ok_or_else(|| serde::de::Error::custom(format_args!("strength `{level}` is not 1 to 5")))
    }
}
