// What an empty section says about itself.
import { Plugin } from "prosemirror-state";
import { Decoration, DecorationSet } from "prosemirror-view";

export const placeholder = (text: () => string) => new Plugin({
  props: {
    decorations({ doc }) {
      const first = doc.firstChild;
      if (doc.childCount !== 1 || first?.type.name !== "paragraph" || first.childCount > 0) return null;
      return DecorationSet.create(doc, [Decoration.node(0, first.nodeSize, { class: "empty", "data-placeholder": text() })]);
    },
  },
});
