/**
 * Where a stream of server-sent events stands: the id of its last complete block. Blocks without data count too, by
 * which a quiet stream tells how far it is; parsers of events leave those out.
 */
export class Place {
  id = "";
  private rest = "";
  private named: string | undefined;

  feed(text: string): void {
    const lines = (this.rest + text).split(/\r?\n/);
    this.rest = lines.pop() ?? "";
    for (const line of lines) this.read(line);
  }

  /** What a broken connection had begun to say does not count. */
  broken(): void {
    this.rest = "";
    this.named = undefined;
  }

  private read(line: string): void {
    if (line.startsWith("id:")) this.named = line.slice("id:".length).trimStart();
    if (line !== "") return;
    this.id = this.named ?? this.id;
    this.named = undefined;
  }
}
