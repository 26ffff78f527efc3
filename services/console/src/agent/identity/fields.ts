import { Problem } from "../../api/problem";

export type Field = "a" | "b" | "reason";
export type Errors = Partial<Record<Field | "whole", string>>;

const FIELDS: readonly Field[] = ["a", "b", "reason"];

/** A refusal at the field that it names (`b`, `b.value`, `confirm.reason`), else at the whole. */
export function errorsOf(problem: Problem, unreachable: string): Errors {
  const path = problem.field?.split(".") ?? [];
  const at = FIELDS.find((field) => path.includes(field)) ?? "whole";
  return { [at]: problem.detail || unreachable };
}
