// The page a person sees while the site wakes: quiet, light or dark, without anything from elsewhere, and it leaves by itself (S10).
import { durationWords } from './instants.ts';
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

/** Asks every five seconds how far it is; as soon as the answer is not ours, the site is there. */
const SCRIPT = `
(function(){var main=document.querySelector('main'),left=document.getElementById('left'),bar=document.querySelector('progress'),list=document.querySelector('ul'),
sun=document.querySelector('.sunrise'),note=document.getElementById('slow'),fails=0;
function words(s){return s<90?Math.max(5,Math.ceil(s/5)*5)+' seconds':Math.round(s/60)+' minutes'}
function draw(p){left.textContent=p.slow?'It should not be long now.':'About '+words(p.retryAfterSeconds)+' to go.';bar.value=p.percent;bar.textContent=p.percent+' %';
sun.style.transform='translateY('+(60-p.percent*.6)+'px)';note.hidden=!p.slow;list.textContent='';p.steps.forEach(function(s){var li=document.createElement('li'),m=document.createElement('span'),b=document.createElement('b');
m.className='mark';m.setAttribute('aria-hidden','true');m.textContent=s.done>=s.of?'\\u2713':'\\u00b7';b.textContent=s.done>=s.of?'ready':s.done+' of '+s.of;li.append(m,s.name,b);list.append(li)})}
function look(){fetch(location.href,{headers:{accept:'application/json'},cache:'no-store'}).then(function(r){if(r.headers.get('x-dayshift')){fails=0;return r.json().then(draw)}
if(r.status===502||r.status===504){return}
location.replace(location.href)}).catch(function(){fails++}).then(function(){setTimeout(look,fails>3?15000:5000)})}
main.dataset.live='1';setTimeout(look,3000)})();`;

/** Text as it may stand in HTML, attributes included. */
export const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const stepItem = ({ name, done, of }: Progress['steps'][number]): string =>
  `<li><span class="mark" aria-hidden="true">${done >= of ? '✓' : '·'}</span>${escaped(name)}<b>${done >= of ? 'ready' : `${done} of ${of}`}</b></li>`;

export const sunrise = (percent: number): string =>
  '<svg class="dawn" viewBox="0 0 400 112" preserveAspectRatio="xMidYMax slice" role="presentation" aria-hidden="true">' +
  `<g class="sunrise" style="transform:translateY(${60 - Math.round(percent * 0.6)}px)"><circle class="glow" cx="200" cy="84" r="58"/><circle class="sun" cx="200" cy="84" r="32"/></g></svg>`;

/** The whole page, below 15 kB. Without script it asks again by itself every 15 seconds. */
export const wakingPage = (progress: Progress, method: string): string => {
  const { title, secondsLeft, percent, steps, slow, opens } = progress;
  const lost = method === 'GET' || method === 'HEAD' ? '' : '<p><strong>What you just sent was not processed.</strong> Please send it again once the site is up.</p>';
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">',
    `<title>${escaped(title)} is waking up</title><noscript><meta http-equiv="refresh" content="15"></noscript><style>${PAGE_STYLE}</style></head><body><main>`,
    sunrise(percent),
    `<h1>${escaped(title)} is waking up</h1>`,
    `<p>It sleeps when nobody works, to save energy and money. You have just woken it. <span id="left" role="status" aria-live="polite">${slow ? 'It should not be long now.' : `About ${durationWords(secondsLeft)} to go.`}</span></p>`,
    lost,
    `<progress max="100" value="${percent}" aria-label="Waking up">${percent} %</progress>`,
    `<ul aria-label="Steps">${steps.map(stepItem).join('')}</ul>`,
    `<p id="slow"${slow ? '' : ' hidden'}>This takes longer than usual. The people who run it have been told. You may leave this page open: it opens the site as soon as it is ready.</p>`,
    opens === null ? '' : `<p><small>By the clock it wakes at ${escaped(opens)}.</small></p>`,
    `</main><script>${SCRIPT}</script></body></html>`,
  ].join('');
};
