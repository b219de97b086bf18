// What other programs put on the clipboard, made into what the schema knows.
import { unwrapRedirect } from "./links";

/** Text longer than this (UTF-16 units) belongs into a file. */
export const PASTE_LIMIT = 200_000;

export type Pasted =
  | { kind: "markdown"; text: string }
  | { kind: "table"; rows: string[][] }
  | { kind: "code"; text: string }
  | { kind: "plain"; text: string };

/** What plain text is: the output of a terminal, cells of a sheet, Markdown, or just text. */
export function classify(raw: string): Pasted {
  // eslint-disable-next-line no-control-regex
  const coloured = /\u001b\[[0-9;]*[A-Za-z]/.test(raw);
  // eslint-disable-next-line no-control-regex
  const text = raw.replace(/\r\n?/g, "\n").replace(/\u001b\[[0-9;?]*[A-Za-z]/g, "").replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "");
  const lines = text.replace(/\n+$/, "").split("\n");
  const rows = lines.map((line) => line.split("\t"));
  const width = rows[0]!.length;
  if (width > 1 && lines.length > 1 && rows.every((row) => row.length === width)) return { kind: "table", rows };
  if (coloured || isTerminal(lines)) return { kind: "code", text: lines.join("\n") };
  if (isMarkdown(lines)) return { kind: "markdown", text };
  return { kind: "plain", text };
}

function isTerminal(lines: string[]): boolean {
  if (lines.some((line) => /^(\[?[\w.-]+@[\w.-]+[^\n]*[$#%>]|[$#%] |PS [A-Z]:\\|[A-Z]:\\>|ubuntu@|root@)/.test(line) && !/^#{1,6} /.test(line))) return true;
  if (lines.length < 3) return false;
  // Columns of a command's answer: gaps of two and more spaces at the same places of several lines.
  const columned = lines.filter((line) => /\S {2,}\S/.test(line)).length;
  const stamped = lines.filter((line) => /^\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d|^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d /.test(line)).length;
  const traced = lines.filter((line) => /^\s+at .+\(.*\)$|^\s+File ".+", line \d+/.test(line)).length;
  return columned >= lines.length * 0.6 || stamped >= lines.length * 0.6 || traced >= 2;
}

function isMarkdown(lines: string[]): boolean {
  const signs = lines.filter((line) => /^\s*([-*+]|\d+[.)]) \S|^#{1,6} \S|^> |^```|^\|.*\|\s*$/.test(line)).length;
  return signs > 0 || lines.some((line) => /\[[^\]]+\]\((https?|mailto):[^)\s]+\)|\*\*\S[^*]*\*\*/.test(line));
}

/** Lists of Slack and messengers as text: `•` and `◦` are bullets, four spaces one level. */
export const bullets = (text: string) => text.replace(/^(\s*)[•◦▪・‣]\s?/gm, (_, indent: string) => `${indent}- `);

/** Mends the HTML of Google Docs, Slack, Excel and Word before the schema reads it. Only shapes; nothing of it ever becomes live. */
export function mendHtml(html: string): string {
  const page = new DOMParser().parseFromString(html, "text/html");
  page.querySelectorAll("style, script, meta, link, title, noscript, template, iframe, object, svg").forEach((element) => element.remove());
  mendLists(page);
  mendTables(page);
  for (const link of page.querySelectorAll("a[href]")) link.setAttribute("href", unwrapRedirect(link.getAttribute("href") ?? ""));
  // An emoji of a messenger is a picture with its name; the name is what can be kept.
  for (const image of page.querySelectorAll("img:not([data-hash])")) image.replaceWith(page.createTextNode(image.getAttribute("alt") ?? ""));
  // Slack marks code by its style alone.
  for (const code of page.querySelectorAll("[class*=mrkdwn__pre], [data-stringify-type=pre]")) {
    const pre = page.createElement("pre");
    pre.textContent = code.textContent;
    code.replaceWith(pre);
  }
  return page.body.innerHTML;
}

function mendLists(page: Document): void {
  // Google Docs and Word hang an inner list beside the item that it belongs to.
  for (const inner of page.querySelectorAll("ul > ul, ul > ol, ol > ul, ol > ol")) {
    const before = inner.previousElementSibling;
    if (before?.tagName === "LI") before.append(inner);
    else {
      const item = page.createElement("li");
      inner.replaceWith(item);
      item.append(inner);
    }
  }
  // Slack writes each level as a list of its own with the depth beside it.
  for (const list of page.querySelectorAll("ul[data-indent], ol[data-indent]")) {
    const depth = Number(list.getAttribute("data-indent"));
    const before = list.previousElementSibling;
    if (!depth || !before?.matches("ul, ol")) continue;
    let host: Element = before;
    for (let level = 1; level < depth; level++) host = [...(host.lastElementChild?.children ?? [])].findLast((child) => child.matches("ul, ol")) ?? host;
    (host.lastElementChild ?? host).append(list);
  }
}

function mendTables(page: Document): void {
  for (const table of page.querySelectorAll("table")) {
    table.querySelectorAll("colgroup, col, caption").forEach((element) => element.remove());
    for (const cell of table.querySelectorAll("td, th")) {
      const [across, down] = [Number(cell.getAttribute("colspan") ?? 1), Number(cell.getAttribute("rowspan") ?? 1)];
      cell.removeAttribute("colspan");
      cell.removeAttribute("rowspan");
      // Markdown knows no merged cells: what was merged is followed by empty ones.
      for (let extra = 1; extra < Math.min(across, 50); extra++) cell.after(page.createElement(cell.tagName));
      const row = cell.parentElement as HTMLTableRowElement;
      const index = [...row.cells].indexOf(cell as HTMLTableCellElement);
      let below = row.nextElementSibling;
      for (let extra = 1; extra < Math.min(down, 200) && below; extra++) {
        below.insertBefore(page.createElement("td"), below.children[index] ?? null);
        below = below.nextElementSibling;
      }
      for (const block of cell.querySelectorAll("p, div")) block.replaceWith(...block.childNodes, page.createTextNode(" "));
      for (const br of cell.querySelectorAll("br")) br.replaceWith(page.createTextNode(" "));
    }
    const first = table.querySelector("tr");
    for (const cell of first?.querySelectorAll("td") ?? []) {
      const head = page.createElement("th");
      head.append(...cell.childNodes);
      cell.replaceWith(head);
    }
    const single = table.rows.length === 1 && table.rows[0]!.cells.length === 1;
    if (single) table.replaceWith(...table.rows[0]!.cells[0]!.childNodes);
  }
}
