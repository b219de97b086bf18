import { expect, it } from "vitest";
import { merge } from "./merge";

it.each([
  ["手順を見た", "手順を見なかった", "深夜、手順を見た", "深夜、手順を見なかった"],
  ["abc", "", "abcd", "d"],
  ["", "mine", "theirs", "minetheirs"],
])("joins two changes of a text: %s", (base, mine, theirs, joined) => {
  expect([...(merge(base, mine, theirs) as string)].toSorted()).toEqual([...joined].toSorted());
});

const items = (...ids: string[]) => ids.map((id) => ({ id, text: id }));
const ids = (list: unknown) => (list as { id: string }[]).map(({ id }) => id);

it("joins additions and removals of both", () => {
  expect(ids(merge(items("a", "b", "c"), items("a", "c", "d"), items("a", "b", "x", "c")))).toEqual(["a", "x", "c", "d"]);
});
it("keeps a move", () => {
  expect(ids(merge(items("a", "b", "c"), items("c", "a", "b"), items("a", "b", "c", "n")))).toEqual(["c", "n", "a", "b"]);
});
it("joins inside an item", () => {
  expect(merge([{ id: "1", text: "a", due: null }], [{ id: "1", text: "ab", due: null }], [{ id: "1", text: "a", due: "2026-01-31" }])).toEqual([{ id: "1", text: "ab", due: "2026-01-31" }]);
});
