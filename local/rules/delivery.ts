// Notices: each that was published reached every road.
import type { Check } from './judge.ts';

const GRACE = 120_000;

export const deliveryRules: readonly Check[] = [
  {
    id: 'N2',
    words: 'every notice reaches Slack and the mail box',
    violations: ({ world, manifest }) => {
      const published = world.trail
        .of('call')
        .filter(({ what, at }) => what === 'sns:Publish' && at < world.clock.now - GRACE)
        .map(({ detail }) => (JSON.parse(String((JSON.parse(String((detail?.['input'] as { Message?: string }).Message)) as { default?: string }).default)) as { id: string; title: string }));
      const { slack, mail } = world.services.outside;
      const roads = [
        ...(manifest.notices.slack === null ? [] : [{ name: 'Slack', text: JSON.stringify(slack.messages) }]),
        ...(manifest.notices.emails.length === 0 ? [] : [{ name: 'e-mail', text: JSON.stringify(mail.all) }]),
      ];
      return published.flatMap(({ id, title }) => roads.filter(({ text }) => !text.includes(id)).map(({ name }) => `${title} (${id}) did not reach ${name}`));
    },
  },
];
