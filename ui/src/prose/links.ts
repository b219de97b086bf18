// Addresses that may stand in a text. The core applies the same rule when it publishes and when it opens one.

/** Web, mail, or another entry. */
export function isSafeLink(address: string): boolean {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(address)?.[1]?.toLowerCase();
  // eslint-disable-next-line no-control-regex
  return scheme !== undefined && ["http", "https", "mailto", "postmortem"].includes(scheme) && !/[\u0000-\u001f\u007f\s]/.test(address);
}

/** An address as a person types it: `example.com/a` becomes `https://example.com/a`, a mail address becomes `mailto:`. Null if it cannot be a link. */
export function readLink(typed: string): string | null {
  const text = typed.trim();
  if (text === "") return null;
  if (isSafeLink(text)) return text;
  if (/^[^\s@:/]+@[^\s@:/]+\.[^\s@:/]+$/.test(text)) return `mailto:${text}`;
  const guessed = `https://${text}`;
  return /^[\w-]+(\.[\w-]+)+([/?#:]\S*)?$/.test(text) && isSafeLink(guessed) ? guessed : null;
}

/** The address behind a redirect that Google Docs puts into what it copies. */
export function unwrapRedirect(address: string): string {
  if (!/^https?:\/\/(www\.)?google\.[a-z.]+\/url\?/.test(address)) return address;
  try {
    return new URL(address).searchParams.get("q") ?? address;
  } catch {
    return address;
  }
}
