import assert from "node:assert/strict";
import { test } from "node:test";
import { chapterIn, labelsOf, withChapter } from "../../../lending/web/frontend/src/chapter-labels.ts";
import { type Change, changeOf, firstOf, idOf, type Mark, shownMarks } from "../../../lending/web/frontend/src/marks.ts";
import { MarksBook, type Synced } from "../../../lending/web/frontend/src/marks-book.ts";
import { outboxName, parseOutbox, sweep, sweepLoan } from "../../../lending/web/frontend/src/outbox.ts";
import { FakeShelf } from "./fake-shelf.ts";

const passage = { kind: "highlight", locator: { page: 1 }, fraction: 0.5, text: "words", note: "", ink: "yellow", stays: false } as const;
const mark = (id: string, more: Partial<Mark> = {}): Mark => ({ ...passage, id, deleted: false, revision: 1, ...more });

/** A server that merges as ours does: a note that did not know the latest one is put behind it. */
class FakeServer {
  readonly marks = new Map<string, Mark>();
  revision = 0;
  away = false;

  readonly send = async ({ since, changes }: { since: number; changes: Change[] }): Promise<Synced> => {
    if (this.away) throw new Error("away");
    for (const { base, ...written } of structuredClone(changes)) {
      const stored = this.marks.get(written.id);
      const late = stored !== undefined && stored.revision !== base;
      if (late && written.deleted) continue;
      if (late && !stored.note.includes(written.note)) written.note = [stored.note, written.note].filter(Boolean).join("\n\n");
      this.marks.set(written.id, { ...written, revision: ++this.revision });
    }
    return { revision: this.revision, marks: [...this.marks.values()].filter(({ revision }) => revision > since) };
  };
}

function device(server: FakeServer, shelf = new FakeShelf()) {
  return new MarksBook({ loan: "loan", due: "2027-01-01T00:00:00Z", send: server.send, shelf });
}

test("marks are shown in the book's order, unsent changes over known ones, and no deleted ones", () => {
  const known = new Map([mark("late", { fraction: 0.9 }), mark("gone"), mark("early", { fraction: 0.1 })].map((one) => [one.id, one]));
  const unsent = new Map([
    ["gone", { ...mark("gone"), base: 1, deleted: true }],
    ["late", { ...mark("late", { fraction: 0.9 }), base: 1, note: "mine" }],
  ]);
  assert.deepEqual(shownMarks(known, unsent).map(({ id, note }) => [id, note]), [["early", ""], ["late", "mine"]]);
});

test("a change knew the newest revision only if that still says what the reader saw", () => {
  const seen = mark("a", { note: "one" });
  assert.equal(changeOf(seen, { note: "two" }, mark("a", { note: "one", revision: 7 })).base, 7);
  assert.equal(changeOf(seen, { note: "two" }, mark("a", { note: "other", revision: 7 })).base, 1);
});

test("a mark stands at once, waits in the storage with the due date, and is forgotten there when the server has it", async () => {
  const [server, shelf] = [new FakeServer(), new FakeShelf()];
  const book = device(server, shelf);
  server.away = true;
  book.add(passage);
  await book.sync();
  assert.equal(book.all.length, 1);
  assert.equal(parseOutbox(shelf.getItem(outboxName("loan"))).due, "2027-01-01T00:00:00Z");
  book.dueIs("2027-02-01T00:00:00Z");
  assert.equal(parseOutbox(shelf.getItem(outboxName("loan"))).due, "2027-02-01T00:00:00Z");
  server.away = false;
  const reopened = device(server, shelf);
  assert.equal(reopened.waiting, 1);
  await reopened.sync();
  assert.equal(server.marks.size, 1);
  assert.equal(shelf.length, 0);
  book.forget();
});

test("two devices that were away write to the same note, and both texts are there on both", async () => {
  const server = new FakeServer();
  const [phone, laptop] = [device(server), device(server)];
  const made = phone.add(passage);
  await phone.sync();
  await laptop.sync();
  server.away = true;
  phone.change(phone.get(made.id) as Mark, { note: "from the phone" });
  laptop.change(laptop.get(made.id) as Mark, { note: "from the laptop" });
  await Promise.all([phone.sync(), laptop.sync()]);
  server.away = false;
  for (const one of [phone, laptop, phone]) await one.sync();
  for (const one of [phone, laptop]) {
    assert.match(one.get(made.id)?.note ?? "", /from the phone/);
    assert.match(one.get(made.id)?.note ?? "", /from the laptop/);
    one.forget();
  }
});

test("a note that is changed again while the first change is on its way does not undo another device's", async () => {
  const server = new FakeServer();
  const phone = device(server);
  const made = phone.add({ ...passage, note: "first" });
  await phone.sync();
  const other = server.marks.get(made.id) as Mark;
  server.marks.set(made.id, { ...other, note: "the laptop's", revision: ++server.revision });
  phone.change(phone.get(made.id) as Mark, { note: "second" });
  const syncing = phone.sync();
  phone.change(phone.get(made.id) as Mark, { note: "third" });
  await syncing;
  assert.match(server.marks.get(made.id)?.note ?? "", /the laptop's[^]*third/);
  phone.forget();
});

test("a deleted mark is gone here at once, and back when that is undone", async () => {
  const server = new FakeServer();
  const book = device(server);
  const made = book.add(passage);
  await book.sync();
  const seen = book.get(made.id) as Mark;
  book.change(seen, { deleted: true });
  assert.equal(book.all.length, 0);
  await book.sync();
  book.change({ ...seen, deleted: true }, { deleted: false });
  await book.sync();
  assert.equal(server.marks.get(made.id)?.deleted, false);
  book.forget();
});

test("news of another device's marks are fetched, old news are not", async () => {
  const server = new FakeServer();
  const [phone, laptop] = [device(server), device(server)];
  phone.add(passage);
  await phone.sync();
  laptop.heardOf(server.revision);
  await laptop.sync();
  assert.equal(laptop.all.length, 1);
  server.away = true;
  let told = 0;
  laptop.changed(() => (told += 1));
  laptop.heardOf(server.revision);
  assert.equal(told, 0);
});

test("a request holds no more than it may, and one change in any case", () => {
  const changes = ["a", "b", "c"].map((id) => ({ ...mark(id), base: 0 }));
  const size = JSON.stringify(changes[0]).length * 2;
  assert.equal(firstOf(changes, 500, size * 2).length, 2);
  assert.equal(firstOf(changes, 500, 1).length, 1);
  assert.equal(firstOf(changes, 2, size * 9).length, 2);
});

test("after the due date a sweep takes what waited; before it, and of other things, nothing", () => {
  const shelf = new FakeShelf();
  shelf.setItem(outboxName("over"), JSON.stringify({ due: "2026-01-01T00:00:00Z", changes: [] }));
  shelf.setItem(outboxName("open"), JSON.stringify({ due: "2027-01-01T00:00:00Z", changes: [] }));
  shelf.setItem(outboxName("broken"), "{");
  shelf.setItem("lending.settings", "{}");
  sweep(shelf, Date.parse("2026-06-01T00:00:00Z"));
  assert.deepEqual(Array.from({ length: shelf.length }, (_, at) => shelf.key(at)), [outboxName("open"), "lending.settings"]);
  sweepLoan("open", [shelf]);
  assert.deepEqual(shelf.key(0), "lending.settings");
});

test("an id is one that the server takes", () => {
  assert.match(idOf(new Uint8Array(16).fill(7)), /^[A-Za-z0-9_-]{8,40}$/);
});

test("a mark is listed under the chapter in which it was made", () => {
  const labels = labelsOf([{ label: "Part", target: null, children: [{ label: "One", target: "r/one", children: [] }] }]);
  assert.equal(chapterIn(withChapter({ cfi: "x" }, "r/one"), labels), "One");
  assert.equal(chapterIn({ cfi: "x" }, labels), "");
});
