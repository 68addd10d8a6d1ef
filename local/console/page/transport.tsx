// Time: the platform's clock, and playing, pausing, stepping, speed and jumps.
import type { Store } from './store.ts';
import { Menu } from './menu.tsx';
import { clockWords, dayWords, wallStamp } from './words.ts';

const speeds = [1, 60, 3600] as const;

const JumpMenu = ({ store }: { readonly store: Store }) => {
  const jump = (body: object): void => void store.order('jump', body);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const to = new FormData(event.currentTarget as HTMLFormElement).get('to');
    if (typeof to === 'string' && to !== '') jump({ to });
  };
  return (
    <Menu id="menu-jump" label="Jump" hint="Jump to an instant">
      <div class="choices">
        <button type="button" onClick={() => jump({ to: '20:00' })}>to 20:00 <kbd>E</kbd></button>
        <button type="button" onClick={() => jump({ to: '06:30' })}>to 06:30</button>
        <button type="button" onClick={() => jump({ seconds: 3600 })}>1 hour on</button>
        <button type="button" onClick={() => jump({ seconds: 86_400 })}>1 day on</button>
      </div>
      <form onSubmit={submit}>
        <label>Instant <input type="datetime-local" name="to" required defaultValue={wallStamp(store.time.now, store.zone).slice(0, 16)} /></label>
        <button type="submit" class="main-action">Jump there</button>
      </form>
    </Menu>
  );
};

export const Transport = ({ store }: { readonly store: Store }) => {
  const { mode, speed, now } = store.time;
  const isPaused = mode === 'paused';
  return (
    <div class="transport" role="group" aria-label="Time">
      <time dateTime={new Date(now).toISOString()} class="clock"><span class="soft">{dayWords(now, store.zone)}</span> {clockWords(now, store.zone)}</time>
      <span class={`mode mode-${mode}`} role="status">{mode === 'jumping' ? 'jumping' : isPaused ? 'paused' : ''}</span>
      <button type="button" class="round" aria-label={isPaused ? 'Play' : 'Pause'} title={`${isPaused ? 'Play' : 'Pause'} (Space)`} onClick={() => void store.order(isPaused ? 'play' : 'pause')}>
        <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">{isPaused ? <path d="M4 2.5v11l9-5.5z" /> : <path d="M4 3h3v10H4zM9 3h3v10H9z" />}</svg>
      </button>
      <button type="button" class="round" aria-label="Step" title="Step to the next line of the trail (.)" onClick={() => void store.order('step')}>
        <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true"><path d="M3 3v10l7-5zM11 3h2v10h-2z" /></svg>
      </button>
      <div class="segments" role="group" aria-label="Speed">
        {speeds.map((one) => (
          <button key={one} type="button" aria-pressed={speed === one} onClick={() => void store.order(isPaused ? 'speed' : 'play', { speed: one })}>{one} ×</button>
        ))}
      </div>
      <JumpMenu store={store} />
    </div>
  );
};
