// What the wake link shows: one button while the platform sleeps, how far it is while it wakes, and the way in once it is awake (S10).
import { durationWords } from './instants.ts';
import type { Answered, Progress } from './wake-answer.ts';
import type { LinkStanding } from './wake-link.ts';
import { escaped, PAGE_STYLE, pageHead, sunrise } from './wake-page.ts';

/** The form posts to the very address it came from; nothing else may be loaded, framed or told where the reader was, for the address is the key. */
const HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Robots-Tag': 'noindex',
} as const;
const AGAIN_SECONDS = 10;
const BUTTON_STYLE = `
button,.way{display:inline-block;margin-top:1.25rem;padding:.7rem 1.4rem;border:0;border-radius:.6rem;background:var(--sun);color:#241503;font:inherit;font-weight:650;text-decoration:none;cursor:pointer}
button:focus-visible,.way:focus-visible{outline:3px solid var(--ink);outline-offset:3px}`;

/** Takes what the address shows by now into the page that is open; ends with the waking. */
const SCRIPT = `
(function again(){setTimeout(function(){fetch(location.href,{cache:'no-store'}).then(function(r){return r.text()}).then(function(t){var d=new DOMParser().parseFromString(t,'text/html');
if(d.querySelector('main')){document.title=d.title;document.querySelector('main').replaceWith(d.querySelector('main'))}if(d.querySelector('progress'))again()}).catch(again)},${AGAIN_SECONDS}000)})();`;

interface Words {
  readonly status: number;
  readonly title: string;
  readonly text: string;
  readonly percent: number;
  /** HTML below the text. */
  readonly below: string;
  /** The page looks again by itself. */
  readonly again: boolean;
}

/** The answer to whoever opens or presses the link; `site` is where the way in leads, null when no address is known. */
export const linkAnswer = (standing: LinkStanding, method: string, progress: Progress, site: string | null): Answered => {
  const words = method === 'GET' || method === 'HEAD' || method === 'POST' ? wordsFor(standing, progress, site) : otherMethod;
  return { status: words.status, headers: HEADERS, body: method === 'HEAD' ? '' : pageOf(words) };
};

const wordsFor = (standing: LinkStanding, progress: Progress, site: string | null): Words => {
  switch (standing) {
    case 'forged':
      return still(403, 'This link is not one of ours', 'Please open it exactly as it stands in the message. Nothing was woken.');
    case 'expired':
      return still(410, 'This link is over', 'It belonged to a night that has ended. Nothing was woken.', wayIn(site));
    case 'good':
      return byState(progress, site);
  }
};

const byState = ({ title, state, secondsLeft, percent, slow, opens }: Progress, site: string | null): Words => {
  switch (state) {
    case 'asleep':
      return {
        ...still(200, `${title} sleeps`, opens === null ? 'It sleeps until somebody needs it.' : `It sleeps until ${opens}, or until somebody needs it.`),
        below: '<form method="post"><button type="submit">Wake it now</button></form>',
      };
    case 'waking': {
      const left = slow ? 'This takes longer than usual. If it does not come up, the people who run it are told.' : `About ${durationWords(secondsLeft)} to go.`;
      const bar = `<progress max="100" value="${percent}" aria-label="Waking up">${percent} %</progress>`;
      return { ...still(200, `${title} is waking up`, left, bar), percent, again: true };
    }
    case 'awake':
      return { ...still(200, `${title} is awake`, 'Everything is up.', wayIn(site)), percent: 100 };
  }
};

const still = (status: number, title: string, text: string, below = ''): Words => ({ status, title, text, percent: 0, below, again: false });

const otherMethod = still(405, 'This link is opened and pressed', 'It takes no other request. Nothing was woken.');

const wayIn = (site: string | null): string => (site === null ? '' : `<a class="way" href="${escaped(site)}">Open the site</a>`);

/** The description is what a chat shows beside the link. */
const pageOf = ({ title, text, percent, below, again }: Words): string =>
  [
    pageHead(title),
    again ? `<noscript><meta http-equiv="refresh" content="${AGAIN_SECONDS}"></noscript>` : '',
    `<meta property="og:title" content="${escaped(title)}"><meta property="og:description" content="${escaped(text)}">`,
    `<style>${PAGE_STYLE}${BUTTON_STYLE}</style></head><body><main>`,
    sunrise(percent),
    `<h1>${escaped(title)}</h1><p role="status">${escaped(text)}</p>`,
    below,
    again ? `</main><script>${SCRIPT}</script></body></html>` : '</main></body></html>',
  ].join('');
