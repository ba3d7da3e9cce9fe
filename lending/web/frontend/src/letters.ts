/** The page at a letter's foot: says which letters it is about, and one button stops them. Looking changes nothing. */
import { tokenIn } from "./link-token.ts";
import { ask, json, Problem } from "./problems.ts";
import { pageData, part, say, type Texts } from "./texts.ts";

interface LettersConfig {
  api: string;
  texts: Texts;
}

interface LettersSeen {
  title: string;
  lender: string;
  stopped: boolean;
}

const config = pageData<LettersConfig>("letters-config");
const token = tokenIn(location.hash) ?? "";
const button = part<HTMLButtonElement>("letters-stop");

async function look(): Promise<void> {
  try {
    const { title, lender, stopped } = (await (await asked("look")).json()) as LettersSeen;
    part("letters-which").textContent = say(config.texts, "which", { title, lender });
    part("letters-no-more").textContent = say(config.texts, "no-more", { title });
    show(stopped ? "letters-stopped" : "letters-about");
  } catch (refused) {
    tell(refused);
  }
}

async function stop(): Promise<void> {
  button.disabled = true;
  try {
    await asked("stop");
    show("letters-stopped");
    part("letters-stopped").querySelector("h1")?.focus({ preventScroll: true });
  } catch (refused) {
    tell(refused);
  }
  button.disabled = false;
}

function asked(what: "look" | "stop"): Promise<Response> {
  return ask(`${config.api}letters/${what}`, json({ token }));
}

function show(wanted: string): void {
  for (const section of document.querySelectorAll<HTMLElement>("main > section")) section.hidden = section.id !== wanted;
}

/** Without a network the button stays, to be pressed again. */
function tell(refused: unknown): void {
  const trouble = refused instanceof Problem ? "unknown" : "unreachable";
  part("letters-trouble-title").textContent = say(config.texts, `${trouble}.title`);
  part("letters-trouble-text").textContent = say(config.texts, `${trouble}.text`);
  if (trouble === "unknown") show("letters-trouble");
  else part("letters-trouble").hidden = false;
}

button.addEventListener("click", () => void stop());
void look();
