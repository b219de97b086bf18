// What tells too much, in its place, with what stands there wherever the text is published.
import type { Node } from "prosemirror-model";
import { Plugin, PluginKey, type EditorState, type Transaction } from "prosemirror-state";
import { Decoration, DecorationSet } from "prosemirror-view";

/** A text as it is spelled, and what becomes of it; null where it is kept. */
export interface Masked { found: string; mask: string | null; reviewed: boolean }

const key = new PluginKey<DecorationSet>("masks");

/** Every place of every text; where two overlap, the longer one stands. */
export function placesOf(doc: Node, masked: Masked[]): { from: number; to: number; what: Masked }[] {
  const longest = masked.filter(({ found }) => found !== "").toSorted((one, other) => other.found.length - one.found.length);
  const places: { from: number; to: number; what: Masked }[] = [];
  doc.descendants((node, at) => {
    if (!node.isTextblock) return true;
    // A leaf such as a picture takes one place, as in positions.
    const text = node.textBetween(0, node.content.size, undefined, "\ufffc");
    for (const what of longest) {
      for (let index = text.indexOf(what.found); index >= 0; index = text.indexOf(what.found, index + what.found.length)) {
        const [from, to] = [at + 1 + index, at + 1 + index + what.found.length];
        if (!places.some((one) => one.from < to && from < one.to)) places.push({ from, to, what });
      }
    }
    return false;
  });
  return places;
}

/** Draws them anew. */
export function drawMasks(state: EditorState, masked: Masked[], say: (what: Masked) => string): Transaction {
  const marks = placesOf(state.doc, masked).map(({ from, to, what }) => {
    const look = what.mask === null ? "kept" : what.reviewed ? "masked" : "masked open";
    return Decoration.inline(from, to, { class: look, title: say(what), ...(what.mask === null ? {} : { "data-mask": what.mask }) });
  });
  return state.tr.setMeta(key, DecorationSet.create(state.doc, marks)).setMeta("addToHistory", false);
}

export const masks = () => new Plugin<DecorationSet>({
  key,
  state: {
    init: () => DecorationSet.empty,
    apply: (step, marks) => (step.getMeta(key) as DecorationSet | undefined) ?? marks.map(step.mapping, step.doc),
  },
  props: { decorations: (state) => key.getState(state) },
});
