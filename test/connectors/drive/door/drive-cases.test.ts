import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { noteChange, setContent, share } from "../../../../src/emulators/google/drive/drive-state.ts";
import { carText, type FileDoor, FileLife } from "./file-door.ts";

let life: FileLife;
const open: FileDoor[] = [];
beforeAll(async () => {
  life = await new FileLife().begin();
});
afterEach(async () => {
  life.world.settings.clear();
  for (const door of open.splice(0)) await door.close();
});
afterAll(() => life.end());

async function opened(): Promise<FileDoor> {
  const door = await life.open();
  open.push(door);
  return door;
}

const plate = { file: "car.md", replace: [{ find: "NT 914", with: "KL 2207" }] };
const after = carText.replace("NT 914", "KL 2207");

/** Lets somebody write into a file just before the request that matches leaves. */
function writeBefore(door: FileDoor, match: RegExp, write: () => void): void {
  const inner = door.network;
  let isDone = false;
  door.network = async (input, init) => {
    if (!isDone && match.test(`${init?.method ?? "GET"} ${new URL(String(input)).pathname}`)) {
      isDone = true;
      write();
    }
    return await inner(input, init);
  };
}

const foreignEdit = (id: string, text: string): void => {
  const file = life.drive.get(id);
  setContent(life.state, file, new TextEncoder().encode(text), life.world.clock.now(), false);
};

describe("creating a file", () => {
  it("D1: a lost answer and a second try make one file", async () => {
    const door = await opened();
    const { seen } = await door.propose("drive.create_file", { path: "a.md", text: "A" });
    await door.approve(seen);
    // The asking afterwards does not see it yet: the same id is used again, and is refused.
    life.world.faults.add({ match: /POST \/upload/, nth: 1, when: "after", do: "drop" });
    life.world.faults.add({
      match: /GET \/drive\/v3\/files\/[\w-]{30,}\?/,
      nth: 2,
      when: "before",
      do: "status",
      status: 404,
    });
    expect(await door.live(seen.cardId)).toMatchObject({ state: "done" });
    expect(door.requests.filter((one) => one.startsWith("POST /upload"))).toHaveLength(2);
    expect(door.happened("file.created")).toBe(1);
    expect(door.textOf(door.fileNamed("a.md")?.id ?? "")).toBe("A");
  });

  it("D1: what may not be looked at after the second try is not taken for undone", async () => {
    const door = await opened();
    const { seen } = await door.propose("drive.create_file", { path: "a.md", text: "A" });
    await door.approve(seen);
    const look = /GET \/drive\/v3\/files\/[\w-]{30,}\?/;
    life.world.faults.add({ match: /POST \/upload/, nth: 1, when: "after", do: "drop" });
    life.world.faults.add({ match: look, nth: 2, when: "before", do: "status", status: 404 });
    life.world.faults.add({ match: look, nth: 4, when: "before", do: "status", status: 403 });
    expect(await door.live(seen.cardId)).toMatchObject({ state: "done" });
    expect(door.requests.filter((one) => one.startsWith("POST /upload"))).toHaveLength(2);
    expect(door.happened("file.created")).toBe(1);
  });

  it("writes Markdown, tables and text, byte for byte, into the folder that is meant", async () => {
    const door = await opened();
    const text = "a,b\r\n\"1\n2\",'=x'\n\ufeff--steward-00\r\nContent-Type: text/csv\r\n\r\n😀";
    expect((await door.run("drive.create_file", { path: "lists/odd.csv", text })).state).toBe("done");
    const file = door.fileNamed("odd.csv");
    expect(file).toMatchObject({ mimeType: "text/csv", parents: [life.ids.lists] });
    expect(door.textOf(file?.id ?? "")).toBe(text);
  });

  it("undone, puts it into the bin, twice the same; not when somebody wrote on in it", async () => {
    const door = await opened();
    const { cardId } = await door.run("drive.create_file", { path: "a.md", text: "A" });
    const id = door.fileNamed("a.md")?.id ?? "";
    life.world.faults.add({ match: /PATCH/, nth: 1, when: "after", do: "drop" });
    await expect(door.undo(cardId)).rejects.toMatchObject({ code: "unavailable" });
    expect(await door.undo(cardId)).toMatchObject({ kind: "ok" });
    expect(life.drive.get(id).trashed).toBe(true);
    expect(door.happened("file.deleted")).toBe(0);

    const other = await opened();
    const made = await other.run("drive.create_file", { path: "a.md", text: "A" });
    const written = other.fileNamed("a.md")?.id ?? "";
    foreignEdit(written, "B");
    await expect(other.undo(made.cardId)).rejects.toMatchObject({ code: "moved" });
    expect(life.drive.get(written).trashed).toBe(false);
  });

  it("takes no name twice, no folder that is not there, no name that a disk does not take", async () => {
    const door = await opened();
    const refusals: [string, string][] = [
      ["car.md", "is in Drive already"],
      ["CAR.md", "is in Drive already"],
      ["Notes.md", "is in Drive already"],
      ["nowhere/a.md", "is not in the mirrored"],
      ["../a.md", "is not in the mirrored"],
      ["a\u202etxt.md", "no name"],
      ["con.md", "no name"],
    ];
    for (const [path, why] of refusals) {
      await expect(door.propose("drive.create_file", { path, text: "A" }), path).rejects.toThrow(why);
    }
    await expect(door.propose("drive.create_file", { path: "a.md", text: "\ud800" })).rejects.toThrow();
    expect(door.happened("file.created")).toBe(0);
  });

  it("is void when the name was taken, or somebody was let into the folder, after it was seen", async () => {
    const door = await opened();
    const { seen } = await door.propose("drive.create_file", { path: "a.md", text: "A" });
    await door.approve(seen);
    life.drive.file("a.md", "theirs");
    expect(await door.live(seen.cardId)).toMatchObject({ state: "superseded" });
    const next = await opened();
    const { seen: second } = await next.propose("drive.create_file", { path: "lists/a.md", text: "A" });
    await next.approve(second);
    share(life.state, life.ids.lists, [{ type: "anyone", role: "reader" }], life.world.clock.now());
    expect(await next.live(second.cardId)).toMatchObject({ state: "superseded" });
    expect(next.happened("file.created")).toBe(0);
  });

  it("D11: a full storage is final, and says what helps", async () => {
    const door = await opened();
    life.world.settings.set("drive.storageFull", 1);
    const { state, reason } = await door.run("drive.create_file", { path: "a.md", text: "A" });
    expect([state, reason]).toEqual(["failed", expect.stringContaining("one.google.com/storage")]);
  });
});

describe("changing a file", () => {
  it("shows the whole of it before and after, and keeps the text before for good", async () => {
    const door = await opened();
    const { view, state } = await door.run("drive.update_file", plate);
    expect(state).toBe("done");
    expect(view.preview.diffs).toEqual([{ name: "car.md", before: carText, after }]);
    expect(view.preview.about.itemIds).toEqual([await door.itemOf(life.ids.car)]);
    const { revisions } = life.drive.get(life.ids.car);
    expect(revisions.map(({ keepForever }) => keepForever)).toEqual([true, false]);
    expect(life.drive.get(life.ids.car).mimeType).toBe("text/markdown");
  });

  it("is found by the number of its item as well as by its path", async () => {
    const door = await opened();
    const file = await door.itemOf(life.ids.books);
    const { state } = await door.run("drive.update_file", { file, text: "title,by\nPersuasion,Austen\n" });
    expect(state).toBe("done");
    expect(door.textOf(life.ids.books)).toContain("Persuasion");
    const byPath = await door.run("drive.update_file", { file: "lists/books.csv", text: "title,by\n" });
    expect(byPath.state).toBe("done");
  });

  it("is undone to exactly what was there, twice the same", async () => {
    const door = await opened();
    const { cardId } = await door.run("drive.update_file", plate);
    expect(door.textOf(life.ids.car)).toBe(after);
    life.world.faults.add({ match: /PATCH \/upload/, nth: 1, when: "after", do: "drop" });
    await expect(door.undo(cardId)).rejects.toMatchObject({ code: "unavailable" });
    expect(await door.undo(cardId)).toMatchObject({ kind: "ok" });
    expect(door.textOf(life.ids.car)).toBe(carText);
    expect(life.drive.get(life.ids.car).revisions).toHaveLength(3);
  });

  it("is not undone over what somebody wrote since", async () => {
    const door = await opened();
    const { cardId } = await door.run("drive.update_file", plate);
    foreignEdit(life.ids.car, "theirs");
    await expect(door.undo(cardId)).rejects.toMatchObject({ code: "moved" });
    expect(door.textOf(life.ids.car)).toBe("theirs");
  });

  it("D5: is void when the file was changed after it was seen, and nothing is written", async () => {
    const door = await opened();
    const { seen } = await door.propose("drive.update_file", plate);
    await door.approve(seen);
    foreignEdit(life.ids.car, "theirs");
    const { state, reason } = await door.live(seen.cardId);
    expect([state, reason]).toEqual(["superseded", expect.stringContaining("changed after you saw it")]);
    expect(door.textOf(life.ids.car)).toBe("theirs");
  });

  it("D5: is void when the file was changed between the last check and the write", async () => {
    const door = await opened();
    const { seen } = await door.propose("drive.update_file", plate);
    await door.approve(seen);
    writeBefore(door, /PATCH .*revisions/, () => foreignEdit(life.ids.car, "theirs"));
    expect(await door.live(seen.cardId)).toMatchObject({ state: "superseded" });
    expect(door.textOf(life.ids.car)).toBe("theirs");
  });

  for (const lost of [false, true]) {
    it(`D5: says so when somebody wrote in the same moment, both texts reachable${lost ? ", the answer lost" : ""}`, async () => {
      const door = await opened();
      const { seen } = await door.propose("drive.update_file", plate);
      await door.approve(seen);
      writeBefore(door, /PATCH \/upload/, () => foreignEdit(life.ids.car, "theirs"));
      if (lost) life.world.faults.add({ match: /PATCH \/upload/, nth: 1, when: "after", do: "drop" });
      expect(await door.live(seen.cardId)).toMatchObject({ state: "done" });
      expect((await door.door.card(seen.cardId))?.receipt).toContain("Somebody else changed it at the same moment");
      const texts = life.drive.get(life.ids.car).revisions.map(({ content }) => new TextDecoder().decode(content));
      expect(texts).toEqual([carText, "theirs", after]);
    });
  }

  it("does not take an older version with the same text for its own work", async () => {
    const door = await opened();
    foreignEdit(life.ids.car, "between");
    const { seen } = await door.propose("drive.update_file", { file: "car.md", text: carText });
    await door.approve(seen);
    life.world.faults.add({ match: /PATCH \/upload/, nth: 1, when: "before", do: "drop" });
    expect(await door.live(seen.cardId)).toMatchObject({ state: "done" });
    expect(door.textOf(life.ids.car)).toBe(carText);
  });

  it("goes on, and says it, when Drive keeps no more versions of the file", async () => {
    const door = await opened();
    life.world.faults.add({ match: /PATCH .*revisions/, nth: "every", when: "before", do: "status", status: 403 });
    const { state, cardId } = await door.run("drive.update_file", plate);
    expect(state).toBe("done");
    expect((await door.door.card(cardId))?.receipt).toContain("for 30 days only");
  });

  it("leaves Google documents, pictures and what may only be read alone, and says what helps", async () => {
    const door = await opened();
    const change = (file: string) => door.propose("drive.update_file", { file, text: "x" });
    await expect(change("Notes.md")).rejects.toThrow("Google document");
    await expect(change("cat.png")).rejects.toThrow("no text");
    life.drive.get(life.ids.car).canEdit = false;
    await expect(change("car.md")).rejects.toThrow("only be read");
    await expect(change("nothing.md")).rejects.toThrow("is not in the mirrored");
    await expect(change("lists")).rejects.toThrow("is not in the mirrored");
    await expect(door.propose("drive.update_file", { file: 99_999, text: "x" })).rejects.toThrow("no file");
    expect(door.happened("file.changed")).toBe(0);
  });

  it("replaces a passage that is there once, and no other", async () => {
    const door = await opened();
    const replace = (find: string) =>
      door.propose("drive.update_file", { file: "car.md", replace: [{ find, with: "x" }] });
    await expect(replace("KL 1")).rejects.toThrow("is not in the file");
    await expect(replace("r")).rejects.toThrow("more than once");
    await expect(door.propose("drive.update_file", { file: "car.md", text: carText })).rejects.toThrow("exactly that");
    await expect(door.propose("drive.update_file", { file: "car.md" })).rejects.toThrow();
  });

  it("asks which when two files of one name would do", async () => {
    const door = await opened();
    const twin = life.drive.file("car.md", "another");
    await expect(door.propose("drive.update_file", plate)).rejects.toThrow("more than one");
    noteChange(life.state, twin, true);
  });
});

describe("a shared file", () => {
  it("is a card that reaches others, whoever they are by name", async () => {
    const door = await opened();
    const { view } = await door.propose("drive.update_file", { file: "trip.md", text: "Trip to Braga\n" });
    expect(view.content.tier).toBe("send");
    expect(view.preview.recipients).toEqual([
      { role: "shared", channel: "drive", address: "ana@weiss.example", name: "" },
    ]);
    const renamed = await door.propose("drive.rename", { file: "trip.md", name: "porto.md" });
    expect(renamed.view.content.tier).toBe("send");
  });

  it("counts as one when its folder is shared, by a link too", async () => {
    const door = await opened();
    share(life.state, life.ids.lists, [{ type: "anyone", role: "reader" }], life.world.clock.now());
    const { view } = await door.propose("drive.create_file", { path: "lists/a.md", text: "A" });
    expect(view.content.tier).toBe("send");
    expect(view.preview.consequences).toContain("It is seen by anyone with the link.");
  });

  it("counts as one when Drive does not say who sees it", async () => {
    const door = await opened();
    life.drive.get(life.ids.car).ownedByMe = false;
    const { view } = await door.propose("drive.update_file", plate);
    expect(view.content.tier).toBe("send");
    expect(view.preview.consequences).toContain("Others see it; Drive does not say who.");
  });

  it("voids a card that was approved before somebody was let in", async () => {
    const door = await opened();
    const { seen, view } = await door.propose("drive.update_file", plate);
    expect(view.content.tier).toBe("change");
    await door.approve(seen);
    const stranger = { type: "user", role: "reader", emailAddress: "x@elsewhere.example" } as const;
    share(life.state, life.ids.car, [stranger], life.world.clock.now());
    expect(await door.live(seen.cardId)).toMatchObject({ state: "superseded" });
    expect(door.textOf(life.ids.car)).toBe(carText);
  });
});

describe("renaming", () => {
  it("gives a Google document the name without the mirror's ending, and is undone", async () => {
    const door = await opened();
    const { state, cardId } = await door.run("drive.rename", { file: "Notes.md", name: "Ideas.md" });
    expect(state).toBe("done");
    expect(life.drive.get(life.ids.doc).name).toBe("Ideas");
    expect(await door.undo(cardId)).toMatchObject({ kind: "ok" });
    expect(life.drive.get(life.ids.doc).name).toBe("Notes");
  });

  it("is void when somebody renamed it, and is not undone over another name", async () => {
    const door = await opened();
    const { seen } = await door.propose("drive.rename", { file: "car.md", name: "auto.md" });
    await door.approve(seen);
    life.drive.rename(life.ids.car, "wagen.md");
    expect(await door.live(seen.cardId)).toMatchObject({ state: "superseded" });
    const next = await opened();
    const { cardId } = await next.run("drive.rename", { file: "car.md", name: "auto.md" });
    life.drive.rename(life.ids.car, "wagen.md");
    await expect(next.undo(cardId)).rejects.toMatchObject({ code: "moved" });
  });

  it("takes one line without anything invisible", async () => {
    const door = await opened();
    for (const name of ["", "a\nb", "a\u200bb", "a\u202eb", "car.md"]) {
      await expect(door.propose("drive.rename", { file: "car.md", name }), JSON.stringify(name)).rejects.toThrow();
    }
  });
});

describe("without the right to change", () => {
  it("no card is drawn up, and the way to it is named", async () => {
    const key = [...life.secrets.keys()].find((name) => name.endsWith("write_refresh_token")) ?? "";
    const token = life.secrets.get(key) ?? "";
    life.secrets.delete(key);
    const door = await opened();
    await expect(door.propose("drive.update_file", plate)).rejects.toThrow("needs your consent");
    life.secrets.set(key, token);
    expect(door.requests).toEqual([]);
  });
});
