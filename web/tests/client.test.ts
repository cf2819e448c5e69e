import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError, call, request, setCsrfToken, urlOf, whenUnauthorized } from "../src/api/client";

const fetched = vi.fn<typeof fetch>();

function answer(status: number, body: unknown, type = "application/json", headers: Record<string, string> = {}): void {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  fetched.mockResolvedValueOnce(
    new Response(status === 204 ? null : text, { status, headers: { "Content-Type": type, ...headers } }),
  );
}

beforeEach(() => vi.stubGlobal("fetch", fetched));
afterEach(() => {
  fetched.mockReset();
  vi.unstubAllGlobals();
});

describe("addresses", () => {
  it("escape what stands in the path", () => {
    expect(urlOf("PUT /credentials/{host}", { host: "localhost:5001/x" })).toBe(
      "api/v1/credentials/localhost%3A5001%2Fx",
    );
  });
  it("leave out what is not set, and repeat lists", () => {
    expect(urlOf("GET /node-setup", {}, { client: "docker", address: undefined, registry: ["a.io", "b.io"] })).toBe(
      "api/v1/node-setup?client=docker&registry=a.io&registry=b.io",
    );
  });
  it("keep the slashes of a repository in the query", () => {
    expect(urlOf("GET /repository", {}, { repository: "library/nginx" })).toBe(
      "api/v1/repository?repository=library%2Fnginx",
    );
  });
});

describe("calls", () => {
  it("carry the CSRF token only where something changes", async () => {
    setCsrfToken("t0ken");
    answer(200, {});
    await call("GET /status");
    answer(204, "");
    await call("DELETE /session");
    const token = (index: number) => new Headers(fetched.mock.calls[index]?.[1]?.headers).get("X-CSRF-Token");
    expect(token(0)).toBeNull();
    expect(token(1)).toBe("t0ken");
  });
  it("give the headers to those who need the ETag", async () => {
    answer(200, { revision: 12 }, "application/json", { ETag: '"12"' });
    expect((await request("GET /config")).headers.get("ETag")).toBe('"12"');
  });
  it("take text that is no JSON as text", async () => {
    answer(200, "a: 1\n", "application/yaml");
    expect(await call("GET /config/export", { query: { format: "helm" } })).toBe("a: 1\n");
  });
});

async function failure(): Promise<ApiError> {
  try {
    await call("GET /config");
  } catch (error) {
    if (error instanceof ApiError) return error;
  }
  throw new Error("it did not fail");
}

describe("failures", () => {
  it("bring the problem's words and fields", async () => {
    answer(
      422,
      {
        title: "Unprocessable Content",
        status: 422,
        detail: "Not valid.",
        errors: [{ path: "http.port", message: "too big" }],
      },
      "application/problem+json",
    );
    const error = await failure();
    expect(error.status).toBe(422);
    expect(error.message).toBe("Not valid.");
    expect(error.errors[0]?.path).toBe("http.port");
  });
  it("are told apart from no connection", async () => {
    fetched.mockRejectedValueOnce(new TypeError("failed to fetch"));
    expect((await failure()).offline).toBe(true);
  });
  it("come by themselves when nothing answers, and say that a change may have been made", async () => {
    vi.useFakeTimers();
    const never: typeof fetch = (_, options) =>
      new Promise((_, reject) => options?.signal?.addEventListener("abort", () => reject(new Error("aborted"))));
    fetched.mockImplementation(never);
    const reading = failure();
    const changing = call("DELETE /session").catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await reading).toMatchObject({ status: 0, title: "No answer" });
    expect((await reading).message).not.toMatch(/change/);
    expect(((await changing) as ApiError).message).toMatch(/may or may not have been made/);
    vi.useRealTimers();
  });
  it("survive an answer that is no problem document", async () => {
    answer(502, "<html>Bad gateway</html>", "text/html");
    expect((await failure()).status).toBe(502);
  });
  it("say when nobody is logged in", async () => {
    const seen = vi.fn();
    whenUnauthorized(seen);
    answer(401, { title: "Unauthorized", status: 401, detail: "Log in." }, "application/problem+json");
    await failure();
    expect(seen).toHaveBeenCalledOnce();
  });
});
