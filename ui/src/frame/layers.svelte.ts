// What may lie over the whole window.
class Layers {
  palette = $state(false);
  help = $state(false);
  /** The window shall close, but something could not be saved. */
  unsaved = $state(false);
}

export const layers = new Layers();
