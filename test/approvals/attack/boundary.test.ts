// Holds R4.
import { beforeEach, describe, expect, it } from "vitest";
import { actingFetch, lookingFetch } from "../../../approvals/executor/boundary.ts";
import type { Action } from "../../../src/core/action.ts";
import { postConnector } from "../../support/post-office.ts";

const url = "http://post.example/parcels";
const approved = { to: "", what: "books" };
const said = JSON.stringify({ id: "k", ...approved });
let left: { url: string; method: string; body: string; redirect: string | undefined; type: string | null }[] = [];
let overrides: (string | null)[] = [];
beforeEach(() => {
  left = [];
  overrides = [];
});

const inner: typeof fetch = async (input, init) => {
  overrides.push(new Headers(init?.headers).get("x-http-method-override"));
  left.push({
    url: String(input instanceof Request ? input.url : input),
    method: init?.method ?? "GET",
    body: init?.body instanceof Uint8Array ? new TextDecoder().decode(init.body) : String(init?.body ?? ""),
    redirect: init?.redirect,
    type: new Headers(init?.headers).get("content-type"),
  });
  return Response.json({ id: "k" });
};

function parcelAction(change: Partial<Action> = {}): Action {
  const action = postConnector().actions.find(({ name }) => name === "post.send_parcel");
  if (action === undefined) throw new Error("no action");
  return { ...action, ...change };
}
function boundary(change: Partial<Action> = {}) {
  const given = { action: parcelAction(change), input: approved, purpose: "execute" as const, mostRequests: 1 };
  return actingFetch(inner, postConnector(), given);
}
const refused = { code: "no_permission" };

describe("what leaves", () => {
  it("is what was approved, byte for byte, as what it was said to be", async () => {
    const { fetch, sent } = boundary();
    await fetch(url, { method: "post", body: said });
    expect(left).toEqual([{ url, method: "POST", body: said, redirect: "error", type: "text/plain;charset=UTF-8" }]);
    expect(sent).toHaveLength(1);
  });

  it("is not what was put in its place while it was being compared", async () => {
    const bytes = new TextEncoder().encode(said);
    const place = new URL(url);
    const headers = new Headers({ "content-type": "application/json" });
    const init: RequestInit = { method: "POST", body: bytes, headers };
    const { fetch } = boundary({
      readBack: async (request) => {
        const read = await parcelAction().readBack(request);
        bytes.set(new TextEncoder().encode(said.replace("books", "money")));
        place.pathname = "/elsewhere";
        headers.set("X-HTTP-Method-Override", "DELETE");
        init.method = "DELETE";
        return read;
      },
    });
    await fetch(place, init);
    expect(overrides).toEqual([null]);
    expect(left).toEqual([{ url, method: "POST", body: said, redirect: "error", type: "application/json" }]);
  });

  it("is nothing whose reading says nothing, or something else than fields", async () => {
    class Fields {
      what = "books";
    }
    const answers: unknown[] = [undefined, null, [], "books", 7, true, new Map([["what", "money"]]), new Fields()];
    for (const answer of [...answers, Object.create({ what: "money" }), () => ({})]) {
      const { fetch } = boundary(readingBack(answer));
      await expect(fetch(url, { method: "POST", body: said }), String(typeof answer)).rejects.toMatchObject(refused);
    }
    expect(left).toEqual([]);
  });

  it("carries no field the owner did not see, whatever its name", async () => {
    for (const name of ["bcc", "__proto__", "constructor", "toString"]) {
      const answer: unknown = JSON.parse(`{"what":"books","${name}":"x"}`);
      const { fetch } = boundary(readingBack(answer));
      await expect(fetch(url, { method: "POST", body: said }), name).rejects.toMatchObject(refused);
    }
    expect(left).toEqual([]);
  });

  it("is nothing that cannot be read beforehand, and no wish for another method", async () => {
    const form = new FormData();
    form.set("what", "books");
    const stream = new Blob([said]).stream();
    const inits: RequestInit[] = [
      { method: "POST", body: form },
      { method: "POST", body: new Blob([said]) },
      { method: "POST", body: stream, duplex: "half" },
      ...["X-HTTP-Method-Override", "x-http-method", "X-Method-Override"].map((name) => ({
        method: "GET",
        headers: { [name]: "POST" },
      })),
    ];
    for (const init of inits) {
      await expect(boundary().fetch(url, init)).rejects.toMatchObject(refused);
      await expect(lookingFetch(inner, postConnector())(url, init)).rejects.toMatchObject(refused);
    }
    await expect(boundary().fetch(new Request(url, { method: "POST", body: said }))).rejects.toMatchObject(refused);
    expect(left).toEqual([]);
  });

  it("is one request, also when several are made at once", async () => {
    const { fetch } = boundary();
    const both = await Promise.allSettled([1, 2, 3].map(() => fetch(url, { method: "POST", body: said })));
    expect(both.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(left).toHaveLength(1);
  });

  it("is nothing by a path that only looks like its own", async () => {
    for (const path of ["/parcels/", "/parcels%2F", "//parcels", "/PARCELS", "/x/..%2fparcels", "/parcels;a"]) {
      const place = `http://post.example${path}`;
      await expect(boundary().fetch(place, { method: "POST", body: said }), path).rejects.toMatchObject(refused);
    }
    expect(left).toEqual([]);
  });
});

describe("looking", () => {
  it("changes nothing, by whatever method or spelling", async () => {
    const look = lookingFetch(inner, postConnector());
    for (const method of ["POST", "post", "PUT", "PATCH", "patch", "DELETE", "delete"]) {
      await expect(look(url, { method }), method).rejects.toMatchObject(refused);
    }
    let asked = 0;
    const shifty: RequestInit = {
      get method() {
        asked += 1;
        return asked === 1 ? "GET" : "DELETE";
      },
    };
    await look(url, shifty);
    expect(left.map(({ method }) => method)).toEqual(["GET"]);
  });
});

/** An action that reads every request back as this. */
function readingBack(answer: unknown): Partial<Action> {
  const change = {};
  Reflect.set(change, "readBack", () => answer);
  return change;
}
