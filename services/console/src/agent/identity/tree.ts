import type { Decision, HeldLink, Identifier, Identity, Link, ProfileIdentifier } from "../../api/types";

/** What connects two identifiers, or would if the rules trusted it. */
export type Evidence =
  | { kind: "verified" | "claimed"; link: Link }
  | { kind: "confirmed"; decision: Decision }
  | { kind: "held"; link: HeldLink };

export interface Branch {
  key: string;
  identifier: Identifier;
  /** How many connections away from the strongest identifier; 0 is that one, or one that nothing shown connects. */
  depth: number;
  parent: string | null;
  by: Evidence | null;
}

export interface Tree {
  /** Each one after its parent, and before whatever is not below that parent. */
  branches: Branch[];
  /** How many more there are than were asked for. */
  left: number;
}

const STRENGTHS = ["customer_id", "loyalty_id", "email", "phone", "handle", "device"];

export function keyOf({ namespace, value }: Identifier): string {
  return `${namespace} ${value}`;
}

function strength({ namespace }: Identifier): number {
  const at = STRENGTHS.indexOf(namespace.split(":", 1)[0] ?? "");
  return at === -1 ? STRENGTHS.indexOf("device") - 0.5 : at;
}

function byStrength(a: ProfileIdentifier, b: ProfileIdentifier): number {
  return (
    strength(a) - strength(b) ||
    Number(b.assurance === "verified") - Number(a.assurance === "verified") ||
    (a.first_seen ?? "").localeCompare(b.first_seen ?? "")
  );
}

interface Connection {
  a: string;
  b: string;
  by: Evidence;
}

/** What joined them, as the service did it; links that only agree are listed and not drawn. */
function connections({ links, decisions }: Identity): Connection[] {
  const decided = decisions
    .filter(({ kind, withdrawn }) => kind === "confirm" && withdrawn === null)
    .map((decision): Connection => ({ ...ends(decision), by: { kind: "confirmed", decision } }));
  const seen = links
    .filter(({ joins }) => joins)
    .map((link): Connection => ({ ...ends(link), by: { kind: link.verified ? "verified" : "claimed", link } }));
  return [...decided, ...seen];
}

function ends({ a, b }: { a: Identifier; b: Identifier }): { a: string; b: string } {
  return { a: keyOf(a), b: keyOf(b) };
}

/** The way from the strongest identifier to each other one, then what was held back, at the end it hangs on. */
export function grow(identity: Identity, most = Infinity): Tree {
  const own = new Map(identity.identifiers.toSorted(byStrength).map((each) => [keyOf(each), each]));
  const known = connections(identity);
  const found = new Map<string, Branch>();
  for (const [start, identifier] of own) {
    if (found.has(start)) continue;
    const root: Branch = { key: start, identifier, depth: 0, parent: null, by: null };
    const waiting = [root];
    found.set(start, root);
    for (let at = waiting.shift(); at; at = waiting.shift()) {
      for (const next of below(at, known, own)) {
        if (found.has(next.key)) continue;
        found.set(next.key, next);
        waiting.push(next);
      }
    }
  }
  const all = [...found.values(), ...heldBack(identity.held, found)];
  const shown = all.slice(0, most);
  return { branches: inOrder(shown), left: all.length - shown.length };
}

function below(at: Branch, known: readonly Connection[], own: ReadonlyMap<string, Identifier>): Branch[] {
  return known.flatMap(({ a, b, by }) => {
    const key = a === at.key ? b : b === at.key ? a : null;
    const identifier = key === null ? undefined : own.get(key);
    return key === null || !identifier ? [] : [{ key, identifier, depth: at.depth + 1, parent: at.key, by }];
  });
}

/** Those with one end elsewhere; what was held between two of the same person changes nothing and is only listed. */
function heldBack(held: readonly HeldLink[], own: ReadonlyMap<string, Branch>): Branch[] {
  return held.flatMap((link, index) => {
    const { a, b } = ends(link);
    if (own.has(a) === own.has(b)) return [];
    const [parent, other] = own.has(a) ? [a, link.b] : [b, link.a];
    const depth = (own.get(parent)?.depth ?? 0) + 1;
    return [{ key: `held ${index}`, identifier: other, depth, parent, by: { kind: "held", link } satisfies Evidence }];
  });
}

function childrenOf(branches: readonly Branch[]): ReadonlyMap<string | null, Branch[]> {
  const children = new Map<string | null, Branch[]>();
  for (const each of branches) children.set(each.parent, [...(children.get(each.parent) ?? []), each]);
  return children;
}

function inOrder(branches: readonly Branch[]): Branch[] {
  const children = childrenOf(branches);
  const walk = (parent: string | null): Branch[] =>
    (children.get(parent) ?? []).flatMap((each) => [each, ...walk(each.key)]);
  return walk(null);
}

export interface Place {
  branch: Branch;
  /** The middle of its height, from the top. */
  y: number;
}

/** Leaves one below the other with the `height` that each needs; a parent stands in the middle of its children. */
export function arrange(branches: readonly Branch[], height: (branch: Branch) => number): { places: Place[]; height: number } {
  const children = childrenOf(branches);
  const places = new Map<string, Place>();
  let used = 0;
  const place = (branch: Branch): number => {
    const top = used;
    const ys = (children.get(branch.key) ?? []).map(place);
    const needed = height(branch);
    const y = ys.length === 0 ? top + needed / 2 : Math.max(((ys[0] ?? 0) + (ys.at(-1) ?? 0)) / 2, top + needed / 2);
    used = Math.max(used, y + needed / 2);
    places.set(branch.key, { branch, y });
    return y;
  };
  (children.get(null) ?? []).forEach(place);
  return { places: branches.flatMap(({ key }) => places.get(key) ?? []), height: used };
}
