import { render } from "preact";
import { act } from "preact/test-utils";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { ConfigConflict, EditConflict } from "../src/api/schema.gen";
import { Toasts } from "../src/components/toast";
import { ChangeList } from "../src/config/diff_view";
import { ConflictList } from "../src/config/merge_view";
import { say } from "../src/config/save";
import { presetOf } from "../src/views/access/words";
import { RuleConflict, resolved } from "../src/views/mirrors/conflict";
import { answersOf, hostOf, kNothing, localName, ruleOf } from "../src/views/mirrors/new_rule";

const conflict: EditConflict = {
  revision: 14,
  before: { urls: ["https://a"], pollInterval: "1h" },
  theirs: { urls: ["https://a"], pollInterval: "2h", maxRetries: 3 },
  merged: { urls: ["https://a"], pollInterval: "2h", maxRetries: 3, tlsVerify: false },
  changes: [],
  conflicts: [
    { id: "1", path: "extensions.sync.registries[0].pollInterval", before: "1h", theirs: "2h", mine: "3h" },
    { id: "2", path: "retryDelay", before: "1m", theirs: "2m" },
  ],
  removed: false,
  baseUnknown: false,
};

beforeEach(() => render(null, document.body));

describe("a conflict", () => {
  it("takes the side that was chosen, into what is merged already", () => {
    expect(resolved(conflict, { "1": "mine" })).toEqual({
      urls: ["https://a"],
      pollInterval: "3h",
      maxRetries: 3,
      tlsVerify: false,
    });
    expect(resolved(conflict, { "1": "before" }).pollInterval).toBe("1h");
    expect(resolved({ ...conflict, merged: { retryDelay: "2m" } }, { "2": "mine" })).toEqual({});
  });

  it("shows all three sides, what is not there too", async () => {
    const onChoose = vi.fn();
    const one: ConfigConflict = { id: "7", path: "log.level", theirs: "debug", mine: "warn" };
    await act(() => render(<ConflictList conflicts={[one]} choices={{}} onChoose={onChoose} />, document.body));
    expect([...document.querySelectorAll("pre")].map((pre) => pre.textContent)).toEqual(["not there", "debug", "warn"]);
    document.querySelectorAll<HTMLInputElement>("input[type=radio]")[2]!.click();
    expect(onChoose).toHaveBeenCalledWith({ "7": "mine" });
  });
});

describe("a rule that others may have changed since a revision that is gone", () => {
  it("is taken from one of the two, and not called removed", async () => {
    const onMerged = vi.fn();
    const unknown = { ...conflict, before: undefined, baseUnknown: true };
    const nothing = () => undefined;
    await act(() =>
      render(
        <RuleConflict conflict={unknown} onMerged={onMerged} onAdd={nothing} onDiscard={nothing} />,
        document.body,
      ),
    );
    expect(document.body.textContent).not.toContain("removed");
    const buttons = [...document.querySelectorAll("button")];
    expect(buttons.map((button) => button.textContent)).toEqual(["Use mine", "Use theirs"]);
    buttons[1]!.click();
    expect(onMerged).toHaveBeenCalledWith(unknown, conflict.theirs);
  });
});

describe("a save that changed nothing", () => {
  it("offers no way to undo what somebody else saved", async () => {
    await act(() => render(<Toasts />, document.body));
    const saved = { revision: 14, source: "file" as const, restartNeeded: [], warnings: [] };
    await act(() => say("Saved", { ...saved, saved: false }, () => undefined));
    expect(document.body.textContent).not.toContain("Saved");
    expect(document.body.textContent).not.toContain("Undo");
    await act(() => say("Saved", { ...saved, saved: true }, () => undefined));
    expect(document.body.textContent).toContain("Undo");
  });
});

describe("a structural difference", () => {
  it("says which element was added, moved, changed or removed", async () => {
    await act(() =>
      render(
        <ChangeList
          changes={[
            { path: "registries[0]", kind: "moved", name: "https://ghcr.io", from: 2, to: 0 },
            { path: "log.level", kind: "changed", before: "info", after: "debug" },
          ]}
        />,
        document.body,
      ),
    );
    const text = document.body.textContent;
    expect(text).toContain("https://ghcr.io");
    expect(text).toContain("from place 3 to 1");
    expect(text).toContain("− info");
    expect(text).toContain("+ debug");
  });
});

describe("a set of actions", () => {
  it("has the name of a preset whatever its order", () => {
    expect(presetOf(["update", "create", "read"])).toBe("push");
    expect(presetOf([])).toBe("none");
    expect(presetOf(["delete"])).toBe("custom");
  });
});

describe("a new mirror", () => {
  it("is made of what was asked, on demand and with every name", () => {
    expect(ruleOf({ ...kNothing, urls: "https://a  https://b" })).toEqual({
      urls: ["https://a", "https://b"],
      onDemand: true,
      content: [{ prefix: "**" }],
    });
    expect(ruleOf({ ...kNothing, urls: "https://a", destination: "/x", tlsVerify: false })).toMatchObject({
      content: [{ prefix: "**", destination: "/x" }],
      tlsVerify: false,
    });
  });
  it("takes what a preset knows, and keeps what was changed of it", () => {
    const preset = {
      id: "ecr",
      title: "Amazon ECR, private",
      urls: ["https://1.dkr.ecr.eu.amazonaws.com"],
      content: [{ prefix: "team/**", destination: "/ecr" }],
      credentials: "none" as const,
      rule: { urls: [], onDemand: true, credentialHelper: "ecr" },
    };
    const answers = { ...kNothing, ...answersOf(preset) };
    expect(ruleOf({ ...answers, repositories: "team/** base/*" })).toEqual({
      urls: ["https://1.dkr.ecr.eu.amazonaws.com"],
      onDemand: true,
      credentialHelper: "ecr",
      content: [
        { prefix: "team/**", destination: "/ecr" },
        { prefix: "base/*", destination: "/ecr" },
      ],
    });
    expect(localName(answers.destination, "team/app")).toBe("ecr/team/app");
  });
  it("has its credentials under the name that the file knows", () => {
    expect(hostOf("https://registry-1.docker.io")).toBe("docker.io");
    expect(hostOf("https://ghcr.io/")).toBe("ghcr.io");
    expect(hostOf("http://localhost:5001")).toBe("localhost:5001");
    expect(hostOf("nonsense")).toBe("");
  });
});
