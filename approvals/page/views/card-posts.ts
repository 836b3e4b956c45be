import type { Context, Hono } from "hono";
import { setCookie } from "hono/cookie";
import type { z } from "zod";
import type { EditableText } from "../../../src/core/action.ts";
import type { DecidedBy } from "../../../src/core/card.ts";
import { toStewardError } from "../../../src/core/errors.ts";
import type { CardView, DecisionAnswer } from "../../door.ts";
import {
  allowMoreForm,
  backForm,
  editForm,
  excludeForm,
  pagePaths,
  settleForm,
  themeForm,
  type ViewDeps,
} from "../page-actions.ts";
import { showCard } from "./card-routes.ts";
import { pageError } from "./plain-pages.ts";

/** What the forms of cards do, but for the decision itself. */
export function mountCardPosts(app: Hono, deps: ViewDeps): void {
  const { door } = deps;
  const onCard = (
    path: (number: string) => string,
    act: (view: CardView, context: Context) => Promise<Response>,
  ): void => {
    app.post(path(":number{[0-9]+}"), async (context) => {
      const view = await door.cardByNumber(Number(context.req.param("number")));
      return view === null ? context.notFound() : await act(view, context);
    });
  };
  onCard(pagePaths.edit, async (view, context) => {
    const form = await read(context, editForm);
    if (form === null) return badForm(context);
    return await answer(
      deps,
      context,
      view,
      await door.edit(form.seen, editedText(form), by(deps, context)),
      pagePaths.card(view.card.number),
    );
  });
  onCard(pagePaths.exclude, async (view, context) => {
    const form = await read(context, excludeForm);
    if (form === null) return badForm(context);
    const back = pagePaths.card(view.card.number);
    if (form.leave.length === 0) return context.redirect(back, 303);
    return await answer(deps, context, view, await door.exclude(form.seen, form.leave, by(deps, context)), back);
  });
  onCard(pagePaths.undo, (view, context) => simple(deps, context, view, door.undo(view.card.id, by(deps, context))));
  onCard(pagePaths.sendNow, (view, context) =>
    simple(deps, context, view, door.sendNow(view.card.id, by(deps, context))),
  );
  onCard(pagePaths.markDone, (view, context) =>
    simple(deps, context, view, door.markDone(view.card.id, by(deps, context))),
  );
  onCard(pagePaths.settle, async (view, context) => {
    const form = await read(context, settleForm);
    if (form === null) return badForm(context);
    return await simple(deps, context, view, door.settle(view.card.id, form.happened === "yes", by(deps, context)));
  });
  onCard(pagePaths.redraft, async (view, context) => {
    const made = await door.redraft(view.card.id, by(deps, context));
    if (made.kind === "refused") return await showCard(deps, context, view.card.number, { said: made.text });
    return context.redirect(pagePaths.card(made.bundle.cards[0]?.card.number ?? view.card.number), 303);
  });
}

/** The latch, the caps, the looks: what stands on every page. */
export function mountHousePosts(app: Hono, deps: ViewDeps): void {
  const { door } = deps;
  app.post(pagePaths.stop, async (context) => {
    await door.stop({ surface: "page" }, "");
    return await goBack(context);
  });
  app.post(pagePaths.resume, async (context) => {
    try {
      await door.resume(by(deps, context));
    } catch (error) {
      const named = toStewardError(error, "lifting the stop");
      return context.html(pageError(named.message, named.cure ?? "Try again."), 409);
    }
    return await goBack(context);
  });
  app.post(pagePaths.allowMore, async (context) => {
    const form = await read(context, allowMoreForm);
    if (form === null) return badForm(context);
    await door.allowMore(form.cap, form.more, by(deps, context));
    return await goBack(context);
  });
  app.post(pagePaths.theme, async (context) => {
    const form = await read(context, themeForm);
    if (form === null) return badForm(context);
    setCookie(context, "theme", form.theme, { path: "/", sameSite: "Strict", httpOnly: true, maxAge: 31_536_000 });
    return await goBack(context);
  });
}

/** Reads a form that was posted; null when it is none of ours. */
export async function read<Schema extends z.ZodType>(
  context: Context,
  schema: Schema,
): Promise<z.output<Schema> | null> {
  return schema.safeParse(await context.req.parseBody({ all: true })).data ?? null;
}

/** Who pressed it, for everything that needs no more than a press. */
export function by(deps: ViewDeps, context: Context): DecidedBy {
  return { surface: "page", session: deps.session(context).id, proof: "tap" };
}

export async function goBack(context: Context): Promise<Response> {
  const form = await read(context, backForm);
  return context.redirect(form?.back ?? pagePaths.home, 303);
}

export function badForm(context: Context): Response | Promise<Response> {
  return context.html(pageError("That form was not from this page.", "Go back and press it again."), 400);
}

async function simple(
  deps: ViewDeps,
  context: Context,
  view: CardView,
  answering: Promise<DecisionAnswer>,
): Promise<Response> {
  return await answer(deps, context, view, await answering, (await read(context, backForm))?.back ?? pagePaths.home);
}

async function answer(
  deps: ViewDeps,
  context: Context,
  view: CardView,
  given: DecisionAnswer,
  back: string,
): Promise<Response> {
  if (given.kind === "ok") return context.redirect(back, 303);
  return await showCard(deps, context, view.card.number, { said: given.text });
}

/** Forms send line breaks as CRLF; what was typed has LF. */
function editedText(form: z.output<typeof editForm>): EditableText {
  const list = (text: string): string[] =>
    text
      .split(/[,;\n]/)
      .map((one) => one.trim())
      .filter((one) => one !== "");
  return {
    ...(form.to === undefined ? {} : { to: list(form.to) }),
    ...(form.cc === undefined ? {} : { cc: list(form.cc) }),
    ...(form.subject === undefined ? {} : { subject: form.subject }),
    ...(form.text === undefined ? {} : { text: form.text.replace(/\r\n/g, "\n") }),
  };
}
