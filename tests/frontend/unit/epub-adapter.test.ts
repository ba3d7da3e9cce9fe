import assert from "node:assert/strict";
import { test } from "node:test";
import { chaptersOf, type EpubManifest, toFoliateBook } from "../../../lending/web/frontend/src/epub-adapter.ts";

const base = "https://books.example/api/v1/loans/x/";
const section = (href: string, more = {}) => ({ id: href, href, size: 10, ...more });

function book(more: Partial<EpubManifest> = {}) {
  const loads: number[] = [];
  const manifest: EpubManifest = {
    metadata: { title: "T" },
    sections: [section("r/OPS/a%20b.xhtml", { cfi: "/6/4" }), section("wrapped/OPS/map.svg", { cfi: "/6/8" })],
    ...more,
  };
  const made = toFoliateBook(manifest, {
    url: (path) => base + path,
    beforeLoad: (index) => Promise.resolve(loads.push(index) ? undefined : ""),
    document: () => Promise.reject(new Error("not asked for")),
  });
  return { ...made, loads };
}

test("a part is loaded from its direct address, after asking whether it may be", async () => {
  const { sections, loads } = book();
  assert.equal(await sections[0]?.load(), `${base}r/OPS/a%20b.xhtml`);
  assert.deepEqual(loads, [0]);
});

test("a link is found from the part that it stands in, spaces and fragments and all", () => {
  const { sections, resolveHref } = book();
  const href = sections[0]?.resolveHref("a%20b.xhtml#note") ?? "";
  assert.equal(href, "r/OPS/a%20b.xhtml#note");
  assert.equal(resolveHref(href)?.index, 0);
});

test("a document that is served in a page of its own is found by its bare name too", () => {
  assert.equal(book().resolveHref("r/OPS/map.svg")?.index, 1);
});

test("a link to what the book does not have leads nowhere", () => {
  assert.equal(book().resolveHref("r/OPS/other.xhtml"), null);
});

test("whatever has a scheme of its own is outside, scripts included", () => {
  const { isExternal, sections } = book();
  for (const href of ["https://e.org/", "javascript:alert(1)", "data:text/html,x", "mailto:a@b.c"]) {
    assert.ok(isExternal(sections[0]?.resolveHref(href) ?? ""), href);
  }
  assert.ok(!isExternal("r/OPS/a.xhtml"));
  assert.ok(isExternal(sections[0]?.resolveHref("../../../../../admin") ?? ""));
});

test("a kept place finds its section by the spine's own numbers", () => {
  const { resolveCFI } = book();
  assert.equal(resolveCFI("epubcfi(/6/8!/4/2/1:3)").index, 1);
  assert.equal(resolveCFI("epubcfi(/6/4!/4,/2/1:0,/2/1:9)").index, 0);
  assert.equal(resolveCFI("epubcfi(/6/400!/4/2)").index, 0);
});

test("a place that the part no longer has leads to the part's start", () => {
  const empty = { documentElement: { firstChild: null, childNodes: [] } } as unknown as Document;
  assert.equal(book().resolveCFI("epubcfi(/6/4!/4/2/1:3)").anchor(empty), 0);
});

test("a book whose every part stands aside can be read all the same", () => {
  const { sections } = book({ sections: [section("r/a.xhtml", { linear: "no" })] });
  assert.equal(sections[0]?.linear, "yes");
});

test("the contents keep their nesting, and an entry without words shows a sign", () => {
  const [part] = chaptersOf([{ label: " Part ", href: "r/a", children: [{ title: "", href: null }] }]);
  assert.equal(part?.label, "Part");
  assert.deepEqual(part?.children, [{ label: "…", target: null, children: [] }]);
});
