// An attached picture with its caption, inside prose.
import type { Node } from "prosemirror-model";
import { TextSelection } from "prosemirror-state";
import type { EditorView, NodeView } from "prosemirror-view";
import { isCompositionKey } from "../parts/composition";

export interface ImageOptions {
  /** The address of a picture that is kept in the workspace. */
  addressOf: (hash: string) => Promise<string>;
  captionHint: () => string;
  missing: () => string;
}

export class ImageView implements NodeView {
  readonly dom: HTMLElement;
  readonly #caption: HTMLInputElement;
  readonly #image: HTMLImageElement;
  #node: Node;

  constructor(node: Node, view: EditorView, at: () => number | undefined, options: ImageOptions) {
    this.#node = node;
    this.dom = document.createElement("span");
    this.dom.className = "picture";
    this.dom.contentEditable = "false";
    this.#image = document.createElement("img");
    this.#image.dataset.hash = node.attrs.hash as string;
    this.#image.alt = (node.attrs.alt as string) || options.captionHint();
    this.#image.onerror = () => this.dom.classList.add("missing");
    this.dom.dataset.missing = options.missing();
    void options.addressOf(node.attrs.hash as string).then((address) => { this.#image.src = address; }, () => this.dom.classList.add("missing"));

    this.#caption = document.createElement("input");
    this.#caption.type = "text";
    this.#caption.value = node.attrs.alt as string;
    this.#caption.placeholder = options.captionHint();
    this.#caption.setAttribute("aria-label", options.captionHint());
    this.#caption.autocomplete = "off";
    let composing = false;
    const write = () => {
      const place = at();
      if (composing || place === undefined || this.#caption.value === this.#node.attrs.alt) return;
      view.dispatch(view.state.tr.setNodeMarkup(place, null, { ...this.#node.attrs, alt: this.#caption.value }));
    };
    this.#caption.addEventListener("compositionstart", () => { composing = true; });
    this.#caption.addEventListener("compositionend", () => { composing = false; write(); });
    this.#caption.addEventListener("input", write);
    this.#caption.addEventListener("keydown", (event) => {
      const place = at();
      if (isCompositionKey(event) || !["Enter", "Escape"].includes(event.key) || place === undefined) return;
      event.preventDefault();
      view.dispatch(view.state.tr.setSelection(TextSelection.near(view.state.doc.resolve(place + 1))));
      view.focus();
    });
    this.dom.append(this.#image, this.#caption);
  }

  update(node: Node): boolean {
    if (node.type !== this.#node.type || node.attrs.hash !== this.#node.attrs.hash) return false;
    this.#node = node;
    if (this.#caption.value !== node.attrs.alt) this.#caption.value = node.attrs.alt as string;
    if (node.attrs.alt) this.#image.alt = node.attrs.alt as string;
    return true;
  }
  selectNode(): void { this.dom.classList.add("selected"); }
  deselectNode(): void { this.dom.classList.remove("selected"); }
  stopEvent(event: Event): boolean { return event.target === this.#caption; }
  ignoreMutation(): boolean { return true; }
}
