// Keys: how they are named, matched and shown on this machine.

export const isMac = /Mac|iPhone|iPad/.test(typeof navigator === "undefined" ? "" : navigator.platform);

/** A key as written in code: `mod` is ⌘ on a Mac and Ctrl elsewhere. Example: `mod+shift+Enter`, `alt+ArrowUp`, `j`. */
export type Chord = string;

const signs: Record<string, string> = {
  Enter: "↵", ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→", Escape: "Esc", Backspace: "⌫", " ": "Space",
};

/** The chord as a person reads it: `⌘⇧↵` on a Mac, `Ctrl+Shift+↵` elsewhere. */
export function show(chord: Chord, mac = isMac): string {
  const parts = split(chord);
  const key = parts.pop() ?? "";
  const name = signs[key] ?? (key.length === 1 ? key.toUpperCase() : key);
  const order = mac ? { mod: "⌘", ctrl: "⌃", alt: "⌥", shift: "⇧" } : { mod: "Ctrl+", ctrl: "Ctrl+", alt: "Alt+", shift: "Shift+" };
  return parts.map((part) => order[part as keyof typeof order]).join("") + name;
}

/** The name of the key. WebKitGTK has none for Tab while Shift is down. */
export const nameOf = (event: KeyboardEvent) => (event.key === "Unidentified" && event.code === "Tab" ? "Tab" : event.key);

/** Whether this event is that chord. Letters are compared by their place on the keyboard too, so that kana input and layouts do not matter. */
export function matches(event: KeyboardEvent, chord: Chord, mac = isMac): boolean {
  const parts = split(chord);
  const key = parts.pop() ?? "";
  const mod = mac ? event.metaKey : event.ctrlKey;
  const other = mac ? event.ctrlKey : event.metaKey;
  if (parts.includes("mod") !== mod || other || parts.includes("alt") !== event.altKey) return false;
  // Which shift a sign such as `?` needs depends on the keyboard.
  const sign = key.length === 1 && !/[a-z0-9]/i.test(key);
  if (!sign && parts.includes("shift") !== event.shiftKey) return false;
  if (event.key.toLowerCase() === key.toLowerCase()) return true;
  if (/^[a-z]$/i.test(key)) return event.code === `Key${key.toUpperCase()}` && parts.length > 0;
  return /^[0-9]$/.test(key) && event.code === `Digit${key}` && parts.length > 0;
}

function split(chord: Chord): string[] {
  return chord.split("+").map((part) => (part === "" ? "+" : part));
}

/** Whether text can be typed into this element, so that single letters belong to it. */
export function isTextPlace(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button", "submit", "range"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}
