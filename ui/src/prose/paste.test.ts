import { describe, expect, it } from "vitest";
import { pastedSlice } from "./clipboard";
import { isSafeLink, readLink, unwrapRedirect } from "./links";
import { bullets, classify } from "./paste";

describe("plain text", () => {
  it.each([
    ["名前\t件数\nweb-01\t3", "table"],
    ["$ kubectl get pods\nNAME  READY", "code"],
    ["ubuntu@web-03:~$ sudo reboot", "code"],
    ["NAME       READY   STATUS\nweb-01     1/1     Running\nweb-02     0/1     Error", "code"],
    ["2025-11-14 03:12:01 ERROR a\n2025-11-14 03:12:02 INFO b\n2025-11-14 03:12:03 INFO c", "code"],
    ["\u001b[31mFAILED\u001b[0m", "code"],
    ["- 一つ\n- 二つ", "markdown"],
    ["| a | b |\n|---|---|\n| 1 | 2 |", "markdown"],
    ["[手順](https://example.com) を見た", "markdown"],
    ["03:19 に再起動した。\n03:41 に電話。", "plain"],
    ["A社 B社\nC社", "plain"],
  ])("%j is %s", (text, kind) => expect(classify(text).kind).toBe(kind));

  it("loses colours and controls of a terminal", () => {
    expect(classify("\u001b[1;31mFAILED\u001b[0m web\u0007")).toEqual({ kind: "code", text: "FAILED web" });
  });
  it("reads the bullets of a messenger", () => {
    expect(bullets("• 一つ\n    ◦ 内側")).toBe("- 一つ\n    - 内側");
    expect(pastedSlice("• 一つ\n• 二つ", false).content.firstChild!.type.name).toBe("bullet_list");
  });
  it("makes rows of a sheet a table with a head", () => {
    const table = pastedSlice("名前\t件数\r\nweb-01\t3\r\n", false).content.firstChild!;
    expect(table.type.name).toBe("table");
    expect(table.firstChild!.firstChild!.type.name).toBe("table_header");
    expect(table.childCount).toBe(2);
  });
  it("stays text when the person asks for text alone", () => {
    expect(pastedSlice("- 一つ\n\n- 二つ", true).content.childCount).toBe(2);
    expect(pastedSlice("- 一つ", true).content.firstChild!.type.name).toBe("paragraph");
  });
});

describe("links", () => {
  it.each(["https://example.com/あ", "http://10.0.0.1:8080", "mailto:a@example.com", "postmortem:0190-1"])("%s may stand", (url) => expect(isSafeLink(url)).toBe(true));
  it.each(["javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "file:///etc/passwd", "vbscript:x", "//example.com", "/a", "", "https://a b", "java\nscript:x", "blob:abc"])("%j may not", (url) => expect(isSafeLink(url)).toBe(false));
  it.each([["example.com/a", "https://example.com/a"], ["a@example.com", "mailto:a@example.com"], [" https://example.com ", "https://example.com"], ["javascript:alert(1)", null], ["ただの文", null], ["", null]])("%j is read as %j", (typed, url) => expect(readLink(typed)).toBe(url));
  it("sees through the redirects of Google Docs", () => {
    expect(unwrapRedirect("https://www.google.com/url?q=https://example.com/a%3Fb&sa=D")).toBe("https://example.com/a?b");
    expect(unwrapRedirect("https://example.com/url?q=x")).toBe("https://example.com/url?q=x");
  });
});
