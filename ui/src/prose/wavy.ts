// The proofreader's wavy line under words that are asked about.
import type { Node } from "prosemirror-model";
import { Plugin, PluginKey, type EditorState, type Transaction } from "prosemirror-state";
import { Decoration, DecorationSet } from "prosemirror-view";

/** Words of a Markdown text: where they begin in it, in UTF-16 units. */
export interface Words { found: string; start: number }

const key = new PluginKey<DecorationSet>("wavy");
const plain = (markdown: string) => markdown.replace(/[*_~`\\]/g, "");

function count(text: string, words: string): number {
  let found = 0;
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + words.length)) found++;
  return found;
}

/** Where the words stand on the page: the same occurrence, counted from the beginning, as in the Markdown. */
export function placeOf(doc: Node, markdown: string, { found, start }: Words): { from: number; to: number } | null {
  const words = plain(found);
  if (words === "") return null;
  let before = count(plain(markdown.slice(0, start)), words);
  let place: { from: number; to: number } | null = null;
  doc.descendants((node, at) => {
    if (place || !node.isTextblock) return !place;
    // A leaf such as a picture takes one place, as in positions.
    const text = node.textBetween(0, node.content.size, undefined, "\ufffc");
    for (let index = text.indexOf(words); index >= 0 && !place; index = text.indexOf(words, index + words.length)) {
      if (before-- === 0) place = { from: at + 1 + index, to: at + 1 + index + words.length };
    }
    return false;
  });
  return place;
}

/** Draws the lines anew. */
export function drawWavy(state: EditorState, markdown: string, hints: Words[]): Transaction {
  const lines = hints.flatMap((hint, index) => {
    const place = placeOf(state.doc, markdown, hint);
    return place ? [Decoration.inline(place.from, place.to, { class: "weak", "data-hint": String(index) })] : [];
  });
  return state.tr.setMeta(key, DecorationSet.create(state.doc, lines)).setMeta("addToHistory", false);
}

export const wavy = () => new Plugin<DecorationSet>({
  key,
  state: {
    init: () => DecorationSet.empty,
    apply: (step, lines) => (step.getMeta(key) as DecorationSet | undefined) ?? lines.map(step.mapping, step.doc),
  },
  props: { decorations: (state) => key.getState(state) },
});
