// GetMetricWidgetImage: the samples of a widget's metrics as a picture (aws-facts G5).
import { AwsError } from '../../simulated.ts';
import type { World } from '../../world.ts';
import type { MetricQuery } from './alarm.ts';
import { valuesOf } from './points.ts';
import type { Values } from './math.ts';
import { makePicture, type Color, type Picture } from './png.ts';
import type { SeriesStore } from './series.ts';

const colors: readonly Color[] = [
  [31, 119, 180],
  [255, 127, 14],
  [44, 160, 44],
  [214, 39, 40],
  [148, 103, 189],
  [140, 86, 75],
];
const themes: Readonly<Record<string, { readonly background: Color; readonly grid: Color; readonly ink: Color }>> = {
  light: { background: [255, 255, 255], grid: [225, 225, 225], ink: [84, 91, 100] },
  dark: { background: [42, 46, 54], grid: [70, 76, 86], ink: [200, 205, 212] },
};
const thresholdColor: Color = [214, 39, 40];
const margin = { left: 56, right: 12, top: 30, bottom: 24 };

interface Frame {
  readonly picture: Picture;
  readonly least: number;
  readonly most: number;
  readonly start: number;
  readonly end: number;
}

const refuse = (message: string): AwsError => new AwsError('InvalidParameterValueException', message);

/** `-PT3H` (back from now) or an instant. */
const instantOf = (text: string | undefined, now: number, otherwise: number): number => {
  if (text === undefined) return otherwise;
  const match = /^-?P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(text);
  if (match === null) return Date.parse(text);
  const [days = 0, hours = 0, minutes = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return now - ((days * 24 + hours) * 60 + minutes) * 60_000;
};

/** One row of `metrics`: names and values in turn, `.` repeats the row above, options last. */
const rowsOf = (widget: any): readonly MetricQuery[] => {
  let above: readonly string[] = [];
  return (widget.metrics as readonly any[]).map((row, i) => {
    const options = typeof row.at(-1) === 'object' ? row.at(-1) : {};
    const words = row.filter((word: unknown) => typeof word === 'string');
    const id = options.id ?? `row${i}`;
    if (options.expression !== undefined)
      return { id, returnData: options.visible !== false, expression: options.expression, label: options.label };
    const named =
      words[0] === '...'
        ? [...above.slice(0, -1), words[1]]
        : words.map((word: string, place: number) => (word === '.' ? above[place]! : word));
    above = named;
    const dimensions: Record<string, string> = {};
    for (let place = 2; place + 1 < named.length; place += 2) dimensions[named[place]!] = named[place + 1]!;
    const metric = {
      namespace: named[0]!,
      name: named[1]!,
      dimensions,
      stat: options.stat ?? widget.stat ?? 'Average',
      period: Number(options.period ?? widget.period ?? 300),
    };
    return { id, returnData: options.visible !== false, label: options.label ?? named[1], metric };
  });
};

/** The PNG for a widget given as JSON text. Throws InvalidParameterValueException for text that is no widget. */
export const widgetImage = (world: World, store: SeriesStore, text: string): Uint8Array => {
  let widget: any;
  try {
    widget = JSON.parse(text);
  } catch {
    throw refuse('The value for the field metricWidget is not valid JSON');
  }
  if (!Array.isArray(widget.metrics) || widget.metrics.length > 100) throw refuse('Should have a metrics array of at most 100 metrics');
  const now = world.clock.now;
  const period = Number(widget.period ?? 300);
  const end = Math.ceil(instantOf(widget.end, now, now) / (period * 1000)) * period * 1000;
  const start = Math.floor(instantOf(widget.start, now, now - 3 * 3_600_000) / (period * 1000)) * period * 1000;
  const queries = rowsOf(widget);
  const window = { end, period, count: Math.max(1, Math.round((end - start) / (period * 1000))) };
  const lines = queries.filter((query) => query.returnData).map((query) => valuesOf(store, queries, query.id, window, now));
  return draw(widget, lines, start, end);
};

const draw = (widget: any, lines: readonly Values[], start: number, end: number): Uint8Array => {
  const { background, grid, ink } = themes[widget.theme ?? 'light'] ?? themes.light!;
  const picture = makePicture(clamp(widget.width ?? 600, 100, 2000), clamp(widget.height ?? 400, 80, 2000), background);
  const thresholds: readonly number[] = (widget.annotations?.horizontal ?? [])
    .map((one: any) => Number(one.value))
    .filter((value: number) => !Number.isNaN(value));
  const all = [...lines.flat().filter((value): value is number => value !== undefined), ...thresholds];
  const least = Number(widget.yAxis?.left?.min ?? Math.min(0, ...all));
  const most = Number(widget.yAxis?.left?.max ?? Math.max(least + 1, ...all.map((value) => value * 1.1)));
  const frame: Frame = { picture, least, most, start, end };
  const shift = offsetOf(widget.timezone);
  picture.text(margin.left, 8, String(widget.title ?? ''), ink);
  for (let i = 0; i <= 4; i += 1) {
    const value = least + ((most - least) * i) / 4;
    const y = yOf(frame, value);
    picture.line(margin.left, y, picture.width - margin.right, y, grid);
    picture.text(4, y - 4, short(value), ink);
    const at = start + ((end - start) * i) / 4;
    picture.text(Math.min(xOf(frame, at) - 18, picture.width - 44), picture.height - 16, new Date(at + shift).toISOString().slice(11, 16), ink);
  }
  for (const { value } of widget.annotations?.vertical ?? []) {
    const x = xOf(frame, Math.min(end, Math.max(start, Date.parse(value))));
    picture.line(x, margin.top, x, picture.height - margin.bottom, thresholdColor);
  }
  for (const threshold of thresholds) dashed(frame, yOf(frame, threshold));
  lines.forEach((values, i) => plot(frame, values, colors[i % colors.length]!));
  return picture.png();
};

/** `+1100`: the clock of the axis, ms ahead of UTC. */
const offsetOf = (timezone: unknown): number => {
  const [, sign, hours, minutes] = /^([+-])(\d\d)(\d\d)$/.exec(String(timezone)) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000;
};

const clamp = (value: unknown, least: number, most: number): number => Math.min(most, Math.max(least, Math.round(Number(value))));
const short = (value: number): string =>
  Math.abs(value) >= 1000 ? `${(value / 1000).toFixed(1)}k` : Number.isInteger(value) ? String(value) : value.toFixed(1);

const xOf = ({ picture, start, end }: Frame, at: number): number =>
  Math.round(margin.left + ((at - start) / (end - start)) * (picture.width - margin.left - margin.right));
const yOf = ({ picture, least, most }: Frame, value: number): number =>
  Math.round(picture.height - margin.bottom - ((value - least) / (most - least)) * (picture.height - margin.top - margin.bottom));

const dashed = ({ picture }: Frame, y: number): void => {
  for (let x = margin.left; x < picture.width - margin.right; x += 8) picture.line(x, y, x + 4, y, thresholdColor);
};

/** A line from point to point; a gap where there is no datapoint, a cross where a point stands alone. */
const plot = (frame: Frame, values: Values, color: Color): void => {
  const step = (frame.end - frame.start) / values.length;
  let before: { readonly x: number; readonly y: number } | undefined;
  values.forEach((value, i) => {
    if (value === undefined) {
      before = undefined;
      return;
    }
    const point = { x: xOf(frame, frame.start + i * step), y: yOf(frame, value) };
    const from = before ?? point;
    for (const shift of [0, 1]) frame.picture.line(from.x, from.y + shift, point.x, point.y + shift, color);
    if (before === undefined && values[i + 1] === undefined) {
      frame.picture.line(point.x - 3, point.y, point.x + 3, point.y, color);
      frame.picture.line(point.x, point.y - 3, point.x, point.y + 3, color);
    }
    before = point;
  });
};
