// Markdown ⇄ the document of the prose editor. A block that nobody touched keeps its source, letter for letter.
import MarkdownIt from "markdown-it";
import { MarkdownParser } from "prosemirror-markdown";
import type { Node } from "prosemirror-model";
import { isSafeLink } from "./links";
import { schema } from "./schema";
import { writeBlock } from "./writer";

const reader = MarkdownIt("commonmark", { html: false }).enable(["table", "strikethrough"]);
// Addresses are judged by our own rule below; what fails it stays text.
reader.validateLink = (url) => isSafeLink(url) || /^blob:[0-9a-f]{64}$/.test(url);

type Token = ReturnType<typeof reader.parse>[number];
const isTight = (tokens: Token[], index: number) => {
  const paragraph = tokens.slice(index).find(({ type }) => type === "paragraph_open" || type === "list_item_close");
  return paragraph?.hidden !== false || paragraph.type !== "paragraph_open";
};
const align = (token: Token) => ({ align: /text-align:\s*(\w+)/.exec(token.attrGet("style") ?? "")?.[1] ?? null });

const parser = new MarkdownParser(schema, reader, {
  blockquote: { block: "blockquote" },
  paragraph: { block: "paragraph" },
  list_item: { block: "list_item" },
  bullet_list: { block: "bullet_list", getAttrs: (_, tokens, index) => ({ tight: isTight(tokens, index) }) },
  ordered_list: { block: "ordered_list", getAttrs: (token, tokens, index) => ({ order: Number(token.attrGet("start") ?? 1), tight: isTight(tokens, index) }) },
  heading: { block: "heading", getAttrs: (token) => ({ level: Number(token.tag.slice(1)) }) },
  code_block: { block: "code_block", noCloseToken: true },
  fence: { block: "code_block", getAttrs: (token) => ({ params: token.info }), noCloseToken: true },
  hr: { node: "horizontal_rule" },
  table: { block: "table" },
  thead: { ignore: true },
  tbody: { ignore: true },
  tr: { block: "table_row" },
  th: { block: "table_header", getAttrs: align },
  td: { block: "table_cell", getAttrs: align },
  image: { node: "image", getAttrs: (token) => ({ hash: (token.attrGet("src") ?? "").replace(/^blob:/, ""), alt: token.content }) },
  hardbreak: { node: "hard_break" },
  em: { mark: "em" },
  strong: { mark: "strong" },
  s: { mark: "strike" },
  link: { mark: "link", getAttrs: (token) => ({ href: token.attrGet("href"), title: token.attrGet("title") }) },
  code_inline: { mark: "code", noCloseToken: true },
});
// People break lines with one newline; the screen and every publisher show it as a line.
(parser as unknown as { tokenHandlers: Record<string, (state: { addText: (text: string) => void }) => void> }).tokenHandlers.softbreak = (state) => state.addText("\n");
// An image that is no attachment stays the text it is.
reader.core.ruler.push("foreign_images", (state) => {
  for (const block of state.tokens) {
    for (const token of block.children ?? []) {
      if (token.type !== "image" || /^blob:/.test(token.attrGet("src") ?? "")) continue;
      token.type = "text";
      token.content = `![${token.content}](${token.attrGet("src") ?? ""})`;
      token.children = null;
    }
  }
});

/**
 * Japanese paragraphs begin with a full-width space, which the reader would take for blank space and drop: it passes as a
 * sign of private use.
 */
const guardIndent = (text: string) => text.replace(/^((?:[ \t]|>|[-*+] |\d+[.)] )*)(\u3000+)/gm, (_, before: string, spaces: string) => before + GUARD.repeat(spaces.length));
const GUARD = "\ue000";
reader.core.ruler.push("indent", (state) => {
  const mend = (tokens: typeof state.tokens) => {
    for (const token of tokens) {
      if (token.content.includes(GUARD)) token.content = token.content.replaceAll(GUARD, "\u3000");
      if (token.children) mend(token.children);
    }
  };
  mend(state.tokens);
});

/** How a block stood in the text that was opened: its own lines, and what stood between it and the next one. */
interface Source { text: string; after: string; next: Node | null }
const sources = new WeakMap<Node, Source>();
const written = new WeakMap<Node, string>();
/** What stands before the first block, and the definitions of links that no block holds. */
const leads = new WeakMap<Node, { lead: string; definitions: string[] }>();

/** Reads a text. Never fails: what Markdown does not know is text. */
export function parse(markdown: string): Node {
  const text = markdown.replace(/\r\n?/g, "\n");
  const doc = parser.parse(guardIndent(text)) ?? empty();
  if (doc.childCount === 0) return empty();
  remember(text, doc);
  return doc;
}

export const empty = () => schema.node("doc", null, [schema.node("paragraph")]);

function remember(text: string, doc: Node): void {
  const lines = text.split("\n");
  const spans: [number, number][] = [];
  let depth = 0;
  for (const token of reader.parse(text, {})) {
    if (depth === 0 && token.map && token.nesting >= 0) spans.push([token.map[0], token.map[1]]);
    depth += token.nesting;
  }
  if (spans.length !== doc.childCount) return;
  const definitions: string[] = [];
  const define = (between: string) => { if (between.trim() !== "") definitions.push(between.trim()); };
  spans.forEach(([from, to], index) => {
    const block = lines.slice(from, to).join("\n").replace(/\n+$/, "");
    const end = from + block.split("\n").length;
    const next = spans[index + 1];
    const after = next ? `\n${lines.slice(end, next[0]).map((line) => `${line}\n`).join("")}` : lines.slice(end).map((line) => `\n${line}`).join("");
    define(after);
    sources.set(doc.child(index), { text: block, after, next: doc.maybeChild(index + 1) });
  });
  const lead = lines.slice(0, spans[0]![0]).map((line) => `${line}\n`).join("");
  define(lead);
  leads.set(doc.child(0), { lead, definitions });
}

/** Gives the blocks of a document, equal to `read`, the sources that `read` has. */
export function inherit(doc: Node, read: Node): void {
  if (doc.childCount !== read.childCount) return;
  doc.forEach((block, _offset, index) => {
    const source = sources.get(read.child(index));
    if (source && block.eq(read.child(index))) sources.set(block, { ...source, next: doc.maybeChild(index + 1) });
  });
  const known = read.firstChild ? leads.get(read.firstChild) : undefined;
  if (known && doc.firstChild) leads.set(doc.firstChild, known);
}

/** The text of a document. `opened` is the document that was read, so that the definitions of its links are kept. */
export function serialise(doc: Node, opened: Node | null = null): string {
  const known = opened?.firstChild ? leads.get(opened.firstChild) : undefined;
  const blocks: Node[] = [];
  doc.forEach((block) => { if (sources.has(block) || blockText(block) !== "") blocks.push(block); });
  let out = known && blocks[0] === opened?.firstChild ? known.lead : "";
  for (const [index, block] of blocks.entries()) {
    const source = sources.get(block);
    const next = blocks[index + 1] ?? null;
    out += source?.text ?? blockText(block);
    if (source && source.next === next) out += source.after;
    // Beside a block that changed, too, the blank lines stay as many as they were.
    else if (next) out += source?.next && /^\n\s*\n\s*$/.test(source.after) ? source.after : "\n\n";
    else out += /\n$/.exec(sources.get(opened?.lastChild ?? block)?.after ?? "")?.[0] ?? "";
  }
  const lost = (known?.definitions ?? []).filter((definition) => !out.includes(definition));
  return lost.length > 0 ? `${out}\n\n${lost.join("\n")}` : out;
}

function blockText(block: Node): string {
  const known = written.get(block);
  if (known !== undefined) return known;
  const text = writeBlock(block);
  written.set(block, text);
  return text;
}
