import { describe, expect, it } from "vitest";
import { clock, longTime, plainTime, readDay, readMoment, shortTime } from "./time";

const near = "2025-11-14T03:12:00+09:00";

describe("reading a moment in Japan time", () => {
  it.each([
    ["2025-11-14 03:12", "2025-11-14T03:12:00+09:00"],
    ["2025/11/14 3:12", "2025-11-14T03:12:00+09:00"],
    ["11/13 23:05", "2025-11-13T23:05:00+09:00"],
    ["3:40", "2025-11-14T03:40:00+09:00"],
    ["０３：４０", "2025-11-14T03:40:00+09:00"],
    ["2025年11月14日（金）03:12", "2025-11-14T03:12:00+09:00"],
    ["11月14日 3時12分", "2025-11-14T03:12:00+09:00"],
    ["2025-11-14T03:12:45+09:00", "2025-11-14T03:12:00+09:00"],
    ["11/14", "2025-11-14T00:00:00+09:00"],
  ])("%s", (text, moment) => expect(readMoment(text, near)).toBe(moment));
  it.each(["", "きのう", "2025-02-30 10:00", "25:00", "3:60", "13/40", "12"])("refuses %s", (text) => expect(readMoment(text, near)).toBeNull());
  it("reads back what it shows", () => expect(readMoment(plainTime("2025-12-31T15:30:00Z"), near)).toBe("2026-01-01T00:30:00+09:00"));
});

it("shows Japan time wherever the machine is", () => {
  expect(longTime("2025-11-13T18:12:00Z", "ja")).toBe("2025年11月14日（金）03:12");
  expect(longTime("2025-11-13T18:12:00Z", "en")).toBe("Fri 14 Nov 2025 03:12");
  expect(clock("2025-11-13T18:12:00Z")).toBe("03:12");
});

it("shows the shortest time that is not ambiguous", () => {
  const now = Date.parse("2025-11-18T14:32:00+09:00");
  expect(shortTime("2025-11-18T09:05:00+09:00", "ja", now)).toBe("09:05");
  expect(shortTime("2025-11-13T09:05:00+09:00", "ja", now)).toBe("11月13日");
  expect(shortTime("2024-11-13T09:05:00+09:00", "ja", now)).toBe("2024/11/13");
});

it("reads a day, and takes one that is past as next year's", () => {
  const now = Date.parse("2025-11-18T14:32:00+09:00");
  expect(readDay("11/21", now)).toBe("2025-11-21");
  expect(readDay("1月31日", now)).toBe("2026-01-31");
  expect(readDay("2025-11-01", now)).toBe("2025-11-01");
  expect(readDay("2/30", now)).toBeNull();
});
