import { type Command } from '../command.ts';
export const init: Command = { name: 'init', summary: '', usage: 'init', options: {}, example: '', run: async () => 1 };
