import { beforeEach, describe, expect, it } from "vitest";
import { nameOf, type Address } from "./address";
import { History } from "./undo";

let values: Map<string, unknown>;
let history: History;
const now = (address: Address) => values.get(nameOf(address));
const put = (address: Address, value: unknown) => { values.set(nameOf(address), value); };
function change(address: Address, after: unknown, at: number, how = {}) {
  history.record({ address, before: now(address), after }, at, how);
  put(address, after);
}
const title: Address = ["title"];
const customer: Address = ["customer"];

beforeEach(() => {
  history = new History();
  values = new Map<string, unknown>([["title", ""], ["customer", ""]]);
});

describe("one history over all fields", () => {
  it("takes a stretch of typing back at once, and field by field", () => {
    change(title, "a", 0, { typing: true });
    change(title, "ab", 200, { typing: true });
    change(customer, "x", 400, { typing: true });
    change(title, "abc", 600, { typing: true });
    expect(history.undo(now, put)).toEqual(title);
    expect(values.get("title")).toBe("ab");
    history.undo(now, put);
    expect(values.get("customer")).toBe("");
    history.undo(now, put);
    expect(values.get("title")).toBe("");
    expect(history.undo(now, put)).toBeNull();
  });
  it("parts typing at a pause", () => {
    change(title, "a", 0, { typing: true });
    change(title, "ab", 5000, { typing: true });
    history.undo(now, put);
    expect(values.get("title")).toBe("a");
  });
  it("redoes, until something new is written", () => {
    change(title, "a", 0);
    history.undo(now, put);
    history.redo(now, put);
    expect(values.get("title")).toBe("a");
    history.undo(now, put);
    change(customer, "x", 1);
    expect(history.redo(now, put)).toBeNull();
  });
  it("takes joined changes back together, the last first", () => {
    change(title, "a", 0);
    change(customer, "x", 0, { joined: true });
    history.undo(now, put);
    expect([...values.values()]).toEqual(["", ""]);
  });
  it("leaves what others wrote meanwhile", () => {
    put(title, "手順を見た");
    change(title, "手順を見なかった", 0);
    put(title, "深夜に手順を見なかった");
    history.undo(now, put);
    expect(values.get("title")).toBe("深夜に手順を見た");
  });
});
