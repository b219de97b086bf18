// Places where a picture will stand once it is kept.
import { Plugin, PluginKey, type EditorState, type Transaction } from "prosemirror-state";
import { Decoration, DecorationSet } from "prosemirror-view";

interface Step { id: object; at: number | null }
const key = new PluginKey<DecorationSet>("uploading");

export const uploading = () => new Plugin<DecorationSet>({
  key,
  state: {
    init: () => DecorationSet.empty,
    apply(step, places) {
      const mapped = places.map(step.mapping, step.doc);
      const told = step.getMeta(key) as Step | undefined;
      if (!told) return mapped;
      if (told.at === null) return mapped.remove(mapped.find(undefined, undefined, (spec) => spec.id === told.id));
      const sign = document.createElement("span");
      sign.className = "uploading";
      return mapped.add(step.doc, [Decoration.widget(told.at, sign, { id: told.id })]);
    },
  },
  props: { decorations: (state) => key.getState(state) },
});

/** Marks the place of a picture on its way, or with `at` null takes the mark away. */
export const uploadStarted = (step: Transaction, id: object, at: number | null) => step.setMeta(key, { id, at } satisfies Step);

export function uploadedTo(state: EditorState, id: object): number | null {
  return key.getState(state)?.find(undefined, undefined, (spec) => spec.id === id)[0]?.from ?? null;
}
