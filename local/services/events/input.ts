// What a target receives of an event: the whole, a part by path, a constant, or a template filled with parts.

export interface TargetInput {
  readonly Input?: string;
  readonly InputPath?: string;
  readonly InputTransformer?: { readonly InputPathsMap?: Readonly<Record<string, string>>; readonly InputTemplate: string };
}

export interface Origin {
  readonly ruleArn: string;
  readonly ruleName: string;
  /** When the event bus took the event in, ISO 8601. */
  readonly ingestionTime: string;
}

/** The JSON text delivered to a target. */
export const targetText = (event: unknown, input: TargetInput, origin: Origin): string => {
  if (input.Input !== undefined) return input.Input;
  if (input.InputTransformer !== undefined) return transform(event, input.InputTransformer, origin);
  const part = input.InputPath === undefined ? event : followPath(event, input.InputPath);
  return JSON.stringify(part ?? null);
};

/** Follows `$.detail.image-digest` or `$.resources[0]`; undefined when nothing is there. */
export const followPath = (event: unknown, path: string): unknown => {
  let value: unknown = event;
  for (const [, name, index] of path.slice(1).matchAll(/\.([^.[\]]+)|\[(\d+)\]/g)) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = name === undefined ? (value as readonly unknown[])[Number(index)] : (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
};

/** Marks a placeholder that stands alone as a JSON value while the template is parsed; no template can contain it. */
const mark = '\u0000';

/**
 * Fills a template (aws docs "input transformation"): a placeholder inside a string is replaced as text, one standing alone
 * as a JSON value; a name whose path found nothing leaves no trace.
 */
const transform = (
  event: unknown,
  { InputPathsMap = {}, InputTemplate }: NonNullable<TargetInput['InputTransformer']>,
  origin: Origin,
): string => {
  const values: Record<string, unknown> = {
    'aws.events.rule-arn': origin.ruleArn,
    'aws.events.rule-name': origin.ruleName,
    'aws.events.event.ingestion-time': origin.ingestionTime,
    'aws.events.event': event,
    'aws.events.event.json': event,
  };
  for (const [name, path] of Object.entries(InputPathsMap)) values[name] = followPath(event, path);
  let template: unknown;
  try {
    template = JSON.parse(markLonePlaceholders(InputTemplate));
  } catch {
    return fillText(InputTemplate, values);
  }
  return JSON.stringify(fill(template, values));
};

const markLonePlaceholders = (template: string): string =>
  template.replaceAll(/"(?:[^"\\]|\\.)*"|<([^<>"]+)>/g, (whole, name: string | undefined) =>
    name === undefined ? whole : JSON.stringify(mark + name),
  );

const fill = (template: unknown, values: Readonly<Record<string, unknown>>): unknown => {
  if (typeof template === 'string') return template.startsWith(mark) ? values[template.slice(1)] : fillText(template, values);
  if (Array.isArray(template)) return template.map((item) => fill(item, values) ?? null);
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([name, member]) => [fillText(name, values), fill(member, values)]));
};

const fillText = (text: string, values: Readonly<Record<string, unknown>>): string =>
  text.replaceAll(/<([^<>]+)>/g, (whole, name: string) => {
    if (!Object.hasOwn(values, name)) return whole;
    const value = values[name];
    if (value === undefined) return '';
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
