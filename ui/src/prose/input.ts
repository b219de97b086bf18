// Keys and typed signs of the prose editor.
import { chainCommands, exitCode, setBlockType, toggleMark, wrapIn } from "prosemirror-commands";
import { inputRules, textblockTypeInputRule, wrappingInputRule } from "prosemirror-inputrules";
import { liftListItem, sinkListItem, splitListItem, wrapInList } from "prosemirror-schema-list";
import { NodeSelection, TextSelection, type Command, type EditorState } from "prosemirror-state";
import { addColumnAfter, addRowAfter, deleteColumn, deleteRow, deleteTable, goToNextCell, isInTable } from "prosemirror-tables";
import { schema } from "./schema";

const { nodes, marks } = schema;

export const rules = () => inputRules({ rules: [
  wrappingInputRule(/^\s*>\s$/, nodes.blockquote!),
  wrappingInputRule(/^(\d+)[.)]\s$/, nodes.ordered_list!, (match) => ({ order: Number(match[1]) })),
  wrappingInputRule(/^\s*([-+*・])\s$/, nodes.bullet_list!),
  textblockTypeInputRule(/^```$/, nodes.code_block!),
  textblockTypeInputRule(/^(#{1,6})\s$/, nodes.heading!, (match) => ({ level: match[1]!.length })),
] });

const breakLine: Command = (state, dispatch) => {
  dispatch?.(state.tr.replaceSelectionWith(nodes.hard_break!.create()).scrollIntoView());
  return true;
};

/** Enter in a cell goes to the cell below, and from the last row out of the table. */
const cellBelow: Command = (state, dispatch) => {
  if (!isInTable(state)) return false;
  const { $from } = state.selection;
  const [row, table] = [$from.index(-2), $from.node(-2)];
  const column = $from.index(-1);
  if (row + 1 >= table.childCount) return leaveTable(state, dispatch);
  let at = $from.start(-2);
  for (let index = 0; index <= row; index++) at += table.child(index).nodeSize;
  at += 1;
  for (let index = 0; index < Math.min(column, table.child(row + 1).childCount - 1); index++) at += table.child(row + 1).child(index).nodeSize;
  dispatch?.(state.tr.setSelection(TextSelection.near(state.doc.resolve(at + 1))).scrollIntoView());
  return true;
};
const leaveTable: Command = (state, dispatch) => {
  const after = state.selection.$from.after(-2);
  const step = state.tr;
  if (!state.doc.resolve(after).nodeAfter?.isTextblock) step.insert(after, nodes.paragraph!.create());
  dispatch?.(step.setSelection(TextSelection.near(step.doc.resolve(after + 1))).scrollIntoView());
  return true;
};
const nextCell: Command = (state, dispatch) => {
  if (!isInTable(state)) return false;
  if (goToNextCell(1)(state, dispatch)) return true;
  return addRowAfter(state, dispatch && ((step) => {
    dispatch(step);
  }));
};

/** Enter on a chosen picture goes to its caption. */
const toCaption: Command = (state, _dispatch, view) => {
  const { selection } = state;
  if (!(selection instanceof NodeSelection) || selection.node.type !== nodes.image) return false;
  const picture = view?.nodeDOM(selection.from);
  if (picture instanceof HTMLElement) picture.querySelector("input")?.focus();
  return true;
};

export function shortcuts(editLink: () => void): Record<string, Command> {
  const link: Command = () => { editLink(); return true; };
  return {
    "Mod-b": toggleMark(marks.strong!), "Mod-i": toggleMark(marks.em!), "Mod-e": toggleMark(marks.code!), "Mod-u": link,
    "Mod-Shift-8": toggleList("bullet_list"), "Mod-Shift-7": toggleList("ordered_list"),
    Enter: chainCommands(toCaption, cellBelow, splitListItem(nodes.list_item!)),
    "Shift-Enter": chainCommands(exitCode, breakLine),
    Tab: chainCommands(nextCell, sinkListItem(nodes.list_item!)),
    "Shift-Tab": chainCommands(goToNextCell(-1), liftListItem(nodes.list_item!)),
  };
}

export function toggleList(name: "bullet_list" | "ordered_list"): Command {
  return (state, dispatch, view) => {
    const inside = ancestor(state, ["bullet_list", "ordered_list"]);
    if (inside?.node.type.name === name) return liftListItem(nodes.list_item!)(state, dispatch, view);
    if (inside) {
      dispatch?.(state.tr.setNodeMarkup(inside.at, nodes[name]!));
      return true;
    }
    return wrapInList(nodes[name]!)(state, dispatch);
  };
}

export const toggleHeading: Command = (state, dispatch) => {
  const level = state.selection.$from.parent.type === nodes.heading ? (state.selection.$from.parent.attrs.level as number) : 0;
  if (level === 0) return setBlockType(nodes.heading!, { level: 3 })(state, dispatch);
  if (level === 3) return setBlockType(nodes.heading!, { level: 4 })(state, dispatch);
  return setBlockType(nodes.paragraph!)(state, dispatch);
};
export const toggleCodeBlock: Command = (state, dispatch) => (state.selection.$from.parent.type === nodes.code_block ? setBlockType(nodes.paragraph!) : setBlockType(nodes.code_block!))(state, dispatch);
export const quote = wrapIn(nodes.blockquote!);
export const bold = toggleMark(marks.strong!);
export const code: Command = (state, dispatch) => {
  const { $from, $to, empty } = state.selection;
  return (!empty && !$from.sameParent($to) ? setBlockType(nodes.code_block!) : toggleMark(marks.code!))(state, dispatch);
};

export const insertTable: Command = (state, dispatch) => {
  if (isInTable(state)) return addRowAfter(state, dispatch);
  const row = (type: "table_header" | "table_cell") => nodes.table_row!.create(null, [0, 1, 2].map(() => nodes[type]!.create()));
  const table = nodes.table!.create(null, [row("table_header"), row("table_cell"), row("table_cell")]);
  if (!dispatch) return true;
  const step = state.tr.replaceSelectionWith(table);
  const from = step.mapping.map(state.selection.from, -1);
  let cell: number | null = null;
  step.doc.nodesBetween(from, step.doc.content.size, (node, at) => {
    if (cell === null && node.type === nodes.table_header) cell = at + 1;
    return cell === null;
  });
  if (cell !== null) step.setSelection(TextSelection.create(step.doc, cell));
  dispatch(step.scrollIntoView());
  return true;
};
export const tableCommands = { addRowAfter, addColumnAfter, deleteRow, deleteColumn, deleteTable };
export { isInTable };

export function setLink(href: string | null): Command {
  return (state, dispatch) => {
    const span = linkAround(state);
    const { from, to, empty } = state.selection;
    const step = state.tr;
    const [start, end] = empty && span ? [span.from, span.to] : [from, to];
    if (href === null) step.removeMark(start, end, marks.link!);
    else if (start === end) step.insert(start, schema.text(href, [marks.link!.create({ href })]));
    else step.removeMark(start, end, marks.link!).addMark(start, end, marks.link!.create({ href }));
    dispatch?.(step.scrollIntoView());
    return true;
  };
}

/** The link that the cursor is in. */
export function linkAround(state: EditorState): { from: number; to: number; href: string } | null {
  const { $from } = state.selection;
  const mark = $from.marks().find(({ type }) => type === marks.link) ?? $from.nodeAfter?.marks.find(({ type }) => type === marks.link);
  if (!mark) return null;
  let [from, to] = [0, 0];
  let at = $from.start();
  let found: { from: number; to: number } | null = null;
  $from.parent.forEach((child) => {
    if (mark.isInSet(child.marks)) {
      if (to !== at) from = at;
      to = at + child.nodeSize;
      if (from <= $from.pos && $from.pos <= to) found = { from, to };
    }
    at += child.nodeSize;
  });
  return found === null ? null : { ...(found as { from: number; to: number }), href: mark.attrs.href as string };
}

function ancestor(state: EditorState, names: string[]) {
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth--) {
    const node = $from.node(depth);
    if (names.includes(node.type.name)) return { node, at: $from.before(depth) };
  }
  return null;
}

/** What holds at the cursor, for the buttons. */
export function activeAt(state: EditorState): { bold: boolean; code: boolean; link: boolean; list: boolean; ordered: boolean; heading: boolean; table: boolean } {
  const { from, to, empty, $from } = state.selection;
  const has = (name: string) => (empty ? (state.storedMarks ?? $from.marks()).some(({ type }) => type.name === name) : state.doc.rangeHasMark(from, to, marks[name]!));
  return {
    bold: has("strong"), code: has("code") || $from.parent.type === nodes.code_block, link: has("link"), list: ancestor(state, ["bullet_list", "ordered_list"])?.node.type.name === "bullet_list",
    ordered: ancestor(state, ["bullet_list", "ordered_list"])?.node.type.name === "ordered_list", heading: $from.parent.type === nodes.heading, table: isInTable(state),
  };
}
