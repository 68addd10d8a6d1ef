// The whole page: a bar with time and deeds, the strip of days, and three columns: the platform, its stories and timeline, the inspector.
import { useEffect } from 'preact/hooks';
import { Deeds } from './deeds.tsx';
import { DayStrip } from './day-strip.tsx';
import { Inspector } from './inspector.tsx';
import { Machines } from './machines.tsx';
import { Messages } from './messages.tsx';
import { Platform } from './platform.tsx';
import { listen } from './shortcuts.ts';
import type { Store } from './store.ts';
import { ThemeButton } from './theme.tsx';
import { Timeline } from './timeline.tsx';
import { Transport } from './transport.tsx';
import type { PlatformView } from './view.ts';
import { clockWords, dayWords } from './words.ts';

const stateWords: Readonly<Record<string, string>> = { awake: 'awake', 'falling-asleep': 'falling asleep', asleep: 'asleep', waking: 'waking' };

const Brand = ({ store, view }: { readonly store: Store; readonly view: PlatformView | null }) => {
  const platform = store.world?.platform;
  return (
    <div class="brand">
      <img src="/console/icon.svg" alt="" width="22" height="22" />
      <h1>{platform?.title ?? 'Dayshift'}</h1>
      {platform !== null && platform !== undefined && <span class="soft">{platform.stage} · {platform.region}</span>}
      {view !== null && platform !== null && <span class={`pill state-${view.state}`}>{stateWords[view.state] ?? view.state}</span>}
      {store.link === 'lost' && <span class="pill tone-bad" role="status">the world is not answering</span>}
    </div>
  );
};

const PastBanner = ({ store }: { readonly store: Store }) => {
  const { at } = store.address;
  if (at === null) return null;
  return (
    <div class="past" role="status">
      <span>Looking back at <strong>{dayWords(at, store.zone)}, {clockWords(at, store.zone)}</strong>. The world is at {dayWords(store.time.now, store.zone)}, {clockWords(store.time.now, store.zone)}.</span>
      <button type="button" onClick={() => store.go({ at: null, seq: null })}>Back to the present <kbd>L</kbd></button>
    </div>
  );
};

const Notice = ({ store }: { readonly store: Store }) => (
  <div role="alert" class="alert-place">
    {store.notice !== null && (
      <div class="notice">
        <span>{store.notice}</span>
        <button type="button" aria-label="Dismiss" onClick={() => store.dismiss()}>×</button>
      </div>
    )}
  </div>
);

const Side = ({ store }: { readonly store: Store }) => {
  const { panel } = store.address;
  const tab = (name: typeof panel, label: string) => (
    <button type="button" role="tab" id={`tab-${name}`} aria-selected={panel === name} aria-controls="side-panel" tabIndex={panel === name ? 0 : -1} onClick={() => store.go({ panel: name })}>{label}</button>
  );
  const turn = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    const next = panel === 'why' ? 'messages' : 'why';
    store.go({ panel: next });
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <section class="side" aria-label="Details">
      <div role="tablist" aria-label="Details" class="tabs" onKeyDown={turn}>
        {tab('why', 'Why')}
        {tab('messages', `Messages ${store.recording.messages.length}`)}
      </div>
      <div role="tabpanel" id="side-panel" aria-labelledby={`tab-${panel}`} tabIndex={0} class="panel-body">
        {panel === 'why' ? <Inspector store={store} /> : <Messages store={store} />}
      </div>
    </section>
  );
};

export const App = ({ store }: { readonly store: Store }) => {
  useEffect(() => listen(store), [store]);
  const view = store.view();
  return (
    <>
      <header class="bar">
        <Brand store={store} view={view} />
        <Transport store={store} />
        <Deeds store={store} />
        <ThemeButton />
      </header>
      <DayStrip store={store} />
      <PastBanner store={store} />
      <main>
        <Platform store={store} view={view} />
        <div class="middle">
          <Machines store={store} view={view} />
          <Timeline store={store} />
        </div>
        <Side store={store} />
      </main>
      <Notice store={store} />
    </>
  );
};
