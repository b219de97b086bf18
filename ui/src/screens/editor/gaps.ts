// What an entry still lacks, in reading order. A gap is an invitation, never a block. The core counts the same for lists.
import type { Countermeasure, Postmortem } from "../../core.gen";
import { isCovered, rootCauses, walk, type RootCause } from "../../document/causes";
import { isPlanned } from "../../document/effect";
import { asksWhy, whyNotId } from "../../document/whyNot";
import { t } from "../../text.svelte";
import type { OpenEntry } from "./entry.svelte";
import { askWhy } from "./measures/measures";
import { sectionTitle } from "./template";
import { focusField, type SectionKey, type View } from "./view.svelte";

export type Gap =
  | { kind: "empty"; section: SectionKey; field: string }
  | { kind: "no_root"; section: "occurrence_cause" | "escape_cause"; field: string }
  | { kind: "uncovered"; section: "countermeasure"; field: string; cause: RootCause }
  | { kind: "no_owner" | "no_due" | "no_effect"; section: "countermeasure"; field: string; text: string }
  | { kind: "why_not"; section: "occurrence_cause" | "escape_cause"; field: string; measure: Countermeasure }
  | { kind: "no_reason"; section: "lessons"; field: string; text: string };

export function gaps(document: Postmortem): Gap[] {
  const found: Gap[] = [];
  for (const section of ["overview", "problem"] as const) {
    if (document.sections[section].trim() === "") found.push({ kind: "empty", section, field: `sections/${section}` });
  }
  const causes = rootCauses(document);
  for (const side of ["occurrence", "escape"] as const) {
    if (causes.some((cause) => cause.side === side)) continue;
    const last = [...walk(document.causes[side])].at(-1);
    found.push({ kind: "no_root", section: `${side}_cause`, field: last ? `node/${last.node.id}` : `tree/${side}` });
  }
  for (const cause of causes) {
    if (!isCovered(cause)) found.push({ kind: "uncovered", section: "countermeasure", field: `gap/${cause.node.id}`, cause });
  }
  for (const measure of document.countermeasures) {
    if (measure.owner.trim() === "") found.push({ kind: "no_owner", section: "countermeasure", field: `measure/${measure.id}/owner`, text: measure.text });
    if (measure.term === "permanent" && measure.due === null) found.push({ kind: "no_due", section: "countermeasure", field: `measure/${measure.id}/due`, text: measure.text });
    if (measure.state === "done" && measure.term === "permanent" && !isPlanned(measure.effect)) found.push({ kind: "no_effect", section: "countermeasure", field: `measure/${measure.id}/effect`, text: measure.text });
    if (asksWhy(document, measure)) found.push({ kind: "why_not", section: `${measure.side}_cause`, field: `node/${whyNotId(measure.id)}`, measure });
  }
  for (const [index, { target, decision, reason }] of document.applies_to.entries()) {
    if (decision === "not_needed" && reason.trim() === "") found.push({ kind: "no_reason", section: "lessons", field: `applies_to/${index}/reason`, text: target.trim() || t("applies.place_any") });
  }
  return found;
}

const briefly = (text: string) => text.trim() === "" ? t("measure.empty") : text.length > 18 ? `${text.slice(0, 18)}…` : text;

/** Puts the cursor where the gap can be closed. A question that is not in the tree yet is asked there first. */
export function goToGap(entry: OpenEntry, view: View, gap: Gap): void {
  view.folded.delete(gap.section);
  if (gap.kind === "why_not") askWhy(entry, gap.measure.id);
  if (gap.kind === "no_effect") view.detailed.add(gap.field.split("/")[1]!);
  focusField(gap.field);
}

/** The gap in a few words. */
export function gapText(gap: Gap): string {
  switch (gap.kind) {
    case "empty": return t("gap.empty", { what: sectionTitle(gap.section) });
    case "no_root": return t("gap.no_root", { what: sectionTitle(gap.section) });
    case "uncovered": return t("gap.uncovered", { tag: `${t(`side.${gap.cause.side}.short`)}${gap.cause.number}` });
    case "why_not": return t("gap.why_not", { what: briefly(gap.measure.text) });
    default: return t(`gap.${gap.kind}`, { what: briefly(gap.text) });
  }
}
