// The review, as the editor writes it.
import type { ChecklistItem, PointView } from "../../core.gen";
import type { OpenEntry } from "./entry.svelte";

/** Whether a reviewer reads this field: what the review itself writes is left out, as the core does. */
export const isReviewed = (field: string) => !["status", "reviews", "checklist", "comments", "dismissed", "agreed"].includes(field);

/** Answers a point of the checklist. Points that the entry does not have yet are put there. */
export function answerPoint(entry: OpenEntry, point: PointView, part: { done?: boolean; reason?: string }, typing = false): void {
  const list = entry.get(["checklist"]) as ChecklistItem[];
  const before = list.find(({ item }) => item === point.item);
  const next: ChecklistItem = { item: point.item, done: before?.done ?? point.done, reason: before?.reason ?? point.reason, ...part };
  entry.set(["checklist"], before ? list.map((kept) => (kept === before ? { ...kept, ...next } : kept)) : [...list, next], { typing });
}
