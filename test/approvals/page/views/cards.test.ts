// Holds R17, R19, R20, R21, R23, R24, R25, R27, R68, R86.
import { type AnyNode, type Element, isTag, isText } from "domhandler";
import { parseDocument } from "htmlparser2";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { csrf, openPageLife, type PageLife } from "../page-life.ts";

let life: PageLife;
beforeAll(async () => {
  life = await openPageLife();
});
afterAll(() => life.close());

async function get(path: string): Promise<string> {
  const answer = await life.app.request(path);
  expect(answer.status, path).toBe(200);
  return await answer.text();
}

function elements(html: string): Element[] {
  const found: Element[] = [];
  const walk = (nodes: AnyNode[]): void => {
    for (const node of nodes) {
      if (!isTag(node)) continue;
      found.push(node);
      walk(node.children);
    }
  };
  walk(parseDocument(html).children);
  return found;
}

function textOf(node: AnyNode): string {
  if (isText(node)) return node.data;
  return "children" in node
    ? node.children.map(textOf).join(node.type === "tag" && node.name === "div" ? "\n" : "")
    : "";
}

const has = (element: Element, name: string): boolean => (element.attribs["class"] ?? "").split(" ").includes(name);
const numberOf = (name: string): number => {
  const before = life.requests.slice(
    0,
    life.requests.findIndex((one) => one.name === name),
  );
  return 1 + before.reduce((sum, { steps }) => sum + steps.length, 0);
};
const allPaths = (): string[] => [
  "/",
  "/queue",
  "/queue?all",
  ...life.requests.flatMap(({ name }) => [`/cards/${numberOf(name)}`, `/cards/${numberOf(name)}/confirm`]),
  "/today",
  "/search",
  "/search?q=%3Cscript%3E",
  "/search?q=kennzeichen",
  "/people",
  "/ledger",
  "/ledger?all",
  "/health",
  "/threads/1",
];

describe("every page", () => {
  test("loads nothing from elsewhere and has no script or style of its own", async () => {
    for (const path of allPaths()) {
      for (const element of elements(await get(path))) {
        const names = Object.keys(element.attribs);
        expect(
          names.filter((name) => name === "style" || name.startsWith("on")),
          path,
        ).toEqual([]);
        if (element.name === "script") expect(element.attribs["src"]).toMatch(/^\/assets\//);
        for (const name of ["src", "action", "formaction"]) {
          const url = element.attribs[name];
          if (url !== undefined) expect(url, path).toMatch(/^\/(?!\/)/);
        }
        const href = element.attribs["href"];
        if (href === undefined || href.startsWith("/") || href.startsWith("#")) continue;
        expect(element.attribs["rel"], path).toContain("noreferrer");
        expect(has(element, "outside"), path).toBe(true);
      }
    }
  });

  test("has one main, one h1, a Stop button, and every form with its token", async () => {
    for (const path of allPaths()) {
      const all = elements(await get(path));
      const count = (name: string): number => all.filter((element) => element.name === name).length;
      expect([count("main"), count("h1")], path).toEqual([1, 1]);
      expect(
        all.some((element) => element.name === "form" && element.attribs["action"] === "/stop"),
        path,
      ).toBe(true);
      for (const form of all.filter((element) => element.name === "form" && element.attribs["method"] === "post")) {
        const inside = form.children.filter(isTag);
        expect(
          inside.some((one) => one.attribs["name"] === "csrf" && one.attribs["value"] === csrf),
          path,
        ).toBe(true);
      }
    }
  });

  test("has no two elements of one id", async () => {
    for (const path of allPaths()) {
      const ids = elements(await get(path)).flatMap((element) => element.attribs["id"] ?? []);
      expect(new Set(ids).size, path).toBe(ids.length);
    }
  });
});

describe("a hostile card", () => {
  test("shows what it says as text, in its frame and nowhere else", async () => {
    const html = await get(`/cards/${numberOf("hostile")}`);
    expect(html).not.toContain("<script>alert");
    expect(html).not.toContain("<img");
    const frames = elements(html).filter((element) => has(element, "paper"));
    expect(frames.map(textOf).join("")).toContain("Approved ✅  [Approve]");
    const outside = elements(html).filter((element) => ["button", "h1", "h2", "dt", "summary"].includes(element.name));
    expect(outside.map(textOf).join("|")).not.toContain("✅");
  });

  test("has no character left that cannot be seen, and says each", async () => {
    const html = await get(`/cards/${numberOf("hostile")}`);
    const shown = elements(html).filter(({ name }) => name !== "input" && name !== "textarea");
    const texts = shown.flatMap(({ children }) => children.filter(isText).map(({ data }) => data)).join("");
    expect(texts).not.toMatch(/[\u202e\u200b]/);
    expect(html).toContain(
      '<span class="chip unseen" title="invisible character U+202E, right-to-left override">U+202E</span>',
    );
    expect(html).toContain("6 blank lines");
  });

  test("names a hidden copy first, and every lookalike", async () => {
    const html = await get(`/cards/${numberOf("hostile")}`);
    expect(html.indexOf('<dt class="bcc">')).toBeLessThan(html.indexOf('<dt class="to">'));
    expect(html).toContain("looks like");
  });

  test("has its file by what it is, with size and hash, and says what was not looked into", async () => {
    const html = await get(`/cards/${numberOf("hostile")}`);
    expect(html).toContain("application/x-msdownload · 182 kB");
    expect(html).toContain(`SHA-256 ${"a".repeat(64)}`);
    expect(html).toContain("could not be looked into");
  });
});

describe("what a yes costs", () => {
  const yes = async (name: string, path = ""): Promise<Element[]> =>
    elements(await get(`/cards/${numberOf(name)}${path}`)).filter((element) => has(element, "yes"));

  test("green is a button", async () => {
    const [button] = await yes("reply");
    expect(button).toMatchObject({ name: "button", attribs: { name: "kind", value: "approve", "data-yes": "tap" } });
  });

  test("amber leads to a second page, where the button is", async () => {
    const [link] = await yes("event");
    expect(link).toMatchObject({
      name: "a",
      attribs: { "data-yes": "hold", href: `/cards/${numberOf("event")}/confirm` },
    });
    const [button] = await yes("event", "/confirm");
    expect(button).toMatchObject({ name: "button", attribs: { value: "approve" } });
  });

  test("red asks for a name to be typed, and for a passkey once there is one", async () => {
    const html = await get(`/cards/${numberOf("hostile")}`);
    expect(html).toContain("<code>n0rdbank.example</code>");
    life.passkeys.push({ id: "p", name: "Key", addedAt: "2026-11-01T00:00:00.000Z", usedAt: null });
    const [button] = await yes("hostile");
    expect(button).toMatchObject({ name: "button", attribs: { type: "button", "data-yes": "passkey" } });
    expect(await get(`/cards/${numberOf("hostile")}`)).not.toContain('name="typed"');
    life.passkeys.pop();
  });

  test("long leads to its end first", async () => {
    const [link] = await yes("long");
    expect(link).toMatchObject({ name: "a", attribs: { href: `/cards/${numberOf("long")}/confirm` } });
    const html = await get(`/cards/${numberOf("long")}/confirm`);
    for (let at = 1; at <= 180; at += 1) if ((at - 1) % 9 !== 0) expect(html).toContain(`Line ${at} of`);
    expect(html.indexOf("Line 180")).toBeLessThan(html.indexOf('value="approve"'));
  });

  test("is never Enter: the first button of the form does nothing", async () => {
    for (const { name } of life.requests) {
      const form = elements(await get(`/cards/${numberOf(name)}`)).find(
        (element) => element.attribs["id"] === "decide",
      );
      const first = form?.children.filter(isTag).find((element) => element.name === "button");
      expect(first?.attribs).toHaveProperty("disabled");
    }
  });

  test("rejecting and putting off are one press each, whatever a yes costs", async () => {
    for (const { name } of life.requests) {
      const all = elements(await get(`/cards/${numberOf(name)}`));
      for (const value of ["reject", "later"]) {
        expect(
          all.some(
            (element) =>
              element.name === "button" && element.attribs["value"] === value && element.attribs["form"] === undefined,
          ),
          name,
        ).toBe(true);
      }
    }
  });
});

describe("a card", () => {
  test("of two steps shows both whole, with one decision about both", async () => {
    const html = await get(`/cards/${numberOf("introduction")}`);
    expect(html).toMatch(/>[^<]*approve both/i);
    expect(html).toContain("only when step 1 is confirmed");
    const form = elements(html).find((element) => element.attribs["id"] === "decide");
    expect(form?.children.filter(isTag).filter((element) => element.attribs["name"] === "seen")).toHaveLength(2);
    expect(html).toContain("wa.me");
  });

  test("of a document shows every line of before and after", async () => {
    const html = await get(`/cards/${numberOf("document")}`);
    expect(html).toMatch(/<del>.*B-NT 914.*<\/del>/);
    expect(html).toMatch(/<ins>.*B-KL 2207.*<\/ins>/);
    expect(html).toContain("Parking permit");
  });

  test("over many things lists all by sender, each to be left out", async () => {
    const all = elements(await get(`/cards/${numberOf("bulk")}`));
    expect(all.filter((element) => element.attribs["name"] === "leave")).toHaveLength(41);
    expect(all.filter((element) => has(element, "group"))).toHaveLength(4);
  });

  test("stands beside the conversation it is about, as it came", async () => {
    const all = elements(await get(`/cards/${numberOf("reply")}`));
    const original = all.find((element) => has(element, "original"));
    expect(original === undefined ? "" : textOf(original)).toContain("Then I would block");
    for (const frame of all.filter((element) => has(element, "message"))) {
      expect(frame.children.filter(isTag).some((element) => has(element, "theirs"))).toBe(true);
    }
  });

  test("underlines what has a source, and says what has none", async () => {
    expect(await get(`/cards/${numberOf("reply")}`)).toMatch(/<u class="sourced"[^>]*>14:00<\/u>/);
    const html = await get(`/cards/${numberOf("hostile")}`);
    expect(html).toMatch(/<u class="unsourced" title="no source: this link[^>]*>https:\/\/evil.example\/p.png<\/u>/);
    expect(html).toContain("No source");
  });

  test("that is not there is a page that says so", async () => {
    expect((await life.app.request("/cards/9999")).status).toBe(404);
    expect((await life.app.request("/people/9999999")).status).toBe(404);
    expect((await life.app.request("/threads/9999999")).status).toBe(404);
  });
});
