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

type Live = typeof import("../src/store/live");
const ids = (live: Live) => live.live.jobs.value?.map((one) => one.id);
const beat = { type: "heartbeat", at: "2026-03-01T12:00:00Z", everyMs: 2000 };

const socket = () => FakeSocket.all.at(-1)!;
const topics = () =>
  socket()
    .sent.map((one) => one.topic)
    .toSorted();
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
    expect(topics()).toEqual(["jobs"]);
    socket().say(snapshot(0, [job("1")]));
    socket().say(change(1, [job("2")]));
    expect(ids(live)).toEqual(["2", "1"]);
  });

  it("asks for a new snapshot when a number is missing", async () => {
    const { live } = await start();
    socket().say(snapshot(0, [job("1")]));
    socket().say(change(2, [job("3")]));
    const mine = socket().sent.filter((one) => one.topic === "jobs");
    expect(mine.map((one) => one.type)).toEqual(["subscribe", "unsubscribe", "subscribe"]);
    socket().say(change(3, [job("4")]));
    expect(ids(live)).toEqual(["1"]);
    socket().say(snapshot(0, [job("5")]));
    expect(ids(live)).toEqual(["5"]);
  });

  it("waits for the snapshot after a resync", async () => {
    const { live } = await start();
    socket().say(snapshot(0, [job("1")]));
    socket().say({ type: "resync", topic: "jobs", seq: 1 });
    socket().say(snapshot(2, [job("2")]));
    socket().say(change(3, [job("3")]));
    expect(ids(live)).toEqual(["3", "2"]);
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
    expect(topics()).toEqual(["jobs"]);
    expect(handlers.back).toHaveBeenCalledOnce();
  });

  it("tells when the session has ended", async () => {
    const { handlers } = await start();
    socket().drop(4401);
    expect(handlers.sessionEnded).toHaveBeenCalledOnce();
  });

  it("says that an open connection is silent after three ticks, and goes on when it speaks again", async () => {
    const { live, handlers } = await start();
    socket().say(beat);
    const heard = Date.now();
    await vi.advanceTimersByTimeAsync(6000);
    expect(live.liveState.value).toBe("open");
    await vi.advanceTimersByTimeAsync(1500);
    expect(live.liveState.value).toBe("silent");
    expect(live.liveLost.value).toBe(true);
    expect(live.silentSince.value).toBe(heard);
    socket().say(beat);
    expect(live.liveState.value).toBe("open");
    expect(handlers.back).toHaveBeenCalledOnce();
  });

  it("lets the server know that somebody is still there", async () => {
    await start();
    await vi.advanceTimersByTimeAsync(4500);
    expect(socket().sent.filter((one) => one.type === "ping").length).toBeGreaterThanOrEqual(2);
  });

  it("gives a silent connection up, and a handshake that nobody answers", async () => {
    const { live } = await start();
    const first = socket();
    await vi.advanceTimersByTimeAsync(12_500);
    expect(live.liveState.value).toBe("lost");
    expect(live.nextTryAt.value).toBeGreaterThan(Date.now());
    await vi.advanceTimersByTimeAsync(1000);
    const second = socket();
    expect(second).not.toBe(first);
    await vi.advanceTimersByTimeAsync(7000); // it never opens
    expect(socket()).not.toBe(second);
    expect(live.liveState.value).toBe("lost");
  });

  it("redraws the readers of a topic alone", async () => {
    const { live } = await start();
    socket().say(snapshot(0, [job("1")]));
    const before = live.live.jobs.value;
    socket().say({ type: "snapshot", topic: "events", seq: 0, data: { items: [] } });
    expect(live.live.jobs.value).toBe(before);
    expect(live.live.transfers.value).toBeNull();
  });
});
