// Slack's limits on a message (aws-facts H1): what it refuses, and with which error.

interface Block {
  readonly type?: string;
  readonly text?: { readonly type?: string; readonly text?: string };
  readonly fields?: readonly { readonly text?: string }[];
  readonly elements?: readonly Element[];
  readonly accessory?: Element;
  readonly image_url?: string;
  readonly alt_text?: string;
  readonly title?: { readonly text?: string };
  readonly block_id?: string;
}
interface Element {
  readonly type?: string;
  readonly text?: { readonly text?: string } | string;
  readonly value?: string;
  readonly url?: string;
  readonly action_id?: string;
}

export interface SlackPayload {
  readonly text?: string;
  readonly blocks?: readonly Block[];
  readonly attachments?: readonly { readonly blocks?: readonly Block[]; readonly text?: string; readonly fallback?: string }[];
}

const known: readonly string[] = [
  'section',
  'header',
  'context',
  'actions',
  'divider',
  'image',
  'rich_text',
  'markdown',
  'input',
  'video',
  'file',
  'table',
];

/** Characters Slack counts over all blocks before it says `msg_blocks_too_long`; undocumented, measured. */
const totalLimit = 13_200;

const within = (text: string | undefined, limit: number): boolean => (text ?? '').length <= limit;

const textOf = (element: Element): string => (typeof element.text === 'string' ? element.text : (element.text?.text ?? ''));

const buttonFits = (button: Element): boolean =>
  textOf(button).length > 0 &&
  within(textOf(button), 75) &&
  within(button.value, 2000) &&
  within(button.url, 3000) &&
  within(button.action_id, 255);

const blockFits = (block: Block): boolean => {
  if (!known.includes(block.type ?? '') || !within(block.block_id, 255)) return false;
  switch (block.type) {
    case 'section': {
      const fields = block.fields ?? [];
      const something = (block.text?.text ?? '') !== '' || fields.length > 0;
      return (
        something &&
        within(block.text?.text, 3000) &&
        fields.length <= 10 &&
        fields.every((field) => within(field.text, 2000)) &&
        accessoryFits(block)
      );
    }
    case 'header':
      return block.text?.type === 'plain_text' && (block.text.text ?? '') !== '' && within(block.text.text, 150);
    case 'context':
      return (
        (block.elements ?? []).length >= 1 &&
        (block.elements ?? []).length <= 10 &&
        (block.elements ?? []).every((element) => element.type === 'image' || textOf(element) !== '')
      );
    case 'actions':
      return (
        (block.elements ?? []).length >= 1 &&
        (block.elements ?? []).length <= 25 &&
        (block.elements ?? []).every((element) => element.type !== 'button' || buttonFits(element))
      );
    case 'image':
      return (
        within(block.image_url, 3000) && (block.alt_text ?? '') !== '' && within(block.alt_text, 2000) && within(block.title?.text, 2000)
      );
    case 'markdown':
      return within(typeof block.text === 'string' ? block.text : block.text?.text, 12_000);
    default:
      return true;
  }
};

const accessoryFits = (block: Block): boolean => block.accessory?.type !== 'button' || buttonFits(block.accessory);

/** Characters of every text in the blocks. */
export const charactersIn = (value: unknown): number => {
  if (typeof value === 'string') return value.length;
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + charactersIn(one), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [name, one]) => sum + (name === 'type' || name.endsWith('_id') || name === 'value' ? 0 : charactersIn(one)),
    0,
  );
};

/** Action ids must be unique within one block. */
const repeatedActions = (blocks: readonly Block[]): boolean =>
  blocks.some((block) => {
    const ids = (block.elements ?? []).map((element) => element.action_id).filter((id) => id !== undefined);
    return new Set(ids).size !== ids.length;
  });

/** The error Slack answers for this message, or undefined when it takes it. */
export const refusalOf = (payload: SlackPayload): 'no_text' | 'invalid_blocks' | 'msg_blocks_too_long' | undefined => {
  const all = [...(payload.blocks ?? []), ...(payload.attachments ?? []).flatMap((attachment) => attachment.blocks ?? [])];
  const attached = (payload.attachments ?? []).some((attachment) => (attachment.text ?? attachment.fallback ?? '') !== '');
  if ((payload.text ?? '') === '' && all.length === 0 && !attached) return 'no_text';
  if ((payload.blocks ?? []).length > 50 || !all.every(blockFits) || repeatedActions(all)) return 'invalid_blocks';
  return charactersIn(all) > totalLimit ? 'msg_blocks_too_long' : undefined;
};
