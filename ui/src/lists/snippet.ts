// A snippet of a search: `<mark>` holds a match, all else is escaped.

export interface Piece { text: string; match: boolean }

const named: Record<string, string> = { "&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"', "&#39;": "'", "&#x27;": "'" };

export function pieces(snippet: string): Piece[] {
  return snippet
    .split(/(<mark>.*?<\/mark>)/s)
    .filter((part) => part !== "")
    .map((part) => {
      const match = part.startsWith("<mark>");
      const text = match ? part.slice(6, -7) : part;
      return { match, text: text.replace(/&(?:lt|gt|amp|quot|#39|#x27);/g, (entity) => named[entity] ?? entity) };
    });
}
