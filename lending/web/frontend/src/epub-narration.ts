/** A book that is read aloud by its own narrator: plays the sound, shows where it is, turns the pages. */
import type { Narration } from "./pages.ts";
import { type Clip, readSmil } from "./smil.ts";

/** What the narrator needs of the pages. */
export interface NarratedPages {
  /** The overlay's address (in the manifest's words) by section; undefined where nothing is spoken. */
  readonly overlays: readonly (string | undefined)[];
  fetch(path: string): Promise<string>;
  url(path: string): string;
  /** An address as written in a file of the book → in the manifest's words. */
  resolve(href: string, from: string): string;
  /** The section that is shown, and in it the first element, of those wanted, that is on the page or after it. */
  section(): number;
  firstSeen(hrefs: readonly string[]): number;
  /** Marks the element as being spoken, and turns to it if it is not on the page; undefined: nothing is. */
  speak(href: string | undefined): Promise<void>;
  showSection(index: number): Promise<void>;
}

/** How far a clip's end may be from the next one's beginning for the sound to simply run on. Seconds. */
const SEAM = 0.05;

export class BookNarration implements Narration {
  readonly #pages: NarratedPages;
  readonly #audio = document.createElement("audio");
  readonly #listeners: (() => void)[] = [];
  #clips: Clip[] = [];
  #section = -1;
  #at = 0;
  #playing = false;
  #mute = false;
  #speed = 1;
  /** The narrator's place was left by hand: the next play begins on the page that is shown. */
  #astray = true;
  #watching = 0;

  constructor(stage: HTMLElement, pages: NarratedPages) {
    this.#pages = pages;
    stage.append(this.#audio);
    this.#audio.preload = "auto";
    this.#audio.addEventListener("ended", () => void this.#next());
    this.#audio.addEventListener("error", () => this.#playing && this.#audio.src && void this.#lostSound());
  }

  get playing(): boolean {
    return this.#playing;
  }

  get mute(): boolean {
    return this.#mute;
  }

  get speed(): number {
    return this.#speed;
  }

  set speed(speed: number) {
    this.#speed = speed;
    this.#audio.playbackRate = speed;
  }

  changed(listener: () => void): void {
    this.#listeners.push(listener);
  }

  async play(): Promise<void> {
    if (this.#playing) return;
    this.#mute = false;
    this.#tell(true);
    if (this.#astray) await this.#beginHere();
    else await this.#playClip(false);
  }

  pause(): void {
    this.#audio.pause();
    clearInterval(this.#watching);
    if (this.#playing) this.#tell(false);
  }

  /** The reader turned to another page. */
  async leftPage(): Promise<void> {
    this.#astray = true;
    if (!this.#playing) return;
    this.#audio.pause();
    await this.#beginHere();
  }

  close(): void {
    this.pause();
    this.#audio.removeAttribute("src");
    this.#audio.load();
    this.#audio.remove();
  }

  async #beginHere(): Promise<void> {
    this.#astray = false;
    await this.#load(this.#pages.section());
    const at = this.#pages.firstSeen(this.#clips.map(({ text }) => text));
    if (at < 0) {
      this.#mute = this.#nextNarrated() < 0;
      return this.#nextSection();
    }
    this.#at = at;
    await this.#playClip(true);
  }

  async #load(section: number): Promise<void> {
    if (this.#section === section) return;
    this.#section = section;
    const overlay = this.#pages.overlays[section];
    const clips = overlay ? readSmil(await this.#pages.fetch(overlay)) : [];
    const there = (href: string) => this.#pages.resolve(href, overlay ?? "");
    this.#clips = clips.map((clip) => ({ ...clip, text: there(clip.text), audio: there(clip.audio) }));
  }

  async #playClip(seek: boolean): Promise<void> {
    const clip = this.#clips[this.#at];
    if (!clip || !this.#playing) return;
    const source = this.#pages.url(clip.audio);
    const fresh = this.#audio.src !== source;
    if (fresh) this.#audio.src = source;
    if (seek || fresh) this.#audio.currentTime = clip.begin;
    this.#audio.playbackRate = this.#speed;
    await this.#pages.speak(clip.text);
    this.#watch();
    // A browser may refuse to make a sound before anybody has touched the page.
    await this.#audio.play().catch(() => this.#audio.error || this.pause());
  }

  #watch(): void {
    clearInterval(this.#watching);
    this.#watching = window.setInterval(() => {
      const end = this.#clips[this.#at]?.end;
      if (end !== undefined && this.#audio.currentTime >= end && !this.#audio.seeking) void this.#next();
    }, 30);
  }

  async #next(): Promise<void> {
    clearInterval(this.#watching);
    if (!this.#playing) return;
    const [before, after] = [this.#clips[this.#at], this.#clips[this.#at + 1]];
    if (!after) return this.#nextSection();
    this.#at += 1;
    const runsOn = before?.audio === after.audio && Math.abs((before.end ?? Infinity) - after.begin) < SEAM;
    await this.#playClip(!runsOn);
  }

  #nextNarrated(): number {
    return this.#pages.overlays.findIndex((overlay, index) => overlay && index > this.#section);
  }

  async #nextSection(): Promise<void> {
    const next = this.#nextNarrated();
    if (next < 0) return this.#finish();
    await this.#load(next);
    await this.#pages.showSection(next);
    this.#at = 0;
    if (this.#clips.length) await this.#playClip(true);
    else await this.#nextSection();
  }

  /** A sound that is missing or damaged takes its clips along. Silent turning of pages would be worse than an end. */
  async #lostSound(): Promise<void> {
    const lost = this.#clips[this.#at]?.audio;
    const next = this.#clips.findIndex(({ audio }, index) => index > this.#at && audio !== lost);
    this.#mute = next < 0;
    if (this.#mute) return this.#finish();
    this.#at = next;
    await this.#playClip(true);
  }

  async #finish(): Promise<void> {
    this.pause();
    this.#astray = true;
    await this.#pages.speak(undefined);
  }

  #tell(playing: boolean): void {
    this.#playing = playing;
    for (const listener of this.#listeners) listener();
  }
}
