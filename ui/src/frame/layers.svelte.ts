import type { ImportResult } from "../core.gen";

// What may lie over the whole window.
class Layers {
  palette = $state(false);
  help = $state(false);
  /** The window shall close, but something could not be saved. */
  unsaved = $state(false);
  /** What came in, until it was read. */
  imported = $state.raw<ImportResult | null>(null);
}

export const layers = new Layers();
