// The raw JSON: where an error is in it, and what changed between two texts.
import type { Json, Path } from "./schema";

export interface ParseResult {
  value?: Json;
  error?: { line: number; message: string };
}

export function parseJson(text: string): ParseResult {
  try {
    return { value: JSON.parse(text) as Json };
  } catch (error) {
    const scan = new Scanner(text);
    scan.document();
    const line = lineAt(text, scan.failedAt ?? text.length);
    return { error: { line, message: (error as Error).message.replace(/^JSON\.parse: /, "") } };
  }
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/** The line (from 1) on which the value at a path begins, or that of its nearest parent. */
export function lineOfPath(text: string, path: Path): number {
  const scan = new Scanner(text);
  scan.document();
  for (let length = path.length; length >= 0; length--) {
    const offset = scan.places.get(placeKey(path.slice(0, length)));
    if (offset !== undefined) return lineAt(text, offset);
  }
  return 1;
}

function placeKey(path: Path): string {
  return JSON.stringify(path.map((key) => String(key).toLowerCase()));
}

/** Walks over JSON text, noting where each value begins and where it stops being JSON. */
class Scanner {
  readonly places = new Map<string, number>();
  failedAt: number | undefined;
  private at = 0;

  constructor(private readonly text: string) {}

  document(): void {
    this.value([]);
    this.space();
    if (this.at < this.text.length) this.fail();
  }

  private fail(): false {
    this.failedAt ??= this.at;
    return false;
  }

  private space(): void {
    while (/\s/.test(this.text[this.at] ?? "")) this.at++;
  }

  private take(character: string): boolean {
    this.space();
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  private pattern(regex: RegExp): string | null {
    regex.lastIndex = this.at;
    const match = regex.exec(this.text);
    if (!match) return null;
    this.at = regex.lastIndex;
    return match[0];
  }

  private value(path: Path, keyAt?: number): boolean {
    this.space();
    this.places.set(placeKey(path), keyAt ?? this.at);
    if (this.take("{")) return this.members(path);
    if (this.take("[")) return this.elements(path);
    const word = this.pattern(/"(?:[^"\\\n]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y);
    return word !== null || this.fail();
  }

  private members(path: Path): boolean {
    if (this.take("}")) return true;
    do {
      this.space();
      const start = this.at;
      const key = this.pattern(/"(?:[^"\\\n]|\\.)*"/y);
      if (key === null || !this.take(":")) return this.fail();
      if (!this.value([...path, key.slice(1, -1)], start)) return false;
    } while (this.take(","));
    return this.take("}") || this.fail();
  }

  private elements(path: Path): boolean {
    if (this.take("]")) return true;
    let index = 0;
    do {
      if (!this.value([...path, index++])) return false;
    } while (this.take(","));
    return this.take("]") || this.fail();
  }
}

export interface DiffLine {
  kind: "same" | "added" | "removed" | "gap";
  text: string;
}

const kContext = 3;

/** A line diff (longest common subsequence) with three lines around each change. */
export function diffLines(before: string, after: string): DiffLine[] {
  const a = before.split("\n");
  const b = after.split("\n");
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        a[i] === b[j]
          ? lengths[(i + 1) * width + j + 1]! + 1
          : Math.max(lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!);
    }
  }
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ kind: "same", text: a[i]! });
      i++;
      j++;
    } else if (j >= b.length || (i < a.length && lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!)) {
      lines.push({ kind: "removed", text: a[i++]! });
    } else {
      lines.push({ kind: "added", text: b[j++]! });
    }
  }
  return withoutTheSame(lines);
}

function withoutTheSame(lines: DiffLine[]): DiffLine[] {
  const near = lines.map((_, index) =>
    lines.slice(Math.max(0, index - kContext), index + kContext + 1).some((line) => line.kind !== "same"),
  );
  const kept: DiffLine[] = [];
  lines.forEach((line, index) => {
    if (near[index]) kept.push(line);
    else if (kept.length > 0 && kept.at(-1)?.kind !== "gap") kept.push({ kind: "gap", text: "⋯" });
  });
  if (kept.at(-1)?.kind === "gap") kept.pop();
  return kept;
}
