// The document of the prose editor as Markdown.
import { MarkdownSerializer, type MarkdownSerializerState } from "prosemirror-markdown";
import { Fragment, type Mark, type Node } from "prosemirror-model";
import { schema } from "./schema";

/** One block as Markdown. */
export const writeBlock = (block: Node) => writer.serialize(schema.node("doc", null, [block]));

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
