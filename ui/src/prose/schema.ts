// What prose may hold: the Markdown that every publisher understands, and nothing else.
import { Schema, type Mark, type NodeSpec } from "prosemirror-model";
import { tableNodes } from "prosemirror-tables";
import { isSafeLink } from "./links";

const cellAlign = {
  default: null,
  getFromDOM: (dom: HTMLElement) => dom.style.textAlign || dom.getAttribute("align") || null,
  setDOMAttr: (value: unknown, attrs: Record<string, unknown>) => { if (value) attrs.style = `text-align: ${String(value)}`; },
};
const tables = tableNodes({ tableGroup: "block", cellContent: "inline*", cellAttributes: { align: cellAlign } });

const nodes: Record<string, NodeSpec> = {
  doc: { content: "block+" },
  paragraph: { content: "inline*", group: "block", parseDOM: [{ tag: "p" }], toDOM: () => ["p", 0] },
  heading: {
    attrs: { level: { default: 3 } }, content: "inline*", group: "block", defining: true,
    parseDOM: [1, 2, 3, 4, 5, 6].map((level) => ({ tag: `h${level}`, attrs: { level } })),
    // The page has its own headings above; what a writer calls a heading stands below them.
    toDOM: (node) => [`h${Math.min(6, Math.max(4, node.attrs.level as number))}`, { "data-level": node.attrs.level as number }, 0],
  },
  blockquote: { content: "block+", group: "block", defining: true, parseDOM: [{ tag: "blockquote" }], toDOM: () => ["blockquote", 0] },
  code_block: {
    attrs: { params: { default: "" } }, content: "text*", marks: "", group: "block", code: true, defining: true,
    parseDOM: [{ tag: "pre", preserveWhitespace: "full", getAttrs: (dom) => ({ params: dom.getAttribute("data-params") ?? "" }) }],
    toDOM: (node) => ["pre", node.attrs.params ? { "data-params": node.attrs.params as string } : {}, ["code", 0]],
  },
  horizontal_rule: { group: "block", parseDOM: [{ tag: "hr" }], toDOM: () => ["hr"] },
  bullet_list: { attrs: { tight: { default: true } }, content: "list_item+", group: "block", parseDOM: [{ tag: "ul" }], toDOM: () => ["ul", 0] },
  ordered_list: {
    attrs: { order: { default: 1 }, tight: { default: true } }, content: "list_item+", group: "block",
    parseDOM: [{ tag: "ol", getAttrs: (dom) => ({ order: dom.hasAttribute("start") ? Number(dom.getAttribute("start")) : 1 }) }],
    toDOM: (node) => ["ol", node.attrs.order === 1 ? {} : { start: node.attrs.order as number }, 0],
  },
  list_item: { content: "paragraph block*", defining: true, parseDOM: [{ tag: "li" }], toDOM: () => ["li", 0] },
  ...tables,
  image: {
    attrs: { hash: {}, alt: { default: "" } }, inline: true, group: "inline", draggable: true,
    parseDOM: [{ tag: "img[data-hash]", getAttrs: (dom) => ({ hash: dom.getAttribute("data-hash"), alt: dom.getAttribute("alt") ?? "" }) }],
    toDOM: (node) => ["img", { "data-hash": node.attrs.hash as string, alt: node.attrs.alt as string }],
  },
  hard_break: { inline: true, group: "inline", selectable: false, parseDOM: [{ tag: "br" }], toDOM: () => ["br"] },
  text: { group: "inline" },
};

export const schema = new Schema({
  nodes,
  marks: {
    link: {
      attrs: { href: {}, title: { default: null } }, inclusive: false,
      parseDOM: [{ tag: "a[href]", getAttrs: (dom) => (isSafeLink(dom.getAttribute("href") ?? "") ? { href: dom.getAttribute("href"), title: dom.getAttribute("title") } : false) }],
      toDOM: (mark: Mark) => ["a", { href: mark.attrs.href as string, title: (mark.attrs.title as string | null) ?? (mark.attrs.href as string), rel: "noopener" }, 0],
    },
    em: { parseDOM: [{ tag: "i" }, { tag: "em" }, { style: "font-style=italic" }, { style: "font-style=normal", clearMark: (mark) => mark.type.name === "em" }], toDOM: () => ["em", 0] },
    strong: {
      parseDOM: [
        { tag: "strong" },
        // Google Docs wraps everything it copies into a `b` that is not bold.
        { tag: "b", getAttrs: (dom) => (dom.style.fontWeight === "normal" ? false : null) },
        { style: "font-weight=400", clearMark: (mark) => mark.type.name === "strong" },
        { style: "font-weight", getAttrs: (value) => (/^(bold(er)?|[5-9]\d{2,})$/.test(value) ? null : false) },
      ],
      toDOM: () => ["strong", 0],
    },
    strike: { parseDOM: [{ tag: "s" }, { tag: "del" }, { tag: "strike" }, { style: "text-decoration=line-through" }], toDOM: () => ["s", 0] },
    code: { code: true, parseDOM: [{ tag: "code" }, { tag: "tt" }, { tag: "kbd" }, { tag: "samp" }], toDOM: () => ["code", 0] },
  },
});
