import type { Profile } from "../api/types";

const PARTS = ["first_name", "last_name"];

export interface ShownName {
  text: string | null;
  /** Whether anybody may have typed it: neither a system nor a steward vouches for it. */
  claimed: boolean;
}

/** The name to show: the one that the golden record has, else its parts; what is only claimed gives way to the other. */
export function shownName(traits: Profile["traits"]): ShownName {
  const names = [["name"], PARTS].map((keys) => together(traits, keys)).filter(({ text }) => text !== null);
  return names.find(({ claimed }) => !claimed) ?? names[0] ?? { text: null, claimed: false };
}

export function nameOf(traits: Profile["traits"]): string | null {
  return shownName(traits).text;
}

function together(traits: Profile["traits"], keys: readonly string[]): ShownName {
  const parts = keys.flatMap((key) => {
    const trait = traits[key];
    const text = typeof trait?.value === "string" ? trait.value.trim() : "";
    return trait && text ? [{ text, claimed: trait.assurance === "claimed" && trait.pin === null }] : [];
  });
  return {
    text: parts.length > 0 ? parts.map(({ text }) => text).join(" ") : null,
    claimed: parts.some(({ claimed }) => claimed),
  };
}
