import { say } from "./say.ts";

/** Files dropped on a request box, or pasted into it, join those that were chosen. */
export function watchDrops(): void {
  document.addEventListener("dragover", (event) => {
    if (boxOf(event.target) !== null) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    const box = boxOf(event.target);
    if (box === null) return;
    event.preventDefault();
    add(box, event.dataTransfer?.files);
  });
  document.addEventListener("paste", (event) => {
    const box = boxOf(event.target);
    const files = event.clipboardData?.files;
    if (box === null || files === undefined || files.length === 0) return;
    event.preventDefault();
    add(box, files);
  });
}

function boxOf(target: EventTarget | null): HTMLFormElement | null {
  return target instanceof Element ? target.closest<HTMLFormElement>("form[data-drop]") : null;
}

function add(box: HTMLFormElement, files: FileList | undefined): void {
  const input = box.querySelector<HTMLInputElement>("input[type=file]");
  if (input === null || files === undefined || files.length === 0) return;
  const all = new DataTransfer();
  for (const file of [...(input.files ?? []), ...files]) all.items.add(file);
  input.files = all.files;
  say(`${[...files].map(({ name }) => name).join(", ")} added`);
}
