export type Line = { name: string; points: readonly { x: number; y: number }[] };
export type Panel = { title: string; lines: readonly Line[] };

const width = 460;
const height = 300;
const margin = { left: 56, right: 190, top: 34, bottom: 34 };
const colors = [
  '#2563eb',
  '#dc2626',
  '#059669',
  '#9333ea',
  '#d97706',
  '#0891b2',
  '#be185d',
  '#4d7c0f',
  '#475569',
  '#78350f',
];
const escaped = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
const short = (value: number) =>
  value >= 1e6 ? `${value / 1e6} M` : value >= 1e3 ? `${value / 1e3} k` : String(Number(value.toPrecision(2)));

/** Panels side by side, as SVG; both axes are logarithmic, so that what does not grow is level. */
export function drawPlot(panels: readonly Panel[]): string {
  const all = panels.map((panel, i) => `<g transform="translate(0 ${i * height})">${drawPanel(panel)}</g>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width + margin.right} ${height * panels.length}" font-family="sans-serif" font-size="11">
<title>Costs by the number of calls in the table</title>
<rect width="100%" height="100%" fill="#fff"/>
${all.join('\n')}
</svg>
`;
}

function drawPanel({ title, lines }: Panel): string {
  const points = lines.flatMap((line) => line.points);
  const x = scale(
    points.map((point) => point.x),
    margin.left + 10,
    width - 20,
  );
  const y = scale([...points.map((point) => point.y), 1], height - margin.bottom, margin.top);
  const parts = [`<text x="${margin.left}" y="18" font-size="13" font-weight="bold">${escaped(title)}</text>`];
  for (const tick of powersWithin(y.min, y.max)) {
    parts.push(`<line x1="${margin.left}" x2="${width}" y1="${y.of(tick)}" y2="${y.of(tick)}" stroke="#e5e7eb"/>`);
    parts.push(`<text x="${margin.left - 6}" y="${y.of(tick) + 4}" text-anchor="end">${short(tick)}</text>`);
  }
  for (const tick of new Set(points.map((point) => point.x))) {
    parts.push(`<text x="${x.of(tick)}" y="${height - 12}" text-anchor="middle">${short(tick)} calls</text>`);
  }
  for (const [i, { name, points: own }] of lines.entries()) {
    const color = colors[i % colors.length];
    const path = own.map((point, j) => `${j === 0 ? 'M' : 'L'}${x.of(point.x)} ${y.of(point.y)}`).join(' ');
    const dash = i < colors.length ? '' : ' stroke-dasharray="5 3"';
    parts.push(`<path d="${path}" fill="none" stroke="${color}" stroke-width="1.6"${dash}/>`);
    for (const point of own)
      parts.push(`<circle cx="${x.of(point.x)}" cy="${y.of(point.y)}" r="2.6" fill="${color}"/>`);
    parts.push(`<text x="${width + 12}" y="${margin.top + 6 + i * 16}" fill="${color}">${escaped(name)}</text>`);
  }
  return parts.join('\n');
}

function scale(values: readonly number[], from: number, to: number) {
  const min = Math.min(...values);
  const max = Math.max(...values);
  const span = Math.log10(max / min) || 1;
  const of = (value: number) => Number((from + (Math.log10(value / min) / span) * (to - from)).toFixed(1));
  return { min, max, of };
}

function powersWithin(min: number, max: number): number[] {
  const first = Math.ceil(Math.log10(min) - 1e-9);
  const last = Math.floor(Math.log10(max) + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => 10 ** (first + i));
}
