// Starting a job by hand, from the storage screen or the palette.
import type { NewJob } from "../../api/schema.gen";
import { call } from "../../api/client";
import { act } from "../../components/loaded";
import { ask } from "../../components/overlay";

export interface JobStart {
  kind: NewJob["kind"];
  label: string;
  about: string;
  /** What else it is called, for the search. */
  words: string;
  /** It takes away what a pull could have had from here: asked first. */
  removes?: boolean;
}

export const kJobStarts: JobStart[] = [
  {
    kind: "gc",
    label: "Collect garbage",
    about: "Removes blobs that no manifest refers to.",
    words: "gc garbage collection",
  },
  {
    kind: "retention",
    label: "Apply retention",
    words: "retention policy",
    about: "Removes the tags that no retention policy keeps. The dry run under Storage lists them.",
    removes: true,
  },
  {
    kind: "eviction",
    label: "Evict",
    words: "eviction free disk space",
    about: "Removes the least recently used cached images down to the low watermark. Pushed images stay.",
    removes: true,
  },
  {
    kind: "scrub",
    label: "Scrub",
    about: "Reads everything stored and verifies it against its digests.",
    words: "verify integrity check",
  },
];

/** True if it was started. */
export async function startJob({ kind, label, about, removes }: JobStart): Promise<boolean> {
  if (removes && !(await ask({ title: `${label} now?`, body: about, confirm: label, refuse: "Cancel", danger: true })))
    return false;
  return act(() => call("POST /jobs", { body: { kind } }), `${label}: started`);
}
