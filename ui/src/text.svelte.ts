// The words of the window, in the person's language.
import { messages, type Key } from "./catalogue.gen";
import type { Localised } from "./core.gen";

export type Language = "ja" | "en";
export type { Key };

let language = $state<Language>("ja");

export function currentLanguage(): Language {
  return language;
}

export function useLanguage(next: Language): void {
  language = next;
  document.documentElement.lang = next;
}

/** The message with `{name}` replaced by the value of that name. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  return messages[language][key].replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The text of a template in the person's language. */
export function local(text: Localised): string {
  return text[language] || text.ja;
}
