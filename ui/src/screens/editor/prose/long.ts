// Which texts are edited as they are, because laying them out as a page would make every key wait.
import type { EditorState } from "prosemirror-state";

/** Characters of a whole text. */
const TEXT = 100_000;
/** Characters of one paragraph: an engine lays out a paragraph anew from its beginning at every key. */
const PARAGRAPH = 10_000;

export function isLong(text: string): boolean {
  return text.length > TEXT || (text.length > PARAGRAPH && text.split("\n").some((line) => line.length > PARAGRAPH));
}

/** The same of a text on screen, asked at every key: only the paragraph at the cursor can have grown. */
export function isLongParagraph({ doc, selection }: EditorState): boolean {
  return doc.content.size > TEXT || selection.$head.parent.content.size > PARAGRAPH;
}
