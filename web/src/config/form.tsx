// A form made from the schema: each setting with its help, default, badges and error. Values are edited in a copy of
// the configuration; what is not set shows its default.
import { useState } from "preact/hooks";
import { Badge, Button, Tag } from "../components/basics";
import { AreaField, CheckField, SelectField, TextField } from "../components/field";
import { badgesOf, valueOfLines, valueOfText } from "./edit";
import { ErrorLine, errorOf, hasError } from "./form_errors";
import { emptyValue, isPlain, kindOf, type Json, type Path, type Schema } from "./schema";
import { getAt, isObject, pathText } from "./value";

export interface FormState {
  value: Json | undefined;
  set: (path: Path, value: Json | undefined) => void;
  /** Error messages by path (pathText). */
  errors: Map<string, string>;
  readOnly?: boolean;
}

export interface NodeProps {
  form: FormState;
  schema: Schema;
  path: Path;
  name: string;
}

export function SchemaFields({ form, schema, path }: Omit<NodeProps, "name">) {
  return (
    <div class="fields">
      {Object.entries(schema.properties ?? {}).map(([name, property]) => (
        <SchemaNode key={name} form={form} schema={property} path={[...path, name]} name={name} />
      ))}
    </div>
  );
}

export function SchemaNode(props: NodeProps) {
  switch (kindOf(props.schema)) {
    case "object":
      return <ObjectNode {...props} />;
    case "map":
      return <MapNode {...props} />;
    case "list":
      if (props.schema.items?.enum) return <ChecksNode {...props} />;
      return isPlain(props.schema.items) ? <LinesNode {...props} /> : <ListNode {...props} />;
    case "boolean":
      return <BooleanNode {...props} />;
    case "choice":
      return <ChoiceNode {...props} />;
    case "json":
      return <JsonNode {...props} />;
    default:
      return <ScalarNode {...props} />;
  }
}

function Badges({ schema, set }: { schema: Schema; set: boolean }) {
  const badges = badgesOf(schema);
  return (
    <>
      {badges.includes("restart") && (
        <Badge role="warn" title="Changes take effect after a restart">
          restart
        </Badge>
      )}
      {badges.includes("no effect") && <Tag title={schema["x-warning"]}>no effect</Tag>}
      {badges.includes("secret") && <Tag title="Not shown again after saving">secret</Tag>}
      {set && <Tag title="Set in the configuration">set</Tag>}
    </>
  );
}

// Warnings of the schema begin small and end without a full stop: the daemon's log puts them after a colon.
const asSentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

function helpOf(schema: Schema, path: Path) {
  const fallback = schema.default;
  const shown = fallback !== undefined && typeof fallback !== "object" && fallback !== "" ? String(fallback) : null;
  return (
    <>
      {schema.description} {schema["x-warning"] && `${asSentence(schema["x-warning"])} `}
      {shown !== null && (
        <>
          Default: <span class="mono">{shown}</span>.{" "}
        </>
      )}
      <span class="mono path">{pathText(path)}</span>
    </>
  );
}

function common({ form, schema, path, name }: NodeProps) {
  return {
    label: schema.title ?? name,
    help: helpOf(schema, path),
    error: errorOf({ form, schema, path }),
    badge: <Badges schema={schema} set={getAt(form.value, path) !== undefined} />,
    disabled: form.readOnly,
  };
}

function ScalarNode(props: NodeProps) {
  const { form, schema, path } = props;
  const value = getAt(form.value, path);
  return (
    <TextField
      {...common(props)}
      type={schema["x-secret"] ? "password" : "text"}
      mono={schema.format !== undefined}
      value={value === undefined || value === null ? "" : typeof value === "object" ? "" : String(value)}
      placeholder={schema["x-secret"] ? "unchanged" : schema.default === undefined ? "" : String(schema.default)}
      onInput={(text) => form.set(path, valueOfText(schema, text))}
    />
  );
}

function BooleanNode(props: NodeProps) {
  const { form, schema, path } = props;
  const value = getAt(form.value, path);
  return (
    <CheckField
      {...common(props)}
      checked={typeof value === "boolean" ? value : schema.default === true}
      onChange={(checked) => form.set(path, checked)}
    />
  );
}

function ChoiceNode(props: NodeProps) {
  const { form, schema, path } = props;
  const value = getAt(form.value, path);
  const fallback = schema.default === undefined ? "" : ` (${String(schema.default)})`;
  return (
    <SelectField
      {...common(props)}
      value={value === undefined ? "" : String(value)}
      choices={[
        { value: "", label: `default${fallback}` },
        ...(schema.enum ?? []).map((one) => ({ value: String(one), label: String(one) })),
      ]}
      onChange={(next) =>
        form.set(path, next === "" ? undefined : (schema.enum?.find((one) => String(one) === next) ?? next))
      }
    />
  );
}

/** A list of some of a few words. */
function ChecksNode(props: NodeProps) {
  const { form, schema, path, name } = props;
  const value = getAt(form.value, path);
  const chosen = Array.isArray(value) ? value : [];
  const toggle = (word: Json, on: boolean) => {
    const next = (schema.items?.enum ?? []).filter((one) => (one === word ? on : chosen.includes(one)));
    form.set(path, next.length > 0 ? next : undefined);
  };
  return (
    <fieldset class="field">
      <legend class="row">
        {schema.title ?? name} <Badges schema={schema} set={value !== undefined} />
      </legend>
      <div class="row checks">
        {(schema.items?.enum ?? []).map((word) => (
          <label key={String(word)} class="row flat">
            <input
              type="checkbox"
              checked={chosen.includes(word)}
              disabled={form.readOnly}
              onChange={(event) => toggle(word, event.currentTarget.checked)}
            />
            {String(word)}
          </label>
        ))}
      </div>
      <ErrorLine form={form} schema={schema} path={path} />
      <p class="muted small">{helpOf(schema, path)}</p>
    </fieldset>
  );
}

/** A list of texts or numbers: one a line. */
function LinesNode(props: NodeProps) {
  const { form, schema, path } = props;
  const value = getAt(form.value, path);
  const lines = Array.isArray(value) ? value.map(String) : [];
  return (
    <AreaField
      {...common(props)}
      help={<>One per line. {helpOf(schema, path)}</>}
      mono
      rows={Math.max(2, Math.min(8, lines.length + 1))}
      value={lines.join("\n")}
      onInput={(text) => form.set(path, valueOfLines(schema, text))}
    />
  );
}

function JsonNode(props: NodeProps) {
  const { form, path } = props;
  const value = getAt(form.value, path);
  const [text, setText] = useState(value === undefined ? "" : JSON.stringify(value, null, 2));
  const [broken, setBroken] = useState(false);
  const shared = common(props);
  return (
    <AreaField
      {...shared}
      error={broken ? "Not valid JSON; the last valid value is kept." : shared.error}
      mono
      value={text}
      onInput={(next) => {
        setText(next);
        try {
          form.set(path, next.trim() === "" ? undefined : (JSON.parse(next) as Json));
          setBroken(false);
        } catch {
          setBroken(true);
        }
      }}
    />
  );
}

function ObjectNode(props: NodeProps) {
  const { form, schema, path, name } = props;
  const set = getAt(form.value, path) !== undefined;
  const wrong = hasError(form, path);
  return (
    <details class="group" open={wrong || (path.length <= 2 && set) || undefined}>
      <summary>
        <span class="row">
          <strong>{schema.title ?? name}</strong>
          <Badges schema={schema} set={set} />
          {wrong && <Badge role="bad">error</Badge>}
        </span>
        <span class="muted small">{schema.description}</span>
      </summary>
      <ErrorLine form={form} schema={schema} path={path} />
      <SchemaFields form={form} schema={schema} path={path} />
    </details>
  );
}

function ListNode(props: NodeProps) {
  const { form, schema, path, name } = props;
  const value = getAt(form.value, path);
  const items = Array.isArray(value) ? value : [];
  const item = schema.items ?? {};
  return (
    <fieldset class="group open">
      <legend class="row">
        <strong>{schema.title ?? name}</strong>
        <Badges schema={schema} set={value !== undefined} />
      </legend>
      <p class="muted small">{helpOf(schema, path)}</p>
      <ErrorLine form={form} schema={schema} path={path} />
      {items.map((_, index) => (
        <Entry
          key={index}
          form={form}
          schema={item}
          path={[...path, index]}
          title={titleOfItem(items[index], item, `${item.title ?? "Entry"} ${index + 1}`)}
          open={items.length <= 2}
        />
      ))}
      {!form.readOnly && (
        <div>
          <Button icon="plus" onClick={() => form.set(path, [...items, emptyValue(item)])}>
            Add
          </Button>
        </div>
      )}
    </fieldset>
  );
}

/** One element of a list or a map, opened and removed by itself. */
function Entry({ form, schema, path, title, open }: Omit<NodeProps, "name"> & { title: string; open?: boolean }) {
  const wrong = hasError(form, path);
  return (
    <div class="entry">
      <details class="group" open={open || wrong || undefined}>
        <summary class="mono wrap-anywhere">
          {title} {wrong && <Badge role="bad">error</Badge>}
        </summary>
        {kindOf(schema) === "object" ? (
          <>
            <ErrorLine form={form} schema={schema} path={path} />
            <SchemaFields form={form} schema={schema} path={path} />
          </>
        ) : (
          <SchemaNode form={form} schema={schema} path={path} name={title} />
        )}
      </details>
      {!form.readOnly && (
        <Button icon="trash" kind="ghost" label={`Remove ${title}`} onClick={() => form.set(path, undefined)} />
      )}
    </div>
  );
}

/** The first text that an entry holds, in the order of the schema: what a reader knows it by. */
function titleOfItem(value: Json | undefined, schema: Schema, fallback: string): string {
  if (typeof value === "string") return value || fallback;
  if (!isObject(value)) return fallback;
  for (const one of Object.keys(schema.properties ?? {}).map((name) => value[name])) {
    if (typeof one === "string" && one) return one;
    if (Array.isArray(one) && typeof one[0] === "string") return one.join(", ");
  }
  return fallback;
}

function MapNode(props: NodeProps) {
  const { form, schema, path, name } = props;
  const value = getAt(form.value, path);
  const entries = isObject(value) ? Object.keys(value) : [];
  const item = typeof schema.additionalProperties === "object" ? schema.additionalProperties : {};
  const [fresh, setFresh] = useState("");
  const add = () => {
    if (fresh === "" || entries.includes(fresh)) return;
    form.set([...path, fresh], emptyValue(item));
    setFresh("");
  };
  return (
    <fieldset class="group open">
      <legend class="row">
        <strong>{schema.title ?? name}</strong>
        <Badges schema={schema} set={value !== undefined} />
      </legend>
      <p class="muted small">{helpOf(schema, path)}</p>
      <ErrorLine form={form} schema={schema} path={path} />
      {entries.map((key) => (
        <Entry key={key} form={form} schema={item} path={[...path, key]} title={key} />
      ))}
      {!form.readOnly && (
        <div class="row">
          <input
            class="mono name-input"
            aria-label={`Name of a new entry of ${schema.title ?? name}`}
            placeholder="name"
            value={fresh}
            onInput={(event) => setFresh(event.currentTarget.value)}
            onKeyDown={(event) => event.key === "Enter" && add()}
          />
          <Button icon="plus" disabled={fresh === "" || entries.includes(fresh)} onClick={add}>
            Add
          </Button>
        </div>
      )}
    </fieldset>
  );
}
