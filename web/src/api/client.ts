// Calls of the management API: typed by the contract, with the session's CSRF token on what changes something, and
// failures as one kind of error that a screen can show.
import type { EditConflict, Operations } from "./schema.gen";

const kBase = "api/v1";
const kTokenKey = "larder.csrf";

interface Problem {
  title: string;
  detail: string;
  errors: FieldError[];
  conflict: EditConflict;
}

export interface FieldError {
  path: string;
  message: string;
  hint?: string;
}

/** A refused or failed call: problem+json of the daemon, or the network's failure with status 0. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly errors: FieldError[] = [],
    readonly headers: Headers | null = null,
    /** Of 412 and 409: what somebody else has made of it meanwhile. */
    readonly conflict: EditConflict | null = null,
  ) {
    super(detail || title);
  }

  get offline(): boolean {
    return this.status === 0;
  }
}

/** How long an answer may take; what asks an upstream takes longer. */
export const kAnswerMs = 10_000;
export const kUpstreamAnswerMs = 40_000;

/** What failed, in one sentence for a reader. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

let csrfToken = sessionStorage.getItem(kTokenKey) ?? "";

export function setCsrfToken(token: string): void {
  csrfToken = token;
  sessionStorage.setItem(kTokenKey, token);
}

type Unauthorized = () => void;
let onUnauthorized: Unauthorized = () => {};

/** Called when a call is refused because nobody is logged in (any more). */
export function whenUnauthorized(handler: Unauthorized): void {
  onUnauthorized = handler;
}

let onChanged: () => void = () => {};

/** Called after a call that changed something: what is on the screen may depend on it. */
export function whenChanged(handler: () => void): void {
  onChanged = handler;
}

/** They are sent as POST for the size of what they ask about, and change nothing. */
const kAsking = /\/(session|validate|preview|test|route|explain|review|effective)$/;

type Operation = keyof Operations;
type Value = string | number | boolean | undefined;

export interface CallOptions<O extends Operation> {
  /** Values for the {names} in the path. */
  path?: Record<string, string>;
  query?: Operations[O]["query"];
  body?: Operations[O]["body"];
  headers?: Record<string, string>;
  signal?: AbortSignal;
  timeoutMs?: number;
}

export interface Answer<T> {
  data: T;
  headers: Headers;
}

export function urlOf(operation: string, path: Record<string, string> = {}, query: object = {}): string {
  const template = operation.slice(operation.indexOf(" ") + 1);
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ""));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query) as [string, Value | Value[]][]) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== "") search.append(name, String(one));
    }
  }
  const text = search.toString();
  return kBase + filled + (text ? `?${text}` : "");
}

/** The answer with its headers, for those who need the ETag. */
export async function request<O extends Operation>(
  operation: O,
  options: CallOptions<O> = {},
): Promise<Answer<Operations[O]["answer"]>> {
  const method = operation.slice(0, operation.indexOf(" "));
  const headers = new Headers(options.headers);
  headers.set("Accept", "application/json, application/problem+json");
  if (method !== "GET" && csrfToken) headers.set("X-CSRF-Token", csrfToken);
  let body: string | undefined;
  if (options.body !== undefined) {
    body = JSON.stringify(options.body);
    if (!headers.has("Content-Type")) headers.set("Content-Type", "application/json");
  }
  const timeoutMs = options.timeoutMs ?? kAnswerMs;
  const limit = limited(options.signal, timeoutMs);
  try {
    const response = await fetch(urlOf(operation, options.path, options.query), {
      method,
      headers,
      body,
      signal: limit.signal,
      credentials: "same-origin",
      cache: "no-store",
    });
    if (!response.ok) throw await failureOf(response);
    const text = await response.text();
    const json = response.headers.get("Content-Type")?.includes("json");
    const data = (text === "" ? undefined : json ? JSON.parse(text) : text) as Operations[O]["answer"];
    if (method !== "GET" && !kAsking.test(operation)) onChanged();
    return { data, headers: response.headers };
  } catch (error) {
    if (error instanceof ApiError || options.signal?.aborted) throw error;
    throw awayError(method, limit.signal.aborted ? timeoutMs : null);
  } finally {
    limit.done();
  }
}

/** A signal that follows `outer` and fires by itself after so long. */
function limited(outer: AbortSignal | undefined, ms: number): { signal: AbortSignal; done: () => void } {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timer = setTimeout(abort, ms);
  if (outer?.aborted) abort();
  outer?.addEventListener("abort", abort);
  const done = () => {
    clearTimeout(timer);
    outer?.removeEventListener("abort", abort);
  };
  return { signal: controller.signal, done };
}

/** Nothing came back: of a change nobody knows whether it was made. */
function awayError(method: string, waitedMs: number | null): ApiError {
  const what = waitedMs === null ? "The server cannot be reached." : `No answer within ${waitedMs / 1000} s.`;
  const then = method === "GET" ? "Try again in a moment." : "The change may or may not have been made: check first.";
  return new ApiError(0, waitedMs === null ? "No connection" : "No answer", `${what} ${then}`);
}

export async function call<O extends Operation>(
  operation: O,
  options: CallOptions<O> = {},
): Promise<Operations[O]["answer"]> {
  return (await request(operation, options)).data;
}

async function failureOf(response: Response): Promise<ApiError> {
  if (response.status === 401) onUnauthorized();
  const text = await response.text().catch(() => "");
  try {
    const problem = JSON.parse(text) as Partial<Problem>;
    const { title = response.statusText, detail = "", errors = [], conflict = null } = problem;
    return new ApiError(response.status, title, detail, errors, response.headers, conflict);
  } catch {
    return new ApiError(response.status, response.statusText, `The server answered ${response.status}.`);
  }
}
