// Holds R111.
import { afterEach, describe, expect, test } from "vitest";
import { longestSkill, parseSkill } from "../../../src/agent/skills/parse-skill.ts";

const file = (front: string, body = "Do it.\n"): string => `---\n${front}\n---\n${body}`;
const plain = "name: inbox-zero\ndescription: Empty the inbox";

afterEach(() => {
  Reflect.deleteProperty(globalThis, "ranFromASkill");
});

describe("a skill's file", () => {
  test("is a name, a line, checks and Markdown", () => {
    const text = file(
      `${plain}\nchecks:\n  must_not_match: [call, "circle back"]\n  max_words: 120`,
      "\n# Steps\n\n1. One\n",
    );
    expect(parseSkill(text)).toEqual({
      kind: "skill",
      skill: {
        name: "inbox-zero",
        description: "Empty the inbox",
        checks: { must_not_match: ["call", "circle back"], max_words: 120 },
        body: "# Steps\n\n1. One",
      },
    });
    expect(parseSkill(text.replaceAll("\n", "\r\n")).kind).toBe("skill");
  });

  test("R111: with another language after the dashes is refused, and nothing of it runs", () => {
    const code = "globalThis.ranFromASkill = true;\nmodule.exports = { name: 'x' }";
    for (const opening of ["---js", "---JS", "---javascript", "---coffee", "--- js", "---json", "----"]) {
      expect(parseSkill(`${opening}\n${code}\n---\nBody`).kind).toBe("refused");
    }
    expect(Reflect.has(globalThis, "ranFromASkill")).toBe(false);
  });

  test("R111: with a tag is refused, and nothing of it runs", () => {
    const tags = [
      "!!js/function 'function () { globalThis.ranFromASkill = true }'",
      "!!js/undefined ''",
      "!!python/object/apply:os.system ['true']",
      "!include /etc/passwd",
      "!!str Empty",
      "!<tag:yaml.org,2002:str> Empty",
      "!!binary aGk=",
    ];
    for (const tag of tags) expect(parseSkill(file(`name: a\ndescription: ${tag}`)).kind).toBe("refused");
    expect(parseSkill(file(`!!map\n${plain}`)).kind).toBe("refused");
    expect(parseSkill(file(`%TAG ! tag:yaml.org,2002:js/\n${plain}`)).kind).toBe("refused");
    expect(Reflect.has(globalThis, "ranFromASkill")).toBe(false);
  });

  test("R111: that unfolds into billions is refused at once, as is any anchor", () => {
    const laughs = ["a: &a [lol,lol,lol,lol,lol,lol,lol,lol,lol]"];
    for (let at = 1; at < 9; at += 1) {
      const last = String.fromCharCode(96 + at);
      const letter = String.fromCharCode(97 + at);
      laughs.push(`${letter}: &${letter} [${`*${last},`.repeat(9)}]`);
    }
    const beganAt = performance.now();
    expect(parseSkill(file(`${plain}\n${laughs.join("\n")}`)).kind).toBe("refused");
    expect(performance.now() - beganAt).toBeLessThan(500);
    expect(parseSkill(file("name: a\ndescription: &x Line")).kind).toBe("refused");
    expect(parseSkill(file("name: a\ndescription: Line\n<<: {checks: {max_words: 3}}")).kind).toBe("refused");
  });

  test("R111: that is too long, or whose front matter is, is refused", () => {
    expect(parseSkill(file(plain, "x".repeat(longestSkill))).kind).toBe("refused");
    expect(parseSkill(file(`${plain}\nchecks:\n  must_not_match: [${"word, ".repeat(900)}last]`)).kind).toBe("refused");
  });

  test("R113: grants nothing: a key for tools, commands or network is refused", () => {
    for (const key of ["tools: [bash]", "allowed-tools: Bash", "hooks: {start: ls}", "network: true", "command: ls"])
      expect(parseSkill(file(`${plain}\n${key}`))).toMatchObject({ kind: "refused" });
  });

  test("with characters nobody sees is refused: its difference could not be read", () => {
    for (const hidden of ["\u200b", "\u202e", "\u{e0041}", "\u001b[8m"])
      expect(parseSkill(file(plain, `Do it.${hidden}`))).toMatchObject({ kind: "refused" });
    expect(parseSkill(file(plain, "\tIndented — “quoted” 日本 ok\n")).kind).toBe("skill");
  });

  test("without name, with a name that is a path, or without front matter is refused", () => {
    for (const text of [file("description: x"), file("name: ../x\ndescription: x"), "Do it.", "", "---\n---\n"])
      expect(parseSkill(text).kind).toBe("refused");
  });
});
