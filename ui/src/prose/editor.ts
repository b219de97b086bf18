// The prose editor of one section: ProseMirror without a history of its own, tied to a Markdown text.
import { baseKeymap } from "prosemirror-commands";
import { keymap } from "prosemirror-keymap";
import { Slice, type Node } from "prosemirror-model";
import { EditorState, Selection, TextSelection, type Transaction } from "prosemirror-state";
import { tableEditing } from "prosemirror-tables";
import { EditorView } from "prosemirror-view";
import { parsed, pastedSlice } from "./clipboard";
import { ImageView, type ImageOptions } from "./image";
import { rules, shortcuts } from "./input";
import { drawMasks, masks, type Masked } from "./masks";
import { inherit, parse, serialise } from "./markdown";
import { mendHtml, PASTE_LIMIT } from "./paste";
import { placeholder } from "./placeholder";
import { schema } from "./schema";
import { drawWavy, wavy, type Words } from "./wavy";
import { uploading, uploadedTo, uploadStarted } from "./upload";

export interface ProseOptions extends ImageOptions {
  text: string;
  attributes: Record<string, string>;
  placeholder: () => string;
  /** The document changed by the writer's hand. */
  changed: () => void;
  /** The selection, the focus or the document changed. */
  moved: () => void;
  /** Keeps a file and answers its hash, or null when it was refused and the person has been told. */
  attach: (file: File) => Promise<string | null>;
  tooLong: (length: number) => void;
  editLink: () => void;
  follow: (href: string) => void;
  /** Words with a wavy line were pressed: which of those drawn last. */
  asked?: (hint: number) => void;
}

export class ProseEditor {
  readonly view: EditorView;
  readonly #options: ProseOptions;
  /** The text that the document on screen stands for, but for what {@link changed} has told of since. */
  #text: string;
  #opened: Node;

  constructor(host: HTMLElement, options: ProseOptions) {
    this.#options = options;
    this.#text = options.text;
    this.#opened = parse(options.text);
    this.view = new EditorView({ mount: host }, {
      state: EditorState.create({
        doc: this.#opened,
        plugins: [rules(), keymap(shortcuts(options.editLink)), keymap(baseKeymap), tableEditing(), placeholder(options.placeholder), uploading(), wavy(), masks()],
      }),
      attributes: options.attributes,
      nodeViews: { image: (node, view, at) => new ImageView(node, view, at, options) },
      dispatchTransaction: (step) => this.#dispatch(step),
      transformPastedHTML: mendHtml,
      clipboardTextParser: (text, _context, plain) => pastedSlice(text, plain),
      clipboardTextSerializer: (slice) => serialise(parsed(slice)),
      handlePaste: (_view, event, slice) => this.#paste(event, slice),
      handleDrop: (_view, event, _slice, moved) => !moved && this.#drop(event),
      handleClick: (view, at, event) => this.#click(view, at, event),
      handleDOMEvents: { focus: () => { options.moved(); return false; }, blur: () => { options.moved(); return false; } },
    });
  }

  /** The text as it stands now. */
  text(): string {
    this.#text = serialise(this.view.state.doc, this.#opened);
    return this.#text;
  }

  /** About where in the text the caret is, in UTF-16 units. */
  caret(): number {
    const { doc, selection } = this.view.state;
    return serialise(doc.cut(0, selection.head), this.#opened).length;
  }

  /** Takes a text that came from elsewhere: another window, an undo, an earlier state. The caret stays at its words. */
  adopt(text: string): void {
    if (text === this.#text || this.view.composing) return;
    const next = parse(text);
    const { doc, tr } = this.view.state;
    const start = doc.content.findDiffStart(next.content);
    if (start === null) tr.replaceWith(0, doc.content.size, next.content);
    else {
      let { a, b } = doc.content.findDiffEnd(next.content)!;
      const overlap = start - Math.min(a, b);
      if (overlap > 0) { a += overlap; b += overlap; }
      tr.replace(start, a, next.slice(start, b));
    }
    // Where joining the pieces made something else of them, the new text stands as it is.
    if (!tr.doc.eq(next)) tr.replaceWith(0, tr.doc.content.size, next.content);
    const head = Math.min(this.view.state.selection.head, tr.doc.content.size);
    if (!tr.selection.$head.parent.isTextblock) tr.setSelection(Selection.near(tr.doc.resolve(head)));
    inherit(tr.doc, next);
    this.#text = text;
    this.#opened = tr.doc;
    this.view.updateState(this.view.state.apply(tr.setMeta("addToHistory", false)));
    this.#options.moved();
  }

  /** Draws a wavy line under words of a text; while an input method is open, the lines stay as they are. */
  underline(markdown: string, words: Words[]): void {
    if (!this.view.composing) this.view.updateState(this.view.state.apply(drawWavy(this.view.state, markdown, words)));
  }

  /** Marks what tells too much; `say` tells what becomes of it. As with the lines, never while an input method is open. */
  mark(masked: Masked[], say: (what: Masked) => string): void {
    if (!this.view.composing) this.view.updateState(this.view.state.apply(drawMasks(this.view.state, masked, say)));
  }

  run(command: (state: EditorState, dispatch?: (step: Transaction) => void, view?: EditorView) => boolean): void {
    command(this.view.state, (step) => this.view.dispatch(step), this.view);
    this.view.focus();
  }

  async insertImages(files: File[], at: number): Promise<void> {
    for (const file of files) {
      const id = {};
      this.view.dispatch(uploadStarted(this.view.state.tr, id, at));
      const hash = await this.#options.attach(file);
      if (this.view.isDestroyed) return;
      const place = uploadedTo(this.view.state, id);
      const step = uploadStarted(this.view.state.tr, id, null);
      if (hash !== null && place !== null) step.insert(place, schema.node("image", { hash, alt: "" }));
      this.view.dispatch(step);
      if (hash !== null && place !== null) this.view.dispatch(this.view.state.tr.setSelection(TextSelection.near(this.view.state.doc.resolve(place + 1))));
    }
  }

  /** Where on the screen the words of a wavy line stand, if they are within sight. */
  wordsOf(hint: number): DOMRect | null {
    const box = this.view.dom.querySelector(`[data-hint="${hint}"]`)?.getBoundingClientRect();
    return box && box.bottom > 0 && box.top < window.innerHeight ? box : null;
  }

  setAttributes(attributes: Record<string, string>): void {
    this.view.setProps({ attributes });
  }
  redraw(): void {
    this.view.updateState(this.view.state);
  }
  destroy(): void {
    this.view.destroy();
  }

  #dispatch(step: Transaction): void {
    this.view.updateState(this.view.state.apply(step));
    if (step.docChanged) this.#options.changed();
    this.#options.moved();
  }

  #paste(event: ClipboardEvent, slice: Slice): boolean {
    const data = event.clipboardData;
    const text = data?.getData("text/plain") ?? "";
    const files = [...(data?.files ?? [])];
    // A sheet puts a picture of its cells beside them; the cells are worth more.
    if (files.length > 0 && text.trim() === "") {
      void this.insertImages(files, this.view.state.selection.from);
      return true;
    }
    if (Math.max(text.length, slice.size) > PASTE_LIMIT) {
      this.#options.tooLong(text.length);
      return true;
    }
    const inCell = ["table_cell", "table_header"].includes(this.view.state.selection.$from.parent.type.name);
    if (inCell && slice.content.firstChild?.type.name !== "table") {
      const line = (text || slice.content.textBetween(0, slice.content.size, " ")).replace(/\s*\n\s*/g, " ").trim();
      this.view.dispatch(this.view.state.tr.insertText(line).scrollIntoView());
      return true;
    }
    return false;
  }

  #drop(event: DragEvent): boolean {
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length === 0) return false;
    event.preventDefault();
    const at = this.view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos ?? this.view.state.doc.content.size;
    void this.insertImages(files, at);
    return true;
  }

  #click(view: EditorView, at: number, event: MouseEvent): boolean {
    const weak = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-hint]") : null;
    if (weak && view.state.selection.empty) this.#options.asked?.(Number(weak.dataset.hint));
    const link = view.state.doc.resolve(at).marks().find((mark) => mark.type === schema.marks.link);
    if (!link || !(event.metaKey || event.ctrlKey)) return false;
    this.#options.follow(link.attrs.href as string);
    return true;
  }
}
