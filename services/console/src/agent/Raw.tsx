import { Code } from "@mantine/core";

/** A JSON value in full. */
export function Raw({ value }: { value: unknown }) {
  return (
    <Code block dir="ltr" mah={340} style={{ overflow: "auto" }} tabIndex={0}>
      {JSON.stringify(value, (_, each: unknown) => each ?? undefined, 2)}
    </Code>
  );
}
