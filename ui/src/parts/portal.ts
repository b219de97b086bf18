// Shows an element at another place of the page.

/** A Svelte action: moves the element into the one with this id while it is alive. */
export function portal(element: HTMLElement, id: string) {
  document.getElementById(id)?.append(element);
  return { destroy: () => element.remove() };
}
