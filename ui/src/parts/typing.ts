// Ties a text field to a value that others may change too, without ever disturbing a caret or a composition.
import { mapCaret, splice } from "./splice";

export interface Typing {
  value: string;
  /** The whole new text. Not called while an input method composes. */
  ontype: (text: string) => void;
}

/** A Svelte action for `input` and `textarea`. */
export function typing(field: HTMLInputElement | HTMLTextAreaElement, options: Typing) {
  let current = options;
  let composing = false;

  const take = () => {
    if (!composing && field.value !== current.value) current.ontype(field.value);
  };
  const begin = () => { composing = true; };
  const end = () => { composing = false; take(); };

  // The first text is in the markup: putting it here would lay out the whole page for every field.
  if (field.value !== options.value) field.value = options.value;
  field.addEventListener("compositionstart", begin);
  field.addEventListener("compositionend", end);
  field.addEventListener("input", take);

  return {
    update(next: Typing) {
      current = next;
      if (composing || field.value === next.value) return;
      if (document.activeElement !== field) {
        field.value = next.value;
        return;
      }
      const change = splice(field.value, next.value);
      const [start, stop] = [field.selectionStart ?? 0, field.selectionEnd ?? 0];
      field.value = next.value;
      field.setSelectionRange(mapCaret(start, change), mapCaret(stop, change));
    },
    destroy() {
      field.removeEventListener("compositionstart", begin);
      field.removeEventListener("compositionend", end);
      field.removeEventListener("input", take);
    },
  };
}
