// What the why-trees and the countermeasures say about each other.
import type { Countermeasure, Postmortem, Side, WhyNode } from "../core.gen";

export interface RootCause {
  node: WhyNode;
  side: Side;
  /** 1 for 発1 or 流1, in reading order. */
  number: number;
  /** The countermeasures that are tied to it and not dropped, whether they worked or not. */
  measures: Countermeasure[];
}

/** Every node of a tree in reading order, with its depth (1 for the first why). */
export function* walk(nodes: WhyNode[], depth = 1): Generator<{ node: WhyNode; depth: number }> {
  for (const node of nodes) {
    yield { node, depth };
    yield* walk(node.children, depth + 1);
  }
}

export function rootCauses(document: Pick<Postmortem, "causes" | "countermeasures">): RootCause[] {
  return (["occurrence", "escape"] as const).flatMap((side) =>
    [...walk(document.causes[side])]
      .filter(({ node }) => node.root)
      .map(({ node }, index) => ({
        node, side, number: index + 1,
        measures: document.countermeasures.filter((measure) => measure.state !== "dropped" && measure.causes.includes(node.id)),
      })));
}

/** What did not work covers nothing. */
export const isCovered = (cause: RootCause) => cause.measures.some((measure) => measure.effect.verdict !== "ineffective");

/** The strength a countermeasure has been given, or that its method proposes. */
export function strengthOf(measure: Pick<Countermeasure, "strength" | "method">): number | null {
  return measure.strength ?? (measure.method ? methodStrength[measure.method] : null);
}

/** Error-proofing: eliminate, replace or detect, ease or mitigate; below them checks, and information alone. */
export const methodStrength = { eliminate: 5, replace: 4, detect: 4, ease: 3, mitigate: 3, check: 2, inform: 1 } as const;
