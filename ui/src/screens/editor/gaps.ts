// What an entry still lacks, in reading order. A gap is an invitation, never a block. The core counts the same for lists.
import type { Postmortem } from "../../core.gen";
import { isCovered, rootCauses, walk, type RootCause } from "../../document/causes";
import { t } from "../../text.svelte";
import { sectionTitle } from "./template";
import type { SectionKey } from "./view.svelte";

export type Gap =
  | { kind: "empty"; section: SectionKey; field: string }
  | { kind: "no_root"; section: "occurrence_cause" | "escape_cause"; field: string }
  | { kind: "uncovered"; section: "countermeasure"; field: string; cause: RootCause }
  | { kind: "no_owner" | "no_due"; section: "countermeasure"; field: string; text: string };

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
  }
  return found;
}

/** The gap in a few words. */
export function gapText(gap: Gap): string {
  switch (gap.kind) {
    case "empty": return t("gap.empty", { what: sectionTitle(gap.section) });
    case "no_root": return t("gap.no_root", { what: sectionTitle(gap.section) });
    case "uncovered": return t("gap.uncovered", { tag: `${t(`side.${gap.cause.side}.short`)}${gap.cause.number}` });
    default: return t(`gap.${gap.kind}`, { what: gap.text.trim() === "" ? t("measure.empty") : gap.text.length > 18 ? `${gap.text.slice(0, 18)}…` : gap.text });
  }
}
