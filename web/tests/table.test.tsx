import { render } from "preact";
import { act } from "preact/test-utils";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Table, type Column } from "../src/components/table";
import { Pace, scrollToShow, stepTowards, visibleRange } from "../src/components/virtual";
import { isNarrow } from "../src/store/narrow";

interface Row {
  name: string;
}

const columns: Column<Row>[] = [{ key: "name", title: "Name", sortable: true, cell: (row) => row.name }];
const rows = (count: number): Row[] => Array.from({ length: count }, (_, index) => ({ name: `row ${index}` }));

beforeEach(() => {
  render(null, document.body);
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe() {}
      disconnect() {}
    },
  );
});

describe("the window of a long list", () => {
  it("is what is in sight and a few more", () => {
    expect(visibleRange(0, 330, 33, 10_000, 5)).toEqual({ first: 0, end: 15 });
    expect(visibleRange(33_000, 330, 33, 10_000, 5)).toEqual({ first: 995, end: 1015 });
  });
  it("ends with the list, also when that has shrunk below the scroll", () => {
    expect(visibleRange(330_000, 330, 33, 10, 5)).toEqual({ first: 10, end: 10 });
  });
  it("scrolls no further than needed", () => {
    expect(scrollToShow(5, 0, 330, 33)).toBe(0);
    expect(scrollToShow(10, 0, 330, 33)).toBe(33);
    expect(scrollToShow(2, 330, 330, 33)).toBe(66);
  });
});

describe("what is drawn at a time", () => {
  const wanted = { first: 100, end: 130 };
  it("begins at the top of what is wanted, and goes on from what is there", () => {
    expect(stepTowards({ first: 0, end: 0 }, wanted, 12)).toEqual({ first: 100, end: 112 });
    expect(stepTowards({ first: 100, end: 112 }, wanted, 12)).toEqual({ first: 100, end: 124 });
    expect(stepTowards({ first: 100, end: 124 }, wanted, 12)).toEqual(wanted);
    expect(stepTowards(wanted, wanted, 12)).toEqual(wanted);
  });
  it("keeps what is still in sight, downwards and upwards, and drops the rest", () => {
    expect(stepTowards({ first: 90, end: 120 }, wanted, 6)).toEqual({ first: 100, end: 126 });
    expect(stepTowards({ first: 120, end: 160 }, wanted, 6)).toEqual({ first: 114, end: 130 });
    expect(stepTowards({ first: 110, end: 128 }, wanted, 6)).toEqual({ first: 106, end: 130 });
    expect(stepTowards({ first: 0, end: 50 }, { first: 10, end: 10 }, 6)).toEqual({ first: 10, end: 10 });
  });
  it("is fewer rows where frames take long, and more where they do not", () => {
    const pace = new Pace();
    pace.learn(12, 60);
    expect(pace.rows).toBe(2);
    for (const more of [3, 4, 4]) {
      pace.learn(12, 24);
      expect(pace.rows).toBe(more);
    }
    for (let frame = 0; frame < 20; frame++) pace.learn(20, 0);
    expect(pace.rows).toBe(12);
    pace.learn(1, 500);
    expect(pace.rows).toBe(12);
  });
});

describe("the table", () => {
  it("has all rows in sight in the end, step by step", async () => {
    const drawn = () => document.querySelectorAll("tbody tr[data-index]").length;
    await act(() =>
      render(<Table label="t" columns={columns} rows={rows(1000)} rowKey={(row) => row.name} />, document.body),
    );
    expect(drawn()).toBeLessThan(20);
    await vi.waitFor(() => expect(drawn()).toBeGreaterThanOrEqual(25));
  });

  it("draws few of many rows", async () => {
    await act(() =>
      render(<Table label="t" columns={columns} rows={rows(10_000)} rowKey={(row) => row.name} />, document.body),
    );
    expect(document.querySelectorAll("tbody tr[data-index]").length).toBeLessThan(60);
    expect(document.querySelector("table")?.getAttribute("aria-rowcount")).toBe("10001");
  });

  it("draws nothing while it is scrolled faster than anybody reads, and what is in sight once it rests", async () => {
    const drawn = () =>
      [...document.querySelectorAll<HTMLElement>("tbody tr[data-index]")].map((row) => row.dataset.index);
    await act(() =>
      render(<Table label="t" columns={columns} rows={rows(1000)} rowKey={(row) => row.name} />, document.body),
    );
    const box = document.querySelector<HTMLElement>(".table-box")!;
    const scrollTo = (row: number) =>
      act(() => {
        box.scrollTop = row * 33;
        box.dispatchEvent(new Event("scroll"));
      });
    await scrollTo(100);
    expect(drawn()).toContain("100");
    await scrollTo(200);
    expect(drawn()).toEqual([]);
    await scrollTo(300);
    expect(drawn()).toEqual([]);
    await vi.waitFor(() => expect(drawn()).toContain("310"));
    await scrollTo(500);
    expect(drawn()).toContain("500");
  });

  it("opens with Enter and selects with the space bar", async () => {
    const onOpen = vi.fn();
    const onSelect = vi.fn();
    await act(() =>
      render(
        <Table
          label="t"
          columns={columns}
          rows={rows(3)}
          rowKey={(row) => row.name}
          onOpen={onOpen}
          selected={new Set()}
          onSelect={onSelect}
        />,
        document.body,
      ),
    );
    const row = document.querySelector<HTMLElement>("tr[data-index='1']")!;
    row.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
    expect(onOpen).toHaveBeenCalledWith({ name: "row 1" });
    row.dispatchEvent(new KeyboardEvent("keydown", { key: " " }));
    expect(onSelect).toHaveBeenCalledWith(new Set(["row 1"]));
  });

  it("says how it is sorted", async () => {
    const onSort = vi.fn();
    await act(() =>
      render(
        <Table
          label="t"
          columns={columns}
          rows={rows(3)}
          rowKey={(row) => row.name}
          sort={{ key: "name", descending: false }}
          onSort={onSort}
        />,
        document.body,
      ),
    );
    expect(document.querySelector("th")?.getAttribute("aria-sort")).toBe("ascending");
    document.querySelector<HTMLElement>("th button")!.click();
    expect(onSort).toHaveBeenCalledWith({ key: "name", descending: true });
  });

  it("shows text of strangers as text", async () => {
    const evil = [{ name: "<img src=x onerror=alert(1)>" }];
    await act(() =>
      render(<Table label="t" columns={columns} rows={evil} rowKey={(row) => row.name} />, document.body),
    );
    expect(document.querySelector("img")).toBeNull();
    expect(document.querySelector("td")?.textContent).toBe(evil[0]?.name);
  });

  it("has rows of two lines on a phone, and can still be sorted by what is left out", async () => {
    const onSort = vi.fn();
    const wide: Column<Row>[] = [
      { key: "name", title: "Name", narrow: "lead", cell: (row) => row.name },
      { key: "state", title: "State", narrow: "end", cell: () => "fine" },
      { key: "size", title: "Size", narrow: "below", cell: () => "3 MiB" },
      { key: "from", title: "From", sortable: true, cell: () => "elsewhere" },
    ];
    isNarrow.value = true;
    await act(() =>
      render(
        <Table label="t" columns={wide} rows={rows(1)} rowKey={(row) => row.name} onSort={onSort} />,
        document.body,
      ),
    );
    isNarrow.value = false;
    const lines = [...document.querySelectorAll("td .line")].map((line) => line.textContent);
    expect(lines).toEqual(["row 0 fine", "Size 3 MiB"]);
    document.querySelector("th button")!.dispatchEvent(new MouseEvent("click"));
    expect(onSort).toHaveBeenCalledWith({ key: "from", descending: false });
  });
});
