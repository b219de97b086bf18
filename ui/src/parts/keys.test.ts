import { expect, it } from "vitest";
import { matches, nameOf, show } from "./keys";

const event = (part: Partial<KeyboardEvent>) => ({ key: "", code: "", metaKey: false, ctrlKey: false, altKey: false, shiftKey: false, ...part }) as KeyboardEvent;

it("shows keys as the machine writes them", () => {
  expect(show("mod+shift+Enter", true)).toBe("⌘⇧↵");
  expect(show("mod+shift+Enter", false)).toBe("Ctrl+Shift+↵");
  expect(show("?", false)).toBe("?");
});
it("matches the modifier of the machine and no other", () => {
  expect(matches(event({ key: "k", code: "KeyK", metaKey: true }), "mod+k", true)).toBe(true);
  expect(matches(event({ key: "k", code: "KeyK", ctrlKey: true }), "mod+k", true)).toBe(false);
  expect(matches(event({ key: "k", code: "KeyK", ctrlKey: true }), "mod+k", false)).toBe(true);
  expect(matches(event({ key: "z", code: "KeyZ", ctrlKey: true, shiftKey: true }), "mod+z", false)).toBe(false);
});
it("finds letters by their place where a layout gives others", () => {
  expect(matches(event({ key: "の", code: "KeyK", ctrlKey: true }), "mod+k", false)).toBe(true);
  expect(matches(event({ key: "の", code: "KeyK" }), "k", false)).toBe(false);
});
it("takes a sign with whatever shift it needs", () => {
  expect(matches(event({ key: "?", shiftKey: true }), "?", false)).toBe(true);
});
it("knows Tab under Shift, which WebKitGTK does not name", () => {
  expect(nameOf(event({ key: "Unidentified", code: "Tab", shiftKey: true }))).toBe("Tab");
  expect(nameOf(event({ key: "Unidentified", code: "" }))).toBe("Unidentified");
});
