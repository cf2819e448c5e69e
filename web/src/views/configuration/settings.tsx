// The form: one section at a time, or what a search finds.
import { Fragment } from "preact";
import { useMemo } from "preact/hooks";
import { Badge, EmptyState, Panel } from "../../components/basics";
import { SearchBox } from "../../components/field";
import { Loaded } from "../../components/loaded";
import type { Draft } from "../../config/draft";
import { SchemaFields, SchemaNode } from "../../config/form";
import { ErrorLine, hasError } from "../../config/form_errors";
import { findSettings, kindOf, settingsOf, type Path, type Schema } from "../../config/schema";
import { schemaAt, useSchema } from "../../config/schema_resource";
import { pathText } from "../../config/value";
import { plural } from "../../format";
import { query, setQuery } from "../../store/router";
import { mayConfigure } from "../../store/session";

/** What only Zot writes into its files. */
const kHidden = ["goVersion", "commit", "releaseTag", "binaryType", "distSpecVersion"];
const kMostFound = 40;

export function Settings({ draft }: { draft: Draft }) {
  const schema = useSchema();
  const text = query.value.get("q") ?? "";
  return (
    <>
      <div class="screen-head">
        <SearchBox label="Search settings" value={text} onInput={(value) => setQuery({ q: value || null })} />
      </div>
      <Loaded from={schema} lines={8}>
        {(data) =>
          text ? <Found draft={draft} schema={data} text={text} /> : <Sections draft={draft} schema={data} />
        }
      </Loaded>
    </>
  );
}

function formOf(draft: Draft) {
  return { value: draft.value, set: draft.set, errors: draft.errors, readOnly: !mayConfigure.value };
}

function Found({ draft, schema, text }: { draft: Draft; schema: Schema; text: string }) {
  const settings = useMemo(() => settingsOf(schema).filter((one) => kindOf(one.schema) !== "object"), [schema]);
  const found = findSettings(settings, text);
  if (found.length === 0) {
    return (
      <EmptyState title="No setting matches">Search for a word from a setting's name, key or description.</EmptyState>
    );
  }
  return (
    <Panel title={plural(found.length, "setting")}>
      <div class="fields">
        {found.slice(0, kMostFound).map((setting, index) => {
          const parents = parentsOf(schema, setting.path);
          const before = found[index - 1];
          const sameParents = before && parentsOf(schema, before.path) === parents;
          return (
            <Fragment key={pathText(setting.path)}>
              {!sameParents && parents && <h3 class="group-head muted small">{parents}</h3>}
              <SchemaNode form={formOf(draft)} schema={setting.schema} path={setting.path} name={setting.title} />
            </Fragment>
          );
        })}
        {found.length > kMostFound && (
          <p class="muted">{found.length - kMostFound} more match. Add a word to narrow the search.</p>
        )}
      </div>
    </Panel>
  );
}

/** "HTTP › TLS": where a setting stands. */
function parentsOf(schema: Schema, path: Path): string {
  return path
    .slice(0, -1)
    .map((key, index) => schemaAt(schema, path.slice(0, index + 1))?.title ?? String(key))
    .join(" › ");
}

function Sections({ draft, schema }: { draft: Draft; schema: Schema }) {
  const names = Object.keys(schema.properties ?? {}).filter((name) => !kHidden.includes(name));
  const current = query.value.get("section") ?? names[0] ?? "";
  const section = schema.properties?.[current];
  return (
    <div class="sections">
      <nav aria-label="Sections">
        {names.map((name) => (
          <a key={name} href={`configuration?section=${name}`} aria-current={name === current ? "true" : undefined}>
            <span class="grow">{schema.properties?.[name]?.title ?? name}</span>
            {hasError(formOf(draft), [name]) && <Badge role="bad">error</Badge>}
          </a>
        ))}
      </nav>
      {section && (
        <Panel title={section.title ?? current}>
          <p class="muted intro">{section.description}</p>
          <ErrorLine form={formOf(draft)} schema={section} path={[current]} />
          <SchemaFields key={current} form={formOf(draft)} schema={section} path={[current]} />
        </Panel>
      )}
    </div>
  );
}
