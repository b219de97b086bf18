// Where the writer is in the open entry, and what is unfolded. Belongs to the window, not to the document.
import { getContext, setContext, tick } from "svelte";
import { SvelteSet } from "svelte/reactivity";
import type { Side } from "../../core.gen";
import type { Coach } from "./coach.svelte";
import type { OpenEntry } from "./entry.svelte";

export type SectionKey = "overview" | "problem" | "occurrence_cause" | "escape_cause" | "countermeasure" | "lessons" | "attachments";
export type Tab = "guide" | "similar" | "evidence" | "comments" | "review" | "history";

export class View {
  /** The section that holds the cursor. */
  section = $state<SectionKey>("overview");
  node = $state.raw<{ side: Side; id: string } | null>(null);
  measure = $state<string | null>(null);
  /** What a comment would stand on: an item, or a field of its own; null for the section. */
  about = $state<string | null>(null);
  tab = $state<Tab | null>("guide");
  readonly folded = new SvelteSet<SectionKey>();
  readonly collapsed = new SvelteSet<string>();
  /** Measures whose details are open. */
  readonly detailed = new SvelteSet<string>();
  exporting = $state(false);
  /** One question at a time stands in the place of the page. */
  interviewing = $state(false);
  /** The library of proven measures is open: for a measure that is still empty, or for a new one. */
  proving = $state.raw<{ side: Side; causes: string[]; into: string | null } | null>(null);
}

export interface Open { entry: OpenEntry; view: View; coach: Coach }

const KEY = Symbol("open entry");
export const provideOpen = (open: Open) => setContext(KEY, open);
export const useOpen = () => getContext<Open>(KEY);

/** The section that a field is in and that can be folded, or null. */
export function sectionOf(field: string): SectionKey | null {
  const [first = "", second] = field.split("/");
  if (first === "sections") return second as SectionKey;
  if (first === "timeline") return "problem";
  return ["title", "node", "tree", "measure", "measures", "gap", "applies_to"].includes(first) ? null : "overview";
}

/** Puts the cursor into a field once it is on screen; into `otherwise` where there is no such field. */
export function focusField(name: string, where: "start" | "end" = "end", otherwise = name): void {
  // Before the next key, so that nothing is typed into the field that was left.
  void tick().then(() => {
    const named = (field: string) => document.querySelector<HTMLElement>(`[data-field="${CSS.escape(field)}"]`);
    const holder = named(name) ?? named(otherwise);
    const field = holder?.matches("input, textarea, select, button, [contenteditable]") ? holder : holder?.querySelector<HTMLElement>("input, textarea, [contenteditable=true], select, button");
    field?.focus();
    if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) {
      const at = where === "end" ? field.value.length : 0;
      field.setSelectionRange(at, at);
    }
    holder?.scrollIntoView({ block: "nearest" });
  });
}
