import { expect, it } from "vitest";
import { parse } from "./markdown";
import { placesOf } from "./masks";

const at = (text: string, ...found: string[]) => {
  const doc = parse(text);
  return placesOf(doc, found.map((one) => ({ found: one, mask: "A社", reviewed: false }))).map(({ from, to }) => doc.textBetween(from, to));
};

it("finds every place, across bold and in lists, and the longer of two that overlap", () => {
  expect(at("青葉商店と青葉商店。\n\n- 青葉**商店**へ", "青葉商店")).toEqual(["青葉商店", "青葉商店", "青葉商店"]);
  expect(at("青葉商店の青葉", "青葉", "青葉商店").toSorted()).toEqual(["青葉", "青葉商店"]);
  expect(at("![青葉](blob:" + "a".repeat(64) + ")青葉", "青葉")).toEqual(["青葉"]);
  expect(at("ほか", "", "青葉")).toEqual([]);
});
