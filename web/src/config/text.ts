// The raw JSON: where an error is in it, and what changed between two texts.
import { diffLines as compareLines } from "diff";
import {
  findNodeAtLocation,
  parseTree,
  printParseErrorCode,
  type Node,
  type ParseError,
  type ParseOptions,
} from "jsonc-parser";
import type { Json, Path } from "./schema";

export interface ParseResult {
  value?: Json;
  error?: { line: number; message: string };
}

/** As strict as the daemon: neither comments nor commas at the end. */
const kStrict: ParseOptions = { disallowComments: true, allowTrailingComma: false };

export function parseJson(text: string): ParseResult {
  try {
    return { value: JSON.parse(text) as Json };
  } catch (error) {
    const errors: ParseError[] = [];
    parseTree(text, errors, kStrict);
    const first = errors[0];
    if (!first) return { error: { line: 1, message: (error as Error).message } };
    return { error: { line: lineAt(text, first.offset), message: wordsOf(printParseErrorCode(first.error)) } };
  }
}

/** "CommaExpected" → "comma expected". */
function wordsOf(code: string): string {
  return code.replaceAll(/(?!^)[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).toLowerCase();
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

/** The line (from 1) on which the value at a path begins, or that of its nearest parent. */
export function lineOfPath(text: string, path: Path): number {
  const root = parseTree(text, [], kStrict);
  if (!root) return 1;
  let node: Node = root;
  for (const key of path) {
    const child = typeof key === "number" ? findNodeAtLocation(node, [key]) : childOf(node, key);
    if (!child) break;
    node = child;
  }
  const property = node.parent?.type === "property" ? node.parent : node;
  return lineAt(text, property.offset);
}

/** Keys of the configuration are matched without regard to case. */
function childOf(node: Node, key: string): Node | undefined {
  if (node.type !== "object") return undefined;
  const lower = key.toLowerCase();
  const property = node.children?.find((one) => String(one.children?.[0]?.value).toLowerCase() === lower);
  return property?.children?.[1];
}

export interface DiffLine {
  kind: "same" | "added" | "removed" | "gap";
  text: string;
}

const kContext = 3;

/** A line diff with three lines around each change. */
export function diffLines(before: string, after: string): DiffLine[] {
  const lines = compareLines(before, after).flatMap((part) => {
    const kind: DiffLine["kind"] = part.added ? "added" : part.removed ? "removed" : "same";
    return part.value
      .replace(/\n$/, "")
      .split("\n")
      .map((text) => ({ kind, text }));
  });
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
