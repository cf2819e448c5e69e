// JSON as text, with marks at the lines that are wrong.
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Icon } from "../components/icon";
import type { ErrorsByPath } from "./save";
import type { Json } from "./schema";
import { lineOfPath, parseJson } from "./text";
import { equal, parsePath } from "./value";

const kLineHeight = 20; // as in the style

interface Props {
  label: string;
  value: Json;
  errors: ErrorsByPath;
  readOnly?: boolean;
  onChange: (value: Json) => void;
  /** What was typed and is not JSON yet; null when it is. Kept by the owner, so that it outlives this editor. */
  broken: string | null;
  onBroken: (text: string | null) => void;
}

export function JsonEditor({ label, value, errors, readOnly, onChange, broken, onBroken }: Props) {
  const [text, setText] = useState(() => broken ?? JSON.stringify(value, null, 2));
  const gutter = useRef<HTMLPreElement>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const about = useId();
  const parsed = parseJson(text);

  // Another change than the reader's own, as a reload or an undo.
  useEffect(() => {
    if (broken === null && (parsed.error || !equal(parsed.value, value))) setText(JSON.stringify(value, null, 2));
  }, [value, broken]);

  const marks = new Map<number, string>();
  if (parsed.error) marks.set(parsed.error.line, parsed.error.message);
  else for (const [path, message] of errors) marks.set(lineOfPath(text, parsePath(path)), `${path}: ${message}`);
  const show = (line: number) => {
    area.current?.focus();
    if (area.current) area.current.scrollTop = (line - 4) * kLineHeight;
  };
  const lines = text.split("\n").length;

  return (
    <div class="json-editor">
      <ul id={about} class="marks" aria-live="polite">
        {[...marks].map(([line, message]) => (
          <li key={line}>
            <button type="button" class="error-text small" onClick={() => show(line)}>
              <Icon name="bad" size={12} /> Line {line}: {message}
            </button>
          </li>
        ))}
      </ul>
      <div class="panes">
        <pre ref={gutter} class="gutter" aria-hidden="true">
          {Array.from({ length: lines }, (_, index) => (
            <div key={index} class={marks.has(index + 1) ? "marked" : ""} title={marks.get(index + 1)}>
              {index + 1}
            </div>
          ))}
        </pre>
        <textarea
          class="mono"
          aria-label={`${label} as JSON`}
          aria-describedby={about}
          aria-invalid={marks.size > 0}
          spellcheck={false}
          readOnly={readOnly}
          wrap="off"
          ref={area}
          value={text}
          onScroll={(event) => gutter.current && (gutter.current.scrollTop = event.currentTarget.scrollTop)}
          onInput={(event) => {
            const next = event.currentTarget.value;
            setText(next);
            const result = parseJson(next);
            if (result.value === undefined) return onBroken(next);
            onBroken(null);
            onChange(result.value);
          }}
        />
      </div>
    </div>
  );
}
