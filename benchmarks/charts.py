#!/usr/bin/env python3
"""Draws what benchmarks/peers.py --results FILE has measured, as SVG: bars of medians, lines from minimum to maximum.

usage: charts.py FILE DIRECTORY
"""
import json
import os
import sys
from html import escape

LABELS = {"alone": "no supervisor", "tanuki": "Tanuki wrapper", "sam-external": "SAM, mode external",
          "sam-cold": "SAM, cold", "sam-fast": "SAM, fast start",
          "sam-warm": "SAM, warm spare", "sam-hot": "SAM, hot spare"}
# file, title, unit, digits, and per panel: heading, scenario, which are left out, labels of its own, which never come
CHARTS = [
    ("recovery.svg", "Until the application answers again", "s", 2, [
        ("Killed (SIGKILL)", "kill", (), {}, ()),
        ("Frozen (SIGSTOP)", "hang", (), {}, ("runit", "s6", "supervisord")),
    ]),
    ("first-start.svg", "The first start, until HTTP 200", "s", 2, [
        ("", "start", ("sam-hot", "sam-warm"), {"sam-cold": "SAM, mode parent"}, ()),
    ]),
    ("memory.svg", "Private memory of the supervisor", "MiB", 1, [
        ("", "memory", ("sam-warm", "sam-hot, its spare", "sam-warm, its spare"), {"sam-cold": "SAM, no spare"}, ()),
    ]),
]
# in both colour schemes on a ground of its own: a page may have another one than the reader's system
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #24292f }
.title { font-weight: 600; font-size: 15px } .heading { font-weight: 600 } .never { font-style: italic }
.ground { fill: #ffffff } .bar { fill: #8c959f } .sam { fill: #2a7d4f } .range { stroke: #24292f; stroke-width: 1.5 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .ground { fill: #161b22 } .bar { fill: #6e7681 } .sam { fill: #3fb272 } .range { stroke: #e6edf3 }
}
"""
WIDTH, LEFT, RIGHT, ROW = 680, 160, 90, 24


class Drawing:
    """Lines from top to bottom."""

    def __init__(self, title, unit, digits, longest):
        self.unit, self.digits, self.longest = unit, digits, longest
        self.shapes, self.said, self.y = [], [], 14
        self.text(16, title, "title")

    def text(self, x, words, kind=""):
        self.shapes.append(f'<text x="{x:.0f}" y="{self.y + 12}" class="{kind}">{escape(words)}</text>')
        if x == 16:
            self.y += ROW

    def x(self, value):
        return LEFT + value / self.longest * (WIDTH - LEFT - RIGHT)

    def bar(self, label, kind, median, least, most):
        value = f"{median:.{self.digits}f} {self.unit}"
        self.said.append(f"{label} {value}")
        self.shapes.append(f'<rect x="{LEFT}" y="{self.y}" width="{max(self.x(median) - LEFT, 1):.1f}" height="16" '
                           f'rx="2" class="{kind}"/>')
        if least != most:
            self.shapes.append(f'<path d="M{self.x(least):.1f} {self.y + 8}H{self.x(most):.1f}" class="range"/>')
        self.text(self.x(max(median, most)) + 8, value)
        self.text(16, label)

    def never(self, label):
        self.said.append(f"{label} never")
        self.text(LEFT, "does not notice", "never")
        self.text(16, label)

    def svg(self, title):
        height = self.y + 8
        words = escape(f"{title}: {', '.join(self.said)}")
        return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
                f'viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{words}">\n<style>{STYLE}</style>\n'
                f'<rect width="100%" height="100%" rx="6" class="ground"/>\n' + "\n".join(self.shapes) + "\n</svg>\n")


def draw(results, title, unit, digits, panels):
    """Return a chart; all its panels have one scale."""
    shown = [(heading, {name: values for name, values in results[scenario].items() if name not in hidden},
              own, blind) for heading, scenario, hidden, own, blind in panels]
    longest = max(most for _, values, _, _ in shown for _, _, most in values.values())
    drawing = Drawing(title, unit, digits, longest)
    for heading, values, own, blind in shown:
        if heading:
            drawing.text(16, heading, "heading")
        for name in sorted(values, key=lambda name: values[name][0]):
            drawing.bar({**LABELS, **own}.get(name, name), "sam" if name.startswith("sam") else "bar", *values[name])
        for name in blind:
            if name not in values:
                drawing.never(LABELS.get(name, name))
    return drawing.svg(title)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[1]) as file:
        results = json.load(file)
    for name, title, unit, digits, panels in CHARTS:
        if all(scenario in results for _, scenario, *_ in panels):
            with open(os.path.join(sys.argv[2], name), "w") as file:
                file.write(draw(results, title, unit, digits, panels))


if __name__ == "__main__":
    main()
