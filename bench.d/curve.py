# SPDX-License-Identifier: Apache-2.0
"""Draws how times grow with size, both on scales of powers of ten: as SVG, and as text."""
import math
from xml.sax.saxutils import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 460, 70, 140, 44, 48
COLOURS = ("#0b5cad", "#555555", "#b3541e", "#7a3e9d", "#2f7d4f")


def reference(sizes, values):
    """n log n through the first of the values."""
    return [values[0] * n * math.log(n) / (sizes[0] * math.log(sizes[0])) for n in sizes]


def bounds(lines):
    every = [value for values in lines.values() for value in values]
    return math.floor(math.log10(min(every))), math.ceil(math.log10(max(every)))


def spread(places, least):
    """Moves labels down until none covers another."""
    moved, last = {}, -math.inf
    for name, y in sorted(places.items(), key=lambda item: item[1]):
        last = moved[name] = max(y, last + least)
    return moved


def svg(sizes, lines, title):
    low, high = bounds(lines)
    first, last = math.log10(sizes[0]), math.log10(sizes[-1])

    def x(n):
        return LEFT + (math.log10(n) - first) / (last - first) * (WIDTH - LEFT - RIGHT)

    def y(seconds):
        return TOP + (high - math.log10(seconds)) / (high - low) * (HEIGHT - TOP - BOTTOM)

    def path(values, style):
        points = " ".join(f"{x(n):.1f},{y(value):.1f}" for n, value in zip(sizes, values) if low <= math.log10(value) <= high)
        return f'<polyline fill="none" {style} points="{points}"/>'

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img" '
           f'font-family="sans-serif" font-size="12" fill="#222"><title>{escape(title)}</title>',
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/><text x="{LEFT}" y="24" font-size="15">{escape(title)}</text>']
    for power in range(low, high + 1):
        level = y(10 ** power)
        out.append(f'<path d="M{LEFT} {level:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>'
                   f'<text x="{LEFT - 8}" y="{level + 4:.1f}" text-anchor="end">{10.0 ** power:g} s</text>')
    for n in sizes:
        out.append(f'<path d="M{x(n):.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#ddd"/>'
                   f'<text x="{x(n):.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{n:,}</text>')
    out.append(path(reference(sizes, next(iter(lines.values()))), 'stroke="#0b5cad" stroke-dasharray="3 4"'))
    labels = spread({name: y(values[-1]) for name, values in lines.items()}, 15)
    for colour, (name, values) in zip(COLOURS, lines.items()):
        out.append(path(values, f'stroke="{colour}" stroke-width="2"'))
        out += [f'<circle cx="{x(n):.1f}" cy="{y(value):.1f}" r="3" fill="{colour}"/>' for n, value in zip(sizes, values)]
        out.append(f'<text x="{WIDTH - RIGHT + 10}" y="{labels[name] + 4:.1f}" fill="{colour}">{escape(name)} {values[-1]:.3g} s</text>')
    out.append(f'<text x="{LEFT}" y="{HEIGHT - 10}" fill="#555">dotted: n log n from the first point of {escape(next(iter(lines)))}; both scales '
               'are logarithmic</text></svg>\n')
    return "\n".join(out)


def text(sizes, lines, width=60):
    """One row a line of the drawing and size, the mark where its time lies between powers of ten."""
    low, high = bounds(lines)
    scale = "".join(f"{10.0 ** power:g} s".ljust(width // (high - low)) for power in range(low, high + 1))
    out = ["  " + " " * 26 + scale.rstrip()]
    for name, values in lines.items():
        for n, value in zip(sizes, values):
            at = round((math.log10(value) - low) / (high - low) * width)
            out.append(f"  {name if n == sizes[0] else '':>14}{n:>10,}  " + "." * at + "*")
    return out
