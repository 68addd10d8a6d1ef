// A notice as the domain writes it, once, for every road (N1): Slack, e-mail, JSON for machines and the log are rendered from this value.

export type Severity = 'page' | 'channel' | 'digest';

/** One fact beside its label, e.g. `Digest` · `sha256:ab12…`. */
export interface Fact {
  readonly label: string;
  readonly value: string;
}

export interface Notice {
  readonly version: 1;
  /** The record it came from, as `why <id>` understands it (N4). */
  readonly id: string;
  readonly platform: string;
  readonly stage: string;
  readonly story: 'redeploy' | 'sleep' | 'wake' | 'alarm' | 'operator';
  readonly severity: Severity;
  readonly tone: 'good' | 'bad' | 'warning' | 'neutral';
  /** One line, at most 140 characters, no mark-up: subject of the mail and header of the message. */
  readonly title: string;
  /** One to three plain sentences that a person can act on. */
  readonly summary: string;
  readonly facts: readonly Fact[];
  /** Log lines or task reasons, already redacted (N3). */
  readonly excerpts: readonly { readonly title: string; readonly lines: readonly string[] }[];
  readonly links: readonly { readonly text: string; readonly url: string }[];
  /** What the reader may do next, each a short sentence. */
  readonly nextSteps: readonly string[];
  /** Messages of one incident share it: one thread per incident (L3). */
  readonly thread: string;
  /** `update` replaces the thread's message in place and `close` ends it; roads that cannot edit skip an update of what they told. Absent: a message of its own. */
  readonly place?: 'update' | 'close';
  /** Key of the notice that must be on the road before this one, so that redelivery keeps the order (N2). */
  readonly follows?: string;
  /** A broken road cannot carry the news of its own break. */
  readonly avoids?: 'slack' | 'email' | 'webhook';
  /** A summary: it takes chat and mail, and calls nobody. */
  readonly digest?: true;
  /** A graph of the metric, as CloudWatch draws it; roads that can show pictures add it to the thread. */
  readonly picture?: Picture;
  /** Calls everybody in the channel: for what nobody looks after. */
  readonly mention?: true;
  /** What a reader allowed to may do by button (L6). */
  readonly buttons?: readonly Button[];
  /** The button a person pressed: messages that have it are changed. */
  readonly pressed?: Pressed;
  /** What was done by buttons of this message, each a line; only roads that edit know. */
  readonly done?: readonly string[];
  readonly at: string;
}

/** What makes a notice itself and no other: its record may tell several, but never two at one instant. */
export const noticeKey = ({ id, at }: { readonly id: string; readonly at: string }): string => `${id}@${at}`;

/** `widget` is CloudWatch's own description of a graph, as JSON (aws-facts G5). */
export interface Picture {
  readonly title: string;
  readonly widget: string;
}

/** A button; `subject` is an incident, alarm or service name, never a payload. */
export interface Button {
  readonly action: 'acknowledge' | 'mute' | 'rollback' | 'keep-awake' | 'wake' | 'sleep-now' | 'approve' | 'reject';
  readonly text: string;
  readonly subject: string;
  readonly style: 'primary' | 'danger' | 'default';
}

/** A pressed button and what it did. */
export interface Pressed extends Pick<Button, 'action' | 'subject'> {
  readonly line: string;
  /** When what it did ends; null when it does not by itself. */
  readonly until: string | null;
}
