import type { Hono } from "hono";
import type { ViewDeps } from "../page-actions.ts";
import { mountAsk } from "./ask-routes.ts";
import { mountCardPosts, mountHousePosts } from "./card-posts.ts";
import { mountCards } from "./card-routes.ts";
import { mountConsent } from "./consent-routes.ts";
import { mountFool } from "./fool-routes.ts";
import { mountKeeping } from "./keeping-routes.ts";
import { mountReading } from "./reading-routes.ts";
import { mountThreads } from "./thread-routes.ts";

/**
 * Adds every view and every form of the page, but for signing in, the decision about a card, devices, passkeys, events and
 * files. Contract: `app` has middleware before it that lets in only a valid session and checks each post.
 */
export function mountViews(app: Hono, deps: ViewDeps): void {
  mountCards(app, deps);
  mountCardPosts(app, deps);
  mountHousePosts(app, deps);
  mountAsk(app, deps);
  mountFool(app, deps);
  mountReading(app, deps);
  mountThreads(app, deps);
  mountKeeping(app, deps);
  mountConsent(app, deps);
}
