import { describe, expect, it } from "vitest";
import { adopt, equal, resolve } from "./address";

const tree = () => ({ causes: { occurrence: [{ id: "a", children: [{ id: "b", children: [] as unknown[] }] }] }, list: [{ id: "1", text: "x" }, { id: "2", text: "y" }] });

describe("addresses", () => {
  it("finds a node at any depth", () => {
    expect(resolve(tree(), ["causes", "occurrence", { id: "b" }, "text"])).toEqual(["causes", "occurrence", 0, "children", 0, "text"]);
  });
  it("knows what is gone", () => {
    expect(resolve(tree(), ["list", { id: "9" }, "text"])).toBeNull();
  });
});

describe("adopting", () => {
  it("makes equal, and keeps items that stay in place", () => {
    const target = tree();
    const second = target.list[1]!;
    const source = { ...tree(), list: [{ id: "2", text: "z" }, { id: "3", text: "n" }] };
    adopt(target, source);
    expect(target).toEqual(source);
    expect(target.list[0]).toBe(second);
  });
  it("takes over unknown and drops vanished keys", () => {
    const target: Record<string, unknown> = { a: 1, b: 2 };
    adopt(target, { a: 1, c: [1, "x"] });
    expect(target).toEqual({ a: 1, c: [1, "x"] });
  });
});

it("compares deeply", () => {
  expect(equal({ a: [1, { b: null }] }, { a: [1, { b: null }] })).toBe(true);
  expect(equal([1], { 0: 1 })).toBe(false);
  expect(equal({ a: undefined }, {})).toBe(false);
});
