/** Counts down what leaves soon, by this browser's own clock: the server said how long was left. */
export function watchCountdowns(): void {
  const ends = new WeakMap<Element, number>();
  const show = (): void => {
    for (const time of document.querySelectorAll<HTMLElement>("[data-left]")) {
      const end = ends.get(time) ?? performance.now() + Number(time.dataset["left"]);
      ends.set(time, end);
      const seconds = Math.max(0, Math.ceil((end - performance.now()) / 1000));
      const text = seconds === 0 ? "a moment" : `${seconds} s`;
      if (time.textContent !== text) time.textContent = text;
    }
  };
  show();
  setInterval(show, 250);
}
