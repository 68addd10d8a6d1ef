// A calendar that cannot be read: names the field, the value and the remedy.

export class CalendarProblem extends Error {
  override readonly name = 'CalendarProblem';
}
