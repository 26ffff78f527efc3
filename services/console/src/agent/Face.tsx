import { Avatar } from "@mantine/core";

const COLORS = ["indigo", "teal", "grape", "orange", "cyan", "pink", "lime", "violet"] as const;

function colorOf(id: string): string {
  let sum = 7;
  for (let at = 0; at < id.length; at++) sum = (sum * 31 + id.charCodeAt(at)) % 997;
  return COLORS[sum % COLORS.length] ?? "indigo";
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return ends.map((word) => String.fromCodePoint(word?.codePointAt(0) ?? 0x3f)).join("");
}

interface FaceProps {
  id: string;
  name: string | null;
  size: "md" | "xl";
}

/** The same person has the same colour everywhere, so that a mix-up is seen before it is read. */
export function Face({ id, name, size }: FaceProps) {
  return (
    <Avatar color={colorOf(id)} size={size === "xl" ? 76 : 44} radius="50%" variant="light" aria-hidden>
      {name ? initials(name) : "?"}
    </Avatar>
  );
}
