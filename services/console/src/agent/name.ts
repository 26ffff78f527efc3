import type { Profile } from "../api/types";

/** The name to show: the one that the golden record has, else its parts. */
export function nameOf(traits: Profile["traits"]): string | null {
  const text = (key: string) => {
    const value = traits[key]?.value;
    return typeof value === "string" && value.trim() ? value.trim() : null;
  };
  const parts = [text("first_name"), text("last_name")].filter((part) => part !== null);
  return text("name") ?? (parts.length > 0 ? parts.join(" ") : null);
}
