// The strip of days: night and day, what the platform did, and where one is; a click goes there.
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Store } from './store.ts';
import { nightsIn, stretchAround, type Lane, type Mark, type Stretch } from './strip.ts';
import { clockWords, dayWords } from './words.ts';

const SKY = 22;
const STATE_Y = 25;
const LANES: Readonly<Record<Lane, number>> = { push: 37, story: 48, alarm: 59, message: 70 };
const HEIGHT = 78;
const HOUR = 3_600_000;
/** Pixels a label needs. */
const LABEL = 76;

type Scale = (at: number) => number;

const useWidth = (): readonly [{ current: HTMLDivElement | null }, number] => {
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const own = place.current;
    if (own === null) return undefined;
    const observer = new ResizeObserver(() => setWidth(Math.round(own.clientWidth)));
    observer.observe(own);
    setWidth(Math.round(own.clientWidth));
    return () => observer.disconnect();
  }, []);
  return [place, width];
};

/** One path for all bars and points of a lane and tone: many thousand marks stay one element. */
const pathOf = (marks: readonly Mark[], x: Scale, now: number): string => {
  const seen = new Set<string>();
  return marks
    .map(({ from, to }) => {
      const left = Math.round(x(from) * 2) / 2;
      const right = Math.max(left + 2.5, x(Math.min(to, now)));
      return `M${left} 0H${right.toFixed(1)}`;
    })
    .filter((piece) => !seen.has(piece) && seen.add(piece) !== undefined)
    .join('');
};

const Bars = ({ marks, x, now }: { readonly marks: readonly Mark[]; readonly x: Scale; readonly now: number }) => (
  <>
    {[...Map.groupBy(marks, ({ lane, tone }) => `${lane} ${tone}`)].map(([key, group]) => {
      const [lane = 'push', tone = 'plain'] = key.split(' ');
      return <path key={key} class={`mark lane-${lane} tone-${tone}`} transform={`translate(0 ${LANES[lane as Lane]})`} d={pathOf(group, x, now)} />;
    })}
  </>
);

interface HoursProps {
  readonly stretch: Stretch;
  readonly nights: readonly Stretch[];
  readonly x: Scale;
  readonly zone: string;
}

const Hours = ({ stretch, nights, x, zone }: HoursProps) => {
  const hours = (stretch.to - stretch.from) / HOUR;
  const perHour = x(stretch.from + HOUR);
  const every = [1, 2, 3, 4, 6, 12, 24].find((one) => one * perHour >= LABEL) ?? 24;
  const labels = Array.from({ length: Math.floor(hours / every) }, (_, index) => stretch.from + index * every * HOUR);
  return (
    <>
      {labels.map((at) => {
        const isMidnight = clockWords(at, zone).startsWith('00:00');
        return (
          <g key={at} transform={`translate(${x(at)} 0)`}>
            <path class={isMidnight ? 'midnight' : 'hour'} d={`M.5 0V${HEIGHT}`} />
            <text x="4" y="15" class={nights.some(({ from, to }) => at >= from && at < to) ? 'on-night' : ''}>{isMidnight ? dayWords(at, zone) : clockWords(at, zone).slice(0, 5)}</text>
          </g>
        );
      })}
    </>
  );
};

const States = ({ store, stretch, x }: { readonly store: Store; readonly stretch: Stretch; readonly x: Scale }) => {
  const { states } = store.recording.marks;
  const first = store.recording.entries[0]?.at ?? store.time.now;
  const spans = [{ at: first, state: 'awake' }, ...states].map((span, index, all) => ({ ...span, to: all[index + 1]?.at ?? store.time.now }));
  return (
    <>
      {spans.filter(({ at, to }) => to > stretch.from && at < stretch.to).map(({ at, to, state }) => (
        <rect key={at} class={`standing state-${state}`} x={x(Math.max(at, stretch.from))} width={Math.max(1, x(Math.min(to, stretch.to)) - x(Math.max(at, stretch.from)))} y={STATE_Y} height="4" />
      ))}
    </>
  );
};

/** The mark a pointer means: the nearest within a few pixels in the lane it points at. */
const markAt = (marks: readonly Mark[], x: Scale, px: number, py: number): Mark | undefined => {
  const near = marks.filter(({ lane, from, to }) => Math.abs(LANES[lane] - py) <= 6 && px >= x(from) - 5 && px <= Math.max(x(from) + 6, x(to)));
  return near.toSorted((one, other) => Math.abs(x(one.from) - px) - Math.abs(x(other.from) - px))[0];
};

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -60_000, ArrowRight: 60_000, PageUp: -HOUR, PageDown: HOUR };

const useMoves = (store: Store, stretch: Stretch, x: Scale, width: number, visible: readonly Mark[]) => {
  const shown = store.address.at ?? store.time.now;
  const goTo = (at: number, seq: number | null = null): void => store.go(at >= store.time.now ? { at: null, seq } : { at: Math.round(at), seq });
  const onPointer = (event: PointerEvent): void => {
    if (event.buttons === 0 && event.type === 'pointermove') return;
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const [px, py] = [event.clientX - box.left, event.clientY - box.top];
    const mark = event.type === 'pointerdown' ? markAt(visible, x, px, py) : undefined;
    if (mark !== undefined) return goTo(mark.from, mark.seq);
    goTo(stretch.from + (Math.max(0, Math.min(width, px)) / width) * (stretch.to - stretch.from));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (step !== undefined) goTo(shown + step * (event.shiftKey ? 10 : 1));
    else if (event.key === 'Home') goTo(store.recording.entries[0]?.at ?? stretch.from);
    else if (event.key === 'End') goTo(store.time.now);
    else return;
    event.preventDefault();
  };
  return { onPointerDown: onPointer, onPointerMove: onPointer, onKeyDown };
};

const Spans = ({ days, choose }: { readonly days: number; readonly choose: (days: number) => void }) => (
  <div class="segments small" role="group" aria-label="Length of the strip">
    {[1, 2, 7].map((one) => <button key={one} type="button" aria-pressed={days === one} onClick={() => choose(one)}>{one} d</button>)}
  </div>
);

const Labels = () => (
  <div class="lanes" aria-hidden="true">
    {(Object.keys(LANES) as Lane[]).map((lane) => <span key={lane} style={{ top: `${LANES[lane] - 7}px` }}>{{ push: 'pushes', story: 'stories', alarm: 'alarms', message: 'messages' }[lane]}</span>)}
  </div>
);

export const DayStrip = ({ store }: { readonly store: Store }) => {
  const [place, width] = useWidth();
  const [days, setDays] = useState(2);
  const { zone, time, address, recording, world } = store;
  const shown = address.at ?? time.now;
  const first = recording.entries[0]?.at ?? time.now;
  const stretch = stretchAround(shown, first, time.now, days, zone);
  const x: Scale = (at) => ((at - stretch.from) / (stretch.to - stretch.from)) * width;
  const hours = world?.manifest?.hours ?? null;
  const nights = useMemo(() => nightsIn(stretch, hours), [stretch.from, stretch.to, hours?.words]);
  const marks = recording.marks.all;
  // Bars grow by the pixel, so nothing is drawn again before time has moved by one.
  const pixel = width === 0 ? 0 : Math.floor(x(time.now));
  const visible = useMemo(() => marks.filter(({ from, to }) => to >= stretch.from && from < stretch.to), [marks.length, stretch.from, stretch.to]);
  const bars = useMemo(() => <Bars marks={visible} x={x} now={time.now} />, [visible, width, pixel]);
  const moves = useMoves(store, stretch, x, width, visible);
  return (
    <section class="strip" aria-label="Days and nights">
      <Labels />
      <div ref={place} class="strip-field" role="slider" tabIndex={0} aria-label="Instant" aria-valuemin={stretch.from} aria-valuemax={stretch.to} aria-valuenow={Math.min(stretch.to, Math.max(stretch.from, shown))} aria-valuetext={`${dayWords(shown, zone)}, ${clockWords(shown, zone)}`} {...moves}>
        {width > 0 && time.now > 0 && (
          <svg width={width} height={HEIGHT} viewBox={`0 0 ${width} ${HEIGHT}`} aria-hidden="true">
            <rect class="sky-day" x="0" y="0" width={width} height={SKY} />
            {nights.map((night) => <rect key={night.from} class="sky-night" x={x(night.from)} y="0" width={x(night.to) - x(night.from)} height={HEIGHT} />)}
            {nights.map((night) => <rect key={night.from} class="sky-night deep" x={x(night.from)} y="0" width={x(night.to) - x(night.from)} height={SKY} />)}
            <Hours stretch={stretch} nights={nights} x={x} zone={zone} />
            <States store={store} stretch={stretch} x={x} />
            {bars}
            {x(time.now) < width && <rect class="future" x={x(time.now)} y={SKY} width={width - x(time.now)} height={HEIGHT - SKY} />}
            <path class="now" d={`M${x(time.now)} 0V${HEIGHT}`} />
            {address.at !== null && <path class="here" d={`M${x(shown)} 0V${HEIGHT}M${x(shown) - 5} 0h10l-5 7z`} />}
          </svg>
        )}
      </div>
      <Spans days={days} choose={setDays} />
    </section>
  );
};
