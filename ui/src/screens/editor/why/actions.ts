// What can be done to the node that holds the cursor.
import type { Side, WhyNode } from "../../../core.gen";
import { walk } from "../../../document/causes";
import * as tree from "../../../document/tree";
import type { OpenEntry } from "../entry.svelte";
import { focusField, type View } from "../view.svelte";

export function whyActions(entry: OpenEntry, view: View) {
  const nodes = (side: Side) => entry.get(["causes", side]) as WhyNode[];
  const put = (side: Side, next: WhyNode[]) => entry.set(["causes", side], next);
  const here = (act: (side: Side, id: string, all: WhyNode[]) => void) => () => {
    if (view.node) act(view.node.side, view.node.id, nodes(view.node.side));
  };

  function add(side: Side, how: (all: WhyNode[], node: WhyNode) => WhyNode[]) {
    const node = tree.newNode();
    put(side, how(nodes(side), node));
    focusField(`node/${node.id}`);
  }

  return {
    /** A further first why at the end of a tree. */
    first: (side: Side) => add(side, (all, node) => tree.addAfter(all, null, node)),
    below: here((side, id) => { view.collapsed.delete(id); add(side, (all, node) => tree.addBelow(all, id, node)); }),
    after: here((side, id) => add(side, (all, node) => tree.addAfter(all, id, node))),
    toggleRoot: here((side, id) => {
      const root = entry.get(["causes", side, { id }, "root"]) as boolean;
      entry.set(["causes", side, { id }, "root"], !root);
    }),
    toggleKind: (side: Side, id: string) => {
      const kind = entry.get(["causes", side, { id }, "kind"]);
      entry.set(["causes", side, { id }, "kind"], kind === "fact" ? "assumption" : "fact");
      if (kind !== "fact") focusField(`node/${id}/evidence`);
    },
    toggleFold: here((_side, id) => { if (!view.collapsed.delete(id)) view.collapsed.add(id); }),
    move: (by: -1 | 1) => here((side, id, all) => { put(side, tree.move(all, id, by)); focusField(`node/${id}`); })(),
    /** Answers whether there was something to do. */
    indent: (): boolean => {
      if (!view.node) return false;
      const { side, id } = view.node;
      const all = nodes(side);
      if (!tree.canIndent(all, id)) return false;
      const before = tree.find(all, id)!;
      view.collapsed.delete(before.siblings[before.index - 1]!.id);
      put(side, tree.indent(all, id));
      focusField(`node/${id}`);
      return true;
    },
    outdent: (): boolean => {
      if (!view.node) return false;
      const { side, id } = view.node;
      const all = nodes(side);
      if (!tree.canOutdent(all, id)) return false;
      put(side, tree.outdent(all, id));
      focusField(`node/${id}`);
      return true;
    },
    /** Removes a node; its measures are untied in the same step. */
    remove: (side: Side, id: string) => {
      const all = nodes(side);
      const order = [...walk(all)].map(({ node }) => node.id);
      const previous = order[order.indexOf(id) - 1] ?? order[order.indexOf(id) + 1];
      put(side, tree.remove(all, id));
      for (const measure of entry.document.countermeasures) {
        if (!measure.causes.includes(id)) continue;
        entry.set(["countermeasures", { id: measure.id }, "causes"], measure.causes.filter((cause) => cause !== id), { joined: true });
      }
      focusField(previous ? `node/${previous}` : `tree/${side}`);
    },
    /** Moves the cursor through what is visible of the tree. */
    step: (by: -1 | 1): boolean => {
      if (!view.node) return false;
      const visible = [...document.querySelectorAll<HTMLElement>(`[data-tree="${view.node.side}"] [data-node]`)].map((item) => item.dataset.node!);
      const next = visible[visible.indexOf(view.node.id) + by];
      if (!next) return false;
      focusField(`node/${next}`, by > 0 ? "start" : "end");
      return true;
    },
  };
}

export type WhyActions = ReturnType<typeof whyActions>;
