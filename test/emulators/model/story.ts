import type { ToolAnswers } from "./build-request.ts";

/** What a story is made of; every value can be another one, and what is proposed has to follow. */
export interface Story {
  friend: string;
  friendPhone: string;
  guest: string;
  guestAddress: string;
  target: string;
  /** Null: it is nowhere. */
  targetAddress: string | null;
  organisation: string;
  host: string;
  language: "en" | "de" | "fr";
  oldPlate: string;
  newPlate: string;
}

export const first: Story = {
  friend: "Aicha Benali",
  friendPhone: "+33199006111",
  guest: "Piotr Zielinski",
  guestAddress: "piotr@brimstone.example",
  target: "Greta Olafsdottir",
  targetAddress: "greta@hirewell.example",
  organisation: "Brimstone",
  host: "brimstone.example",
  language: "en",
  oldPlate: "M-QX 318",
  newPlate: "M-ZZ 8126",
};

/** The same story with everything in it changed. */
export const second: Story = {
  friend: "Ruben Castellanos",
  friendPhone: "+34699000123",
  guest: "Wen Takahara",
  guestAddress: "w.takahara@quillfeather.example",
  target: "Odile Marchetti",
  targetAddress: "om@cabinet-om.example",
  organisation: "Quillfeather",
  host: "quillfeather.example",
  language: "de",
  oldPlate: "HH-AB 77",
  newPlate: "HH-RT 4410",
};

const firstOf = (name: string): string => name.split(" ")[0] ?? name;

function askingText({ guest, guestAddress, organisation, host, language }: Story): string {
  const who = `${firstOf(guest)} (${guest})`;
  switch (language) {
    case "en":
      return `A favour: ${who}, he hires at ${organisation}, is looking for two engineers. Could you intro ${firstOf(guest)} to the recruiter you trust? His address is ${guestAddress}, the jobs are ${host}/jobs/oslo-1 and oslo-2`;
    case "de":
      return `Eine Bitte: ${who} stellt bei ${organisation} ein und sucht zwei Leute. Kannst du ${firstOf(guest)} deiner Personalvermittlerin vorstellen? Seine Adresse ist ${guestAddress}, die Stellen sind ${host}/jobs/oslo-1 und oslo-2`;
    case "fr":
      return `Un service : ${who} recrute chez ${organisation} et cherche deux personnes. Peux-tu mettre en contact ${firstOf(guest)} avec ta recruteuse ? Son adresse est ${guestAddress}, les postes sont ${host}/jobs/oslo-1 et oslo-2`;
  }
}

const thanks = {
  en: "Thank you for the lunch, I owe you one. Two clients want to see her.",
  de: "Danke für das Essen, ich schulde dir eins. Zwei Kunden wollen sie sehen.",
  fr: "Merci pour le déjeuner, je te dois une invitation. Deux clients veulent la voir.",
};
const own = {
  en: "Home and asleep, thank you for that",
  de: "Ich bin zu Hause, danke für die Zeit mit dir",
  fr: "Je suis à la maison, merci pour tout avec toi",
};

/** A life with this story in it, as the tools of docs/agent.md tell it. */
export function toolsOf(story: Story): ToolAnswers {
  const { friend, friendPhone, target, targetAddress, oldPlate } = story;
  const mails =
    targetAddress === null
      ? []
      : [
          {
            item: 31,
            thread: 5,
            channel: "mail",
            from: `${target} <${targetAddress}>`,
            at: "2026-10-10T09:00+02:00",
            title: "Lunch",
            snippet: "",
          },
        ];
  const chat = {
    item: 22,
    thread: 4,
    channel: "whatsapp",
    from: friend,
    at: "2026-11-20T19:02+01:00",
    title: friend,
    snippet: "",
  };
  return {
    search: ({ words }) => {
      const asked = String(words);
      const isTarget = asked.includes(firstOf(target)) || /recruit|vermittl/i.test(asked);
      return {
        hits: isTarget ? mails : asked.includes(firstOf(story.guest)) || /intro/.test(asked) ? [chat] : [],
        more: 0,
      };
    },
    thread: ({ id }) => ({ thread: id === 4 ? chatOf(story) : mailsOf(story) }),
    item: () => ({
      item: {
        item: 31,
        thread: 5,
        channel: "mail",
        from: mails[0]?.from ?? "",
        fromOwner: false,
        text: thanks[story.language],
        signature: `${target}\nPartner, Executive Search`,
        links: [],
        attachments: [],
      },
    }),
    person: ({ who }) => {
      if (namesOf(friend).includes(String(who)))
        return {
          people: [{ person: 1, names: [friend], addresses: [], phones: [friendPhone], unknown: [], threads: [] }],
        };
      if (!namesOf(target).includes(String(who))) return { people: [] };
      const threads = [{ thread: 5, channel: "mail", title: "Lunch", at: null }];
      return {
        people: [
          {
            person: 2,
            names: [target],
            addresses: targetAddress === null ? [] : [targetAddress],
            phones: [],
            unknown: [],
            threads,
          },
        ],
      };
    },
    web_search: ({ name }) => ({
      results: [{ item: 90, title: String(name), url: `https://${story.host}/about`, text: "" }],
    }),
    document: ({ name }) =>
      name === "car"
        ? {
            documents: [
              {
                item: 50,
                path: "drive/Garage/car.md",
                title: "car.md",
                at: null,
                text: `# Car\n\n- Plate: ${oldPlate}\n- VIN: WVW000111\n- Permit: tied to the plate`,
              },
            ],
          }
        : { documents: [] },
    actions: ({ names }) => ({
      actions: (Array.isArray(names) ? names : []).map((name) => ({
        name,
        tier: "send",
        description: "",
        ask: { properties: { thread: {} } },
      })),
    }),
    propose: () => ({ cards: [{ number: 1, title: "A card", friction: "yellow", state: "proposed" }] }),
    ask_owner: () => ({}),
  };
}

const namesOf = (name: string): string[] => [name, firstOf(name)];

function chatOf(story: Story) {
  const items = [
    { item: 20, from: "Nora", fromOwner: true, text: own[story.language], links: [] },
    { item: 22, from: story.friend, fromOwner: false, text: askingText(story), links: [] },
  ];
  const people = [
    { name: "Nora Lindqvist", address: "nora@home.example", known: true, owner: true },
    { name: story.friend, address: story.friendPhone, known: true },
  ];
  return { thread: 4, channel: "whatsapp", title: story.friend, group: false, people, items };
}

function mailsOf(story: Story) {
  const from = `${story.target} <${story.targetAddress}>`;
  return {
    thread: 5,
    channel: "mail",
    title: "Lunch",
    group: false,
    people: [],
    items: [{ item: 31, from, fromOwner: false, text: thanks[story.language], links: [] }],
  };
}
