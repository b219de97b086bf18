import { afterAll, afterEach, describe, expect, it } from "vitest";
import { FakeCore } from "../fake/core";
import { main } from "../fake/sample";
import { changed, closeBrowser, openWindow, saved, test, type Opened } from "./window";

afterAll(closeBrowser);
let open: Opened | null = null;
afterEach(async () => { await open?.close(); open = null; });

const ID = main().id;
const problem = test("section-problem");

async function editor(text?: string): Promise<Opened> {
  const core = new FakeCore();
  const document = main();
  if (text !== undefined) document.sections.problem = text;
  core.fill([document]);
  open = await openWindow({ core });
  await open.page.click(`${test("row")}[data-id="${ID}"]`);
  // A section without text is open from the start.
  if (document.sections.problem.trim() !== "") await open.page.click("#h-problem button");
  await open.page.waitForSelector(problem);
  return open;
}
const textOf = (core: FakeCore) => core.entries.get(ID)!.document.sections.problem;
const edits = (core: FakeCore) => core.calls.filter(({ name }) => name === "edit").length;
async function empty(text = "") {
  const opened = await editor(text);
  await opened.page.click(problem);
  // The editor may put its own cursor back 20 ms after it got the focus: a later timer of the page waits for that.
  await opened.page.evaluate(() => new Promise((done) => setTimeout(done, 25)));
  await opened.page.keyboard.press("Control+End");
  // The engine tells of a moved cursor in a task of its own: what is pasted before goes where it was.
  await opened.page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))); }));
  return opened;
}
/** What a program puts on the clipboard, pasted as the engine would. */
const paste = ({ page }: Opened, data: Record<string, string>, files: { name: string; type: string; base64: string }[] = []) => page.evaluate(([selector, entries, list]) => {
  const transfer = new DataTransfer();
  for (const [type, value] of Object.entries(entries as Record<string, string>)) transfer.setData(type, value);
  for (const file of list as { name: string; type: string; base64: string }[]) transfer.items.add(new File([Uint8Array.from(atob(file.base64), (letter) => letter.charCodeAt(0))], file.name, { type: file.type }));
  document.querySelector(selector as string)!.dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true }));
}, [problem, data, files] as const);

const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAYAAACNMs+9AAAAFUlEQVR42mNk+M9Qz0AEYBxVSF+FABJADveWkH6oAAAAAElFTkSuQmCC";

describe("a text that is only looked at", () => {
  it("is never written", async () => {
    const { page, core } = await editor("* 星\n\n__太字__\n");
    await page.click(problem);
    await page.keyboard.press("ArrowRight");
    await page.click("#h-overview button");
    await page.click(test("section-overview"));
    await page.click(test("place-today"));
    await page.waitForSelector(test("row"));
    expect(edits(core)).toBe(0);
    expect(textOf(core)).toBe("* 星\n\n__太字__\n");
  });
});

describe("writing", () => {
  it("becomes Markdown, and leaves what was not touched as it was", async () => {
    const { page, core } = await empty("* 星\n\n本文");
    await page.keyboard.type("です");
    await page.keyboard.press("Enter");
    await page.keyboard.type("- 一つ");
    await page.keyboard.press("Enter");
    await page.keyboard.type("二つ");
    await saved(page);
    await expect.poll(() => textOf(core)).toBe("* 星\n\n本文です\n\n- 一つ\n- 二つ");
  });

  it("marks bold and code by key, and makes a table to write in", async () => {
    const { page, core } = await empty();
    await page.keyboard.press("Control+b");
    await page.keyboard.type("web");
    await page.keyboard.press("Control+b");
    await page.keyboard.type(" ");
    await page.keyboard.press("Control+e");
    await page.keyboard.type("ls");
    await page.keyboard.press("Control+e");
    await page.keyboard.press("Enter");
    await page.click(`.tools [aria-label="表"]`);
    await page.keyboard.type("時刻");
    await page.keyboard.press("Tab");
    await page.keyboard.type("操作");
    await page.keyboard.press("Enter");
    await page.keyboard.type("再起動");
    await expect.poll(() => textOf(core)).toBe("**web** `ls`\n\n| 時刻 | 操作 |  |\n| --- | --- | --- |\n|  | 再起動 |  |\n|  |  |  |");
  });

  it("makes a table in the middle of a line, too", async () => {
    const { page, core } = await empty("前後");
    await page.keyboard.press("ArrowLeft");
    await page.click(`.tools [aria-label="表"]`);
    await page.keyboard.type("時刻");
    await expect.poll(() => textOf(core)).toMatch(/^前\n\n\| 時刻 \|[^]*\n\n後$/);
  });

  it("ties a link, and refuses one that may not be followed", async () => {
    const { page, core } = await empty("手順");
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Control+u");
    await page.fill(test("link-address"), "javascript:alert(1)");
    await page.keyboard.press("Enter");
    expect(await page.getAttribute(test("link-address"), "aria-invalid")).toBe("true");
    await page.fill(test("link-address"), "wiki.example.com/a");
    await page.keyboard.press("Enter");
    await expect.poll(() => textOf(core)).toBe("[手順](https://wiki.example.com/a)");
  });
});

describe("a conversion", () => {
  it("sends nothing while it goes on, and its Enter only confirms it", async () => {
    const { page, core } = await empty("前");
    const client = await page.context().newCDPSession(page);
    await client.send("Input.imeSetComposition", { text: "さい", selectionStart: 2, selectionEnd: 2 });
    await client.send("Input.imeSetComposition", { text: "再起動", selectionStart: 3, selectionEnd: 3 });
    await page.clock.runFor(3000).catch(() => {});
    expect(edits(core)).toBe(0);
    // What the engine sends for the Enter that confirms.
    await client.send("Input.dispatchKeyEvent", { type: "rawKeyDown", key: "Process", code: "Enter", windowsVirtualKeyCode: 229 });
    await client.send("Input.insertText", { text: "再起動" });
    await client.send("Input.dispatchKeyEvent", { type: "keyUp", key: "Enter", code: "Enter", windowsVirtualKeyCode: 13 });
    await expect.poll(() => textOf(core)).toBe("前再起動");
  });

  it("is not disturbed by what others write meanwhile", async () => {
    const opened = await empty("前");
    const { page, core } = opened;
    const client = await page.context().newCDPSession(page);
    await client.send("Input.imeSetComposition", { text: "にほん", selectionStart: 3, selectionEnd: 3 });
    core.edit(ID, (document) => { document.sections.problem = "先頭、前"; });
    await changed(page, [ID]);
    expect(await page.textContent(problem)).toContain("にほん");
    await client.send("Input.insertText", { text: "日本" });
    await expect.poll(() => textOf(core)).toBe("先頭、前日本");
    await expect.poll(() => page.textContent(problem)).toBe("先頭、前日本");
  });
});

describe("pasting", () => {
  it("keeps lists, links and weight of Google Docs", async () => {
    const opened = await empty();
    await paste(opened, { "text/plain": "x", "text/html": `<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1"><h3><span>経緯</span></h3><p><span style="font-weight:700">手順4</span><span style="font-weight:400"> のとおり </span><a href="https://www.google.com/url?q=https://example.com/a&amp;sa=D"><span>手順</span></a></p><ul><li><p><span>一つ</span></p></li><ul><li><p><span>内側</span></p></li></ul><li><p><span>二つ</span></p></li></ul></b>` });
    await expect.poll(() => textOf(opened.core)).toBe("### 経緯\n\n**手順4** のとおり [手順](https://example.com/a)\n\n- 一つ\n  - 内側\n- 二つ");
  });
  it("keeps the cells of Excel, whatever picture lies beside them", async () => {
    const opened = await empty();
    await paste(opened, { "text/plain": "名前\t件数\nweb-01\t3", "text/html": `<html><head><style>td{color:red}</style></head><body><table border=0><col width=64><tr><td>名前</td><td>件数</td></tr><tr><td>web-01</td><td align=right>3</td></tr></table></body></html>` }, [{ name: "image.png", type: "image/png", base64: PNG }]);
    await expect.poll(() => textOf(opened.core)).toBe("| 名前 | 件数 |\n| --- | --- |\n| web-01 | 3 |");
  });
  it("keeps code, lists and names of signs of Slack", async () => {
    const opened = await empty();
    await paste(opened, { "text/plain": "x", "text/html": `<div class="p-rich_text_section"><code class="c-mrkdwn__code">web-03</code> を再起動 <img class="c-emoji" alt=":eyes:" src="https://a.slack-edge.com/x.png"></div><ul data-stringify-type="unordered-list" data-indent="0"><li>一つ</li></ul><ul data-stringify-type="unordered-list" data-indent="1"><li>内側</li></ul>` });
    await expect.poll(() => textOf(opened.core)).toBe("`web-03` を再起動 :eyes:\n\n- 一つ\n  - 内側");
  });
  it("keeps the output of a terminal as it stood", async () => {
    const opened = await empty();
    await paste(opened, { "text/plain": "$ kubectl get pods\nNAME     READY\nweb-01   0/1" });
    await expect.poll(() => textOf(opened.core)).toBe("```\n$ kubectl get pods\nNAME     READY\nweb-01   0/1\n```");
  });
  it("lets nothing live through", async () => {
    const opened = await empty();
    await paste(opened, { "text/plain": "x", "text/html": `<p onclick="alert(1)">文<script>alert(1)</script><a href="javascript:alert(1)">わな</a><img src=x onerror="alert(1)"><iframe src="https://example.com"></iframe></p>` });
    await expect.poll(() => textOf(opened.core)).toBe("文わな");
  });
  it("refuses what is too long, and says where it belongs", async () => {
    const { page, core } = await empty("前");
    await page.evaluate((selector) => {
      const transfer = new DataTransfer();
      transfer.setData("text/plain", "ログ ".repeat(17_000_000));
      document.querySelector(selector)!.dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true }));
    }, problem);
    await page.waitForSelector(`${test("toast")}.problem`);
    expect(edits(core)).toBe(0);
    expect(await page.textContent(problem)).toBe("前");
  });
});

describe("pictures", () => {
  it("are kept when pasted, and take a caption", async () => {
    const opened = await empty("前");
    await paste(opened, {}, [{ name: "image.png", type: "image/png", base64: PNG }]);
    await opened.page.fill(`${problem} .picture input`, "再起動のあとの画面");
    await expect.poll(() => textOf(opened.core)).toMatch(/^前!\[再起動のあとの画面\]\(blob:[0-9a-f]{64}\)$/);
    await expect.poll(() => opened.core.entries.get(ID)!.document.attachments.length).toBe(1);
    await expect.poll(() => opened.page.evaluate((selector) => (document.querySelector<HTMLImageElement>(selector)?.naturalWidth ?? 0) > 0, `${problem} .picture img`)).toBe(true);
  });
  it("of a false type are refused", async () => {
    const opened = await empty("前");
    await paste(opened, {}, [{ name: "screen.png", type: "image/png", base64: btoa("MZ not a picture at all") }]);
    await opened.page.waitForSelector(`${test("toast")}.problem`);
    expect(textOf(opened.core)).toBe("前");
    expect(opened.core.calls.some(({ name }) => name === "attach")).toBe(false);
  });
});

describe("one history over all fields", () => {
  it("takes back prose, then the title, and brings both again", async () => {
    const { page, core } = await editor("前");
    await page.fill(test("title"), "新しい題");
    await page.click(problem);
    await page.keyboard.press("Control+End");
    await page.keyboard.type("後");
    await expect.poll(() => textOf(core)).toBe("前後");
    await page.keyboard.press("Control+z");
    await expect.poll(() => textOf(core)).toBe("前");
    await page.keyboard.press("Control+z");
    await expect.poll(() => core.entries.get(ID)!.document.title).toBe(main().title);
    await page.keyboard.press("Control+Shift+Z");
    await page.keyboard.press("Control+Shift+Z");
    await expect.poll(() => textOf(core)).toBe("前後");
    await expect.poll(() => page.textContent(problem)).toBe("前後");
    expect(core.entries.get(ID)!.document.title).toBe("新しい題");
  });
  it("keeps what others wrote meanwhile", async () => {
    const { page, core } = await empty("前");
    await page.keyboard.type("後");
    await expect.poll(() => textOf(core)).toBe("前後");
    await saved(page);
    core.edit(ID, (document) => { document.sections.problem = "他人の文、前後"; });
    await changed(page, [ID]);
    await expect.poll(() => page.textContent(problem)).toBe("他人の文、前後");
    await page.keyboard.type("々");
    await expect.poll(() => textOf(core)).toBe("他人の文、前後々");
    await page.keyboard.press("Control+z");
    await page.keyboard.press("Control+z");
    await expect.poll(() => textOf(core)).toBe("他人の文、前");
  });
});

describe("a long section", () => {
  // How fast a key is answered, `cargo xtask bench window` measures; here is what makes it so.
  it("of 20,000 characters touches only the paragraph that is written in", async () => {
    const { page } = await empty(Array.from({ length: 50 }, () => "再起動の対象が手順に固定のホスト名で書かれ、構成変更のあとも直されなかった。".repeat(11)).join("\n\n"));
    const touched = await page.evaluate((field) => {
      const seen = new MutationObserver(() => {});
      seen.observe(document.querySelector(field)!, { childList: true, characterData: true, subtree: true });
      for (let key = 0; key < 20; key++) document.execCommand("insertText", false, "字");
      const places = seen.takeRecords().map(({ target }) => (target instanceof Element ? target : target.parentElement)?.closest("p") ?? null);
      return { paragraphs: new Set(places).size, elsewhere: places.includes(null), text: document.querySelector(field)!.textContent.includes("字".repeat(20)) };
    }, problem);
    expect(touched).toEqual({ paragraphs: 1, elsewhere: false, text: true });
  });
  it.each([["130,000", 130_000], ["a million", 1_000_000]])("of %s characters in one line opens as Markdown, of which only what is in sight is in the page", async (_, length) => {
    const { page, core } = await editor("あ".repeat(length));
    await page.click(problem);
    await page.keyboard.press("Control+End");
    for (let key = 1; key <= 20; key++) await page.keyboard.press("x");
    // The engine would lay out the whole line at every key: only what is in sight is in the page.
    expect((await page.textContent(problem))!.length).toBeLessThan(20_000);
    await expect.poll(() => textOf(core), { timeout: 15_000 }).toBe("あ".repeat(length) + "x".repeat(20));
    await page.keyboard.press("Control+Home");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Backspace");
    await expect.poll(() => textOf(core), { timeout: 15_000 }).toBe("");
    await page.keyboard.press("Control+z");
    await expect.poll(() => textOf(core).length, { timeout: 15_000 }).toBe(length);
  });
  it("goes on as Markdown at the same place when what is pasted makes it long", async () => {
    const opened = await empty("# 見出し\n\n前");
    await opened.page.keyboard.type("と");
    await paste(opened, { "text/plain": "あ".repeat(12_000) });
    await opened.page.waitForSelector(`${problem}.cm-content`);
    await opened.page.keyboard.type("終");
    await expect.poll(() => textOf(opened.core)).toBe(`# 見出し\n\n前と${"あ".repeat(12_000)}終`);
    // What others write arrives there, too.
    await saved(opened.page);
    opened.core.edit(ID, (document) => { document.sections.problem = `先に。${document.sections.problem}`; });
    await changed(opened.page, [ID]);
    await opened.page.keyboard.type("止");
    await expect.poll(() => textOf(opened.core)).toBe(`先に。# 見出し\n\n前と${"あ".repeat(12_000)}終止`);
  });
});
