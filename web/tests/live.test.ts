import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

class FakeSocket {
  static readonly OPEN = 1;
  static all: FakeSocket[] = [];
  readyState = 0;
  sent: { type: string; topic: string }[] = [];
  onopen: () => void = () => {};
  onmessage: (event: { data: string }) => void = () => {};
  onclose: (event: { code: number }) => void = () => {};

  constructor(readonly url: URL) {
    FakeSocket.all.push(this);
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(): void {
    this.drop(1000);
  }
  open(): void {
    this.readyState = 1;
    this.onopen();
  }
  drop(code = 1006): void {
    this.readyState = 3;
    this.onclose({ code });
  }
  say(message: object): void {
    this.onmessage({ data: JSON.stringify(message) });
  }
}

const socket = () => FakeSocket.all.at(-1)!;
const snapshot = (seq: number, items: object[]) => ({ type: "snapshot", topic: "jobs", seq, data: { items } });
const change = (seq: number, items: object[]) => ({ type: "change", topic: "jobs", seq, data: { items } });
const job = (id: string) => ({ id, startedAt: `2026-03-01T12:00:0${id}Z` });

async function start() {
  vi.resetModules();
  const live = await import("../src/store/live");
  const { render, h } = await import("preact");
  const { act } = await import("preact/test-utils");
  const handlers = { sessionEnded: vi.fn(), back: vi.fn() };
  live.startLive(handlers);
  const User = () => {
    live.useLive("jobs");
    return null;
  };
  await act(() => render(h(User, null), document.body));
  socket().open();
  return { live, handlers };
}

beforeEach(() => {
  FakeSocket.all = [];
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("the live stream", () => {
  it("subscribes what is shown, and takes changes in order", async () => {
    const { live } = await start();
    expect(socket().sent).toEqual([{ type: "subscribe", topic: "jobs" }]);
    socket().say(snapshot(0, [job("1")]));
    socket().say(change(1, [job("2")]));
    expect(live.live.value.jobs.map((one) => one.id)).toEqual(["2", "1"]);
  });

  it("asks for a new snapshot when a number is missing", async () => {
    const { live } = await start();
    socket().say(snapshot(0, [job("1")]));
    socket().say(change(2, [job("3")]));
    expect(socket().sent.map((one) => one.type)).toEqual(["subscribe", "unsubscribe", "subscribe"]);
    socket().say(change(3, [job("4")]));
    expect(live.live.value.jobs.map((one) => one.id)).toEqual(["1"]);
    socket().say(snapshot(0, [job("5")]));
    expect(live.live.value.jobs.map((one) => one.id)).toEqual(["5"]);
  });

  it("waits for the snapshot after a resync", async () => {
    const { live } = await start();
    socket().say(snapshot(0, [job("1")]));
    socket().say({ type: "resync", topic: "jobs", seq: 1 });
    socket().say(snapshot(2, [job("2")]));
    socket().say(change(3, [job("3")]));
    expect(live.live.value.jobs.map((one) => one.id)).toEqual(["3", "2"]);
  });

  it("comes back by itself, subscribed as before, and says so", async () => {
    const { live, handlers } = await start();
    const first = socket();
    first.drop();
    expect(live.liveState.value).toBe("lost");
    await vi.advanceTimersByTimeAsync(1000);
    expect(socket()).not.toBe(first);
    socket().open();
    expect(live.liveState.value).toBe("open");
    expect(socket().sent).toEqual([{ type: "subscribe", topic: "jobs" }]);
    expect(handlers.back).toHaveBeenCalledOnce();
  });

  it("tells when the session has ended", async () => {
    const { handlers } = await start();
    socket().drop(4401);
    expect(handlers.sessionEnded).toHaveBeenCalledOnce();
  });
});
