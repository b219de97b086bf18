// Whether an input method is composing. While it is, keys and Enter belong to it alone.
import { nameOf } from "./keys";

let composing = false;
let endedAt = -Infinity;
const listeners = new Set<() => void>();

if (typeof window !== "undefined") {
  window.addEventListener("compositionstart", () => { composing = true; }, true);
  window.addEventListener("compositionend", (event) => {
    composing = false;
    endedAt = event.timeStamp;
    // After the field's own handlers have taken the composed text.
    queueMicrotask(() => listeners.forEach((listener) => listener()));
  }, true);
  // A field that vanishes while composing never sends its end.
  window.addEventListener("blur", () => { composing = false; }, true);
}

export function isComposing(): boolean {
  return composing;
}

/** Calls `listener` each time a composition has ended, until the returned function is called. */
export function onCompositionEnd(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Whether this key press is part of a composition.
 *
 * WebKit sends the Enter that confirms a conversion only after `compositionend`, with `isComposing` false: its key code
 * is 229, or, where the engine hides even that, it carries the time of the end.
 */
export function isCompositionKey(event: KeyboardEvent): boolean {
  return composing || event.isComposing || event.keyCode === 229
    || (event.timeStamp - endedAt < 20 && ["Enter", "Escape", "Tab", " "].includes(nameOf(event)));
}
