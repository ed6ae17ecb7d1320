/** A line chart as SVG, readable on light and dark pages. */

export interface Line {
  readonly title: string;
  /** As many as there are ticks. */
  readonly values: readonly number[];
}

export interface Chart {
  readonly title: string;
  /** Under the horizontal axis, evenly spread. */
  readonly ticks: readonly string[];
  readonly lines: readonly Line[];
  /** A value that is marked across. */
  readonly mark: { readonly value: number; readonly title: string };
}

const WIDTH = 720;
const HEIGHT = 360;
const PLOT = { left: 48, top: 44, right: 560, bottom: 310 } as const;
const LABEL_HEIGHT = 15;
const GRID_STEP = 0.25;
/** Told apart on white and on black, by those who see few colours as well: with a dash pattern each. */
const STROKES = [
  { colour: '#0b7bd0', dashes: '' },
  { colour: '#d9480f', dashes: '7 3' },
  { colour: '#2b9348', dashes: '2 3' },
  { colour: '#9c36b5', dashes: '9 3 2 3' },
  { colour: '#b08900', dashes: '4 4' },
  { colour: '#868e96', dashes: '12 4' },
] as const;

const STYLE = `text { font: 12px system-ui, sans-serif; fill: #24292f } .title { font-size: 14px; font-weight: 600 }
.grid { stroke: #8c959f; stroke-opacity: .35 } .mark { stroke: #8c959f; stroke-dasharray: 3 3 }
@media (prefers-color-scheme: dark) { text { fill: #d0d7de } }`;

export function drawChart({ title, ticks, lines, mark }: Chart): string {
  const top = Math.max(1, ...lines.flatMap(({ values }) => values)) + GRID_STEP / 2;
  const toX = (index: number) => place(PLOT.left, PLOT.right, ticks.length < 2 ? 0 : index / (ticks.length - 1));
  const toY = (value: number) => place(PLOT.bottom, PLOT.top, value / top);
  const parts = [
    `<text class="title" x="${PLOT.left}" y="20">${title}</text>`,
    ...drawGrid(top, toY),
    ...ticks.map(
      (tick, index) => `<text x="${toX(index)}" y="${PLOT.bottom + 20}" text-anchor="middle">${tick}</text>`,
    ),
    `<line class="mark" x1="${PLOT.left}" x2="${PLOT.right}" y1="${toY(mark.value)}" y2="${toY(mark.value)}"/>`,
    `<text x="${PLOT.left + 6}" y="${toY(mark.value) - 5}">${mark.title}</text>`,
    ...drawLines(lines, toX, toY),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">`,
    `<style>${STYLE}</style>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

function place(from: number, to: number, share: number): number {
  return Math.round((from + (to - from) * share) * 10) / 10;
}

function drawGrid(top: number, toY: (value: number) => number): string[] {
  const values = Array.from({ length: Math.floor(top / GRID_STEP) + 1 }, (_, index) => index * GRID_STEP);
  return values.map(
    (value) =>
      `<line class="grid" x1="${PLOT.left}" x2="${PLOT.right}" y1="${toY(value)}" y2="${toY(value)}"/>` +
      `<text x="${PLOT.left - 8}" y="${toY(value) + 4}" text-anchor="end">${value}</text>`,
  );
}

function drawLines(
  lines: readonly Line[],
  toX: (index: number) => number,
  toY: (value: number) => number,
): readonly string[] {
  const labels = spread(lines.map(({ values }) => toY(values.at(-1) ?? 0)));
  return lines.map(({ title, values }, index) => {
    const { colour, dashes } = STROKES[index % STROKES.length] as (typeof STROKES)[number];
    const points = values.map((value, step) => `${toX(step)},${toY(value)}`);
    const dots = values.map((value, step) => `<circle cx="${toX(step)}" cy="${toY(value)}" r="3" fill="${colour}"/>`);
    const label = `<text x="${PLOT.right + 10}" y="${(labels[index] ?? 0) + 4}" style="fill:${colour}">${title}</text>`;
    const line = `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dashes}"/>`;
    return [line, ...dots, label].join('');
  });
}

/** Moves labels down, in their order, until none lies on another. */
function spread(heights: readonly number[]): readonly number[] {
  const placed = [...heights];
  let free = Number.NEGATIVE_INFINITY;
  for (const [index, height] of [...heights.entries()].toSorted(([, a], [, b]) => a - b)) {
    placed[index] = Math.max(height, free);
    free = (placed[index] ?? 0) + LABEL_HEIGHT;
  }
  return placed;
}
