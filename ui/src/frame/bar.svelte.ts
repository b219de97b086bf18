// What the open screen puts into the top bar.
import type { Problem } from "../core.gen";

export type SaveShown = { kind: "saved"; at: string | null } | { kind: "saving" } | { kind: "failed"; problem: Problem };

class Bar {
  /** The place within the place: the number of an entry. */
  crumb = $state<string | null>(null);
  save = $state.raw<SaveShown | null>(null);
  retry: () => void = () => {};

  clear(): void {
    this.crumb = null;
    this.save = null;
  }
}

export const bar = new Bar();
