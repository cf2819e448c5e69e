// Parts of a screen, each with its address.
import { useEffect, useRef } from "preact/hooks";
import { path } from "../store/router";

export function Tabs(props: { label: string; tabs: { value: string; label: string }[]; current: string }) {
  const nav = useRef<HTMLElement>(null);
  // On a phone the row is wider than the screen.
  useEffect(() => {
    const row = nav.current;
    const current = row?.querySelector<HTMLElement>("[aria-current]");
    if (row && current)
      row.scrollLeft = current.offsetLeft - row.offsetLeft - (row.clientWidth - current.offsetWidth) / 2;
  }, [props.current]);
  return (
    <nav ref={nav} class="tabs" aria-label={props.label}>
      {props.tabs.map((tab) => (
        <a
          key={tab.value}
          href={`./${path.value}${tab.value ? `?tab=${tab.value}` : ""}`}
          aria-current={tab.value === props.current ? "page" : undefined}
        >
          {tab.label}
        </a>
      ))}
    </nav>
  );
}
