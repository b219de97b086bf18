// Work that takes a while: shown after a moment, counted, stopped, and no trouble afterwards.
import { afterAll, afterEach, expect, it } from "vitest";
import { FakeCore } from "../fake/core";
import { main } from "../fake/sample";
import { closeBrowser, openWindow, test, type Opened } from "./window";

let opened: Opened | null = null;
afterEach(() => opened?.close());
afterAll(closeBrowser);

const at = (done: number, of: number) => ({ part: "entries", done, of, title: "" }) as const;

async function inSettings(prepare: (core: FakeCore) => void = () => {}) {
  const core = new FakeCore().fill();
  prepare(core);
  opened = await openWindow({ core });
  await opened.page.click(test("place-settings"));
  await opened.page.waitForSelector(test("verify"));
  return opened;
}

it("does not show what is done in a blink", async () => {
  const { page, core } = await inSettings();
  const asked = () => core.calls.filter(({ name, args }) => name === "work" && (args as { what: string }).what === "verify").length;
  await page.clock.install({ time: new Date("2025-11-18T14:50:00+09:00") });
  await page.clock.pauseAt(new Date("2025-11-18T15:00:00+09:00"));
  const release = core.hold("verify", "verify", at(1, 9));
  await page.click(test("verify"));
  await page.clock.runFor(95);
  expect([asked(), await page.locator(test("working")).count()]).toEqual([0, 0]);
  await page.clock.runFor(10);
  await page.waitForSelector(test("working"));
  release();
  await page.getByText("すべて読めました").waitFor();
  const before = asked();
  await page.clock.runFor(1000);
  expect(asked(), "nobody asks when it is done").toBe(before);
});

it("shows after a moment how far it is, counts, and is gone when it is done", async () => {
  const { page, core } = await inSettings();
  const release = core.hold("verify", "verify", at(0, 0));
  await page.click(test("verify"));
  await page.waitForSelector(test("working"));
  const bar = page.getByRole("progressbar", { name: "データを点検しています" });
  expect(await bar.getAttribute("value"), "how much there is of it is not known yet").toBeNull();
  core.works.get("verify")!.at = at(1203, 10_000);
  await page.getByText("記事　1,203 / 10,000件").waitFor();
  expect([await bar.getAttribute("value"), await bar.getAttribute("max"), await bar.getAttribute("aria-valuetext")]).toEqual(["1203", "10000", "記事　1,203 / 10,000件"]);
  expect(await page.getAttribute(test("verify"), "aria-busy")).toBe("true");
  release();
  await page.getByText("すべて読めました").waitFor();
  await page.waitForSelector(test("working"), { state: "detached" });
  expect(await page.getAttribute(test("verify"), "aria-busy")).toBe("false");
});

it("is stopped by its button: a calm word, and one can begin anew", async () => {
  const { page, core } = await inSettings();
  core.hold("backup", "backup", at(3, 9));
  await page.click(test("backup"));
  await page.click(test("working-stop"));
  await page.getByText("やめました　なにも変わっていません").waitFor();
  expect(await page.locator(".toast.problem").count(), "what one wished is no trouble").toBe(0);
  expect(await page.locator(test("working")).count()).toBe(0);
  expect(await page.evaluate(() => (document.activeElement as HTMLElement).dataset.test), "the focus is where it was").toBe("backup");
  await page.keyboard.press("Enter");
  await page.getByText("バックアップを /tmp/out").waitFor();
});

it("is stopped by Escape where it was started, and nowhere else", async () => {
  const { page, core } = await inSettings();
  core.hold("verify", "verify", at(3, 9));
  await page.focus(test("verify"));
  await page.keyboard.press("Enter");
  await page.waitForSelector(test("working"));
  await page.focus(test("settings-name"));
  await page.keyboard.press("Escape");
  await page.click(test("place-library"));
  await page.waitForSelector(test("open"));
  expect(await page.locator(test("working")).count(), "it goes on where one looks elsewhere").toBe(1);
  await page.focus(test("search"));
  await page.keyboard.press("Escape");
  expect(core.calls.some(({ name }) => name === "work_cancel")).toBe(false);

  await page.focus(test("working-stop"));
  await page.keyboard.press("Escape");
  await page.getByText("やめました").waitFor();
  await page.waitForSelector(test("working"), { state: "detached" });
});

it("stops an import, and tells what a later one brought in", async () => {
  const { page, core } = await inSettings();
  core.hold("import_bundle", "import", at(40, 90));
  await page.focus(test("settings-import"));
  await page.keyboard.press("Enter");
  await page.getByText("記事　40 / 90件").waitFor();
  await page.keyboard.press("Escape");
  await page.getByText("やめました").waitFor();
  expect(await page.locator(test("imported")).count()).toBe(0);
  await page.keyboard.press("Enter");
  await page.waitForSelector(test("imported"));
});

it("stops in a dialog without closing it", async () => {
  const core = new FakeCore().fill();
  opened = await openWindow({ core });
  const { page } = opened;
  await page.click(`${test("row")}[data-id="${main().id}"]`);
  await page.waitForSelector(test("title"));
  await page.click(test("export-open"));
  core.hold("export", "export", { part: null, done: 0, of: 0, title: "" });
  await page.click(test("export-pdf"));
  await page.waitForSelector(`dialog ${test("working")}`);
  await page.keyboard.press("Escape");
  await page.waitForSelector(test("export-stopped"));
  expect(await page.textContent(test("export-stopped"))).toBe("やめました");
  await page.click(test("export-pdf"));
  await page.waitForSelector(test("export-done"));
});

it("tells that the workspace is made ready for a new version, and lets one put that off", async () => {
  const core = new FakeCore().fill();
  opened = await openWindow({ core });
  const { page } = opened;
  await page.waitForSelector(test("continue"));
  core.hold("start", "open", at(1203, 10_000));
  await page.reload();
  await page.getByText("新しい版に合わせて用意しています").waitFor();
  await page.keyboard.press("Escape");
  await page.getByText("やめました").waitFor();
  await page.getByRole("button", { name: "もう一度" }).click();
  await page.waitForSelector(test("continue"));
});

it("fills the sample where one waits for it", async () => {
  const core = new FakeCore();
  opened = await openWindow({ core });
  const { page } = opened;
  const release = core.hold("open_sample", "sample", at(12, 40));
  await page.click(test("door-sample"));
  await page.getByText("記事　12 / 40件").waitFor();
  release();
  await page.waitForSelector(test("continue"));
});
