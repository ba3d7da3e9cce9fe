/** The shelf's search goes by itself when typing pauses. Without this script the form works as forms do. */

const PAUSE = 450;
const TYPED = "lending.typed";

const field = document.querySelector<HTMLInputElement>("form.search input[type=search]");
let timer: ReturnType<typeof setTimeout> | undefined;

function typed(): void {
  clearTimeout(timer);
  timer = setTimeout(() => {
    sessionStorage.setItem(TYPED, "yes");
    field?.form?.requestSubmit();
  }, PAUSE);
}

field?.addEventListener("input", typed);
// Quick hands, or a slow line: there are words already.
if (field && document.activeElement === field && field.value !== field.defaultValue) typed();

// The page that comes back is to be typed on into, where typing stopped.
if (field && sessionStorage.getItem(TYPED)) {
  sessionStorage.removeItem(TYPED);
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
}
