// A rule as its schema has it, read leniently: the file may hold anything that the daemon accepts.
import type { Json, JsonObject } from "../../config/schema";
import { isObject } from "../../config/value";

export interface Content {
  prefix: string;
  destination: string;
  tags: string;
}

export interface RuleFacts {
  urls: string[];
  onDemand: boolean;
  pollInterval: string;
  content: Content[];
}

export function factsOf(config: JsonObject): RuleFacts {
  const urls = Array.isArray(config.urls) ? config.urls.map(String) : [];
  const content = Array.isArray(config.content) ? config.content.filter(isObject) : [];
  return {
    urls,
    onDemand: config.onDemand === true,
    pollInterval: typeof config.pollInterval === "string" ? config.pollInterval : "",
    content: content.map((one) => ({
      prefix: text(one.prefix) || "**",
      destination: text(one.destination) || "/",
      tags: tagsText(one.tags),
    })),
  };
}

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

function tagsText(tags: Json | undefined): string {
  if (!isObject(tags)) return "all tags";
  const parts = [
    text(tags.regex) && `tags matching ${text(tags.regex)}`,
    text(tags.excludeRegex) && `not ${text(tags.excludeRegex)}`,
    tags.semver === true && "versions only",
  ].filter(Boolean);
  return parts.join(", ") || "all tags";
}
