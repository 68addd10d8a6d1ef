// `dayshift plan`: what each story would do if it were asked now, decided on the same facts as the real one; nothing is changed (X6).
import { planned, type PlannedStory } from '../../shared/domain/intention.ts';
import { meant } from '../../shared/domain/nearest-names.ts';
import { atPlace, jsonOption } from '../at-place.ts';
import { WrongUse } from '../command.ts';
import { plans } from '../gather-plan.ts';
import { showPlan } from '../show-plan.ts';

const storyNamed = (name: string): PlannedStory => {
  const found = planned.find((story) => story === name);
  if (found === undefined) throw new WrongUse(`There is no story ${name}. ${meant(name, planned)}`);
  return found;
};

export const plan = atPlace(
  {
    name: 'plan',
    summary: 'What each story would do now, without doing it',
    usage: 'plan [redeploy|sleep|wake|alarm…] [--json]',
    options: jsonOption,
    example: 'npx dayshift plan sleep --at 2026-11-23T20:05',
  },
  async ({ place, values, positionals, terminal }) => {
    const stories = positionals.length === 0 ? planned : positionals.map(storyNamed);
    const intentions = await Promise.all(stories.map((story) => plans[story](place)));
    return showPlan(terminal, values, intentions.flat());
  },
);
