// Publishing to Google Docs: signed in, seen before it is sent, decided about, and taken back.
import { afterAll, afterEach, expect, it } from "vitest";
import { FakeCore } from "../fake/core";
import { main } from "../fake/sample";
import { closeBrowser, openWindow, saved, test, type Opened } from "./window";

afterAll(closeBrowser);
let open: Opened | null = null;
afterEach(async () => { expect(open?.errors).toEqual([]); await open?.close(); open = null; });

const ID = main().id;
const book = ({ core }: Opened) => [...core.training.books.values()][0]!;
const last = ({ core }: Opened, name: string) => core.calls.findLast((one) => one.name === name)?.args;

async function inBook(prepare: (core: FakeCore, id: string) => void = () => {}): Promise<Opened> {
  const core = new FakeCore();
  core.fill();
  const { id } = core.training.make("実例集");
  core.training.add({ id, entries: [ID], together: false });
  Object.assign(core.training.books.get(id)!.chapters[0]!.parts, { situation: "A社の監視です。", happened: "架電した。", why: "表が古い。", lessons: "照合する。" });
  prepare(core, id);
  open = await openWindow({ core });
  await open.page.waitForSelector(test("row"));
  await open.page.keyboard.press("Control+5");
  await open.page.click(test("book"));
  await open.page.waitForSelector(test("google"));
  return open;
}
async function published(prepare: (core: FakeCore, id: string) => void): Promise<Opened> {
  const nothing = { document: null, folder: null, accept_masking: false, inline_pictures: false, keep: [], overwrite: [], take: [] };
  const core = await inBook((fake, id) => { void fake.google.publish(id, nothing).then(() => prepare(fake, id)); });
  await core.page.waitForSelector(test("google-document"));
  return core;
}

it("signs in in the browser, can be stopped meanwhile, and picks a document", async () => {
  let come = () => {};
  const opened = await inBook((core) => { core.google.signedIn = false; core.google.picks = ["team-doc"]; core.google.gate = new Promise((resolve) => { come = resolve; }); });
  const { page, core } = opened;
  await page.click(test("google-sign-in"));
  await page.waitForSelector(test("google-waiting"));
  await page.click(test("google-stop"));
  await page.waitForSelector(test("google-stopped"));
  await page.click(test("google-pick"));
  await page.waitForSelector(test("google-waiting"));
  come();
  core.google.gate = null;
  await page.waitForSelector(test("google-publish"));
  expect(last(opened, "google_plan")).toMatchObject({ options: { document: "team-doc" } });
  await page.click(test("google-sign-out"));
  await page.waitForSelector(test("google-sign-in"));
});

it("says what went wrong, and how to go on", async () => {
  const opened = await inBook((core) => { core.google.signedIn = false; core.refusing.set("google_sign_in", { kind: "google_declined", message: "サインインが断られました", hints: ["もう一度お試しください"] }); });
  const { page, core } = opened;
  await page.click(test("google-sign-in"));
  await page.waitForSelector(`${test("google-problem")}[data-kind=google_declined]`);
  core.refusing.delete("google_sign_in");
  core.refusing.set("google_plan", { kind: "google_ended", message: "サインインの期限が切れました", hints: [] });
  await page.click(test("google-sign-in"));
  await page.waitForSelector(`${test("google-problem")}[data-kind=google_ended]`);
  core.refusing.delete("google_plan");
  await page.click(test("google-sign-in-again"));
  await page.waitForSelector(test("google-publish"));
  core.refusing.set("google_publish", { kind: "offline", message: "つながりません", hints: [] });
  await page.click(test("google-publish"));
  await page.waitForSelector(`${test("google-problem")}[data-kind=offline]`);
});

it("asks for the masking first, shows what would change, and sends it in one go that can be stopped", async () => {
  let go = () => {};
  const opened = await inBook((core, id) => { core.training.books.get(id)!.chapters[0]!.parts.happened = "web-03 を見た。"; });
  const { page, core } = opened;
  await page.waitForSelector(test("google-accept"));
  expect(await page.getAttribute(test("google-plan"), "aria-disabled")).toBe("true");
  await page.check(test("google-accept"));
  await page.click(test("google-plan"));
  const row = page.locator(test("google-row"));
  await expect.poll(() => row.textContent()).toContain("第1章");
  expect(await row.getAttribute("data-kind")).toBe("added");
  await row.locator(test("google-unfold")).click();
  expect(await page.locator(test("google-difference")).count()).toBe(4);
  expect(core.calls.some(({ name }) => name === "google_publish")).toBe(false);

  core.google.gate = new Promise((resolve) => { go = resolve; });
  await page.click(test("google-publish"));
  await expect.poll(() => page.textContent(test("working"))).toContain("章　0 / 1");
  await page.click(test("working-stop"));
  await page.waitForSelector(test("google-stopped"));
  expect(core.google.kept.size).toBe(0);
  core.google.gate = null;
  go();
  await page.keyboard.press("Control+Shift+P");
  await page.waitForSelector(test("google-done"));
  expect(await page.textContent(test("google-done"))).toContain("追加 4");
  await expect.poll(() => page.getAttribute(".toc [data-state]", "data-state")).toBe("fresh");
});

it("tells where the book is, and that a chapter has changed since", async () => {
  const opened = await published(() => {});
  const { page } = opened;
  await page.click(test("google-document"));
  expect(last(opened, "open_link")).toEqual({ url: "https://docs.google.com/document/d/doc-1/edit" });
  await page.click(test("part-lessons"));
  await page.keyboard.press("Control+End");
  await page.keyboard.type("必ず。");
  await saved(page);
  await page.click(test("google-plan"));
  await expect.poll(() => page.getAttribute(test("google-row"), "data-kind")).toBe("changed");
  await expect.poll(() => page.textContent(".toc [data-state]")).toBe("更新あり");
});

it("shows both texts of what someone edited, and keeps, overwrites or takes it into the chapter", async () => {
  const opened = await published((core, id) => {
    core.google.person(id, "c1", "situation", "A社の夜の監視です。");
    core.google.person(id, "c1", "lessons", "手で直した。");
    core.google.person(id, "c1", "why", null);
    core.training.books.get(id)!.chapters[0]!.parts.lessons = "本で直した。";
  });
  const { page, core } = opened;
  await page.click(test("google-plan"));
  const conflicts = page.locator(test("conflict"));
  await expect.poll(() => conflicts.count()).toBe(3);
  const of = (kind: string) => page.locator(`${test("conflict")}[data-kind=${kind}]`);
  expect(await of("edited").locator(test("theirs")).textContent()).toContain("夜の");
  expect(await of("conflict").locator(test("ours")).textContent()).toContain("本で");
  expect(await page.getAttribute(test("google-publish"), "aria-disabled")).toBe("true");

  // Taken: the chapter says it at once, and an undo takes it back.
  await of("edited").locator(test("decide-take")).click();
  await expect.poll(() => book(opened).chapters[0]!.parts.situation).toBe("A社の夜の監視です。");
  await expect.poll(() => conflicts.count()).toBe(2);
  await page.getByRole("button", { name: "取り消す" }).click();
  await expect.poll(() => book(opened).chapters[0]!.parts.situation).toBe("A社の監視です。");
  await expect.poll(() => conflicts.count()).toBe(3);
  await of("edited").locator(test("decide-take")).click();
  await expect.poll(() => conflicts.count()).toBe(2);

  await page.click(test("google-first"));
  await of("conflict").locator(test("decide-overwrite")).check();
  await of("gone").locator(test("decide-keep")).check();
  await page.click(test("google-publish"));
  await page.waitForSelector(test("google-done"));
  const parts = [...core.google.kept.values()][0]!.chapters.get("c1")!.parts;
  expect([...parts].map(([part, { theirs }]) => [part, theirs])).toEqual([["situation", "A社の夜の監視です。"], ["happened", "架電した。"], ["why", null], ["lessons", "本で直した。"]]);
  await page.click(test("google-plan"));
  await page.waitForSelector(test("google-nothing"));
});

it("sends nothing that was not seen", async () => {
  const opened = await published((core, id) => { core.training.books.get(id)!.chapters[0]!.parts.lessons = "本で直した。"; });
  const { page, core } = opened;
  await page.click(test("google-plan"));
  await page.waitForSelector(test("google-row"));
  core.google.person(book(opened).id, "c1", "happened", "あとから直した。");
  await page.click(test("google-publish"));
  await page.waitForSelector(test("google-moved-on"));
  expect(core.calls.some(({ name }) => name === "google_publish")).toBe(false);
  await page.waitForSelector(test("conflict"));
  await page.click(test("google-publish"));
  await page.waitForSelector(test("google-done"));
});

it("keeps the team's own client in the settings, and never shows its secret", async () => {
  const core = new FakeCore();
  core.fill();
  core.google.client = { id: "", has_secret: false, by_environment: false };
  open = await openWindow({ core });
  const { page } = open;
  await page.waitForSelector(test("row"));
  await page.click(test("place-settings"));
  await page.fill(test("google-client-id"), "id.apps.googleusercontent.com");
  await page.fill(test("google-client-secret"), "GOCSPX-1");
  await page.click(test("google-client-keep"));
  await expect.poll(() => core.google.secret).toBe("GOCSPX-1");
  await expect.poll(() => page.inputValue(test("google-client-secret"))).toBe("");
  expect(core.google.client.id).toBe("id.apps.googleusercontent.com");
});
