// Ctrl+K: one search over screens, actions, settings and repositories.
import { signal } from "@preact/signals";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { IconName } from "./icon";
import { Icon } from "./icon";
import { Modal } from "./modal";

export interface Command {
  id: string;
  title: string;
  hint: string;
  /** What else it is called. */
  words?: string; // what kind of thing it is
  icon: IconName;
  run: () => unknown;
}

/** Where commands come from: at once, so that Enter never meets those of an older text, or after a search. */
export interface CommandSources {
  instant: ((text: string) => Command[])[];
  searched: ((text: string, signal: AbortSignal) => Promise<Command[]>)[];
}

const open = signal(false);

export function openPalette(): void {
  open.value = true;
}

export function startPaletteKeys(): void {
  window.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open.value = !open.value;
    }
  });
}

/** Every word of the text occurs in the candidate, in any order. */
export function matches(text: string, candidate: string): boolean {
  const target = candidate.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => target.includes(word));
}

export function Palette({ sources }: { sources: CommandSources }) {
  return open.value ? <OpenPalette sources={sources} /> : null;
}

const kWaitMs = 120;

function OpenPalette({ sources }: { sources: CommandSources }) {
  const list = useId();
  const [text, setText] = useState("");
  const [found, setFound] = useState<{ text: string; commands: Command[] } | null>(null);
  const [at, setAt] = useState(0);
  /** Enter was pressed before anything was found. */
  const entered = useRef(false);
  const instant = sources.instant.flatMap((source) => source(text.trim()));
  const commands = found?.text === text ? [...instant, ...found.commands] : instant;
  const close = () => {
    open.value = false;
  };

  const search = async (signal: AbortSignal) => {
    const answers = await Promise.all(
      sources.searched.map((source) => source(text.trim(), signal).catch((): Command[] => [])),
    );
    if (signal.aborted) return;
    const first = answers.flat()[0];
    if (entered.current && first) run(first);
    else setFound({ text, commands: answers.flat() });
  };
  useEffect(() => {
    const controller = new AbortController();
    const timer = setTimeout(() => void search(controller.signal), kWaitMs);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [text]);

  const run = (command: Command) => {
    close();
    void command.run();
  };
  const onKey = (event: KeyboardEvent) => {
    const chosen = commands[at];
    if (event.key === "Enter" && chosen) run(chosen);
    else if (event.key === "Enter") entered.current = true;
    else if (event.key === "ArrowDown") setAt(Math.max(0, Math.min(commands.length - 1, at + 1)));
    else if (event.key === "ArrowUp") setAt(Math.max(0, at - 1));
    else return;
    event.preventDefault();
  };

  return (
    <Modal class="palette" label="Search everything" onDismiss={close}>
      <input
        type="text"
        role="combobox"
        aria-label="Search repositories, settings, screens and actions"
        aria-expanded={true}
        aria-controls={list}
        aria-activedescendant={commands[at] ? `${list}-${at}` : undefined}
        placeholder="Search repositories, settings, screens and actions"
        spellcheck={false}
        autoComplete="off"
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
          entered.current = false;
        }}
        onKeyDown={onKey}
      />
      <ul id={list} role="listbox" aria-label="Results">
        {commands.map((command, index) => (
          <li
            key={command.id}
            id={`${list}-${index}`}
            role="option"
            aria-selected={index === at}
            ref={(element) => {
              if (index === at) element?.scrollIntoView({ block: "nearest" });
            }}
            onMouseMove={() => index !== at && setAt(index)}
            onClick={() => run(command)}
          >
            <Icon name={command.icon} />
            <span class="grow cut">{command.title}</span>
            <span class="muted small">{command.hint}</span>
          </li>
        ))}
      </ul>
      {commands.length === 0 && <p class="muted hint">{found?.text === text ? "Nothing matches." : "Searching…"}</p>}
    </Modal>
  );
}
