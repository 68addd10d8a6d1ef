import { type Command } from '../command.ts';
export const doctor: Command = { name: 'doctor', summary: '', usage: 'doctor', options: {}, example: '', run: async () => 1 };
