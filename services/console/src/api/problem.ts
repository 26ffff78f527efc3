/** A refusal of the service: RFC 9457 problem details with the HTTP status. Status 0 means that no answer came. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly detail: string,
    /** What in the request is to blame, as a dotted path. */
    readonly field: string | null = null,
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
  field?: unknown;
}

/** The problem that an answer stands for, whatever its body. */
export function problemOf(status: number, body: unknown): Problem {
  const { title, detail, field } = (typeof body === "object" && body !== null ? body : {}) as ProblemBody;
  const said = typeof detail === "string" ? detail : (title ?? "");
  return new Problem(status, said, typeof field === "string" ? field : null);
}
