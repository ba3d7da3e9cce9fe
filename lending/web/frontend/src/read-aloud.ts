/** Reads the book aloud: with its own narration where it brings one, else sentence by sentence with the browser's voices. */
import type { Narration, Passage, Utterance } from "./pages.ts";
import { SPEEDS } from "./settings.ts";
import type { SettingsKeeper } from "./settings-keeper.ts";
import type { Shell } from "./shell.ts";
import { part } from "./texts.ts";
import { voiceFor, voicesFor } from "./voices.ts";

/** The book's own voice, in the list of voices. */
const OWN = "narration";

export class ReadAloud {
  readonly #shell: Shell;
  readonly #keeper: SettingsKeeper;
  readonly #bar = part("aloud");
  readonly #voice = part<HTMLSelectElement>("aloud-voice");
  readonly #speed = part<HTMLSelectElement>("aloud-speed");
  /** What was spoken and what comes next; the reading goes on at `#at`. */
  #script: Utterance[] = [];
  #coming: AsyncIterator<Utterance> | undefined;
  #at = 0;
  #playing = false;
  /** Counts the sentences begun: what an abandoned one still reports is not heard. */
  #turn = 0;
  readonly #languageNow: () => string;
  #narration: Narration | undefined;

  /** `language`: the book's, for sentences that don't say their own. */
  constructor(shell: Shell, keeper: SettingsKeeper, language: () => string) {
    this.#shell = shell;
    this.#keeper = keeper;
    this.#languageNow = language;
    part("aloud-play").addEventListener("click", () => this.toggle());
    part("aloud-next").addEventListener("click", () => void this.#step(1));
    part("aloud-previous").addEventListener("click", () => void this.#step(-1));
    part("aloud-done").addEventListener("click", () => this.close());
    this.#voice.addEventListener("change", () => this.#voiceChosen());
    this.#speed.addEventListener("change", () => keeper.set("speed", Number(this.#speed.value)));
    this.#speed.append(...SPEEDS.map((speed) => new Option(shell.say("times", { times: speed }), String(speed))));
    keeper.changed(({ speed }) => this.#speedChanged(speed));
    globalThis.speechSynthesis?.addEventListener?.("voiceschanged", () => !this.#bar.hidden && this.#listVoices());
    addEventListener("pagehide", () => this.#hush());
  }

  get #language(): string {
    return this.#languageNow();
  }

  get open(): boolean {
    return !this.#bar.hidden;
  }

  /** Opens the bar and begins: at the passage, or at the top of the page that is shown. */
  async start(from?: Passage): Promise<void> {
    const pages = this.#shell.pages;
    if (!pages) return;
    this.#hush();
    if (this.#narration !== pages.narration) pages.narration?.changed(() => this.#narrationChanged());
    this.#narration = pages.narration;
    this.#bar.hidden = false;
    this.#listVoices();
    this.#speed.value = String(this.#keeper.now.speed);
    this.#begin(from);
    part("aloud-play").focus({ preventScroll: true });
    await this.#play();
  }

  toggle(): void {
    if (this.#playing) this.#pause();
    else void this.#play();
  }

  close(): void {
    this.#hush();
    this.#bar.hidden = true;
    this.#script = [];
    this.#coming = undefined;
    this.#shell.pages?.decorate("spoken", []);
    this.#shell.backToBook();
  }

  #begin(from?: Passage): void {
    this.#script = [];
    this.#at = 0;
    this.#coming = this.#shell.pages?.spoken(from?.locator)[Symbol.asyncIterator]();
  }

  #narrationChanged(): void {
    if (!this.#narration || !this.#narrated()) return;
    this.#showPlaying(this.#narration.playing);
    if (!this.#narration.mute) return;
    this.#shell.tell(this.#shell.say("aloud.mute"));
    void this.#standIn();
  }

  /** The book's own voice has nothing to say: another one reads on from the page that is shown. */
  async #standIn(): Promise<void> {
    const voice = voiceFor(this.#voices(), this.#language, this.#keeper.now.voice);
    if (!voice) return;
    this.#voice.value = voice.voiceURI;
    this.#begin();
    await this.#play();
  }

  #narrated(): boolean {
    return this.#narration !== undefined && this.#voice.value === OWN;
  }

  async #play(): Promise<void> {
    if (this.#narrated() && this.#narration) {
      this.#narration.speed = this.#keeper.now.speed;
      this.#showPlaying(true);
      return this.#narration.play();
    }
    if (!this.#hasVoices()) return;
    this.#showPlaying(true);
    await this.#speak();
  }

  #pause(): void {
    this.#hush();
    this.#showPlaying(false);
  }

  /** Speaks the sentence at `#at`, and those after it, until somebody stops it or the book ends. */
  async #speak(): Promise<void> {
    const turn = ++this.#turn;
    while (this.#playing && turn === this.#turn) {
      const sentence = await this.#sentence(this.#at);
      if (turn !== this.#turn) return;
      if (!sentence) return this.#pause();
      await this.#show(sentence);
      if (turn !== this.#turn || !(await this.#say(sentence))) return;
      if (turn === this.#turn) this.#at += 1;
    }
  }

  async #sentence(at: number): Promise<Utterance | undefined> {
    while (this.#script.length <= at) {
      const coming = await this.#coming?.next();
      if (!coming || coming.done) return undefined;
      if (coming.value.text.trim()) this.#script.push(coming.value);
    }
    return this.#script[at];
  }

  async #show({ locator }: Utterance): Promise<void> {
    const pages = this.#shell.pages;
    if (!pages) return;
    if (!pages.shows(locator)) await pages.go(locator);
    pages.decorate("spoken", [{ id: "spoken", locator, ink: "spoken" }]);
  }

  /** Resolves when the sentence has been spoken; false if it was not spoken to its end. */
  #say({ text, language }: Utterance): Promise<boolean> {
    const { voice: chosen, speed } = this.#keeper.now;
    const spoken = new SpeechSynthesisUtterance(text);
    const voice = voiceFor(speechSynthesis.getVoices(), language || this.#language, chosen);
    if (voice) spoken.voice = voice;
    spoken.lang = voice?.lang ?? (language || this.#language);
    spoken.rate = speed;
    return new Promise((resolve) => {
      spoken.onend = () => resolve(true);
      spoken.onerror = () => resolve(false);
      speechSynthesis.speak(spoken);
    });
  }

  async #step(step: -1 | 1): Promise<void> {
    if (this.#narrated()) return void (step === 1 ? this.#shell.pages?.next() : this.#shell.pages?.previous());
    const playing = this.#playing;
    this.#hush();
    this.#at = Math.max(0, this.#at + step);
    const sentence = await this.#sentence(this.#at);
    if (sentence) await this.#show(sentence);
    else this.#at = Math.max(0, this.#script.length - 1);
    if (!playing) return;
    this.#showPlaying(true);
    await this.#speak();
  }

  /** Silence at once. The browser's own pause is not to be relied on, so a sentence begins anew when it goes on. */
  #hush(): void {
    this.#turn += 1;
    this.#playing = false;
    this.#narration?.pause();
    globalThis.speechSynthesis?.cancel();
  }

  #voiceChosen(): void {
    const playing = this.#playing;
    this.#hush();
    if (this.#voice.value !== OWN) this.#keeper.set("voice", this.#voice.value);
    this.#tellSilence();
    this.#showPlaying(false);
    if (playing) void this.#play();
  }

  /** A new speed is heard at once. */
  #speedChanged(speed: number): void {
    this.#speed.value = String(speed);
    if (this.#narration) this.#narration.speed = speed;
    if (!this.#playing || this.#narrated()) return;
    this.#hush();
    this.#showPlaying(true);
    void this.#speak();
  }

  #listVoices(): void {
    const before = this.#voice.value;
    const voices = this.#voices();
    const speaking = voicesFor(voices, this.#language);
    const offered = (speaking.length ? speaking : voices).map(({ name, voiceURI }) => new Option(name, voiceURI));
    if (this.#narration) offered.unshift(new Option(this.#shell.say("aloud.own"), OWN));
    this.#voice.replaceChildren(...offered);
    this.#voice.hidden = offered.length === 0;
    const wanted = before || (this.#narration ? OWN : voiceFor(voices, this.#language, this.#keeper.now.voice)?.voiceURI);
    if (wanted && offered.some(({ value }) => value === wanted)) this.#voice.value = wanted;
    this.#tellSilence();
  }

  #voices(): SpeechSynthesisVoice[] {
    return globalThis.speechSynthesis?.getVoices() ?? [];
  }

  #hasVoices(): boolean {
    return this.#voices().length > 0;
  }

  #tellSilence(): void {
    part("aloud-silent").hidden = this.#narrated() || this.#hasVoices();
  }

  #showPlaying(playing: boolean): void {
    this.#playing = playing;
    this.#bar.dataset["playing"] = String(playing);
    part("aloud-play").setAttribute("aria-label", this.#shell.say(playing ? "aloud.pause" : "aloud.play"));
  }
}
