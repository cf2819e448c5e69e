"""What a row returns, and how a table is made of them."""

import dataclasses
import statistics


@dataclasses.dataclass
class Measure:
    """Values of several runs per server. `bar` says what has to hold, `holds` decides it on the medians.

    The server "before" is larderd without what the row is about.
    """

    name: str
    unit: str
    values: dict = dataclasses.field(default_factory=dict)
    bar: str = ""
    holds: object = None

    def add(self, server, value):
        self.values.setdefault(server, []).append(value)

    def median(self, server):
        return statistics.median(self.values[server]) if self.values.get(server) else None

    @property
    def medians(self):
        return {server: self.median(server) for server in self.values}

    @property
    def spread(self):
        """How far larderd's runs lie apart, in percent of their median: the noise of machine and measure."""
        runs = self.values.get("larderd", [])
        middle = self.median("larderd")
        return 100 * (max(runs) - min(runs)) / middle if len(runs) > 1 and middle else None

    @property
    def verdict(self):
        """By the medians; but where the runs contradict each other, more than the machine's noise is not known."""
        if self.holds is None:
            return ""
        one_by_one = {self.holds(dict(zip(self.values, run))) for run in zip(*self.values.values())}
        if len(one_by_one) > 1:
            return "not established"
        return "yes" if self.holds(self.medians) else "NO"


def at_least(limit, server=None):
    """The bar and what decides it: `limit` itself, or so many times what a server reached."""
    return {
        "bar": f"≥ {limit:,}" + (f" × {server}" if server else ""),
        "holds": lambda medians: medians["larderd"] >= limit * (medians[server] if server else 1),
    }


def at_most(limit, server=None):
    return {
        "bar": f"≤ {limit:,}" + (f" × {server}" if server else ""),
        "holds": lambda medians: medians["larderd"] <= limit * (medians[server] if server else 1),
    }


def at_most_above(extra, server):
    """No more than `extra` over what a server needed."""
    return {
        "bar": f"≤ {server} + {extra}",
        "holds": lambda medians: medians["larderd"] <= medians[server] + extra,
    }


def shown(value):
    if value is None:
        return "–"
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value >= 0.01 else f"{value:.4f}"


SERVERS = ("direct", "nginx", "docker-registry", "before", "larderd")


def render(measures):
    """The table as text, columns aligned."""
    rows = [("measure", "unit", *SERVERS, "noise", "bar", "holds")]
    for measure in measures:
        spread = measure.spread
        rows.append(
            (
                measure.name,
                measure.unit,
                *(shown(measure.median(server)) for server in SERVERS),
                "–" if spread is None else f"{spread:.0f} %",
                measure.bar,
                measure.verdict,
            )
        )
    return table(rows, left={0, 1, len(rows[0]) - 2})


def table(rows, left):
    """The rows, the first one the head, as text with aligned columns; those in `left` begin at the left."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            cell.ljust(w) if column in left else cell.rjust(w) for column, (cell, w) in enumerate(zip(row, widths))
        ]
        lines.append("  ".join(cells).rstrip())
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def as_document(measures):
    return [
        {
            "name": measure.name,
            "unit": measure.unit,
            "values": measure.values,
            "medians": measure.medians,
            "bar": measure.bar,
            "holds": measure.verdict,
        }
        for measure in measures
    ]


def in_turn(cases, run):
    """The cases, another one first in each run: a machine gets slower as a load goes on."""
    first = run % len(cases)
    return cases[first:] + cases[:first]


def takes_part(server, run):
    """docker-registry stands in no bar of these rows: once is enough."""
    return server != "docker-registry" or run == 0
