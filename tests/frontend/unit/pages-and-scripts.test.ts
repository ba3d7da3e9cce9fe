import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const frontend = new URL("../../../lending/web/frontend/", import.meta.url);
const read = (name: string) => readFileSync(new URL(name, frontend), "utf8");
const pages = {
  "borrower/read.html": ["reader", "look-panel", "outside-link", "controls"],
  "borrower/claim.html": ["claim"],
  "owner/add.html": ["upload", "upload-row"],
};
/** Where the server translates what the scripts say. */
const texts = read("../pages/script_texts.py");

for (const [page, scripts] of Object.entries(pages)) {
  const html = read(`../templates/${page}`);
  const code = scripts.map((name) => read(`src/${name}.ts`)).join("\n");

  test(`${page} has every id that its scripts look for`, () => {
    const wanted = [...code.matchAll(/(?:part(?:<\w+>)?|dialog|opens|fill|show)\("([\w-]+)"/g)].map(([, id = ""]) => id);
    assert.ok(wanted.length > 0);
    for (const id of wanted) assert.match(html, new RegExp(`id="${id}"`), id);
  });

  test(`${page} has every text that its scripts say`, () => {
    const said = [...code.matchAll(/(?:#say|#tellTrouble|words)\("([\w.-]+)"/g)].map(([, key = ""]) => key);
    assert.ok(said.length > 0);
    for (const key of said) assert.ok(texts.includes(`"${key}":`), key);
  });

  test(`${page} holds no inline style and no inline script`, () => {
    assert.doesNotMatch(html, /\sstyle=|<style|\son\w+=/);
    for (const [, attributes] of html.matchAll(/<script([^>]*)>/g)) assert.match(attributes ?? "", /src=|application\/json/);
  });
}

test("the papers of the book are the papers around it", () => {
  const css = read("styles/reader.css");
  const themes = read("src/book-themes.ts");
  for (const [, colour = ""] of themes.matchAll(/page: "(#\w+)"/g)) assert.ok(css.includes(`--page: ${colour}`), colour);
});
