// The messages as people get them: Slack's blocks as Slack draws them, mails as text, newest first.
import { useState } from 'preact/hooks';
import type { Message } from './recording.ts';
import { PlainText, SlackText } from './slack-text.tsx';
import type { Store } from './store.ts';
import { clockWords, dayWords } from './words.ts';

interface Words {
  readonly type: string;
  readonly text: string;
}
interface Element {
  readonly type: string;
  readonly text: string | Words;
  readonly style?: string;
  readonly action_id?: string;
}
interface SlackBlock {
  readonly type: string;
  readonly text?: Words;
  readonly fields?: readonly Words[];
  readonly elements?: readonly Element[];
  readonly title?: Words;
  readonly alt_text?: string;
}

const Text = ({ type, text }: Words) => (type === 'plain_text' ? <PlainText text={text} /> : <SlackText text={text} />);
const elementText = (text: string | Words): Words => (typeof text === 'string' ? { type: 'mrkdwn', text } : text);

/** Who presses here: the first person the platform file lets do that, a member of its groups (the rehearsal's mara) otherwise. */
const whoMay = (store: Store, action: string): string => {
  const allow = store.world?.manifest?.notices.allow ?? {};
  const named = [...(allow[action.split(':')[0] ?? ''] ?? []), ...(allow['*'] ?? [])];
  return named.find((id) => id.startsWith('U') || id.startsWith('W')) ?? 'mara';
};

interface Pressable {
  readonly store: Store;
  readonly ts: string;
}

/** A button as in Slack: what is pressed here reaches the platform as Slack would send it, signed. */
const Button = ({ element, store, ts }: Pressable & { readonly element: Element }) => {
  const words = <Text {...elementText(element.text)} />;
  const { action_id: action, style = '' } = element;
  if (action === undefined) return <span class={`slack-button ${style}`}>{words}</span>;
  const press = (): void => {
    store.go({ at: null, seq: null });
    void store.order('happen', { press: { button: action, message: ts, by: whoMay(store, action) } });
  };
  return <button type="button" class={`slack-button ${style}`} title="Press it as somebody who may" onClick={press}>{words}</button>;
};

const Block = ({ block, ...pressable }: Pressable & { readonly block: SlackBlock }) => {
  switch (block.type) {
    case 'header':
      return <p class="slack-header">{block.text !== undefined && <Text {...block.text} />}</p>;
    case 'section':
      return (
        <>
          {block.text !== undefined && <div class="slack-text"><Text {...block.text} /></div>}
          {block.fields !== undefined && <div class="slack-fields">{block.fields.map((field, index) => <div key={index}><Text {...field} /></div>)}</div>}
        </>
      );
    case 'context':
      return <div class="slack-context">{block.elements?.map(({ text }, index) => <span key={index}><Text {...elementText(text)} /></span>)}</div>;
    case 'actions':
      return <div class="slack-actions">{block.elements?.map((element, index) => <Button key={index} element={element} {...pressable} />)}</div>;
    case 'divider':
      return <hr />;
    default:
      return <div class="slack-context">{block.alt_text ?? block.title?.text ?? `(${block.type})`}</div>;
  }
};

const Head = ({ store, message, from }: { readonly store: Store; readonly message: Message; readonly from: string }) => (
  <header>
    <strong>{from}</strong>
    <button type="button" class="name soft" title="Show it in the timeline, and why" onClick={() => store.go({ seq: message.seq, at: message.at, panel: 'why' })}>{dayWords(message.at, store.zone)}, {clockWords(message.at, store.zone).slice(0, 5)} · why?</button>
  </header>
);

export const SlackMessage = ({ store, message }: { readonly store: Store; readonly message: Message }) => {
  const { detail } = message;
  const blocks = (detail['blocks'] ?? []) as readonly SlackBlock[];
  return (
    <article class="slack" aria-label={`Slack message ${String(detail['text'])}`}>
      <img src="/console/icon.svg" alt="" width="32" height="32" />
      <div>
        <Head store={store} message={message} from={`Dayshift · ${String(detail['channel'])}`} />
        {blocks.length === 0 ? <div class="slack-text"><SlackText text={String(detail['text'])} /></div> : blocks.map((block, index) => <Block key={index} block={block} store={store} ts={String(detail['ts'])} />)}
        {Number(detail['edits'] ?? 0) > 0 && <span class="soft">(edited)</span>}
      </div>
    </article>
  );
};

export const MailMessage = ({ store, message }: { readonly store: Store; readonly message: Message }) => {
  const { subject, from, to, body } = message.detail;
  return (
    <article class="mail" aria-label={`Mail ${String(subject)}`}>
      <Head store={store} message={message} from={String(subject)} />
      <p class="soft">{String(from)} → {String(to)}</p>
      <pre tabIndex={0}>{String(body)}</pre>
    </article>
  );
};

const AT_ONCE = 30;

export const Messages = ({ store }: { readonly store: Store }) => {
  const [most, setMost] = useState(AT_ONCE);
  const [road, setRoad] = useState<'slack' | 'mail'>('slack');
  const { at } = store.address;
  const of = (wanted: string): readonly Message[] => store.recording.messages.filter((message) => message.road === wanted && (at === null || message.at <= at));
  const told = of(road);
  return (
    <div class="messages">
      <div class="segments small" role="group" aria-label="Road">
        {(['slack', 'mail'] as const).map((one) => <button key={one} type="button" aria-pressed={road === one} onClick={() => setRoad(one)}>{one === 'slack' ? 'Slack' : 'Mail'} {of(one).length}</button>)}
      </div>
      {told.length === 0 && <p class="soft">Nothing has been said {at === null ? 'yet' : 'by then'}.</p>}
      {told.slice(-most).toReversed().map((message) => (message.road === 'slack' ? <SlackMessage key={message.seq} store={store} message={message} /> : <MailMessage key={message.seq} store={store} message={message} />))}
      {told.length > most && <button type="button" onClick={() => setMost(most + AT_ONCE)}>Older ones</button>}
    </div>
  );
};
