// What every dialog has in common: it takes the focus and gives it back, and Escape or a press beside it closes it.
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

interface Props {
  class: string;
  /** Its name, or the id of the heading that has it. */
  label?: string;
  labelledBy?: string;
  /** Escape, a press beside it, or the back gesture; without it the dialog stays. */
  onDismiss?: () => void;
  children: ComponentChildren;
}

export function Modal({ class: kind, label, labelledBy, onDismiss, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    element?.showModal();
    // A field that asks for the focus has it; else the heading, which says where one is.
    if (!element?.querySelector(":focus[autofocus]")) element?.querySelector<HTMLElement>("h2[tabindex]")?.focus();
    return () => {
      element?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={kind}
      aria-label={label}
      aria-labelledby={labelledBy}
      // Browsers close all open dialogs at once when Escape is pressed twice, so it is taken before they see it.
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.preventDefault();
        event.stopPropagation();
        onDismiss?.();
      }}
      onCancel={(event) => {
        event.preventDefault();
        onDismiss?.();
      }}
      onMouseDown={(event) => event.target === event.currentTarget && onDismiss?.()}
    >
      {children}
    </dialog>
  );
}
