// Edits of a why-tree. Each takes a tree and answers a new one; nodes that did not move keep their identity.
import type { WhyNode } from "../core.gen";

export const newNode = (): WhyNode => ({ id: crypto.randomUUID(), text: "", kind: "assumption", evidence: "", root: false, children: [] });

interface Place { parent: WhyNode | null; siblings: WhyNode[]; index: number }

export function find(nodes: WhyNode[], id: string, parent: WhyNode | null = null): Place | null {
  for (const [index, node] of nodes.entries()) {
    if (node.id === id) return { parent, siblings: nodes, index };
    const deeper = find(node.children, id, node);
    if (deeper) return deeper;
  }
  return null;
}

export const parentOf = (nodes: WhyNode[], id: string) => find(nodes, id)?.parent ?? null;

/** How many whys lead to this node, itself included. */
export function depthOf(nodes: WhyNode[], id: string): number {
  const parent = parentOf(nodes, id);
  return parent ? depthOf(nodes, parent.id) + 1 : 1;
}

function edit(nodes: WhyNode[], change: (copy: WhyNode[]) => void): WhyNode[] {
  const copy = structuredClone(nodes);
  change(copy);
  return copy;
}

/** Asks why below this node: the new node is its first child. */
export const addBelow = (nodes: WhyNode[], id: string, node: WhyNode) => edit(nodes, (copy) => {
  const place = find(copy, id);
  place?.siblings[place.index]?.children.unshift(node);
});

/** Another answer to the same why, after this node; at the end of the tree where there is none. */
export const addAfter = (nodes: WhyNode[], id: string | null, node: WhyNode) => edit(nodes, (copy) => {
  const place = id === null ? null : find(copy, id);
  if (place) place.siblings.splice(place.index + 1, 0, node);
  else copy.push(node);
});

/** Takes the node out. What stood below it moves up to its place. */
export const remove = (nodes: WhyNode[], id: string) => edit(nodes, (copy) => {
  const place = find(copy, id);
  if (place) place.siblings.splice(place.index, 1, ...place.siblings[place.index]!.children);
});

/** Makes the node the last answer to the why before it. */
export const indent = (nodes: WhyNode[], id: string) => edit(nodes, (copy) => {
  const place = find(copy, id);
  const before = place?.siblings[place.index - 1];
  if (place && before) before.children.push(...place.siblings.splice(place.index, 1));
});

/** Makes the node an answer beside its parent, right after it. */
export const outdent = (nodes: WhyNode[], id: string) => edit(nodes, (copy) => {
  const place = find(copy, id);
  if (!place?.parent) return;
  const above = find(copy, place.parent.id)!;
  above.siblings.splice(above.index + 1, 0, ...place.siblings.splice(place.index, 1));
});

/** Moves the node past its neighbour, with all that hangs below it. */
export const move = (nodes: WhyNode[], id: string, by: -1 | 1) => edit(nodes, (copy) => {
  const place = find(copy, id);
  if (!place || !place.siblings[place.index + by]) return;
  const [node] = place.siblings.splice(place.index, 1);
  place.siblings.splice(place.index + by, 0, node!);
});

export const canIndent = (nodes: WhyNode[], id: string) => (find(nodes, id)?.index ?? 0) > 0;
export const canOutdent = (nodes: WhyNode[], id: string) => parentOf(nodes, id) !== null;
