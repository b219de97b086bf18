import { expect, test } from "vitest";
import { offers, periods, type Vocabulary } from "./completion";

const vocabulary: Vocabulary = { filters: [
  { names: ["顧客", "customer"], values: ["青葉EC", "ひばり 保険", "緑川 EC"] },
  { names: ["サービス", "service"], values: ["予約"] },
  { names: ["状態", "status"], values: ["下書き", "公開"] },
] };
const labels = (text: string, english = false) => offers(text, text.length, vocabulary, english).map(({ label }) => label);

test("a filter is offered by the beginning of either name", () => {
  expect(labels("顧")).toEqual(["顧客:"]);
  expect(labels("再起動 s")).toEqual(["サービス:", "状態:"]);
  expect(labels("stat", true)).toEqual(["status:"]);
  expect(labels("再起動")).toEqual([]);
  expect(labels("")).toEqual([]);
});

test("its values are offered after the colon, the likeliest first, quoted where they hold a space", () => {
  expect(labels("顧客:")).toEqual(["青葉EC", "ひばり 保険", "緑川 EC"]);
  expect(labels("顧客：ec")).toEqual(["青葉EC", "緑川 EC"]);
  expect(offers("再起動 顧客:ひ", 9, vocabulary, false)).toEqual([{ from: 4, to: 9, text: "顧客:\"ひばり 保険\" ", label: "ひばり 保険" }]);
  expect(labels("顧客:青葉EC")).toEqual([]);
  expect(labels("不明:あ")).toEqual([]);
});

test("the fiscal year begins in April in Japan", () => {
  expect(periods(new Date("2026-03-31T14:59:00Z"))).toContain("FY25上期");
  expect(periods(new Date("2026-03-31T15:00:00Z"))).toContain("FY26上期");
});
