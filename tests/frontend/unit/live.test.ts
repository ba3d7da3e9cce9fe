import assert from "node:assert/strict";
import { test } from "node:test";
import { theSame } from "../../../lending/web/frontend/src/live.ts";

interface Button {
  name: string;
  says: string;
  words: string;
  form: string;
}

/** As much of a button as is looked at. */
function button({ name, says, words, form }: Button): Element {
  const attributes: Record<string, string> = { "aria-label": name, name: "says", value: says };
  return {
    tagName: "BUTTON",
    textContent: words,
    getAttribute: (attribute: string) => attributes[attribute] ?? null,
    closest: () => ({ getAttribute: () => form }),
  } as unknown as Element;
}

const decline = (who: string) => button({ name: `Decline ${who}`, says: "no", words: "Decline", form: `/line/${who}` });
const approve = (who: string) => button({ name: `Approve ${who}`, says: "yes", words: "Approve", form: `/line/${who}` });

test("the keyboard goes on at the same person's button, whoever stands before them now", () => {
  const fresh = [approve("Ada"), decline("Ada"), approve("Bo"), decline("Bo")];
  assert.equal(theSame(fresh, decline("Bo")), fresh[3]);
  assert.equal(theSame(fresh, approve("Bo")), fresh[2]);
});

test("where that person is gone, nobody else's button is the same, though it says the same words", () => {
  assert.equal(theSame([approve("Ada"), decline("Ada")], decline("Bo")), undefined);
});

test("of two who have the same name each keeps a button of their own", () => {
  const namesakes = ["/line/1", "/line/2"].map((form) => button({ name: "Decline Bo", says: "no", words: "Decline", form }));
  assert.equal(theSame(namesakes, button({ name: "Decline Bo", says: "no", words: "Decline", form: "/line/2" })), namesakes[1]);
});
