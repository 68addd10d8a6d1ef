import { type Command } from '../command.ts';
export const savings: Command = { name: 'savings', summary: '', usage: 'savings', options: {}, example: '', run: async () => 1 };
