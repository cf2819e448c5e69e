import { render } from "preact";
import { describe, expect, it } from "vitest";
import type { UpstreamHealth } from "../src/api/schema.gen";
import { UpstreamBadge } from "../src/components/upstream_state";

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

function words(more: Partial<UpstreamHealth>) {
  const place = document.createElement("div");
  render(<UpstreamBadge upstream={{ host: "ghcr.io", state: "down", breaker: "open", waiting: 0, ...more }} />, place);
  const text = place.textContent;
  render(null, place);
  return text;
}

describe("an upstream's state", () => {
  it("is down while requests are paused, and until one has tried it again", () => {
    const since = inSeconds(-60);
    expect(words({ since, nextTryAt: inSeconds(50) })).toMatch(/^down since .*, next try in \d+ s$/);
    expect(words({ since, nextTryAt: inSeconds(-50) })).toMatch(/^down since .*, next pull tries it again$/);
    expect(words({ since })).toMatch(/^down since .*, next pull tries it again$/);
  });

  it("is recovering while a request tries it", () => {
    expect(words({ state: "recovering", breaker: "halfOpen" })).toBe("recovering, trying now");
  });
});
