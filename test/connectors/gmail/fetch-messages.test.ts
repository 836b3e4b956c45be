import { describe, expect, test } from "vitest";
import { readBatch, writeBatch } from "../../../connectors/gmail/batch.ts";
import { googleError } from "../../../src/emulators/google/google-error.ts";
import { clara, connectGmail, differencesOf, fillMailbox, Mirror, mailboxOf, setUpGmail } from "./gmail-fixture.ts";

describe("a batch", () => {
  const part = (id: string, status: number, body: string): string =>
    `--b1\r\nContent-Type: application/http\r\nContent-ID: <response-${id}>\r\n\r\nHTTP/1.1 ${status} X\r\nContent-Type: application/json\r\nRetry-After: 3\r\n\r\n${body}\r\n`;

  test("is written as Google documents it", () => {
    const { contentType, body } = writeBatch([{ id: "a1", path: "/gmail/v1/users/me/messages/a1?format=raw" }]);
    expect(contentType).toBe("multipart/mixed; boundary=steward_batch");
    expect(body).toBe(
      "--steward_batch\r\nContent-Type: application/http\r\nContent-ID: <a1>\r\n\r\nGET /gmail/v1/users/me/messages/a1?format=raw\r\nAccept: application/json\r\n\r\n--steward_batch--\r\n",
    );
  });

  test("is read in any order, with each status", () => {
    expect(readBatch(`${part("b", 429, "{}")}${part("a", 200, '{"x":\r\n1}')}--b1--`)).toEqual([
      { id: "b", status: 429, retryAfter: "3", body: "{}\r\n" },
      { id: "a", status: 200, retryAfter: "3", body: '{"x":\r\n1}\r\n' },
    ]);
  });

  test("that was cut off gives the parts that are whole", () => {
    const text = `${part("a", 200, '{"x":1}')}${part("b", 200, '{"y":2}')}`;
    expect(readBatch(text.slice(0, -4)).map(({ id }) => id)).toEqual(["a"]);
  });

  test.each(["", "<html>", "--", "{}", "\u0000", "--b1\r\nnonsense--b1--"])("that is none has no parts: %j", (text) => {
    expect(readBatch(text)).toEqual([]);
  });

  test("G14: asks again only for what failed inside it", async () => {
    const setup = setUpGmail();
    const ids = fillMailbox(mailboxOf(setup), 25);
    const body = googleError(429, "Too many concurrent requests for user", "rateLimitExceeded");
    for (const at of [3, 9, 20]) {
      setup.world.faults.add({
        match: new RegExp(`/messages/${ids[at]}`),
        nth: 1,
        when: "before",
        do: "status",
        status: 429,
        body,
      });
    }
    const mirror = await new Mirror().readOn(await connectGmail(setup));
    expect(differencesOf(mirror, mailboxOf(setup))).toEqual([]);
    expect(mirror.records).toBe(25);
    expect(setup.requests.filter((one) => one.includes("/batch/"))).toHaveLength(2);
    // Each message once, a profile, a list, two searches by size, the poll.
    expect(setup.world.quotas.spent("gmail").requests).toBe(25 + 1 + 1 + 2 + 1);
  });

  test("asks for a new token when an answer inside it wants one", async () => {
    const setup = setUpGmail();
    const ids = fillMailbox(mailboxOf(setup), 10);
    setup.world.faults.add({
      match: new RegExp(`/messages/${ids[3]}`),
      nth: 1,
      when: "before",
      do: "status",
      status: 401,
    });
    const mirror = await new Mirror().readOn(await connectGmail(setup));
    expect(mirror.mails.size).toBe(10);
    expect(setup.requests.filter((one) => one.includes("/token"))).toHaveLength(2);
  });
});

test("one message that Gmail never gives does not keep the others from being read", async () => {
  const setup = setUpGmail();
  const ids = fillMailbox(mailboxOf(setup), 60);
  setup.world.faults.add({ match: new RegExp(`/messages/${ids[30]}`), when: "before", do: "status", status: 500 });
  const mirror = await new Mirror().readOn(await connectGmail(setup));
  expect(mirror.mails.size).toBe(59);
  expect(mirror.pages.flatMap(({ failed }) => failed)).toEqual([
    {
      locator: {
        path: `https://mail.google.com/mail/?authuser=${encodeURIComponent(clara)}#all/${ids[30]}`,
        offset: null,
      },
      reason: "Gmail fails to give this message; everything around it was read.",
    },
  ]);
});

test("an outage is no message that cannot be given", async () => {
  const setup = setUpGmail();
  fillMailbox(mailboxOf(setup), 60);
  const client = await connectGmail(setup);
  const mirror = new Mirror();
  mirror.take(await client.pull(null));
  setup.world.faults.add({ match: /gmail/, when: "before", do: "status", status: 503 });
  await expect(client.pull(mirror.cursor)).rejects.toMatchObject({ code: "unavailable" });
  setup.world.faults.clear();
  await mirror.readOn(client);
  expect(mirror.mails.size).toBe(60);
  expect(mirror.problems).toEqual([]);
});
