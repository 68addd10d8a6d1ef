// The page's one store: the world's present, the recording of its trail and the address; panels are drawn at most once per frame.
import { ask, getState, getTrail, Refused, type Time, type TrailEntry, type WorldState } from './api.ts';
import { readAddress, writeAddress, type Address } from './address.ts';
import { makeRecording, type Recording } from './recording.ts';
import { newStanding, type Standing } from './standing.ts';
import { pastView, presentView, type PlatformView } from './view.ts';

export type Link = 'loading' | 'live' | 'lost';

export interface Store {
  readonly world: WorldState | null;
  readonly recording: Recording;
  readonly address: Address;
  readonly time: Pick<Time, 'now' | 'mode' | 'speed'>;
  readonly link: Link;
  /** The last refusal or trouble, in the world's own words; null when dismissed. */
  readonly notice: string | null;
  readonly zone: string;
  /** The platform at the instant looked at. */
  view(): PlatformView | null;
  go(change: Partial<Address>): void;
  /** Asks the world for something and shows what it says when it refuses. */
  order(what: string, body?: object): Promise<boolean>;
  dismiss(): void;
  subscribe(listener: () => void): () => void;
  /** Loads what is there and follows what comes. */
  open(): Promise<void>;
}

/** Real milliseconds between two questions about the present. */
const STATE_EVERY = 300;
/** Real milliseconds after which the address is written down. */
const WRITE_AFTER = 120;

interface Inside {
  world: WorldState | null;
  recording: Recording;
  address: Address;
  time: Pick<Time, 'now' | 'mode' | 'speed'>;
  link: Link;
  notice: string | null;
  past: { readonly count: number; readonly at: number; readonly standing: Standing } | null;
  readonly listeners: Set<() => void>;
  isDrawing: boolean;
  isAsking: boolean;
  isStale: boolean;
  incoming: TrailEntry[];
  writing: ReturnType<typeof setTimeout> | undefined;
}

const draw = (inside: Inside): void => {
  if (inside.isDrawing) return;
  inside.isDrawing = true;
  requestAnimationFrame(() => {
    inside.isDrawing = false;
    if (inside.incoming.length > 0) inside.recording.take(inside.incoming.splice(0));
    for (const listener of inside.listeners) listener();
  });
};

const refreshState = async (inside: Inside): Promise<void> => {
  if (inside.isAsking) {
    inside.isStale = true;
    return;
  }
  inside.isAsking = true;
  inside.isStale = false;
  try {
    inside.world = await getState();
    inside.time = inside.world.time;
    inside.link = inside.link === 'lost' ? 'live' : inside.link;
  } catch (error) {
    // The world has ended or was restarted: the page says so and keeps what it has.
    inside.link = 'lost';
    if (error instanceof Refused) inside.notice = error.message;
  }
  draw(inside);
  setTimeout(() => {
    inside.isAsking = false;
    if (inside.isStale) void refreshState(inside);
  }, STATE_EVERY);
};

const loadTrail = async (inside: Inside): Promise<void> => {
  for (let more = true; more; ) {
    const page = await getTrail(inside.recording.entries.length);
    inside.recording.take(page.entries);
    more = page.more;
    draw(inside);
  }
};

/** A world that came back with a shorter trail is another one: the page begins anew. */
const meetAgain = async (inside: Inside): Promise<void> => {
  const { time } = await getState();
  if (time.seq < inside.recording.entries.length) location.reload();
};

const follow = (inside: Inside): void => {
  const source = new EventSource(`/_dayshift/follow?since=${inside.recording.entries.length}`);
  source.addEventListener('trail', ({ data }) => {
    inside.incoming.push(JSON.parse(data as string) as TrailEntry);
    void refreshState(inside);
    draw(inside);
  });
  source.addEventListener('time', ({ data }) => {
    inside.time = JSON.parse(data as string) as Inside['time'];
    draw(inside);
  });
  source.addEventListener('open', () => {
    if (inside.link === 'lost') void meetAgain(inside);
    inside.link = 'live';
    void refreshState(inside);
  });
  source.addEventListener('error', () => {
    inside.link = 'lost';
    draw(inside);
  });
};

const viewOf = (inside: Inside): PlatformView | null => {
  const { world, recording, address } = inside;
  if (world === null) return null;
  if (address.at === null || world.manifest === null) return presentView(world, recording.replay.now, inside.time.now);
  const isAtSelected = address.seq !== null && recording.entries[address.seq - 1]?.at === address.at;
  const count = isAtSelected ? (address.seq ?? 0) : recording.countUntil(address.at);
  if (inside.past?.count !== count) inside.past = { count, at: address.at, standing: count === 0 ? newStanding() : recording.replay.after(count) };
  return pastView(world.manifest, inside.past.standing, address.at);
};

const go = (inside: Inside, change: Partial<Address>): void => {
  inside.address = { ...inside.address, ...change };
  inside.recording.timeline.filter(inside.address);
  // Replaced, not pushed, and not at every pixel: scrubbing through a day would fill the browser's history, and browsers limit how often one may write.
  clearTimeout(inside.writing);
  inside.writing = setTimeout(() => history.replaceState(null, '', `${location.pathname}${writeAddress(inside.address)}`), WRITE_AFTER);
  draw(inside);
};

const order = async (inside: Inside, what: string, body: object): Promise<boolean> => {
  try {
    await ask(what, body);
    void refreshState(inside);
    return true;
  } catch (error) {
    inside.notice = error instanceof Error ? error.message : String(error);
    draw(inside);
    return false;
  }
};

export const makeStore = (): Store => {
  const address = readAddress(location.hash);
  const inside: Inside = {
    world: null, address, link: 'loading', notice: null, past: null, listeners: new Set(), isDrawing: false, isAsking: false, isStale: false, incoming: [], writing: undefined,
    recording: makeRecording(address.shown, address.words),
    time: { now: 0, mode: 'paused', speed: 60 },
  };
  addEventListener('hashchange', () => go(inside, readAddress(location.hash)));
  return {
    get world() { return inside.world; },
    get recording() { return inside.recording; },
    get address() { return inside.address; },
    get time() { return inside.time; },
    get link() { return inside.link; },
    get notice() { return inside.notice; },
    get zone() { return inside.world?.platform?.timeZone ?? 'UTC'; },
    view: () => viewOf(inside),
    go: (change) => go(inside, change),
    order: (what, body = {}) => order(inside, what, body),
    dismiss: () => {
      inside.notice = null;
      draw(inside);
    },
    subscribe: (listener) => {
      inside.listeners.add(listener);
      return () => void inside.listeners.delete(listener);
    },
    open: async () => {
      await refreshState(inside);
      await loadTrail(inside);
      inside.link = 'live';
      follow(inside);
    },
  };
};
