// The timeline: every line of the trail that the filter lets through, drawn only where one looks.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { facets, rowOf, storyFacets, type Facet } from './rows.ts';
import { moveSelection } from './shortcuts.ts';
import type { Store } from './store.ts';
import { clockWords, dayNumber, dayWords } from './words.ts';

const ROW = 24;
/** Rows drawn above and below what is seen. */
const SPARE = 8;

const labels: Readonly<Record<Facet, string>> = {
  happening: 'happenings', decision: 'decisions', state: 'states', deployment: 'deployments', task: 'tasks', target: 'targets', scaling: 'scaling', database: 'databases',
  alarm: 'alarms', message: 'messages', schedule: 'schedules', event: 'events', invoke: 'invocations', call: 'calls', log: 'logs', stack: 'stacks', fault: 'faults',
};

/** How long after a letter the lines follow, ms: the letter itself is painted first. */
const AFTER_TYPING = 60;

const Search = ({ store }: { readonly store: Store }) => {
  const { words } = store.address;
  const [typed, setTyped] = useState(words);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // A link, or the way back, changes the words; whoever is typing is not interrupted.
    if (document.activeElement !== field.current) setTyped(words);
  }, [words]);
  useEffect(() => {
    const later = setTimeout(() => typed !== store.address.words && store.go({ words: typed }), AFTER_TYPING);
    return () => clearTimeout(later);
  }, [typed]);
  return <input id="timeline-words" ref={field} type="search" placeholder="Search  /" aria-label="Search the timeline" value={typed} onInput={({ currentTarget }) => setTyped(currentTarget.value)} onKeyDown={({ key, currentTarget }) => key === 'Escape' && currentTarget.blur()} />;
};

const Filters = ({ store }: { readonly store: Store }) => {
  const { shown } = store.address;
  const { counts } = store.recording.timeline;
  const turn = (facet: Facet): void => store.go({ shown: facets.filter((one) => (one === facet) !== shown.includes(one)) });
  const isAll = shown.length === facets.length;
  return (
    <div class="filters">
      <Search store={store} />
      <div class="segments small" role="group" aria-label="Detail">
        <button type="button" aria-pressed={shown.join() === storyFacets.join()} onClick={() => store.go({ shown: storyFacets })}>Story</button>
        <button type="button" aria-pressed={isAll} onClick={() => store.go({ shown: facets })}>Everything</button>
      </div>
      <div class="chips" role="group" aria-label="Kinds">
        {facets.filter((facet) => (counts.get(facet) ?? 0) > 0).map((facet) => (
          <button key={facet} type="button" class={`chip kind-${facet}`} aria-pressed={shown.includes(facet)} onClick={() => turn(facet)}>{labels[facet]} <span class="soft">{counts.get(facet)?.toLocaleString('en')}</span></button>
        ))}
      </div>
    </div>
  );
};

interface LineProps {
  readonly store: Store;
  readonly seq: number;
  readonly previous: number | undefined;
  readonly position: number;
  readonly count: number;
}

const Line = ({ store, seq, previous, position, count }: LineProps) => {
  const { entries, decisionAt } = store.recording;
  const entry = entries[seq - 1];
  if (entry === undefined) return null;
  const decision = decisionAt(seq);
  const { who, text, tone } = rowOf(entry, decision);
  const before = previous === undefined ? undefined : entries[previous - 1];
  const isNewDay = before === undefined || dayNumber(before.at, store.zone) !== dayNumber(entry.at, store.zone);
  const isAfter = store.address.at !== null && entry.at > store.address.at;
  const kind = decision === undefined ? entry.kind : 'decision';
  return (
    <div
      role="option" id={`line-${seq}`} aria-selected={store.address.seq === seq} aria-posinset={position + 1} aria-setsize={count}
      class={`line tone-${tone} kind-${kind} ${isNewDay ? 'new-day' : ''} ${isAfter ? 'after' : ''}`} style={{ top: `${position * ROW}px` }}
      onClick={() => store.go({ seq, at: entry.at, panel: 'why' })}
    >
      <span class="at mono">{clockWords(entry.at, store.zone)}</span>
      <span class="kind">{kind}</span>
      <span class="who">{who}</span>
      <span class="text">{text}</span>
      {isNewDay && <span class="day">{dayWords(entry.at, store.zone)}</span>}
    </div>
  );
};

const useWindow = (count: number) => {
  const list = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState({ top: 0, height: 600 });
  const measure = (): void => {
    if (list.current !== null) setSeen({ top: list.current.scrollTop, height: list.current.clientHeight });
  };
  useLayoutEffect(() => {
    measure();
    const observer = new ResizeObserver(measure);
    if (list.current !== null) observer.observe(list.current);
    return () => observer.disconnect();
  }, []);
  const first = Math.max(0, Math.floor(seen.top / ROW) - SPARE);
  const last = Math.min(count, Math.ceil((seen.top + seen.height) / ROW) + SPARE);
  return { list, measure, first, last };
};

const isAtEnd = ({ scrollTop, scrollHeight, clientHeight }: HTMLElement): boolean => scrollHeight - scrollTop - clientHeight < ROW * 2;

/** Keeps the newest line in sight while one watches the present, and the instant looked at when one looks back. */
const useFollowing = (store: Store, list: { readonly current: HTMLDivElement | null }, count: number) => {
  const [isFollowing, setFollowing] = useState(true);
  const { at, seq, shown, words } = store.address;
  useLayoutEffect(() => {
    if (at === null && isFollowing && list.current !== null) list.current.scrollTop = count * ROW;
  }, [count, at, isFollowing, shown, words]);
  useEffect(() => {
    if (at === null) return setFollowing(true);
    const position = store.recording.timeline.positionOf(seq ?? store.recording.countUntil(at));
    const own = list.current;
    if (own === null) return undefined;
    const top = position * ROW;
    if (top < own.scrollTop + ROW || top > own.scrollTop + own.clientHeight - ROW * 2) own.scrollTop = top - own.clientHeight / 2;
    return undefined;
  }, [at, seq, shown, words, count > 0]);
  return (): void => {
    if (list.current !== null) setFollowing(isAtEnd(list.current));
  };
};

export const Timeline = ({ store }: { readonly store: Store }) => {
  const { seqs } = store.recording.timeline;
  const { list, measure, first, last } = useWindow(seqs.length);
  const noteEnd = useFollowing(store, list, seqs.length);
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor((list.current?.clientHeight ?? ROW) / ROW) - 1);
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -seqs.length, End: seqs.length }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    moveSelection(store, by);
  };
  const top = seqs[Math.min(seqs.length - 1, first + SPARE)];
  const topEntry = top === undefined ? undefined : store.recording.entries[top - 1];
  const isDrawn = store.address.seq !== null && seqs.slice(first, last).includes(store.address.seq);
  return (
    <section class="timeline" aria-label="Timeline">
      <Filters store={store} />
      <div class="top-day soft"><span>{topEntry === undefined ? '' : dayWords(topEntry.at, store.zone)}</span><span>{seqs.length.toLocaleString('en')} of {store.recording.entries.length.toLocaleString('en')} lines</span></div>
      <div
        ref={list} class="lines" role="listbox" aria-label="Lines of the trail" tabIndex={0}
        {...(isDrawn ? { 'aria-activedescendant': `line-${store.address.seq ?? 0}` } : {})}
        onScroll={() => { measure(); noteEnd(); }} onKeyDown={onKeyDown}
      >
        <div role="presentation" class="all-lines" style={{ height: `${seqs.length * ROW}px` }}>
          {seqs.slice(first, last).map((seq, index) => (
            <Line key={seq} store={store} seq={seq} previous={seqs[first + index - 1]} position={first + index} count={seqs.length} />
          ))}
        </div>
      </div>
      {seqs.length === 0 && store.link !== 'loading' && <p class="soft empty">No line fits. <button type="button" onClick={() => store.go({ words: '', shown: storyFacets })}>Show the story</button></p>}
    </section>
  );
};
