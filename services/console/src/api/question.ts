import { since, type Span } from "./since";

/** When and whose numbers are asked for, in the very words that the service is asked in. */
export interface Question {
  since?: string;
  until?: string;
  segment?: string;
}

/** An answer, or a number of it that is opened, with the question that it is of. */
export type Answering<T> = T & { question: Question };

export function questionOf(span: Span, segment: string | null, now: number): Question {
  return { ...since(span, now), ...(segment !== null && { segment }) };
}

/** Keeps the question beside its answer: asked anew, "seven days ago" would be later than it was for the number. */
export async function kept<T extends object>(question: Question, answer: Promise<T>): Promise<Answering<T>> {
  return { ...(await answer), question };
}

/** Opens a number of an answer with the question that it is of. */
export function opening<T extends object>({ question }: Answering<object>, open: (number: Answering<T>) => void): (number: T) => void {
  return (number) => open({ ...number, question });
}
