// What the palette finds.
import { call } from "../api/client";
import { findSettings, resolveReferences, settingsOf, type Schema, type Setting } from "../config/schema";
import { pathText } from "../config/value";
import { screens } from "../screens";
import { navigate } from "../store/router";
import { isAdmin, loginAsked, logOut, mayChange, session } from "../store/session";
import { nextTheme } from "../store/theme";
import { kJobStarts, startJob, type JobStart } from "../views/storage/start_job";
import { act } from "./loaded";
import { matches, type Command, type CommandSources } from "./palette";

const screenCommands = (text: string): Command[] =>
  screens
    .filter((screen) => (!screen.adminOnly || isAdmin.value) && matches(text, screen.title))
    .map((screen) => ({
      id: `screen:${screen.path}`,
      title: screen.title,
      hint: "screen",
      icon: screen.icon,
      run: () => navigate(screen.path),
    }));

function jobCommand(job: JobStart): Command {
  return {
    id: `job:${job.kind}`,
    title: `${job.label} now`,
    hint: "action",
    words: job.words,
    icon: "play",
    run: async () => {
      if (await startJob(job)) await navigate("storage");
    },
  };
}

const actionCommands = (text: string): Command[] => {
  if (text === "") return [];
  const actions: Command[] = [
    { id: "theme", title: "Change theme", hint: "action", icon: "moon", run: nextTheme },
    session.value?.user
      ? { id: "logout", title: "Log out", hint: "action", icon: "logout", run: () => act(logOut, "Logged out") }
      : { id: "login", title: "Log in", hint: "action", icon: "user", run: () => (loginAsked.value = true) },
  ];
  if (mayChange.value) {
    actions.push(
      ...kJobStarts.map(jobCommand),
      { id: "rule", title: "Add a mirror", hint: "action", icon: "plus", run: () => navigate("mirrors?edit=new") },
      {
        id: "block",
        title: "Block a repository",
        hint: "action",
        icon: "lock",
        run: () => navigate("repositories?block=new"),
      },
      { id: "user", title: "Add a user", hint: "action", icon: "plus", run: () => navigate("access?add=user") },
    );
  }
  return actions.filter((action) => matches(text, `${action.title} ${action.words ?? ""}`));
};

let settings: Promise<Setting[]> | null = null;

const settingCommands = async (text: string): Promise<Command[]> => {
  if (!isAdmin.value || text.length < 2) return [];
  settings ??= call("GET /config/schema").then((schema) => settingsOf(resolveReferences(schema as Schema)));
  const found = findSettings(
    await settings.catch(() => {
      settings = null;
      return [];
    }),
    text,
  );
  return found.slice(0, 6).map((setting) => ({
    id: `setting:${pathText(setting.path)}`,
    title: `${setting.title} · ${pathText(setting.path)}`,
    hint: "setting",
    icon: "config" as const,
    run: () => navigate(`configuration?q=${encodeURIComponent(pathText(setting.path))}`),
  }));
};

const repositoryCommands = async (text: string, signal: AbortSignal): Promise<Command[]> => {
  if (text === "") return [];
  const { items } = await call("GET /repositories", { query: { q: text, limit: 8 }, signal });
  return items.map((repository) => ({
    id: `repository:${repository.name}`,
    title: repository.name,
    hint: "repository",
    icon: "repositories" as const,
    run: () => navigate(`repositories?name=${encodeURIComponent(repository.name)}`),
  }));
};

export const commandSources: CommandSources = {
  instant: [screenCommands, actionCommands],
  searched: [repositoryCommands, settingCommands],
};
