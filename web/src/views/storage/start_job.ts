// Starting a job by hand, from the storage screen or the palette.
import type { NewJob } from "../../api/schema.gen";
import { call } from "../../api/client";
import { act } from "../../components/loaded";
import { ask } from "../../components/overlay";

export interface JobStart {
  kind: NewJob["kind"];
  label: string;
  about: string;
  /** It takes away what a pull could have had from here: asked first. */
  removes?: boolean;
}

export const kJobStarts: JobStart[] = [
  { kind: "gc", label: "Collect garbage", about: "Removes blobs that nothing refers to." },
  {
    kind: "retention",
    label: "Apply retention",
    about: "Removes the tags that the retention policies let go. Storage lists them under what would be removed.",
    removes: true,
  },
  {
    kind: "eviction",
    label: "Evict",
    about:
      "Removes the cached images that were used longest ago, down to the low watermark. What was pushed here stays.",
    removes: true,
  },
  { kind: "scrub", label: "Scrub", about: "Reads everything that is stored and compares it with its digests." },
];

/** True if it was started. */
export async function startJob({ kind, label, about, removes }: JobStart): Promise<boolean> {
  if (removes && !(await ask({ title: `${label} now?`, body: about, confirm: label, refuse: "Cancel", danger: true })))
    return false;
  return act(() => call("POST /jobs", { body: { kind } }), `${label}: started`);
}
