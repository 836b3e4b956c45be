import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { splitReply } from "../../../src/formats/mail/split-reply.ts";
import { cpuMs } from "../../support/cpu-time.ts";
import { dataFolder } from "../../support/data-folder.ts";
import { readTar } from "../../support/tar.ts";

describe("quoted history", () => {
  test.each([
    "On Fri, 20 Nov 2026 at 09:00, Clara Weiss <c@x.example> wrote:",
    "On Fri, Nov 20, 2026 at 9:00 AM A Very Long Name\n<clara@x.example> wrote:",
    "Am 20.11.2026 um 09:00 schrieb Clara Weiss <c@x.example>:",
    "Le ven. 20 nov. 2026 à 09:00, Clara <c@x.example> a écrit :",
    "El vie, 20 nov 2026 a las 9:00, Clara (<c@x.example>) escribió:",
    "Il giorno ven 20 nov 2026 alle ore 09:00 Clara <c@x.example> ha scritto:",
    "Em sex., 20 de nov. de 2026 às 09:00, Clara <c@x.example> escreveu:",
    "Op vr 20 nov 2026 om 09:00 schreef Clara <c@x.example>:",
    "-----Original Message-----\nFrom: Clara",
    "-----Ursprüngliche Nachricht-----\nVon: Clara",
    "________________________________\nFrom: Clara <c@x.example>\nSent: Friday, 20 November 2026 09:00\nTo: Tom\nSubject: Plan",
    "Von: Clara\nGesendet: Freitag, 20. November 2026 09:00\nAn: Tom\nBetreff: Plan",
    "De : Clara\nEnvoyé : vendredi 20 novembre 2026 09:00\nÀ : Tom\nObjet : Plan",
    "De: Clara\nEnviado el: viernes, 20 de noviembre de 2026\nPara: Tom\nAsunto: Plan",
    "Da: Clara\nInviato: venerdì 20 novembre 2026\nA: Tom\nOggetto: Plan",
  ])("starts at %s", (header) => {
    const split = splitReply(`Yes.\n\n${header}\n\nOld words.`);
    expect([split.text, split.quoted]).toEqual(["Yes.", `${header}\n\nOld words.`]);
  });

  test("keeps the answers between quoted lines", () => {
    const split = splitReply("On 20 Nov 2026 Tom <t@x.example> wrote:\n> Tuesday?\nYes.\n> Ana too?\n\nNo.\n");
    expect(split.text).toBe("Yes.\n\nNo.");
    expect(split.quoted).toBe("On 20 Nov 2026 Tom <t@x.example> wrote:\n> Tuesday?\n> Ana too?");
  });

  test("does not start at prose that looks like it", () => {
    for (const text of [
      "On Monday we wrote:\n\nthe plan",
      "On 3 June: lunch.\n\nMore",
      "From: our side, all fine.\nTo: do",
      "He wrote:\n\nnothing",
    ]) {
      expect(splitReply(text).text, text).toBe(text);
    }
  });
});

describe("the signature", () => {
  test.each([
    "-- \nTom\nLumen",
    "--\nTom",
    "Sent from my iPhone",
    "Von meinem iPhone gesendet",
    "Envoyé de mon iPhone",
    "Enviado desde mi iPhone",
    "Inviato da iPhone",
    "Get Outlook for iOS<https://aka.ms/x>",
    "_______________________________________________\nNews mailing list\nhttps://x.example/listinfo/news",
    "-Tom Reyes",
  ])("%s", (signature) => {
    expect(splitReply(`Yes.\n\n${signature}`)).toEqual({
      text: "Yes.",
      quoted: "",
      signature: signature.replace("-- \n", "--\n"),
    });
  });

  test("is not a list with dashes or a sentence", () => {
    for (const text of ["Why:\n-- one\n-- two", "Hi\n\nSent from my desk, it is easier.", "a\n---\nb"])
      expect(splitReply(text).text).toBe(text);
  });
});

test.each([
  ["one line", "a:".repeat(500_000)],
  ["a header without end", `On ${"x".repeat(1_000_000)} wrote:`],
  ["lines that end like headers", `On 2020 ${"<".repeat(380)}:\n`.repeat(2_600)],
  ["spaces before a colon", `On 1 ${" ".repeat(390)}a:\n`.repeat(2_500)],
  ["empty lines", "\n".repeat(1_000_000)],
  ["From lines", `From: a\n${"x ".repeat(190)}\n`.repeat(2_500)],
  ["dashes", "--\n".repeat(333_000)],
  ["underscores", "____\n".repeat(200_000)],
  ["marks", "> ".repeat(500_000)],
])("1 MB of %s is split fast", async (_name, text) => {
  // 40 to 180 ms on an idle machine; anything that is not linear takes minutes.
  expect(await cpuMs(() => splitReply(text))).toBeLessThan(600);
});

const data = dataFolder("the reply fixtures");
const archive = join(data ?? "", "mime_nasty", "reply_trim_crisp.tar.gz");

test.skipIf(data === null)("nine in ten of the reply fixtures are cut exactly", () => {
  const texts = readTar(archive)
    .filter((entry) => entry.name.endsWith(".txt"))
    .map((entry) => entry.bytes.toString("utf8"));
  // These fixtures share one reply of five lines, followed by history and signatures of many programs.
  const lines = (text: string): string =>
    text
      .split("\n")
      .slice(0, 5)
      .map((line) => line.trimEnd())
      .join("\n");
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(lines(text), (counts.get(lines(text)) ?? 0) + 1);
  const reply = [...counts].sort((left, right) => right[1] - left[1])[0]?.[0] ?? "";
  const shared = texts.filter((text) => lines(text) === reply);
  const right = shared.filter((text) => splitReply(text).text === reply).length;
  console.info(`reply fixtures right: ${right} of ${shared.length}`);
  expect(right / shared.length).toBeGreaterThanOrEqual(0.9);
});
