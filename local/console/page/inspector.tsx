// Why: the decision behind the selected line with its facts, the chain that led there, and the line itself in full.
import { useMemo } from 'preact/hooks';
import type { TrailEntry } from './api.ts';
import type { Decision } from './ledger-writes.ts';
import { MailMessage, SlackMessage } from './messages.tsx';
import { decisionTone, rowOf } from './rows.ts';
import type { Store } from './store.ts';
import { clockWords, dayWords, short } from './words.ts';

const goTo = (store: Store, { seq, at }: { readonly seq: number; readonly at: number }) => (): void => store.go({ seq, at });

const factWords = (value: string | number | boolean | null): string => (value === null ? 'none' : value === '' ? '–' : short(String(value)));

const DecisionCard = ({ store, decision }: { readonly store: Store; readonly decision: Decision }) => (
  <article class={`decision tone-${decisionTone(decision)}`} aria-label="Decision">
    <p class="sentence">{decision.sentence}</p>
    <p class="soft">
      {decision.story} decided <strong>{decision.action}</strong> because of <code>{decision.reason}</code>,{' '}
      <button type="button" class="name" onClick={goTo(store, decision)}>{clockWords(decision.at, store.zone)}</button>
    </p>
    <dl class="fact-list">{Object.entries(decision.facts).map(([name, value]) => <div key={name}><dt>{name}</dt><dd class="mono">{factWords(value)}</dd></div>)}</dl>
  </article>
);

const Step = ({ store, entry, isHere }: { readonly store: Store; readonly entry: TrailEntry; readonly isHere: boolean }) => {
  const { who, text, tone } = rowOf(entry, store.recording.decisionAt(entry.seq));
  return (
    <li class={`step tone-${tone} kind-${entry.kind}`} {...(isHere ? { 'aria-current': 'true' as const } : {})}>
      <span class="mono soft">{clockWords(entry.at, store.zone)}</span>
      <button type="button" class="name" onClick={goTo(store, entry)}><span class="who">{who}</span> {text}</button>
    </li>
  );
};

/** Long chains show their ends: how it began and what came just before. */
const Chain = ({ store, entry }: { readonly store: Store; readonly entry: TrailEntry }) => {
  const chain = useMemo(() => store.recording.causes.chainOf(entry), [entry]);
  if (chain.length < 2) return null;
  return (
    <section aria-label="What led there">
      <h2>What led there</h2>
      <ol class="chain">{chain.map((step) => <Step key={step.seq} store={store} entry={step} isHere={step === entry} />)}</ol>
    </section>
  );
};

const MOST_TEXT = 30_000;

const Raw = ({ entry }: { readonly entry: TrailEntry }) => {
  const text = useMemo(() => JSON.stringify(entry.detail ?? null, null, 2), [entry]);
  return (
    <details>
      <summary>The line in full</summary>
      <dl class="fact-list">
        <div><dt>number</dt><dd class="mono">{entry.seq}</dd></div>
        <div><dt>instant</dt><dd class="mono">{new Date(entry.at).toISOString()}</dd></div>
        <div><dt>who</dt><dd class="mono">{entry.who}</dd></div>
        <div><dt>what</dt><dd class="mono">{entry.what}</dd></div>
      </dl>
      <pre tabIndex={0}>{text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}\n… ${text.length - MOST_TEXT} characters more` : text}</pre>
    </details>
  );
};

const Selected = ({ store, entry }: { readonly store: Store; readonly entry: TrailEntry }) => {
  const { recording } = store;
  const own = recording.decisionAt(entry.seq);
  // A decision may still be written down just after what it explains.
  const decision = useMemo(() => recording.causes.decisionFor(entry), [entry, recording.causes.decisions.length]);
  const { who, text } = rowOf(entry, own);
  const message = recording.messages.find(({ seq }) => seq === entry.seq);
  const execution = recording.causes.executionOf(entry);
  return (
    <>
      <p class="soft">{dayWords(entry.at, store.zone)}, <span class="mono">{clockWords(entry.at, store.zone)}</span> · {entry.kind}</p>
      <h2 class="headline">{who}: {text}</h2>
      {execution !== null && <p><button type="button" onClick={() => store.go({ words: execution.slice(execution.indexOf('/') + 1) })}>Only this execution</button></p>}
      {message?.road === 'slack' && <SlackMessage store={store} message={message} />}
      {message?.road === 'mail' && <MailMessage store={store} message={message} />}
      {decision === undefined ? <p class="soft">No decision of the automation stands behind this line.</p> : <DecisionCard store={store} decision={decision} />}
      <Chain store={store} entry={entry} />
      <Raw entry={entry} />
    </>
  );
};

const MOST_RECENT = 12;

const isTelling = ({ action }: Decision): boolean => action !== 'ignore' && action !== 'nothing';

const Recent = ({ store }: { readonly store: Store }) => {
  const { at } = store.address;
  const told = store.recording.causes.decisions.filter((decision) => isTelling(decision) && (at === null || decision.at <= at));
  return (
    <>
      <h2 class="headline">What the automation decided {at === null ? 'last' : 'until then'}</h2>
      {told.length === 0 && <p class="soft">Nothing yet. Push an image and see what it makes of it.</p>}
      {told.slice(-MOST_RECENT).toReversed().map((decision) => (
        <article key={decision.seq} class={`decision small tone-${decisionTone(decision)}`}>
          <p class="soft"><span class="mono">{dayWords(decision.at, store.zone)} {clockWords(decision.at, store.zone)}</span> · {decision.story}{decision.service === null ? '' : ` · ${decision.service}`} · {decision.action}</p>
          <button type="button" class="name sentence" onClick={goTo(store, decision)}>{decision.sentence}</button>
        </article>
      ))}
    </>
  );
};

export const Inspector = ({ store }: { readonly store: Store }) => {
  const { seq } = store.address;
  const entry = seq === null ? undefined : store.recording.entries[seq - 1];
  return <div class="inspector">{entry === undefined ? <Recent store={store} /> : <Selected store={store} entry={entry} />}</div>;
};
