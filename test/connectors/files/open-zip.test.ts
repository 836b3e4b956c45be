import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import yazl from "yazl";
import { type OpenZip, openZip } from "../../../connectors/files/open-zip.ts";

async function makeZip(fill: (zip: yazl.ZipFile) => void): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  fill(zip);
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

function zeros(megabytes: number): Readable {
  const block = Buffer.alloc(1024 ** 2);
  return Readable.from(
    (function* () {
      for (let n = 0; n < megabytes; n += 1) yield block;
    })(),
  );
}

async function readFirst(zip: OpenZip): Promise<Buffer> {
  const [entry] = zip.entries;
  if (entry === undefined) throw new Error("empty zip");
  return zip.read(entry, 100_000_000);
}

describe("openZip", () => {
  it("lists a zip and reads its entries", async () => {
    const zip = await openZip(
      await makeZip((made) => {
        made.addBuffer(Buffer.from("hello"), "a.txt");
        made.addEmptyDirectory("inner/");
        made.addBuffer(Buffer.from("déjà"), "inner/ü.txt");
      }),
    );
    expect(zip.entries.map((entry) => [entry.name, entry.sizeBytes, entry.isFolder])).toEqual([
      ["a.txt", 5, false],
      ["inner/", 0, true],
      ["inner/ü.txt", 6, false],
    ]);
    expect((await readFirst(zip)).toString()).toBe("hello");
    zip.close();
    zip.close();
  });

  it("treats names that climb out as labels and still lists the others", async () => {
    const bytes = await makeZip((made) => made.addBuffer(Buffer.from("x"), "aa/bb/etc/passwd"));
    const evil = Buffer.from(bytes.toString("latin1").replaceAll("aa/bb/etc", "../../etc"), "latin1");
    const zip = await openZip(evil);
    expect(zip.entries[0]?.name).toBe("../../etc/passwd");
    expect((await readFirst(zip)).toString()).toBe("x");
  });

  it("refuses a gigabyte of zeros without unpacking it", async () => {
    const bytes = await makeZip((made) => made.addReadStream(zeros(1024), "zeros.bin"));
    expect(bytes.length).toBeLessThan(2_000_000);
    await expect(openZip(bytes)).rejects.toMatchObject({
      code: "unreadable",
      message: expect.stringContaining("trap"),
    });
  });

  it("refuses a bomb that hides beside honest bytes, and reads the honest ones", async () => {
    const noise = Buffer.alloc(400_000);
    for (let n = 0; n < noise.length; n += 1) noise[n] = (n * 2_654_435_761) >>> 13;
    const zip = await openZip(
      await makeZip((made) => {
        made.addBuffer(noise, "honest.bin", { compress: false });
        made.addReadStream(zeros(40), "zeros.bin");
      }),
    );
    expect((await readFirst(zip)).length).toBe(400_000);
    const zerosEntry = zip.entries[1];
    if (zerosEntry === undefined) throw new Error("no second entry");
    const unpacked = zip.read(zerosEntry, 100_000_000).then((bytes) => bytes.length);
    await expect(unpacked).rejects.toMatchObject({
      code: "unreadable",
      message: expect.stringContaining("trap"),
    });
  });

  it("refuses entries that unpack to more than they claim", async () => {
    const bytes = await makeZip((made) => made.addBuffer(Buffer.from("a".repeat(5000)), "a.txt"));
    const central = bytes.indexOf(Buffer.from("PK\x01\x02", "latin1"));
    const lying = Buffer.from(bytes);
    lying.writeUInt32LE(100, central + 24);
    await expect(readFirst(await openZip(lying))).rejects.toMatchObject({ code: "unreadable" });
  });

  it("refuses claims beyond the total and too many entries", async () => {
    const bytes = await makeZip((made) => {
      for (let n = 0; n < 12; n += 1) made.addBuffer(Buffer.from("hello"), `${n}.txt`);
    });
    await expect(openZip(bytes, { totalBytes: 50 })).rejects.toMatchObject({ code: "unreadable" });
    await expect(openZip(bytes, { maxEntries: 11 })).rejects.toMatchObject({
      message: "This zip has more than 11 entries.",
    });
  });

  it("opens zips in zips down to the second, and no deeper", async () => {
    let bytes = await makeZip((made) => made.addBuffer(Buffer.from("core"), "core.txt"));
    for (let n = 0; n < 3; n += 1) {
      const inner = bytes;
      bytes = await makeZip((made) => made.addBuffer(inner, "inner.zip"));
    }
    let zip = await openZip(bytes);
    for (let n = 0; n < 2; n += 1) zip = await openFirstInner(zip);
    await expect(openFirstInner(zip)).rejects.toMatchObject({
      code: "unreadable",
      message: "This zip lies in more than 2 other zips.",
    });
  });

  it("says that a flipped byte, a cut end and something else are damage, and how to cure it", async () => {
    const bytes = await makeZip((made) => made.addBuffer(Buffer.from("hello world"), "a.txt", { compress: false }));
    const flipped = Buffer.from(bytes);
    const at = flipped.indexOf("hello");
    flipped[at] = 0x48;
    await expect(readFirst(await openZip(flipped))).rejects.toMatchObject({
      code: "unreadable",
      message: 'This zip is damaged: the checksum of "a.txt" is wrong.',
    });
    for (const broken of [bytes.subarray(0, bytes.length - 30), Buffer.from("not a zip"), Buffer.alloc(0)]) {
      await expect(openZip(broken)).rejects.toMatchObject({ code: "unreadable", cure: expect.any(String) });
    }
    await expect(openZip("/nowhere/at-all.zip")).rejects.toMatchObject({ code: "not_found" });
  });

  it("refuses to unpack what has a password", async () => {
    const bytes = await makeZip((made) => made.addBuffer(Buffer.from("hello".repeat(90)), "a.txt"));
    const lockedZip = Buffer.from(bytes);
    const central = lockedZip.indexOf(Buffer.from("PK\x01\x02", "latin1"));
    lockedZip.writeUInt16LE(lockedZip.readUInt16LE(central + 8) | 1, central + 8);
    await expect(readFirst(await openZip(lockedZip))).rejects.toMatchObject({
      message: '"a.txt" in this zip is protected by a password.',
    });
  });
});

async function openFirstInner(zip: OpenZip): Promise<OpenZip> {
  const [entry] = zip.entries;
  if (entry === undefined) throw new Error("empty zip");
  return zip.openInner(entry);
}
