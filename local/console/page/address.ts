// The page's address: an instant, a selected line, a panel and a filter, so that any view can be passed on as a link.
import { facets, storyFacets, type Facet } from './rows.ts';

export const panels = ['why', 'messages'] as const;
export type Panel = (typeof panels)[number];

export interface Address {
  /** Instant looked at, virtual milliseconds; null follows the present. */
  readonly at: number | null;
  /** Selected entry of the trail. */
  readonly seq: number | null;
  readonly panel: Panel;
  readonly shown: readonly Facet[];
  readonly words: string;
  /** Pinned state machine, null follows what runs. */
  readonly machine: string | null;
}

export const atTheStart: Address = { at: null, seq: null, panel: 'why', shown: storyFacets, words: '', machine: null };

const instantIn = (text: string | null): number | null => {
  const at = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? null : at;
};

/** Reads `#at=2026-11-23T00:31:29.985Z&seq=1395&show=event,call&words=rollback`; what makes no sense counts as absent. */
export const readAddress = (hash: string): Address => {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const seq = Number(given.get('seq') ?? Number.NaN);
  const shown = given.get('show');
  return {
    at: instantIn(given.get('at')),
    seq: Number.isInteger(seq) && seq > 0 ? seq : null,
    panel: panels.find((panel) => panel === given.get('panel')) ?? 'why',
    shown: shown === null ? storyFacets : facets.filter((facet) => shown === 'all' || shown.split(',').includes(facet)),
    words: given.get('words') ?? '',
    machine: given.get('machine'),
  };
};

/** The address as a hash; what is as at the start is left out. */
export const writeAddress = ({ at, seq, panel, shown, words, machine }: Address): string => {
  const parts = new URLSearchParams();
  if (at !== null) parts.set('at', new Date(at).toISOString());
  if (seq !== null) parts.set('seq', String(seq));
  if (panel !== 'why') parts.set('panel', panel);
  if (shown.length === facets.length) parts.set('show', 'all');
  else if (shown.join() !== storyFacets.join()) parts.set('show', shown.join(','));
  if (words !== '') parts.set('words', words);
  if (machine !== null) parts.set('machine', machine);
  const text = parts.toString().replaceAll('%3A', ':').replaceAll('%2C', ',');
  return text === '' ? '' : `#${text}`;
};
