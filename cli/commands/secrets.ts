import { type Command } from '../command.ts';
export const secrets: Command = { name: 'secrets', summary: '', usage: 'secrets', options: {}, example: '', run: async () => 1 };
