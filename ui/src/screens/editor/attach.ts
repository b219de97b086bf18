// A file on its way into an entry: looked at before it is read, so that a wrong one costs nothing.
import { call } from "../../core";
import { session } from "../../session.svelte";
import { t } from "../../text.svelte";
import type { Attachment } from "../../core.gen";
import type { OpenEntry } from "./entry.svelte";

/** The largest file that the core keeps, in bytes. */
const LARGEST = 50 * 1024 * 1024;
/** What the window can show inside a text. */
const shown = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/avif"];

/** Keeps a picture for prose. Answers its hash, or null when the person has been told why not. */
export async function attachFile(entry: OpenEntry, file: File): Promise<string | null> {
  const type = typeOf(new Uint8Array(await file.slice(0, 16).arrayBuffer()));
  if (type === null || !shown.includes(type)) {
    session.tell(t("attachment.no_image", { name: file.name || t("attachment.pasted") }), [t("attachment.no_image_hint")]);
    return null;
  }
  const name = file.name && file.name !== "image.png" ? file.name : `${t("attachment.pasted")}.${type.split("/")[1]}`;
  return (await keep(entry, file, name))?.hash ?? null;
}

/** Keeps any file beside the entry. */
export async function keep(entry: OpenEntry, file: File, name = file.name): Promise<Attachment | null> {
  if (file.size > LARGEST) {
    session.tell(t("attachment.too_large", { name, size: Math.ceil(file.size / 1024 / 1024), limit: LARGEST / 1024 / 1024 }), [t("attachment.too_large_hint")]);
    return null;
  }
  const working = file.size > 2 * 1024 * 1024 ? session.working(t("attachment.keeping", { name })) : null;
  try {
    const kept = await call("attach", { id: entry.id, name, base64: await base64(file) });
    void entry.refresh();
    return kept;
  } catch (thrown) {
    session.fail(thrown);
    return null;
  } finally {
    working?.();
  }
}

function base64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve((reader.result as string).replace(/^data:[^,]*,/, ""));
    reader.onerror = () => reject(reader.error ?? new Error(file.name));
    reader.readAsDataURL(file);
  });
}

/** What the first bytes say that a file is, whatever its name claims. */
export function typeOf(head: Uint8Array): string | null {
  const starts = (...bytes: number[]) => bytes.every((byte, index) => head[index] === byte);
  const ascii = (from: number, to: number) => String.fromCharCode(...head.slice(from, to));
  if (starts(0x89, 0x50, 0x4e, 0x47)) return "image/png";
  if (starts(0xff, 0xd8, 0xff)) return "image/jpeg";
  if (ascii(0, 4) === "GIF8") return "image/gif";
  if (ascii(0, 4) === "RIFF" && ascii(8, 12) === "WEBP") return "image/webp";
  if (ascii(0, 2) === "BM") return "image/bmp";
  if (ascii(4, 12) === "ftypavif") return "image/avif";
  return null;
}
