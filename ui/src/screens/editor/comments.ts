// Where comments stand, and what that place is called.
import type { Postmortem } from "../../core.gen";
import { walk } from "../../document/causes";
import { t } from "../../text.svelte";
import { fieldName } from "./fields";
import { sectionTitle } from "./template";
import type { View } from "./view.svelte";

export interface CommentPlace {
  /** In a few words. */
  name: string;
  /** The field to go to; null for what is no longer there. */
  field: string | null;
}

const briefly = (text: string) => (text.length > 18 ? `${text.slice(0, 18)}…` : text);

/** The place of a comment by what the document keeps: a field's path, or the id of a why-node, countermeasure or row. */
export function commentPlace(document: Postmortem, on: string): CommentPlace {
  for (const side of ["occurrence", "escape"] as const) {
    for (const { node, depth } of walk(document.causes[side])) {
      if (node.id === on) return { name: `${sectionTitle(`${side}_cause`)} ${t("why.nth", { n: depth })}`, field: `node/${on}` };
    }
  }
  const measure = document.countermeasures.find(({ id }) => id === on);
  if (measure) return { name: `${t("measure.text")} ${briefly(measure.text)}`, field: `measure/${on}/text` };
  const row = document.timeline.find(({ id }) => id === on);
  if (row) return { name: `${t("field.timeline")} ${briefly(row.text)}`, field: `timeline/#${on}/text` };
  if (!Object.hasOwn(document, on.split(".")[0] ?? "")) return { name: t("comment.gone"), field: null };
  return { name: fieldName({ path: on, field: on, item: null, pieces: [] }), field: on.replaceAll(".", "/") };
}

/** The place that the cursor was in last, as a comment keeps it. */
export function placeOfCursor(view: View): string {
  return view.about ?? (view.section === "countermeasure" ? "countermeasures" : view.section === "attachments" ? "attachments" : `sections.${view.section}`);
}

/** What a comment on the element that has the focus would stand on; null where the section will do. */
export function placeOf(at: Element): string | null {
  const node = at.closest<HTMLElement>("[data-node]")?.dataset.node;
  const measure = at.closest<HTMLElement>("[data-measure]")?.dataset.measure;
  const field = at.closest<HTMLElement>("[data-field]")?.dataset.field ?? "";
  const row = /^timeline\/#([^/]+)/.exec(field)?.[1];
  return node ?? measure ?? row ?? (field === "title" ? "title" : field.startsWith("runbook/") ? "runbook" : null);
}
