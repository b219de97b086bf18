import { expect, it } from "vitest";
import { handlingsNeeded, isPlanned, readCount } from "./effect";
import { asksWhy, reopened, whyNotId } from "./whyNot";
import { main } from "../../tests/fake/sample";

it("needs three times the former interval", () => {
  expect(handlingsNeeded(300)).toBe(900);
  expect(["３００件", "1,200", "0", "-5", "", "たくさん", "99999999999"].map(readCount)).toEqual([300, 1200, null, null, null, null, null]);
});

it("is planned when it says what, out of what, and who judges", () => {
  expect(isPlanned({ measure: "再発", denominator: "対応 900件", judge: "佐伯" })).toBe(true);
  expect(isPlanned({ measure: "再発", denominator: " ", judge: "佐伯" })).toBe(false);
});

it("asks why below the cause that it was to remove, once", () => {
  const document = main();
  const measure = document.countermeasures[0]!;
  measure.effect.verdict = "ineffective";
  expect(asksWhy(document, measure)).toBe(true);
  const tree = reopened(document, measure)!;
  expect(tree.side).toBe("occurrence");
  expect(tree.nodes[0]!.children[0]!.children[0]!.children.map(({ id }) => id)).toEqual([whyNotId("m1")]);
  document.causes.occurrence = tree.nodes;
  expect(reopened(document, measure)).toBeNull();
  expect(asksWhy(document, measure)).toBe(true);
  tree.nodes[0]!.children[0]!.children[0]!.children[0]!.text = "切り替えの手順から呼ばれていなかった";
  expect(asksWhy(document, measure)).toBe(false);
});

it("asks at the end of its side's tree where it was tied to nothing", () => {
  const document = main();
  const measure = { ...document.countermeasures[2]!, causes: ["gone"] };
  const tree = reopened(document, measure)!;
  expect([tree.side, tree.nodes.at(-1)!.id]).toEqual(["escape", whyNotId("m3")]);
});
