// Somebody, or some machine, opens or presses the newest wake link that people were told, by chat or by mail (S10).
import type { Manifest } from '../../shared/domain/manifest.ts';
import type { World } from '../world.ts';

export interface Followed {
  readonly press: boolean;
  /** The seal was tampered with. */
  readonly forged: boolean;
  readonly headers: Readonly<Record<string, string>>;
  /** Who was sent no link yet does nothing. */
  readonly ifSent: boolean;
}

const BROWSER = {
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Chrome/141.0 Safari/537.36',
  accept: 'text/html',
  'sec-fetch-mode': 'navigate',
} as const;
const LINK = /https:\/\/[\w.-]+lambda-url[\w.-]+\/\?until=[\w%.:-]+(?:&amp;|&)seal=[0-9a-f]+/g;

/** The newest link in anything people were sent; undefined when there is none yet. */
const newestLink = ({ services: { outside } }: World): string | undefined => {
  const said = [
    ...outside.slack.messages.map(({ at, text, blocks }) => ({ at, text: `${text} ${JSON.stringify(blocks)}` })),
    ...outside.mail.all.map(({ at, body }) => ({ at, text: body })),
  ].sort((one, other) => one.at - other.at);
  return said.flatMap(({ text }) => [...text.matchAll(LINK)]).at(-1)?.[0].replace('&amp;', '&');
};

const tampered = (link: string): string => `${link.slice(0, -1)}${link.endsWith('0') ? '1' : '0'}`;

/** Sends the request to the link's function URL, as a browser does unless other headers are given, and notes the answer. Throws when there is no link yet. */
export const followLink = async ({ press, forged, headers, ifSent }: Followed, { world, manifest }: { readonly world: World; readonly manifest: Manifest }): Promise<void> => {
  const link = newestLink(world);
  if (link === undefined && ifSent) return;
  if (link === undefined) throw Object.assign(new Error('nobody was sent a wake link yet'), { name: 'NoWakeLink' });
  const method = press ? 'POST' : 'GET';
  const answer = await world.services.lambda.visit({
    method,
    url: forged ? tampered(link) : link,
    headers: Object.keys(headers).length === 0 ? BROWSER : headers,
    body: '',
  });
  const title = /<title>([^<]*)<\/title>/.exec(answer.body)?.[1] ?? '';
  world.trail.add({ kind: 'happening', who: 'visitor', what: `${method} wake link of ${manifest.id} -> ${answer.status} ${title}`.trim() });
};
