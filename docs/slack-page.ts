// Shows a Slack message as it appears in the channel: a small page of ours that knows the blocks we use, and nothing else.
import type { Block, SlackMessage } from '../shared/domain/render-slack.ts';

const emoji: Readonly<Record<string, string>> = {
  red_circle: '🔴',
  large_green_circle: '🟢',
  large_orange_circle: '🟠',
  white_circle: '⚪',
};

/** Blocks are already escaped for mrkdwn, which is what HTML needs as well; quotes are harmless in text. */
const inline = (text: string): string =>
  text
    .replace(/&lt;!channel&gt;|<!channel>/g, '<b class="mention">@channel</b>')
    .replace(/<(https?:[^|>]+)\|([^>]+)>/g, '<a href="$1">$2</a>')
    .replace(/```\n?([\s\S]*?)\n?```/g, (_, code: string) => `<pre>${code}</pre>`)
    .replace(/(^|[\s(])\*([^*\n]+)\*/g, '$1<b>$2</b>')
    .replace(/:([a-z_]+):/g, (whole, name: string) => emoji[name] ?? whole)
    .replace(/\n(?!<\/?pre)/g, '<br>');

const plain = (text: string): string => inline(text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'));

const blockHtml = (block: Block): string => {
  switch (block.type) {
    case 'header':
      return `<h2>${plain(block.text.text)}</h2>`;
    case 'section': {
      const text = block.text === undefined ? '' : `<div class="text">${keepPre(block.text.text)}</div>`;
      const fields =
        block.fields === undefined
          ? ''
          : `<div class="fields">${block.fields.map((field) => `<div>${inline(field.text)}</div>`).join('')}</div>`;
      return text + fields;
    }
    case 'context':
      return `<div class="context">${block.elements.map((element) => inline(element.text)).join(' ')}</div>`;
    case 'actions':
      return `<div class="actions">${block.elements.map((button) => `<span class="button ${button.style ?? ''}">${plain(button.text.text)}</span>`).join('')}</div>`;
  }
};

/** Line breaks inside code stay line breaks. */
const keepPre = (text: string): string =>
  text
    .split(/(```[\s\S]*?```)/)
    .map((part) => (part.startsWith('```') ? `<pre>${part.slice(3, -3).trim()}</pre>` : inline(part)))
    .join('');

const style = `
:root{color-scheme:light dark;--ink:#1d1c1d;--paper:#fff;--line:#ddd;--code:#f6f6f6;--soft:#616061}
@media (prefers-color-scheme:dark){:root{--ink:#d1d2d3;--paper:#1a1d21;--line:#3a3d42;--code:#232529;--soft:#9a9b9d}}
body{margin:0;padding:24px;background:var(--paper);color:var(--ink);font:15px/1.47 Lato,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:720px;margin:auto}
.message{display:grid;grid-template-columns:36px 1fr;gap:8px;margin-bottom:32px}
.face{width:36px;height:36px;border-radius:6px;background:#3f6b4f;color:#fff;display:grid;place-items:center;font-weight:700}
.who b{font-weight:900}.app{background:var(--line);border-radius:2px;font-size:10px;padding:1px 4px;margin:0 6px;font-weight:700}
h2{font-size:18px;margin:4px 0 8px}.fields{display:grid;grid-template-columns:1fr 1fr;gap:8px 16px;margin:8px 0}
pre{background:var(--code);border:1px solid var(--line);border-radius:4px;padding:8px;margin:4px 0;font:12px/1.5 ui-monospace,Menlo,Consolas,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
.thread{border-left:3px solid var(--line);padding-left:10px;margin:10px 0}.thread img{max-width:480px;width:100%;border:1px solid var(--line);border-radius:4px}
.text{margin:6px 0}.context{color:var(--soft);font-size:13px;margin-top:8px}.actions{margin:8px 0;display:flex;gap:8px;flex-wrap:wrap}
.button{border:1px solid var(--line);border-radius:4px;padding:4px 12px;font-weight:700;font-size:13px}.button.primary{background:#007a5a;color:#fff}.button.danger{background:#e01e5a;color:#fff}
a{color:#1264a3}.mention{background:#fff2cc;color:#1264a3}h1{font-size:20px;border-bottom:1px solid var(--line);padding-bottom:8px}`;

export interface ShownMessage {
  readonly name: string;
  readonly message: SlackMessage;
  /** Address of the graph that an app posts below the message. */
  readonly graph: string | null;
}

const threadOf = (graph: string | null): string =>
  graph === null ? '' : `\n<div class="thread"><div class="context">1 reply · graph.png</div><img src="${graph}" alt="graph of the metric"></div>`;

/** One page with messages under their names. */
export const slackPage = (title: string, messages: readonly ShownMessage[]): string => {
  const shown = messages.map(
    ({ name, message, graph }) =>
      `<h1>${plain(name)}</h1>\n<div class="message"><div class="face">D</div><div><div class="who"><b>Dayshift</b><span class="app">APP</span></div>\n${message.blocks.map(blockHtml).join('\n')}${threadOf(graph)}\n</div></div>`,
  );
  return `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${plain(title)}</title><style>${style}</style></head>\n<body><main>\n${shown.join('\n')}\n</main></body></html>\n`;
};
