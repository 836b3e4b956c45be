import { html } from "hono/html";
import { channelName } from "../../../src/core/channel-name.ts";
import { plural } from "../../../src/core/plural.ts";
import { moment } from "../../../src/core/times.ts";
import type { PersonProfile, PersonThread } from "../../../src/store/person-profiles.ts";
import type { SamePersonQuestion } from "../../../src/store/person-questions.ts";
import type { PersonSummary } from "../../../src/store/person-summaries.ts";
import { pagePaths } from "../page-actions.ts";
import type { Html } from "./layout.ts";
import type { Reader } from "./message-view.ts";
import { postForm } from "./post-form.ts";
import { showLine } from "./visible-text.ts";

export interface PeopleScene extends Reader {
  csrf: string;
  query: string;
  people: readonly PersonSummary[];
  questions: readonly SamePersonQuestion[];
  said: string | null;
}

/** Whom the owner knows, and the questions only they can answer. */
export function peopleBody(scene: PeopleScene): Html {
  const { query, people, questions, said } = scene;
  return html`<section class="column"><h1 tabindex="-1" id="title">People</h1>
${said === null ? "" : html`<p class="refused" role="alert">${showLine(said)}</p>`}
${questions.length === 0 || query !== "" ? "" : html`<section class="questions"><h2>Is this the same person? <span class="n">${questions.length}</span></h2>${questions.map((one) => questionRow(one, scene))}</section>`}
<form class="search" method="get" action="${pagePaths.people}" role="search"><input id="q" type="search" name="q" value="${query}" placeholder="a name, an address, a number" aria-label="Find somebody" autocomplete="off"><button>Find</button></form>
${people.length === 0 ? html`<p class="none">${query === "" ? "Nobody yet. People come from what is read." : "Nobody fits."}</p>` : html`<ol class="entries people">${people.map((person) => personRow(person, scene))}</ol>`}</section>`;
}

/** A question with its evidence; the answer is kept, and asked for once. */
export function questionRow(question: SamePersonQuestion, { csrf }: Pick<PeopleScene, "csrf">): Html {
  const { contactIdentityId, contactPersonId } = question;
  const hidden = [
    ["identity", String(question.identityId)],
    ["other", String(contactIdentityId ?? contactPersonId)],
    ["otherIs", contactIdentityId === null ? "person" : "identity"],
  ] as const;
  return html`<div class="question"><p><strong>${showLine(question.contactName)}</strong> and <span class="address">${showLine(question.value)}</span>?</p>
<ul class="evidence">${question.evidence.map((one) => html`<li>${showLine(one)}</li>`)}<li>${question.matters}</li></ul>
${postForm({ csrf, action: pagePaths.samePerson, hidden, class: "buttons" }, html`<button class="small" name="answer" value="same">The same</button><button class="small" name="answer" value="different">Different people</button>`)}</div>`;
}

function personRow(person: PersonSummary, { zone, nowMs }: Reader): Html {
  const [first] = person.identities;
  return html`<li><div class="entry"><p class="head"><a data-row href="${pagePaths.person(person.id)}">${showLine(person.name)}</a>${person.organisation === "" ? "" : html` <span class="meta">${showLine(person.organisation)}</span>`}<span class="age">${person.seenAt === null ? "" : moment(person.seenAt, zone, nowMs)}</span></p>
<p class="meta">${first === undefined ? "" : html`<span class="address">${showLine(first.value)}</span> · `}${person.known ? "" : "not known: "}${showLine(person.why)}</p></div></li>`;
}

/** Everything about one person. */
export function personBody(person: PersonProfile, scene: Reader & { csrf: string }): Html {
  const open = person.commitments.filter(({ state }) => state === "open" || state === "overdue");
  return html`<section class="column"><header><h1 tabindex="-1" id="title">${showLine(person.name)}</h1><p class="meta">${[person.organisation, person.relation].filter((one) => one !== "").map((one) => html`${showLine(one)} · `)}${person.known ? "known: " : "not known: "}${showLine(person.why)}</p></header>
${person.questions.length === 0 ? "" : html`<section class="questions"><h2>Is this the same person?</h2>${person.questions.map((one) => questionRow(one, scene))}</section>`}
<section><h2>Reached by</h2><dl class="facts identities">${person.identities.map(
    (one) =>
      html`<dt><span class="address">${showLine(one.value)}</span></dt><dd>${showLine(one.why)} <span class="meta">${plural(one.seenCount, "item")}</span></dd>`,
  )}</dl></section>
${open.length === 0 ? "" : html`<section><h2>Promised</h2><ul class="ended">${open.map((one) => html`<li><a href="${pagePaths.thread(one.threadId)}">${showLine(one.what)}</a> <span>${one.by === "me" ? "by you" : "by them"}${one.state === "overdue" ? ", overdue" : ""}</span><span class="age">${one.dueAt === null ? "" : moment(one.dueAt, scene.zone, scene.nowMs)}</span></li>`)}</ul></section>`}
${threadList("Lately", person.recentThreads, scene)}${threadList("Groups you share", person.sharedChats, scene)}</section>`;
}

function threadList(title: string, threads: readonly PersonThread[], { zone, nowMs }: Reader): Html {
  if (threads.length === 0) return html``;
  return html`<section><h2>${title}</h2><ul class="ended">${threads.map(
    (one) =>
      html`<li><a data-row href="${pagePaths.thread(one.threadId)}">${showLine(one.title)}</a> <span>${channelName(one.channel)}</span><span class="age">${one.lastAt === null ? "" : moment(one.lastAt, zone, nowMs)}</span></li>`,
  )}</ul></section>`;
}
