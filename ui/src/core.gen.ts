// Generated from the Rust types by `cargo xtask generate`. Do not edit.

export type Status = "draft" | "in_review" | "published" | "verified";
export type FoundBy = "self" | "colleague" | "second_line" | "automatic" | "customer";
export type CustomerImpact = "none" | "notified" | "affected";
export type Side = "occurrence" | "escape";
export type Term = "interim" | "permanent";
export type Method = "eliminate" | "replace" | "ease" | "detect" | "mitigate" | "check" | "inform";
export type ActionState = "open" | "done" | "dropped";
export type Verdict = "pending" | "effective" | "ineffective";
export type Kind = "fact" | "assumption";
export type Source = "manual" | "slack" | "pagerduty";
export type StepOutcome = "done" | "skipped" | "out_of_order" | "not_in_runbook";
export type Decision = "needed" | "done" | "not_needed";
export type Team = "msp" | "second_line";
export type ReviewVerdict = "approved" | "changes";
export type Moment = string;
export type Date = string;
export type Strength = number;
export type Postmortem = { 
/**
 * Always [`FORMAT`].
 */
format: string, 
/**
 * UUIDv7, the identity.
 */
id: string, 
/**
 * `PM-0001`; stored at creation and never changed.
 */
number: string, 
/**
 * The title.
 */
title: string, 
/**
 * How far it is.
 */
status: Status, 
/**
 * 不備, or something else worth a postmortem.
 */
defect: boolean, 
/**
 * When it happened.
 */
occurred_at: Moment | null, 
/**
 * When it was noticed.
 */
noticed_at: Moment | null, 
/**
 * When it was reported.
 */
reported_at: Moment | null, 
/**
 * When it was resolved.
 */
resolved_at: Moment | null, 
/**
 * Whose system.
 */
customer: string, 
/**
 * Which service.
 */
service: string, 
/**
 * Who noticed.
 */
found_by: FoundBy | null, 
/**
 * What the customer saw.
 */
customer_impact: CustomerImpact | null, 
/**
 * 発生分類, O1 … of the template.
 */
occurrence_category: string | null, 
/**
 * 流出分類, E1 … of the template.
 */
escape_category: string | null, 
/**
 * Free words.
 */
tags: Array<string>, 
/**
 * The alert.
 */
alert: Alert, 
/**
 * The runbook.
 */
runbook: Runbook, 
/**
 * The prose.
 */
sections: Sections, 
/**
 * The why-trees.
 */
causes: Causes, 
/**
 * 再発防止策.
 */
countermeasures: Array<Countermeasure>, 
/**
 * 時系列.
 */
timeline: Array<TimelineRow>, 
/**
 * 横展開.
 */
applies_to: Array<AppliesTo>, 
/**
 * Reviews by both teams.
 */
reviews: Array<Review>, 
/**
 * The review checklist.
 */
checklist: Array<ChecklistItem>, 
/**
 * Comments.
 */
comments: Array<Comment>, 
/**
 * Advice left as it is.
 */
dismissed: Array<Dismissed>, 
/**
 * Chains that hold when read backwards.
 */
agreed: Array<Agreed>, 
/**
 * The template that it was written with, `id@version`.
 */
template: string, 
/**
 * Files.
 */
attachments: Array<Attachment>, };
export type Sections = { 
/**
 * アラートと一次対処手順の概要
 */
overview: string, 
/**
 * 問題の概要
 */
problem: string, 
/**
 * 発生原因, the conclusion of the tree
 */
occurrence_cause: string, 
/**
 * 流出原因, the conclusion of the tree
 */
escape_cause: string, 
/**
 * 学び
 */
lessons: string, };
export type Alert = { 
/**
 * Monitoring source, such as Datadog.
 */
source: string, 
/**
 * The alert's name.
 */
name: string, 
/**
 * PagerDuty incident number.
 */
incident: string, 
/**
 * Where it can be seen.
 */
url: string, };
export type Runbook = { 
/**
 * Its title.
 */
title: string, 
/**
 * Where it can be read.
 */
url: string, 
/**
 * The revision that was in force.
 */
revision: string, 
/**
 * The step at which the defect arose.
 */
step: string, 
/**
 * Its steps, when they were pasted.
 */
steps: Array<RunbookStep>, };
export type RunbookStep = { 
/**
 * What timeline rows refer to.
 */
id: string, 
/**
 * The step's text.
 */
text: string, };
export type Causes = { 
/**
 * 発生原因
 */
occurrence: Array<WhyNode>, 
/**
 * 流出原因
 */
escape: Array<WhyNode>, };
export type WhyNode = { 
/**
 * What countermeasures and comments refer to.
 */
id: string, 
/**
 * The answer to the parent's why.
 */
text: string, 
/**
 * Fact or assumption.
 */
kind: Kind, 
/**
 * What shows that it is so.
 */
evidence: string, 
/**
 * 根本原因
 */
root: boolean, 
/**
 * The whys below it.
 */
children: Array<WhyNode>, };
export type Effect = { 
/**
 * What is counted.
 */
measure: string, 
/**
 * Out of how many.
 */
denominator: string, 
/**
 * When.
 */
check_on: Date | null, 
/**
 * By whom.
 */
judge: string, 
/**
 * With what result.
 */
verdict: Verdict, 
/**
 * Figures, in words.
 */
note: string, };
export type Countermeasure = { 
/**
 * What others refer to.
 */
id: string, 
/**
 * 発生対策 or 流出対策.
 */
side: Side, 
/**
 * 応急 or 恒久.
 */
term: Term, 
/**
 * What is done.
 */
text: string, 
/**
 * The why-nodes that it removes, by id.
 */
causes: Array<string>, 
/**
 * By what means.
 */
method: Method | null, 
/**
 * 1 to 5; proposed by the method, decided by a person.
 */
strength: Strength | null, 
/**
 * Role or name.
 */
owner: string, 
/**
 * Due date.
 */
due: Date | null, 
/**
 * How far it is.
 */
state: ActionState, 
/**
 * The day that it was closed; its effect is counted from there.
 */
closed_on: Date | null, 
/**
 * Tracker link.
 */
link: string, 
/**
 * Why a root cause makes do with less than strength 3.
 */
exception: string, 
/**
 * Did it work?
 */
effect: Effect, };
export type TimelineRow = { 
/**
 * What others refer to.
 */
id: string, 
/**
 * When.
 */
at: Moment | null, 
/**
 * Who, as a role.
 */
actor: string, 
/**
 * What happened.
 */
text: string, 
/**
 * Where the row came from.
 */
source: Source, 
/**
 * The runbook step that it belongs to, by id.
 */
step: string, 
/**
 * What became of that step.
 */
step_outcome: StepOutcome | null, };
export type AppliesTo = { 
/**
 * Runbook, customer or alert type.
 */
target: string, 
/**
 * 要否.
 */
decision: Decision, 
/**
 * Wanted for 不要.
 */
reason: string, 
/**
 * Tracker link.
 */
link: string, };
export type Review = { 
/**
 * Which team.
 */
team: Team, 
/**
 * Who, by name.
 */
reviewer: string, 
/**
 * When.
 */
at: Moment | null, 
/**
 * With what outcome.
 */
verdict: ReviewVerdict, };
export type ChecklistItem = { 
/**
 * The point.
 */
item: string, 
/**
 * Done?
 */
done: boolean, 
/**
 * Why not, or how.
 */
reason: string, };
export type Reply = { 
/**
 * What others refer to.
 */
id: string, 
/**
 * Who.
 */
by: string, 
/**
 * When.
 */
at: Moment | null, 
/**
 * The text.
 */
text: string, };
export type Comment = { 
/**
 * What others refer to.
 */
id: string, 
/**
 * The field's path or the node's id.
 */
on: string, 
/**
 * Who.
 */
by: string, 
/**
 * When.
 */
at: Moment | null, 
/**
 * The text.
 */
text: string, 
/**
 * Settled?
 */
resolved: boolean, 
/**
 * Answers, oldest first.
 */
replies: Array<Reply>, };
export type Dismissed = { 
/**
 * The advice's code.
 */
code: string, 
/**
 * The field.
 */
field: string, 
/**
 * The words that it was about.
 */
found: string, };
export type Agreed = { 
/**
 * Of which tree.
 */
side: Side, 
/**
 * What was agreed to: the nodes' texts from the root cause up, one a line.
 */
text: string, };
export type Attachment = { 
/**
 * BLAKE3 of its bytes, 64 hex digits.
 */
hash: string, 
/**
 * File name.
 */
name: string, 
/**
 * What it shows.
 */
caption: string, 
/**
 * Media type, such as `image/png`.
 */
media_type: string, };
export type Step = string | number;
export type Assignment = { 
/**
 * Where, such as `["countermeasures", 2, "text"]`.
 */
path: Array<Step>, 
/**
 * What shall stand there.
 */
value: unknown, };
export type Localised = { 
/**
 * 日本語
 */
ja: string, 
/**
 * English
 */
en: string, };
export type Example = { 
/**
 * The poor way.
 */
poor: Localised, 
/**
 * The good way.
 */
good: Localised, 
/**
 * What makes the difference.
 */
why: Localised, };
export type TemplateSection = { 
/**
 * Its key, as in the document's `sections`; `countermeasures` for the table.
 */
key: string, 
/**
 * Its heading.
 */
title: Localised, 
/**
 * What it is for.
 */
lead: Localised, 
/**
 * Questions that help to write it.
 */
prompts: Array<Localised>, 
/**
 * Examples.
 */
examples: Array<Example>, };
export type Category = { 
/**
 * Its code, such as `O1`.
 */
code: string, 
/**
 * Its name.
 */
name: Localised, };
export type MethodInfo = { 
/**
 * Which one.
 */
key: Method, 
/**
 * The strength that it proposes, 1 to 5.
 */
strength: number, 
/**
 * Its name.
 */
name: Localised, 
/**
 * What it means.
 */
note: Localised, 
/**
 * Where it belongs by default; either side where absent.
 */
side: Side | null, };
export type Field = "overview" | "problem" | "occurrence_cause" | "escape_cause" | "countermeasure" | "lessons";
export type Form = "claim" | "deed" | "blame" | "regret" | "act" | "check" | "resolve" | "left" | "undone" | "vague" | "judgement" | "cause";
export type Hint = { 
/**
 * Its code.
 */
code: string, 
/**
 * The question to give back.
 */
question: Localised, 
/**
 * Where its words are looked for.
 */
fields: Array<Field>, 
/**
 * What its words do, and so which uses of them are innocent; wanted where there are words.
 */
form: Form | null, 
/**
 * Words, in any spelling.
 */
words: Array<string>, };
export type Template = { 
/**
 * Its id.
 */
id: string, 
/**
 * Its version, from 1.
 */
version: number, 
/**
 * The sections, in order.
 */
sections: Array<TemplateSection>, 
/**
 * 発生分類.
 */
occurrence_categories: Array<Category>, 
/**
 * 流出分類.
 */
escape_categories: Array<Category>, 
/**
 * Means of countermeasures.
 */
methods: Array<MethodInfo>, 
/**
 * The points of a review.
 */
checklist: Array<Localised>, 
/**
 * Weak phrases and the questions to give back.
 */
guidance: Array<Hint>, };
export type Lang = "ja" | "en";
export type Theme = "system" | "light" | "dark";
export type Settings = { 
/**
 * Name, written into each change.
 */
name: string, 
/**
 * Team, likewise.
 */
team: Team | null, 
/**
 * Language of the window and of messages.
 */
language: Lang, 
/**
 * Light, dark, or as the system.
 */
theme: Theme, 
/**
 * Text size in percent.
 */
text_size: number, 
/**
 * Whether single letters act outside text fields.
 */
single_keys: boolean, 
/**
 * Whether the first screen was passed.
 */
skip_welcome: boolean, };
export type Problem = { 
/**
 * For programs that branch on it, such as `not_found`.
 */
kind: string, 
/**
 * What happened.
 */
message: string, 
/**
 * What to do next.
 */
hints: Array<string>, };
export type Recovery = { 
/**
 * Where the damaged file is kept.
 */
set_aside: string, 
/**
 * Entries that are there again.
 */
entries: number, 
/**
 * Changes that are there again.
 */
changes: number, 
/**
 * The automatic backup that filled gaps.
 */
from_backup: string | null, 
/**
 * What nothing held any more: numbers of changes, ids of entries that are incomplete.
 */
lost: Array<string>, };
export type LastPlace = { 
/**
 * The entry's identity.
 */
id: string, 
/**
 * The field that held the cursor, as the window names it.
 */
field: string | null, };
export type Resumed = { 
/**
 * The entry as it stands now.
 */
entry: Entry, 
/**
 * The field that held the cursor.
 */
field: string | null, };
export type Start = { 
/**
 * The person's settings.
 */
settings: Settings, 
/**
 * The workspace's folder.
 */
workspace: string, 
/**
 * How many entries there are outside the trash.
 */
entries: number, 
/**
 * Whether this is the sample's own workspace.
 */
sample: boolean, 
/**
 * The template in force.
 */
template: Template, 
/**
 * Why the workspace's own template is not in force.
 */
template_problem: Problem | null, 
/**
 * What was saved, if the workspace was damaged when it was opened.
 */
recovery: Recovery | null, 
/**
 * The entry that was being written when the window was last open.
 */
resumed: Resumed | null, 
/**
 * The program's version.
 */
version: string, };
export type Row = { 
/**
 * The identity.
 */
id: string, 
/**
 * The number as it is shown.
 */
number: string, 
/**
 * The title.
 */
title: string, 
/**
 * The state.
 */
status: Status, 
/**
 * A defect, or something else worth a postmortem.
 */
defect: boolean, 
/**
 * When it happened, as it was written.
 */
occurred_at: string | null, 
/**
 * Whose system.
 */
customer: string, 
/**
 * Which service.
 */
service: string, 
/**
 * The alert's name.
 */
alert: string, 
/**
 * 発生分類.
 */
occurrence_category: string | null, 
/**
 * 流出分類.
 */
escape_category: string | null, 
/**
 * When it was created (RFC 3339, UTC).
 */
created_at: string, 
/**
 * When it was last changed, likewise.
 */
updated_at: string, 
/**
 * By whom.
 */
updated_by: string, 
/**
 * When it was put into the trash, likewise.
 */
deleted_at: string | null, 
/**
 * How many places are still open.
 */
open_points: number, };
export type Page = { 
/**
 * How many there are in all.
 */
total: number, 
/**
 * Those of this page.
 */
items: Array<Row>, };
export type ListQuery = { 
/**
 * Only in this state.
 */
status: Status | null, 
/**
 * Those in the trash instead of those outside.
 */
deleted: boolean, 
/**
 * How many to pass over.
 */
offset: number, 
/**
 * How many at most.
 */
limit: number, 
/**
 * In which order.
 */
sort: "updated" | "occurred" | "number", };
export type Entry = { 
/**
 * The document.
 */
document: Postmortem, 
/**
 * Its revision, the base of the next edit.
 */
revision: string, 
/**
 * When it was created (RFC 3339, UTC).
 */
created_at: string, 
/**
 * When it was last changed, likewise.
 */
updated_at: string, 
/**
 * By whom.
 */
updated_by: string, 
/**
 * When it was put into the trash, likewise.
 */
deleted_at: string | null, 
/**
 * The template that it was written with.
 */
template: Template, };
export type Edited = { 
/**
 * The revision of the caller's own line of edits: the base of its next edit.
 */
branch: string, 
/**
 * The merged revision.
 */
revision: string, 
/**
 * When it was stored (RFC 3339, UTC).
 */
at: string, 
/**
 * The merged document.
 */
document: Postmortem, };
export type ChangeRow = { 
/**
 * Its place in this workspace's order of arrival.
 */
change: number, 
/**
 * When it was written (RFC 3339, UTC).
 */
at: string, 
/**
 * By whom.
 */
by: string, 
/**
 * Of which team.
 */
team: Team | null, 
/**
 * What changed, in words.
 */
summary: string, 
/**
 * What changed, as paths.
 */
fields: Array<string>, };
export type ChangePage = { 
/**
 * How many there are in all.
 */
total: number, 
/**
 * Those of this page.
 */
items: Array<ChangeRow>, };
export type Hit = { 
/**
 * The identity.
 */
id: string, 
/**
 * The number as it is shown.
 */
number: string, 
/**
 * The title.
 */
title: string, 
/**
 * The title as a snippet.
 */
marked_title: string, 
/**
 * The field of the best match.
 */
field: string, 
/**
 * The text around it: `<mark>` holds a match, all else is escaped.
 */
snippet: string, 
/**
 * Higher is better.
 */
score: number, };
export type Hits = { 
/**
 * How many in all, as far as `counted` says.
 */
total: number, 
/**
 * The total is exact; else it is the most that there can be, or "at least" above ten thousand.
 */
counted: boolean, 
/**
 * Those of this page.
 */
hits: Array<Hit>, 
/**
 * Words of the same meaning that the query was widened by.
 */
widened: Array<string>, };
export type SearchQuery = { 
/**
 * What the person typed.
 */
text: string, 
/**
 * In which order.
 */
order: "best" | "newest" | "oldest", 
/**
 * How many to pass over.
 */
offset: number, 
/**
 * How many at most.
 */
limit: number, };
export type Facet = { 
/**
 * The value.
 */
value: string, 
/**
 * How many.
 */
count: number, };
export type Facets = { 
/**
 * How many were found.
 */
total: number, 
/**
 * More than were counted.
 */
more: boolean, 
/**
 * 顧客.
 */
customers: Array<Facet>, 
/**
 * サービス.
 */
services: Array<Facet>, 
/**
 * 状態, by their codes.
 */
statuses: Array<Facet>, 
/**
 * 発生分類, by their codes.
 */
occurrence: Array<Facet>, 
/**
 * 流出分類, by their codes.
 */
escape: Array<Facet>, 
/**
 * Months in which they happened (JST), in order.
 */
months: Array<Facet>, };
export type Marked = { 
/**
 * Its field.
 */
field: string, 
/**
 * The text: `<mark>` holds a match, all else is escaped.
 */
text: string, };
export type SavedSearch = { 
/**
 * What people call it.
 */
name: string, 
/**
 * What it asks, as it was typed.
 */
query: string, };
export type Alike = { 
/**
 * The identity.
 */
id: string, 
/**
 * The number as it is shown.
 */
number: string, 
/**
 * The title.
 */
title: string, 
/**
 * Higher is more alike, at most 1.
 */
score: number, 
/**
 * Whose system.
 */
customer: string, 
/**
 * When it happened, as it was written.
 */
occurred_at: string | null, 
/**
 * Why: shared mechanisms, words, categories, alert, runbook step, customer; or that both are told alike.
 */
because: Array<string>, 
/**
 * Its countermeasures that a check found effective.
 */
worked: Array<string>, };
export type Similar = { 
/**
 * At most five.
 */
hits: Array<Alike>, };
export type RunbookTerm = { 
/**
 * Its title.
 */
title: string, 
/**
 * Where it can be read.
 */
url: string, };
export type Suggestions = { 
/**
 * Customers.
 */
customers: Array<string>, 
/**
 * Services.
 */
services: Array<string>, 
/**
 * Monitoring sources.
 */
alert_sources: Array<string>, 
/**
 * Alert names.
 */
alert_names: Array<string>, 
/**
 * Runbooks.
 */
runbooks: Array<RunbookTerm>, 
/**
 * Owners of countermeasures.
 */
owners: Array<string>, 
/**
 * Tags.
 */
tags: Array<string>, 
/**
 * Names of members: owners, reviewers and judges to be.
 */
people: Array<string>, };
export type Format = "markdown" | "html" | "docx" | "pdf" | "anki" | "json";
export type Exported = { 
/**
 * Where it is.
 */
path: string, 
/**
 * Its size in bytes.
 */
bytes: number, };
export type ImportProblem = { 
/**
 * Where in the input.
 */
where: string, 
/**
 * What is wrong with it.
 */
message: string, };
export type ImportResult = { 
/**
 * Entries that are new here.
 */
added: number, 
/**
 * Entries that changed here.
 */
updated: number, 
/**
 * Entries of which everything was known.
 */
skipped: number, 
/**
 * What could not be taken in.
 */
problems: Array<ImportProblem>, };
export type BackedUp = { 
/**
 * Where it is.
 */
path: string, 
/**
 * Its size in bytes.
 */
bytes: number, 
/**
 * Changes in it, each read back and compared with its hash.
 */
changes: number, };
export type Checked = { 
/**
 * Entries.
 */
entries: number, 
/**
 * Changes.
 */
changes: number, 
/**
 * Attachments.
 */
attachments: number, 
/**
 * What is wrong; empty where all is as it was written.
 */
faults: Array<string>, };
export type Changed = { 
/**
 * Their identities.
 */
ids: Array<string>, 
/**
 * `own` for this process, `other` for another one.
 */
origin: string, };
export type ActionView = "all" | "mine" | "due" | "overdue" | "interim" | "checks";
export type ActionSort = "due" | "entry" | "owner" | "strength";
export type ActionQuery = { 
/**
 * Which.
 */
view: ActionView, 
/**
 * Words that the text, owner, entry's number or title hold, all of them.
 */
text: string, 
/**
 * The owner is this; empty for any.
 */
owner: string, 
/**
 * Only of this side.
 */
side: Side | null, 
/**
 * In which order.
 */
sort: ActionSort, 
/**
 * How many to pass over.
 */
offset: number, 
/**
 * How many at most.
 */
limit: number, };
export type Action = { 
/**
 * The entry's identity.
 */
entry: string, 
/**
 * The entry's number as it is shown.
 */
number: string, 
/**
 * The entry's title.
 */
title: string, 
/**
 * The countermeasure's id in the entry.
 */
id: string, 
/**
 * 発生対策 or 流出対策.
 */
side: Side, 
/**
 * 応急 or 恒久.
 */
term: Term, 
/**
 * What is done.
 */
text: string, 
/**
 * Role or name.
 */
owner: string, 
/**
 * `YYYY-MM-DD`.
 */
due: string | null, 
/**
 * How far it is.
 */
state: ActionState, 
/**
 * Tracker link, or what it was quoted from.
 */
link: string, 
/**
 * 1 to 5.
 */
strength: number | null, 
/**
 * Open and past its date.
 */
overdue: boolean, 
/**
 * An interim one that nothing permanent has replaced, past its date.
 */
outlived: boolean, 
/**
 * What is counted.
 */
measure: string, 
/**
 * Out of how many.
 */
denominator: string, 
/**
 * The day of the check, `YYYY-MM-DD`.
 */
check_on: string | null, 
/**
 * By whom.
 */
judge: string, 
/**
 * Figures, in words.
 */
note: string, 
/**
 * With what result.
 */
verdict: Verdict, 
/**
 * Whether measure, denominator and judge are set: wanted before it is closed.
 */
planned: boolean, 
/**
 * Done, not judged, and now it can be.
 */
ripe: boolean, 
/**
 * The alert of the entry's defect; empty where it has no name.
 */
alert: string, 
/**
 * Handlings of that alert that were counted since it was closed, where alerts are counted.
 */
handled: number | null, 
/**
 * How many handlings the check waits for, where its denominator names a number.
 */
needed: number | null, };
export type ActionCounts = { all: number, mine: number, due: number, overdue: number, interim: number, checks: number, };
export type AlertMonth = { 
/**
 * The alert's name.
 */
alert: string, 
/**
 * `YYYY-MM`, in Japan.
 */
month: string, 
/**
 * How many handlings.
 */
count: number, 
/**
 * Where the number is from: `manual`, or an importer's name.
 */
source: string, 
/**
 * Who counted.
 */
by: string, 
/**
 * When, RFC 3339.
 */
at: string, };
export type Actions = { 
/**
 * How many there are in all.
 */
total: number, 
/**
 * Those of this page.
 */
items: Array<Action>, 
/**
 * How many each view holds.
 */
counts: ActionCounts, };
export type Hinted = { 
/**
 * What kind, as the template has it.
 */
code: string, 
/**
 * The field: `overview`, `problem`, `occurrence_cause`, `escape_cause`, `countermeasure` or `lessons`.
 */
field: string, 
/**
 * The why-node or countermeasure, by its id; absent for prose.
 */
node?: string, 
/**
 * Where it begins in that text, in UTF-16 units.
 */
start: number, 
/**
 * Where it ends, in UTF-16 units.
 */
end: number, 
/**
 * The words in question; the whole text for advice on a tree.
 */
found: string, 
/**
 * The sentence that they stand in: what tells two of the same words apart once one is dismissed.
 */
sentence: string, 
/**
 * The question to give back.
 */
question: string, };
export type Chain = { 
/**
 * Of which tree.
 */
side: Side, 
/**
 * The nodes by id, the root cause first.
 */
nodes: Array<string>, 
/**
 * The chain as one sentence; empty nodes show as `…`.
 */
sentence: string, 
/**
 * The chain as an agreement keeps it, whatever the language: its clauses, one a line.
 */
text: string, 
/**
 * Whether someone agreed that it holds, as it stands.
 */
agreed: boolean, };
export type Proposal = { 
/**
 * By what means.
 */
method: Method, 
/**
 * The strength that comes with it, 1 to 5.
 */
strength: number, 
/**
 * The words that speak for it, as they stand in the text.
 */
found: string, };
export type Advised = { 
/**
 * Questions, in the order of the document.
 */
advice: Array<Hinted>, 
/**
 * Each why-tree read backwards, a sentence for each root cause.
 */
chains: Array<Chain>, 
/**
 * What each countermeasure's text speaks for, by its id.
 */
proposals: { [key in string]: Proposal }, };
export type Recurrence = { 
/**
 * The identity.
 */
id: string, 
/**
 * The number as it is shown.
 */
number: string, 
/**
 * The title.
 */
title: string, 
/**
 * The state.
 */
status: Status, 
/**
 * When it happened, as it was written.
 */
occurred_at: string | null, 
/**
 * The categories that both have.
 */
categories: Array<string>, 
/**
 * What was done about it then.
 */
actions: Array<Action>, };
export type Suspect = { 
/**
 * The newer one.
 */
entry: Row, 
/**
 * The older ones, the latest first.
 */
older: Array<Recurrence>, };
export type Proven = { 
/**
 * Where it was written first.
 */
action: Action, 
/**
 * In how many entries it was found effective.
 */
effective: number, 
/**
 * In how many it was not.
 */
ineffective: number, 
/**
 * The last day of a check, `YYYY-MM-DD`; empty where none was set.
 */
checked: string, 
/**
 * The address to quote it by, for the link of another countermeasure.
 */
quote: string, };
export type Spread = { 
/**
 * Whether the person has read it.
 */
read: boolean, 
/**
 * How many members have.
 */
readers: number, 
/**
 * How many members there are; 0 while nobody is listed, then there is nothing to show.
 */
members: number, };
export type Lesson = { 
/**
 * The identity.
 */
id: string, 
/**
 * The number as it is shown.
 */
number: string, 
/**
 * The title.
 */
title: string, 
/**
 * 学び, without markup; empty where none was written.
 */
lesson: string, 
/**
 * Which service.
 */
service: string, 
/**
 * How far it has spread.
 */
spread: Spread, };
export type Unread = { 
/**
 * How many in all.
 */
total: number, 
/**
 * The latest.
 */
lessons: Array<Lesson>, };
export type Member = { 
/**
 * Name, as in that person's settings.
 */
name: string, 
/**
 * Team, likewise.
 */
team: Team | null, };
export type TeamReview = { 
/**
 * Which team.
 */
team: Team, 
/**
 * By whom; empty where it has said nothing.
 */
reviewer: string, 
/**
 * When, as it was written.
 */
at: string | null, 
/**
 * With what outcome; `None` where it has said nothing.
 */
verdict: ReviewVerdict | null, 
/**
 * The change after which the entry read as it was reviewed.
 */
change: number | null, 
/**
 * The fields that were changed since, such as `sections.problem`.
 */
changed: Array<string>, };
export type PointView = { 
/**
 * What the entry's checklist names it by.
 */
item: string, 
/**
 * The same in the person's language.
 */
text: string, 
/**
 * Done?
 */
done: boolean, 
/**
 * Why not, or how.
 */
reason: string, };
export type LackView = { 
/**
 * Which kind: `approval`, `changes`, `point`, `open`, `unjudged` or `ineffective`.
 */
kind: string, 
/**
 * In words.
 */
text: string, 
/**
 * The countermeasure that it is about, by id.
 */
measure: string | null, };
export type ReviewState = { 
/**
 * The latest word of each team, MSP first.
 */
teams: Array<TeamReview>, 
/**
 * The points of the checklist.
 */
points: Array<PointView>, 
/**
 * The state that comes next; `None` after the last.
 */
next: Status | null, 
/**
 * What the entry lacks before it may be in it.
 */
lacks: Array<LackView>, };
export type ReviewRequest = { 
/**
 * The entry.
 */
entry: Row, 
/**
 * The team that it waits for.
 */
team: Team, 
/**
 * Whether that team has asked for changes already.
 */
asked: boolean, };
export type ReviewRequests = { 
/**
 * How many in all.
 */
total: number, 
/**
 * The latest.
 */
items: Array<ReviewRequest>, };
export type Divergence = { 
/**
 * The timeline row at which it shows, by id.
 */
row: string, 
/**
 * The runbook step that it is about, by id; `None` where the row is tied to none.
 */
step: string | null, 
/**
 * In which way.
 */
outcome: StepOutcome, };
export type HitKind = "customer" | "person" | "word" | "mail" | "phone" | "ip" | "account" | "arn" | "host" | "token";
export type Mask = { 
/**
 * The text as it stands in the chapters.
 */
text: string, 
/**
 * What it is.
 */
kind: HitKind, 
/**
 * What stands in its place wherever the book is published.
 */
mask: string, 
/**
 * It may be published as it is.
 */
keep: boolean, };
export type SeenImage = { 
/**
 * The attachment's hash.
 */
hash: string, };
export type Choice = { 
/**
 * What answers refer to.
 */
id: string, 
/**
 * Its text.
 */
text: string, 
/**
 * Whether it is right.
 */
right: boolean, };
export type Question = { 
/**
 * What answers refer to.
 */
id: string, 
/**
 * What is asked, in Markdown.
 */
prompt: string, 
/**
 * What can be chosen, or none where the answer is free.
 */
choices: Array<Choice>, 
/**
 * The answer, in Markdown.
 */
answer: string, };
export type Parts = { 
/**
 * 状況
 */
situation: string, 
/**
 * 考えてみよう
 */
think: Array<Question>, 
/**
 * 何が起きたか
 */
happened: string, 
/**
 * なぜ
 */
why: string, 
/**
 * 学び
 */
lessons: string, 
/**
 * 確認問題
 */
check: Array<Question>, };
export type ChapterSource = { 
/**
 * The entry's identity.
 */
entry: string, 
/**
 * Its number at that time.
 */
number: string, 
/**
 * The entry's revision that the chapter has seen.
 */
revision: string, };
export type Chapter = { 
/**
 * What publications and answers refer to.
 */
id: string, 
/**
 * The title.
 */
title: string, 
/**
 * One of the book's levels, or empty.
 */
level: string, 
/**
 * Reading time in minutes, where a person set it.
 */
minutes: number | null, 
/**
 * The entries that it was made of.
 */
sources: Array<ChapterSource>, 
/**
 * What it says.
 */
parts: Parts, 
/**
 * What its entries gave it, change by change, as it was taken or left.
 */
taken: Parts, };
export type Book = { 
/**
 * Always [`FORMAT`].
 */
format: string, 
/**
 * UUIDv7, the identity.
 */
id: string, 
/**
 * The language of what is drafted: `ja` or `en`.
 */
lang: string, 
/**
 * The title.
 */
title: string, 
/**
 * The levels of the team, in order: 入社, 1か月, 独り立ち.
 */
levels: Array<string>, 
/**
 * The chapters, in order.
 */
chapters: Array<Chapter>, 
/**
 * What was decided about names and the like, once for the whole book.
 */
masks: Array<Mask>, 
/**
 * Pictures that someone has looked at.
 */
images: Array<SeenImage>, };
export type Slot = "situation" | { "think": string } | "happened" | "why" | "lessons" | { "check": string };
export type BookDecision = "take" | { "edit": string } | "leave";
export type Change = { 
/**
 * Where.
 */
slot: Slot, 
/**
 * What the entries gave when they were last looked at, in Markdown.
 */
before: string, 
/**
 * What they give now.
 */
after: string, 
/**
 * What the chapter says.
 */
mine: string, 
/**
 * What the chapter would say with the change in it; `None` where a person has written at the very same place.
 */
merged: string | null, };
export type Place = { 
/**
 * The chapter's id, or empty on the title page.
 */
chapter: string, 
/**
 * The text before it, shortened.
 */
before: string, 
/**
 * The text itself, as it is spelled there.
 */
text: string, 
/**
 * The text after it, shortened.
 */
after: string, };
export type MaskHit = { 
/**
 * What it is.
 */
kind: HitKind, 
/**
 * The text, as it stands at its first place.
 */
text: string, 
/**
 * What stands in its place: as it was decided, else a proposal.
 */
mask: string, 
/**
 * It may be published as it is.
 */
keep: boolean, 
/**
 * A person has decided.
 */
reviewed: boolean, 
/**
 * Where it stands, in reading order.
 */
places: Array<Place>, };
export type Picture = { 
/**
 * The attachment's hash.
 */
hash: string, 
/**
 * Its caption.
 */
caption: string, 
/**
 * The chapter's id.
 */
chapter: string, 
/**
 * A person has looked at it.
 */
reviewed: boolean, };
export type BookReview = { 
/**
 * How many of them nobody has decided about.
 */
unreviewed: number, 
/**
 * The hits, in reading order.
 */
hits: Array<MaskHit>, 
/**
 * The pictures, in reading order.
 */
images: Array<Picture>, };
export type ChapterState = "fresh" | "entry_changed" | "edited_there" | "unpublished";
export type ChapterSummary = { 
/**
 * The identity.
 */
id: string, 
/**
 * The title.
 */
title: string, 
/**
 * The level, or empty.
 */
level: string, 
/**
 * Reading time in minutes.
 */
minutes: number, 
/**
 * The numbers of the entries that it was made of.
 */
entries: Array<string>, 
/**
 * How it stands.
 */
state: ChapterState, 
/**
 * When it was last published (RFC 3339, UTC), where that is known.
 */
published_at: string | null, 
/**
 * How many changes of its entries wait.
 */
changes: number, };
export type BookSummary = { 
/**
 * The identity.
 */
id: string, 
/**
 * The title.
 */
title: string, 
/**
 * When it was last changed (RFC 3339, UTC).
 */
updated_at: string, 
/**
 * Its chapters, in order.
 */
chapters: Array<ChapterSummary>, };
export type ChapterChanges = { 
/**
 * The chapter's id.
 */
chapter: string, 
/**
 * What differs.
 */
changes: Array<Change>, };
export type OpenBook = { 
/**
 * The document.
 */
document: Book, 
/**
 * Its revision, the base of the next edit.
 */
revision: string, 
/**
 * The book in short.
 */
summary: BookSummary, 
/**
 * The changes of its entries that wait, by chapter.
 */
changes: Array<ChapterChanges>, };
export type BookEdited = { 
/**
 * The revision of the caller's own line of edits: the base of its next edit.
 */
branch: string, 
/**
 * The merged revision.
 */
revision: string, 
/**
 * When it was stored (RFC 3339, UTC).
 */
at: string, 
/**
 * The merged document.
 */
document: Book, };
export type Answer = { 
/**
 * The choice's id, or empty where the answer is free.
 */
choice: string, 
/**
 * When (RFC 3339, UTC).
 */
at: string, };
export type Asked = { 
/**
 * The book's id.
 */
book: string, 
/**
 * The chapter's id.
 */
chapter: string, 
/**
 * The chapter's title.
 */
title: string, 
/**
 * The question.
 */
question: Question, 
/**
 * What one has answered, if one has.
 */
answer: Answer | null, };
export type TemplateText = { 
/**
 * The TOML.
 */
text: string, 
/**
 * What it says; of a text that cannot be read the template that stays in force.
 */
template: Template, 
/**
 * Why the text cannot be read.
 */
problem: Problem | null, };
export type GoogleClient = { 
/**
 * The client's id; empty where none is set.
 */
id: string, 
/**
 * Whether a secret is kept for it. The secret itself is never told.
 */
has_secret: boolean, 
/**
 * The environment says so: what is set here has no effect.
 */
by_environment: boolean, };
export type GoogleDocument = { 
/**
 * Its id.
 */
id: string, 
/**
 * Where one reads it.
 */
url: string, 
/**
 * When it was last published (RFC 3339, UTC), where that is known.
 */
at: string | null, 
/**
 * By whom.
 */
by: string | null, };
export type Work = "open" | "sample" | "import" | "bundle" | "export" | "backup" | "verify" | "rebuild" | "google";
export type WorkPart = "database" | "changes" | "entries" | "attachments" | "packing" | "chapters";
export type WorkProgress = { 
/**
 * What it goes through; null while it begins.
 */
part: WorkPart | null, 
/**
 * How much of that is done.
 */
done: number, 
/**
 * How much there is of it; 0 while that is not known.
 */
of: number, 
/**
 * What it is at, such as a chapter's title.
 */
title: string, };
export type GoogleState = { 
/**
 * As which program one signs in.
 */
client: GoogleClient, 
/**
 * Whether someone is signed in.
 */
signed_in: boolean, 
/**
 * The file that keeps secrets in place of the keyring.
 */
secrets_file: string | null, 
/**
 * Why it cannot be told whether someone is signed in.
 */
problem: Problem | null, 
/**
 * The book's document, once there is one.
 */
document: GoogleDocument | null, 
/**
 * What is under way.
 */
under_way: WorkProgress | null, };
export type PublishOptions = { 
/**
 * A document that exists, in place of the book's own.
 */
document: string | null, 
/**
 * A folder for a new document.
 */
folder: string | null, 
/**
 * What nobody has reviewed goes out as proposed.
 */
accept_masking: boolean, 
/**
 * Pictures in the text, each readable by everyone for a moment.
 */
inline_pictures: boolean, 
/**
 * [`Difference::key`]s: the document's text stays.
 */
keep: Array<string>, 
/**
 * [`Difference::key`]s: the book's text replaces it.
 */
overwrite: Array<string>, 
/**
 * [`Difference::key`]s: the document's text is taken back into its chapter, which is then published.
 */
take: Array<string>, };
export type Difference = { 
/**
 * Names it, as it was seen.
 */
key: string, 
/**
 * The chapter's id in the book.
 */
chapter_id: string, 
/**
 * The chapter's title.
 */
chapter: string, 
/**
 * `added`, `changed`, `removed`; `edited`, `conflict`, `gone`, `tab_gone`.
 */
kind: string, 
/**
 * The document's text.
 */
theirs: string | null, 
/**
 * The book's text.
 */
ours: string | null, };
export type Published = { 
/**
 * The document; null where one would be made.
 */
document: string | null, 
/**
 * Where one reads it.
 */
url: string | null, 
/**
 * New blocks.
 */
added: number, 
/**
 * Changed blocks.
 */
changed: number, 
/**
 * Blocks that stay.
 */
same: number, 
/**
 * Blocks that go.
 */
removed: number, 
/**
 * What someone has to decide or to know.
 */
conflicts: Array<Difference>, 
/**
 * Each block that is added, changed or removed.
 */
differences: Array<Difference>, };

/** Every call of the window, by name. */
export interface Calls {
  start: { args: Record<string, never>; result: Start };
  settings_set: { args: { settings: Settings }; result: Settings };
  remember_place: { args: { place: LastPlace | null }; result: null };
  list: { args: { query: ListQuery }; result: Page };
  search: { args: { query: SearchQuery }; result: Hits };
  facets: { args: { query: SearchQuery }; result: Facets };
  marks: { args: { id: string; query: string }; result: Marked[] };
  synonyms: { args: Record<string, never>; result: string[][] };
  synonyms_set: { args: { groups: string[][] }; result: string[][] };
  saved_searches: { args: Record<string, never>; result: SavedSearch[] };
  saved_searches_set: { args: { searches: SavedSearch[] }; result: SavedSearch[] };
  similar: { args: { id: string }; result: Similar };
  suggestions: { args: Record<string, never>; result: Suggestions };
  create: { args: { title: string }; result: Entry };
  open: { args: { id: string }; result: Entry };
  edit: { args: { id: string; base: string; set: Assignment[] }; result: Edited };
  delete: { args: { id: string }; result: Row };
  restore: { args: { id: string }; result: Row };
  transition: { args: { id: string; status: Status }; result: Edited };
  history: { args: { id: string; offset: number; limit: number }; result: ChangePage };
  history_at: { args: { id: string; change: number }; result: Postmortem };
  history_restore: { args: { id: string; change: number }; result: Edited };
  attach: { args: { id: string; name: string; base64: string }; result: Attachment };
  attachment_data: { args: { hash: string }; result: string };
  export: { args: { id: string; format: Format; path: string }; result: Exported };
  books: { args: Record<string, never>; result: BookSummary[] };
  book_new: { args: { title: string }; result: BookSummary };
  book_open: { args: { id: string }; result: OpenBook };
  book_add: { args: { id: string; entries: string[]; together: boolean }; result: BookSummary };
  book_edit: { args: { id: string; base: string; set: Assignment[] }; result: BookEdited };
  book_decide: { args: { id: string; chapter: string; slot: Slot; decision: BookDecision }; result: OpenBook };
  book_delete: { args: { id: string; deleted: boolean }; result: null };
  book_review: { args: { id: string }; result: BookReview };
  book_mask: { args: { id: string; masks: Mask[] }; result: BookReview };
  book_unmask: { args: { id: string; text: string }; result: BookReview };
  book_seen: { args: { id: string; hash: string; seen: boolean }; result: BookReview };
  book_picture: { args: { base64: string }; result: string };
  masking_words: { args: Record<string, never>; result: string[] };
  masking_words_set: { args: { words: string[] }; result: string[] };
  question_of_the_day: { args: Record<string, never>; result: Asked | null };
  study_answers: { args: Record<string, never>; result: Record<string, Answer> };
  study_answer: { args: { chapter: string; question: string; choice: string }; result: Record<string, Answer> };
  google_state: { args: { book: string | null }; result: GoogleState };
  google_client_set: { args: { id: string; secret: string | null }; result: GoogleClient };
  google_sign_in: { args: { pick: boolean }; result: string[] };
  google_sign_out: { args: Record<string, never>; result: null };
  google_plan: { args: { id: string; options: PublishOptions }; result: Published };
  google_take: { args: { id: string; keys: string[]; options: PublishOptions }; result: Chapter[] };
  google_publish: { args: { id: string; options: PublishOptions }; result: Published };
  work: { args: { what: Work }; result: WorkProgress | null };
  work_cancel: { args: { what: Work }; result: null };
  import_bundle: { args: { path: string }; result: ImportResult };
  backup: { args: { path: string }; result: BackedUp };
  verify: { args: Record<string, never>; result: Checked };
  actions: { args: { query: ActionQuery }; result: Actions };
  actions_export: { args: { query: ActionQuery; path: string }; result: Exported };
  actions_message: { args: { query: ActionQuery }; result: string };
  alert_counts: { args: Record<string, never>; result: AlertMonth[] };
  alert_count_add: { args: { alert: string; month: string; count: number }; result: AlertMonth[] };
  advise: { args: { document: Postmortem }; result: Advised };
  recurrences: { args: { id: string }; result: Recurrence[] };
  suspects: { args: Record<string, never>; result: Suspect[] };
  proven: { args: { side: Side; category: string | null; text: string; limit: number }; result: Proven[] };
  quoted: { args: { addresses: string[] }; result: Record<string, Action> };
  unread: { args: { limit: number }; result: Unread };
  spread: { args: { id: string }; result: Spread };
  mark_read: { args: { id: string; note: string }; result: Spread };
  review_state: { args: { id: string }; result: ReviewState };
  review: { args: { id: string; verdict: ReviewVerdict; note: string }; result: Edited };
  review_requests: { args: { limit: number }; result: ReviewRequests };
  comment: { args: { id: string; on: string; text: string }; result: Edited };
  reply: { args: { id: string; comment: string; text: string }; result: Edited };
  resolve: { args: { id: string; comment: string; resolved: boolean }; result: Edited };
  paste_steps: { args: { text: string }; result: string[] };
  divergence: { args: { id: string }; result: Divergence | null };
  template_text: { args: Record<string, never>; result: TemplateText };
  template_check: { args: { text: string }; result: Template };
  template_set: { args: { text: string }; result: TemplateText };
  template_move: { args: { id: string }; result: Entry };
  members: { args: Record<string, never>; result: Member[] };
  members_set: { args: { members: Member[] }; result: Member[] };
}
