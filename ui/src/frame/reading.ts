// Commands are found by part of their words, without regard to width, case or kana.

const plain = (text: string) => text.normalize("NFKC").toLowerCase().replace(/[\u30a1-\u30f6]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60)).replace(/\s+/g, "");

export function isLike(title: string, query: string): boolean {
  return plain(title).includes(plain(query));
}
