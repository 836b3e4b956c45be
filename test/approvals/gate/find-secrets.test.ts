// Holds R28.
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { announcesNewBank, findBankDetails } from "../../../approvals/gate/find-bank-details.ts";
import { findSecrets } from "../../../approvals/gate/find-secrets.ts";
import { rawText } from "../../../src/core/untrusted.ts";
import { ordinaryMailBytes, parseOne } from "./ordinary-mail.ts";
import { securityFile } from "./security-data.ts";

const secrets: [string, string][] = [
  ["code", "Your sign-in code is 771205."],
  ["code", "Ihr Bestätigungscode lautet: 448 102"],
  ["code", "Votre code de vérification : 905511"],
  ["code", "El código es 55120"],
  ["code", "PIN: 0093"],
  ["code", "771205 is your Nordbank verification code"],
  ["code", "验证码：482913，请勿泄露"],
  ["code", "Код подтверждения: 591203"],
  ["code", " 482913 "],
  ["door_code", "The gate code is 2580#, the dog is friendly"],
  ["door_code", "Haustür: 4711"],
  ["door_code", "l'alarme : 9032"],
  ["password", "The wifi password is gr8-Harbour"],
  ["password", "Passwort: Sommerwiese"],
  ["password", "mot de passe: T0urnesol"],
  ["password", "пароль: zima2024"],
  ["private_key", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl"],
  ["key", "use ghp_aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5 for that"],
  ["key", "export API_TOKEN=9f3k2LmQ8xZ1"],
  ["key", "the value Zk3Qp9Xv1Ls8Wd2Rt6Yb4Nm0 works"],
  ["card", "4111 1111 1111 1111, valid to 11/28"],
  ["passport", "Reisepass Nr. C01X00T47"],
];

const harmless = [
  "See you at 14:30 on 12.11.2026, flight LH 2047, seat 12A.",
  "Our zip code is 94105 and the area code 415.",
  "Error code 1045 again; exit code 1205.",
  "Order 4839201847 was shipped, tracking code 8829100012.",
  "Use promo code SAVE20 before Friday.",
  "I forgot my password again, can you help?",
  "The password is wrong, the password is the same as before.",
  "Die Tür ist offen ab 9 Uhr, 120 Gäste.",
  "Le code postal est 75011.",
  "commit 4f6c1e0b9aa2d7c35e8f1029384756afbecd0011 fixes it",
  "https://lists.example/archive/CAH4fJk2q9XvLs8Wd2Rt6Yb4Nm0pQ1@mail.example/",
  "The function PTHREAD_MUTEX_INITIALIZER and getAddressInfo2 are documented.",
  "Rechnung 2026-004711 über 1.250,00 €",
  "In the safe side of 2026 we had 1200 guests.",
  "Ring me at +49 30 5550 1234.",
];

describe("a secret", () => {
  it.each(secrets)("is found: %s in %s", (kind, text) => {
    expect(findSecrets(text).map((one) => one.kind)).toContain(kind);
  });

  it.each(harmless)("is not seen in: %s", (text) => {
    expect(findSecrets(text)).toEqual([]);
  });
});

describe("bank details", () => {
  it("are IBANs by their checksum and numbers beside words for an account", () => {
    expect(findBankDetails("DE89 3704 0044 0532 0130 00, danke")[0]?.value).toBe("DE89370400440532013000");
    expect(findBankDetails("to GB82WEST12345698765432 please")[0]?.kind).toBe("iban");
    expect(findBankDetails("DE89 3704 0044 0532 0130 01")).toEqual([]);
    expect(findBankDetails("Kontonummer: 0532013000")[0]?.value).toBe("0532013000");
  });

  it("are announced as changed in several languages", () => {
    expect(announcesNewBank("Please note our new bank details below.")).toBe(true);
    expect(announcesNewBank("Unsere Bankverbindung hat sich geändert.")).toBe(true);
    expect(announcesNewBank("Nos nouvelles coordonnées bancaires :")).toBe(true);
    expect(announcesNewBank("I opened a new account on that forum and sat on the bank.")).toBe(true);
    expect(announcesNewBank("The new bench stands by the river.")).toBe(false);
  });
});

const canaries = z.object({ items: z.array(z.object({ kind: z.string(), value: z.string() })) });
const planted = securityFile("canary_secrets.json");

describe("the planted secrets", () => {
  it.skipIf(planted === null)("are found in a draft, at least nine of ten (skipped without the shared data)", () => {
    const { items } = canaries.parse(planted);
    const missed = items.filter(({ kind, value }) => {
      const sentence = kind === "totp_code_in_mail" ? `The code is ${value}.` : `Here it is: ${value} as you asked.`;
      return findSecrets(sentence).length === 0;
    });
    console.log(
      `planted secrets: ${items.length - missed.length} of ${items.length}; missed:`,
      missed.map((one) => one.kind),
    );
    expect(1 - missed.length / items.length).toBeGreaterThanOrEqual(0.9);
  });
});

const mails = ordinaryMailBytes(400);

describe("ordinary mail", () => {
  it.skipIf(mails === null)(
    "holds secrets in at most two of a hundred (skipped without the shared data)",
    async () => {
      const counts = new Map<string, { read: number; alarms: number }>();
      for (const { kind, bytes } of mails ?? []) {
        const item = await parseOne(bytes);
        if (item === null) continue;
        const count = counts.get(kind) ?? { read: 0, alarms: 0 };
        const found = findSecrets(rawText(item.text));
        counts.set(kind, { read: count.read + 1, alarms: count.alarms + Number(found.length > 0) });
      }
      for (const [kind, { read, alarms }] of counts) console.log(`secrets in ${kind}: ${alarms} of ${read}`);
      const total = [...counts.values()].reduce((sum, one) => ({
        read: sum.read + one.read,
        alarms: sum.alarms + one.alarms,
      }));
      expect(total.alarms / total.read).toBeLessThanOrEqual(0.02);
    },
    60_000,
  );
});
