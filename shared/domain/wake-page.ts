// The page a person sees while the site wakes: quiet, light or dark, without anything from elsewhere, and it leaves by itself (S10).
import type { Progress } from './wake-answer.ts';

/** Colours and shapes, shared with the page of the wake link. */
export const PAGE_STYLE = `
:root{color-scheme:light dark;--sky:#f6f3ee;--ink:#2b2a33;--soft:#6b6877;--line:#ded8cd;--sun:#e8893b;--glow:#ffd9a8}
@media(prefers-color-scheme:dark){:root{--sky:#14161f;--ink:#eceaf2;--soft:#a3a1b3;--line:#2c3040;--sun:#f0a35e;--glow:#5a3a1e}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--sky);color:var(--ink);font:1rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{width:min(34rem,100%);padding:2rem 1.5rem}
h1{font-size:clamp(1.5rem,5vw,2rem);line-height:1.25;margin:1.5rem 0 .5rem;font-weight:650;letter-spacing:-.01em}
p{margin:.5rem 0;color:var(--soft)}
.dawn{width:100%;height:7rem;display:block;border-bottom:2px solid var(--line)}
.dawn .sun{fill:var(--sun)}.dawn .glow{fill:var(--glow);opacity:.6}
.sunrise{transition:transform 2s ease-out}
progress{appearance:none;width:100%;height:.5rem;border:0;border-radius:1rem;overflow:hidden;background:var(--line);margin-top:1rem}
progress::-webkit-progress-bar{background:var(--line)}progress::-webkit-progress-value{background:var(--sun);transition:width 1s}progress::-moz-progress-bar{background:var(--sun)}
ul{list-style:none;margin:1.25rem 0 0;padding:0}
li{display:flex;gap:.6rem;padding:.4rem 0;border-top:1px solid var(--line)}
li b{margin-left:auto;font-weight:500;font-variant-numeric:tabular-nums;color:var(--soft)}
.mark{width:1.2em;color:var(--sun)}
a{color:inherit}
@media(prefers-reduced-motion:reduce){.sunrise,progress::-webkit-progress-value{transition:none}}`;

/** Seconds a person can use: by fives, then minutes. The script says the same. */
const leftWords = (seconds: number): string =>
  seconds < 90 ? `${Math.max(5, Math.ceil(seconds / 5) * 5)} seconds` : `${Math.round(seconds / 60)} minutes`;

const SLOW = 'It takes longer than usual.';

/**
 * Asks every five seconds how far it is; as soon as the answer is not ours, the site is there, also where it leads on to a sign-in elsewhere.
 * Errors of a load balancer that has no task yet are waited for, half a minute long. What was sent is never sent again.
 */
const SCRIPT = `
(function(){var main=document.querySelector('main'),left=document.getElementById('left'),bar=document.querySelector('progress'),list=document.querySelector('ul'),
sun=document.querySelector('.sunrise'),note=document.getElementById('slow'),woken=0,lost=0,fails=0;
function words(s){return s<90?Math.max(5,Math.ceil(s/5)*5)+' seconds':Math.round(s/60)+' minutes'}
function say(t){if(left.textContent!==t)left.textContent=t}
function draw(p){if(p.state==='waking')woken=1;say(woken&&p.state==='asleep'?'It has gone back to sleep: open this page again to wake it.':p.slow?'${SLOW}':'About '+words(p.retryAfterSeconds)+' to go.');
bar.value=p.percent;bar.textContent=p.percent+' %';sun.style.transform='translateY('+(60-p.percent*.6)+'px)';note.hidden=!p.slow;list.textContent='';
p.steps.forEach(function(s){var li=document.createElement('li'),m=document.createElement('span'),b=document.createElement('b');
m.className='mark';m.setAttribute('aria-hidden','true');m.textContent=s.done>=s.of?'\\u2713':'\\u25cb';b.textContent=s.done>=s.of?'ready':s.done+' of '+s.of;li.append(m,s.name,b);list.append(li)})}
function enter(){if('sent' in main.dataset)location.replace(location.pathname+location.search);else location.reload()}
function look(){fetch(location.href,{headers:{accept:'application/json'},cache:'no-store',redirect:'manual'}).then(function(r){fails=0;if(r.headers.get('x-dayshift')){lost=0;return r.json().then(draw)}
if(r.status>501&&r.status<505&&++lost<7)return;enter()}).catch(function(){fails++}).then(function(){setTimeout(look,fails>3?15000:5000)})}
setTimeout(look,3000)})();`;

/** Text as it may stand in HTML, attributes included. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const stepItem = ({ name, done, of }: Progress['steps'][number]): string =>
  `<li><span class="mark" aria-hidden="true">${done >= of ? '✓' : '○'}</span>${escaped(name)}<b>${done >= of ? 'ready' : `${done} of ${of}`}</b></li>`;

export const sunrise = (percent: number): string =>
  '<svg class="dawn" viewBox="0 0 400 112" preserveAspectRatio="xMidYMax slice" role="presentation" aria-hidden="true">' +
  `<g class="sunrise" style="transform:translateY(${60 - Math.round(percent * 0.6)}px)"><circle class="glow" cx="200" cy="84" r="58"/><circle class="sun" cx="200" cy="84" r="32"/></g></svg>`;

/** A sun over the horizon; inside the page, so that no browser asks for one. */
const ICON =
  "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><path fill='%23e8893b' d='M3 11a5 5 0 0 1 10 0z'/><path fill='%238a8797' d='M0 12h16v1H0z'/></svg>";

/** What both pages of a waking begin with. */
export const pageHead = (title: string): string =>
  '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">' +
  `<meta name="robots" content="noindex"><link rel="icon" href="${ICON}"><title>${escaped(title)}</title>`;

/** The whole page, below 15 kB. Without script it asks again by itself every 15 seconds. */
export const wakingPage = (progress: Progress, method: string): string => {
  const { title, secondsLeft, percent, steps, slow, opens } = progress;
  const sent = method !== 'GET' && method !== 'HEAD';
  const lost = !sent ? '' : '<p><strong>What you just sent was not processed.</strong> Please send it again once the site is up.</p>';
  return [
    pageHead(`${title} is waking up`),
    `<noscript><meta http-equiv="refresh" content="15"></noscript><style>${PAGE_STYLE}</style></head><body><main${sent ? ' data-sent' : ''}>`,
    sunrise(percent),
    `<h1>${escaped(title)} is waking up</h1>`,
    `<p>It sleeps when nobody works, to save energy and money, and is being woken now. <span id="left" role="status" aria-live="polite">${slow ? SLOW : `About ${leftWords(secondsLeft)} to go.`}</span></p>`,
    lost,
    `<progress max="100" value="${percent}" aria-label="Waking up">${percent} %</progress>`,
    `<ul aria-label="Steps">${steps.map(stepItem).join('')}</ul>`,
    `<p id="slow"${slow ? '' : ' hidden'}>You may leave this page open: it opens the site as soon as that is ready. If nothing moves for ten minutes, tell the people who run it; they can see what it waits for. <a href="">Look again now</a></p>`,
    opens === null ? '' : `<p><small>By the clock it wakes at ${escaped(opens)}.</small></p>`,
    `</main><script>${SCRIPT}</script></body></html>`,
  ].join('');
};
