// What the actions of a policy are called, and the sets of them that are given in practice.
import type { Action } from "../../api/schema.gen";

export const kActions: Action[] = ["read", "create", "update", "delete"];

export const kActionWords: { value: Action; label: string }[] = [
  { value: "read", label: "read (pull)" },
  { value: "create", label: "create (push a new tag)" },
  { value: "update", label: "update (move a tag)" },
  { value: "delete", label: "delete" },
];

export interface AccessPreset {
  value: string;
  label: string;
  actions: Action[];
}

export const kPresets: AccessPreset[] = [
  { value: "none", label: "Block: nothing", actions: [] },
  { value: "read", label: "Read only: pull", actions: ["read"] },
  { value: "push", label: "Push: pull, push, move tags", actions: ["read", "create", "update"] },
  { value: "full", label: "Full: push and delete", actions: ["read", "create", "update", "delete"] },
];

/** The preset that has these actions; "custom" for any other set. */
export function presetOf(actions: string[]): string {
  const found = kPresets.find(
    (preset) => preset.actions.length === actions.length && preset.actions.every((one) => actions.includes(one)),
  );
  return found?.value ?? "custom";
}

export function actionsText(actions: string[]): string {
  return actions.length === 0 ? "nothing" : actions.join(", ");
}
