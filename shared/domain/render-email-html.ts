// A notice as an HTML e-mail: tables and inline styles only, because that is what mail programs agree on; the plain text goes along with
// it (N1).
import { instantWords } from './instants.ts';
import type { Notice } from './notice.ts';
import { inTerminal } from './terminal-words.ts';
import { fit, lastLines } from './text-fit.ts';

const colours: Readonly<Record<Notice['tone'], string>> = { bad: '#c62828', warning: '#b26a00', good: '#2e7d32', neutral: '#455a64' };
const font = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const mono = 'font-family:ui-monospace,Menlo,Consolas,monospace';

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const short = (text: string, limit: number): string => fit(text, limit, escape);

/** The body as a whole document; `picture` is the content id of an attached graph, when there is one. */
export const emailHtml = (notice: Notice, timeZone: string, picture: string | null = null): string => {
  const parts = [
    `<tr><td style="border-left:6px solid ${colours[notice.tone]};padding:4px 0 4px 16px"><h1 style="margin:0;font-size:20px;line-height:1.3">${short(notice.title, 300)}</h1></td></tr>`,
    notice.summary === '' ? '' : row(`<p style="margin:0">${short(notice.summary, 4_000)}</p>`),
    facts(notice),
    picture === null
      ? ''
      : row(
          `<img src="cid:${escape(picture)}" alt="${short(notice.picture?.title ?? 'graph', 200)}" width="600" style="max-width:100%;border:1px solid #ddd">`,
        ),
    ...notice.excerpts.slice(0, 8).map(excerpt),
    steps(notice),
    links(notice),
    row(
      `<p style="margin:0;color:#666;font-size:12px">${short(`${notice.platform} ${notice.stage} · ${instantWords(notice.at, timeZone)} · ${inTerminal(`why ${notice.id}`, notice)}`, 400)}</p>`,
    ),
  ].filter((part) => part !== '');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light"><title>${short(notice.title, 200)}</title></head>
<body style="margin:0;padding:16px;background:#f5f5f5;color:#1a1a1a;${font};font-size:15px;line-height:1.5">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:680px;margin:0 auto;background:#fff;border:1px solid #ddd;border-radius:6px"><tbody>
${parts.join('\n')}
</tbody></table>
</body></html>
`;
};

const row = (content: string): string => `<tr><td style="padding:10px 22px">${content}</td></tr>`;

const facts = ({ facts: all }: Notice): string => {
  if (all.length === 0) return '';
  const rows = all
    .slice(0, 30)
    .map(
      ({ label, value }) =>
        `<tr><th scope="row" align="left" valign="top" style="padding:3px 16px 3px 0;color:#555;font-weight:600;white-space:nowrap">${short(label, 80)}</th><td style="padding:3px 0">${short(value === '' ? '–' : value, 800)}</td></tr>`,
    );
  return row(`<table role="presentation" cellpadding="0" cellspacing="0"><tbody>${rows.join('')}</tbody></table>`);
};

const excerpt = ({ title, lines }: Notice['excerpts'][number]): string =>
  row(
    `<p style="margin:0 0 4px;font-weight:600">${short(title, 120)}</p><pre style="margin:0;padding:10px;background:#f6f8fa;border-radius:4px;${mono};font-size:12px;white-space:pre-wrap;overflow-wrap:anywhere">${lastLines(lines, 8_000, escape).join('\n')}</pre>`,
  );

const steps = ({ nextSteps }: Notice): string =>
  nextSteps.length === 0
    ? ''
    : row(
        `<p style="margin:0 0 4px;font-weight:600">What you can do</p><ul style="margin:0;padding-left:20px">${nextSteps
          .slice(0, 10)
          .map((step) => `<li>${short(step, 500)}</li>`)
          .join('')}</ul>`,
      );

/** Only addresses of the web become links: a notice may quote anything. */
const links = ({ links: all }: Notice): string => {
  const shown = all.filter(({ url }) => /^https?:\/\//.test(url) && url.length <= 2_000).slice(0, 10);
  return shown.length === 0
    ? ''
    : row(
        `<p style="margin:0">${shown.map(({ text, url }) => `<a href="${escape(url)}" style="color:#0b57d0">${short(text, 80)}</a>`).join(' &nbsp;·&nbsp; ')}</p>`,
      );
};
