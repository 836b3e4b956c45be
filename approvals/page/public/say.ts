/** Says something to whoever listens instead of looking. */
export function say(text: string): void {
  const place = document.getElementById("said");
  if (place !== null) place.textContent = text;
}
