"""Two larderds beside each other: each row with one and the other in turn, so that both meet the same machine."""

import statistics

from bench.measure import in_turn, shown, table

BEFORE, NOW = "before", "now"


def compare(rows, binaries, run_row, rounds):
    """The table for `rows`. `binaries` are by BEFORE and NOW; run_row(name, binary) returns the measures of one run."""
    seen = {}
    for name in rows:
        for number in range(rounds):
            for which in in_turn((BEFORE, NOW), number):
                for measure in run_row(name, binaries[which]):
                    values = seen.setdefault((name, measure.name, measure.unit), {BEFORE: [], NOW: []})
                    values[which] += measure.values.get("larderd", [])
    lines = [("row", "measure", "unit", BEFORE, NOW, "ratio", "is it so")]
    for (name, what, unit), values in seen.items():
        if values[BEFORE] and values[NOW]:
            lines.append((name, what, unit, *difference(values[BEFORE], values[NOW])))
    return table(lines, left={0, 1, 2, 6})


def difference(before, now):
    """Both medians, their ratio, and whether all runs of the one lie on the same side of all of the other."""
    middles = statistics.median(before), statistics.median(now)
    ratio = f"{middles[1] / middles[0]:.2f}" if middles[0] else "–"
    apart = max(before) < min(now) or max(now) < min(before)
    verdict = "yes" if apart else "the same" if len({*before, *now}) == 1 else "not established"
    return (*(shown(middle) for middle in middles), ratio, verdict)
