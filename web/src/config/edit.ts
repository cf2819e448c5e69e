// What an edit in the form makes of a setting, and what stands beside its title. tests/faces/forms.json has the cases,
// for both faces.
import { kindOf, type Json, type Schema, typesOf } from "./schema";

const kNumber = /^-?\d+(\.\d+)?$/;

/** What a line of text is as a value; `undefined`: the setting is taken out. */
export function valueOfText(schema: Schema, text: string): Json | undefined {
  if (text === "") return undefined;
  const mayBeNumber = typesOf(schema).some((type) => type !== "string");
  return mayBeNumber && kNumber.test(text) ? Number(text) : text;
}

/** The same of a list that is edited as lines. */
export function valueOfLines(schema: Schema, text: string): Json | undefined {
  if (text === "") return undefined;
  const numeric = schema.items !== undefined && kindOf(schema.items) === "number";
  return text.split("\n").map((line) => (numeric && kNumber.test(line) ? Number(line) : line));
}

/** What stands beside the title, by what it means. */
export function badgesOf(schema: Schema): ("restart" | "no effect" | "secret")[] {
  return [
    ...(schema["x-restart"] ? (["restart"] as const) : []),
    ...(schema["x-status"] === "accepted" ? (["no effect"] as const) : []),
    ...(schema["x-secret"] ? (["secret"] as const) : []),
  ];
}
