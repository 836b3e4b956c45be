import { describe, expect, test } from "vitest";
import { scenario } from "../../../src/emulators/model/scenario/scenario.ts";
import { playRequest, startModel, type ToolAnswers } from "./build-request.ts";
import { first, type Story, second, toolsOf } from "./story.ts";

const play = async (words: string, tools: ToolAnswers, given: Parameters<typeof playRequest>[3] = {}) => {
  const played = await playRequest(startModel({ policy: scenario() }), words, tools, given);
  const proposals = played.calls.filter(({ name }) => name === "propose").map(({ input }) => input["steps"]);
  return { ...played, proposals, asked: played.calls.find(({ name }) => name === "ask_owner")?.input["question"] };
};
const called = (name: string): string => name.split(" ")[0] ?? name;

const third: Story = {
  ...second,
  language: "fr",
  friend: "Salome Ferrand",
  guest: "Ilan Peretz",
  guestAddress: "ilan@pebbleworks.example",
  organisation: "Pebbleworks",
  host: "pebbleworks.example",
};

describe.each([first, second, third])("the introduction of $guest", (story) => {
  const { guest, guestAddress, target, targetAddress, friend, host } = story;
  const words = {
    en: `Introduce ${called(guest)} to the recruiter I know, as ${called(friend)} asked; tell her when it is out`,
    de: `Stell ${called(guest)} bitte ${called(target)} vor, sag Bescheid, wenn es raus ist`,
    fr: `Présente ${called(guest)} à ${called(target)}, comme ${called(friend)} l'a demandé`,
  }[story.language];

  test("ends in a mail to both with two links, and a word to the friend after it", async () => {
    const { proposals, text } = await play(words, toolsOf(story));
    expect(proposals).toHaveLength(1);
    expect(proposals[0]).toMatchObject([
      { action: "gmail.send_message", ask: { to: [`${target} <${targetAddress}>`, `${guest} <${guestAddress}>`] } },
      { action: "handoff.whatsapp", ask: { to: friend, thread: 4 }, after: 0 },
    ]);
    const mail = JSON.stringify(proposals[0]);
    expect(mail).toContain(`https://${host}/jobs/oslo-1\\nhttps://${host}/jobs/oslo-2`);
    expect(mail).toContain({ en: "I would like you to meet", de: "vorstellen", fr: "te présenter" }[story.language]);
    expect(text).toMatch(/^\[scripted model\] .*\[#22\]/s);
  });

  test("asks for the address when it is nowhere, and takes the owner's answer", async () => {
    const tools = toolsOf({ ...story, targetAddress: null });
    const direct = `Introduce ${called(guest)} to ${called(target)}, please`;
    const { proposals, asked } = await play(direct, tools);
    expect(proposals).toEqual([]);
    expect(asked).toContain(called(target));
    const earlier = [{ words: direct, question: asked, choices: [], answer: "", cards: [] }];
    const answered = await play("It is late@answer.example", tools, { data: { earlier } });
    expect(JSON.stringify(answered.proposals)).toContain("late@answer.example");
  });
});

describe.each([first, second])("the plate $newPlate", (story) => {
  const files = [{ item: 70, name: "IMG_1.jpg", mediaType: "image/jpeg" }];
  const reads = (seen: object): ToolAnswers => ({
    ...toolsOf(story),
    item: () => ({ item: { item: 70, text: "", attachments: [], ...seen } }),
  });

  test.each([
    ["its caption", { text: `Das neue Schild: ${story.newPlate}` }, files],
    ["its name", {}, [{ ...files[0], name: `${story.newPlate.replace(" ", "_")}.jpg` }]],
  ])("is read from %s, and nothing else of the document changes", async (_what, seen, given) => {
    const { proposals, text } = await play("new licence plate", reads(seen), { data: { files: given } });
    const replace = [{ find: story.oldPlate, with: story.newPlate }];
    expect(proposals).toEqual([[{ action: "drive.update_file", ask: { file: "Garage/car.md", replace } }]]);
    expect(text).toContain("[#50]");
  });

  test("is asked for when the picture cannot be read", async () => {
    const { proposals, asked } = await play("new licence plate", reads({}), { data: { files } });
    expect(proposals).toEqual([]);
    expect(asked).toMatch(/plate/);
  });
});

test("inbox zero reads the skill, archives by kind in one bundle and proposes each reply by itself", async () => {
  const tools: ToolAnswers = {
    ...toolsOf(first),
    skill: () => ({ skill: { name: "inbox-zero" }, note: "Do it." }),
    overview: () => ({
      entries: [
        { thread: 8, class: "reply", channel: "mail", who: "A", title: "Question", line: "", card: null },
        { thread: 9, class: "reply", channel: "mail", who: "B", title: "Carded", line: "", card: 4 },
      ],
    }),
    thread: ({ id }) => ({
      thread: {
        thread: id,
        channel: "mail",
        people: [{ name: "Nora Lindqvist", owner: true }],
        items: [
          {
            item: 80,
            from: "Anton Vale <a@vale.example>",
            fromOwner: false,
            text: "Could you send me the minutes of the meeting?",
          },
        ],
      },
    }),
    search: ({ words }) => ({
      hits: String(words).includes("newsletter")
        ? [
            { item: 81, thread: 8, channel: "mail" },
            { item: 82, thread: 88, channel: "mail" },
          ]
        : [],
    }),
  };
  const { proposals, calls } = await play("run inbox zero", tools);
  expect(calls[0]).toEqual({ name: "skill", input: { name: "inbox-zero" } });
  expect(proposals).toMatchObject([
    [{ action: "gmail.archive", ask: { threads: [88] } }],
    [{ action: "gmail.reply", ask: { thread: 8, text: expect.stringMatching(/^Hi Anton,[\s\S]*Nora$/) } }],
  ]);
});

test("what comes in parts is read to its end", async () => {
  const overview = {
    entries: [{ thread: 8, class: "event", channel: "mail", who: "A", title: "Q", line: "", card: null }],
  };
  const whole = JSON.stringify(overview);
  const tools: ToolAnswers = {
    ...toolsOf(first),
    skill: () => ({ skill: { name: "inbox-zero" } }),
    overview: () => ({ part: whole.slice(0, 20), rest: "result:2.0@20" }),
    item: ({ rest }) => ({ part: whole.slice(Number(String(rest).split("@")[1])) }),
    search: () => ({ hits: [] }),
  };
  const { calls, text } = await play("run inbox zero", tools);
  expect(calls).toContainEqual({ name: "item", input: { rest: "result:2.0@20" } });
  expect(text).toContain("wait for something: 1.");
});

test("an introduction with what is new about somebody is no question for news", async () => {
  const { guest, target, friend } = first;
  const words = `Introduce ${called(guest)} to ${called(target)}, as ${called(friend)} asked, with what is new about the company`;
  expect((await play(words, toolsOf(first))).proposals).toMatchObject([[{ action: "gmail.send_message" }, {}]]);
});

test("promises of last week are asked for by their days and told with their messages", async () => {
  const commitments = [
    {
      by: "owner",
      who: "Anton Vale",
      what: "send the minutes",
      due: "2026-11-25",
      promisedAt: null,
      state: "open",
      thread: 8,
      item: 80,
    },
  ];
  const { calls, text } = await play("What did I promise last week and to whom?", {
    commitments: () => ({ commitments }),
  });
  expect(calls).toEqual([
    { name: "commitments", input: { by: "owner", state: "all", since: "2026-11-09", until: "2026-11-15" } },
  ]);
  expect(text).toContain("Anton Vale: send the minutes (due 2026-11-25) [#80]");
});

const calendarLife: ToolAnswers = {
  ...toolsOf(first),
  person: ({ who }) => ({
    people: String(who).startsWith("Nobody")
      ? []
      : [
          {
            names: [String(who)],
            addresses: [`${String(who).toLowerCase()}@x.example`],
            phones: ["+4915700000"],
            unknown: [],
            threads: [{ thread: 3, channel: "mail", title: "", at: null }],
          },
        ],
  }),
  free_time: () => ({
    slots: [{ start: "2026-11-24T10:00+01:00", end: "2026-11-24T12:00+01:00" }],
    knows: [],
    unknown: ["zoe@x.example"],
  }),
  search: () => ({ hits: [], more: 0 }),
};

test("an hour with two people next week becomes an event with both as guests", async () => {
  const { proposals, calls, text } = await play("Find an hour with Anton and Zoe next week", calendarLife);
  expect(calls.find(({ name }) => name === "free_time")?.input).toEqual({
    people: ["anton@x.example", "zoe@x.example"],
    from: "2026-11-23",
    to: "2026-11-27",
    minutes: 60,
  });
  const guests = ["Anton <anton@x.example>", "Zoe <zoe@x.example>"];
  expect(proposals).toMatchObject([
    [{ action: "calendar.create_event", ask: { start: "2026-11-24T10:00+01:00", durationMinutes: 60, guests } }],
  ]);
  expect(text).toContain("zoe@x.example");
});

test("both of them are those of the request before", async () => {
  const earlier = [{ words: "Who are Anton and Zoe?", answer: "", cards: [] }];
  const { calls } = await play("find an hour with both of them next week", calendarLife, { data: { earlier } });
  expect(calls.find(({ name }) => name === "free_time")?.input["people"]).toEqual(["anton@x.example", "zoe@x.example"]);
});

test("what a friend is to be told goes to them in the owner's own words, by the channel they use", async () => {
  const words = "tell my friend Zoe I'm in Seattle next week";
  const byMail = await play(words, calendarLife);
  expect(byMail.proposals).toMatchObject([
    [{ action: "gmail.send_message", ask: { to: ["Zoe <zoe@x.example>"], text: "I'm in Seattle next week" } }],
  ]);
  const listed = { person: 1, addresses: ["zoe@list.example"], phones: [], contacts: { name: "Zoe Ray" } };
  const fromContacts = await play(words, {
    ...calendarLife,
    person: ({ contactsOnly }) => ({ people: contactsOnly === true ? [listed] : [] }),
  });
  expect(fromContacts.proposals).toMatchObject([[{ ask: { to: ["Zoe Ray <zoe@list.example>"] } }]]);
  expect(fromContacts.calls.filter(({ name }) => name === "person")).toHaveLength(1);
  const chats: ToolAnswers = {
    ...calendarLife,
    person: () => ({
      people: [
        {
          names: ["Zoe"],
          addresses: [],
          phones: ["+4915700000"],
          unknown: [],
          threads: [{ thread: 3, channel: "whatsapp", title: "", at: null }],
        },
      ],
    }),
  };
  expect((await play(words, chats)).proposals).toMatchObject([
    [{ action: "handoff.whatsapp", ask: { text: "I'm in Seattle next week", thread: 3 } }],
  ]);
  expect((await play("tell my friend Nobody I'm in Seattle", calendarLife)).asked).toContain("Nobody");
});

test("a plain question is answered from what was found, with its number, or by saying that nothing was", async () => {
  const tools: ToolAnswers = {
    search: ({ words }) => ({ hits: /boiler/i.test(String(words)) ? [{ item: 5, thread: 1 }] : [] }),
    item: () => ({
      item: {
        item: 5,
        from: "Anton <a@x.example>",
        title: "Boiler",
        text: "Hello. The boiler is repaired on 3 December. Bye.",
        attachments: [],
      },
    }),
  };
  expect((await play("When is the boiler repaired?", tools)).text).toBe(
    "[scripted model] - Anton: The boiler is repaired on 3 December. [#5]",
  );
  expect((await play("When does the moon rise?", tools)).text).toMatch(
    /^\[scripted model\] I searched and found nothing/,
  );
});

test("a request without the owner's words is refused loudly", async () => {
  const { send } = startModel({ policy: scenario() });
  const body = {
    model: "claude-haiku-5-5",
    max_tokens: 10,
    system: "# steward: request",
    messages: [{ role: "user", content: "Hello" }],
  };
  const answer = await send(body);
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain("no answer for a request without the owner's words");
  expect((await send({ ...body, system: "No purpose" })).status).toBe(400);
});

test("why something was refused is told to the owner, and it is not proposed again", async () => {
  const refusing: ToolAnswers = {
    ...calendarLife,
    propose: () => ({ note: "Nothing was proposed. Step 0 names no action there is." }),
  };
  const { proposals, text } = await play("tell my friend Zoe I'm in Seattle next week", refusing);
  expect(proposals).toHaveLength(1);
  expect(text).toBe(
    "[scripted model] It was not taken as a card. Nothing was proposed. Step 0 names no action there is.",
  );
});
