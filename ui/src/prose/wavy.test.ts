import { expect, it } from "vitest";
import { parse } from "./markdown";
import { placeOf } from "./wavy";

const at = (markdown: string, found: string, start = markdown.indexOf(found)) => {
  const doc = parse(markdown);
  const place = placeOf(doc, markdown, { found, start });
  return place && doc.textBetween(place.from, place.to);
};

it("finds the words that the offset names, past marks, lists and pictures", () => {
  expect(at("**担当者の**確認不足だった。", "確認不足")).toBe("確認不足");
  expect(at("- 一つ\n- 確認不足", "確認不足")).toBe("確認不足");
  expect(at(`![図](blob:${"a".repeat(64)}) 確認不足`, "確認不足")).toBe("確認不足");
});

it("tells two occurrences apart", () => {
  const markdown = "確認不足。\n\n**確認不足**。";
  const doc = parse(markdown);
  const first = placeOf(doc, markdown, { found: "確認不足", start: 0 });
  const second = placeOf(doc, markdown, { found: "確認不足", start: markdown.lastIndexOf("確認不足") });
  expect(first!.from).toBeLessThan(second!.from);
});

it("draws nothing where the words are gone", () => {
  expect(placeOf(parse("照合した。"), "照合した。", { found: "確認不足", start: 0 })).toBeNull();
});
