// A state machine drawn from its ASL definition: states in layers from left to right, one edge per transition.

interface AslState {
  readonly Type: string;
  readonly Comment?: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Next: string; readonly Condition?: string }[];
  readonly Catch?: readonly { readonly Next: string; readonly ErrorEquals: readonly string[] }[];
}

export interface Definition {
  readonly Comment?: string;
  readonly StartAt: string;
  readonly States: Readonly<Record<string, AslState>>;
}

export interface Node {
  readonly name: string;
  readonly type: string;
  readonly comment: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  /** `next`, `choice` with its value, or `catch`. */
  readonly kind: 'next' | 'choice' | 'catch';
  readonly label: string;
  readonly path: string;
}

export interface Graph {
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
  readonly width: number;
  readonly height: number;
}

type Link = Pick<Edge, 'from' | 'to' | 'kind' | 'label'>;

export const NODE_HEIGHT = 26;
const ROW = 36;
/** Width over height of the place the drawing is shown in: layers move apart to fill it. */
const ASPECT = 2.9;
/** A layer of more states than this is drawn as two columns, one half a row below the other. */
const TALL = 5;
const LEAST_GAP = 56;
const MOST_GAP = 170;
const MARGIN = 14;
const LETTER = 7.1;

const valueOf = (condition: string | undefined): string => /=\s*'([^']+)'/.exec(condition ?? '')?.[1] ?? '';

const linksOf = (from: string, { Next, Default, Choices = [], Catch = [] }: AslState): readonly Link[] => [
  ...(Next === undefined ? [] : [{ from, to: Next, kind: 'next' as const, label: '' }]),
  ...Choices.map((choice) => ({ from, to: choice.Next, kind: 'choice' as const, label: valueOf(choice.Condition) })),
  ...(Default === undefined ? [] : [{ from, to: Default, kind: 'choice' as const, label: 'otherwise' }]),
  ...Catch.map((one) => ({ from, to: one.Next, kind: 'catch' as const, label: one.ErrorEquals.join(', ') })),
];

/** Transitions to one state are one edge, with every label. */
const merged = (links: readonly Link[]): readonly Link[] =>
  [...Map.groupBy(links, ({ from, to, kind }) => `${from}>${to}>${kind}`).values()].map((group) => ({
    ...(group[0] as Link),
    label: [...new Set(group.map(({ label }) => label))].filter((label) => label !== '').join(', '),
  }));

/** How many steps each state is from the start; failures come last. */
const layersOf = ({ StartAt, States }: Definition, links: readonly Link[]): ReadonlyMap<string, number> => {
  const layer = new Map([[StartAt, 0]]);
  const waiting = [StartAt];
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    for (const { to } of links.filter(({ from, kind }) => from === name && kind !== 'catch')) {
      if (layer.has(to)) continue;
      layer.set(to, (layer.get(name) ?? 0) + 1);
      waiting.push(to);
    }
  }
  const deepest = Math.max(...layer.values());
  const failing = Object.keys(States).filter((name) => !layer.has(name));
  failing.forEach((name) => layer.set(name, links.some(({ to, kind }) => to === name && kind === 'catch') ? deepest + 1 : deepest + 2));
  return layer;
};

/** Rows within a layer follow the rows of what leads there. */
const rowsOf = (names: readonly string[], layer: ReadonlyMap<string, number>): readonly (readonly string[])[] => {
  const depth = Math.max(...layer.values());
  return Array.from({ length: depth + 1 }, (_, index) => names.filter((name) => layer.get(name) === index));
};

const widthOf = (name: string): number => Math.round(name.length * LETTER + 22);

const isTall = (names: readonly string[]): boolean => names.length > TALL;
const columnWidth = (names: readonly string[]): number => Math.max(...names.map(widthOf), 0);
const layerWidth = (names: readonly string[]): number => columnWidth(names) * (isTall(names) ? 2 : 1) + (isTall(names) ? LEAST_GAP / 2 : 0);
const rowHeight = (names: readonly string[]): number => (isTall(names) ? ROW * 0.62 : ROW);
const layerHeight = (names: readonly string[]): number => (names.length - 1) * rowHeight(names) + NODE_HEIGHT;

const gapFor = (layers: readonly (readonly string[])[], tallest: number): number => {
  const taken = layers.reduce((sum, names) => sum + layerWidth(names), 0);
  return Math.max(LEAST_GAP, Math.min(MOST_GAP, (tallest * ASPECT - taken) / Math.max(1, layers.length - 1)));
};

const placed = (definition: Definition, layers: readonly (readonly string[])[]): readonly Node[] => {
  const tallest = Math.max(...layers.map(layerHeight));
  const gap = gapFor(layers, tallest);
  let left = MARGIN;
  return layers.flatMap((names) => {
    const top = MARGIN + (tallest - layerHeight(names)) / 2;
    const nodes = names.map((name, row) => {
      const state = definition.States[name];
      const width = widthOf(name);
      const column = isTall(names) ? (row % 2) * (columnWidth(names) + LEAST_GAP / 2) : 0;
      const x = left + column + (columnWidth(names) - width) / 2;
      return { name, type: state?.Type ?? '', comment: state?.Comment ?? '', x, y: top + row * rowHeight(names), width };
    });
    left += layerWidth(names) + gap;
    return nodes;
  });
};

const forward = (from: Node, to: Node): string => {
  const [x1, y1, x2, y2] = [from.x + from.width, from.y + NODE_HEIGHT / 2, to.x, to.y + NODE_HEIGHT / 2];
  const bend = Math.max(24, (x2 - x1) / 2);
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
};

/** Back to an earlier layer, or within one: leaves and arrives on the upper or lower side. */
const backward = (from: Node, to: Node): string => {
  const [x1, y1, x2, y2] = [from.x, from.y + NODE_HEIGHT / 2 + 6, to.x + to.width, to.y + NODE_HEIGHT / 2 + 6];
  const bend = Math.max(24, (x1 - x2) / 2);
  return `M${x1} ${y1}C${x1 - bend} ${y1} ${x2 + bend} ${y2} ${x2} ${y2}`;
};

const column = (from: Node, to: Node): string => {
  const down = to.y > from.y;
  const [x1, y1] = [from.x + from.width / 2, down ? from.y + NODE_HEIGHT : from.y];
  const [x2, y2] = [to.x + to.width / 2, down ? to.y : to.y + NODE_HEIGHT];
  return `M${x1} ${y1}C${x1} ${(y1 + y2) / 2} ${x2} ${(y1 + y2) / 2} ${x2} ${y2}`;
};

/** Lays a definition out; sizes are in CSS pixels at 12 px type. */
export const graphOf = (definition: Definition): Graph => {
  const links = merged(Object.entries(definition.States).flatMap(([name, state]) => linksOf(name, state)));
  const layer = layersOf(definition, links);
  const nodes = placed(definition, rowsOf(Object.keys(definition.States), layer));
  const named = new Map(nodes.map((node) => [node.name, node]));
  const edges = links.flatMap((link) => {
    const [from, to] = [named.get(link.from), named.get(link.to)];
    if (from === undefined || to === undefined) return [];
    const [here, there] = [layer.get(link.from) ?? 0, layer.get(link.to) ?? 0];
    const path = there > here ? forward(from, to) : there < here ? backward(from, to) : column(from, to);
    return [{ ...link, path }];
  });
  return {
    nodes, edges,
    width: Math.max(...nodes.map(({ x, width }) => x + width)) + MARGIN,
    height: Math.max(...nodes.map(({ y }) => y)) + NODE_HEIGHT + MARGIN,
  };
};
