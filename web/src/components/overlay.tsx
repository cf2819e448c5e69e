// What lies over a screen: the side sheet and the one question. Both are native dialogs, which keep the focus inside
// and close with Escape.
import type { ComponentChildren } from "preact";
import { signal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import { addGuard } from "../store/router";
import { Button } from "./basics";

interface SheetProps {
  title: ComponentChildren;
  subtitle?: ComponentChildren;
  children: ComponentChildren;
  footer?: ComponentChildren;
  size?: "wide" | "widest";
  /** There is something in it that would be lost: closing it or going elsewhere asks first. */
  unsaved?: boolean;
  onClose: () => void;
}

const mayLeave = () =>
  ask({ title: "Leave without saving?", body: "What you changed here is lost then.", confirm: "Leave", danger: true });

export function Sheet(props: SheetProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    element?.showModal();
    // A field that asks for the focus has it; else the heading, which says where one is.
    if (!element?.querySelector(":focus[autofocus]")) element?.querySelector("h2")?.focus();
    return () => {
      element?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  useEffect(() => (props.unsaved ? addGuard({ leave: mayLeave, inScreen: true }) : undefined), [props.unsaved]);
  const close = async () => {
    if (!props.unsaved || (await mayLeave())) props.onClose();
  };
  return (
    <dialog
      ref={dialog}
      class={`sheet ${props.size ?? ""}`}
      aria-labelledby={title}
      onCancel={(event) => {
        event.preventDefault();
        void close();
      }}
      onMouseDown={(event) => event.target === event.currentTarget && void close()}
    >
      <div class="sheet-inside">
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
        {props.footer && <footer class="row">{props.footer}</footer>}
      </div>
    </dialog>
  );
}

interface Question {
  title: string;
  body: ComponentChildren;
  confirm: string;
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

function QuestionDialog({ title, body, confirm, danger, answer }: Question) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="question" aria-labelledby={heading} onCancel={() => answer(false)}>
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
          <Button onClick={() => answer(false)}>Keep</Button>
          <Button kind={danger ? "danger" : "primary"} submit>
            {confirm}
          </Button>
        </div>
      </form>
    </dialog>
  );
}
