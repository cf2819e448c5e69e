// What lies over a screen: the side sheet and the one question.
import type { ComponentChildren } from "preact";
import { signal } from "@preact/signals";
import { useId, useLayoutEffect } from "preact/hooks";
import { addGuard } from "../store/router";
import { Button } from "./basics";
import { Modal } from "./modal";
import { Toasts } from "./toast";

interface SheetProps {
  title: ComponentChildren;
  subtitle?: ComponentChildren;
  children: ComponentChildren;
  footer?: ComponentChildren;
  size?: "wide" | "widest";
  /** There is something in it that would be lost: closing it or going elsewhere asks first. */
  unsaved?: boolean;
  /** Enter in a field, or the footer's submit button. */
  onSubmit?: () => unknown;
  onClose: () => void;
}

const mayLeave = () =>
  ask({
    title: "Discard unsaved changes?",
    body: "Your changes here will be lost.",
    confirm: "Discard",
    refuse: "Keep editing",
    danger: true,
  });

export function Sheet(props: SheetProps) {
  const { onSubmit } = props;
  const title = useId();
  // Before the next press is seen, which may be on a link.
  useLayoutEffect(() => (props.unsaved ? addGuard({ leave: mayLeave, inScreen: true }) : undefined), [props.unsaved]);
  const close = async () => {
    if (!props.unsaved || (await mayLeave())) props.onClose();
  };
  const inside = (
    <>
      <header>
        <div class="grow">
          <h2 id={title} class="wrap-anywhere" tabIndex={-1}>
            {props.title}
          </h2>
          {props.subtitle && <div class="muted small">{props.subtitle}</div>}
        </div>
        <Button kind="ghost" icon="close" label="Close" onClick={() => void close()} />
      </header>
      <div class="sheet-body stack">{props.children}</div>
      <div class="sheet-toasts">
        <Toasts over />
      </div>
      {props.footer && <footer class="row">{props.footer}</footer>}
    </>
  );
  return (
    <Modal class={`sheet ${props.size ?? ""}`} labelledBy={title} onDismiss={() => void close()}>
      {onSubmit ? (
        <form
          class="sheet-inside"
          onSubmit={(event) => {
            event.preventDefault();
            onSubmit();
          }}
        >
          {inside}
        </form>
      ) : (
        <div class="sheet-inside">{inside}</div>
      )}
    </Modal>
  );
}

interface Question {
  title: string;
  body: ComponentChildren;
  confirm: string;
  /** The word for no; "Cancel" if not said. */
  refuse?: string;
  danger?: boolean;
  answer: (yes: boolean) => void;
}

const question = signal<Question | null>(null);

/** Asks one question; true if it was confirmed. */
export function ask(options: Omit<Question, "answer">): Promise<boolean> {
  question.value?.answer(false);
  return new Promise((resolve) => {
    question.value = {
      ...options,
      answer: (yes) => {
        question.value = null;
        resolve(yes);
      },
    };
  });
}

export function Questions() {
  const current = question.value;
  return current && <QuestionDialog key={current.title} {...current} />;
}

function QuestionDialog({ title, body, confirm, refuse = "Cancel", danger, answer }: Question) {
  const heading = useId();
  return (
    <Modal class="question" labelledBy={heading} onDismiss={() => answer(false)}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          answer(true);
        }}
      >
        <h2 id={heading}>{title}</h2>
        <div class="wrap-anywhere">{body}</div>
        <div class="row end">
          <Button onClick={() => answer(false)}>{refuse}</Button>
          <Button kind={danger ? "danger" : "primary"} submit>
            {confirm}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
