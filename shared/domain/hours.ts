// Working hours as data: weekly windows in a time zone, with holidays and dated exceptions (S1); decided on by sleep, wake and freezes.

/** One weekly window, `from` inclusive, `to` exclusive, wall-clock `HH:MM`; a window that ends before it begins runs past midnight. */
export interface Window {
  /** ISO weekdays 1 (Monday) to 7 (Sunday) on which the window begins. */
  readonly days: readonly number[];
  readonly from: string;
  readonly to: string;
}

export interface Hours {
  /** The words the user wrote, e.g. `mon-fri 07:00-20:00`. */
  readonly words: string;
  /** IANA time zone, e.g. `Australia/Sydney`. */
  readonly timeZone: string;
  readonly windows: readonly Window[];
  /** Local dates `YYYY-MM-DD` on which no window begins. */
  readonly holidays: readonly string[];
  /** Dates with windows of their own (empty list: closed all day). */
  readonly exceptions: readonly { readonly date: string; readonly windows: readonly Omit<Window, 'days'>[]; readonly why: string }[];
}

/** Where further holidays come from; turned into dates at synth. */
export type Calendar = { readonly country: string; readonly state?: string } | { readonly ics: string };

/** Hours as a platform file says them, before its calendars are looked up. */
export interface CalendarHours extends Hours {
  readonly calendars: readonly Calendar[];
}
