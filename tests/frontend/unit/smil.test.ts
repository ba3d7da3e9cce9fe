import assert from "node:assert/strict";
import { test } from "node:test";
import { clipsOf, clockValue, type SmilNode } from "../../../lending/web/frontend/src/smil.ts";

const node = (localName: string, attributes: Record<string, string> = {}, children: SmilNode[] = []): SmilNode => ({
  localName,
  children,
  getAttribute: (name) => attributes[name] ?? null,
});
const par = (text: string | undefined, audio: Record<string, string> | undefined) =>
  node("par", {}, [...(text ? [node("text", { src: text })] : []), ...(audio ? [node("audio", audio)] : [])]);

test("clock values are read in every form that SMIL has", () => {
  const values = {
    "5:34:31.396": 20071.396, "124:59:36": 449976, "0:05:01.2": 301.2, "04:34": 274, "09:58.500": 598.5,
    "7.75h": 27900, "13min": 780, "76.2s": 76.2, "500ms": 0.5, "12.345": 12.345, " 2s ": 2,
  };
  for (const [text, seconds] of Object.entries(values)) assert.ok(Math.abs((clockValue(text) ?? NaN) - seconds) < 1e-9, text);
});

test("what is no clock value is none", () => {
  for (const text of ["", "soon", "1:75", "-3s", "3 s", "1:2:3:4", null, undefined]) assert.equal(clockValue(text), undefined);
});

test("clips come in order out of nested sequences", () => {
  const clip = (n: number) => par(`c.xhtml#${n}`, { src: "a.mp3", clipBegin: `${n}s`, clipEnd: `${n + 1}s` });
  const root = node("smil", {}, [node("body", {}, [clip(1), node("seq", {}, [clip(2), node("seq", {}, [clip(3)])]), clip(4)])]);
  assert.deepEqual(clipsOf(root).map(({ begin, end }) => [begin, end]), [[1, 2], [2, 3], [3, 4], [4, 5]]);
});

test("a clip without an end runs to the sound's end, one without a beginning from its start", () => {
  assert.deepEqual(clipsOf(par("c#a", { src: "a.mp3" })), [{ text: "c#a", audio: "a.mp3", begin: 0, end: undefined }]);
});

test("clips that are broken or silent are passed over", () => {
  const broken = [par("c#a", undefined), par(undefined, { src: "a.mp3" }), par("c#a", { src: "a.mp3", clipBegin: "4s", clipEnd: "3s" })];
  assert.deepEqual(clipsOf(node("seq", {}, broken)), []);
});
