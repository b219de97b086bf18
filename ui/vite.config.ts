import { svelte } from "@sveltejs/vite-plugin-svelte";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** The window opens where one was writing: the editor's files are fetched beside the first ones, not after them. */
const editorAtOnce = (): Plugin => ({
  name: "editor-at-once",
  transformIndexHtml: {
    order: "post",
    handler(_html, { bundle = {} }) {
      const chunks = Object.values(bundle).filter((file) => file.type === "chunk");
      const editor = chunks.find(({ name }) => name === "EditorScreen");
      const entry = chunks.find(({ isEntry }) => isEntry);
      const files = new Set(editor ? [editor.fileName, ...editor.imports] : []);
      for (const there of [entry?.fileName ?? "", ...entry?.imports ?? []]) files.delete(there);
      return [...files].map((file) => ({ tag: "link", attrs: { rel: "modulepreload", crossorigin: true, href: `/${file}` }, injectTo: "head" as const }));
    },
  },
});


export default defineConfig({
  plugins: [svelte(), editorAtOnce()],
  clearScreen: false,
  server: { port: 5173, strictPort: true },
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
  test: {
    include: ["src/**/*.test.ts", "tests/*.test.ts"],
    environment: "node",
  },
});
