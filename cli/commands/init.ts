// `dayshift init`: asks ten questions, says what each answer decides, and writes a platform file.
import { existsSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { platformFileText, questions, type Answers, type Question } from '../../shared/domain/first-platform.ts';
import { noMore, WrongUse, type Command, type Option } from '../command.ts';
import { labelled, lines } from '../layout.ts';
import type { Terminal } from '../terminal.ts';

const root = join(import.meta.dirname, '..', '..');
const optionOf = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const options: Readonly<Record<string, Option>> = {
  ...Object.fromEntries(
    questions.map(({ name, asks }): readonly [string, Option] => [optionOf(name), { type: 'string', value: 'TEXT', help: asks }]),
  ),
  print: { type: 'boolean', help: 'only print the file' },
};

/** An answer from the options, from the person, or the one that is taken otherwise; asked again until it will do. */
const answerTo = async (
  question: Question,
  given: Partial<Answers>,
  said: string | boolean | undefined,
  terminal: Terminal,
): Promise<string> => {
  const otherwise = question.otherwise(given);
  if (typeof said === 'string' || !terminal.interactive) {
    const answer = typeof said === 'string' ? said : otherwise;
    const refusal = question.refuses(answer);
    if (refusal !== null) throw new WrongUse(`--${optionOf(question.name)} ${answer}: ${refusal}`);
    return answer;
  }
  terminal.err(`${labelled(terminal, '', question.decides, 'quiet', 2)}\n`);
  for (;;) {
    const typed = await terminal.ask(`${question.asks} [${otherwise}]: `);
    const answer = typed === '' ? otherwise : typed;
    const refusal = question.refuses(answer);
    if (refusal === null) return answer;
    terminal.err(`  ${refusal}.\n`);
  }
};

export const init: Command = {
  name: 'init',
  summary: 'Asks ten questions and writes a platform file',
  usage: 'init [--name TEXT …] [--print]',
  options,
  example: 'npx dayshift init --name shop --region eu-central-1 --print',
  run: async (values, positionals, terminal) => {
    noMore(positionals);
    const answers: Record<string, string> = {};
    for (const question of questions) answers[question.name] = await answerTo(question, answers, values[optionOf(question.name)], terminal);
    const text = platformFileText(answers as unknown as Answers);
    if (values['print'] === true) {
      terminal.out(text);
      return 0;
    }
    const path = join(root, 'infra', 'platforms', `${answers['name'] ?? ''}.ts`);
    if (existsSync(path))
      throw new WrongUse(
        `${relative(process.cwd(), path)} exists already: nothing was written. Choose another --name, or change that file by hand`,
      );
    writeFileSync(path, text);
    const name = answers['name'] ?? '';
    terminal.out(
      lines(
        `wrote ${relative(process.cwd(), path)}`,
        `Next: npm start -- --platform ${name}      rehearse a day of it`,
        `      npx dayshift cost --platform ${name}   what it costs`,
        `      npx dayshift up --platform ${name}     deploy it`,
      ),
    );
    return 0;
  },
};
