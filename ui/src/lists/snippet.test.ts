import { expect, it } from "vitest";
import { pieces } from "./snippet";

it("marks matches and never makes anything else live", () => {
  expect(pieces("a &lt;b&gt; <mark>再起動</mark> &amp;amp;")).toEqual([
    { text: "a <b> ", match: false }, { text: "再起動", match: true }, { text: " &amp;", match: false },
  ]);
});
