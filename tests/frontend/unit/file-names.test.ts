import assert from "node:assert/strict";
import { test } from "node:test";
import { fileNameOf } from "../../../lending/web/frontend/src/file-names.ts";

test("a file is called as the server says", () => {
  assert.equal(fileNameOf('attachment; filename="The Salt Road - marks.md"'), "The Salt Road - marks.md");
  assert.equal(fileNameOf("attachment; filename=marks.jsonld"), "marks.jsonld");
  assert.equal(fileNameOf("attachment; filename=\"Para so.md\"; filename*=UTF-8''Para%C3%ADso%20-%20marks.md"), "Paraíso - marks.md");
  assert.equal(fileNameOf(`attachment; filename="a \\"b\\".md"`), 'a "b".md');
});

test("a file whose name is not said or broken has one all the same", () => {
  assert.equal(fileNameOf(null), "marks");
  assert.equal(fileNameOf("attachment; filename*=UTF-8''%E0%A4"), "marks");
});
