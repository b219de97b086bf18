import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";
import config from "./svelte.config.js";

export default ts.config(
  { ignores: ["dist", "node_modules", "src/*.gen.ts", "tests/artifacts"] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"], svelteConfig: config } },
  },
  {
    rules: {
      "no-undef": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
      "svelte/no-at-html-tags": "error",
      "svelte/prefer-svelte-reactivity": "off",
    },
  },
  {
    // Screens never import each other; what two of them need lives beside them.
    files: ["src/screens/*/**"],
    rules: {
      "no-restricted-imports": ["error", {
        patterns: [{
          regex: "^(\\.\\./)+(screens/)?(welcome|today|library|actions|editor|training|settings)/",
          message: "A screen never imports another; move what both need to parts/ or document/.",
        }, { group: ["@tauri-apps/*"], message: "core.ts is the only call into Rust." }],
      }],
    },
  },
  {
    files: ["src/parts/**"],
    rules: {
      "no-restricted-imports": ["error", {
        patterns: [{ group: ["../screens/*", "../frame/*", "../core*", "../session*"], message: "A part knows nothing of ours." }],
      }],
    },
  },
);
