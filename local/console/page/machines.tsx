// The four state machines, drawn from the files AWS gets; the state an execution is in is lit, the way it came is drawn strong.
import alarm from '../../../state-machines/alarm.asl.json' with { type: 'json' };
import redeploy from '../../../state-machines/redeploy.asl.json' with { type: 'json' };
import sleep from '../../../state-machines/sleep.asl.json' with { type: 'json' };
import wake from '../../../state-machines/wake.asl.json' with { type: 'json' };
import { graphOf, NODE_HEIGHT, type Definition, type Edge, type Graph } from './graph.ts';
import type { Run } from './standing.ts';
import type { Store } from './store.ts';
import type { PlatformView } from './view.ts';
import { clockWords, short, spanWords } from './words.ts';

const definitions: Readonly<Record<string, Definition>> = { redeploy, sleep, wake, alarm } as Readonly<Record<string, Definition>>;
const graphs: Readonly<Record<string, Graph>> = Object.fromEntries(Object.entries(definitions).map(([story, definition]) => [story, graphOf(definition)]));

const storyOf = ({ machine }: Run): string => machine.slice(machine.lastIndexOf('-') + 1);

/** What a reader most likely wants: the pinned one, else what runs (stories before alarms), else what ended last. */
const chosen = (view: PlatformView, pinned: string | null): { readonly story: string; readonly run: Run | undefined } => {
  const running = view.runs.toSorted((one, other) => other.startedAt - one.startedAt);
  const ended = Object.values(view.last).toSorted((one, other) => other.since - one.since);
  const of = (story: string): Run | undefined => running.find((run) => storyOf(run) === story) ?? ended.find((run) => storyOf(run) === story);
  if (pinned !== null && graphs[pinned] !== undefined) return { story: pinned, run: of(pinned) };
  const run = running.find((one) => storyOf(one) !== 'alarm') ?? running[0] ?? ended.find((one) => storyOf(one) !== 'alarm' && !isShort(one)) ?? ended[0];
  const story = run === undefined ? 'redeploy' : storyOf(run);
  return { story: graphs[story] === undefined ? 'redeploy' : story, run };
};

/** An execution that found nothing to do tells little. */
const isShort = ({ visits }: Run): boolean => Object.keys(visits).length <= 3;

const stateClass = (run: Run | undefined, name: string): string => {
  if (run === undefined || run.visits[name] === undefined) return '';
  if (run.state !== name) return 'visited';
  return run.ended === null ? 'current' : `ended ended-${run.ended.split(' ')[0]?.toLowerCase() ?? ''}`;
};

const Drawing = ({ story, run }: { readonly story: string; readonly run: Run | undefined }) => {
  const graph = graphs[story];
  if (graph === undefined) return null;
  const isTaken = ({ from, to }: Edge): boolean => run?.ways[`${from}>${to}`] === true;
  // What was taken is drawn last, on top of what was not.
  const edges = graph.edges.toSorted((one, other) => Number(isTaken(one)) - Number(isTaken(other)));
  const lit = run === undefined ? 'no execution yet' : `${run.ended === null ? 'in' : 'ended in'} ${run.state || 'its beginning'}`;
  return (
    <svg class="machine" viewBox={`0 0 ${graph.width} ${graph.height}`} role="img" aria-label={`State machine ${story}, ${lit}`} style={{ maxWidth: `${Math.round(graph.width * 1.3)}px` }}>
      <defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 1l7 3-7 3z" /></marker></defs>
      {edges.map((edge) => (
        <path key={`${edge.from}>${edge.to}>${edge.kind}`} class={`edge edge-${edge.kind} ${isTaken(edge) ? 'visited' : ''}`} d={edge.path} marker-end="url(#tip)"><title>{`${edge.from} → ${edge.to}${edge.label === '' ? '' : `: ${edge.label}`}`}</title></path>
      ))}
      {graph.nodes.map(({ name, type, comment, x, y, width }) => (
        <g key={name} class={`node type-${type} ${stateClass(run, name)}`} transform={`translate(${x} ${y})`} data-state={name}>
          <title>{`${name} (${type})${comment === '' ? '' : `: ${comment}`}`}</title>
          <rect width={width} height={NODE_HEIGHT} rx={type === 'Succeed' || type === 'Fail' ? NODE_HEIGHT / 2 : type === 'Choice' ? 3 : 7} />
          <text x={width / 2} y={NODE_HEIGHT / 2 + 4}>{name}</text>
          {(run?.visits[name] ?? 0) > 1 && <text class="times" x={width - 2} y="-3">{run?.visits[name]} ×</text>}
        </g>
      ))}
    </svg>
  );
};

const Caption = ({ store, run, at }: { readonly store: Store; readonly run: Run | undefined; readonly at: number }) => {
  if (run === undefined) return <p class="soft caption">It has not run yet.</p>;
  const ended = run.ended === null ? `in ${run.state || 'its beginning'} for ${spanWords(at - run.since)}` : `${run.ended} in ${run.state} at ${clockWords(run.since, store.zone)}, after ${spanWords(run.since - run.startedAt)}`;
  return (
    <p class="soft caption">
      <button type="button" class="name mono" title="Show only this execution in the timeline" onClick={() => store.go({ words: run.name })}>{short(run.name)}</button>{' '}
      began {clockWords(run.startedAt, store.zone)} by {short(run.by.slice(run.by.lastIndexOf('/') + 1))}; {ended}
    </p>
  );
};

export const Machines = ({ store, view }: { readonly store: Store; readonly view: PlatformView | null }) => {
  const { story, run } = view === null ? { story: 'redeploy', run: undefined } : chosen(view, store.address.machine);
  const running = new Set(view?.runs.map(storyOf) ?? []);
  return (
    <section class="machines" aria-label="State machines">
      <div class="machine-head">
        <div class="segments" role="group" aria-label="Story">
          {Object.keys(graphs).map((name) => (
            <button key={name} type="button" aria-pressed={story === name} onClick={() => store.go({ machine: store.address.machine === name ? null : name })}>
              {name}{running.has(name) && <span class="live-dot" role="img" aria-label="running" />}
            </button>
          ))}
        </div>
        <Caption store={store} run={run} at={view?.at ?? 0} />
      </div>
      <Drawing story={story} run={run} />
    </section>
  );
};
