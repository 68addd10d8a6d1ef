// Slack's own mark-up as the page shows it: bold, code, links, emoji and lines.
import type { ComponentChildren } from 'preact';

const emoji: Readonly<Record<string, string>> = {
  large_green_circle: '🟢', red_circle: '🔴', large_orange_circle: '🟠', white_circle: '⚪', large_yellow_circle: '🟡', large_blue_circle: '🔵',
  rotating_light: '🚨', warning: '⚠️', zzz: '💤', sunrise: '🌅', bar_chart: '📊', white_check_mark: '✅', x: '❌', moon: '🌙', sunny: '☀️',
};

const plain = (text: string): string =>
  text.replaceAll(/:([a-z0-9_+-]+):/g, (whole, name: string) => emoji[name] ?? whole).replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

const isWeb = (address: string): boolean => /^https?:\/\//.test(address);

const PIECES = /(```[\s\S]*?```|`[^`\n]+`|<[^>\n]+>|\*[^*\n]+\*)/g;

const piece = (text: string, key: number): ComponentChildren => {
  if (text.startsWith('```')) return <pre key={key} tabIndex={0}>{plain(text.slice(3, -3).replace(/^\n|\n$/g, ''))}</pre>;
  if (text.startsWith('`') && text.length > 2) return <code key={key}>{plain(text.slice(1, -1))}</code>;
  if (text.startsWith('*') && text.length > 2) return <strong key={key}>{plain(text.slice(1, -1))}</strong>;
  if (text.startsWith('<') && text.endsWith('>')) {
    const [address = '', label = address] = text.slice(1, -1).split('|');
    return isWeb(address) ? <a key={key} href={plain(address)} target="_blank" rel="noreferrer">{plain(label)}</a> : <span key={key}>{plain(label)}</span>;
  }
  return plain(text);
};

/** Text in mrkdwn, line breaks kept. */
export const SlackText = ({ text }: { readonly text: string }) => <>{text.split(PIECES).map(piece)}</>;

export const PlainText = ({ text }: { readonly text: string }) => <>{plain(text)}</>;
