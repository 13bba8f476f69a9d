/** A clock that stands still until it is set. */
export interface FakeClock {
  /** Milliseconds. */
  now: number;
}

/** What `work` prints to a log, each line with the time of a clock that it sets. */
export async function logged(
  work: (clock: FakeClock) => unknown,
): Promise<{ seconds: number; line: string }[]> {
  const clock = { now: 1_000_000 };
  const lines: { seconds: number; line: string }[] = [];
  const { log } = console;
  const { now } = Date;
  const { CI } = process.env;
  process.env.CI = '1';
  Date.now = () => clock.now;
  console.log = (line: string) => lines.push({ seconds: (clock.now - 1_000_000) / 1000, line });
  try {
    await work(clock);
  } finally {
    console.log = log;
    Date.now = now;
    if (CI === undefined) delete process.env.CI;
    else process.env.CI = CI;
  }
  return lines;
}

/** What `work` warns of. */
export async function warnings(work: () => unknown): Promise<string[]> {
  const lines: string[] = [];
  const { warn } = console;
  console.warn = (line: string) => lines.push(line);
  try {
    await work();
  } finally {
    console.warn = warn;
  }
  return lines;
}
