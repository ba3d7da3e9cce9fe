import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const frontend = new URL("../../../lending/web/frontend/", import.meta.url);
const read = (name: string) => readFileSync(new URL(name, frontend), "utf8");
const pages = {
  "borrower/read.html": [
    ...["reader", "about-panel", "end-page", "jump-back", "look-panel", "marking", "marks-panel", "note-popup"],
    ...["outside-link", "panels", "read-aloud", "ruler", "search-panel", "selection-menu", "sentences", "shortcuts"],
    ...["seat-sheet", "snack", "where-words", "whereabouts", "controls"],
  ],
  "borrower/claim.html": ["claim"],
  "asking/place.html": ["place"],
  "borrower/borrowed.html": ["borrowed", "borrowed-loans", "place-list"],
  "owner/add.html": ["upload", "upload-row"],
};
/** Where the server translates what the scripts say. */
const texts = read("../pages/script_texts.py");

/** The reading page is put together from several files, and some of its ids are made by macros. */
function templateOf(page: string): string {
  if (page !== "borrower/read.html") return read(`../templates/${page}`);
  const folder = "../templates/borrower/reading/";
  const parts = readdirSync(new URL(folder, frontend)).map((name) => read(folder + name));
  const html = [read(`../templates/${page}`), ...parts].join("\n");
  const steps = [...html.matchAll(/\{\{ steps\("(\w+)"/g)].flatMap(([, name]) => ["smaller", "now", "larger"].map((end) => `id="${name}-${end}"`));
  const entries = [...html.matchAll(/\{\{ entry\("([\w-]+)"/g)].map(([, id]) => `id="${id}"`);
  return [html, ...steps, ...entries].join("\n");
}

for (const [page, scripts] of Object.entries(pages)) {
  const html = templateOf(page);
  const code = scripts.map((name) => read(`src/${name}.ts`)).join("\n");

  test(`${page} has every id that its scripts look for`, () => {
    const wanted = [...code.matchAll(/(?:part(?:<\w+>)?|dialog|opens|fill|show)\("([\w-]+)"/g)].map(([, id = ""]) => id);
    assert.ok(wanted.length > 0);
    for (const id of wanted) assert.match(html, new RegExp(`id="${id}"`), id);
  });

  test(`${page} has every text that its scripts say`, () => {
    const said = [...code.matchAll(/(?:#?\bsay|#tellTrouble|words)\("([\w.-]+)"/g)].map(([, key = ""]) => key);
    assert.ok(said.length > 0);
    for (const key of said) assert.ok(texts.includes(`"${key}":`), key);
  });

  test(`${page} holds no inline style and no inline script`, () => {
    assert.doesNotMatch(html, /\sstyle=|<style|\son\w+=/);
    for (const [, attributes] of html.matchAll(/<script([^>]*)>/g)) assert.match(attributes ?? "", /src=|application\/json/);
  });
}

test("the papers of the book are the papers around it", () => {
  const css = read("styles/papers.css");
  const themes = read("src/book-themes.ts");
  for (const [, colour = ""] of themes.matchAll(/page: "(#\w+)"/g)) assert.ok(css.includes(`--page: ${colour}`), colour);
});
