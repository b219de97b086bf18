import { describe, expect, it } from "vitest";
import type { WhyNode } from "../core.gen";
import * as tree from "./tree";

const node = (id: string, ...children: WhyNode[]): WhyNode => ({ id, text: "", kind: "assumption", evidence: "", root: false, children });
const shape = (nodes: WhyNode[]): string => nodes.map(({ id, children }) => (children.length > 0 ? `${id}(${shape(children)})` : id)).join(" ");
const start = () => [node("a", node("b"), node("c", node("d"))), node("e")];

describe("a why-tree", () => {
  it.each([
    ["asks below", () => tree.addBelow(start(), "a", node("n")), "a(n b c(d)) e"],
    ["adds beside", () => tree.addAfter(start(), "b", node("n")), "a(b n c(d)) e"],
    ["adds at the end", () => tree.addAfter(start(), null, node("n")), "a(b c(d)) e n"],
    ["removes one, not what hangs below", () => tree.remove(start(), "c"), "a(b d) e"],
    ["indents under the one before", () => tree.indent(start(), "c"), "a(b(c(d))) e"],
    ["does not indent a first one", () => tree.indent(start(), "b"), "a(b c(d)) e"],
    ["outdents beside the parent", () => tree.outdent(start(), "c"), "a(b) c(d) e"],
    ["does not outdent a first why", () => tree.outdent(start(), "e"), "a(b c(d)) e"],
    ["moves up with what hangs below", () => tree.move(start(), "c", -1), "a(c(d) b) e"],
    ["does not move past the end", () => tree.move(start(), "e", 1), "a(b c(d)) e"],
  ])("%s", (_, change, expected) => expect(shape(change())).toBe(expected));

  it("leaves the given tree alone", () => {
    const given = start();
    tree.indent(given, "c");
    expect(shape(given)).toBe("a(b c(d)) e");
  });
  it("knows depths", () => {
    expect(tree.depthOf(start(), "d")).toBe(3);
  });
});
