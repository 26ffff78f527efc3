/** A refusal of the service: RFC 9457 problem details with the HTTP status. Status 0 means that no answer came. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly detail: string,
  ) {
    super(detail || `HTTP ${status}`);
    this.name = "Problem";
  }

  get unknown(): boolean {
    return this.status === 404 || this.status === 410;
  }

  get denied(): boolean {
    return this.status === 401 || this.status === 403;
  }
}

interface ProblemBody {
  title?: string;
  detail?: unknown;
}

/** The problem that an answer stands for, whatever its body. */
export function problemOf(status: number, body: unknown): Problem {
  const { title, detail } = (typeof body === "object" && body !== null ? body : {}) as ProblemBody;
  return new Problem(status, typeof detail === "string" ? detail : (title ?? ""));
}
