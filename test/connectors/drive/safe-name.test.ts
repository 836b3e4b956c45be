import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cutImages } from "../../../connectors/drive/cut-images.ts";
import { FolderTree } from "../../../connectors/drive/folder-tree.ts";
import { joinPath, nameKey, safeName } from "../../../connectors/drive/safe-name.ts";
import { refuseMirrorPath } from "../../../src/intake/mirror/mirror-path.ts";
import { oddText } from "../../store/store-fixture.ts";

function newTree(): FolderTree {
  return new FolderTree({
    v: 1,
    root: "root",
    drive: null,
    token: "1",
    list: [],
    again: [],
    fetch: [],
    folders: { root: [null, "", null] },
    files: {},
    anew: false,
  });
}

describe("a name from Drive", () => {
  test.each([
    ["../../etc/passwd", "__.._etc_passwd"],
    ["/absolute.md", "_absolute.md"],
    ["..", "_"],
    [".", "_"],
    ["", "untitled"],
    ["   ", "untitled"],
    [".bashrc", "_bashrc"],
    ["a\u0000b\u001b[2Jc.md", "a_b_[2Jc.md"],
    ["CON", "_CON"],
    ["aux.md", "_aux.md"],
    ["lpt1.txt", "_lpt1.txt"],
    ["console.md", "console.md"],
    ['what? "now" <a|b>*.md', "what_ _now_ _a_b__.md"],
    ["C:\\Windows\\x.md", "C__Windows_x.md"],
    ["ends with dots...", "ends with dots"],
    ["invoice\u202egpj.md", "invoicegpj.md"],
    ["lone \ud800 half.md", "lone \ufffd half.md"],
    ["Müller & Söhne (Kopie).md", "Müller & Söhne (Kopie).md"],
    ["Mu\u0308ller.md", "Müller.md"],
  ])("%j becomes %j", (name, safe) => {
    expect(safeName(name)).toBe(safe);
  });

  test("of 300 bytes of UTF-8 is cut between letters and keeps its ending", () => {
    for (const letter of ["ä", "語", "😀"]) {
      const safe = safeName(`${letter.repeat(100)}.md`);
      expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(160);
      expect(safe).toMatch(/~[0-9a-f]{8}\.md$/);
      expect(safe.isWellFormed()).toBe(true);
    }
    expect(safeName(`${"x".repeat(200)}1.md`)).not.toBe(safeName(`${"x".repeat(200)}2.md`));
  });

  test("whatever it is, becomes a place that the mirror takes", () => {
    fc.assert(
      fc.property(fc.oneof(oddText, fc.string({ unit: "binary", maxLength: 300 })), (name) => {
        const safe = safeName(name);
        expect(refuseMirrorPath(safe)).toBeNull();
        expect(safeName(safe)).toBe(safe);
      }),
      { numRuns: 500 },
    );
  });

  test("in folders deeper than a disk allows still has a place of its own", () => {
    const deep = Array.from({ length: 60 }, (_, n) => `${n} ${"folder".repeat(20)}`);
    const paths = [
      joinPath([...deep, "a.md"]),
      joinPath([...deep, "b.md"]),
      joinPath([...deep.slice(0, -1), "x", "a.md"]),
    ];
    for (const path of paths) expect(refuseMirrorPath(path)).toBeNull();
    expect(new Set(paths).size).toBe(3);
  });
});

describe("two in one folder", () => {
  test("of one name, or of names that a disk takes for one, are two files; who was first keeps the name", () => {
    const tree = newTree();
    tree.putFile("a", "root", "Plan.md");
    tree.putFile("b", "root", "Plan.md");
    tree.putFile("c", "root", "PLAN.md");
    tree.putFile("d", "root", "Mu\u0308ller.md");
    tree.putFile("e", "root", "Müller.md");
    tree.putFolder("f", "root", "plan.md");
    const paths = ["a", "b", "c", "d", "e"].map((id) => tree.pathOf(id));
    expect(paths[0]).toBe("Plan.md");
    tree.putFile("g", "f", "x.md");
    const all = [...paths, tree.pathOf("g").split("/")[0] ?? ""];
    expect(new Set(all.map(nameKey)).size).toBe(6);
  });

  test("keep their names whatever is told again, in any order", () => {
    const names = fc.array(fc.constantFrom("a.md", "A.md", "b.md", "../a.md", ""), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(names, fc.array(fc.nat({ max: 5 }), { maxLength: 10 }), (given, again) => {
        const tree = newTree();
        for (const [index, name] of given.entries()) tree.putFile(`id${index}`, "root", name);
        const before = given.map((_, index) => tree.pathOf(`id${index}`));
        for (const index of again) {
          const name = given[index];
          if (name !== undefined) tree.putFile(`id${index}`, "root", name);
        }
        expect(given.map((_, index) => tree.pathOf(`id${index}`))).toEqual(before);
        expect(new Set(before.map(nameKey)).size).toBe(given.length);
        const kept = new FolderTree(tree.toCursor());
        expect(given.map((_, index) => kept.pathOf(`id${index}`))).toEqual(before);
      }),
    );
  });
});

describe("the tree", () => {
  test("forgets with a folder all that is in it, and what was reached through it", () => {
    const tree = newTree();
    tree.putFolder("f", "root", "F");
    tree.putFolder("g", "f", "G");
    tree.putFile("x", "g", "x.md");
    tree.putFolder("target", "f", "V", "shortcut");
    tree.putFile("y", "target", "y.md");
    tree.putFolder("other", "root", "O", "shortcut 2");
    tree.putFile("w", "other", "w.md");
    tree.putFile("z", "root", "z.md");
    tree.forget("f");
    expect([...tree.gone].sort()).toEqual(["x", "y"]);
    tree.forget("shortcut 2");
    expect(tree.fileIds()).toEqual(["z"]);
  });

  test("never hangs a folder below itself", () => {
    const tree = newTree();
    tree.putFolder("f", "root", "F");
    tree.putFolder("g", "f", "G");
    tree.putFolder("f", "g", "F");
    tree.putFile("x", "g", "x.md");
    expect(tree.pathOf("x")).toBe("F/G/x.md");
  });

  test("fetches all files of a folder again that has another name", () => {
    const tree = newTree();
    tree.putFolder("f", "root", "F");
    tree.putFolder("g", "f", "G");
    tree.putFile("x", "g", "x.md");
    tree.fetch.clear();
    tree.putFolder("f", "root", "New");
    expect([...tree.fetch]).toEqual(["x"]);
    expect(tree.pathOf("x")).toBe("New/G/x.md");
  });

  test("takes at most 20,000 files", () => {
    const tree = newTree();
    for (let n = 0; n < 20_000; n += 1) tree.putFile(`${n}`, "root", `${n}.md`);
    expect(tree.putFile("one more", "root", "more.md")).toBe(false);
    expect(tree.putFile("7", "root", "7.md")).toBe(true);
  });
});

test("pictures in exported Markdown are cut out, and said so", () => {
  const text = `# A\n\n![][image1] and ![x](data:image/png;base64,${"A".repeat(2000)})\n\n[image1]: <data:image/jpeg;base64,${"B".repeat(4000)}=>\n`;
  expect(cutImages(text)).toBe("# A\n\n![][image1] and ![x](#image-left-out-2-KB)\n\n[image1]: #image-left-out-3-KB\n");
});
