// How the effect of a countermeasure is judged.
import type { Effect } from "../core.gen";

/** No recurrence in n handlings bounds the rate at about 3/n (95 %): so many are needed where one in `oneIn` failed before. */
export const handlingsNeeded = (oneIn: number) => oneIn * 3;

/** Whether it is said what is counted, out of what, and who judges. */
export const isPlanned = (effect: Pick<Effect, "measure" | "denominator" | "judge">) => [effect.measure, effect.denominator, effect.judge].every((text) => text.trim() !== "");

/** A whole number as people type it, 1 or more; null for anything else. */
export function readCount(text: string): number | null {
  const digits = text.normalize("NFKC").replace(/[,\s件]/g, "");
  const number = /^\d{1,9}$/.test(digits) ? Number(digits) : 0;
  return number > 0 ? number : null;
}
