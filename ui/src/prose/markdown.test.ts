import { EditorState } from "prosemirror-state";
import { describe, expect, it } from "vitest";
import { inherit, parse, serialise } from "./markdown";
import { schema } from "./schema";

const again = (text: string) => { const doc = parse(text); return serialise(doc, doc); };
/** Forgets the source of every block, so that all of them are written anew. */
const rewritten = (text: string) => serialise(schema.nodeFromJSON(parse(text).toJSON()));
/** Types at the end of the block with this index. */
function typed(text: string, block: number, more: string): string {
  const doc = parse(text);
  let at = 0;
  for (let index = 0; index <= block; index++) at += doc.child(index).nodeSize;
  const state = EditorState.create({ doc });
  return serialise(state.apply(state.tr.insertText(more, at - 1)).doc, doc);
}

describe("a text that nobody touched", () => {
  it.each([
    "", "一行", "一行\n", "* 星\n* 印\n", "1) 一\n2) 二", "見出し\n====\n\n本文", "a  \nb", "- a\n\n- b", "***\n", "a\n\n\n\nb", "\n\n前の空き",
    "| a | b |\n|---|:-:|\n| 1 | 2 |", "[名][1]\n\n[1]: https://example.com \"題\"\n", "<b>HTML</b> は字", "&lt;p&gt; と &amp;", "```sh\n$ ls\n```", "    字下げ", "![図](blob:zz)", "__太字__ と _斜体_", "- [ ] やること\n- [x] 済み", "　全角で始まる段落\n　次の行",
  ])("stays as it is: %j", (text) => expect(again(text)).toBe(text));
});

describe("a text with one block edited", () => {
  it("keeps every other block letter for letter", () => {
    expect(typed("* 星\n* 印\n\n本文\n\n__太字__", 1, "です")).toBe("* 星\n* 印\n\n本文です\n\n__太字__");
  });
  it("keeps the blank lines around what was not touched", () => {
    expect(typed("a\n\n\nb\n\n\n\nc\n", 2, "!")).toBe("a\n\n\nb\n\n\n\nc!\n");
  });
  it("keeps the definitions of links", () => {
    expect(typed("[名][1]\n\n[1]: https://example.com\n\n終わり", 0, "x")).toContain("[1]: https://example.com");
  });
});

describe("a block written anew", () => {
  it.each([
    "**太字**と*斜体*と`code`と~~取消~~", "### 見出し", "- a\n- b\n  - 内側", "1. 一\n2. 二", "9.  九\n10. 十", "> 引用\n> 続き", "```sh\n$ ls\n```", "a\\\nb", "一行目\n二行目", "---",
    "[手順](https://example.com/a)", "<https://example.com>", "``a`b``", "![図 1](blob:" + "a".repeat(64) + ")", "[次へ](postmortem:0190)",
    "　全角で始まる段落", "- 　項目", "| a | b |\n| --- | ---: |\n| 1 | 2 |\n| x\\|y | `c` |",
  ])("is the same Markdown: %j", (text) => expect(rewritten(text)).toBe(text));

  it.each(["# でない", "- でない", "1. でない", "1) でない", "> でない", "* でない", "===", "---", "&amp; でない", "<b>でない</b>", "*星*", "_下線_", "`逆`", "[角](カッコ)", "![図](x)", "~~波~~", "a_b_c", "+ でない", "    字下げ", "\\", "```"])("keeps typed signs as text: %j", (text) => {
    const doc = schema.node("doc", null, [schema.node("paragraph", null, [schema.text(text)])]);
    expect(parse(serialise(doc)).textContent.trim()).toBe(text.trim());
    expect(parse(serialise(doc)).firstChild!.type.name).toBe("paragraph");
  });

  it("keeps signs that begin a further line", () => {
    const doc = schema.node("doc", null, [schema.node("paragraph", null, [schema.text("前\n- 後\n# 後\n1. 後\n===\n> 後")])]);
    expect(parse(serialise(doc)).toJSON()).toEqual(doc.toJSON());
  });

  it("leaves brackets out of bold text that a letter follows", () => {
    const bold = [schema.marks.strong!.create()];
    const doc = schema.node("doc", null, [schema.node("paragraph", null, [schema.text("この"), schema.text("「照合」", bold), schema.text("です。"), schema.text("確認した。", bold), schema.text("次")])]);
    expect(serialise(doc)).toBe("この「**照合**」です。**確認した**。次");
    expect(parse(serialise(doc)).textContent).toBe(doc.textContent);
  });

  it("drops empty paragraphs instead of gathering blank lines", () => {
    const p = (text: string) => schema.node("paragraph", null, text ? [schema.text(text)] : []);
    expect(serialise(schema.node("doc", null, [p("a"), p(""), p("b"), p("")]))).toBe("a\n\nb");
  });
});

describe("what must never become live", () => {
  it.each(["[x](javascript:alert(1))", "[x](data:text/html,a)", "![x](https://example.com/a.png)", "![x](file:///etc/passwd)", "<img src=x onerror=alert(1)>", "<javascript:alert(1)>"])("%j is text", (text) => {
    parse(text).descendants((node) => {
      expect(node.type.name).not.toBe("image");
      expect(node.marks.map(({ type }) => type.name)).not.toContain("link");
    });
    expect(again(text)).toBe(text);
  });
});

it("hands the sources of a read text on to an equal document", () => {
  const read = parse("* a\n\n\nb");
  const doc = schema.nodeFromJSON(read.toJSON());
  inherit(doc, read);
  expect(serialise(doc)).toBe("* a\n\n\nb");
});

it("reads a text of a million characters and a list a thousand deep", () => {
  expect(parse("あ".repeat(1_000_000)).textContent.length).toBe(1_000_000);
  expect(() => parse(Array.from({ length: 1000 }, (_, depth) => `${"  ".repeat(depth)}- x`).join("\n"))).not.toThrow();
});
