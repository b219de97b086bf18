// The interview by keyboard alone: each answer lands in its place, and one may stop and go on.
import { afterAll, afterEach, expect, it } from "vitest";
import { FakeCore } from "../fake/core";
import { closeBrowser, openWindow, saved, test, type Opened } from "./window";

afterAll(closeBrowser);
let open: Opened | null = null;
afterEach(async () => { expect(open?.errors).toEqual([]); await open?.close(); open = null; });

async function begin(): Promise<Opened> {
  const core = new FakeCore();
  core.fill([]);
  open = await openWindow({ core });
  await open.page.keyboard.press("n");
  await open.page.waitForSelector(test("title"));
  await open.page.focus(test("interview-begin"));
  await open.page.keyboard.press("Enter");
  await open.page.waitForSelector(test("interview"));
  return open;
}
const stored = ({ core }: Opened) => [...core.entries.values()].at(-1)!.document;
const asked = async ({ page }: Opened, words: string) => { await page.locator(test("question"), { hasText: words }).waitFor(); await page.waitForFunction(() => document.activeElement?.closest("[data-answer]")); };
/** Answers the question of these words, and goes on. */
async function answer(opened: Opened, words: string, text: string, go = "Enter") {
  await asked(opened, words);
  await opened.page.keyboard.insertText(text);
  await opened.page.keyboard.press(go);
}

it("fills an entry from the first question to the last, by keyboard alone", async () => {
  const opened = await begin();
  const { page } = opened;
  const next = "Control+Enter";
  await answer(opened, "どんな不備", "誤った宛先に架電した");
  await answer(opened, "どのアラート", "rds-prd-free");
  await answer(opened, "どのお客さま", "みなと物産");
  await asked(opened, "どのサービス");
  await page.keyboard.press("Enter");
  await answer(opened, "どの手順書", "RB-A-017");
  await answer(opened, "手順のどこ", "手順3");
  await answer(opened, "知らない人に説明", "空き容量が 10% を切ると届く", next);
  await answer(opened, "いつ起きましたか", "11/14 2:14");
  expect(await page.textContent(test("good-example"))).toContain("02:14、手順3の連絡先表で旧版を参照し");
  await answer(opened, "何をすべきところで", "02:14、旧版の連絡先表で B社へ架電。正しくは A社", next);
  await answer(opened, "なぜ、それが起きた", "表が二つあった", next);
  await asked(opened, "もう一段");
  await page.keyboard.press("1");
  await answer(opened, "それは、なぜ", "旧版を消す手順がない", next);
  await asked(opened, "もう一段");
  await page.keyboard.press("2");
  await answer(opened, "止まらなかった", "架電の前に照合する地点がない", next);
  await asked(opened, "もう一段");
  await page.keyboard.press("2");
  await answer(opened, "どのしくみで", "表を一つにし、旧版を開けなくする", next);
  await answer(opened, "だれが", "二次運用");
  await answer(opened, "いつまで", "12/20");
  await asked(opened, "どのしくみで");
  await page.keyboard.press(next);
  await answer(opened, "一言で", "連絡先は一か所に置く", next);
  // The editor stands there filled, the cursor where something is still open.
  await page.waitForSelector(test("title"));
  await saved(page);
  const document = stored(opened);
  expect(document).toMatchObject({
    title: "誤った宛先に架電した", customer: "みなと物産", service: "", alert: { name: "rds-prd-free" }, runbook: { title: "RB-A-017", step: "手順3" }, occurred_at: "2025-11-14T02:14:00+09:00",
    sections: { overview: "空き容量が 10% を切ると届く", problem: "02:14、旧版の連絡先表で B社へ架電。正しくは A社", lessons: "連絡先は一か所に置く" },
    causes: { occurrence: [{ text: "表が二つあった", root: false, children: [{ text: "旧版を消す手順がない", root: true }] }], escape: [{ text: "架電の前に照合する地点がない", root: true }] },
    countermeasures: [{ text: "表を一つにし、旧版を開けなくする", owner: "二次運用", due: "2025-12-20", side: "occurrence", causes: [document.causes.occurrence[0]!.children[0]!.id] }],
  });
  expect(await page.inputValue(test("title"))).toBe("誤った宛先に架電した");
  await page.waitForSelector(test("gap"));
});

it("goes on where the first answer is missing, and lets an unanswered why go", async () => {
  const opened = await begin();
  const { page } = opened;
  await answer(opened, "どんな不備", "静観のまま閉じた");
  await asked(opened, "どのアラート");
  await page.keyboard.press("Escape");
  await page.waitForSelector(test("interview-open"));
  await page.click(test("interview-open"));
  await asked(opened, "どのアラート");
  await page.keyboard.press("Alt+ArrowLeft");
  await asked(opened, "どんな不備");
  expect(await page.inputValue(test("answer"))).toBe("静観のまま閉じた");
  for (const question of ["どのアラート", "どのお客さま", "どのサービス", "どの手順書", "手順のどこ", "知らない人に説明", "いつ起きましたか", "何をすべきところで", "なぜ、それが起きた"]) {
    await page.keyboard.press("Control+Enter");
    await asked(opened, question);
  }
  await page.keyboard.insertText("書かれていない");
  await page.keyboard.press("Control+Enter");
  await asked(opened, "もう一段");
  await page.keyboard.press("1");
  await asked(opened, "それは、なぜ");
  await page.keyboard.press("Escape");
  await page.waitForSelector(test("title"));
  await saved(page);
  expect(stored(opened).causes.occurrence).toMatchObject([{ text: "書かれていない", children: [] }]);
});
