/** `Name <address>` with the exact identity value; a chat's name alone. The name cannot look like an address of its own. */
export function partyWords({ name, value }: { name: string; value: string }): string {
  const plain = name.replace(/[<>]/g, " ").replace(/\s+/g, " ").trim();
  return plain === "" || plain === value || value.endsWith(`:${plain}`) ? value : `${plain} <${value}>`;
}
