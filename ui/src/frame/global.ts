// The commands that act everywhere.
import { session } from "../session.svelte";
import { t } from "../text.svelte";
import type { Command } from "./commands.svelte";
import { bringIn } from "./import";
import { layers } from "./layers.svelte";

export function globalCommands(cycleRegion: (by: 1 | -1) => void): Command[] {
  return [
    { id: "palette", title: () => t("palette.title"), chords: ["mod+k"], inPalette: false, run: () => { layers.palette = true; } },
    { id: "write", title: () => t("action.write"), chords: ["mod+n", "n"], run: () => void session.write() },
    { id: "today", title: () => t("place.today"), chords: ["mod+1"], run: () => session.go({ name: "today" }) },
    { id: "library", title: () => t("place.library"), chords: ["mod+2"], run: () => session.go({ name: "library" }) },
    { id: "actions", title: () => t("place.actions"), chords: ["mod+3"], run: () => session.go({ name: "actions" }) },
    { id: "training", title: () => t("place.training"), chords: ["mod+5"], run: () => session.go({ name: "training" }) },
    { id: "search", title: () => t("library.search"), chords: ["mod+shift+f"], run: () => session.go({ name: "library", query: "" }) },
    { id: "settings", title: () => t("place.settings"), chords: ["mod+,"], run: () => session.go({ name: "settings" }) },
    { id: "import", title: () => t("import.title"), run: () => void bringIn() },
    { id: "back", title: () => t("frame.back"), chords: ["mod+[", "alt+ArrowLeft"], when: () => session.canGoBack, run: () => session.back() },
    { id: "forward", title: () => t("frame.forward"), chords: ["mod+]", "alt+ArrowRight"], when: () => session.canGoForward, run: () => session.forward() },
    { id: "region.next", title: () => t("key.next_region"), chords: ["F6"], inPalette: false, run: () => cycleRegion(1) },
    { id: "region.previous", title: () => t("key.previous_region"), chords: ["shift+F6"], inPalette: false, run: () => cycleRegion(-1) },
    { id: "language", title: () => t("settings.switch_language"), run: () => void session.change({ language: session.settings.language === "ja" ? "en" : "ja" }) },
    { id: "help", title: () => t("help.title"), chords: ["?", "mod+/"], run: () => { layers.help = true; } },
  ];
}
