// Markdown as words alone, for previews and digests.

export function plainText(markdown: string): string {
  return markdown
    .replace(/^```.*$/gm, "")
    .replace(/!\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/^\s*(?:#{1,6}|>|[-*+]|\d+[.)])\s+/gm, "")
    .replace(/^\s*\|?[\s:|-]+\|[\s:|-]*$/gm, "")
    .replace(/(\*\*|__|`)/g, "")
    .replace(/\\([\\`*_{}[\]()#+.!|<>~-])/g, "$1")
    .replace(/\n{2,}/g, "\n")
    .trim();
}

/** The first words of a text on one line. */
export function digest(markdown: string, length = 120): string {
  const line = plainText(markdown).replace(/\s+/g, " ");
  return line.length > length ? `${line.slice(0, length)}…` : line;
}
