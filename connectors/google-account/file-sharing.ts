import { z } from "zod";
import type { PreviewRecipient, Tier } from "../../src/core/action.ts";
import { canonicalHash } from "../../src/core/canonical.ts";

/** One permission as Drive lists it. Source: https://developers.google.com/workspace/drive/api/reference/rest/v3/permissions */
export const drivePermission = z.object({
  type: z.string(),
  emailAddress: z.string().optional(),
  domain: z.string().optional(),
  displayName: z.string().default(""),
  deleted: z.boolean().default(false),
});

/** Who besides the account sees a file. */
export const sharing = z.strictObject({
  /** By address: persons and groups, sorted. */
  people: z.array(z.strictObject({ address: z.string().max(320), name: z.string().max(200) })).max(600),
  /** Everybody of a kind, in words: "anyone with the link". */
  everybody: z.array(z.string().max(300)).max(20),
  /** Others see it, and Drive does not say who: it names them only to who may share it. */
  isHidden: z.boolean(),
});
export type Sharing = z.output<typeof sharing>;

/** Contract: pure; in an order of its own, so that two answers that say the same are the same. */
export function readSharing(
  file: {
    shared: boolean;
    driveId?: string | undefined;
    permissions?: z.output<typeof drivePermission>[] | undefined;
  },
  ownAddress: string,
): Sharing {
  const people = new Map<string, string>();
  const everybody = new Set<string>();
  let isUnclear = file.driveId !== undefined;
  for (const { type, emailAddress, domain, displayName, deleted } of file.permissions ?? []) {
    if (deleted) continue;
    const address = (emailAddress ?? "").toLowerCase();
    if (type === "anyone") everybody.add("anyone with the link");
    else if (type === "domain") everybody.add(`everybody at ${domain ?? "a company"}`);
    else if (address === "") isUnclear = true;
    else if (address !== ownAddress.toLowerCase()) people.set(address, displayName.slice(0, 200));
  }
  const known = people.size + everybody.size;
  return {
    people: [...people].sort(([a], [b]) => (a < b ? -1 : 1)).map(([address, name]) => ({ address, name })),
    everybody: [...everybody].sort(),
    isHidden: isUnclear || (file.shared && known === 0),
  };
}

export function isShared({ people, everybody, isHidden }: Sharing): boolean {
  return people.length > 0 || everybody.length > 0 || isHidden;
}

/** What others see reaches them. */
export function tierOf(shared: Sharing): Tier {
  return isShared(shared) ? "send" : "change";
}

export function recipientsOf({ people }: Sharing): PreviewRecipient[] {
  return people.map(({ address, name }) => ({ role: "shared", channel: "drive", address, name }));
}

/** In sentences, for the card. */
export function sharingWords({ everybody, isHidden }: Sharing): string[] {
  return [
    ...everybody.map((who) => `It is seen by ${who}.`),
    ...(isHidden ? ["Others see it; Drive does not say who."] : []),
  ];
}

/** Another one when somebody was let in or shut out. */
export function sharingVersion({ people, everybody, isHidden }: Sharing): string {
  return canonicalHash({ people: people.map(({ address }) => address), everybody, isHidden });
}
