// Form fields: a label, the control, its help and what is wrong with it, tied together for screen readers.
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { Icon } from "./icon";

interface FieldProps {
  label: ComponentChildren;
  help?: ComponentChildren;
  error?: string;
  badge?: ComponentChildren;
  children: (aria: {
    id: string;
    "aria-describedby": string | undefined;
    "aria-invalid": boolean;
  }) => ComponentChildren;
}

export function Field({ label, help, error, badge, children }: FieldProps) {
  const id = useId();
  const described = help || error ? `${id}-about` : undefined;
  return (
    <div class={`field${error ? " invalid" : ""}`}>
      <div class="row">
        <label for={id}>{label}</label>
        {badge}
      </div>
      {children({ id, "aria-describedby": described, "aria-invalid": Boolean(error) })}
      {described && (
        <div id={described} class="small">
          {error && (
            <p class="error-text">
              <Icon name="bad" size={12} /> {error}
            </p>
          )}
          {help && <p class="muted">{help}</p>}
        </div>
      )}
    </div>
  );
}

interface TextProps extends Omit<FieldProps, "children"> {
  value: string;
  onInput: (value: string) => void;
  type?: "text" | "password";
  placeholder?: string;
  autoComplete?: string;
  mono?: boolean;
  required?: boolean;
  disabled?: boolean;
  autoFocus?: boolean;
  suggestions?: string[];
}

export function TextField(props: TextProps) {
  const { value, onInput, suggestions } = props;
  return (
    <Field {...props}>
      {(aria) => {
        const shared = {
          ...aria,
          class: props.mono ? "mono" : undefined,
          value,
          placeholder: props.placeholder,
          autoComplete: props.autoComplete ?? "off",
          spellcheck: false,
          required: props.required,
          disabled: props.disabled,
          autoFocus: props.autoFocus,
          onInput: (event: { currentTarget: HTMLInputElement }) => onInput(event.currentTarget.value),
        };
        if (props.type === "password") return <input {...shared} type="password" />;
        if (!suggestions) return <input {...shared} type="text" />;
        const list = `${aria.id}-list`;
        return (
          <>
            <input {...shared} type="text" list={list} />
            <datalist id={list}>
              {suggestions.map((text) => (
                <option key={text} value={text} />
              ))}
            </datalist>
          </>
        );
      }}
    </Field>
  );
}

export function AreaField(props: Omit<TextProps, "type"> & { rows?: number }) {
  return (
    <Field {...props}>
      {(aria) => (
        <textarea
          {...aria}
          class={props.mono ? "mono" : undefined}
          rows={props.rows ?? 4}
          value={props.value}
          spellcheck={false}
          placeholder={props.placeholder}
          disabled={props.disabled}
          onInput={(event) => props.onInput(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

export function SelectField<T extends string>(
  props: Omit<FieldProps, "children"> & {
    value: T;
    choices: { value: T; label: string }[];
    onChange: (value: T) => void;
    disabled?: boolean;
  },
) {
  return (
    <Field {...props}>
      {(aria) => (
        <select
          {...aria}
          value={props.value}
          disabled={props.disabled}
          onChange={(event) => props.onChange(event.currentTarget.value as T)}
        >
          {props.choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function CheckField(props: {
  label: ComponentChildren;
  help?: ComponentChildren;
  error?: string;
  badge?: ComponentChildren;
  checked: boolean;
  disabled?: boolean;
  onChange: (checked: boolean) => void;
}) {
  const id = useId();
  return (
    <div class={`field${props.error ? " invalid" : ""}`}>
      <div class="row">
        <input
          id={id}
          type="checkbox"
          checked={props.checked}
          disabled={props.disabled}
          aria-describedby={props.help || props.error ? `${id}-about` : undefined}
          onChange={(event) => props.onChange(event.currentTarget.checked)}
        />
        <label for={id}>{props.label}</label>
        {props.badge}
      </div>
      {(props.help || props.error) && (
        <div id={`${id}-about`} class="small">
          {props.error && <p class="error-text">{props.error}</p>}
          {props.help && <p class="muted">{props.help}</p>}
        </div>
      )}
    </div>
  );
}

/** A search without a visible label: the placeholder says what it searches, and so does its name. */
export function SearchBox(props: { label: string; value: string; onInput: (value: string) => void }) {
  return (
    <div class="search-box">
      <Icon name="search" />
      <input
        type="search"
        aria-label={props.label}
        placeholder={props.label}
        value={props.value}
        spellcheck={false}
        autoComplete="off"
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
    </div>
  );
}
