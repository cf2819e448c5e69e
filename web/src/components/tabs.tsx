// Parts of a screen, each with its address.
import { path } from "../store/router";

export function Tabs(props: { label: string; tabs: { value: string; label: string }[]; current: string }) {
  return (
    <nav class="tabs" aria-label={props.label}>
      {props.tabs.map((tab) => (
        <a
          key={tab.value}
          href={tab.value ? `${path.value}?tab=${tab.value}` : path.value}
          aria-current={tab.value === props.current ? "page" : undefined}
        >
          {tab.label}
        </a>
      ))}
    </nav>
  );
}
