// 無効: a countermeasure that did not work reopens the analysis with 「前回の対策はなぜ効かなかったか」.
import type { Countermeasure, Postmortem, Side, WhyNode } from "../core.gen";
import { walk } from "./causes";
import { addAfter, addBelow, newNode } from "./tree";

/** The why-node that answers for a countermeasure. The core knows it by the same id. */
export const whyNotId = (measure: string) => `why-not:${measure}`;
export const isWhyNot = (node: string) => node.startsWith("why-not:");

type Trees = Pick<Postmortem, "causes">;

function answer(document: Trees, measure: string): { side: Side; node: WhyNode } | null {
  for (const side of ["occurrence", "escape"] as const) {
    for (const { node } of walk(document.causes[side])) if (node.id === whyNotId(measure)) return { side, node };
  }
  return null;
}

/** Whether it did not work and the analysis does not say why yet. */
export function asksWhy(document: Trees, measure: Countermeasure): boolean {
  return measure.effect.verdict === "ineffective" && measure.state !== "dropped" && (answer(document, measure.id)?.node.text.trim() ?? "") === "";
}

/** The tree with the question in it, below the first cause that the countermeasure was to remove; null where it is there. */
export function reopened(document: Trees, measure: Countermeasure): { side: Side; nodes: WhyNode[] } | null {
  if (answer(document, measure.id)) return null;
  const node = { ...newNode(), id: whyNotId(measure.id) };
  for (const side of ["occurrence", "escape"] as const) {
    for (const { node: cause } of walk(document.causes[side])) {
      if (measure.causes.includes(cause.id)) return { side, nodes: addBelow(document.causes[side], cause.id, node) };
    }
  }
  return { side: measure.side, nodes: addAfter(document.causes[measure.side], null, node) };
}
