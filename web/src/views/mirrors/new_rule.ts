// What adding a mirror asks for, and the rule that is made of it.
import type { Preset, RuleConfig } from "../../api/schema.gen";

export interface Answers {
  preset: Preset | null;
  urls: string;
  username: string;
  password: string;
  destination: string;
  repositories: string;
  tlsVerify: boolean;
}

export const kNothing: Answers = {
  preset: null,
  urls: "",
  username: "",
  password: "",
  destination: "",
  repositories: "**",
  tlsVerify: true,
};

export function ruleOf(answers: Answers): RuleConfig {
  const { destination, repositories } = answers;
  const prefixes = repositories.split(/[\s,]+/).filter(Boolean);
  return {
    onDemand: true,
    ...answers.preset?.rule,
    urls: answers.urls.split(/\s+/).filter(Boolean),
    content: prefixes.map((prefix) => (destination === "" ? { prefix } : { prefix, destination })),
    ...(answers.tlsVerify ? {} : { tlsVerify: false }),
  } as RuleConfig;
}

/** What a preset fills in. */
export function answersOf(preset: Preset): Pick<Answers, "preset" | "urls" | "destination" | "repositories"> {
  const content = preset.content as { prefix?: string; destination?: string }[];
  return {
    preset,
    urls: preset.urls.join(" "),
    destination: content[0]?.destination ?? "",
    repositories: content.map((one) => one.prefix ?? "**").join(" ") || "**",
  };
}

/** As the credentials' file names a host: docker.io, or host[:port] of the URL. */
export function hostOf(url: string): string {
  try {
    const { host } = new URL(url);
    return /(^|\.)docker\.io$/.test(host) ? "docker.io" : host;
  } catch {
    return "";
  }
}

export function localName(destination: string, name: string): string {
  const base = destination.replace(/^\/|\/$/g, "");
  return base === "" ? name : `${base}/${name}`;
}
