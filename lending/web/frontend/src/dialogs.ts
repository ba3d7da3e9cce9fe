/** Dialogs from the page's template: opened by a button, closed by their own, by Escape, or by a tap beside them. */
import { part } from "./texts.ts";

export function dialog(id: string): HTMLDialogElement {
  const element = part<HTMLDialogElement>(id);
  for (const closer of element.querySelectorAll("[data-close]")) closer.addEventListener("click", () => element.close());
  element.addEventListener("click", (event) => {
    if (event.target === element && isOutside(event, element)) element.close();
  });
  return element;
}

export function opens(buttonId: string, element: HTMLDialogElement): void {
  part(buttonId).addEventListener("click", () => element.showModal());
}

function isOutside({ clientX, clientY }: MouseEvent, element: HTMLElement): boolean {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}
