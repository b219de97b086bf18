// The only call into Rust. Everything else in the window goes through here.
import { invoke } from "@tauri-apps/api/core";
import type { Calls, Problem, Start } from "./core.gen";

declare global {
  interface Window {
    /** Stands in for Rust where the page runs outside the app. A rejection carries the Problem as JSON in its message. */
    __yokotenBridge?: (name: string, argsJson: string) => Promise<string>;
    __TAURI_INTERNALS__?: unknown;
  }
}

/** Commands of the window itself, which the command line does not have. */
interface WindowCommands {
  choose_save_path: { args: { suggested: string; extension: string }; result: string | null };
  choose_open_path: { args: Record<string, never>; result: string | null };
  choose_folder: { args: Record<string, never>; result: string | null };
  open_link: { args: { url: string }; result: null };
  reveal: { args: { path: string }; result: null };
  open_workspace: { args: { path: string }; result: Start };
  open_sample: { args: Record<string, never>; result: Start };
}

/** Somebody else wrote: another window, or the command line. */
export interface Changed {
  ids: string[];
  origin: string;
}

/** A refusal or a failure as Rust words it, in the language of the person. */
export class CoreError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** What to show for any thrown thing. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof CoreError) return thrown.problem;
  return { kind: "unexpected", message: thrown instanceof Error ? thrown.message : String(thrown), hints: [] };
}

function asProblem(thrown: unknown): Problem {
  if (isProblem(thrown)) return thrown;
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  try {
    // A bridge may put its own words before the JSON.
    const parsed: unknown = JSON.parse(text.slice(text.indexOf("{")));
    if (isProblem(parsed)) return parsed;
  } catch {
    // Not JSON: the text itself is the message.
  }
  return { kind: "unexpected", message: text, hints: [] };
}

function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "message" in value && "hints" in value;
}

async function send(command: string, args: object): Promise<unknown> {
  try {
    if (window.__yokotenBridge) {
      return JSON.parse(await window.__yokotenBridge(command, JSON.stringify(args)));
    }
    return command in windowOnly ? await invoke(command, { ...args }) : await invoke("call", { name: command, args });
  } catch (thrown) {
    throw new CoreError(asProblem(thrown));
  }
}

const windowOnly: Record<keyof WindowCommands, true> = {
  choose_save_path: true, choose_open_path: true, choose_folder: true, open_link: true, reveal: true, open_workspace: true, open_sample: true,
};

/** Calls a function of `app` by name. Rejects with a {@link CoreError}. */
export function call<N extends keyof Calls>(name: N, args: Calls[N]["args"]): Promise<Calls[N]["result"]> {
  return send(name, args) as Promise<Calls[N]["result"]>;
}

function own<N extends keyof WindowCommands>(name: N, args: WindowCommands[N]["args"]): Promise<WindowCommands[N]["result"]> {
  return send(name, args) as Promise<WindowCommands[N]["result"]>;
}

export const chooseSavePath = (suggested: string, extension: string) => own("choose_save_path", { suggested, extension });
export const chooseOpenPath = () => own("choose_open_path", {});
export const chooseFolder = () => own("choose_folder", {});
export const openLink = (url: string) => own("open_link", { url });
export const reveal = (path: string) => own("reveal", { path });
export const openWorkspace = (path: string) => own("open_workspace", { path });
export const openSample = () => own("open_sample", {});

/** Tells of writes by others, until the returned function is called. */
export function onChanged(listener: (changed: Changed) => void): () => void {
  if (window.__yokotenBridge) {
    const relay = (event: Event) => listener((event as CustomEvent<Changed>).detail);
    window.addEventListener("yokoten:changed", relay);
    return () => window.removeEventListener("yokoten:changed", relay);
  }
  let stop = () => {};
  let stopped = false;
  void import("@tauri-apps/api/event").then(async ({ listen }) => {
    const unlisten = await listen<Changed>("changed", (event) => listener(event.payload));
    if (stopped) unlisten();
    else stop = unlisten;
  });
  return () => {
    stopped = true;
    stop();
  };
}

/** Asks `mayClose` when the window is about to close, and closes it only when that has ended with yes. */
export function onClose(mayClose: () => Promise<boolean>): void {
  if (!window.__TAURI_INTERNALS__) return;
  void import("@tauri-apps/api/window").then(({ getCurrentWindow }) => getCurrentWindow().onCloseRequested(async (event) => {
    if (!(await mayClose())) event.preventDefault();
  }));
}

/** Closes the window without asking. */
export function closeNow(): void {
  if (!window.__TAURI_INTERNALS__) return;
  void import("@tauri-apps/api/window").then(({ getCurrentWindow }) => getCurrentWindow().destroy());
}

/** The address of a stored attachment for an `img`, or null where it has to be asked for with {@link attachmentData}. */
export function attachmentUrl(hash: string): string | null {
  if (window.__yokotenBridge) return null;
  return navigator.userAgent.includes("Windows") ? `http://attachment.localhost/${hash}` : `attachment://localhost/${hash}`;
}

/** An attachment as a data URL, where the page has no attachment protocol. */
export const attachmentData = (hash: string) => send("attachment_data", { hash }) as Promise<string>;
