import { expect, it } from "vitest";
import { mapCaret, splice } from "./splice";

it.each([["abc", "abXc"], ["", "a"], ["aaa", "aa"], ["手順", "手順書"], ["same", "same"], ["😀", "😁"], ["a😀b", "a😁b"]])("turns %s into %s", (before, after) => {
  const { at, removed, inserted } = splice(before, after);
  expect(before.slice(0, at) + inserted + before.slice(at + removed)).toBe(after);
});
it("never cuts a surrogate pair", () => {
  const { inserted } = splice("😀", "😁");
  expect(inserted).toBe("😁");
});
it("keeps a caret with the letters around it", () => {
  const change = splice("原因を書く", "発生原因を書く");
  expect(mapCaret(2, change)).toBe(4);
  expect(mapCaret(0, change)).toBe(0);
});
