// Markdown ⇄ the document of the prose editor. A block that nobody touched keeps its source, letter for letter.
import MarkdownIt from "markdown-it";
import { MarkdownParser, MarkdownSerializer, type MarkdownSerializerState } from "prosemirror-markdown";
import { Fragment, type Mark, type Node } from "prosemirror-model";
import { isSafeLink } from "./links";
import { schema } from "./schema";

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
  const text = writer.serialize(schema.node("doc", null, [block]));
  written.set(block, text);
  return text;
}

const line = (state: MarkdownSerializerState, cell: Node) => {
  const inner = writer.serialize(schema.node("doc", null, [schema.node("paragraph", null, settled(cell).content)]));
  state.write(` ${inner.replace(/\\?\n/g, " ").replace(/(?<!\\)\|/g, "\\|").trim()} |`);
};

function table(state: MarkdownSerializerState, node: Node): void {
  node.forEach((row, _offset, index) => {
    state.ensureNewLine();
    state.write("|");
    row.forEach((cell) => line(state, cell));
    if (index > 0) return;
    state.ensureNewLine();
    state.write("|");
    row.forEach((cell) => state.write({ left: " :--- |", right: " ---: |", center: " :---: |" }[cell.attrs.align as string] ?? " --- |"));
  });
  state.closeBlock(node);
}

/** What the state of a serialiser keeps for itself. */
interface Inner { inAutolink: boolean | undefined; atBlockStart: boolean }
const innerOf = (state: MarkdownSerializerState) => state as unknown as Inner;

const mark = (sign: string) => ({ open: sign, close: sign, mixable: true, expelEnclosingWhitespace: true });
const list = (state: MarkdownSerializerState, node: Node, indent: string, sign: (index: number) => string) => state.renderList(node, indent, sign);

const writer = new MarkdownSerializer({
  blockquote: (state, node) => state.wrapBlock("> ", null, node, () => state.renderContent(node)),
  code_block(state, node) {
    const ticks = Math.max(2, ...(node.textContent.match(/`{3,}/g) ?? []).map((run) => run.length));
    const fence = "`".repeat(ticks + 1);
    state.write(`${fence}${(node.attrs.params as string).replace(/[`\n]/g, "")}\n`);
    state.text(node.textContent, false);
    if (node.textContent !== "") state.write("\n");
    state.write(fence);
    state.closeBlock(node);
  },
  heading(state, node) {
    state.write(`${"#".repeat(node.attrs.level as number)} `);
    state.renderInline(oneLine(settled(node)), false);
    state.closeBlock(node);
  },
  horizontal_rule(state, node) { state.write("---"); state.closeBlock(node); },
  bullet_list: (state, node) => list(state, node, "  ", () => "- "),
  ordered_list(state, node) {
    const start = (node.attrs.order as number | null) ?? 1;
    const width = String(start + node.childCount - 1).length + 2;
    list(state, node, " ".repeat(width), (index) => `${start + index}. `.padEnd(width));
  },
  list_item: (state, node) => state.renderContent(node),
  paragraph(state, node) { state.renderInline(settled(node)); state.closeBlock(node); },
  table,
  table_row: (state, node) => state.renderContent(node),
  table_cell: (state, node) => state.renderInline(node),
  table_header: (state, node) => state.renderInline(node),
  image: (state, node) => state.write(`![${state.esc((node.attrs.alt as string).replace(/\n/g, " "))}](blob:${node.attrs.hash as string})`),
  hard_break(state, node, parent, index) {
    for (let later = index + 1; later < parent.childCount; later++) {
      if (parent.child(later).type !== node.type) { state.write("\\\n"); return; }
    }
  },
  text(state, node) {
    if (innerOf(state).inAutolink) { state.text(node.text!, false); return; }
    // A line of a paragraph must not turn into a list, a heading or a rule, nor its text into an entity or a tag.
    const lines = node.text!.split("\n").map((one, index) => {
      const atStart = index > 0 || innerOf(state).atBlockStart;
      const escaped = state.esc(one, atStart).replace(atStart ? /^(\s*\d+)\)(?=\s)/ : /$^/, "$1\\)").replace(/&(?=#?\w+;)/g, "\\&").replace(/<(?=[a-zA-Z/!?])/g, "\\<");
      return atStart ? escaped.replace(/^[ \t]+/, "").replace(/^(=+\s*)$/, "\\$1") : escaped;
    });
    state.text(lines.join("\n"), false);
  },
}, {
  em: mark("*"),
  strong: mark("**"),
  strike: mark("~~"),
  link: {
    open(state, link, parent, index) {
      const plain = innerOf(state).inAutolink = isPlainAddress(link, parent, index);
      return plain ? "<" : "[";
    },
    close(state, link) {
      const { inAutolink } = innerOf(state);
      innerOf(state).inAutolink = undefined;
      if (inAutolink) return ">";
      const title = link.attrs.title as string | null;
      return `](${(link.attrs.href as string).replace(/[()"\\]/g, "\\$&")}${title ? ` "${title.replace(/"/g, '\\"')}"` : ""})`;
    },
    mixable: true,
  },
  code: {
    open: (_state, _mark, parent, index) => ticksFor(parent.child(index), -1),
    close: (_state, _mark, parent, index) => ticksFor(parent.child(index - 1), 1),
    escape: false,
  },
});

function ticksFor(node: Node, side: number): string {
  const longest = Math.max(0, ...(node.text?.match(/`+/g) ?? []).map((run) => run.length));
  const ticks = "`".repeat(longest + 1);
  const pad = /^`|`$/.test(node.text ?? "") ? " " : "";
  return side < 0 ? ticks + pad : pad + ticks;
}

function isPlainAddress(link: Mark, parent: Node, index: number): boolean {
  const content = parent.child(index);
  if (link.attrs.title || !content.isText || content.text !== link.attrs.href || content.marks.at(-1) !== link) return false;
  return index === parent.childCount - 1 || !link.isInSet(parent.child(index + 1).marks);
}

function oneLine(node: Node): Node {
  const parts: Node[] = [];
  node.forEach((child) => parts.push(child.isText ? schema.text(child.text!.replace(/\n/g, " "), child.marks) : child.type.name === "hard_break" ? schema.text(" ", child.marks) : child));
  return node.copy(Fragment.from(parts));
}

const punctuation = /[\p{P}\p{S}]/u;
const flanking = ["strong", "em", "strike"];

/**
 * Markdown cannot end a bold stretch at a bracket or a full stop that a letter follows, which Japanese does all the time
 * (`**「A」**の`). There the sign itself stays outside: `「**A**」の`.
 */
function settled(node: Node): Node {
  if (!node.isTextblock) return node;
  let parts: Node[] = [];
  node.forEach((child) => parts.push(child));
  for (const name of flanking) parts = parts.flatMap((child, index) => narrowed(child, parts[index - 1], parts[index + 1], name));
  return node.copy(Fragment.from(parts));
}

function narrowed(child: Node, before: Node | undefined, after: Node | undefined, name: string): Node[] {
  const found = child.marks.find(({ type }) => type.name === name);
  if (!found || !child.isText || child.marks.some(({ type }) => type.name === "code")) return [child];
  const rest = found.removeFromSet(child.marks);
  const letters = [...child.text!];
  const touches = (other: Node | undefined, sign: string | undefined) => other?.isText === true && !found.isInSet(other.marks) && sign !== undefined && !/\s/u.test(sign) && !punctuation.test(sign);
  let [from, to] = [0, letters.length];
  if (touches(before, [...(before?.text ?? "")].at(-1))) while (from < to && punctuation.test(letters[from]!)) from++;
  if (touches(after, [...(after?.text ?? "")][0])) while (to > from && punctuation.test(letters[to - 1]!)) to--;
  if (from === 0 && to === letters.length) return [child];
  return [[letters.slice(0, from), rest], [letters.slice(from, to), child.marks], [letters.slice(to), rest]]
    .filter(([text]) => (text as string[]).length > 0)
    .map(([text, marks]) => schema.text((text as string[]).join(""), marks as readonly Mark[]));
}
