// Plain text from the clipboard as a piece of the document, and back.
import { Fragment, Slice, type Node } from "prosemirror-model";
import { parse } from "./markdown";
import { bullets, classify } from "./paste";
import { schema } from "./schema";

/** @param plain whether the person asked for the text alone */
export function pastedSlice(text: string, plain: boolean): Slice {
  const clean = text.replace(/\r\n?/g, "\n");
  if (plain) return paragraphs(clean);
  const pasted = classify(bullets(clean));
  switch (pasted.kind) {
    case "markdown": return opened(parse(pasted.text).content);
    case "code": return new Slice(Fragment.from(schema.node("code_block", null, pasted.text === "" ? [] : [schema.text(pasted.text)])), 0, 0);
    case "table": return new Slice(Fragment.from(table(pasted.rows)), 0, 0);
    case "plain": return paragraphs(pasted.text);
  }
}

function paragraphs(text: string): Slice {
  const blocks = text.split(/\n{2,}/).map((block) => schema.node("paragraph", null, block === "" ? [] : [schema.text(block)]));
  return new Slice(Fragment.from(blocks), 1, 1);
}

function opened(content: Fragment): Slice {
  const open = (node: Node | null) => (node?.type.name === "paragraph" ? 1 : 0);
  return new Slice(content, open(content.firstChild), open(content.lastChild));
}

function table(rows: string[][]): Node {
  const cell = (text: string, head: boolean) => schema.node(head ? "table_header" : "table_cell", null, text.trim() === "" ? [] : [schema.text(text.trim())]);
  return schema.node("table", null, rows.map((row, index) => schema.node("table_row", null, row.map((text) => cell(text, index === 0)))));
}

/** A piece of a document as a document of its own, for the clipboard. */
export function parsed(slice: Slice): Node {
  const { firstChild } = slice.content;
  if (firstChild?.isInline) return schema.node("doc", null, [schema.node("paragraph", null, slice.content)]);
  return schema.topNodeType.createAndFill(null, slice.content) ?? schema.node("doc", null, [schema.node("paragraph", null, [schema.text(slice.content.textBetween(0, slice.content.size, "\n") || " ")])]);
}
