import { expect, test } from "vitest";
import { phrases } from "./Phrases.svelte";

test("a line breaks between phrases, never inside one", () => {
  expect(phrases("まだ空いているところが 2か所あります。").some((phrase) => phrase.includes("2か所"))).toBe(true);
  expect(phrases("あと 12件の対策").some((phrase) => phrase.includes("12件"))).toBe(true);
  for (const phrase of phrases("PM-0114 に「再起動」の手順、まだ空いているところが 2か所あります。")) {
    expect(phrase).not.toMatch(/^[、。」がにの]/u);
    expect(phrase).not.toMatch(/「$/u);
  }
  expect(phrases("顧客の手順を読む").length).toBeGreaterThan(1);
});
