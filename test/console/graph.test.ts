// State machines as the console draws them: from the files AWS gets, nothing left out, nothing on top of another.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { graphOf, NODE_HEIGHT, type Definition } from '../../local/console/page/graph.ts';

const definitionOf = (story: string): Definition =>
  JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'state-machines', `${story}.asl.json`), 'utf8')) as Definition;

const transitionsOf = ({ States }: Definition): ReadonlySet<string> =>
  new Set(
    Object.entries(States).flatMap(([from, { Next, Default, Choices = [], Catch = [] }]) =>
      [Next, Default, ...Choices.map((choice) => choice.Next), ...Catch.map((one) => one.Next)].flatMap((to) => (to === undefined ? [] : [`${from}>${to}`])),
    ),
  );

describe.each(['redeploy', 'sleep', 'wake', 'alarm'])('the drawing of %s', (story) => {
  const definition = definitionOf(story);
  const { nodes, edges, width, height } = graphOf(definition);

  it('has every state once and every transition', () => {
    expect(nodes.map(({ name }) => name).sort()).toEqual(Object.keys(definition.States).sort());
    expect(new Set(edges.map(({ from, to }) => `${from}>${to}`))).toEqual(transitionsOf(definition));
  });

  it('puts no state on another and none outside', () => {
    const overlaps = nodes.flatMap((one, index) =>
      nodes.slice(index + 1).filter((other) => one.x < other.x + other.width && other.x < one.x + one.width && Math.abs(one.y - other.y) < NODE_HEIGHT).map((other) => `${one.name} and ${other.name}`),
    );
    expect(overlaps).toEqual([]);
    expect(nodes.filter((node) => node.x < 0 || node.y < 0 || node.x + node.width > width || node.y + NODE_HEIGHT > height)).toEqual([]);
  });
});

describe('a drawing', () => {
  it('leads from left to right and names what chooses a way', () => {
    const { nodes, edges } = graphOf({
      StartAt: 'Ask',
      States: {
        Ask: { Type: 'Task', Next: 'Which', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Give up' }] },
        Which: { Type: 'Choice', Choices: [{ Condition: "{% $states.input.action = 'go' %}", Next: 'Ask' }], Default: 'Done' },
        Done: { Type: 'Succeed' },
        'Give up': { Type: 'Fail' },
      },
    });
    expect(nodes.toSorted((one, other) => one.x - other.x).map(({ name }) => name)).toEqual(['Ask', 'Which', 'Done', 'Give up']);
    expect(edges.map(({ from, to, kind, label }) => [from, to, kind, label])).toEqual([
      ['Ask', 'Which', 'next', ''],
      ['Ask', 'Give up', 'catch', 'States.ALL'],
      ['Which', 'Ask', 'choice', 'go'],
      ['Which', 'Done', 'choice', 'otherwise'],
    ]);
  });
});
