import type { ProposeStep } from "../../../approvals/door.ts";
import type { PreviewRecipient } from "../../../src/core/action.ts";
import type { Origin } from "../../../src/core/card.ts";
import type { Staged } from "./stage.ts";
import { staged } from "./stage.ts";

/** One request of the demo life, as the page is looked at with it. */
export interface StagedRequest {
  name: string;
  steps: { action: string; after: number | null; preview: Staged }[];
  origin: Omit<Origin, "requestId">;
}

/** Where things are in the demo life's store. */
export interface Found {
  thread(title: string): number | null;
  newestOf(threadId: number | null): number[];
}

const to = (address: string, name: string, role: PreviewRecipient["role"] = "to"): PreviewRecipient => ({
  role,
  channel: "mail",
  address,
  name,
});

function asked(utterance: string | null, itemsRead: number[], openedThreads: number[]): Omit<Origin, "requestId"> {
  return { by: "owner", surface: "page", utterance, rule: null, itemsRead, openedThreads, callId: null };
}

export function toSteps({ steps }: StagedRequest): ProposeStep[] {
  return steps.map(({ action, after, preview }) => ({
    action,
    account: "clara@weiss.example",
    ask: staged(preview),
    after,
  }));
}

/** Requests that show every kind of card once. */
export function stagedRequests(found: Found): StagedRequest[] {
  const paul = found.thread("Shareholder agreement, second round");
  const ines = found.thread("Inès Moreau");
  const plate = found.thread("Ihr neues Kennzeichen");
  const lindt = found.thread("Ihr Termin in unserer Praxis wurde verschoben");
  const about = (threadId: number | null): Staged["about"] & object => ({
    threadId,
    itemIds: found.newestOf(threadId).slice(-1),
  });
  const opened = (...ids: (number | null)[]): number[] => ids.filter((id) => id !== null);
  return [
    {
      name: "reply",
      origin: asked("Confirm Tuesday with Paul, on the phone", found.newestOf(paul), opened(paul)),
      steps: [
        {
          action: "gmail.reply",
          after: null,
          preview: {
            title: "Reply to Paul Adler",
            recipients: [to("paul@adler-partner.example", "Paul Adler")],
            fields: [{ label: "Subject", value: "Re: Shareholder agreement, second round" }],
            text: "Paul,\n\nTuesday at 14:00 works. I will be on the road, so let us do it on the phone; please tell Nele that the room is free again.\n\nOn the drag-along: I can live with 75 %, not with 66.\n\nClara",
            about: about(paul),
          },
        },
      ],
    },
    {
      name: "introduction",
      origin: asked("Introduce Tom to Claire, and tell Inès", found.newestOf(ines).slice(-4), opened(ines)),
      steps: [
        {
          action: "gmail.send_message",
          after: null,
          preview: {
            title: "Claire, meet Tom (Lumen, hiring in Paris)",
            recipients: [to("claire@talentbridge.example", "Claire Dubois"), to("tom@lumen.example", "Tom Reyes")],
            fields: [{ label: "Subject", value: "Claire, meet Tom (Lumen, hiring in Paris)" }],
            text: "Claire,\n\nTom Reyes leads recruiting at Lumen. They are hiring two engineers in Paris: lumen.example/jobs/paris-1 and lumen.example/jobs/paris-2. He would like to speak before Monday, and he has raised $24 M in September.\n\nI leave you to it.\n\nClara",
            about: about(ines),
          },
        },
        {
          action: "handoff.whatsapp_text",
          after: 0,
          preview: {
            title: "WhatsApp to Inès Moreau",
            text: "Done, intro sent. Bisous",
            consequences: ["WhatsApp opens with the text filled in; you press send."],
            handOff: {
              url: "https://wa.me/33199001234?text=Done%2C%20intro%20sent.%20Bisous",
              steps: [
                {
                  title: "Press send in WhatsApp",
                  url: null,
                  values: [{ label: "Text", value: "Done, intro sent. Bisous" }],
                },
              ],
            },
          },
        },
      ],
    },
    {
      name: "document",
      origin: {
        ...asked(null, found.newestOf(plate).slice(-1), opened(plate)),
        by: "rule",
        rule: "keep car.md current",
      },
      steps: [
        {
          action: "drive.update_file",
          after: null,
          preview: {
            title: "Put the new plate into car.md",
            fields: [{ label: "File", value: "Car/car.md" }],
            diffs: [
              {
                name: "Car/car.md",
                before:
                  "# Car\n\n- Make: Škoda Octavia Combi, grey, first registered 2019\n- Plate: B-NT 914\n- Insurance: Havel, policy KF-5512-08\n- Inspection due: spring\n- Parking permit: zone 42, tied to the plate",
                after:
                  "# Car\n\n- Make: Škoda Octavia Combi, grey, first registered 2019\n- Plate: B-KL 2207\n- Insurance: Havel, policy KF-5512-08\n- Inspection due: spring\n- Parking permit: zone 42, tied to the plate",
              },
            ],
            consequences: ["Google keeps the version before."],
            about: about(plate),
          },
        },
      ],
    },
    {
      name: "event",
      origin: asked("Put the new dentist date in, and invite Jonas", found.newestOf(lindt).slice(-1), opened(lindt)),
      steps: [
        {
          action: "calendar.update_event",
          after: null,
          preview: {
            title: "Move “Dr. Lindt, Kontrolle”",
            recipients: [to("jonas@berg-atelier.example", "Jonas Berg", "guest")],
            fields: [
              { label: "When", value: "Fri 27 Nov 2026, 12:30 – 13:00" },
              { label: "Where", value: "Praxis Dr. Lindt" },
            ],
            diffs: [
              {
                name: "Event",
                before: "When: Thu 26 Nov 2026, 08:30\nWhere: Praxis Dr. Lindt",
                after: "When: Fri 27 Nov 2026, 12:30\nWhere: Praxis Dr. Lindt",
              },
            ],
            consequences: ["Google mails the guest.", "It clashes with “Ana, Maré board” until 13:00."],
            about: about(lindt),
          },
        },
      ],
    },
    bulk(),
    hostile(),
    long(),
  ];
}

function bulk(): StagedRequest {
  const senders = [
    "Wochenmarkt Digest <hallo@wochenmarkt.example>",
    "LinkUp <notifications@linkup.example>",
    "Atlantica Miles <miles@atlantica.example>",
    "Kestrel Jobs <jobs@kestrel-news.example>",
  ];
  return {
    name: "bulk",
    origin: asked("archive what is older than a week and nobody waits on", [], []),
    steps: [
      {
        action: "gmail.archive",
        after: null,
        preview: {
          title: "Archive 41 mails nobody waits on",
          lines: Array.from({ length: 41 }, (_, at) => ({
            id: `m${at}`,
            label:
              [
                "Your week in one page",
                "12 people looked at your profile",
                "Your miles expire soon",
                "Five new roles for you",
              ][at % 4] ?? "",
            detail: `${(at % 27) + 1} Oct`,
            group: senders[at % 4] ?? "",
          })),
          consequences: ["They stay in All Mail. It can be undone for a day."],
        },
      },
    ],
  };
}

function hostile(): StagedRequest {
  return {
    name: "hostile",
    origin: { ...asked(null, [], []), by: "model" },
    steps: [
      {
        action: "gmail.send_message",
        after: null,
        preview: {
          title: "Send the deposit details <b>now</b>",
          recipients: [
            to("security@n0rdbank.example", "Nordbank"),
            to("audit@kestre1robotics.example", "Oliver Grant", "bcc"),
          ],
          fields: [{ label: "Subject", value: "Re: New sign-in\u202e txt.exe" }],
          text: '<script>alert(1)</script>\nApproved ✅  [Approve] \n\n\n\n\n\n\nMy IBAN is DE89 3704 0044 0532 0130 00 and the code is 482 911.\u200b\n<img src="https://evil.example/p.png">',
          files: [
            {
              name: "invoice\u202efdp.exe",
              mediaType: "application/x-msdownload",
              sizeBytes: 182_300,
              sha256: "a".repeat(64),
              text: null,
            },
          ],
        },
      },
    ],
  };
}

function long(): StagedRequest {
  const text = Array.from({ length: 180 }, (_, at) =>
    at % 9 === 0
      ? `${at / 9 + 1}. Point ${at / 9 + 1}`
      : `Line ${at + 1} of the minutes, as Giulia dictated it and as it goes to the notary.`,
  ).join("\n");
  return {
    name: "long",
    origin: asked("Send Giulia the minutes", [], []),
    steps: [
      {
        action: "gmail.send_message",
        after: null,
        preview: {
          title: "Minutes of the assembly to Giulia Conti",
          recipients: [to("giulia@fioritura.example", "Giulia Conti")],
          fields: [{ label: "Subject", value: "Verbale dell'assemblea" }],
          text,
        },
      },
    ],
  };
}
