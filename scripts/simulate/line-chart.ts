/** A line of a chart; x is the place of a value. */
export interface Series {
  readonly name: string;
  readonly color: string;
  readonly values: readonly number[];
}

const WIDTH = 860;
const HEIGHT = 380;
const LEFT = 84;
const RIGHT = 20;
const TOP = 64;
const BOTTOM = 44;
const Y_TICKS = 5;
const X_TICKS = 6;

/** An SVG of lines over days, with axes from 0 and a legend. The same text for the same values. */
export function lineChart(chart: {
  readonly title: string;
  readonly unit: string;
  readonly series: readonly Series[];
}): string {
  const { title, unit, series } = chart;
  const days = Math.max(2, ...series.map(({ values }) => values.length));
  const top = niceCeil(Math.max(...series.flatMap(({ values }) => values), 0));
  const x = (day: number): number => LEFT + (day / (days - 1)) * (WIDTH - LEFT - RIGHT);
  const y = (value: number): number => HEIGHT - BOTTOM - (value / top) * (HEIGHT - TOP - BOTTOM);
  const yTicks = Array.from({ length: Y_TICKS + 1 }, (_, i) => (top * i) / Y_TICKS);
  const xTicks = Array.from({ length: X_TICKS + 1 }, (_, i) => Math.round(((days - 1) * i) / X_TICKS));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<text x="${LEFT}" y="24" font-size="16" fill="#222222">${escaped(title)}</text>`,
    `<text x="${LEFT}" y="42" fill="#666666">${escaped(unit)}, by day</text>`,
    ...yTicks.map(
      (tick) =>
        `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at(y(tick))}" y2="${at(y(tick))}" stroke="#e3e3e3"/>` +
        `<text x="${LEFT - 8}" y="${at(y(tick) + 4)}" text-anchor="end" fill="#444444">${numeral(tick)}</text>`,
    ),
    ...xTicks.map(
      (tick) =>
        `<text x="${at(x(tick))}" y="${HEIGHT - BOTTOM + 20}" text-anchor="middle" fill="#444444">${tick + 1}</text>`,
    ),
    ...series.map(({ values, color }) => {
      const points = values.map((value, day) => `${at(x(day))},${at(y(value))}`).join(' ');
      return `<polyline fill="none" stroke="${color}" stroke-width="1.8" points="${points}"/>`;
    }),
    ...series.map(({ name, color }, i) => {
      const start = WIDTH - RIGHT - (series.length - i) * 110;
      return (
        `<rect x="${start}" y="15" width="14" height="4" fill="${color}"/>` +
        `<text x="${start + 20}" y="22" fill="#222222">${escaped(name)}</text>`
      );
    }),
    '</svg>',
    '',
  ].join('\n');
}

/** The next of 1, 2, 2.5, 5, 10 times a power of ten; 1 for nothing. */
function niceCeil(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= value) ?? 10;
  return step * power;
}

function at(value: number): string {
  return value.toFixed(1);
}

function numeral(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 1 : 0 });
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
