/** An identity that takes part in grouping: who holds it now, and the row of contacts.csv that lists it. */
export interface GroupMember {
  id: number;
  isOwner: boolean;
  contactKey: string | null;
}

/** The owner's word on two identities, `a` < `b`. */
export interface GroupDecision {
  a: number;
  b: number;
  same: boolean;
}

export interface Group {
  identityIds: number[];
  contactKey: string | null;
  isOwner: boolean;
}

/** A `same` that could not be applied, or a `different` that contacts.csv (or being the owner) overrules. */
export interface UnmetDecision extends GroupDecision {
  because: "contacts" | "owner" | "different";
}

export interface Grouping {
  groups: Group[];
  unmet: UnmetDecision[];
}

/**
 * Who is one person: the owner's identities, then the rows of contacts.csv, then the owner's `same` decisions, each of which
 * is left out when it would join two rows, the owner with somebody else, or two identities said to be different.
 * `ownRows` are keys of rows that describe the owner.
 *
 * Contract: pure; a function of the sets given, whatever their order. Names play no part in it.
 */
export function groupIdentities(
  members: readonly GroupMember[],
  decisions: readonly GroupDecision[],
  ownRows: ReadonlySet<string>,
): Grouping {
  const sorted = [...members].sort((x, y) => x.id - y.id);
  const forest = new Forest(sorted.map((member) => member.id));
  const labels = labelMembers(sorted, ownRows);
  const firstOf = new Map<string, number>();
  for (const [id, label] of labels) {
    const first = firstOf.get(label);
    if (first === undefined) firstOf.set(label, id);
    else forest.join(first, id);
  }
  const labelOf = new Map([...labels].map(([id, label]) => [forest.root(id), label]));
  const known = decisions.filter((one) => forest.has(one.a) && forest.has(one.b));
  const apart = known.filter((one) => !one.same);
  const unmet: UnmetDecision[] = apart
    .filter((one) => forest.root(one.a) === forest.root(one.b))
    .map((one) => ({ ...one, because: labels.get(one.a) === ownerLabel ? "owner" : "contacts" }));
  for (const one of known.filter((each) => each.same).sort((x, y) => x.a - y.a || x.b - y.b)) {
    const refusal = refuseJoin(forest, labelOf, apart, one);
    if (refusal !== null) unmet.push({ ...one, because: refusal });
    else joinLabelled(forest, labelOf, one);
  }
  return { groups: collectGroups(sorted, forest, labelOf, ownRows), unmet };
}

const ownerLabel = "owner";

function labelMembers(members: readonly GroupMember[], ownRows: ReadonlySet<string>): Map<number, string> {
  const labels = new Map<number, string>();
  for (const member of members) {
    // An address of the owner's in somebody else's row must not turn that person into the owner.
    if (member.isOwner || (member.contactKey !== null && ownRows.has(member.contactKey)))
      labels.set(member.id, ownerLabel);
    else if (member.contactKey !== null) labels.set(member.id, `row:${member.contactKey}`);
  }
  return labels;
}

function refuseJoin(
  forest: Forest,
  labelOf: ReadonlyMap<number, string>,
  apart: readonly GroupDecision[],
  one: GroupDecision,
): UnmetDecision["because"] | null {
  const [x, y] = [forest.root(one.a), forest.root(one.b)];
  if (x === y) return null;
  const [left, right] = [labelOf.get(x), labelOf.get(y)];
  if (left === ownerLabel || right === ownerLabel) return "owner";
  if (left !== undefined && right !== undefined) return "contacts";
  const spans = apart.some((other) => {
    const [p, q] = [forest.root(other.a), forest.root(other.b)];
    return (p === x && q === y) || (p === y && q === x);
  });
  return spans ? "different" : null;
}

function joinLabelled(forest: Forest, labelOf: Map<number, string>, one: GroupDecision): void {
  const label = labelOf.get(forest.root(one.a)) ?? labelOf.get(forest.root(one.b));
  const root = forest.join(one.a, one.b);
  if (label !== undefined) labelOf.set(root, label);
}

function collectGroups(
  members: readonly GroupMember[],
  forest: Forest,
  labelOf: ReadonlyMap<number, string>,
  ownRows: ReadonlySet<string>,
): Group[] {
  const byRoot = Map.groupBy(members, (member) => forest.root(member.id));
  return [...byRoot].map(([root, inside]) => {
    const label = labelOf.get(root);
    const isOwner = label === ownerLabel;
    const own = inside.find((member) => member.contactKey !== null && ownRows.has(member.contactKey));
    const contactKey = isOwner ? (own?.contactKey ?? null) : (label?.slice("row:".length) ?? null);
    return { identityIds: inside.map((member) => member.id), contactKey, isOwner };
  });
}

/** Disjoint sets; the lowest id is always the root, so that the result does not depend on the order of joins. */
class Forest {
  readonly #parents: Map<number, number>;

  constructor(ids: readonly number[]) {
    this.#parents = new Map(ids.map((id) => [id, id]));
  }

  has(id: number): boolean {
    return this.#parents.has(id);
  }

  root(id: number): number {
    let at = id;
    for (let up = this.#parents.get(at) ?? at; up !== at; up = this.#parents.get(at) ?? at) at = up;
    this.#parents.set(id, at);
    return at;
  }

  join(a: number, b: number): number {
    const [x, y] = [this.root(a), this.root(b)];
    const [low, high] = x < y ? [x, y] : [y, x];
    this.#parents.set(high, low);
    return low;
  }
}
