// The course of one figure, without axes; the figure itself is beside it as text. A gap in the values is a gap.

import { bridged } from "../store/series";

interface Props {
  values: (number | null)[];
  width?: number;
  height?: number;
}

export function Sparkline({ values: all, width = 120, height = 28 }: Props) {
  // A young daemon has no values before it started: that is no gap in them.
  const values = bridged(all).slice(
    Math.max(
      0,
      all.findIndex((value) => value !== null),
    ),
  );
  const top = values.reduce<number>((most, value) => Math.max(most, value ?? 0), 1e-9);
  const x = (index: number) => ((index / Math.max(1, values.length - 1)) * width).toFixed(1);
  const y = (value: number) => (height - 2 - (value / top) * (height - 4)).toFixed(1);
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {runsOf(values).map(({ start, run }) => {
        const points = run.map((value, offset) => `${x(start + offset)},${y(value)}`).join(" ");
        return (
          <g key={start}>
            <polygon points={`${x(start)},${height} ${points} ${x(start + run.length - 1)},${height}`} />
            <polyline points={points} />
          </g>
        );
      })}
    </svg>
  );
}

/** The stretches without a gap. */
export function runsOf(values: (number | null)[]): { start: number; run: number[] }[] {
  const runs: { start: number; run: number[] }[] = [];
  values.forEach((value, index) => {
    if (value === null) return;
    if (index > 0 && values[index - 1] !== null) runs.at(-1)?.run.push(value);
    else runs.push({ start: index, run: [value] });
  });
  return runs;
}
