/** Everything around the book that opens and closes: one place that knows them all, so that each needs to know only the book. */
import { AboutPanel, type AboutBook } from "./about-panel.ts";
import { chapterIn, labelsOf, withChapter } from "./chapter-labels.ts";
import { dialog, opens } from "./dialogs.ts";
import { LookPanel } from "./look-panel.ts";
import { Marking } from "./marking.ts";
import type { Pencil } from "./marks.ts";
import { CarrySheet } from "./carry-sheet.ts";
import { LoanTerm } from "./loan-term.ts";
import { LeftNotes } from "./left-notes.ts";
import type { MarksBook } from "./marks-book.ts";
import { MarksPanel } from "./marks-panel.ts";
import { NotePopup } from "./note-popup.ts";
import { outsideLinks } from "./outside-link.ts";
import { PassSheet } from "./pass-sheet.ts";
import type { Box, Pages, Passage, Whereabouts } from "./pages.ts";
import { dictionaryUrl } from "./quoting.ts";
import { ReadAloud } from "./read-aloud.ts";
import type { ReaderConfig } from "./reader-config.ts";
import type { ReadingDesk } from "./reading-desk.ts";
import { Ruler } from "./ruler.ts";
import type { SearchAnswer } from "./search-hits.ts";
import { SearchPanel } from "./search-panel.ts";
import { SelectionMenu } from "./selection-menu.ts";
import { Sentences } from "./sentences.ts";
import type { Settings } from "./settings.ts";
import type { SettingsKeeper } from "./settings-keeper.ts";
import type { Shell } from "./shell.ts";
import { KeysSheet } from "./shortcuts.ts";
import { language, part } from "./texts.ts";
import { WakeLock } from "./wake-lock.ts";

export interface PanelsOptions {
  shell: Shell;
  config: ReaderConfig;
  desk: ReadingDesk;
  keeper: SettingsKeeper;
  marks: MarksBook;
  /** Sends what waits: the place, and the marks. */
  settle: () => Promise<unknown>;
}

export class Panels {
  readonly look: LookPanel;
  readonly search: SearchPanel;
  readonly marking: Marking;
  readonly marks: MarksPanel;
  readonly left: LeftNotes;
  readonly aloud: ReadAloud;
  readonly selection: SelectionMenu;
  readonly sentences: Sentences;
  readonly note: NotePopup;
  readonly about: AboutPanel;
  readonly term: LoanTerm;
  readonly carry: CarrySheet;
  readonly passing: PassSheet;
  readonly ruler = new Ruler();
  readonly outside = outsideLinks();
  readonly #keys: KeysSheet;
  readonly #wake = new WakeLock();
  readonly #shell: Shell;
  readonly #keeper: SettingsKeeper;
  #labels: ReadonlyMap<string | number, string> = new Map();
  #where: Whereabouts | undefined;
  /** The book's own language, as far as it says. */
  #language = "";

  constructor({ shell, config, desk, keeper, marks, settle }: PanelsOptions) {
    this.#shell = shell;
    this.#keeper = keeper;
    this.look = new LookPanel(keeper, shell.say);
    this.search = new SearchPanel(shell, config.kind, (query, from, signal) => askSearch(desk, query, from, signal));
    this.left = new LeftNotes({
      shell,
      ask: () => desk.getJson("marks/left"),
      remove: config.mine ? (id) => desk.send("DELETE", `marks/left/${id}`) : undefined,
      changed: () => this.marking.draw(),
      chosen: () => this.marks.close(),
    });
    this.marking = new Marking(shell, marks, () => this.left.decorations);
    this.marks = new MarksPanel({
      shell,
      book: marks,
      remove: (mark) => this.marking.remove(mark),
      write: (mark) => this.marking.write(mark),
      fetchFile: (form) => marks.sync().then(() => desk.get(`marks/export?format=${form}`)),
      chapterOf: ({ locator }) => chapterIn(locator, this.#labels),
    });
    this.aloud = new ReadAloud(shell, keeper, () => this.#language || language());
    this.sentences = new Sentences(shell);
    this.selection = new SelectionMenu(shell, config.terms?.quotation ?? null, this.#selectionDeeds());
    this.note = new NotePopup(shell, this.outside);
    this.about = new AboutPanel(shell.say, () => desk.getJson<AboutBook>("about"));
    this.term = new LoanTerm(shell, desk);
    this.carry = new CarrySheet(shell, desk, settle);
    this.passing = new PassSheet(shell, desk, settle);
    this.#keys = new KeysSheet(shell.say);
    keeper.changed((settings) => this.#set(settings));
    this.#set(keeper.now);
    this.#listen();
  }

  serve(pages: Pages, bookLanguage: string): void {
    this.#language = bookLanguage;
    this.#labels = labelsOf(pages.contents);
    this.look.serve(pages);
    this.marking.draw();
  }

  moved(where: Whereabouts): void {
    this.#where = where;
    this.marking.showBookmark();
  }

  markTapped(id: string, box: Box): void {
    if (!this.left.tapped(id, box)) this.marking.tapped(id, box);
  }

  bookmark(): void {
    if (this.#where) this.marking.toggleBookmark({ ...this.#where, locator: this.#placed(this.#where.locator) });
  }

  /** With the pencil used last: the selected words, or the sentence chosen by keyboard. */
  pencil(): void {
    const passage = this.#shell.pages?.selection() ?? this.sentences.chosen;
    if (passage) this.#highlight(passage, this.marking.ink);
    else void this.sentences.begin();
  }

  help(): void {
    this.#keys.open(this.#keeper.now.shortcuts);
  }

  fullScreen(): void {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void document.documentElement.requestFullscreen?.().catch(() => undefined);
  }

  readAloud(from?: Passage): void {
    if (this.aloud.open && !from) this.aloud.close();
    else void this.aloud.start(from);
  }

  /** A tap on the page puts away what stands over it; false if nothing did. */
  dismiss(): boolean {
    const open = this.note.open || this.marking.menuOpen || this.left.popupOpen;
    this.note.hide();
    this.left.hide();
    this.marking.hideMenu();
    return open;
  }

  /** Escape leaves the smallest thing first; false if there was none. */
  escape(): boolean {
    if (this.note.open) this.note.hide();
    else if (this.selection.open) this.selection.hide();
    else if (this.sentences.choosing) this.sentences.end();
    else if (this.aloud.open) this.aloud.close();
    else if (this.search.hasHits) this.search.clear();
    else return false;
    return true;
  }

  /** Enter leads from what is selected into its menu; false if nothing is. */
  enter(): boolean {
    const chosen = this.sentences.chosen;
    if (chosen) this.selection.show({ passage: chosen, box: middle() });
    if (!this.selection.open) return false;
    this.selection.enter();
    return true;
  }

  /** A page turn takes what stood beside a place on the page away. */
  hidePopups(): void {
    this.note.hide();
    this.left.hide();
    this.marking.hideMenu();
    this.selection.hide();
  }

  /** The loan is over: nothing of the book stays in any panel. */
  clear(): void {
    this.hidePopups();
    this.aloud.close();
    this.search.clear();
    this.marking.clear();
    this.marks.clear();
    this.left.clear();
    this.sentences.end();
    this.about.clear();
    this.#wake.release();
    this.ruler.show(false);
  }

  #selectionDeeds() {
    return {
      highlight: (passage: Passage, ink: Pencil) => this.#highlight(passage, ink),
      note: (passage: Passage) => this.marking.write(this.#highlight(passage, this.marking.ink)),
      search: (words: string) => this.search.open(words),
      lookUp: (words: string) => this.outside(dictionaryUrl(words, this.#language || language())),
      aloud: (passage: Passage) => this.readAloud(passage),
    };
  }

  #highlight(passage: Passage, ink: Pencil) {
    const mark = this.marking.highlight({ ...passage, locator: this.#placed(passage.locator) }, ink);
    this.selection.hide();
    this.sentences.end();
    return mark;
  }

  #placed(locator: Passage["locator"]) {
    return withChapter(locator, this.#where?.chapter ?? null);
  }

  #set({ ruler, awake }: Settings): void {
    this.ruler.show(ruler);
    this.#wake.want(awake);
  }

  #listen(): void {
    opens("open-look", dialog("look"));
    opens("open-more", dialog("more"));
    opens("open-return", dialog("return"));
    part("open-marks").addEventListener("click", () => this.marks.open());
    part("open-search").addEventListener("click", () => this.search.open());
    part("bookmark").addEventListener("click", () => this.bookmark());
    part("more-full").closest("li")!.hidden = !document.fullscreenEnabled;
    const deeds: Record<string, () => void> = {
      "more-marks": () => this.marks.open(),
      "more-aloud": () => this.readAloud(),
      "more-full": () => this.fullScreen(),
      "more-about": () => void this.about.open(),
      "more-keys": () => this.help(),
      "more-carry": () => void this.carry.open(),
      "more-pass": () => void this.passing.open(),
      "more-renew": () => void this.term.open(),
      "more-return": () => part<HTMLDialogElement>("return").showModal(),
    };
    for (const [id, deed] of Object.entries(deeds)) {
      part(id).addEventListener("click", () => {
        part<HTMLDialogElement>("more").close();
        deed();
      });
    }
  }
}

async function askSearch(desk: ReadingDesk, query: string, from: number | undefined, signal: AbortSignal): Promise<SearchAnswer> {
  const asked = new URLSearchParams({ q: query, ...(from === undefined ? {} : { from: String(from) }) });
  return (await (await desk.get(`search?${asked}`, signal)).json()) as SearchAnswer;
}

/** Where a menu stands for words whose place on the page nobody told. */
function middle() {
  return { left: innerWidth / 2, top: innerHeight * 0.62, width: 0, height: 0 };
}
