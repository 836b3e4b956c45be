import type { Hono } from "hono";
import { deliverMail } from "../gmail/deliver-mail.ts";
import type { GoogleWorld } from "../google-world.ts";
import type { EmulatorEnv } from "../service.ts";
import { fileView } from "./file-view.ts";
import { type Html, layout, type View, views } from "./layout.ts";
import { mailView, messageView } from "./mail-view.ts";
import { calendarView, driveView, happenedView } from "./other-views.ts";

const policy =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/**
 * The page at `/`, for a person: what is in the emulated accounts, and a form to send mail into them. Works without a script;
 * everything others wrote is escaped, and nothing can run.
 */
export function mountPage(app: Hono<EmulatorEnv>, world: GoogleWorld): void {
  app.get("/", (c) => {
    const accounts = world.accounts();
    const account = accounts.find((one) => one === c.req.query("account")) ?? accounts[0];
    if (account === undefined) return c.text("This world has no accounts.", 404);
    const view = views.find((one) => one === c.req.query("view")) ?? "mail";
    const said = c.req.query("said") === "sent" ? "Sent. It is in the mailbox now." : null;
    c.header("content-security-policy", policy);
    c.header("referrer-policy", "same-origin");
    c.header("x-content-type-options", "nosniff");
    return c.html(layout({ account, accounts, view, said }, viewOf(world, account, view, c.req.query())));
  });
  app.post("/page/mail", async (c) => {
    const form = new URLSearchParams(await c.req.text());
    const account = form.get("account") ?? "";
    if (!world.accounts().includes(account)) return c.text("There is no such account here.", 400);
    deliverMail(world, world.state("gmail", account), account, {
      compose: {
        from: form.get("from") ?? "",
        to: account,
        subject: form.get("subject") ?? "",
        text: form.get("text") ?? "",
      },
      labelIds: ["INBOX", "UNREAD"],
    });
    return c.redirect(`/?account=${encodeURIComponent(account)}&view=mail&said=sent`, 303);
  });
}

function viewOf(world: GoogleWorld, account: string, view: View, query: Record<string, string>): Html {
  const zone = world.state("calendar", account).calendars.get(account)?.entry.timeZone ?? "UTC";
  const when = (ms: number, allDay = false): string => formatWhen(ms, allDay ? "UTC" : zone, allDay);
  const found = world.state("gmail", account).messages.get(query["message"] ?? "");
  const file = world.state("drive", account).files.get(query["file"] ?? "");
  switch (view) {
    case "mail":
      return found === undefined
        ? mailView(world.state("gmail", account), when)
        : messageView(world.state("gmail", account), found, when);
    case "calendar":
      return calendarView(world.state("calendar", account), world.clock.now(), when);
    case "drive":
      return file === undefined ? driveView(world.state("drive", account), when) : fileView(account, file, when);
    case "happened":
      return happenedView(
        world.ledger.all().filter((entry) => entry.account === account),
        when,
      );
  }
}

function formatWhen(ms: number, zone: string, dayOnly: boolean): string {
  const day = new Intl.DateTimeFormat("en-GB", { timeZone: zone, weekday: "short", day: "numeric", month: "short" });
  if (dayOnly) return day.format(ms);
  const time = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" });
  return `${day.format(ms)} ${time.format(ms)}`;
}
