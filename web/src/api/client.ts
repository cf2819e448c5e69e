// Calls of the management API: typed by the contract, with the session's CSRF token on what changes something, and
// failures as one kind of error that a screen can show.
import type { Operations } from "./schema.gen";

const kBase = "/api/v1";
const kTokenKey = "larder.csrf";

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
  ) {
    super(detail || title);
  }

  get offline(): boolean {
    return this.status === 0;
  }
}

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

type Operation = keyof Operations;
type Value = string | number | boolean | undefined;

export interface CallOptions<O extends Operation> {
  /** Values for the {names} in the path. */
  path?: Record<string, string>;
  query?: Operations[O]["query"];
  body?: Operations[O]["body"];
  headers?: Record<string, string>;
  signal?: AbortSignal;
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
  let response: Response;
  try {
    response = await fetch(urlOf(operation, options.path, options.query), {
      method,
      headers,
      body,
      signal: options.signal,
      credentials: "same-origin",
      cache: "no-store",
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new ApiError(0, "No connection", "The server does not answer. Nothing was changed; try again in a moment.");
  }
  if (!response.ok) throw await failureOf(response);
  const text = await response.text();
  const json = response.headers.get("Content-Type")?.includes("json");
  const data = (text === "" ? undefined : json ? JSON.parse(text) : text) as Operations[O]["answer"];
  return { data, headers: response.headers };
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
    const problem = JSON.parse(text) as { title?: string; detail?: string; errors?: FieldError[] };
    const title = problem.title ?? response.statusText;
    return new ApiError(response.status, title, problem.detail ?? "", problem.errors ?? [], response.headers);
  } catch {
    return new ApiError(response.status, response.statusText, `The server answered ${response.status}.`);
  }
}
