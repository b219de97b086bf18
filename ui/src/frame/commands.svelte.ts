// Everything that a key does, declared once: the handler, the key bar, the palette and the sheet of all keys read it.
import { isCompositionKey } from "../parts/composition";
import { isTextPlace, matches, type Chord } from "../parts/keys";

export interface Command {
  id: string;
  title: () => string;
  /** More chords may do the same; the first is shown. */
  chords?: Chord[];
  /** The part of the window in which it acts and whose key bar shows it. Absent: everywhere. */
  region?: string;
  /** @default always */
  when?: () => boolean;
  run: () => void;
  /** @default true — whether the palette offers it. */
  inPalette?: boolean;
  /** @default true */
  inBar?: boolean;
}

class Commands {
  #lists = $state.raw<{ list: () => Command[] }[]>([]);
  region = $state<string | null>(null);
  /** Whether keys of one letter act. */
  singleKeys = true;

  readonly all = $derived(this.#lists.flatMap(({ list }) => list()));
  readonly here = $derived(this.all.filter((command) => command.region !== undefined && command.region === this.region));

  /** Adds commands until the returned function is called. */
  provide(list: () => Command[]): () => void {
    const entry = { list };
    this.#lists = [...this.#lists, entry];
    return () => { this.#lists = this.#lists.filter((other) => other !== entry); };
  }

  handle(event: KeyboardEvent): void {
    // While a dialog is open, its own keys are the only ones. The prose editor keeps the browser's own undo away, and so
    // marks the key as done.
    if ((event.defaultPrevented && !isUndo(event)) || isCompositionKey(event) || document.querySelector("dialog[open]")) return;
    const typing = isTextPlace(event.target);
    for (const command of this.all.toReversed()) {
      if (command.region !== undefined && command.region !== this.region) continue;
      const chord = command.chords?.find((one) => matches(event, one) && this.#may(one, event, typing));
      if (!chord || command.when?.() === false) continue;
      event.preventDefault();
      command.run();
      return;
    }
  }

  #may(chord: Chord, event: KeyboardEvent, typing: boolean): boolean {
    const bare = !/^(mod|alt|ctrl)\+/.test(chord) && !/(^|\+)F\d+$/.test(chord);
    if (!bare) return true;
    if (typing) return false;
    if (chord.length === 1) return this.singleKeys;
    // Enter and the like on a button or a link belong to it.
    return !(event.target instanceof HTMLElement && event.target.closest("button, a, summary, [role=option]"));
  }
}

const isUndo = (event: KeyboardEvent) => ["mod+z", "mod+shift+z", "mod+y"].some((chord) => matches(event, chord));

export const commands = new Commands();

/** Follows the focus, so that the key bar shows the keys of the focused region. */
export function trackRegion(event: FocusEvent): void {
  const at = event.target instanceof Element ? event.target.closest("[data-region]") : null;
  if (at instanceof HTMLElement) commands.region = at.dataset.region ?? null;
}

/** Moves the focus to the next region of the window, or the one before. */
export function cycleRegion(by: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>("[data-stop]")].filter((region) => region.offsetParent !== null || region.getClientRects().length > 0);
  if (regions.length === 0) return;
  const active = document.activeElement;
  const current = regions.findLastIndex((region) => region.contains(active));
  const next = regions[(current + by + regions.length) % regions.length]!;
  const last = remembered.get(next);
  const target = last?.isConnected && next.contains(last) ? last : next.querySelector<HTMLElement>(focusable);
  (target ?? next).focus();
}

const focusable = "[data-first], [contenteditable=true], input:not([type=hidden]), textarea, select, button:not(:disabled), a[href], [tabindex='0']";
const remembered = new WeakMap<Element, HTMLElement>();

/** Remembers where the focus was in each region, to come back to it. */
export function rememberFocus(event: FocusEvent): void {
  if (!(event.target instanceof HTMLElement)) return;
  for (let at = event.target.closest("[data-stop]"); at; at = at.parentElement?.closest("[data-stop]") ?? null) remembered.set(at, event.target);
}
