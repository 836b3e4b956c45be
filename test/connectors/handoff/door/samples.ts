import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What may be asked of each action, and what lies in the steward home before. */
export interface HandoffSample {
  action: string;
  ask: unknown;
  setup(homePath: string): Promise<void>;
}

const nothing = async (): Promise<void> => undefined;
const contacts = async (homePath: string): Promise<void> => {
  await writeFile(join(homePath, "contacts.csv"), contactsText);
};

export const contactsText = `name,aliases,emails,phones,handles,organisation,role,relation,language,notes
Inès Moreau,Ines,ines@moreau.example,+33 6 12 34 56 78,,,,friend,fr,
Tom Reyes,,tom@lumen.example; tom.reyes@home.example,,,Lumen,,,en,
Paul Adler,,paul@adler.example,+49 171 2345678; +49 30 1234567,,,,,de,
`;

export const samples: HandoffSample[] = [
  {
    action: "handoff.open_link",
    ask: {
      url: "https://portal.example/plates",
      values: [{ label: "Plate", value: "KL 2207" }],
      why: "The licence office wants the new plate confirmed",
    },
    setup: nothing,
  },
  {
    action: "handoff.checklist",
    ask: {
      title: "Move to the new flat",
      steps: [
        {
          title: "Tell the bank",
          url: "https://bank.example/address",
          values: [{ label: "Street", value: "Ahornweg 4" }],
        },
        { title: "Tell the landlord" },
      ],
    },
    setup: nothing,
  },
  { action: "handoff.whatsapp", ask: { to: "Inès Moreau", text: "Done, intro sent. À bientôt!" }, setup: contacts },
  {
    action: "handoff.mail",
    ask: {
      to: ["ines@moreau.example"],
      cc: ["paul@adler.example"],
      subject: "Saturday?",
      text: "Line one\n\nLine two & more",
    },
    setup: contacts,
  },
  { action: "handoff.call", ask: { to: "+49 171 2345678", why: "Ask for Tuesday 14:00" }, setup: nothing },
  {
    action: "handoff.pay",
    ask: {
      title: "Pay the roofing bill",
      steps: [{ title: "Transfer 840.00 EUR", values: [{ label: "IBAN", value: "DE02 1203 0000 0000 2020 51" }] }],
    },
    setup: nothing,
  },
  { action: "handoff.sign", ask: { title: "Sign the lease", steps: [{ title: "Read page 3 first" }] }, setup: nothing },
  {
    action: "handoff.settings",
    ask: {
      title: "Turn on two-step sign-in",
      steps: [{ title: "Open settings", url: "https://mail.example/settings" }],
    },
    setup: nothing,
  },
];
